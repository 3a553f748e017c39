//! Words of a name that together mean something else than each alone.

use super::name::Word;
use super::rules::{Finding, joined};
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
use Then::{Closing, Last, Next};

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
            Reads => {
                let alone = words.iter().all(|word| word == verb || word.class != Class::Write);
                (alone && joined(words).is_none()).then_some(Finding::Reads(verb))
            }
        }
    })
}

impl Then {
    fn holds(&self, behind: &[Word]) -> bool {
        match self {
            Next(words) => behind.first().is_some_and(|word| is(word, words)),
            Closing(words) => matches!(behind, [word] if is(word, words)),
            Last(words) => behind.last().is_some_and(|word| is(word, words)),
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
    phrase(&["check"], Closing(&["checkbox", "item", "task"]), Writes),
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
    phrase(&["display", "preview", "show", "view"], Last(APPLICATIONS), Writes),
    phrase(&["preview", "view"], Next(&["in", "sound", "voice"]), Writes),
    phrase(&["read"], Next(&["aloud", "out"]), Writes),
    phrase(&["ping"], Next(&[
        "admin", "admins", "channel", "everybody", "everyone", "group", "here", "member", "members", "oncall", "owner",
        "role", "team", "user", "users",
    ]), Writes),
    // The device rings.
    phrase(&["find", "locate"], Last(&["beep", "ring"]), Writes),
    phrase(&["locate"], Next(DEVICES), Writes),
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
    phrase(&["identify"], Next(&["account", "contact", "customer", "group", "lead", "person", "user", "users", "visitor"]), Writes),
    phrase(&["browse"], Next(&["site", "to", "url", "web", "website"]), Writes),
    // A job that costs money.
    phrase(&["batch", "bulk"], Next(&["crawl", "scrape"]), Writes),
    phrase(&["scrape"], Closing(&["async", "batch", "job"]), Writes),
    phrase(&["extract", "fetch", "retrieve", "search"], Closing(&["async", "job"]), Doubt),
    // `read_mail_mark_as_read`: wherever it stands, what is read does not mark itself.
    phrase(&["mark"], Next(&["all", "as", "done", "read", "spam", "unread"]), Writes),
    // A name is looked up; otherwise a thread or an incident is closed.
    phrase(&["resolve"], Next(&["dns", "docs", "host", "hostname", "library", "package", "provider", "reference", "symbol"]), Reads),
    phrase(&["take"], Next(&["screenshot", "screenshots"]), Reads),
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

/// What a result is put into.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "bucket", "clipboard", "csv", "desktop", "dir", "directory", "disk", "docx", "downloads", "drive", "excel", "file",
    "files", "folder", "kindle", "local", "path", "pdf", "printer", "sheet", "sheets", "spreadsheet", "storage",
    "xls", "xlsx",
];
