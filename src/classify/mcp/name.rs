//! A tool's name taken apart: server, words, segments.

use super::verbs::{Class, class};
use crate::model::Span;

/// The longest tool name that is judged; a longer one is nobody's name.
pub(super) const MAX_NAME_BYTES: usize = 512;

/// One word of a tool's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case, without digits.
    pub(super) text: String,
    /// Its bytes in the whole name.
    pub(super) span: Span,
    /// What it does as a verb.
    pub(super) class: Class,
    /// It opens a part of a name that separates words with one sign and parts with another: the `get` of
    /// `monitor_metrics_get-definition`.
    pub(super) opens_part: bool,
}

/// A tool's name without what its host and its server put in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The words joined by `_`, with those that repeat the server's name.
    pub(super) full: String,
    /// The words joined by `_`: how the tables spell a tool.
    pub(super) spelled: String,
    /// The words of the tool itself, never empty unless the name has no letter at all.
    pub(super) words: Vec<Word>,
}

impl Name {
    /// Takes `mcp__SERVER__TOOL`, `mcp_SERVER_TOOL` or a bare tool name apart.
    ///
    /// Words end at everything that is no letter, and where capitals say so (`createIssue`, `getOAuthURL`).
    /// Leading words that only repeat the server's name are dropped as long as a word remains.
    pub(super) fn parse(full: &str) -> Self {
        let (server, tool_at) = match full.strip_prefix("mcp__") {
            Some(rest) => match rest.find("__") {
                Some(end) => (Some(&rest[..end]), "mcp__".len() + end + 2),
                None => (None, "mcp__".len()),
            },
            None => (None, if full.starts_with("mcp_") { "mcp_".len() } else { 0 }),
        };
        let mut words = words(full, tool_at);
        let full = spell(&words);
        if let Some(server) = server {
            drop_server_words(&mut words, server);
        }
        settle_compounds(&mut words);
        let spelled = spell(&words);
        Self { full, spelled, words }
    }
}

fn spell(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(&word.text);
    }
    text
}

/// The words of a short text that is no tool's name: an operation, an argument's name.
pub(super) fn words_of(text: &str) -> Vec<Word> {
    if text.len() <= MAX_NAME_BYTES { words(text, 0) } else { Vec::new() }
}

fn words(full: &str, tool_at: usize) -> Vec<Word> {
    let tool = &full[tool_at..];
    let mixed = tool.contains('_') && tool.contains('-');
    let bytes = tool.as_bytes();
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let start = at;
        at = word_end(bytes, at);
        let text = tool[start..at].to_ascii_lowercase();
        let class = class(&text);
        let opens_part = mixed && start > 0 && bytes[start - 1] == b'_';
        words.push(Word { text, span: Span { start: tool_at + start, end: tool_at + at }, class, opens_part });
    }
    words
}

/// The end of the word that starts at `at`: `issue` in `issueList`, `HTTP` in `HTTPRequest`.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end].is_ascii_alphabetic() {
        let turns_upper = bytes[end - 1].is_ascii_lowercase() && bytes[end].is_ascii_uppercase();
        let acronym_ends =
            bytes[end].is_ascii_uppercase() && bytes[end - 1].is_ascii_uppercase() && opens_word(bytes, end);
        if turns_upper || acronym_ends {
            break;
        }
        end += 1;
    }
    end
}

/// True when the capital at `at` opens a word after an acronym; the `s` of `listPRs` makes no word.
fn opens_word(bytes: &[u8], at: usize) -> bool {
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    lower(at + 1) && (bytes[at + 1] != b's' || lower(at + 2))
}

fn drop_server_words(words: &mut Vec<Word>, server: &str) {
    let server = server.to_ascii_lowercase();
    let repeats = |word: &Word| server.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part == word.text);
    while words.len() > 1 && repeats(&words[0]) && words[0].class == Class::Noun {
        words.remove(0);
    }
}

/// A pull request is a thing, though `pull` is a verb.
fn settle_compounds(words: &mut [Word]) {
    for at in 1..words.len() {
        let thing = matches!(words[at].text.as_str(), "request" | "requests");
        let verb = matches!(words[at - 1].text.as_str(), "change" | "merge" | "pull");
        // In `request_pull` the request is the verb; behind a verb it is the thing.
        if thing && verb {
            words[at - 1].class = Class::Noun;
            words[at].class = Class::Noun;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(full: &str, words: &str) {
        assert_eq!(Name::parse(full).spelled, words, "{full}");
    }

    #[test]
    fn names_come_apart_at_signs_capitals_and_digits() {
        check("create_issue", "create_issue");
        check("mcp__github__create_issue", "create_issue");
        check("mcp__linear-tacticlaunch__linear_createIssue", "create_issue");
        check("mcp_probe_put_note", "probe_put_note");
        check("API-post-page", "api_post_page");
        check("listPRs", "list_prs");
        check("getHTTPResponse2Text", "get_http_response_text");
        check("d1_database_create", "d_database_create");
        check("mcp__notes__notes", "notes");
        check("mcp__search__search", "search");
        check("server.tools/list", "server_tools_list");
        check("mcp__broken", "broken");
        check("___", "");
    }

    #[test]
    fn spans_point_into_the_whole_name() {
        let name = Name::parse("mcp__github__create_issue");
        let spans: Vec<_> = name.words.iter().map(|w| (w.span.start, w.span.end)).collect();
        assert_eq!(spans, [(13, 19), (20, 25)]);
    }
}
