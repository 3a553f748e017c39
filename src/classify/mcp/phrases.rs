//! Words of a name that together mean something else than each alone.

use super::name::Word;
use super::rules::{Finding, is_thing};
use super::verbs::{Class, class};

/// Words that decide together.
struct Phrase {
    verb: &'static [&'static str],
    then: Then,
    says: Says,
}

/// Where the other word of a phrase stands.
enum Then {
    /// Directly behind the verb.
    Next(&'static [&'static str]),
    /// Directly behind the verb, and nothing follows.
    Closing(&'static [&'static str]),
    /// Last, anywhere behind the verb.
    Last(&'static [&'static str]),
    /// All that follows are such words.
    Only(&'static [&'static str]),
    /// Directly behind the verb, and none of these.
    Other(&'static [&'static str]),
    /// One word in the singular, and nothing follows.
    One,
}

/// What a phrase means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Reads,
    Writes,
    /// It may be either.
    Doubt,
}

use Says::{Doubt, Reads, Writes};
use Then::{Closing, Last, Next, One, Only, Other};

const fn phrase(verb: &'static [&'static str], then: Then, says: Says) -> Phrase {
    Phrase { verb, then, says }
}

/// What the first phrase that a name holds says of it.
pub(super) fn judge(words: &[Word]) -> Option<Finding<'_>> {
    PHRASES.iter().find_map(|row| {
        let at = words.iter().enumerate().position(|(at, word)| {
            is(word, row.verb) && row.then.holds(&words[at + 1..]) && !stands_as_noun(words.get(at + 1))
        })?;
        let verb = &words[at];
        match row.says {
            Writes => Some(Finding::Writes(verb)),
            Doubt => Some(Finding::Doubtful(verb)),
            Reads => row.stays_read(words, at).then_some(Finding::Reads(verb)),
        }
    })
}

impl Phrase {
    /// True when the rest of the name adds no writing verb and no second verb at all.
    fn stays_read(&self, words: &[Word], at: usize) -> bool {
        let own = |word: &Word| match self.then {
            Next(set) | Closing(set) | Last(set) | Only(set) => is(word, set),
            // Directly behind the verb stands what it is about: `analyze_post_comments`. Further on there may be another
            // verb, and at the end: `analyze_graph_update`.
            Other(set) => {
                let closes = words.last().is_some_and(|last| std::ptr::eq(last, word));
                let next = words.get(at + 1).is_some_and(|next| std::ptr::eq(next, word));
                !is(word, set) && (if closes { is_thing(words, word) } else { next })
            }
            One => true,
        };
        let second = words.iter().any(|word| is(word, &["and", "or", "then"]));
        let before =
            words[..at].iter().any(|word| matches!(word.class, Class::Write | Class::WriteOrNoun | Class::Unclear));
        let behind = words[at + 1..].iter().any(|word| match word.class {
            Class::Write => true,
            Class::WriteOrNoun | Class::Unclear => !own(word),
            _ => false,
        });
        !(second || before || behind)
    }
}

impl Then {
    fn holds(&self, behind: &[Word]) -> bool {
        match self {
            Next(words) => behind.first().is_some_and(|word| is(word, words)),
            Closing(words) => matches!(behind, [word] if is(word, words)),
            Last(words) => behind.last().is_some_and(|word| is(word, words)),
            Only(words) => !behind.is_empty() && behind.iter().all(|word| is(word, words)),
            Other(words) => behind.first().is_some_and(|word| !is(word, words)),
            One => matches!(behind, [word] if !word.text.ends_with('s')),
        }
    }
}

fn is(word: &Word, texts: &[&str]) -> bool {
    texts.contains(&word.text.as_str())
}

/// True for the `merge` of a merge request.
fn stands_as_noun(word: Option<&Word>) -> bool {
    word.is_some_and(|word| word.class == Class::Noun && class(&word.text) != Class::Noun)
}

/// The first row that fits speaks.
#[rustfmt::skip]
const PHRASES: &[Phrase] = &[
    // A visit, a reservation, an item of a list that is ticked, not a question.
    phrase(&["check"], Next(&["box", "in", "off", "out", "todo"]), Writes),
    phrase(&["check"], Last(&["in", "out"]), Writes),
    phrase(&["check"], Closing(&["checkbox", "habit", "item", "subtask", "task", "todo"]), Writes),
    phrase(&["check"], Last(&["checkbox", "habit", "item", "items", "subtask", "task", "todo"]), Doubt),
    // What is asked for is made, or opened.
    phrase(&["get"], Next(&["or", "set", "shell"]), Writes),
    phrase(&["get", "spawn"], Last(&["shell"]), Writes),
    phrase(&["exploit", "payload"], Closing(&["run"]), Writes),
    phrase(&["access"], Next(&["to"]), Writes),
    // The person sees or hears it.
    phrase(&["show"], Next(&[
        "alert", "banner", "dialog", "in", "message", "modal", "notification", "overlay", "popup", "prompt", "snackbar",
        "toast", "tooltip", "window",
    ]), Writes),
    phrase(&["show"], Closing(&["all", "hidden", "item", "layer", "layers", "object", "objects", "selection"]), Doubt),
    phrase(&["display", "show"], Last(&["alert", "banner", "dialog", "notification", "popup", "toast"]), Writes),
    phrase(&["display", "preview", "show", "view"], Last(APPLICATIONS), Writes),
    phrase(&["preview", "view"], Next(&["in", "sound", "voice"]), Writes),
    phrase(&["read"], Next(&["aloud", "out"]), Writes),
    phrase(&["ping"], Next(&[
        "admin", "admins", "all", "channel", "everybody", "everyone", "group", "here", "member", "members", "oncall", "owner",
        "role", "support", "team", "user", "users",
    ]), Writes),
    // A device rings or blinks, a search engine or an address is told of a change; a host only answers.
    phrase(&["find", "locate"], Last(&["beep", "ring"]), Writes),
    phrase(&["locate", "ping"], Next(DEVICES), Writes),
    phrase(&["identify", "locate", "ping"], Next(LIGHTS), Writes),
    phrase(&["identify", "locate", "ping"], Last(LIGHTS), Writes),
    phrase(&["identify"], Next(DEVICES), Doubt),
    phrase(&["identify"], Closing(DEVICES), Doubt),
    phrase(&["ping"], Other(ANSWERING), Doubt),
    // Money, a document or an order that goes out.
    phrase(&["issue"], Closing(&[
        "badge", "card", "cards", "certificate", "check", "cheque", "command", "credential", "credits", "license", "order",
        "shares", "stock", "token", "tokens", "voucher", "warning",
    ]), Writes),
    phrase(&["top"], Next(&["up"]), Writes),
    phrase(&["my"], Next(DEVICES), Doubt),
    // Where the result goes.
    phrase(&["to"], Next(PLACES), Writes),
    // A list that is changed, or what is offered on a market.
    phrase(&["list"], Next(&["add", "append", "merge", "push", "remove", "sync"]), Writes),
    phrase(&["list"], Closing(&["collectible", "nft"]), Writes),
    phrase(&["list"], Closing(&["asset", "card", "domain", "item", "product", "property"]), Doubt),
    phrase(&["for"], Next(&["auction", "rent", "sale"]), Writes),
    phrase(&["in", "on"], Next(&["ebay", "market", "marketplace", "opensea"]), Writes),
    // Remote branches are moved.
    phrase(&["git"], Next(&["fetch"]), Writes),
    phrase(&["fetch"], Next(&["origin", "remote", "start", "upstream"]), Writes),
    // A suggestion stands in the document, a profile is sent, a page is opened.
    phrase(&["suggest"], Next(&["change", "changes", "edit", "edits"]), Writes),
    phrase(&["suggest"], Last(&["changes", "edits", "replacement"]), Writes),
    phrase(&["suggest"], Next(&["feature", "new"]), Doubt),
    phrase(&["suggest"], One, Doubt),
    // It runs the project's program.
    phrase(&["cli"], Next(&["preview"]), Writes),
    phrase(&["identify"], Next(&["account", "contact", "customer", "group", "lead", "person", "user", "users", "visitor"]), Writes),
    phrase(&["browse"], Next(&["site", "to", "url", "web", "website"]), Writes),
    // A queue hands a message out once.
    phrase(&["next"], Closing(&["event", "job", "message", "messages"]), Doubt),
    // A job that costs money.
    phrase(&["batch", "bulk"], Next(&["crawl", "scrape"]), Writes),
    phrase(&["scrape"], Closing(&["async", "batch", "job"]), Writes),
    // What is gathered in bulk is kept somewhere.
    phrase(&["scrape"], Last(&[
        "all", "codebase", "doc", "docs", "documentation", "github", "index", "library", "pdf", "pdfs", "repo", "repository", "site",
        "sitemap", "wiki",
    ]), Doubt),
    phrase(&["fetch"], Closing(&[
        "branches", "checkpoint", "dependencies", "deps", "docs", "documentation", "model", "modules", "packages", "repo", "repos",
        "repository", "submodules", "tags", "weights",
    ]), Doubt),
    phrase(&["extract", "fetch", "retrieve", "search"], Closing(&["async", "job"]), Doubt),
    // `read_mail_mark_as_read`: wherever it stands, what is read does not mark itself.
    phrase(&["mark"], Next(&["all", "as", "done", "read", "spam", "unread"]), Writes),
    // One of a group of readers takes messages from the others.
    phrase(&["read"], Closing(&["group"]), Doubt),
    // A thought with an object is kept; a thought alone is not.
    phrase(&["think"], Other(&[]), Doubt),
    // A name is looked up; otherwise a thread or an incident is closed.
    phrase(&["resolve"], Only(LOOKED_UP), Reads),
    // What is computed from the arguments alone.
    phrase(&["convert"], Only(&[
        "angle", "article", "base", "binary", "camelcase", "celsius", "cidr", "color", "colour", "coordinate", "coordinates", "date",
        "datetime", "doi", "energy", "epoch", "from", "hex", "id", "ids", "ip", "kebabcase", "lowercase", "ms", "number", "numbers",
        "numerals", "pascalcase", "period", "power", "px", "range", "rem", "rgb", "roman", "temperature", "time", "timestamp",
        "timezone", "to", "unicode", "unit", "units", "unix", "uppercase", "uri", "url", "utc", "zone",
    ]), Reads),
    phrase(&["check"], Closing(&[
        "auth", "branch", "build", "email", "file", "format", "link", "log", "login", "mail", "name", "rate", "type",
    ]), Reads),
    // A job over all of it, statistics that a database keeps, what is sent to a laboratory, a report in the project.
    phrase(&["analyse", "analyze"], Closing(&[
        "apk", "archive", "attachment", "binary", "cluster", "columns", "db", "directory", "engine", "file", "files", "firmware", "folder",
        "function", "functions", "header", "hypertable", "index", "keyspace", "link", "malware", "module", "objects", "part", "partition",
        "program", "range", "relation", "sample", "segment", "site", "statistics", "stats", "tbl", "url", "view", "website",
    ]), Doubt),
    phrase(&["analyse", "analyze"], Last(&[
        "connections", "dependencies", "graph", "logs", "metrics", "patterns", "performance", "sentiment", "structure", "transactions",
        "trends", "usage",
    ]), Reads),
    phrase(&["to"], Closing(&["epoch", "markdown", "utc"]), Doubt),
    phrase(&["base", "hex", "html", "jwt", "percent", "punycode", "unicode", "uri", "url"], Closing(&["decode", "encode"]), Reads),
    phrase(&["decode", "encode"], Next(&["base", "hex", "html", "jwt", "percent", "punycode", "unicode", "uri", "url", "vin"]), Reads),
    phrase(&["decode"], Closing(&["invoice", "safelink", "transaction", "tx"]), Reads),
    phrase(&["decompile", "disassemble"], Next(&[
        "address", "at", "block", "bytes", "class", "code", "function", "instruction", "instructions", "method", "range",
    ]), Reads),
    phrase(&["analyse", "analyze"], Next(&[
        "columns", "contribution", "cost", "costs", "datadog", "db", "diff", "golden", "index", "indexes", "log", "logs", "metric", "metrics",
        "performance", "query", "sentiment", "slow", "trace", "traces", "trends", "workload",
    ]), Reads),
    phrase(&["analyse", "analyze"], Other(&[
        "all", "and", "async", "batch", "database", "databases", "file", "files", "project", "repo", "repository", "schema", "start",
        "table", "tables", "task", "tasks",
    ]), Reads),
    phrase(&["calculate"], Last(&[
        "age", "angle", "area", "average", "bearing", "bmi", "conversion", "correlation", "cost", "damage", "date", "difference",
        "distance", "duration", "expression", "interest", "length", "mean", "median", "percent", "percentage", "perimeter",
        "probability", "rate", "ratio", "returns", "risk", "roi", "route", "score", "size", "speed", "subnet", "sum", "time",
        "volatility", "volume",
    ]), Reads),
    phrase(&["parse"], Last(&[
        "address", "color", "cron", "csv", "date", "datetime", "duration", "error", "expression", "html", "inventory", "json", "jwt",
        "log", "logs", "markdown", "notation", "number", "page", "query", "regex", "sql", "stack", "stacktrace", "text", "time",
        "timestamp", "trace", "uri", "url", "useragent", "xml", "yaml", "version",
    ]), Reads),
    phrase(&["recall"], Only(&[
        "about", "all", "by", "context", "conversation", "conversations", "date", "decisions", "entities", "facts", "for", "history",
        "insights", "knowledge", "learnings", "memories", "memory", "notes", "observations", "recent", "relevant", "related",
        "session", "sessions", "similar", "tags", "time",
    ]), Reads),
    // What is found in the pages is put into the file.
    phrase(&["ocr"], Last(&["batch", "document", "documents", "file", "files", "folder", "page", "pages", "pdf", "pdfs"]), Doubt),
    phrase(&["pdf", "document"], Closing(&["ocr"]), Doubt),
    phrase(&["geolocate"], Next(DEVICES), Writes),
    phrase(&["generate"], Closing(&["guid", "guids", "ulid", "ulids", "uuid", "uuids"]), Reads),
    phrase(&["generate"], Only(&["int", "integer", "random", "uuid"]), Reads),
    phrase(&["generate"], Next(&["random"]), Reads),
    phrase(&["filter"], Next(&["by"]), Reads),
    phrase(&["test"], Last(&["connection", "connectivity"]), Reads),
    phrase(&["poll"], Last(&["progress", "result", "results", "status"]), Reads),
    phrase(&["take"], Next(&["control", "over", "ownership"]), Writes),
    phrase(&["take"], Last(&["screenshot", "screenshots"]), Reads),
    phrase(&["take"], Closing(&["snapshot"]), Doubt),
];

/// What a name or an address stands for; an issue, a thread or a conflict would be closed.
#[rustfmt::skip]
const LOOKED_UP: &[&str] = &[
    "address", "assignee", "assignees", "by", "channel", "dns", "docs", "doi", "domain", "ens", "entity", "for", "from",
    "handle", "host", "hostname", "id", "identifier", "ids", "ip", "library", "link", "location", "name", "names",
    "package", "path", "provider", "redirect", "redirects", "ref", "reference", "references", "symbol", "symbols",
    "ticker", "timezone", "to", "uri", "url", "user", "username", "usernames", "users", "vanity",
];

/// Programs in which a person is shown something.
#[rustfmt::skip]
const APPLICATIONS: &[&str] = &[
    "app", "application", "browser", "code", "desktop", "editor", "excel", "explorer", "finder", "folder", "ide",
    "obsidian", "preview", "screen", "simulator", "tab", "terminal", "viewer", "vscode", "window", "xcode",
];

/// What a person loses and has ringing.
#[rustfmt::skip]
const DEVICES: &[&str] = &[
    "airpods", "airtag", "bike", "car", "computer", "device", "earbuds", "headphones", "ipad", "iphone", "keys",
    "laptop", "mac", "phone", "remote", "robot", "scooter", "tablet", "tag", "tile", "vehicle", "wallet", "watch",
];

/// What shows itself by blinking.
const LIGHTS: &[&str] = &["bulb", "bulbs", "lamp", "lamps", "led", "leds", "light", "lights", "lightbulb"];

/// What is pinged to learn whether it answers.
#[rustfmt::skip]
const ANSWERING: &[&str] = &[
    "address", "agent", "api", "backend", "bridge", "broker", "check", "client", "cluster", "connection", "database", "db", "dns",
    "domain", "endpoint", "from", "gateway", "host", "hosts", "http", "ip", "latency", "network", "node", "redis", "remote",
    "server", "servers", "service", "services", "status", "sweep", "system", "target", "test", "url", "website",
];

/// What a result is put into.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "bucket", "clipboard", "csv", "desktop", "dir", "directory", "disk", "docx", "downloads", "drive", "excel", "file",
    "files", "folder", "kindle", "local", "path", "pdf", "printer", "sheet", "sheets", "spreadsheet", "storage",
    "xls", "xlsx",
];
