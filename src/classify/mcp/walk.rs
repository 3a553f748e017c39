//! Arguments at any depth: objects, lists, and texts that hold either as JSON.

use serde_json::Value;

use super::{name, write};
use crate::model::Evidence;

/// How deep arguments may be nested; deeper ones are not understood.
const MAX_DEPTH: usize = 64;

/// How many values a call may have; what comes behind them is not understood.
const MAX_VALUES: usize = 20_000;

/// Longer texts that look like JSON are not understood.
const MAX_JSON_BYTES: usize = 256 * 1024;

/// What texts that look like JSON are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// Arguments in another spelling: some server parses them.
    Json,
    /// Texts like any other.
    Plain,
}

/// Where an argument stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Its own name; an item of a list has that of the list.
    pub(super) key: &'a str,
    /// The name of what holds it; empty for the call itself.
    pub(super) under: &'a str,
    /// What the names around it and its own make of it.
    pub(super) within: Within,
}

/// What an argument is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// What is asked for.
    Arguments,
    /// What entries are compared with: `{"filter": {"method": "POST"}}`.
    Criteria,
    /// Stages of an aggregation, where `$set` computes.
    Pipeline,
}

/// The first evidence that `visit` finds in the arguments of a call, in the order in which they came, outer ones
/// before those that they hold. Arguments without a value are left out.
pub(super) fn find(
    args: &Value,
    texts: Texts,
    mut visit: impl FnMut(Place<'_>, &Value) -> Option<Evidence>,
) -> Option<Evidence> {
    let top = Place { key: "", under: "", within: Within::Arguments };
    Walk { texts, left: MAX_VALUES, visit: &mut visit }.inside(top, args, 0)
}

/// The same for one argument.
pub(super) fn find_at(
    key: &str,
    value: &Value,
    mut visit: impl FnMut(Place<'_>, &Value) -> Option<Evidence>,
) -> Option<Evidence> {
    let within = Within::Arguments.at(key, value);
    let place = Place { key, under: "", within };
    Walk { texts: Texts::Json, left: MAX_VALUES, visit: &mut visit }.at(place, value, 0)
}

struct Walk<'w> {
    texts: Texts,
    left: usize,
    visit: &'w mut dyn FnMut(Place<'_>, &Value) -> Option<Evidence>,
}

impl Walk<'_> {
    fn at(&mut self, place: Place<'_>, value: &Value, depth: usize) -> Option<Evidence> {
        (self.visit)(place, value).or_else(|| self.inside(place, value, depth + 1))
    }

    fn inside(&mut self, place: Place<'_>, value: &Value, depth: usize) -> Option<Evidence> {
        if depth > MAX_DEPTH || self.left == 0 {
            return Some(write("mcp.argument", "the arguments are too many or nested too deeply"));
        }
        self.left -= 1;
        match value {
            Value::Object(object) => object.iter().filter(|(_, inner)| !inner.is_null()).find_map(|(key, inner)| {
                let within = place.within.at(key, inner);
                self.at(Place { key, under: place.key, within }, inner, depth)
            }),
            Value::Array(items) => items.iter().find_map(|item| match item {
                Value::Array(_) => self.at(place, item, depth),
                _ => self.inside(place, item, depth + 1),
            }),
            Value::String(text) if self.texts == Texts::Json => self.inside_text(place, text, depth),
            _ => None,
        }
    }

    fn inside_text(&mut self, place: Place<'_>, text: &str, depth: usize) -> Option<Evidence> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let opens =
            |sign: char, next: &[char]| text.strip_prefix(sign).is_some_and(|rest| rest.trim_start().starts_with(next));
        let object = opens('{', &['"', '}']);
        if !object && !opens('[', &['{', '[', '"']) {
            return None;
        }
        if text.len() > MAX_JSON_BYTES {
            return Some(write("mcp.argument", format!("`{}` is JSON too long to be judged", place.key)));
        }
        match serde_json::from_str::<Value>(text) {
            Ok(parsed) => self.at(place, &parsed, depth),
            // Some parsers take more than the standard does; what is looked for may be a part of some JSON.
            Err(_)
                if (object || text.contains("{\"")) && place.within == Within::Arguments && !is_sought(place.key) =>
            {
                Some(write("mcp.argument", format!("the JSON in `{}` is not understood", place.key)))
            }
            Err(_) => None,
        }
    }
}

impl Within {
    /// What an argument with this name is a part of, when what holds it is a part of `self`.
    fn at(self, key: &str, value: &Value) -> Self {
        let words = name::texts_of(key);
        let ends = [words.first(), words.last()];
        let says = |names: &[&str]| ends.iter().flatten().any(|word| names.contains(&word.as_str()));
        match self {
            Self::Arguments if says(STAGES) => Self::Pipeline,
            Self::Arguments if says(CRITERIA) || (value.is_object() && says(&["query", "search"])) => Self::Criteria,
            within => within,
        }
    }
}

/// True for the names of what is looked for.
pub(super) fn is_sought(key: &str) -> bool {
    let words = name::texts_of(key);
    words.last().is_some_and(|word| SOUGHT.contains(&word.as_str()))
}

#[rustfmt::skip]
const SOUGHT: &[&str] = &[
    "content", "contains", "keyword", "keywords", "pattern", "patterns", "q", "query", "regex", "search", "text",
];

const STAGES: &[&str] = &["aggregate", "aggregation", "aggregations", "aggs", "pipeline", "stages"];

#[rustfmt::skip]
const CRITERIA: &[&str] = &[
    "condition", "conditions", "criteria", "exclude", "excludes", "filter", "filters", "include", "match", "must",
    "range", "selector", "should", "sort", "term", "terms", "where",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(args: &Value) -> Vec<String> {
        let mut keys = Vec::new();
        let found = find(args, Texts::Json, |place, _| {
            keys.push(place.key.to_owned());
            None
        });
        assert!(found.is_none(), "{found:?}");
        keys
    }

    #[test]
    fn objects_lists_and_json_in_texts_are_walked() {
        assert_eq!(keys(&json!({"a": {"b": [{"c": 1}, [{"d": null, "e": 2}]]}})), ["a", "b", "c", "b", "e"]);
        assert_eq!(keys(&json!({"a": "{\"b\": \"[{\\\"c\\\": 1}]\"}"})), ["a", "a", "b", "b", "c"]);
        assert_eq!(keys(&json!({"a": "[not json]", "b": "{x}"})), ["a", "b"]);
    }

    #[test]
    fn what_is_beyond_the_bounds_is_a_write() {
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        let wide = json!({"ids": vec![1; MAX_VALUES + 1]});
        let long = json!({"a": format!("[\"{}\"]", "x".repeat(MAX_JSON_BYTES))});
        for args in [json!({"a": deep}), wide, long, json!({"body": "{\"method\": NaN}"})] {
            assert!(find(&args, Texts::Json, |_, _| None).is_some());
        }
        assert!(find(&json!({"query": "{\"a\": "}), Texts::Json, |_, _| None).is_none(), "searched for");
    }
}
