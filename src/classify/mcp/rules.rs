//! Where a verb must stand in a tool's name to decide it.

use super::name::Word;
use super::verbs::Class;
use super::{made, phrases};

/// What the words of a name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding<'a> {
    /// This word makes it a write, whatever a hint says.
    Writes(&'a Word),
    /// This word makes it a read.
    Reads(&'a Word),
    /// This word may mean a write; a trusted server's hint decides.
    Doubtful(&'a Word),
    /// Nothing decides.
    Unknown,
}

/// Judges a name by the places of its verbs.
///
/// Verbs stand first (`create_issue`), last (`pods_delete`) or after a product (`browser_click`); a word that can
/// also name a thing counts as a verb only where nothing else leads (`get_commit`, `deploy_plan_get`).
pub(super) fn judge(words: &[Word]) -> Finding<'_> {
    if let Some(finding) = phrases::judge(words).or_else(|| made::judge(words)) {
        return finding;
    }
    if let Some(word) = writes(words) {
        return Finding::Writes(word);
    }
    reads(words).map_or(Finding::Unknown, Finding::Reads)
}

/// The word that makes the name a write.
fn writes(words: &[Word]) -> Option<&Word> {
    let lead = lead(words)?;
    let last = words.last()?;
    if let Some(word) = [lead, last].into_iter().chain(parts(words)).find(|word| word.class == Class::Write) {
        return Some(word);
    }
    if !asks(words, lead) && !SURE_CLOSERS.contains(&last.text.as_str()) {
        let verb = [lead, last].into_iter().chain(parts(words)).find(|word| word.class == Class::WriteOrNoun);
        if verb.is_some() {
            return verb;
        }
    }
    joined(words).or_else(|| contradiction(words, lead))
}

/// The first word that is a verb: behind it stands what it acts on, before it a product or a thing.
///
/// No verb stands before `get`, so what does in `build_get_log` is a thing.
fn lead(words: &[Word]) -> Option<&Word> {
    let at = words.iter().position(|word| word.class != Class::Noun)?;
    let lead = &words[at];
    let next = words.get(at + 1).filter(|next| next.text == "get" && lead.class == Class::WriteOrNoun);
    Some(next.unwrap_or(lead))
}

/// The words that open a part of a name such as `app_settings_get-all`.
fn parts(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.iter().filter(|word| word.opens_part)
}

/// True when `lead` is a reading verb where it stands.
fn asks(words: &[Word], lead: &Word) -> bool {
    match lead.class {
        Class::Read => true,
        Class::ReadOrNoun => lead.opens_part || (words.len() > 1 && words.first() == Some(lead)),
        _ => false,
    }
}

/// Verbs that no thing is called by, so that `deploy_plan_get` asks about a plan.
const SURE_CLOSERS: &[&str] = &["describe", "get", "retrieve"];

/// Unclear verbs that no thing is called by.
const RUNNING: &[&str] =
    &["compile", "evaluate", "generate", "load", "navigate", "orchestrate", "prepare", "simulate", "transform"];

/// `find_and_modify`, `search_or_create`: what follows the conjunction is a second verb.
pub(super) fn joined(words: &[Word]) -> Option<&Word> {
    words.windows(2).find_map(|pair| {
        let joins = ["and", "or", "then"].contains(&pair[0].text.as_str());
        let verb = match pair[1].class {
            Class::Write | Class::WriteOrNoun | Class::Unclear => true,
            Class::Read | Class::ReadOrNoun => false,
            Class::Noun => pair[1].text.ends_with("ate") && THINGS_IN_ATE.binary_search(&&*pair[1].text).is_err(),
        };
        (joins && verb).then_some(&pair[1])
    })
}

/// Words that end like `terminate` and are no verbs.
#[rustfmt::skip]
const THINGS_IN_ATE: &[&str] = &[
    "candidate", "certificate", "climate", "coordinate", "corporate", "date", "estate", "gate", "intermediate", "late",
    "mate", "ornate", "plate", "private", "state", "template", "ultimate",
];

/// A writing verb inside a name that no sure reading verb leads: `todo_list_add_item`, `search_replace_text`.
fn contradiction<'a>(words: &'a [Word], lead: &Word) -> Option<&'a Word> {
    let leads = words.first() == Some(lead);
    let sure = lead.text == "get" || (leads && (lead.class == Class::Read || lead.text == "list"));
    if sure { None } else { words.iter().find(|word| word.class == Class::Write) }
}

/// The reading verb, when [`writes`] found nothing.
fn reads(words: &[Word]) -> Option<&Word> {
    let last = words.last()?;
    let Some(lead) = lead(words) else { return mine(words).or_else(|| closing_noun(words)) };
    // `list_update` may list an update or update a list.
    let thing = ["check", "compare", "count", "diff", "list", "preview", "search", "show", "view"]
        .contains(&lead.text.as_str());
    if words.len() == 2 && thing && last.class == Class::WriteOrNoun {
        return None;
    }
    // Alone it sends a profile to an analysis.
    if words.len() == 1 && lead.text == "identify" {
        return None;
    }
    if asks(words, lead) {
        return Some(lead);
    }
    // `evaluate_get` may evaluate what it gets.
    if SURE_CLOSERS.contains(&last.text.as_str()) && !RUNNING.contains(&lead.text.as_str()) {
        return Some(last);
    }
    let harmless = |word: &Word| !matches!(word.class, Class::Write | Class::WriteOrNoun);
    if words.iter().all(harmless) && last.text == "list" {
        return Some(last);
    }
    // Behind a product's name or closing a row of things: `brave_web_search`, `issue_read`.
    if words.iter().all(|word| matches!(word.class, Class::Noun | Class::Read | Class::ReadOrNoun)) {
        return Some(lead);
    }
    query_of_readings(words)
}

/// `query_metrics`: what is asked of such a store cannot be a write in its language.
fn query_of_readings(words: &[Word]) -> Option<&Word> {
    let query = words.iter().find(|word| word.text == "query")?;
    let others = words.iter().filter(|word| word.text != "query");
    let harmless = others.clone().all(|word| word.class != Class::Write);
    let reading = others.clone().any(|word| READ_ONLY_STORES.binary_search(&word.text.as_str()).is_ok());
    (harmless && reading).then_some(query)
}

/// Stores whose query language has no writing statement.
#[rustfmt::skip]
const READ_ONLY_STORES: &[&str] = &[
    "docs", "documentation", "log", "logql", "logs", "loki", "metric", "metrics", "observability", "prometheus",
    "promql", "pyroscope", "span", "spans", "tempo", "trace", "traces", "wolfram",
];

/// `my_issues`: what is the caller's own is asked for.
fn mine(words: &[Word]) -> Option<&Word> {
    words.iter().find(|word| word.text == "my").filter(|_| words.len() > 1)
}

/// `k8s_pod_status`: a name without a verb whose last word can only be a question.
fn closing_noun(words: &[Word]) -> Option<&Word> {
    let last = words.last()?;
    ANSWERS.binary_search(&last.text.as_str()).is_ok().then_some(last)
}

/// Things one asks for and nobody does.
#[rustfmt::skip]
const ANSWERS: &[&str] = &[
    "availability", "definitions", "details", "directions", "elevation", "health", "help", "history", "info",
    "information", "latency", "limits", "outliers", "overview", "schema", "statistics", "stats", "status",
    "summary", "top", "tree", "uptime", "usage",
];
