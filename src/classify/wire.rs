//! `plangate classify` without its input and output: a line in, a line out, and a drawing for people.

use serde::Serialize;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthChar;

use super::classify_under;
use super::policy::Policy;
use crate::model::{AgentPath, Assessment, Effect, Effects, ServerHints, ToolCall, Verdict};

/// The answer to one line: one JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Read or write.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: String,
    /// What the call does, mildest first; empty for what only reads files.
    pub effects: Effects,
    /// The rule that decided, stable enough to be looked up.
    pub rule: String,
    /// The deciding bytes of the judged text: of the command, of the deciding argument or else of the tool's name.
    pub span: Option<[usize; 2]>,
}

/// Judges one JSON line: `{"cmd": "..."}` or `{"tool": "...", "args": {...}, "hints": {...}, "trusted": false}`.
///
/// Other fields are ignored. Never fails: a line that is not understood is a write, with the error as its reason.
pub fn answer(line: &str) -> Reply {
    answer_under(line, Policy::built_in())
}

/// The same, by the built-in table and by what people have said.
pub fn answer_under(line: &str, policy: &Policy) -> Reply {
    match assess(line, policy) {
        Ok(assessment) => Reply::from(&assessment),
        Err(reason) => refused(reason),
    }
}

fn refused(reason: String) -> Reply {
    let (verdict, effects) = (Verdict::Write, Effect::Unknown.into());
    Reply { verdict, reason, effects, rule: "input".to_owned(), span: None }
}

/// Judges one JSON line and returns the answer as JSON, without a line end.
pub fn answer_json(line: &str) -> String {
    answer_json_under(line, Policy::built_in())
}

/// The same, by the built-in table and by what people have said.
pub fn answer_json_under(line: &str, policy: &Policy) -> String {
    serde_json::json!(answer_under(line, policy)).to_string()
}

impl From<&Assessment> for Reply {
    fn from(assessment: &Assessment) -> Self {
        match assessment.deciding() {
            Some(evidence) => Self {
                verdict: assessment.verdict,
                reason: evidence.reason.clone(),
                effects: assessment.effects(),
                rule: evidence.rule.clone(),
                span: evidence.span.map(|span| [span.start, span.end]),
            },
            None => refused("nothing is known about it".to_owned()),
        }
    }
}

fn assess(line: &str, policy: &Policy) -> Result<Assessment, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("the line is not JSON: {error}"))?;
    let Value::Object(mut object) = value else { return Err("the line is no JSON object".to_owned()) };
    match (object.get("cmd"), object.get("tool")) {
        (Some(_), Some(_)) => Err("the line has both `cmd` and `tool`".to_owned()),
        (Some(Value::String(command)), None) => Ok(policy.judge_command(command)),
        (Some(_), None) => Err("`cmd` is no string".to_owned()),
        (None, Some(Value::String(tool))) => {
            let tool = tool.clone();
            let call = tool_call(tool, &mut object)?;
            Ok(classify_under(&call, policy))
        }
        (None, Some(_)) => Err("`tool` is no string".to_owned()),
        (None, None) => Err("the line has neither `cmd` nor `tool`".to_owned()),
    }
}

/// Judges what a person typed: the whole name of an MCP tool, called without arguments, else a command line.
pub fn of_word(text: &str, policy: &Policy) -> Assessment {
    let named = text.starts_with("mcp__") && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    match tool_call(text.to_owned(), &mut Map::new()) {
        Ok(call) if named => classify_under(&call, policy),
        _ => policy.judge_command(text),
    }
}

fn tool_call(tool: String, object: &mut Map<String, Value>) -> Result<ToolCall, String> {
    let mut hints = match object.remove("hints") {
        None | Some(Value::Null) => ServerHints::default(),
        Some(hints) => serde_json::from_value(hints).map_err(|error| format!("`hints` is not understood: {error}"))?,
    };
    hints.trusted = match object.get("trusted") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(trusted)) => *trusted,
        Some(_) => return Err("`trusted` is neither true nor false".to_owned()),
    };
    Ok(ToolCall {
        tool,
        args: object.remove("args").unwrap_or(Value::Null),
        cwd: "/".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints,
    })
}

/// Draws a verdict: the line of `text` that decides, the deciding bytes underlined, then verdict, rule and reason.
///
/// `text` is what was judged (a command, or a tool's name). Control, bidirectional and invisible characters are
/// spelled out, so that what is seen is what is there and the underline stands where it belongs.
pub fn explain(text: &str, assessment: &Assessment) -> String {
    let reply = Reply::from(assessment);
    let mut drawing = String::new();
    if let Some([start, end]) = reply.span.filter(|[start, end]| start <= end && *end <= text.len()) {
        draw(&mut drawing, text, start, end);
    } else {
        for line in text.split('\n') {
            for c in line.chars() {
                push_visible(&mut drawing, c);
            }
            drawing.push('\n');
        }
    }
    let Reply { verdict, reason, rule, .. } = reply;
    let noted = assessment.effects().iter().filter(|effect| matches!(effect, Effect::SecretRead | Effect::NetworkRead));
    let noted: String = noted.map(|effect| format!(", {effect}")).collect::<Vec<_>>().concat();
    drawing + &format!("{verdict}: {reason} ({rule}{noted})\n")
}

/// Writes every line of `text`, and under each that has bytes of the span the marks.
fn draw(drawing: &mut String, text: &str, start: usize, end: usize) {
    let mut at = 0;
    for line in text.split('\n') {
        let mut marks = String::new();
        for (offset, c) in line.char_indices() {
            let width = push_visible(drawing, c);
            let byte = at + offset;
            let marked = byte < end && byte + c.len_utf8() > start;
            marks.extend(std::iter::repeat_n(if marked { '^' } else { ' ' }, width));
        }
        drawing.push('\n');
        let behind_last = at + line.len();
        // An empty span, or one of a line end alone, is shown behind the text.
        if !marks.contains('^') && (start..end.max(start + 1)).contains(&behind_last) {
            marks.push('^');
        }
        if marks.contains('^') {
            drawing.push_str(marks.trim_end());
            drawing.push('\n');
        }
        at = behind_last + 1;
    }
}

/// Writes one character so that it can be seen; returns how many columns it takes.
fn push_visible(drawing: &mut String, c: char) -> usize {
    match c.width() {
        Some(width) if width > 0 && !is_invisible(c) => {
            drawing.push(c);
            width
        }
        _ => {
            let spelled = match c {
                '\t' => "\\t".to_owned(),
                '\r' => "\\r".to_owned(),
                '\0'..='\u{ff}' => format!("\\x{:02x}", c as u32),
                c => format!("\\u{{{:x}}}", c as u32),
            };
            drawing.push_str(&spelled);
            spelled.len()
        }
    }
}

/// Characters that take a column but do not look like what they are.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() && c != ' '
        || matches!(c, '\u{ad}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{115f}' | '\u{1160}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Span};

    fn check(line: &str, verdict: Verdict, reason: &str) {
        let reply = answer(line);
        assert_eq!((reply.verdict, reply.reason.contains(reason)), (verdict, true), "{line}: {reply:?}");
    }

    #[test]
    fn a_line_that_is_not_understood_is_a_write_that_says_why() {
        check("", Verdict::Write, "not JSON");
        check("{", Verdict::Write, "not JSON");
        check("[1]", Verdict::Write, "no JSON object");
        check("{}", Verdict::Write, "neither `cmd` nor `tool`");
        check(r#"{"cmd": 3}"#, Verdict::Write, "`cmd` is no string");
        check(r#"{"cmd": "ls", "tool": "Read"}"#, Verdict::Write, "both");
        check(r#"{"tool": null}"#, Verdict::Write, "`tool` is no string");
        check(r#"{"tool": "get_x", "hints": 3}"#, Verdict::Write, "`hints`");
        check(r#"{"tool": "get_x", "trusted": "yes"}"#, Verdict::Write, "`trusted`");
    }

    #[test]
    fn hints_count_as_the_person_trusts_them() {
        check(r#"{"tool": "Read", "args": {"file_path": "a"}, "unknown": 1}"#, Verdict::Read, "reads a file");
        check(r#"{"tool": "mcp__a__frobnicate", "hints": {"readOnlyHint": true}}"#, Verdict::Write, "unknown verb");
        let trusted = r#"{"tool": "mcp__a__frobnicate", "hints": {"readOnlyHint": true}, "trusted": true}"#;
        check(trusted, Verdict::Read, "trusts");
        check(r#"{"tool": "mcp__a__get_x", "hints": {"readOnlyHint": false}}"#, Verdict::Write, "readOnlyHint");
        // A server cannot trust itself.
        let itself = r#"{"tool": "mcp__a__frobnicate", "hints": {"readOnlyHint": true, "trusted": true}}"#;
        check(itself, Verdict::Write, "unknown verb");
    }

    #[test]
    fn a_reply_is_one_line_of_json_with_the_agreed_fields() {
        assert_eq!(
            answer_json(r#"{"tool": "mcp__gh__create_issue"}"#),
            r#"{"verdict":"write","reason":"`create` is a writing verb","effects":["write"],"rule":"mcp.verb","span":[9,15]}"#
        );
        assert!(!answer_json("{\"cmd\": \"a\\nb\"}").contains('\n'));
    }

    fn drawn(text: &str, start: usize, end: usize) -> String {
        let span = Some(Span { start, end });
        let effects = Effect::Write.into();
        let evidence = Evidence { verdict: Verdict::Write, effects, rule: "r".into(), reason: "why".into(), span };
        explain(text, &Assessment::of(vec![evidence], vec![]))
    }

    #[test]
    fn the_underline_stands_under_the_deciding_bytes() {
        assert_eq!(drawn("ls; rm x", 4, 6), "ls; rm x\n    ^^\nwrite: why (r)\n");
        assert_eq!(drawn("echo 日本 > f", 12, 13), "echo 日本 > f\n          ^\nwrite: why (r)\n");
        assert_eq!(drawn("a\tb\u{202e}c", 6, 7), "a\\tb\\u{202e}c\n            ^\nwrite: why (r)\n");
        assert_eq!(drawn("a\nbc\nd", 3, 6), "a\nbc\n ^\nd\n^\nwrite: why (r)\n");
        assert_eq!(drawn("a", 1, 1), "a\n ^\nwrite: why (r)\n");
        assert_eq!(drawn("", 0, 0), "\n^\nwrite: why (r)\n");
        assert_eq!(drawn("a", 7, 9), "a\nwrite: why (r)\n");
    }
}
