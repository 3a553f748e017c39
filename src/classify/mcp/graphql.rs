//! GraphQL documents, as far as telling queries from mutations needs it.

use super::sql::Refusal;
use crate::model::Span;

/// True when a text is plainly a GraphQL document and no words to search for.
pub(super) fn looks_like(text: &str) -> bool {
    let text = skip_ignored(text);
    let keyword =
        ["query", "mutation", "subscription", "fragment"].into_iter().find_map(|word| text.strip_prefix(word));
    match keyword {
        Some(rest) => rest.contains('{') && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'),
        None => text.starts_with('{') && !text.contains('"') && text.trim_end().ends_with('}'),
    }
}

/// The text behind what GraphQL ignores: blanks, commas, comments, a byte order mark.
fn skip_ignored(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '\u{feff}'));
        let Some(comment) = rest.strip_prefix('#') else { return rest };
        rest = comment.find(['\n', '\r']).map_or("", |end| &comment[end..]);
    }
}

/// Accepts a document whose every operation is a query.
///
/// Follows the lexical grammar of the GraphQL specification (October 2021, section 2.1): strings, block strings,
/// comments. Only words outside of every brace say what an operation is.
pub(super) fn reads(text: &str) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut definitions, mut header) = (0, 0_usize, 0, false);
    while at < bytes.len() {
        let start = at;
        let refuse = |end, problem| Err(Refusal { span: Span { start, end }, problem });
        match bytes[at] {
            b'#' => at += bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
            b'"' => match string_end(text, at) {
                Some(end) => at = end,
                None => return refuse(bytes.len(), "has a string without an end"),
            },
            b'{' | b'(' | b'[' => {
                // A selection without a header is a query.
                definitions += usize::from(depth == 0 && bytes[at] == b'{' && !header);
                header &= !(depth == 0 && bytes[at] == b'{');
                depth += 1;
                at += 1;
            }
            b'}' | b')' | b']' => {
                let Some(outer) = depth.checked_sub(1) else { return refuse(at + 1, "closes what was not opened") };
                depth = outer;
                at += 1;
            }
            b if b.is_ascii_alphabetic() || b == b'_' => {
                at += bytes[at..]
                    .iter()
                    .position(|b| !b.is_ascii_alphanumeric() && *b != b'_')
                    .unwrap_or(bytes.len() - at);
                if depth == 0 && !header {
                    match &text[start..at] {
                        "query" | "fragment" => (definitions, header) = (definitions + 1, true),
                        "mutation" => return refuse(at, "is a mutation"),
                        _ => return refuse(at, "has an operation that is no query"),
                    }
                }
            }
            _ => at += 1,
        }
    }
    let whole = Span { start: 0, end: text.len() };
    match (depth, definitions) {
        (0, 1..) if !header => Ok(()),
        _ => Err(Refusal { span: whole, problem: "is no whole document" }),
    }
}

/// The byte behind the string that opens at `at`.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if let Some(body) = rest.strip_prefix("\"\"\"") {
        let mut from = 0;
        loop {
            let end = from + body[from..].find("\"\"\"")?;
            if !body[..end].ends_with('\\') {
                return Some(at + 3 + end + 3);
            }
            from = end + 3;
        }
    }
    let mut escaped = false;
    for (offset, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + offset + 1),
            b'\n' | b'\r' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_of_queries_read() {
        for query in [
            "{ viewer { login } }",
            "query { viewer { login } }",
            "query Q($id: ID!) @cached { node(id: $id) { id } } fragment F on User { mutation }",
            "# mutation\nquery { a(text: \"mutation { x }\") }",
            "{ a(text: \"\"\"mutation \\\"\"\" { \"\"\") }",
        ] {
            assert_eq!(reads(query), Ok(()), "{query}");
        }
        for other in [
            "mutation { deleteIssue(id: 1) { ok } }",
            "query A { a } mutation B { b }",
            "{ a } mutation { b }",
            "subscription { a }",
            "{ a(text: \"x\\\") } mutation { b }",
            "{ a(t: \"\"\"x\"\"\") } mutation { b }",
            "query { a ",
            "} mutation {",
            "",
            "query",
            "delete everything",
        ] {
            assert!(reads(other).is_err(), "{other} passed as a query");
        }
    }

    #[test]
    fn words_to_search_for_are_no_document() {
        for words in ["mutation testing", "query planner", "is:open label:bug", "{\"match\": {\"a\": 1}}", "querying {"]
        {
            assert!(!looks_like(words), "{words}");
        }
        for document in [" mutation M { a }", "{ a }", "# c\n\u{feff},,mutation{x}", ",mutation{x}"] {
            assert!(looks_like(document), "{document}");
        }
        assert!(!looks_like("# a heading") && !looks_like(",,"));
    }
}
