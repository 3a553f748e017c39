//! What words of a tool's name say: the verbs of public tool servers, by what they do.

use std::fmt;

/// What a word does to the world when it is the verb of a tool's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Only ever asks: `get`.
    Read,
    /// Asks as a verb, names a thing otherwise: `search`, `view`.
    ReadOrNoun,
    /// Changes something as a verb, names a thing otherwise: `commit`, `release`.
    WriteOrNoun,
    /// Changes something: `create`.
    Write,
    /// A verb whose effect its name does not tell: `generate`, `query`.
    Unclear,
    /// No verb that the tables know.
    Noun,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read | Self::ReadOrNoun => "a reading verb",
            Self::WriteOrNoun | Self::Write => "a writing verb",
            Self::Unclear => "a verb that may read or write",
            Self::Noun => "no known verb",
        })
    }
}

/// What `word` (lower case, no digits) does as a verb.
pub(super) fn class(word: &str) -> Class {
    if let Some(class) = listed(word) {
        return class;
    }
    for prefix in ["un", "re", "de", "dis", "mis", "over", "pre"] {
        if let Some(base) = word.strip_prefix(prefix)
            && let Some(class @ (Class::Write | Class::WriteOrNoun)) = listed(base)
        {
            return class;
        }
    }
    if is_verb_by_ending(word) || is_glued(word) { Class::Write } else { Class::Noun }
}

fn listed(word: &str) -> Option<Class> {
    let tables = [
        (READ, Class::Read),
        (READ_OR_NOUN, Class::ReadOrNoun),
        (WRITE_OR_NOUN, Class::WriteOrNoun),
        (WRITE, Class::Write),
        (UNCLEAR, Class::Unclear),
        (NOUN, Class::Noun),
    ];
    tables.into_iter().find(|(table, _)| table.binary_search(&word).is_ok()).map(|(_, class)| class)
}

/// `prioritize`, `notify`: English makes verbs this way, and most of them change something.
fn is_verb_by_ending(word: &str) -> bool {
    (word.len() >= 6 && word.ends_with("ize") && !word.ends_with("size")) || (word.len() >= 5 && word.ends_with("ify"))
}

/// `createorupdate`, `sendmail`: a writing verb with more words behind it and nothing between them.
fn is_glued(word: &str) -> bool {
    GLUED.iter().any(|verb| word.strip_prefix(verb).is_some_and(|rest| rest.len() >= 3 && !derives(rest)))
}

/// What follows a verb in a noun or adjective made of it: `deletion`, `publisher`, `createdissues`.
fn derives(rest: &str) -> bool {
    DERIVING.iter().any(|ending| rest.starts_with(ending))
}

/// The endings that [`derives`] knows.
const DERIVING: &[&str] = &["able", "dby", "dis", "ed", "ers", "ing", "ion", "ment"];

/// Writing verbs that servers run together with what they act on.
#[rustfmt::skip]
const GLUED: &[&str] = &[
    "cancel", "create", "delete", "destroy", "disable", "enable", "execute", "insert", "modify", "remove", "rename",
    "replace", "send", "submit", "update", "upload", "upsert", "write",
];

/// Only ever asks.
#[rustfmt::skip]
const READ: &[&str] = &[
    "describe", "detect", "diagnose", "discover", "enumerate", "explain", "fetch", "get", "getall", "hexists",
    "hget", "hgetall", "hkeys", "hvals", "identify", "inspect", "introspect", "llen", "locate", "lookup", "lrange",
    "mget", "recommend", "retrieve", "scrape", "smembers", "suggest", "summarise", "summarize", "whoami", "xrange",
    "zrange",
];

/// Asks when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const READ_OR_NOUN: &[&str] = &[
    "browse", "cat", "check", "compare", "count", "diff", "estimate", "explore", "find", "glob", "grep", "head",
    "list", "peek", "ping", "preview", "read", "search", "show", "stat", "tail", "validate", "view", "wait",
];

/// Changes something when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const WRITE_OR_NOUN: &[&str] = &[
    "answer", "archive", "auth", "award", "backup", "ban", "bid", "block", "book", "bookmark", "boost", "branch",
    "broadcast", "build", "call", "capture", "cast", "change", "charge", "chat", "claim", "clone", "comment",
    "commit", "copy", "credit", "delegate", "deploy", "download", "draft", "duplicate", "email", "embed", "end",
    "exchange", "exit", "export", "favorite", "favourite", "file", "filter", "fire", "fix", "flag", "focus", "fork",
    "format", "grant", "import", "invite", "invoice", "label", "launch", "lease", "like", "link", "lock", "log",
    "login", "mail", "map", "mark", "match", "merge", "message", "mint", "mirror", "mock", "mount", "name", "note",
    "offer", "park", "partition", "patch", "pay", "pin", "place", "play", "poll", "post", "power", "print",
    "process", "proxy", "publish", "pull", "purchase", "push", "quote", "rate", "record", "refund", "release",
    "repair", "replay", "reply", "report", "request", "reserve", "restore", "return", "review", "rollback",
    "rollout", "route", "run", "scale", "schedule", "seed", "setup", "share", "ship", "sign", "signal", "sleep",
    "snapshot", "sort", "spend", "split", "stage", "star", "start", "stash", "store", "stream", "swap", "switch",
    "sync", "tag", "test", "trade", "train", "transfer", "transition", "trash", "trigger", "turn", "tweet", "type",
    "update", "upgrade", "upload", "use", "vote", "watch", "wrap",
];

/// Changes something.
#[rustfmt::skip]
const WRITE: &[&str] = &[
    "abandon", "abort", "accept", "ack", "acknowledge", "acquire", "act", "activate", "add", "adjust", "admit",
    "adopt", "allocate", "allow", "alter", "amend", "annotate", "append", "apply", "approve", "arm", "arrange",
    "assert", "assign", "assume", "attach", "authenticate", "authorize", "begin", "bind", "boot", "bootstrap",
    "bump", "burn", "buy", "bypass", "cancel", "checkin", "checkout", "chmod", "chown", "cleanup", "clear", "click",
    "close", "collapse", "commence", "compact", "complete", "compose", "compress", "conclude", "configure",
    "confirm", "connect", "consume", "convert", "cordon", "correct", "create", "cut", "debit", "decline", "decode",
    "decommission", "decrease", "decrement", "decrypt", "dedupe", "defer", "define", "degrade", "del", "delete",
    "deliver", "demote", "deny", "deposit", "deregister", "destroy", "detach", "dial", "disable", "disassociate",
    "discard", "disconnect", "dismiss", "dispatch", "dissociate", "distribute", "do", "donate", "downgrade", "drag",
    "drain", "drop", "edit", "eject", "elevate", "emit", "empty", "enable", "encode", "encrypt", "endorse",
    "enlarge", "enqueue", "enroll", "ensure", "erase", "escalate", "establish", "eval", "evict", "exclude", "exec",
    "execute", "expand", "expire", "extend", "fail", "failover", "fill", "finalize", "finish", "flip", "flush",
    "follow", "forget", "forward", "freeze", "fulfill", "give", "go", "grow", "halt", "handle", "hdel", "heal",
    "hibernate", "hide", "hincrby", "hold", "hset", "ignore", "impersonate", "include", "incr", "increase",
    "increment", "ingest", "init", "initialize", "initiate", "inject", "insert", "install", "instantiate",
    "interrupt", "invalidate", "invoke", "isolate", "join", "keep", "kick", "kill", "leave", "liquidate", "logout",
    "lower", "lpop", "lpush", "make", "manage", "materialize", "migrate", "mkdir", "modify", "move", "mset",
    "mutate", "mute", "mv", "notify", "nuke", "onboard", "open", "optimize", "overwrite", "pad", "paste", "pause",
    "perform", "persist", "pop", "populate", "prepend", "press", "prioritize", "proceed", "promote", "propose",
    "protect", "provision", "prune", "purge", "put", "quarantine", "quit", "raise", "react", "reactivate", "reboot",
    "rebuild", "recalculate", "recover", "redeem", "redo", "reduce", "refresh", "register", "reindex", "reject",
    "reload", "remediate", "remember", "remind", "remove", "rename", "render", "renew", "reopen", "reorder",
    "replace", "replicate", "reposition", "reprocess", "rerun", "reset", "resize", "resolve", "respond", "restart",
    "restrict", "resubmit", "resume", "retire", "retry", "revert", "revoke", "rewrite", "rm", "rmdir", "rotate",
    "rpop", "rpush", "sadd", "save", "seal", "select", "sell", "send", "set", "shrink", "shuffle", "shutdown",
    "signin", "signout", "signup", "silence", "skip", "snooze", "solve", "spawn", "squash", "srem", "steal", "stop",
    "stub", "submit", "subscribe", "substitute", "suppress", "surrender", "suspend", "synchronize", "synthesize",
    "taint", "take", "tap", "terminate", "throttle", "toggle", "touch", "trim", "truncate", "unassign", "unblock",
    "undeploy", "undo", "uninstall", "unlink", "unlock", "unregister", "unsubscribe", "unzip", "upsert", "vacuum",
    "void", "wake", "warm", "whitelist", "wipe", "withdraw", "write", "xadd", "xdel", "zadd", "zip", "zrem",
];

/// A verb whose effect hangs on its arguments or its server.
#[rustfmt::skip]
const UNCLEAR: &[&str] = &[
    "aggregate", "analyse", "analyze", "ask", "audit", "await", "benchmark", "calculate", "classify", "compile",
    "compute", "crawl", "debug", "decide", "design", "display", "draw", "dump", "emulate", "evaluate", "extract",
    "generate", "hover", "lint", "listen", "load", "measure", "monitor", "navigate", "observe", "orchestrate",
    "parse", "plan", "predict", "prepare", "probe", "profile", "prompt", "query", "reason", "scan", "screenshot",
    "scroll", "simulate", "think", "trace", "track", "transcribe", "transform", "translate", "traverse", "verify",
    "visualize", "walk",
];

/// Words that look like verbs of the rules above and are not.
#[rustfmt::skip]
const NOUN: &[&str] = &[
    "amplify", "apify", "executive", "namespace", "namespaces", "netlify", "repository", "resource", "resources",
    "sendgrid", "shopify", "spotify",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_sorted_and_no_word_stands_in_two() {
        let tables = [READ, READ_OR_NOUN, WRITE_OR_NOUN, WRITE, UNCLEAR, NOUN];
        for table in tables.iter().chain(&[GLUED]) {
            for pair in table.windows(2) {
                assert!(pair[0] < pair[1], "`{}` stands before `{}`", pair[0], pair[1]);
            }
        }
        let mut all: Vec<_> = tables.concat();
        all.sort_unstable();
        for pair in all.windows(2) {
            assert_ne!(pair[0], pair[1], "this word stands in two tables");
        }
    }
}
