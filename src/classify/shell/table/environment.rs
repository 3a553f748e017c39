//! Names: which variables a script may set, what it inherits, and which commands print only plain text.

use crate::classify::shell::variable::Class;

/// The values that an environment variable may be given before a command that is to stay a read.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// Letters, digits and marks that no program takes for a command or a folder.
    Simple,
    /// A number, as a shell may evaluate anything else.
    Digits,
    /// A part of a host's name.
    Label,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The name of a time zone, or its rule: nothing that leaves the system's folder of zones.
    Zone,
    /// A list of system folders.
    SystemFolders,
    /// A locale in which every byte below 128 is a character of its own: others end some with a backslash or a quote.
    Locale,
}

/// The allowlist: a name that is not here changes what later programs do. A `*` at the end stands for anything.
const SETTABLE: &[(&str, Values)] = &[
    // What examples call their variables, and no program.
    ("BAR", Values::Simple),
    ("BAZ", Values::Simple),
    ("FOO", Values::Simple),
    ("QUX", Values::Simple),
    ("AWS_PAGER", Values::OneOf(&["", "cat"])),
    ("BAT_PAGER", Values::OneOf(&["", "cat"])),
    ("BAT_STYLE", Values::Simple),
    ("BAT_THEME", Values::Simple),
    ("BLOCK_SIZE", Values::Simple),
    ("CARGO_TERM_COLOR", Values::Simple),
    ("CI", Values::OneOf(&["", "0", "1", "true", "false"])),
    ("CLICOLOR", Values::Simple),
    ("CLICOLOR_FORCE", Values::Simple),
    ("COLUMNS", Values::Digits),
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
    ("LINES", Values::Digits),
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
    ("TZ", Values::Zone),
];

/// What one program may be given besides: for a later line it would change whom a command speaks to, or what it builds.
const HANDED: &[(&str, Values)] = &[
    ("AWS_DEFAULT_REGION", Values::Label),
    ("AWS_PROFILE", Values::Simple),
    ("AWS_REGION", Values::Label),
    ("CARGO_NET_OFFLINE", Values::OneOf(&["true", "false"])),
    ("CGO_ENABLED", Values::OneOf(&["0", "1"])),
    ("DOCKER_CLI_HINTS", Values::OneOf(&["true", "false"])),
    ("GIT_TRACE", Values::OneOf(&["0", "1"])),
    ("GO111MODULE", Values::OneOf(&["on", "off", "auto"])),
    ("GOARCH", Values::Simple),
    ("GOFLAGS", Values::OneOf(&["-mod=readonly", "-mod=vendor"])),
    ("GOOS", Values::Simple),
    ("HOMEBREW_NO_AUTO_UPDATE", Values::Digits),
    ("MYSQL_PWD", Values::Simple),
    ("PGPASSWORD", Values::Simple),
    ("PIP_DISABLE_PIP_VERSION_CHECK", Values::Digits),
    ("PYTHONDONTWRITEBYTECODE", Values::Digits),
    ("PYTHONUNBUFFERED", Values::Digits),
    ("REDISCLI_AUTH", Values::Simple),
    ("RUST_LOG", Values::OneOf(&["off", "error", "warn", "info", "debug", "trace"])),
];

/// The folders whose programs the system's owner put there.
pub(crate) const SYSTEM_FOLDERS: &[&str] =
    &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Capital names that scripts use for themselves and no program is known to read.
const LOCAL_CAPITALS: &str = "A AFTER ARGS ARR AUTHOR B BAR BASE BASE_DIR BASE_REF BASE_SHA BAZ BEFORE BLUE BODY BRANCH BRANCHES C CHANGED CID CLUSTER CODE COMMIT COMMITS CONTAINER CONTENT COUNT CUR CURRENT CURRENT_BRANCH D DATE DAYS DB DEFAULT_BRANCH DESC DEST DEST_DIR DIR DIRS E ELAPSED ENABLED END EXT F FAIL FAILED FILE FILENAME FILEPATH FILES FIRST FOO FOUND FROM G GIT_BRANCH GIT_COMMIT GIT_HASH GIT_ROOT GIT_SHA GREEN H HASH HEADER HEAD_SHA I IDX IMAGE INDEX INPUT ISSUE ISSUES ITEM ITEMS J JOB JOB_ID K KEYS L LABEL LAST LAST_TAG LATEST LATEST_TAG LEFT LEN LEVEL LIMIT LINE LIST LOG LOGFILE LOGS LOG_FILE M MAIN MATCHES MAX MERGE_BASE MIN MODCACHE MODE MODULE MSG N NAME NAMES NAMESPACE NEEDLE NEW NEXT NODE_NAME NOW NP NS NUM NUMBER OFFSET OLD OUT OUTPUT OUTPUT_DIR OUT_DIR OWNER P PACKAGE PASS PATHS PATTERN PATTERNS PHASE PID PKG PLAN POD PODS POD_NAME PORT PORTS PR PREV PROJECT PROJECT_DIR PROJECT_ROOT PR_NUMBER Q QUERY QUX R RANGE RC RED REF REGEX RELEASE RELEASE_TAG REPO REPO_ROOT RES RESULT RESULTS RET REV RIGHT ROOT ROOT_DIR ROW RUN RUN_ID S SCRIPT_DIR SEARCH SECTION SERVICE SHA SID SINCE SIZE SOURCE_DIR SRC SRC_DIR START STATE STATS STATUS STEP SUM SUMMARY SVC T TAG TARGET TARGETS TARGET_DIR TARGET_FILE TASK TERMS TEST TESTS TEXT THEN TIMESTAMP TITLE TODAY TOMORROW TOTAL TS TYPE U UNTIL URL UUID V VAL VALUE VER VERSION W WORD WORDS WORKFLOW WS X Y YELLOW YESTERDAY Z";

/// Nouns of which scripts put together names of their own: `BASE_SHA`, `TEST_COUNT`. None of them names a program or a
/// platform, nor what settings are commonly called.
const NOUNS: &str = "AFTER ALL AUDIT BASE BEFORE BRANCH CAMPAIGN CHANGED CODE COMMIT COMMITS CONTENT CONTEXT COUNT CURRENT DATA DATE DAY DESC DIFF DIR DIRS DOC DOCS DURATION END ERROR ERRORS EXISTS FAIL FAILED FEATURE FILE FILES FIRST FOUND FROM HAS HEAD ID IDS INDEX INFO INPUT ISSUE ISSUES ITEM ITEMS LABEL LAST LATEST LEFT LEN LENGTH LEVEL LINE LINES LIST MAIN MATCH MATCHES MAX MERGE MILESTONE MIN MONTH NAME NAMES NEW NEXT NUM NUMBER OLD ORIG OUT OUTPUT PAGE PARENT PART PASS PATTERN PENDING PHASE PLAN PR PREFIX PREV PREVIOUS PRIOR QUERY RANGE REF RELEASE REPORT RESULT RESULTS REVIEW RIGHT ROADMAP ROW RUN SCRIPT SEARCH SECTION SHA SIZE SKILL SPEC START STATE STATUS STEP STRUCTURE SUBJECT SUFFIX SUMMARY TABLE TAG TAGS TARGET TASK TASKS TEST TESTS TEXT TIME TITLE TO TOOL TOTAL TYPE VALID VALIDATION VALUE VERIFICATION VERSION WEEK WORD WORDS YEAR";

/// Small names that a shell reads, those that `zsh` ties to one in capitals among them.
const HANDED_ON: &[&str] = &[
    "histchars",
    "auto_resume",
    "path",
    "fpath",
    "cdpath",
    "manpath",
    "module_path",
    "mailpath",
    "watch",
    "psvar",
    "functions",
    "commands",
    "aliases",
    "galiases",
    "saliases",
    "options",
    "nameddirs",
    "userdirs",
    "dirstack",
    "match",
    "mbegin",
    "mend",
    "reply",
    "argv",
    "status",
    "pipestatus",
    "signals",
    "prompt",
    "parameters",
    "builtins",
    "modules",
    "jobstates",
    "history",
    "widgets",
    "keymaps",
    "mapfile",
    "terminfo",
    "termcap",
];

/// Whether `name` may be set to anything, as a variable of the script's own.
///
/// A name that the environment may already hold would be handed on to programs, hence the exceptions.
pub(crate) fn is_local(name: &str) -> bool {
    let small = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let handed_on = name.ends_with("_proxy")
        || name.ends_with("_functions")
        || name.starts_with("dis_")
        || name.starts_with("npm_")
        || HANDED_ON.contains(&name);
    (small && !handed_on) || LOCAL_CAPITALS.split(' ').any(|own| own == name) || is_composed(name)
}

fn is_composed(name: &str) -> bool {
    let parts = name.split('_').count();
    (2..=4).contains(&parts) && name.split('_').all(|part| NOUNS.split(' ').any(|noun| noun == part))
}

/// Whether a program may be run without the variable `name`: one that only changes how output looks.
pub(crate) fn may_forget(name: &str) -> bool {
    let guards = name == "PATH" || name.starts_with("GIT_") || name.ends_with("PAGER");
    let fits = |own: &str| own.strip_suffix('*').map_or(own == name, |prefix| name.starts_with(prefix));
    !guards && SETTABLE.iter().any(|(own, _)| fits(own))
}

/// Whether `name` may be set for the commands of a later line, which may be run by the same shell.
pub(crate) fn may_export(name: &str, value: &str) -> bool {
    may_set(name, value) && !is_local(name)
}

/// Whether a program may be run with `name` set to `value` for it alone.
pub(crate) fn may_hand(name: &str, value: &str) -> bool {
    may_set(name, value) || HANDED.iter().any(|(own, values)| *own == name && values.hold(value))
}

/// Whether a script may set `name` to `value` for all that follows.
pub(crate) fn may_set(name: &str, value: &str) -> bool {
    let fits = |own: &str| own.strip_suffix('*').map_or(own == name, |prefix| name.starts_with(prefix));
    SETTABLE.iter().find(|(own, _)| fits(own)).is_some_and(|(_, values)| values.hold(value))
}

impl Values {
    fn hold(self, value: &str) -> bool {
        match self {
            Self::Simple => value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.@:+,=;*".contains(&b)),
            Self::Zone => {
                let part = |part: &str| {
                    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+,".contains(&b))
                };
                value.is_empty() || value.split('/').count() <= 3 && value.split('/').all(part)
            }
            Self::Digits => value.bytes().all(|b| b.is_ascii_digit()),
            Self::Label => value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            Self::OneOf(words) => words.contains(&value),
            Self::Locale => {
                let simple = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
                let named = value.to_ascii_lowercase().replace('-', "");
                simple && (matches!(&*named, "" | "c" | "posix" | "en") || named.split('.').nth(1) == Some("utf8"))
            }
            Self::SystemFolders => value.split(':').all(|folder| SYSTEM_FOLDERS.contains(&folder)),
        }
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
