//! Names: which variables a script may set, what it inherits, and which commands print only plain text.

use crate::classify::shell::variable::Class;

/// The values that an environment variable may be given before a command that is to stay a read.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// Letters, digits and marks that no program takes for a command or a folder.
    Simple,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of system folders.
    SystemFolders,
    /// A locale in which every byte below 128 is a character of its own: others end some with a backslash or a quote.
    Locale,
}

/// The allowlist: a name that is not here changes what later programs do. A `*` at the end stands for anything.
const SETTABLE: &[(&str, Values)] = &[
    ("AWS_PAGER", Values::OneOf(&["", "cat"])),
    ("BAT_PAGER", Values::OneOf(&["", "cat"])),
    ("BAT_STYLE", Values::Simple),
    ("BAT_THEME", Values::Simple),
    ("BLOCK_SIZE", Values::Simple),
    ("CARGO_TERM_COLOR", Values::Simple),
    ("CI", Values::OneOf(&["", "0", "1", "true", "false"])),
    ("CLICOLOR", Values::Simple),
    ("CLICOLOR_FORCE", Values::Simple),
    ("COLUMNS", Values::Simple),
    ("DELTA_PAGER", Values::OneOf(&["", "cat"])),
    ("FORCE_COLOR", Values::Simple),
    ("GH_NO_UPDATE_NOTIFIER", Values::Simple),
    ("GH_PAGER", Values::OneOf(&["", "cat"])),
    ("GH_PROMPT_DISABLED", Values::Simple),
    ("GIT_OPTIONAL_LOCKS", Values::OneOf(&["0", "1"])),
    ("GIT_PAGER", Values::OneOf(&["", "cat"])),
    ("GIT_TERMINAL_PROMPT", Values::OneOf(&["0"])),
    ("GREP_COLOR", Values::Simple),
    ("GREP_COLORS", Values::Simple),
    ("LANG", Values::Locale),
    ("LANGUAGE", Values::Locale),
    ("LC_*", Values::Locale),
    ("LINES", Values::Simple),
    ("LS_COLORS", Values::Simple),
    ("MANPAGER", Values::OneOf(&["", "cat"])),
    ("MANWIDTH", Values::Simple),
    ("NO_COLOR", Values::Simple),
    ("PAGER", Values::OneOf(&["", "cat"])),
    ("PATH", Values::SystemFolders),
    ("RUST_BACKTRACE", Values::Simple),
    ("SYSTEMD_COLORS", Values::Simple),
    ("SYSTEMD_PAGER", Values::OneOf(&["", "cat"])),
    ("TERM", Values::OneOf(&["dumb", "xterm", "xterm-256color", "vt100", "ansi"])),
    ("TIMEFORMAT", Values::Simple),
    ("TIME_STYLE", Values::Simple),
    ("TZ", Values::Simple),
];

/// The folders whose programs the system's owner put there.
pub(crate) const SYSTEM_FOLDERS: &[&str] =
    &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Capital names that scripts use for themselves and no program is known to read.
const LOCAL_CAPITALS: &str = "A ARGS ARR AUTHOR B BASE BASE_DIR BASE_REF BRANCH BRANCHES C CHANGED CID CODE COMMIT COMMITS CONTENT COUNT CURRENT CURRENT_BRANCH D DATE DAYS DEFAULT_BRANCH DEST DIR DIRS E END EXT F FILE FILENAME FILEPATH FILES FIRST FOUND FROM G H HASH I IDX ISSUE ITEM ITEMS J JOB_ID K KEYS L LAST LAST_TAG LATEST LATEST_TAG LEN LIMIT LINE LIST LOG LOGFILE LOGS LOG_FILE M MAIN MATCH MATCHES MAX MERGE_BASE MIN MODULE MSG N NAME NAMES NEEDLE NEW NS NUM NUMBER OFFSET OLD OUTPUT OWNER P PACKAGE PATHS PATTERN PATTERNS PID PKG POD PODS PORT PORTS PR PROJECT PROJECT_DIR PROJECT_ROOT Q QUERY R RC REF REGEX REPO REPO_ROOT RES RESULT RET REV ROOT ROOT_DIR RUN_ID S SCRIPT_DIR SEARCH SHA SINCE SIZE SRC SRC_DIR START STATUS STEP SUM SVC T TAG TARGET_DIR TARGET_FILE TERMS TEXT TOTAL U UNTIL URL V VAL VALUE VER VERSION W WORD WORDS X Y Z";

/// Small names that a shell reads, those that `zsh` ties to one in capitals among them.
const HANDED_ON: &[&str] =
    &["histchars", "auto_resume", "path", "fpath", "cdpath", "manpath", "module_path", "mailpath", "watch", "psvar"];

/// Whether `name` may be set to anything, as a variable of the script's own.
///
/// A name that the environment may already hold would be handed on to programs, hence the exceptions.
pub(crate) fn is_local(name: &str) -> bool {
    let small = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let handed_on = name.ends_with("_proxy") || name.starts_with("npm_") || HANDED_ON.contains(&name);
    (small && !handed_on) || LOCAL_CAPITALS.split(' ').any(|own| own == name)
}

/// Whether a program may be run without the variable `name`: one that only changes how output looks.
pub(crate) fn may_forget(name: &str) -> bool {
    let guards = name == "PATH" || name.starts_with("GIT_") || name.ends_with("PAGER");
    let fits = |own: &str| own.strip_suffix('*').map_or(own == name, |prefix| name.starts_with(prefix));
    !guards && SETTABLE.iter().any(|(own, _)| fits(own))
}

/// Whether a program may be run with `name` set to `value`.
pub(crate) fn may_set(name: &str, value: &str) -> bool {
    let fits = |own: &str| own.strip_suffix('*').map_or(own == name, |prefix| name.starts_with(prefix));
    let Some((_, values)) = SETTABLE.iter().find(|(own, _)| fits(own)) else { return false };
    match values {
        Values::Simple => value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.@:+,=;*".contains(&b)),
        Values::OneOf(words) => words.contains(&value),
        Values::Locale => {
            let simple = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
            let named = value.to_ascii_lowercase();
            simple
                && (matches!(&*named, "" | "c" | "posix" | "en")
                    || named.ends_with(".utf-8")
                    || named.ends_with(".utf8"))
        }
        Values::SystemFolders => value.split(':').all(|folder| SYSTEM_FOLDERS.contains(&folder)),
    }
}

/// The class of a variable that the script never sets.
pub(crate) fn inherited(name: &str) -> Class {
    match name {
        "RANDOM" | "SECONDS" | "LINENO" | "UID" | "EUID" | "PPID" | "BASHPID" | "EPOCHSECONDS" | "SHLVL" => {
            Class::Number
        }
        "HOME" => Class::Plain,
        "PWD" | "OLDPWD" => Class::Folder,
        _ => Class::Unknown,
    }
}
