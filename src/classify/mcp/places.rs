//! Arguments that name a place to save the result.

use serde_json::Value;

use super::name;
use super::write;
use crate::model::Evidence;

/// An argument such as `output_path`, `saveAs` or `to_file` that names a place, in whatever shape.
pub(super) fn find_write(key: &str, value: &Value) -> Option<Evidence> {
    (is_output(key) && names_a_place(value))
        .then(|| write("mcp.argument.output", format!("`{key}` names a place to save the result")))
}

fn is_output(key: &str) -> bool {
    let starts = |word: &&str| key.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if !ROWS.iter().flat_map(|(first, _)| *first).any(starts) {
        return false;
    }
    let words = name::texts_of(key);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let row = |(firsts, lasts): &(&[&str], &[&str])| {
        words.len() > 1 && firsts.contains(&first.as_str()) && lasts.contains(&last.as_str())
    };
    ROWS.iter().any(row) || ["outfile", "outputfile", "outputdir"].contains(&first.as_str())
}

/// First and last words of the names of places where something is put.
#[rustfmt::skip]
const ROWS: &[(&[&str], &[&str])] = &[
    (&["download", "dump", "export", "local", "out", "output", "persist", "save", "write"], &[
        "dest", "destination", "dir", "directory", "disk", "file", "filename", "filepath", "files", "folder", "location", "path", "paths",
        "to",
    ]),
    (&["dump", "save", "store", "write"], &["as", "into", "to"]),
    (&["dest", "destination", "target"], &["dir", "directory", "file", "filename", "folder"]),
    (&["file", "filename", "filepath", "path"], &["out", "output"]),
    (&["to"], &["dir", "directory", "disk", "file", "folder", "path"]),
];

/// A text that is not empty, or a switch that is on.
fn names_a_place(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Bool(on) => *on,
        Value::Array(items) => items.iter().any(names_a_place),
        Value::Object(object) => object.values().any(names_a_place),
        Value::Number(_) | Value::Null => false,
    }
}
