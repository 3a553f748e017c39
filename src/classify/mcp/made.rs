//! Things that come to be when they are got: `get_access_token` hands out a credential that was not there before,
//! `get_upload_url` opens a door. Their lists, their properties and their histories are only read.

use super::name::Word;
use super::rules::Finding;

/// What a name says that gets such a thing.
///
/// The thing is the last word before a preposition: the `url` of `get_upload_url_for_file`. Where the words before it
/// do not settle that it is made, a trusted server's hint may.
pub(super) fn judge(words: &[Word]) -> Option<Finding<'_>> {
    let verb = words.iter().position(|word| GETS.contains(&word.text.as_str()))?;
    let behind = &words[verb + 1..];
    let end = behind.iter().position(|word| PREPOSITIONS.contains(&word.text.as_str())).unwrap_or(behind.len());
    let (thing, before) = behind[..end].split_last()?;
    let has = |texts: &[&str]| before.iter().any(|word| texts.contains(&word.text.as_str()));
    if has(&["current", "existing", "pending"]) {
        return None;
    }
    let row = THINGS.iter().find(|row| row.things.contains(&thing.text.as_str()))?;
    if has(row.made) {
        return Some(Finding::Writes(thing));
    }
    (row.alone == Alone::Doubtful || has(row.doubtful)).then_some(Finding::Doubtful(thing))
}

const GETS: &[&str] =
    &["create", "fetch", "generate", "get", "issue", "make", "mint", "new", "obtain", "request", "retrieve"];

/// `get_token_by_symbol` looks one up that is there.
const PREPOSITIONS: &[&str] = &["as", "at", "for", "from", "in", "of", "on", "to", "using", "via", "with"];

/// Words for one kind of thing.
struct Row {
    things: &'static [&'static str],
    /// Behind one of these it is made.
    made: &'static [&'static str],
    /// Behind one of these it may be.
    doubtful: &'static [&'static str],
    /// What it is behind any other word.
    alone: Alone,
}

#[derive(PartialEq, Eq)]
enum Alone {
    Doubtful,
    Read,
}

#[rustfmt::skip]
const THINGS: &[Row] = &[
    Row {
        things: &["page", "password", "signature"],
        made: &["checkout", "onetime", "payment", "temporary", "time", "upload"],
        doubtful: &[],
        alone: Alone::Read,
    },
    Row {
        things: &["jwt", "token"],
        made: &[
            "access", "api", "app", "auth", "authentication", "bearer", "csrf", "device", "embed", "guest", "id", "impersonation",
            "installation", "jwt", "login", "new", "oauth", "push", "refresh", "registration", "security", "service", "session",
            "sso", "sts", "temp", "temporary", "upload", "user", "verification",
        ],
        doubtful: &[], alone: Alone::Doubtful,
    },
    Row {
        things: &["credential", "credentials"],
        made: &["assume", "dynamic", "ephemeral", "lived", "new", "role", "scoped", "session", "sts", "temp", "temporary"],
        doubtful: &[], alone: Alone::Doubtful,
    },
    Row {
        things: &["ticket"], made: &["console", "spice", "vnc", "websocket"], doubtful: &["auth", "login", "session"], alone: Alone::Read,
    },
    Row {
        things: &["otp", "passcode", "totp"], made: &["get", "new", "sms"], doubtful: &[], alone: Alone::Doubtful,
    },
    Row {
        things: &["code"],
        made: &["new", "onetime", "otp"],
        doubtful: &[
            "access", "activation", "authorization", "backup", "device", "invitation", "invite", "login", "mfa", "pairing",
            "recovery", "sms", "verification",
        ],
        alone: Alone::Read,
    },
    Row {
        things: &["link", "uri", "url"],
        made: &[
            "checkout", "impersonation", "magic", "new", "payment", "presigned", "sas", "signed", "temp", "temporary", "upload",
        ],
        doubtful: &[
            "access", "auth", "authorization", "authorize", "billing", "connect", "consent", "invitation", "invite", "join",
            "login", "logout", "meeting", "oauth", "onboarding", "pay", "portal", "public", "referral", "reset", "share",
            "shareable", "shared", "sharing", "sign", "signin", "signup", "sso", "verification",
        ],
        alone: Alone::Read,
    },
    Row {
        things: &["id"], made: &[], doubtful: &["report"], alone: Alone::Read,
    },
    Row {
        // What is drawn or recorded comes as a file.
        things: &["illustration", "soundfont", "sprite", "texture"], made: &[], doubtful: &[], alone: Alone::Doubtful,
    },
    Row {
        things: &["urls"], made: &["presigned", "signed", "upload"], doubtful: &[], alone: Alone::Read,
    },
    Row {
        things: &["address"], made: &["new", "unused"], doubtful: &["deposit", "receive", "receiving"], alone: Alone::Read,
    },
    Row {
        things: &["key"], made: &["new"], doubtful: &["access", "api", "ephemeral", "secret", "temporary"], alone: Alone::Read,
    },
    Row {
        things: &["airdrop", "faucet"], made: &["devnet", "new", "testnet"], doubtful: &[], alone: Alone::Doubtful,
    },
    Row {
        things: &["coins", "drip", "ether", "funds", "sol", "tokens"], made: &["faucet", "test", "testnet"], doubtful: &[],
        alone: Alone::Read,
    },
    Row {
        things: &["lease", "lock", "mutex", "semaphore", "session"],
        made: &["distributed", "exclusive", "new"], doubtful: &[], alone: Alone::Doubtful,
    },
];
