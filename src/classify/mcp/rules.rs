//! Where a verb must stand in a tool's name to decide it.

use super::name::Word;
use super::verbs::{Class, class};
use super::{made, phrases, things};

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
    let made = made::judge(words);
    let settled = made.filter(|made| !matches!(made, Finding::Doubtful(_)));
    if let Some(finding) = phrases::judge(words).or(settled) {
        return finding;
    }
    let asked = runs_reading_query(words)
        .or_else(|| question(words))
        .or_else(|| spelled_anew(words))
        .or_else(|| reckons(words));
    if let Some(word) = asked.or_else(|| chosen_by_chance(words)) {
        return made.unwrap_or(Finding::Reads(word));
    }
    if let Some(finding) = two_verbs(words) {
        return finding;
    }
    if let Some(word) = writes(words) {
        return Finding::Writes(word);
    }
    if let Some(doubt) = made {
        return doubt;
    }
    reads(words).map_or(Finding::Unknown, Finding::Reads)
}

/// A reading verb with a writing one beside it or at the end: `list_pop_left` changes a list, `get_whitelist` gets one.
fn two_verbs(words: &[Word]) -> Option<Finding<'_>> {
    let [first, second, rest @ ..] = words else { return None };
    let last = rest.last().unwrap_or(second);
    if first.text == "get" {
        let only = last.class == Class::Write
            && !words.iter().any(|word| word.opens_part)
            && words.iter().filter(|word| word.class == Class::Write).count() == 1
            && joined(words).is_none();
        return only.then_some(Finding::Doubtful(last));
    }
    if first.class != Class::Read && first.text != "list" || second.text == "open" {
        return None;
    }
    let several = last.text.ends_with('s') && !rest.is_empty();
    match second.class {
        Class::Write if several => Some(Finding::Doubtful(second)),
        Class::Write => Some(Finding::Writes(second)),
        // `list_archive_all`, `list_share_with`.
        Class::WriteOrNoun if first.text == "list" && rest.first().is_some_and(is_way) => {
            Some(Finding::Doubtful(second))
        }
        _ => None,
    }
}

/// What stands behind a verb rather than behind a thing.
fn is_way(word: &Word) -> bool {
    const WAYS: [&str; 12] =
        ["after", "all", "at", "before", "by", "from", "left", "multiple", "new", "right", "to", "with"];
    WAYS.contains(&&*word.text)
}

/// `is_feed_done`, `has_access`: what is asked closes with how something is, or with a thing, and no verb stands within.
fn question(words: &[Word]) -> Option<&Word> {
    const STATES: [&str; 12] =
        ["active", "alive", "available", "done", "empty", "live", "online", "open", "ready", "up", "valid", "visible"];
    let [first, within @ .., last] = words else { return None };
    let state =
        STATES.contains(&&*last.text) || ["ed", "ing", "able", "ible"].iter().any(|end| last.text.ends_with(end));
    // `is_feed_done` is about a feed, `is_instance_start` starts one.
    let quiet = |word: &Word| match word.class {
        Class::Write => false,
        Class::WriteOrNoun | Class::Unclear => state,
        _ => !["and", "or", "then"].contains(&&*word.text),
    };
    let closes = if state { last.class != Class::Write } else { things::is_known(last) };
    (["has", "is"].contains(&&*first.text) && closes && within.iter().all(quiet)).then_some(first)
}

/// `random_int`: a number, or one of what is given.
fn chosen_by_chance(words: &[Word]) -> Option<&Word> {
    const CHOSEN: [&str; 11] =
        ["choice", "choices", "element", "float", "int", "integer", "joke", "number", "numbers", "quote", "sample"];
    match words {
        [random, chosen] if random.text == "random" && CHOSEN.contains(&&*chosen.text) => Some(random),
        _ => None,
    }
}

/// `yaml_to_json`: a text in another form, of which nothing says that it goes anywhere.
fn spelled_anew(words: &[Word]) -> Option<&Word> {
    const FORMS: [&str; 10] = ["geojson", "hex", "json", "kml", "rgb", "toml", "topojson", "wkt", "xml", "yaml"];
    let [from, to, into] = words else { return None };
    let form = |word: &Word| FORMS.contains(&&*word.text);
    let comes = form(from) || from.text == "csv";
    (comes && to.text == "to" && form(into)).then_some(to)
}

/// The word that makes the name a write.
fn writes(words: &[Word]) -> Option<&Word> {
    let lead = lead(words)?;
    let last = words.last()?;
    if let Some(word) = [lead, last].into_iter().chain(parts(words)).find(|word| word.class == Class::Write) {
        return Some(word);
    }
    let listed = ["list", "search"].contains(&&*last.text) && LISTED.binary_search(&&*lead.text).is_ok();
    if !asks(words, lead) && !SURE_CLOSERS.contains(&last.text.as_str()) && !listed {
        let ends = [lead, last].into_iter().filter(|word| !is_thing(words, word));
        let verb = ends.chain(parts(words)).find(|word| word.class == Class::WriteOrNoun);
        if verb.is_some() {
            return verb;
        }
    }
    // `x--list--share`
    let part = Some(last).filter(|last| last.opens_part && last.class == Class::WriteOrNoun);
    part.or_else(|| joined(words)).or_else(|| contradiction(words, lead))
}

/// True where a word that may be a verb is rather what the name is about: `complexity_report`, `extract_link`, `map`.
///
/// That proves no read, but leaves the decision to a trusted server's hint.
pub(super) fn is_thing(words: &[Word], word: &Word) -> bool {
    let [before @ .., last] = words else { return false };
    let closes = std::ptr::eq(last, word);
    let behind_nouns = before.iter().all(|word| word.class == Class::Noun);
    let thing = THINGS.binary_search(&&*word.text).is_ok();
    // `verify_login`, `analyze_build`.
    let object = before.first().is_some_and(|first| first.class == Class::Unclear)
        && (thing
            || ["build", "call", "commit", "link", "login", "message", "note", "record", "setup"]
                .contains(&&*word.text));
    closes && ((behind_nouns && thing) || object)
}

/// Words that are verbs at the front of a name and hardly ever at its end.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "award", "branch", "feed", "file", "invoice", "log", "map", "name", "partition", "quote", "rate", "report", "route",
];

/// The first word that is a verb: behind it stands what it acts on, before it a product or a thing.
///
/// No verb stands before `get`, so what does in `build_get_log` or `compute_get_node` is a thing.
fn lead(words: &[Word]) -> Option<&Word> {
    let at = words.iter().position(|word| word.class != Class::Noun)?;
    let lead = &words[at];
    let thing = lead.class == Class::WriteOrNoun
        || (lead.class == Class::Unclear && !RUNNING.contains(&lead.text.as_str()) && words.len() > at + 2);
    let next = words.get(at + 1).filter(|next| next.text == "get" && thing);
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
        // What asks behind a product's name is no thing: `gmail_find_email`.
        Class::ReadOrNoun => {
            let thing = words.last().is_some_and(|last| THINGS.binary_search(&&*last.text).is_ok());
            let first = words.first() == Some(lead)
                || ["browse", "find", "validate"].contains(&&*lead.text)
                || (thing && lead.text == "read");
            lead.opens_part || (words.len() > 1 && first)
        }
        _ => false,
    }
}

/// Verbs that no thing is called by, so that `deploy_plan_get` asks about a plan.
const SURE_CLOSERS: &[&str] = &["describe", "get", "retrieve"];

/// Unclear verbs that no thing is called by.
const RUNNING: &[&str] =
    &["compile", "evaluate", "generate", "load", "navigate", "new", "orchestrate", "prepare", "simulate", "transform"];

/// `find_and_modify`, `search_or_create`: what follows the conjunction is a second verb.
fn joined(words: &[Word]) -> Option<&Word> {
    words.windows(2).find_map(|pair| {
        let joins = ["and", "or", "then"].contains(&pair[0].text.as_str());
        let verb = match pair[1].class {
            Class::Write | Class::WriteOrNoun | Class::Unclear => true,
            Class::Read | Class::ReadOrNoun => false,
            Class::Noun => ends_like_a_verb(&pair[1]),
        };
        (joins && verb).then_some(&pair[1])
    })
}

/// True for unknown words like `eradicate`.
fn ends_like_a_verb(word: &Word) -> bool {
    word.text.ends_with("ate") && class(&word.text) == Class::Noun && THINGS_IN_ATE.binary_search(&&*word.text).is_err()
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

/// Verbs at the end of a name that hardly ever are things there.
const DONE: &[&str] = &[
    "archive", "ban", "deploy", "fix", "merge", "publish", "purchase", "push", "refund", "sync", "trash", "update",
    "upload",
];

/// The reading verb, when [`writes`] found nothing.
fn reads(words: &[Word]) -> Option<&Word> {
    let last = words.last()?;
    if let Some(word) = described(words) {
        return Some(word);
    }
    let Some(lead) = lead(words) else {
        return mine(words).or_else(|| closing_noun(words)).or_else(|| sorted_by(words));
    };
    // `list_update` may list an update or update a list.
    let thing = ["check", "compare", "count", "diff", "list", "preview", "search", "show", "view"]
        .contains(&lead.text.as_str());
    if words.len() == 2 && thing && last.class == Class::WriteOrNoun {
        return None;
    }
    // `find_duplicates_merge`: rather done than asked for.
    if words.len() > 1 && lead.text != "get" && DONE.binary_search(&&*last.text).is_ok() {
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
    let harmless = |word: &Word| match word.class {
        Class::Write | Class::WriteOrNoun => LISTED.binary_search(&&*word.text).is_ok(),
        _ => !RUNNING.contains(&&*word.text),
    };
    if words.iter().all(harmless) && ["list", "search"].contains(&&*last.text) {
        return Some(last);
    }
    // Behind a product's name or closing a row of things: `brave_web_search`, `issue_read`.
    // What closes with `ping` sends one: `webhook_ping`.
    let quiet = |word: &Word| matches!(word.class, Class::Noun | Class::Read | Class::ReadOrNoun);
    if words.iter().all(quiet) && (last.text != "ping" || words.len() == 1) {
        return Some(lead);
    }
    query_of_readings(words)
}

/// Things that are listed, and nobody's verb for a list: `invoice_list`.
#[rustfmt::skip]
const LISTED: &[&str] = &[
    "bookmark", "branch", "chat", "comment", "commit", "drive", "file", "invoice", "label", "message", "note",
    "quote", "record", "snapshot", "tag",
];

/// `query_metrics`: what is asked of such a store cannot be a write in its language.
fn query_of_readings(words: &[Word]) -> Option<&Word> {
    let query = words.iter().find(|word| word.text == "query")?;
    // `query_documents`: things of a program, and no statements.
    let [first, things @ ..] = words else { return None };
    let several = things.last().is_some_and(|last| last.text.ends_with('s'));
    let loose = |word: &Word| RUN_BY_QUERY.binary_search(&&*word.text).is_ok() || !things::is_known(word);
    if first.text == "query" && several && !things.iter().any(loose) {
        return Some(query);
    }
    let others = words.iter().filter(|word| word.text != "query");
    let harmless = others.clone().all(|word| word.class != Class::Write);
    let reading = others.clone().any(|word| READ_ONLY_STORES.binary_search(&word.text.as_str()).is_ok());
    (harmless && reading).then_some(query)
}

/// What a query runs, or what takes a query in a language that writes.
#[rustfmt::skip]
const RUN_BY_QUERY: &[&str] = &[
    "agents", "assistants", "bots", "cells", "collections", "columns", "data", "database", "databases", "dataset", "datasets",
    "executions", "experts", "jobs", "llms", "models", "partitions", "routines", "rows", "scripts", "sql", "table", "tables",
    "views", "warehouses",
];

/// `execute_nrql_query`: to run a query of such a language is to ask it.
fn runs_reading_query(words: &[Word]) -> Option<&Word> {
    let [run, between @ .., query] = words else { return None };
    let language = ["dql", "gaql", "logql", "nrql", "promql", "soql", "tql"].contains(&&*query.text);
    let runs = ["execute", "run"].contains(&&*run.text) && (query.text == "query" || language);
    let reading = language || between.iter().any(|word| READ_ONLY_STORES.binary_search(&&*word.text).is_ok());
    let quiet = between.iter().all(|word| {
        let store = READ_ONLY_STORES.binary_search(&&*word.text).is_ok();
        (store || matches!(word.class, Class::Noun | Class::ReadOrNoun)) && !["and", "or"].contains(&&*word.text)
    });
    (runs && reading && quiet).then_some(query)
}

/// Stores whose query language has no writing statement.
#[rustfmt::skip]
const READ_ONLY_STORES: &[&str] = &[
    "charts", "docs", "documentation", "dql", "funnels", "gaql", "insight", "insights", "log",
    "logql", "logs", "loki", "metric", "metrics", "nrql", "observability", "prometheus", "promql", "pyroscope",
    "range", "retention", "segmentation", "soql", "span", "spans", "tempo", "tql", "trace", "traces", "wolfram",
];

/// `my_issues`: what is the caller's own is asked for; `text_my_wife` is not.
fn mine(words: &[Word]) -> Option<&Word> {
    let (before, behind) = words.split_at(words.iter().position(|word| word.text == "my")?);
    (behind.len() > 1 && before.iter().all(things::is_known)).then_some(&behind[0])
}

/// `current_user`, `daily_report`, `time_series_daily`: an adjective where a verb would stand.
fn described(words: &[Word]) -> Option<&Word> {
    let [first, .., last] = words else { return None };
    let thing = |word: &Word| {
        let closes = std::ptr::eq(last, word);
        things::is_known(word) || word.text == "profile" || (closes && THINGS.binary_search(&&*word.text).is_ok())
    };
    let adjective = [first, last].into_iter().find(|word| ADJECTIVES.binary_search(&&*word.text).is_ok())?;
    words.iter().all(thing).then_some(adjective)
}

#[rustfmt::skip]
const ADJECTIVES: &[&str] = &[
    "available", "current", "daily", "historical", "hourly", "intraday", "latest", "monthly", "my", "recent",
    "recently", "upcoming", "weekly", "yearly",
];

/// `k8s_pod_status`: a row of things of which the last can only be a question.
///
/// A word that is no known thing may be a verb: `frobnicate_status`. Behind a thing it is rather what that is called:
/// `cluster_tekton_status`.
fn closing_noun(words: &[Word]) -> Option<&Word> {
    let (last, before) = words.split_last()?;
    let mut unknown = before.iter().filter(|word| !things::is_known(word));
    let asks = match (unknown.next(), unknown.next()) {
        (None, _) => ANSWERS.binary_search(&last.text.as_str()).is_ok(),
        (Some(word), None) => {
            SURE_ANSWERS.binary_search(&last.text.as_str()).is_ok()
                && before.first().is_some_and(|first| !std::ptr::eq(first, word))
                && may_be_a_name(word)
                && words.iter().all(|word| !BETWEEN.contains(&&*word.text))
        }
        _ => false,
    };
    asks.then_some(last)
}

/// Whether a word that no table holds opens no part of the name and is spelled like no verb.
fn may_be_a_name(word: &Word) -> bool {
    let verb = ["ate", "ect", "ish", "ize", "ify", "ure"].iter().any(|end| word.text.ends_with(end));
    !verb && !word.opens_part
}

/// Words between others, behind which a verb may stand, or which make one of the word beside them: `phase_out`, `re-score`.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "and", "as", "auto", "away", "back", "by", "co", "de", "down", "fast", "for", "from", "hot", "in", "into", "off", "on", "onto",
    "or", "out", "over", "pre", "quick", "re", "soft", "then", "to", "un", "up", "via", "with",
];

/// `spending_by_category`: a thing sorted by another.
fn sorted_by(words: &[Word]) -> Option<&Word> {
    let ([thing, by, other] | [thing, by, other, _]) = words else { return None };
    let several = thing.text.len() > 3 && thing.text.ends_with('s') && !thing.text.ends_with("ss");
    let named = several || thing.text.ends_with("ing");
    let plain =
        words.iter().all(|word| word.class == Class::Noun && !["and", "or", "then", "to"].contains(&&*word.text));
    let known = [other, words.last()?].into_iter().all(things::is_known);
    (by.text == "by" && named && plain && known).then_some(by)
}

/// `calculator`: a number from numbers.
fn reckons(words: &[Word]) -> Option<&Word> {
    const SUMS: [&str; 6] = ["calculator", "div", "factorial", "modulo", "mul", "sqrt"];
    let [only] = words else { return None };
    SUMS.contains(&&*only.text).then_some(only)
}

/// Things one asks for and nobody does.
#[rustfmt::skip]
const ANSWERS: &[&str] = &[
    "aggregations", "analysis", "availability", "backtrace", "balance", "breakdown", "capabilities", "checklist",
    "curve", "definitions", "detail", "details", "diagnostics", "directions", "docs", "documentation",
    "elevation", "enums", "findings", "forecast", "guide", "health", "help", "hexdump", "histogram",
    "history", "indexes", "indices", "info", "information", "insights", "latency", "leaderboard", "limits", "locks",
    "logs", "mapping", "mappings", "matrix", "metadata", "metrics", "outliers", "overview", "price", "prices",
    "quality", "ranking", "rankings", "ratings", "reader", "readiness", "replies", "results",
    "schema", "scores", "sentiment", "series", "size", "state", "statistics", "stats", "status", "summary",
    "timeline", "top", "transcript", "tree", "trends", "uptime", "usage", "version", "versions", "weather",
];

/// Those of them behind which hardly anybody hides a verb.
#[rustfmt::skip]
const SURE_ANSWERS: &[&str] = &[
    "aggregations", "availability", "balance", "breakdown", "capabilities", "checklist", "curve", "detail", "details",
    "diagnostics", "enums", "forecast", "guide", "health", "histogram",
    "history", "indexes", "info", "information", "insights", "leaderboard", "limits", "logs", "metadata", "metrics",
    "overview", "price", "prices", "quality", "ranking", "rankings", "ratings", "readiness",
    "results", "schema", "scores", "sentiment", "series", "statistics", "stats", "status", "summary", "trends",
    "uptime", "usage", "version", "versions", "weather",
];
