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
    if let Some(class) = listed(word).or_else(|| listed(&as_american(word)?)) {
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

/// `organise` as `organize`, which the tables hold; nouns such as `exercise` and `clockwise` stay what they are.
fn as_american(word: &str) -> Option<String> {
    let stem = word.strip_suffix("ise").or_else(|| word.strip_suffix("yse"))?;
    let letter = word.as_bytes()[stem.len()] as char;
    (word.len() >= 7 && !word.ends_with("wise") && listed(word).is_none()).then(|| format!("{stem}{letter}ze"))
}

/// `prioritize`, `notify`: English makes verbs this way, and most of them change something.
fn is_verb_by_ending(word: &str) -> bool {
    let american = as_american(word);
    let word = american.as_deref().unwrap_or(word);
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
    "dbsize", "describe", "detect", "diagnose", "discover", "enumerate", "examine", "explain", "fetch", "geocode",
    "geolocate", "get", "getall", "hexists", "hget", "hgetall", "hkeys", "hvals", "identify", "inspect", "introspect",
    "llen", "locate", "lookup", "lrange", "mget", "nslookup", "recommend", "retrieve", "scrape", "smembers", "suggest",
    "summarise", "summarize", "think", "traceroute", "whoami", "whois", "xrange", "zrange",
];

/// Asks when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const READ_OR_NOUN: &[&str] = &[
    "browse", "cat", "check", "compare", "count", "diff", "echo", "estimate", "explore", "find", "glob", "grep",
    "head", "list", "ls", "ocr", "peek", "ping", "preview", "read", "search", "show", "stat", "tail", "validate",
    "view", "wait",
];

/// Changes something when it is the verb, is a thing elsewhere.
#[rustfmt::skip]
const WRITE_OR_NOUN: &[&str] = &[
    "answer", "appeal", "archive", "auth", "award", "backup", "ban", "bid", "bill", "block", "book", "bookmark",
    "boost", "branch", "broadcast", "build", "bundle", "call", "capture", "cast", "change", "charge", "chat",
    "checkpoint", "claim", "clone", "comment", "commit", "copy", "credit", "crop", "delegate", "deploy", "download",
    "draft", "drive", "duplicate", "email", "embed", "end", "exchange", "exit", "export", "favorite", "favourite",
    "feed", "file", "fire", "fix", "flag", "flash", "focus", "fold", "force", "fork", "format", "grant", "hire",
    "import", "invite", "invoice", "jog", "label", "launch", "lease", "lift", "like", "link", "lock", "log", "login",
    "mail", "map", "mark", "mask", "match", "merge", "message", "mint", "mirror", "mock", "mount", "name", "note",
    "offer", "pack", "park", "partition", "patch", "pay", "payout", "pin", "place", "play", "poll", "post", "power",
    "print", "process", "proxy", "publish", "pull", "purchase", "push", "quote", "rate", "record", "refund", "relay",
    "release", "rent", "repair", "replay", "reply", "report", "request", "reserve", "restore", "return", "review",
    "ring", "roll", "rollback", "rollout", "route", "run", "scale", "schedule", "seed", "setup", "share", "shift",
    "ship", "sign", "signal", "sleep", "slice", "slide", "slow", "snapshot", "sort", "spend", "split", "spread",
    "stage", "stamp", "star", "start", "stash", "store", "stream", "supply", "swap", "switch", "sync", "tag", "test",
    "trade", "train", "transfer", "transition", "trash", "treat", "triage", "trigger", "turn", "tweet", "type",
    "update", "upgrade", "upload", "use", "visit", "vote", "waste", "watch", "wrap", "zoom",
];

/// Changes something.
#[rustfmt::skip]
const WRITE: &[&str] = &[
    "abandon", "abort", "accelerate", "accept", "accrue", "ack", "acknowledge", "acquire", "act", "activate",
    "actuate", "adapt", "add", "adjust", "admit", "adopt", "advance", "align", "allocate", "allow", "alter", "amend",
    "annotate", "announce", "anonymize", "append", "apply", "appoint", "approve", "arm", "arrange", "assemble",
    "assert", "assign", "assume", "attach", "attest", "augment", "authenticate", "authorize", "autofix", "automate",
    "backfill", "beep", "begin", "bind", "bisect", "blacklist", "blink", "blur", "boot", "bootstrap", "borrow",
    "bring", "brute", "bruteforce", "bulk", "bump", "burn", "buy", "buzz", "bypass", "calibrate", "cancel",
    "categorize", "censor", "certify", "checkin", "checkoff", "checkout", "cherrypick", "chmod", "choose", "chop",
    "chown", "clean", "cleanup", "clear", "click", "close", "coerce", "collapse", "collect", "colorize", "combine",
    "commence", "compact", "compensate", "complete", "compose", "compress", "conclude", "condense", "conduct",
    "configure", "confirm", "connect", "consolidate", "construct", "consume", "contribute", "convert", "cordon",
    "correct", "crack", "craft", "create", "crosspost", "crouch", "crush", "curate", "customize", "cut", "deactivate",
    "debit", "debounce", "declare", "decline", "decommission", "decompose", "decouple", "decrease", "decrement",
    "decrypt", "deduct", "dedupe", "deduplicate", "defer", "define", "deflate", "defrag", "defragment", "degrade",
    "dehydrate", "del", "delay", "delete", "delist", "deliver", "demolish", "demote", "denormalize", "deny", "deplete",
    "deposit", "dequeue", "deregister", "desaturate", "descend", "designate", "destroy", "detach", "detonate", "dial",
    "dig", "dim", "diminish", "direct", "disable", "disarm", "disassociate", "disband", "disburse", "discard",
    "discharge", "disclose", "disconnect", "dismantle", "dismiss", "dispatch", "dispense", "displace", "dispose",
    "disrupt", "dissociate", "distribute", "divert", "divide", "dm", "do", "dock", "donate", "downgrade", "downvote",
    "drag", "drain", "drop", "edit", "eject", "elevate", "eliminate", "emit", "empty", "enable", "enact",
    "encapsulate", "encrypt", "endorse", "enforce", "engage", "engrave", "enhance", "enlarge", "enlist", "enqueue",
    "enrich", "enroll", "ensure", "enter", "equip", "erase", "erode", "escalate", "escort", "esign", "establish",
    "evacuate", "eval", "evict", "evolve", "exclude", "exec", "execute", "exempt", "exfiltrate", "expand", "expel",
    "expire", "exploit", "expose", "expunge", "extend", "extinguish", "extrude", "fail", "failback", "failover",
    "fill", "finalize", "finish", "fit", "flatten", "flee", "flip", "flush", "fly", "follow", "forge", "forget",
    "forward", "freeze", "fulfill", "fuse", "gather", "getdel", "getex", "getset", "give", "go", "grab", "graduate",
    "grasp", "greet", "grind", "grip", "grow", "haggle", "halt", "handle", "harden", "harvest", "hdel", "heal", "heat",
    "hibernate", "hide", "hijack", "hincrby", "hit", "hoist", "hold", "honk", "hset", "hug", "hydrate", "ignore",
    "impersonate", "implement", "impose", "improve", "impute", "include", "incr", "increase", "increment", "inflate",
    "ingest", "inherit", "init", "initialize", "initiate", "inject", "inline", "insert", "install", "instantiate",
    "instruct", "integrate", "interact", "intercept", "interrupt", "introduce", "invalidate", "invest", "invoke",
    "irrigate", "isolate", "join", "jump", "keep", "kick", "kickoff", "kill", "kiss", "kneel", "latch", "leave",
    "lend", "liquidate", "localize", "logout", "loosen", "lower", "lpop", "lpush", "maintain", "make", "manage",
    "maneuver", "manipulate", "manoeuvre", "materialize", "maximize", "mend", "migrate", "minimize", "mitigate", "mix",
    "mkdir", "mobilize", "moderate", "modify", "modulate", "move", "mow", "mset", "multiply", "mutate", "mute", "mv",
    "nack", "narrow", "negotiate", "neutralize", "nod", "nominate", "normalise", "normalize", "notarize", "notify",
    "nudge", "nuke", "nurture", "obfuscate", "obtain", "offboard", "offload", "onboard", "open", "operate", "optimize",
    "organize", "outbid", "outdent", "override", "overwrite", "pad", "paint", "pair", "paste", "pause", "penalize",
    "perform", "permit", "persist", "phish", "pick", "pivot", "plug", "poke", "polish", "pop", "populate", "possess",
    "posterize", "postpone", "pour", "preempt", "preheat", "prepend", "prescribe", "preserve", "press", "prevent",
    "prime", "prioritize", "proceed", "procure", "produce", "prohibit", "promote", "propagate", "propose", "protect",
    "provision", "prune", "pump", "punch", "punish", "purge", "purify", "pursue", "put", "pwn", "quarantine", "quash",
    "quit", "raise", "randomize", "rasterize", "react", "reactivate", "reap", "rearrange", "reauth", "rebalance",
    "rebase", "reblog", "reboot", "rebrand", "rebuild", "recalc", "recalculate", "recast", "recharge", "reclaim",
    "recompute", "reconcile", "reconfigure", "reconnect", "reconstruct", "recover", "recreate", "recruit", "rectify",
    "recycle", "redact", "redeem", "redefine", "redeploy", "redirect", "redistribute", "redline", "redo", "reduce",
    "refactor", "refill", "refine", "reflect", "refresh", "regenerate", "register", "regulate", "rehire", "reimage",
    "reimburse", "reindex", "reinforce", "reinstall", "reinstate", "reissue", "reject", "rekey", "relabel", "relearn",
    "relieve", "relink", "relist", "reload", "relocate", "remap", "remediate", "remember", "remind", "remix",
    "remount", "remove", "rename", "render", "renew", "renumber", "reopen", "reorder", "reorganize", "repack",
    "reparent", "repartition", "repay", "repeal", "replace", "replenish", "replicate", "repopulate", "reposition",
    "repost", "reprocess", "reprovision", "repurpose", "requeue", "rerun", "rescale", "reschedule", "rescind",
    "reseed", "reset", "reshape", "reshard", "resize", "resolve", "respawn", "respond", "restart", "restock",
    "restrict", "restructure", "resubmit", "resume", "resurrect", "resync", "retag", "retain", "retarget", "retire",
    "retract", "retrain", "retrigger", "retry", "retweet", "reuse", "revamp", "reverse", "revert", "revise", "revive",
    "revoke", "rework", "rewrite", "rightsize", "rm", "rmdir", "rollover", "rotate", "rpop", "rpush", "rsvp", "sadd",
    "salvage", "sanitize", "save", "say", "scaffold", "scatter", "scramble", "scrap", "scrobble", "scrub", "seal",
    "seize", "select", "sell", "send", "separate", "serve", "set", "settle", "sever", "shake", "shard", "sharpen",
    "shoot", "shorten", "shout", "shred", "shrink", "shuffle", "shut", "shutdown", "sideload", "signin", "signout",
    "signup", "silence", "skew", "skip", "slash", "slay", "smelt", "smooth", "sniff", "snip", "snooze", "soften",
    "solder", "solve", "spam", "spawn", "speak", "spin", "spoof", "spray", "squash", "squeeze", "srem", "stabilize",
    "standardize", "steal", "steer", "stitch", "stop", "stow", "strengthen", "stretch", "strike", "strip", "stub",
    "subdivide", "submit", "subscribe", "substitute", "subtract", "sudo", "summon", "supersede", "suppress",
    "surrender", "suspend", "sweep", "swerve", "swipe", "synchronize", "synthesize", "tailor", "taint", "take",
    "takeoff", "tame", "tamper", "tap", "tear", "teleport", "terminate", "tessellate", "thaw", "throttle", "throw",
    "tidy", "tie", "tighten", "tilt", "toggle", "topup", "toss", "touch", "tow", "transact", "transcode", "transmit",
    "transplant", "transport", "triangulate", "trick", "trim", "truncate", "tune", "tunnel", "tweak", "twirl", "twist",
    "unarchive", "unarm", "unassign", "unban", "unblock", "uncheck", "uncomment", "uncordon", "undelete", "undeploy",
    "undo", "undock", "unenroll", "unequip", "unfavorite", "unfavourite", "unfold", "unfollow", "unfreeze", "ungroup",
    "unhide", "unify", "uninstall", "unlatch", "unlike", "unlink", "unlist", "unload", "unlock", "unmute", "unpause",
    "unpin", "unpublish", "unregister", "unsave", "unseal", "unset", "unshare", "unstage", "unstake", "unstar",
    "unstash", "unsubscribe", "unsuspend", "untick", "unvote", "unwatch", "unwrap", "unzip", "upscale", "upsert",
    "upvote", "utilize", "vacate", "vacuum", "vary", "vectorize", "veto", "void", "wag", "wager", "waggle", "waive",
    "wake", "wakeonlan", "warm", "warn", "warp", "wash", "watermark", "weaken", "weave", "weld", "whisper",
    "whitelist", "widen", "wield", "wiggle", "wink", "wipe", "withdraw", "withhold", "write", "xadd", "xdel", "yank",
    "zadd", "zap", "zip", "zrem",
];

/// A verb whose effect hangs on its arguments or its server.
#[rustfmt::skip]
const UNCLEAR: &[&str] = &[
    "aggregate", "analyse", "analyze", "ask", "audit", "await", "benchmark", "calculate", "classify", "compile",
    "compute", "crawl", "debug", "decide", "decode", "decompile", "design", "disassemble", "display", "draw", "dump",
    "emulate", "encode", "evaluate", "extract", "filter", "generate", "hover", "index", "lint", "listen", "load",
    "measure", "monitor", "navigate", "new", "observe", "orchestrate", "parse", "plan", "predict", "prepare", "probe",
    "profile", "prompt", "query", "reason", "recall", "scan", "screenshot", "scroll", "simulate", "trace", "track",
    "transcribe", "transform", "translate", "traverse", "verify", "visualize", "walk",
];

/// Words that look like verbs of the rules above and are not.
#[rustfmt::skip]
const NOUN: &[&str] = &[
    "amplify", "apify", "bitrise", "compromise", "concise", "coolify", "disguise", "enterprise", "executive",
    "exercise", "expertise", "franchise", "gotify", "greynoise", "marquise", "merchandise", "namespace", "namespaces",
    "netlify", "otherwise", "paradise", "precise", "prefix", "premise", "preset", "promise", "repository", "resource",
    "resources", "sendgrid", "shopify", "spotify", "sunrise", "surprise", "tortoise", "treatise", "turquoise",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_verbs_do_what_american_ones_do() {
        for verb in ["organise", "initialise", "optimise", "synchronise", "finalise", "normalise", "televise"] {
            assert_eq!(class(verb), Class::Write, "{verb}");
        }
        assert_eq!(class("summarise"), Class::Read);
        assert_eq!(class("visualise"), Class::Unclear);
        for thing in ["exercise", "enterprise", "premise", "franchise", "noise", "clockwise", "precise", "expertise"] {
            assert_eq!(class(thing), Class::Noun, "{thing}");
        }
    }

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
