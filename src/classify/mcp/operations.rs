//! Words that say what is to be done: operations, HTTP methods, tools that are called by another.

use serde_json::Value;

use super::name::{self, Word};
use super::rules::{self, Finding};
use super::verbs::{Class, class};
use super::walk::{Place, Within};
use super::{read, write};
use crate::classify::arguments::same_name;
use crate::model::Evidence;

/// What the tool's name says about words in its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    /// It tells what others did: `search_logs`, `list_events`.
    observes: bool,
    /// It tells about tools.
    tools: bool,
}

impl Subject {
    pub(super) fn of(words: &[Word]) -> Self {
        let says = |names: &[&str]| words.iter().any(|word| names.contains(&word.text.as_str()));
        Self { observes: says(OBSERVED), tools: says(&["tool", "tools"]) }
    }
}

#[rustfmt::skip]
const OBSERVED: &[&str] = &[
    "activities", "activity", "audit", "audits", "event", "events", "history", "latency", "log", "logs", "metrics", "requests",
    "span", "spans", "trace", "traces",
];

/// The names of what says what is to be done.
pub(super) const OPERATION: &[&str] = &["operation", "action", "sub_command", "op", "method", "verb"];

/// An argument that asks for an operation that writes; one that is unknown says nothing.
pub(super) fn find_write(subject: Subject, place: Place<'_>, value: &Value) -> Option<Evidence> {
    if place.within == Within::Criteria {
        return None;
    }
    if let Some(evidence) = texts(value).find_map(|text| begins_with_method(place.key, text)) {
        return Some(evidence);
    }
    let asks = asked(subject, place)?;
    texts(value).find_map(|text| writes(asks, place.key, text))
}

/// `{"endpoint": "DELETE /items/1"}`: the first line of a request.
fn begins_with_method(key: &str, text: &str) -> Option<Evidence> {
    let (method, target) = text.trim_start().split_once(' ')?;
    let last = name::texts_of(key).pop()?;
    let named =
        ["api", "call", "endpoint", "path", "request", "resource", "route", "uri", "url"].contains(&last.as_str());
    let asks = named && is_http_method(method) && target.trim_start().starts_with(['/', 'h', '{']);
    (asks && !is_reading_method(method))
        .then(|| write("mcp.argument.method", format!("`{key}` begins with no reading HTTP method")))
}

/// How surely an argument names an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// `action`, `tool`.
    Surely,
    /// `payment_method`: only an HTTP method speaks.
    ByMethod,
}

fn asked(subject: Subject, place: Place<'_>) -> Option<Asks> {
    let is = |names: &[&str]| names.iter().any(|name| same_name(place.key, name));
    let words = name::texts_of(place.key);
    let (first, last) = (stem(words.first()?), stem(words.last()?));
    let named = |word: &str| ["action", "op", "operation"].contains(&word);
    if is(OPERATION) || is(&["http_method"]) || (!subject.tools && is(&["tool", "tool_name", "function_name"])) {
        return Some(Asks::Surely);
    }
    // `{"steps": [{"type": "delete"}]}`.
    let under = name::texts_of(place.under).last().map(|word| stem(word).to_owned());
    if is(&["kind", "name", "type"]) && under.is_some_and(|under| STEPS.contains(&under.as_str())) {
        return Some(Asks::Surely);
    }
    if subject.observes {
        return None;
    }
    let calls = ["api", "call", "function", "http", "request", "rpc", "tool"].contains(&first);
    match last {
        last if named(last) || named(first) || (calls && ["method", "verb"].contains(&last)) => Some(Asks::Surely),
        "method" | "verb" => Some(Asks::ByMethod),
        _ => None,
    }
}

/// Names, in the singular, of lists of things to do.
#[rustfmt::skip]
const STEPS: &[&str] = &[
    "action", "batch", "call", "change", "command", "edit", "mutation", "op", "operation", "request", "step", "task",
];

fn stem(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// The texts of an argument, also those in a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = value.as_array().into_iter().flatten();
    std::iter::once(value).chain(items).filter_map(Value::as_str)
}

fn writes(asks: Asks, key: &str, text: &str) -> Option<Evidence> {
    let method = is_http_method(text);
    if method && !is_reading_method(text) {
        return Some(write("mcp.argument.method", format!("`{key}` is no reading HTTP method")));
    }
    if method || asks == Asks::ByMethod {
        return None;
    }
    let words = name::words_of(text);
    let verb = [words.first()?, words.last()?].into_iter().find(|word| word.class == Class::Write);
    // Alone, a word that could be a thing is the operation: `merge`, `deploy`. `chat.postMessage` is the name of one.
    let alone = words.len() == 1 && words[0].class == Class::WriteOrNoun;
    let named = || match rules::judge(&words) {
        Finding::Writes(word) if !text.trim().contains(char::is_whitespace) => Some(word),
        _ => None,
    };
    let word = verb.or_else(|| alone.then(|| &words[0])).or_else(named)?;
    Some(write("mcp.argument.operation", format!("`{key}` is `{}`, {}", word.text, word.class)))
}

fn is_http_method(text: &str) -> bool {
    let methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
    methods.iter().any(|method| text.trim().eq_ignore_ascii_case(method))
}

fn is_reading_method(text: &str) -> bool {
    ["GET", "HEAD", "OPTIONS"].iter().any(|method| text.trim().eq_ignore_ascii_case(method))
}

/// Judges a text that must be an HTTP method.
pub(super) fn method_of_table(key: &str, text: &str) -> Evidence {
    if is_reading_method(text) {
        read("mcp.argument.method", format!("`{key}` is a reading HTTP method"))
    } else {
        write("mcp.argument.method", format!("`{key}` is no reading HTTP method"))
    }
}

/// Judges a text that must be an operation.
pub(super) fn of_table(key: &str, text: &str) -> Evidence {
    let words = name::words_of(text);
    let reads = |word: &Word| {
        matches!(word.class, Class::Read | Class::ReadOrNoun) || ["current", "history", "status"].contains(&&*word.text)
    };
    let harmless = words.iter().all(|word| class(&word.text) != Class::Write);
    if harmless && words.first().is_some_and(reads) {
        read("mcp.argument.operation", format!("`{key}` is a reading operation"))
    } else {
        write("mcp.argument.operation", format!("`{key}` is not known to be a reading operation"))
    }
}
