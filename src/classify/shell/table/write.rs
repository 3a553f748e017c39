//! What writes, with its reason; a program that is in no row is a write too, but without one.

use crate::classify::shell::rule::{Language, Row};
use crate::model::{Effect, Mark};

const DESTRUCTIVE: &[Mark] = &[Mark::Destructive];
const ENDLESS: &[Mark] = &[Mark::Endless];

const fn write(name: &'static str, reason: &'static str, example: &'static [&'static str]) -> Row<'static> {
    Row::write(name, reason).examples(&[], example)
}

const DELETES: &[Effect] = &[Effect::Delete];
const RUNS: &[Effect] = &[Effect::Execute];
const EDITS: &[Effect] = &[Effect::Write, Effect::Execute];
const SENDS: &[Effect] = &[Effect::NetworkRead, Effect::NetworkWrite];
const SHELL: &[Effect] = &[Effect::ShellState, Effect::Execute];
const PROCESS: &[Effect] = &[Effect::Process];
const HOST: &[Effect] = &[Effect::Host];

/// Programs whose words are names and texts, never commands that they run.
pub(crate) fn takes_data(program: &str) -> bool {
    const DATA: &str = "rm rmdir cp mv touch mkdir ln chmod chown git cargo npm pnpm yarn pip brew apt apt-get dnf apk go tee sort uniq \
        curl wget sed awk find cat grep dd truncate tar zip unzip gzip kill killall pkill gh";
    DATA.split_ascii_whitespace().any(|own| own == program)
}

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    write("rm|rmdir|unlink|shred", "deletes files", &["rm -rf x", "rm a"]).effects(DELETES).marks(DESTRUCTIVE),
    write("dd|truncate|mkfs|wipefs|blkdiscard", "overwrites files or devices", &["dd if=a of=b"]).marks(DESTRUCTIVE),
    write(
        "cp|mv|install|ln|link|mkdir|touch|mkfifo|mknod|scp|sftp",
        "creates or replaces files",
        &["cp a b", "touch a"],
    ),
    write("chmod|chown|chgrp|chattr|setfacl|setfattr|chcon", "changes who may do what with a file", &["chmod 600 a"]),
    write("ed|ex|vi|view|nano|pico|micro|hx", "is an editor, which writes files and runs commands", &["vi a"]).effects(EDITS),
    write("patch|sponge|rename|install-info|strip|ranlib|patchelf", "changes files", &["patch -p1 -i x"]),
    write("zip|rar|unrar|compress|uncompress", "writes archives or unpacks them", &["zip o a"]),
    write(
        "luajit|osascript|tclsh|guile|ghci|irb|ipython|ts-node|tsx|erl|iex",
        "runs a program that is not judged",
        &["tclsh x"],
    ).effects(RUNS),
    write("http|https|xh|aria2c|httpie|lynx|w3m", "sends a request that the address alone decides", &["http x"]).effects(SENDS),
    write("mosh|telnet|nc|ncat|socat|rsh|ftp", "talks to another machine", &["nc h 1"]).effects(SENDS),
    write("sudo|doas|su|pkexec|runuser|setpriv|chroot|unshare|nsenter|capsh", "runs with other rights", &["sudo ls"]).effects(RUNS),
    write("eval|source|.", "runs a text that is not judged", &["eval ls", ". x"]).effects(SHELL),
    write(
        "unalias|enable|bind|complete|compopt|fc|logout|suspend|disown|fg|bg|let|getopts",
        "changes the shell or evaluates text",
        &["unalias a", "let x"],
    ).effects(SHELL),
    write("watch", "runs a command again and again", &["watch ls"]).effects(RUNS).marks(ENDLESS),
    write(
        "parallel|entr|script|expect|unbuffer|at|batch|nohup|setsid|flock|chrt|taskset|ltrace|lldb|daemonize|systemd-run|ifne|chronic|ts|pee|ksh|csh|tcsh",
        "runs commands that are not judged",
        &["nohup ls", "ksh -c ls"],
    ).effects(RUNS),
    Row::write("kill", "acts on other processes").effects(PROCESS).flags("-0 -l -L").language(Language::First("-0 -l -L"))
        .examples(&["kill -0 1", "kill -l"], &["kill 1", "kill -9 1", "kill 1 -0", "kill -0 $(pgrep x) -9", "kill -0 $x", "kill -l -9 1"]),
    write("killall|pkill|fuser|renice|xkill", "acts on other processes", &["pkill x"]).effects(PROCESS),
    write("reboot|shutdown|halt|poweroff|init|telinit", "stops the machine", &["reboot"]).effects(HOST).marks(DESTRUCTIVE),
    write("useradd|userdel|usermod|groupadd|passwd|chpasswd|chsh|visudo", "changes users", &["passwd x"]).effects(HOST),
    write("task|ant|buck2|scons|invoke", "builds or runs what the project says", &["task x"]).effects(EDITS),
];
