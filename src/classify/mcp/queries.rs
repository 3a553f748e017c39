//! Cypher and SPARQL, as far as finding a word that writes needs it.
//!
//! Words inside of strings do not count, unless the text has comments or escapes that may move the strings' ends:
//! then every word counts.

/// The query languages in which a writing word decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// openCypher and the additions of Neo4j 5.
    Cypher,
    /// SPARQL 1.1 Update.
    Sparql,
}

/// The first word of `text` that writes, in upper case.
pub(super) fn writing_word(kind: Kind, text: &str) -> Option<String> {
    let words = match kind {
        Kind::Cypher => CYPHER,
        Kind::Sparql => SPARQL,
    };
    bare_words(kind, text).find(|word| words.binary_search(&word.as_str()).is_ok())
}

/// Which of the languages a text plainly is, when no name says it.
pub(super) fn looks_like(text: &str) -> Option<Kind> {
    let words: Vec<String> = bare_words(Kind::Sparql, text).take(3).collect();
    let mut words = words.iter().map(String::as_str);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let opens = |sign: char| text.contains(sign);
    let cypher = match first {
        "MATCH" | "MERGE" | "CREATE" | "DETACH" | "OPTIONAL" | "UNWIND" | "FOREACH" | "CALL" | "PROFILE" => opens('('),
        "LOAD" => second == "CSV",
        _ => false,
    };
    let sparql = match first {
        "BASE" | "LOAD" | "PREFIX" => opens('<'),
        "INSERT" | "DELETE" | "WITH" => opens('{'),
        "CLEAR" | "DROP" | "CREATE" | "COPY" | "MOVE" | "ADD" => {
            ["ALL", "DEFAULT", "GRAPH", "NAMED", "SILENT"].contains(&second) || text.trim_end().ends_with('>')
        }
        _ => false,
    };
    match (cypher, sparql) {
        (true, _) => Some(Kind::Cypher),
        (false, true) => Some(Kind::Sparql),
        (false, false) => None,
    }
}

/// `.drop table T`, `.set T <| query`: a management command of Kusto, no file name and no selector.
pub(super) fn is_kusto_command(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix('.') else { return false };
    let mut words = rest.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let subject = words.next().unwrap_or_default();
    let plain = !verb.is_empty() && verb.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    plain && (text.contains("<|") || KUSTO.contains(&subject))
}

/// What Kusto's commands act on.
#[rustfmt::skip]
const KUSTO: &[&str] = &[
    "async", "cluster", "column", "columns", "database", "databases", "extent", "extents", "external", "function", "functions", "inline",
    "into", "materialized-view", "materialized-views", "stored_query_result", "table", "tables",
];

#[rustfmt::skip]
const CYPHER: &[&str] = &[
    "ALTER", "CALL", "CREATE", "DEALLOCATE", "DELETE", "DENY", "DETACH", "DROP", "DRYRUN", "ENABLE", "FOREACH",
    "GRANT", "INSERT", "LOAD", "MERGE", "REALLOCATE", "REMOVE", "RENAME", "REVOKE", "SET", "START", "STOP",
    "TERMINATE",
];

const SPARQL: &[&str] = &["ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE"];

/// The words outside of strings that no sign marks as a name, in upper case.
fn bare_words(kind: Kind, text: &str) -> impl Iterator<Item = String> {
    let bytes = text.as_bytes();
    // Neo4j replaces `\u0027` before it looks for strings; comments may hold a lone quote.
    let unclear = match kind {
        Kind::Cypher => ["//", "/*", "\\"].iter().any(|sign| text.contains(sign)),
        Kind::Sparql => ["#", "\\", "'''", "\"\"\""].iter().any(|sign| text.contains(sign)),
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            match bytes[at] {
                quote @ (b'\'' | b'"' | b'`') if !unclear => {
                    let end = bytes[at + 1..].iter().position(|b| *b == quote);
                    // Behind a quote without a partner every word counts.
                    at += end.map_or(1, |end| end + 2);
                }
                b if is_word(b) => {
                    let start = at;
                    at += bytes[at..].iter().position(|b| !is_word(*b)).unwrap_or(bytes.len() - at);
                    if !(names(kind, &bytes[..start]) || is_prefix(kind, &bytes[at..])) {
                        return Some(text[start..at].to_ascii_uppercase());
                    }
                }
                _ => at += 1,
            }
        }
        None
    })
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii()
}

/// True when what stands before a word makes it a name: `$set`, `:Create`, `n.delete`, `?add`.
fn names(kind: Kind, before: &[u8]) -> bool {
    match (kind, before) {
        (Kind::Cypher, [.., owner, b'.']) => owner.is_ascii_alphabetic() || matches!(owner, b'_' | b'`' | b')'),
        (_, [.., b':' | b'$']) | (Kind::Sparql, [.., b'?' | b'/' | b'@' | b'-']) => true,
        _ => false,
    }
}

/// True for the prefix of a SPARQL name: `add:thing`.
fn is_prefix(kind: Kind, after: &[u8]) -> bool {
    kind == Kind::Sparql && after.first() == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_words_are_found_outside_of_strings_and_names() {
        for text in [
            "MATCH (n) DETACH DELETE n",
            "match (n) set n.a = 1",
            "MATCH (n) RETURN 'a' REMOVE n.x",
            "CALL { WITH 1 AS x CREATE (n) }",
            "CALL apoc.periodic.iterate('a', 'b', {})",
            "LOAD CSV FROM 'http://x' AS row RETURN row",
            "MATCH (n) // it's\nDELETE n //'",
            "RETURN '\\'' DELETE n //'",
            "RETURN \\u0027a DELETE n",
            "RETURN 1.SET",
        ] {
            assert!(writing_word(Kind::Cypher, text).is_some(), "{text}");
        }
        for text in [
            "MATCH (n:Create) WHERE n.delete = $set RETURN n",
            "MATCH (n {name: 'SET me'}) RETURN n.`drop`",
            "MATCH (n)-[:REMOVE]->(m) RETURN count(m)",
        ] {
            assert_eq!(writing_word(Kind::Cypher, text), None, "{text}");
        }
        for text in
            ["INSERT DATA { <a> <b> 1 }", "PREFIX a: <x#> DELETE WHERE { ?s ?p ?o }", "clear all", "# '\nDROP ALL #'"]
        {
            assert!(writing_word(Kind::Sparql, text).is_some(), "{text}");
        }
        for text in ["SELECT ?add WHERE { ?add a:load \"DELETE\" }", "PREFIX add: <http://x/move> ASK { ?s add:a ?o }"]
        {
            assert_eq!(writing_word(Kind::Sparql, text), None, "{text}");
        }
    }

    #[test]
    fn plain_words_look_like_no_query_language() {
        for text in ["match day", "create a page", "delete all", "load balancer", "add (new) docs", "with cats"] {
            assert_eq!(looks_like(text), None, "{text}");
        }
        assert!(!is_kusto_command(".gitignore file") && !is_kusto_command("... table"));
        assert!(is_kusto_command(" .drop table T") && is_kusto_command(".set x <| y"));
        assert_eq!(looks_like("MATCH (n) DELETE n"), Some(Kind::Cypher));
        assert_eq!(looks_like("prefix a: <b> delete where {}"), Some(Kind::Sparql));
        assert_eq!(looks_like("CLEAR GRAPH <x>"), Some(Kind::Sparql));
    }
}
