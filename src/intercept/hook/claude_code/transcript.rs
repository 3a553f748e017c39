//! What an agent said before a call, read from the end of its transcript.

use serde_json::Value;

/// How much of a transcript's end is worth reading for [`text_before_call`].
pub const MAX_TAIL_BYTES: usize = 256 * 1024;

/// Finds what the agent said in the same breath as the call `tool_call_id`: the text before it in one answer.
///
/// `tail` is the end of a transcript (JSON Lines); its first line may be cut, and only the last [`MAX_TAIL_BYTES`]
/// are looked at. `None` if the call is not there (the transcript lags behind the hooks) or nothing was said:
/// what belongs to another call is never taken for this one's reason.
pub fn text_before_call(tail: &[u8], tool_call_id: &str) -> Option<String> {
    let tail = &tail[tail.len().saturating_sub(MAX_TAIL_BYTES)..];
    let mut said = Answer::default();
    for line in tail.split(|byte| *byte == b'\n') {
        let Some(message) = assistant_message(line) else { continue };
        said.follow(message.get("id").and_then(Value::as_str));
        for block in message.get("content").and_then(Value::as_array).into_iter().flatten() {
            if block.get("id").and_then(Value::as_str) == Some(tool_call_id) {
                return said.text();
            }
            if let Some(text) = block.get("text").and_then(Value::as_str) {
                said.texts.push(text.to_owned());
            }
        }
    }
    None
}

/// The texts of one answer of the model; its blocks stand on lines of their own, with one message id.
#[derive(Default)]
struct Answer {
    id: Option<String>,
    texts: Vec<String>,
}

impl Answer {
    fn follow(&mut self, id: Option<&str>) {
        if id.is_none() || self.id.as_deref() != id {
            *self = Self { id: id.map(str::to_owned), texts: Vec::new() };
        }
    }

    fn text(&self) -> Option<String> {
        let text = self.texts.join("\n").trim().to_owned();
        if text.is_empty() { None } else { Some(text) }
    }
}

fn assistant_message(line: &[u8]) -> Option<Value> {
    let mut line: Value = serde_json::from_slice(line).ok()?;
    let is_assistant = line.get("type").and_then(Value::as_str) == Some("assistant");
    is_assistant.then(|| line["message"].take())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSCRIPT: &str = include_str!("../../../../fixtures/hooks/claude-code/transcript.jsonl");

    fn before(call: &str) -> Option<String> {
        text_before_call(TRANSCRIPT.as_bytes(), call)
    }

    #[test]
    fn the_reason_of_a_call_is_what_was_said_in_the_same_answer() {
        assert_eq!(before("toolu_00000003").as_deref(), Some("Now a new file."));
    }

    #[test]
    fn two_calls_of_one_answer_share_its_text() {
        assert_eq!(before("toolu_00000007").as_deref(), Some("List and remove."));
        assert_eq!(before("toolu_00000008").as_deref(), Some("List and remove."));
    }

    #[test]
    fn a_call_that_is_not_written_yet_has_no_reason() {
        assert_eq!(before("toolu_99999999"), None);
    }

    #[test]
    fn a_tail_that_begins_inside_a_line_is_still_read() {
        let from = TRANSCRIPT.find("Now a new").expect("the transcript has this text");
        assert_eq!(text_before_call(&TRANSCRIPT.as_bytes()[from..], "toolu_00000003"), None);
        assert_eq!(
            text_before_call(&TRANSCRIPT.as_bytes()[from..], "toolu_00000005").as_deref(),
            Some("Then an edit.")
        );
    }

    #[test]
    fn only_the_end_of_a_long_transcript_is_read() {
        let mut long = TRANSCRIPT.as_bytes().to_vec();
        long.resize(long.len() + MAX_TAIL_BYTES, b'\n');
        assert_eq!(text_before_call(&long, "toolu_00000003"), None);
    }
}
