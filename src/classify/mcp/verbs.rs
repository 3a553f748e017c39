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
    "dbsize", "describe", "detect", "diagnose", "discover", "enumerate", "examine", "explain", "fetch", "geocode", "get",
    "getall", "hexists", "hget", "hgetall", "hkeys", "hvals", "identify", "inspect", "introspect", "llen", "locate",
    "lookup", "lrange", "mget", "recommend", "retrieve", "scrape", "smembers", "suggest", "summarise", "summarize",
    "think", "whoami", "xrange", "zrange",
];

/// Asks when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const READ_OR_NOUN: &[&str] = &[
    "browse", "cat", "check", "compare", "count", "diff", "echo", "estimate", "explore", "find", "glob", "grep",
    "head", "list", "ls", "peek", "ping", "preview", "read", "search", "show", "stat", "tail", "validate", "view", "wait",
];

/// Changes something when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const WRITE_OR_NOUN: &[&str] = &[
    "answer", "archive", "auth", "award", "backup", "ban", "bid", "block", "book", "bookmark", "boost", "branch",
    "broadcast", "build", "bundle", "call", "capture", "cast", "change", "charge", "chat", "claim", "clone",
    "comment", "commit", "copy", "credit", "crop", "delegate", "deploy", "download", "draft", "drive", "duplicate", "email",
    "embed", "end", "exchange", "exit", "export", "favorite", "favourite", "feed", "file", "filter", "fire", "fix",
    "flag", "flash", "focus", "fold", "force", "fork", "format", "grant", "hire", "import", "invite", "invoice",
    "label", "launch", "lease", "lift", "like", "link", "lock", "log", "login", "mail", "map", "mark", "mask",
    "match", "merge", "message", "mint", "mirror", "mock", "mount", "name", "note", "offer", "pack", "park",
    "partition", "patch", "pay", "pin", "place", "play", "poll", "post", "power", "print", "process", "proxy",
    "publish", "pull", "purchase", "push", "quote", "rate", "record", "refund", "relay", "release", "rent",
    "repair", "replay", "reply", "report", "request", "reserve", "restore", "return", "review", "ring", "roll",
    "rollback", "rollout", "route", "run", "scale", "schedule", "seed", "setup", "share", "shift", "ship", "sign",
    "signal", "sleep", "slice", "slide", "slow", "snapshot", "sort", "spend", "split", "spread", "stage", "stamp", "star",
    "start", "stash", "store", "stream", "supply", "swap", "switch", "sync", "tag", "test", "trade", "train",
    "transfer", "transition", "trash", "treat", "trigger", "turn", "tweet", "type", "update", "upgrade", "upload",
    "use", "visit", "vote", "waste", "watch", "wrap", "zoom",
];

/// Changes something.
#[rustfmt::skip]
const WRITE: &[&str] = &[
    "abandon", "abort", "accelerate", "accept", "accrue", "ack", "acknowledge", "acquire", "act", "activate",
    "actuate", "adapt", "add", "adjust", "admit", "adopt", "align", "allocate", "allow", "alter", "amend",
    "annotate", "announce", "anonymize", "append", "apply", "appoint", "approve", "arm", "arrange", "assemble", "assert",
    "assign", "assume", "attach", "attest", "augment", "authenticate", "authorize", "automate", "backfill", "beep",
    "begin", "bind", "blacklist", "blink", "blur", "boot", "bootstrap", "borrow", "bulk", "bump", "burn", "buy",
    "buzz", "bypass", "calibrate", "cancel", "categorize", "censor", "certify", "checkin", "checkout", "checkpoint",
    "chmod", "choose", "chop", "chown", "clean", "cleanup", "clear", "click", "close", "coerce", "collapse",
    "collect", "combine", "commence", "compact", "compensate", "complete", "compose", "compress", "conclude",
    "condense", "conduct", "configure", "confirm", "connect", "consolidate", "construct", "consume", "contribute",
    "convert", "cordon", "correct", "craft", "create", "crush", "curate", "customize", "cut", "deactivate", "debit",
    "debounce", "decline", "decommission", "decouple", "decrease", "decrement", "decrypt", "deduct",
    "dedupe", "deduplicate", "defer", "define", "deflate", "defragment", "degrade", "del", "delay", "delete",
    "delist", "deliver", "demolish", "demote", "denormalize", "deny", "deplete", "deposit", "dequeue", "deregister",
    "designate", "destroy", "detach", "dial", "dim", "diminish", "direct", "disable", "disarm", "disassociate",
    "disband", "disburse", "discard", "discharge", "disclose", "disconnect", "dismantle", "dismiss", "dispatch",
    "displace", "dispose", "disrupt", "dissociate", "distribute", "divert", "divide", "dm", "do", "donate",
    "downgrade", "drag", "drain", "drop", "edit", "eject", "elevate", "eliminate", "emit", "empty",
    "enable", "enact", "encapsulate", "encrypt", "endorse", "enforce", "engage", "enhance", "enlarge",
    "enlist", "enqueue", "enrich", "enroll", "ensure", "erase", "erode", "escalate", "establish", "evacuate",
    "eval", "evict", "evolve", "exclude", "exec", "execute", "exempt", "expand", "expel", "expire", "exploit", "expose",
    "expunge", "extend", "extinguish", "fail", "failover", "fill", "finalize", "finish", "fit", "flatten", "flip", "flush",
    "fly", "follow", "forge", "forget", "forward", "freeze", "fulfill", "fuse", "gather", "getdel", "getex", "getset", "give", "go", "grab",
    "graduate", "grind", "grow", "halt", "handle", "harden", "harvest", "hdel", "heal", "heat", "hibernate", "hide",
    "hincrby", "hit", "hold", "hset", "ignore", "impersonate", "implement", "impose", "improve", "include", "incr",
    "increase", "increment", "inflate", "ingest", "inherit", "init", "initialize", "initiate", "inject", "inline",
    "insert", "install", "instantiate", "instruct", "integrate", "intercept", "interrupt", "introduce",
    "invalidate", "invest", "invoke", "isolate", "join", "jump", "keep", "kick", "kill", "kiss", "leave", "lend",
    "liquidate", "localize", "logout", "loosen", "lower", "lpop", "lpush", "maintain", "make", "manage",
    "manipulate", "materialize", "maximize", "mend", "migrate", "minimize", "mitigate", "mix", "mkdir", "mobilize",
    "moderate", "modify", "modulate", "move", "mset", "multiply", "mutate", "mute", "mv", "narrow", "negotiate",
    "neutralize", "nominate", "normalise", "normalize", "notify", "nuke", "obfuscate", "obtain", "offload",
    "onboard", "open", "operate", "optimize", "organize", "override", "overwrite", "pad", "paint", "pair", "paste",
    "pause", "penalize", "perform", "permit", "persist", "pick", "pivot", "plug", "polish", "pop", "populate",
    "pour", "preempt", "prepend", "prescribe", "preserve", "press", "prevent", "prime", "prioritize", "proceed", "procure",
    "produce", "prohibit", "promote", "propagate", "propose", "protect", "provision", "prune", "pump", "punch",
    "punish", "purge", "purify", "pursue", "put", "quarantine", "quash", "quit", "raise", "randomize", "react",
    "reactivate", "reap", "rearrange", "rebalance", "rebase", "reboot", "rebuild", "recalc", "recalculate",
    "recast", "recharge", "reclaim", "recompute", "reconcile", "reconfigure", "reconnect", "reconstruct", "recover",
    "recreate", "recruit", "rectify", "recycle", "redact", "redeem", "redefine", "redeploy", "redirect",
    "redistribute", "redo", "reduce", "refactor", "refill", "refine", "refresh", "regenerate", "register",
    "regulate", "reimburse", "reindex", "reinforce", "reinstall", "reinstate", "reissue", "reject", "rekey",
    "relabel", "relieve", "relink", "relist", "reload", "relocate", "remap", "remediate", "remember", "remind",
    "remix", "remount", "remove", "rename", "render", "renew", "renumber", "reopen", "reorder", "reorganize",
    "repack", "repartition", "repay", "repeal", "replace", "replenish", "replicate", "repopulate", "reposition",
    "reprocess", "reprovision", "repurpose", "requeue", "rerun", "rescale", "reschedule", "rescind", "reseed",
    "reset", "reshape", "reshard", "resize", "resolve", "respawn", "respond", "restart", "restock", "restrict",
    "restructure", "resubmit", "resume", "resurrect", "retag", "retain", "retarget", "retire", "retract", "retrain",
    "retry", "reuse", "revamp", "reverse", "revert", "revise", "revive", "revoke", "rework", "rewrite", "rm",
    "rmdir", "rotate", "rpop", "rpush", "sadd", "salvage", "sanitize", "save", "say", "scatter", "scramble",
    "scrap", "scrub", "seal", "seize", "select", "sell", "send", "separate", "serve", "set", "settle", "sever",
    "shard", "sharpen", "shoot", "shorten", "shout", "shred", "shrink", "shuffle", "shut", "shutdown", "sideload",
    "signin", "signout", "signup", "silence", "skip", "slash", "smooth", "snip", "snooze", "soften",
    "solve", "spam", "spawn", "speak", "spin", "spoof", "squash", "squeeze", "srem", "stabilize", "standardize",
    "steal", "steer", "stitch", "stop", "strengthen", "stretch", "strike", "strip", "stub", "submit", "subscribe",
    "substitute", "subtract", "summon", "supersede", "suppress", "surrender", "suspend", "sweep", "swipe",
    "synchronize", "synthesize", "tailor", "taint", "take", "tamper", "tap", "tear", "terminate", "thaw",
    "throttle", "throw", "tie", "tighten", "tilt", "toggle", "toss", "touch", "tow", "transact", "transcode",
    "transmit", "transplant", "transport", "trick", "trim", "truncate", "tunnel", "tweak", "twist", "unarchive",
    "unassign", "unban", "unblock", "uncordon", "undelete", "undeploy", "undo", "unenroll", "unfollow", "unfreeze",
    "unhide", "unify", "uninstall", "unlink", "unlist", "unload", "unlock", "unmute", "unpause", "unpin",
    "unpublish", "unregister", "unseal", "unset", "unshare", "unstar", "unsubscribe", "unsuspend", "unwrap",
    "unzip", "upscale", "upsert", "utilize", "vacate", "vacuum", "vary", "veto", "void", "waive", "wake", "warm",
    "warn", "warp", "wash", "weaken", "weave", "weld", "whisper", "whitelist", "widen", "wipe", "withdraw",
    "withhold", "write", "xadd", "xdel", "yank", "zadd", "zap", "zip", "zrem",
];

/// A verb whose effect hangs on its arguments or its server.
#[rustfmt::skip]
const UNCLEAR: &[&str] = &[
    "aggregate", "analyse", "analyze", "ask", "audit", "await", "benchmark", "calculate", "classify", "compile",
    "compute", "crawl", "debug", "decide", "decode", "decompile", "design", "disassemble", "display", "draw", "dump", "emulate", "encode", "evaluate", "extract",
    "generate", "hover", "lint", "listen", "load", "measure", "monitor", "navigate", "observe", "orchestrate",
    "parse", "plan", "predict", "prepare", "probe", "profile", "prompt", "query", "reason", "scan",     "screenshot", "scroll", "simulate", "trace", "track", "transcribe", "transform", "translate", "traverse", "verify",
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
