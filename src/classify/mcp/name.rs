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
        // `health_tool`: what else should it be.
        if words.len() > 1 && words.last().is_some_and(|word| word.text == "tool") {
            words.pop();
        }
        settle_compounds(&mut words);
        settle_measures(&mut words);
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

/// The same words without what they do, which costs more than finding them.
pub(super) fn texts_of(text: &str) -> Vec<String> {
    if text.len() > MAX_NAME_BYTES {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_alphabetic() {
            let start = at;
            at = word_end(bytes, at);
            words.push(text[start..at].to_ascii_lowercase());
        } else {
            at += 1;
        }
    }
    words
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
        let before = &bytes[..start];
        let opens_part = (mixed && before.ends_with(b"_")) || before.ends_with(b"--") || before.ends_with(b"__");
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

/// Drops words that repeat the server's name from both ends. A word that may be a verb goes only before a verb that
/// asks, or where it has digits: `protect_get_camera` of the server `protect`, `auth0_list_logs` of `auth0`.
fn drop_server_words(words: &mut Vec<Word>, server: &str) {
    let server = server.to_ascii_lowercase();
    let repeats = |word: &Word| server.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part == word.text);
    // Digits make a name of a verb; without them `share_list` shares one.
    let numbered = |word: &Word| {
        let behind = server.strip_prefix(word.text.as_str());
        behind.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let asks = |word: &Word| ["describe", "find", "geocode", "get", "retrieve", "search"].contains(&&*word.text);
    // `share_list_with` shares; `protect_list_cameras` and `close_list_email_activities` list.
    let lists = |words: &[Word]| {
        let told = words.last().is_some_and(|thing| ["activities", "events", "logs"].contains(&&*thing.text));
        words[1].text == "list" && words.get(2).is_some_and(|thing| thing.text.ends_with('s') || told)
    };
    while words.len() > 1 && repeats(&words[0]) {
        match words[0].class {
            Class::Noun => {}
            Class::Unclear | Class::Write | Class::WriteOrNoun if asks(&words[1]) || lists(words) => {}
            Class::WriteOrNoun if numbered(&words[0]) => {}
            _ => break,
        }
        words.remove(0);
    }
    // `web_search_exa`, but not `show_note_in_exa`.
    let joins =
        |word: &Word| ["as", "at", "by", "for", "from", "in", "into", "on", "to", "with"].contains(&&*word.text);
    while let [.., before, last] = words.as_slice()
        && words.len() > 2
        && repeats(last)
        && last.class == Class::Noun
        && !joins(before)
        && before.text != "go"
    {
        words.pop();
    }
}

/// A pull request is a thing, though `pull` is a verb.
fn settle_compounds(words: &mut [Word]) {
    let mut asked = false;
    for at in 1..words.len() {
        let (before, behind) = words.split_at_mut(at);
        let (left, right) = (&mut before[at - 1], &mut behind[0]);
        // `component_set_state` sets one; `get_rule_set` gets a set.
        let setter = right.text == "set" && !asked;
        asked |= matches!(left.class, Class::Read | Class::ReadOrNoun);
        if setter {
            continue;
        }
        let Some(row) = COMPOUNDS.iter().find(|row| row.0.contains(&&*left.text) && row.1.contains(&&*right.text))
        else {
            continue;
        };
        left.class = Class::Noun;
        if row.2 == Of::Both {
            right.class = Class::Noun;
        }
    }
}

/// Behind `by` stands what something is found or sorted by: the `post` of `cloud_by_post_ids`.
fn settle_measures(words: &mut [Word]) {
    let mut by = false;
    let last = words.len().saturating_sub(1);
    let mut behind = 0;
    for (at, word) in words.iter_mut().enumerate().skip(1) {
        behind = if word.text == "by" { 1 } else { behind + usize::from(behind > 0) };
        by = word.text == "by" || by && !["and", "or", "then", "to"].contains(&&*word.text);
        // `user_by_id_ban` bans one.
        if by && word.class == Class::WriteOrNoun && (at < last || behind == 2) {
            word.class = Class::Noun;
        }
    }
}

/// Which words of a compound are no verbs.
#[derive(PartialEq, Eq)]
enum Of {
    First,
    Both,
}

/// Pairs of words that name a thing together, though each may be a verb elsewhere.
#[rustfmt::skip]
const COMPOUNDS: &[(&[&str], &[&str], Of)] = &[
    // In `request_pull` the request is the verb; behind a verb it is the thing.
    (&["change", "merge", "pull"], &["request", "requests"], Of::Both),
    (&["forward", "reverse"], &["dns", "geocode", "geocoding", "lookup", "proxy"], Of::First),
    // A run of something, and how far it is.
    (
        &[
            "auth", "backup", "build", "call", "crawl", "deploy", "export", "import", "job", "login", "migrate",
            "order", "render", "rollout", "run", "scan", "test", "train",
        ],
        &["status"], Of::Both,
    ),
    (&["file"], &[
        "content", "contents", "count", "diff", "exists", "get", "history", "info", "list", "metadata", "outline", "path",
        "read", "search", "size", "stat", "stats", "structure", "summary", "system", "tree", "type",
    ], Of::First),
    (&["google", "one"], &["drive"], Of::Both),
    (&["index"], &[
        "description", "details", "get", "info", "list", "mapping", "mappings", "metadata", "schema", "settings", "size", "stats",
        "status", "usage",
    ], Of::First),
    (&["drive"], &["file", "files", "folder", "folders", "get", "info", "item", "items", "list", "read", "search"], Of::First),
    (&["map"], &["data", "image", "images", "layer", "layers", "style", "styles", "tile", "tiles", "view"], Of::First),
    (&["place"], &["detail", "details", "photo", "photos", "reviews", "search"], Of::First),
    (&["call"], &["history", "log", "logs", "transcript", "transcripts"], Of::First),
    (&["branch", "chat", "commit", "feed", "label", "stream", "tag"], &["count", "history", "info", "stats", "values"], Of::First),
    (&["comment", "invoice", "message"], &["count", "history", "stats"], Of::First),
    (&["chunk"], &["count", "details"], Of::First),
    (&["call"], &["quality"], Of::First),
    (&["app", "data", "feature", "key", "object", "play", "vector"], &["store", "stores"], Of::Both),
    (&["google"], &["play"], Of::Both),
    (&["backend", "change", "component", "data", "image", "option", "record", "result", "rule"], &["set", "sets"], Of::Both),
    (&["go"], &["doc", "docs", "module", "modules", "package", "packages"], Of::First),
    (&["exchange"], &["info", "rate", "rates"], Of::Both),
    (&["order"], &["book"], Of::Both),
    (&["rate"], &["card", "cards", "limit", "limits"], Of::Both),
    (&["press"], &["release", "releases"], Of::Both),
    (&["trade"], &["history"], Of::First),
    (&["comment"], &["period", "periods"], Of::First),
    (&["proxy"], &["rule", "rules", "status"], Of::First),
    (&["screen"], &["capture"], Of::Both),
    (&["slow"], &["log", "logs", "queries", "query", "requests"], Of::First),
    (&["test"], &["plan", "plans", "report", "reports", "result", "results", "suite", "suites"], Of::First),
    (&["testplan"], &["list"], Of::First),
];

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
        check("mcp__auth0__auth0_list_logs", "list_logs");
        check("mcp__share__share_note", "share_note");
        check("mcp__share__share_list_with", "share_list_with");
        check("mcp__unifi-protect__protect_get_camera", "get_camera");
        check("mcp__unifi-protect__protect_list_cameras", "list_cameras");
        check("mcp__unifi-protect__protect_camera", "protect_camera");
        check("mcp__exa__web_search_exa", "web_search");
        check("mcp__exa__show_note_in_exa", "show_note_in_exa");
        check("ClusterHealthTool", "cluster_health");
        check("tool", "tool");
    }

    #[test]
    fn spans_point_into_the_whole_name() {
        let name = Name::parse("mcp__github__create_issue");
        let spans: Vec<_> = name.words.iter().map(|w| (w.span.start, w.span.end)).collect();
        assert_eq!(spans, [(13, 19), (20, 25)]);
    }
}
