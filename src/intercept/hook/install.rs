//! Puts plangate's hook into an agent's settings file, and takes it out again, byte for byte.
//!
//! Files are edited by spans: what is not ours is never written anew. What was put in can be told from what was there
//! by one rule: a container that we opened has white space behind its bracket, and an entry that we put into a
//! container that was there begins like the entries it had, so that taking it out leaves exactly what was before.

use std::ops::Range;

use jsonc_parser::ast::{Array, Object, ObjectProp, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Value, json};

mod files;
mod layout;

pub use files::{FileError, Outcome, What, install_claude_code, remove_claude_code};
use layout::Layout;

/// Ends the command line of each entry of ours, so that it is found again wherever the program stands.
const MARK: &str = "# plangate";
/// How long Claude Code waits for the answer to a tool call. plangate's own deadlines end long before.
const CALL_TIMEOUT_SECONDS: u64 = 60;
/// How long it waits for the answer to a prompt: `/approve` runs the commands that it approves.
const PROMPT_TIMEOUT_SECONDS: u64 = 600;

/// Why a settings file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// The file is no JSON.
    #[error("not valid JSON: {problem}")]
    NotJson {
        /// What is wrong, and where.
        problem: String,
    },
    /// The file is JSON of another shape than a settings file.
    #[error("`{place}` is not {expected}")]
    Shape {
        /// Which part of the file.
        place: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A key stands twice where only one of them would count.
    #[error("`{key}` stands there more than once")]
    Twice {
        /// The key.
        key: String,
    },
}

/// Puts our entries into the text of a `settings.json`; `None` stands for a file that does not exist.
///
/// `program` is the absolute path of the `plangate` to be run. Entries of ours that are there already are replaced, so
/// that installing twice is installing once. Everything else stays as it is, byte for byte.
pub fn install(settings: Option<&str>, program: &str) -> Result<String, InstallError> {
    let Some(settings) = settings else { return Ok(new_file(program)) };
    let (mark, settings) = split_byte_order_mark(settings);
    let Some(text) = remove(settings)? else { return Ok(new_file(program)) };
    Ok(format!("{mark}{}", insert(text, program)?))
}

fn insert(mut text: String, program: &str) -> Result<String, InstallError> {
    let layout = Layout::of(&text, &object_at_top(&parse(&text)?)?.range);
    if member(&text, &["hooks"])?.is_none() {
        return insert_member(&text, &[], "hooks", &hooks(program), &layout);
    }
    for (event, group) in entries(program).into_iter().rev() {
        text = match member(&text, &["hooks", event])? {
            None => insert_member(&text, &["hooks"], event, &json!([group]), &layout)?,
            Some(groups) => insert_first(&text, &groups, &layout, |layout| layout.render(&group)),
        };
    }
    Ok(text)
}

/// Takes our entries out of the text of a `settings.json`; `None` if nothing is left of a file that was all ours.
///
/// `remove(install(x))` is `x`.
pub fn remove(settings: &str) -> Result<Option<String>, InstallError> {
    let (mark, settings) = split_byte_order_mark(settings);
    let mut text = settings.to_owned();
    loop {
        let document = parse(&text)?;
        match find_ours(&text, object_at_top(&document)?)? {
            None => return Ok(Some(format!("{mark}{text}"))),
            Some(Found::File) => return Ok(None),
            Some(Found::Span(span)) => text.replace_range(span, ""),
        }
    }
}

// --- what is put in ---

fn new_file(program: &str) -> String {
    Layout::new_file().render(&json!({ "hooks": hooks(program) })) + "\n"
}

fn hooks(program: &str) -> Value {
    Value::Object(entries(program).into_iter().map(|(event, group)| (event.to_owned(), json!([group]))).collect())
}

/// Whether settings have `program` asked about every call, exactly as [`install`] writes it: a matcher, a condition or a
/// prefix more, and some calls would not be asked about.
pub fn guards(settings: &Value, is_ours: impl Fn(&str) -> bool) -> bool {
    let groups = settings["hooks"]["PreToolUse"].as_array();
    groups.into_iter().flatten().any(|group| {
        let command = group["hooks"][0]["command"].as_str().unwrap_or_default();
        let program = shell_words::split(command).ok().and_then(|words| words.into_iter().next()).unwrap_or_default();
        is_ours(&program) && entries(&program).first().is_some_and(|(_, written)| written == group)
    })
}

/// What Claude Code is to ask plangate about.
fn entries(program: &str) -> Vec<(&'static str, Value)> {
    let program = shell_words::quote(program);
    // A call whose hook fails would run. `onFailure` turns that round where it is known (a missing program, a crash, a
    // signal, a time-out); the shell does it too, but for the time-out, where it is not.
    let guard = format!("{program} hook claude-code || exit 2 {MARK}");
    let tell = format!("{program} hook claude-code {MARK}");
    let hook = |command: &str, timeout: u64| json!({ "type": "command", "command": command, "timeout": timeout });
    let mut call = hook(&guard, CALL_TIMEOUT_SECONDS);
    call["onFailure"] = json!("block");
    vec![
        ("PreToolUse", json!({ "matcher": "*", "hooks": [call] })),
        ("UserPromptSubmit", json!({ "hooks": [hook(&tell, PROMPT_TIMEOUT_SECONDS)] })),
        ("SessionStart", json!({ "hooks": [hook(&tell, CALL_TIMEOUT_SECONDS)] })),
        ("SubagentStart", json!({ "hooks": [hook(&tell, CALL_TIMEOUT_SECONDS)] })),
        ("Stop", json!({ "hooks": [hook(&tell, CALL_TIMEOUT_SECONDS)] })),
        ("ConfigChange", json!({ "hooks": [hook(&tell, CALL_TIMEOUT_SECONDS)] })),
    ]
}

fn insert_member(text: &str, path: &[&str], key: &str, value: &Value, layout: &Layout) -> Result<String, InstallError> {
    let document = parse(text)?;
    let container = match member(text, path)? {
        Some(container) => container,
        None => span(&object_at_top(&document)?.range),
    };
    Ok(insert_first(text, &container, layout, |layout| format!("{}: {}", json!(key), layout.render(value))))
}

/// Puts an entry behind the opening bracket of `container`: with the white space that its first entry has,
/// and on one line with the bracket if it had none.
fn insert_first(text: &str, container: &Range<usize>, layout: &Layout, entry: impl Fn(&Layout) -> String) -> String {
    let at = container.start + 1;
    let inside = &text[at..container.end - 1];
    let first = inside.trim_start();
    let lead = &inside[..inside.len() - first.len()];
    let piece =
        if first.is_empty() { entry(&Layout::one_line()) } else { format!("{lead}{},", entry(&layout.led_by(lead))) };
    format!("{}{piece}{}", &text[..at], &text[at..])
}

// --- what is taken out ---

enum Found {
    File,
    Span(Range<usize>),
}

/// Finds one entry of ours, with the comma that goes with it, and with the containers that we opened for it.
fn find_ours(text: &str, top: &Object<'_>) -> Result<Option<Found>, InstallError> {
    let Some(hooks_member) = only(top, "hooks")? else { return Ok(None) };
    let hooks = object(&hooks_member.value, "hooks")?;
    for event in &hooks.properties {
        let place = format!("hooks.{}", event.name.as_str());
        only(hooks, event.name.as_str())?;
        let groups = array(&event.value, &place)?;
        for group in &groups.elements {
            let inner = object(group, &format!("{place}[]"))?;
            let Some(inner) = only(inner, "hooks")? else { return Err(shape(format!("{place}[].hooks"), "an array")) };
            let inner = array(&inner.value, &format!("{place}[].hooks"))?;
            let Some(ours) = inner.elements.iter().find(|hook| is_ours(hook)) else { continue };
            let chain = [
                Link::new(&inner.range, ranges(&inner.elements), ours.range().start),
                Link::new(&groups.range, ranges(&groups.elements), group.range().start),
                Link::new(&hooks.range, ranges(&hooks.properties), event.range.start),
                Link::new(&top.range, ranges(&top.properties), hooks_member.range.start),
            ];
            return Ok(Some(widest_of_ours(text, &chain)));
        }
    }
    Ok(None)
}

/// A container, its entries, and which of them leads to the hook that goes.
struct Link {
    container: Range<usize>,
    entries: Vec<Range<usize>>,
    at: usize,
}

impl Link {
    fn new(container: &jsonc_parser::common::Range, entries: Vec<Range<usize>>, start: usize) -> Self {
        let at = entries.iter().position(|entry| entry.start == start).unwrap_or_default();
        Self { container: span(container), entries, at }
    }

    /// The entry alone, with one comma.
    fn entry(&self, text: &str) -> Range<usize> {
        let entry = &self.entries[self.at];
        match (self.at.checked_sub(1).map(|before| &self.entries[before]), self.entries.get(self.at + 1)) {
            (Some(before), _) => before.end..entry.end,
            (None, Some(_)) => self.container.start + 1..entry.end + comma(&text[entry.end..]),
            (None, None) => self.container.start + 1..entry.end,
        }
    }

    /// Whether nothing else is in the container, and it begins as those do that we opened.
    fn is_ours_alone(&self, text: &str) -> bool {
        self.entries.len() == 1 && text[self.container.start + 1..].starts_with([' ', '\t', '\r', '\n'])
    }
}

fn widest_of_ours(text: &str, chain: &[Link]) -> Found {
    for (depth, link) in chain.iter().enumerate() {
        // A group is of no use without its hooks, whoever opened it.
        let is_group = depth == 0 && link.entries.len() == 1;
        if !is_group && !link.is_ours_alone(text) {
            return Found::Span(link.entry(text));
        }
    }
    Found::File
}

/// How far the comma is, counted to behind it.
fn comma(text: &str) -> usize {
    text.find(',').map_or(0, |at| at + 1)
}

fn is_ours(hook: &Ast<'_>) -> bool {
    let command = hook.as_object().and_then(|hook| hook.get_string("command"));
    command.is_some_and(|command| command.value.trim_end().ends_with(MARK) && command.value.contains(" hook "))
}

// --- spans ---

/// Some editors begin a file so.
fn split_byte_order_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 })
}

/// Reads strict JSON.
fn parse(text: &str) -> Result<Ast<'_>, InstallError> {
    let problem = |problem: String| InstallError::NotJson { problem };
    // The parser of spans forgives more than Claude Code does.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| problem(error.to_string()))?;
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict).map_err(|error| problem(error.to_string()))?;
    parsed.value.ok_or_else(|| problem("nothing in it".to_owned()))
}

fn object_at_top<'a>(document: &'a Ast<'a>) -> Result<&'a Object<'a>, InstallError> {
    object(document, "the file")
}

/// Where the value at `path` stands.
fn member(text: &str, path: &[&str]) -> Result<Option<Range<usize>>, InstallError> {
    let document = parse(text)?;
    let mut value = &document;
    let mut place = "the file";
    for key in path {
        let Some(found) = only(object(value, place)?, key)? else { return Ok(None) };
        value = &found.value;
        place = key;
    }
    Ok(Some(span(&value.range())))
}

fn only<'a, 'b>(object: &'b Object<'a>, key: &str) -> Result<Option<&'b ObjectProp<'a>>, InstallError> {
    let mut found = object.properties.iter().filter(|property| property.name.as_str() == key);
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err(InstallError::Twice { key: key.to_owned() }),
    }
}

fn object<'a, 'b>(value: &'b Ast<'a>, place: &str) -> Result<&'b Object<'a>, InstallError> {
    value.as_object().ok_or_else(|| shape(place.to_owned(), "an object"))
}

fn array<'a, 'b>(value: &'b Ast<'a>, place: &str) -> Result<&'b Array<'a>, InstallError> {
    value.as_array().ok_or_else(|| shape(place.to_owned(), "an array"))
}

fn shape(place: String, expected: &'static str) -> InstallError {
    InstallError::Shape { place, expected }
}

fn ranges<T: Ranged>(entries: &[T]) -> Vec<Range<usize>> {
    entries.iter().map(|entry| span(&entry.range())).collect()
}

fn span(range: &jsonc_parser::common::Range) -> Range<usize> {
    range.start..range.end
}

#[cfg(test)]
mod tests;
