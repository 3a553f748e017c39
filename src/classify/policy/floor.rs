//! What no file loosens. Redirections, assignments and everything that is not parsed need no row here: rows about
//! programs never speak of them.

use crate::classify::builtin::{self, Kind};
use crate::classify::shell::{self, Language};
use crate::model::{ToolCall, Verdict};

/// Names, with `*` at the end for anything, and why they stay.
struct Row {
    names: &'static [&'static str],
    reason: &'static str,
}

const INTERPRETER: &str = "runs code that nobody has judged";

/// Programs that the built-in table does not already know as ones that run others.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { names: &["sudo", "doas", "su", "pkexec", "run0", "runuser", "setpriv", "chroot", "unshare", "nsenter", "capsh", "newgrp", "sg"],
          reason: "runs with other rights" },
    Row { names: &["git", "git-*"], reason: "changes the repository; what git only reads is known to the built-in table" },
    Row { names: &["plangate*"], reason: "decides for the person" },
    Row { names: &["sh", "bash*", "rbash", "dash", "ash", "zsh*", "ksh*", "mksh", "csh", "tcsh", "fish", "busybox", "toybox", "nu", "elvish", "xonsh", "pwsh*", "powershell*"],
          reason: INTERPRETER },
    Row { names: &["python*", "pypy*", "ipython*", "perl*", "ruby*", "irb*", "node*", "deno*", "bun", "bunx", "npx", "pnpx", "tsx", "ts-node", "uvx", "pipx", "php*", "lua*", "R", "Rscript", "julia*", "java", "jshell", "groovy", "scala*", "kotlin*", "osascript", "tclsh*", "wish*", "expect*", "guile*", "racket", "sbcl", "clisp", "emacs*", "ghci", "runghc", "erl", "escript", "elixir", "iex", "swift", "dotnet-script", "csi", "gawk*", "mawk*", "nawk", "original-awk", "gsed", "ssed", "ed", "ex", "vi", "vim*", "view", "nvim", "gdb", "lldb*", "m4", "bc", "dc"],
          reason: INTERPRETER },
    Row { names: &["eval", "source", ".", "exec", "builtin", "trap", "alias", "unalias", "enable", "bind", "complete", "hash", "shopt", "let", "fc"],
          reason: "changes what later words mean" },
    Row { names: &["parallel", "entr", "watch", "script", "unbuffer", "screen", "tmux", "at", "batch", "setsid", "flock", "chrt", "taskset", "ionice", "numactl", "strace", "ltrace", "systemd-run", "ifne", "chronic", "pee", "daemonize", "faketime", "fakeroot", "proot", "bwrap", "firejail", "ld.so", "ld-linux*", "ssh", "mosh", "rsh", "caffeinate", "arch", "dbus-run-session", "xvfb-run", "direnv", "nix-shell", "watchexec", "hyperfine", "gtimeout", "genv", "gxargs", "gfind"],
          reason: "runs other commands" },
];

/// Why no row lets this program pass.
pub(in crate::classify) fn of_program(name: &str) -> Option<&'static str> {
    let named = |own: &str| match own.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => own == name,
    };
    if let Some(row) = ROWS.iter().find(|row| row.names.iter().any(|own| named(own))) {
        return Some(row.reason);
    }
    match shell::language(name)? {
        Language::Wrapper(_) | Language::Find => Some("runs other commands"),
        Language::Builtin(_) => Some("changes what later words mean"),
        Language::Sed | Language::Awk | Language::Sqlite | Language::Sql | Language::MySql | Language::Miller => {
            Some("takes a program in its arguments, which plangate reads itself")
        }
        _ => None,
    }
}

/// Why no row lets this call pass.
pub(super) fn of_call(call: &ToolCall) -> Option<&'static str> {
    if super::brings_code(call) {
        return Some("brings a command or code along, which is judged by its own text");
    }
    let kind = builtin::find(&call.tool)?.group.kind;
    let stays = kind.verdict() == Verdict::Write && kind != Kind::Check;
    stays.then_some("is a tool by which agents write")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_others_stays_whatever_its_version() {
        for name in
            ["sudo", "git", "python3.12", "node", "bash", "sed", "find", "env", "xargs", "sqlite3", "timeout", "cd"]
        {
            assert!(of_program(name).is_some(), "{name}");
        }
        for name in ["make", "cargo", "pytest", "npm", "kubectl", "terraform", "mytool", "bundle"] {
            assert_eq!(of_program(name), None, "{name}");
        }
    }
}
