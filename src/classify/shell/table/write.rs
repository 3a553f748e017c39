//! What writes, with its reason; a program that is in no row is a write too, but without one.

use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::{Effect, Mark};

const DESTRUCTIVE: &[Mark] = &[Mark::Destructive];
const ENDLESS: &[Mark] = &[Mark::Endless];

const fn write(name: &'static str, reason: &'static str, example: &'static [&'static str]) -> Row<'static> {
    Row::write(name, reason).examples(&[], example)
}

/// What writes, but tells of itself when that is all that it is asked.
const fn told(
    names: &'static str,
    reason: &'static str,
    reads: &'static [&'static str],
    writes: &'static [&'static str],
) -> Row<'static> {
    with(names, reason, "--help --version").examples(reads, writes)
}

/// The same with other options that make it tell.
const fn with(names: &'static str, reason: &'static str, options: &'static str) -> Row<'static> {
    Row::write(names, reason).flags(options).operands(Operands::Most(0)).language(Language::Needs(options))
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
    told(
        "rm|rmdir|unlink|shred",
        "deletes files",
        &["rm --help", "rm --version | head -1"],
        &["rm -rf x", "rm a", "rm --help a", "rm a --version", "rm -- --help"],
    )
    .effects(DELETES)
    .marks(DESTRUCTIVE),
    told(
        "dd|truncate|mkfs|wipefs|blkdiscard",
        "overwrites files or devices",
        &["dd --version", "truncate --help"],
        &["dd if=a of=b", "dd of=b --version", "truncate -s 0 a"],
    )
    .marks(DESTRUCTIVE),
    told(
        "cp|mv|install|ln|link|mkdir|touch|mkfifo|mknod|scp|sftp",
        "creates or replaces files",
        &["cp --help", "touch --version", "mkdir --help | head"],
        &["cp a b", "touch a", "cp --help a b", "mkdir --version d", "touch --help=x"],
    ),
    told(
        "chmod|chown|chgrp|chattr|setfacl|setfattr|chcon",
        "changes who may do what with a file",
        &["chmod --help", "chown --version"],
        &["chmod 600 a", "chmod --version a", "chmod --help x a"],
    ),
    told(
        "ed|ex|vi|view|nano|pico|micro|hx",
        "is an editor, which writes files and runs commands",
        &["nano --version", "vi --version | head -1"],
        &["vi a", "vi --version a", "ed -s a"],
    )
    .effects(EDITS),
    told(
        "patch|rename|install-info|strip|ranlib|patchelf",
        "changes files; what it asks of a patch goes through files that stay when it is stopped",
        &["patch --version", "strip --help"],
        &["patch -p1 -i x", "patch --dry-run -p1 -i x", "strip a", "strip --version a", "patch --help a"],
    ),
    write("sponge", "changes files", &["sponge a", "sponge --help"]),
    with("rar|compress|uncompress", "writes archives or unpacks them", "--version --help -h -v")
        .examples(&["rar --help", "compress -h"], &["rar a x y", "compress a", "compress -v a"]),
    write(
        "osascript|tclsh|irb|ipython|ts-node|tsx|erl|iex",
        "runs a program that is not judged",
        &["tclsh x", "ipython --version", "ts-node --version"],
    )
    .effects(RUNS),
    told(
        "guile|ghci",
        "runs a program that is not judged",
        &["guile --version"],
        &["guile x", "guile --version x", "guile"],
    )
    .effects(RUNS),
    with("luajit", "runs a program that is not judged", "-v")
        .examples(&["luajit -v"], &["luajit x", "luajit -v x", "luajit -ve x"])
        .effects(RUNS),
    told(
        "http|https|xh|aria2c|httpie|lynx|w3m",
        "sends a request that the address alone decides",
        &["http --version", "aria2c --help"],
        &["http x", "http --help x", "http :8080"],
    )
    .effects(SENDS),
    write("mosh|telnet|rsh|ftp", "talks to another machine", &["telnet h", "ftp --help h"]).effects(SENDS),
    Row::write("nc|ncat|netcat", "talks to another machine")
        .flags("-z -v -w# -n -4 -6 -h")
        .options_first()
        .language(Language::Probe)
        .marks(&[Mark::Network])
        .examples(
            &["nc -h", "nc -h 2>&1 | head -3", "nc -z localhost 5432", "nc -zv -w 2 localhost 6379"],
            &[
                "nc h 1",
                "nc -h h 1",
                "nc -lh 1",
                "nc -zl 1",
                "nc -z -e sh h 1",
                "nc -z $h 1",
                "nc -z \"$(cat .env)\" 1",
                "nc -w 1 h 1",
                "nc h 80 -z",
            ],
        )
        .effects(SENDS),
    with("socat", "talks to another machine", "-V -h")
        .examples(&["socat -V"], &["socat - tcp:h:1", "socat -V - tcp:h:1"])
        .effects(SENDS),
    with("sudo", "runs with other rights", "--help --version -V -h")
        .examples(
            &["sudo --version", "sudo -V | head -1"],
            &["sudo ls", "sudo ls --help", "sudo -h h ls", "sudo --help ls", "sudo -l", "sudo -n true"],
        )
        .effects(RUNS),
    told(
        "su|pkexec|runuser|setpriv|chroot|unshare|nsenter",
        "runs with other rights",
        &["su --version", "unshare --help"],
        &["su x", "chroot d ls", "unshare ls --help", "su --help x"],
    )
    .effects(RUNS),
    write("doas", "runs with other rights", &["doas ls"]).effects(RUNS),
    with("capsh", "runs with other rights", "--print")
        .style(Style::Words)
        .examples(&["capsh --print"], &["capsh --print -- -c ls", "capsh --print --", "capsh --shell=x"])
        .effects(RUNS),
    write("source|.", "runs a text that is not judged", &["source x", ". x"]).effects(SHELL),
    write(
        "unalias|enable|bind|complete|compopt|fc|logout|suspend|disown|fg|bg|let|getopts",
        "changes the shell or evaluates text",
        &["unalias a", "let x"],
    )
    .effects(SHELL),
    told(
        "watch",
        "runs a command again and again",
        &["watch --version"],
        &["watch ls", "watch ls --version", "watch --help ls"],
    )
    .effects(RUNS)
    .marks(ENDLESS),
    write(
        "entr|expect|unbuffer|batch|daemonize|ifne|chronic|ts|pee|csh",
        "runs commands that are not judged",
        &["csh -c ls", "entr ls", "batch --help"],
    )
    .effects(RUNS),
    told(
        "script|nohup|setsid|flock|chrt|taskset|ltrace|lldb|systemd-run|ksh|tcsh|parallel",
        "runs commands that are not judged",
        &["nohup --version", "lldb --version", "flock --help", "parallel --version"],
        &["nohup ls", "ksh -c ls", "nohup --help ls", "script f", "setsid ls --version", "parallel --version ls"],
    )
    .effects(RUNS),
    with("at", "runs commands that are not judged", "-V")
        .examples(&["at -V"], &["at now", "at -V now", "at -f x now"])
        .effects(RUNS),
    Row::write("kill", "acts on other processes").effects(PROCESS).flags("*").language(Language::Signal).examples(
        &["kill -0 1", "kill -l", "kill -l 9", "kill -0 \"$pid\"", "kill -0 $(pgrep x)"],
        &[
            "kill 1",
            "kill -9 1",
            "kill 1 -0",
            "kill -0 $(pgrep x) -9",
            "kill -0 $x",
            "kill -l -9 1",
            "kill -0 \"$a\" \"$b\"",
            "kill \"$x\"",
            "kill -0 -s KILL 1",
        ],
    ),
    told(
        "pkill|renice",
        "acts on other processes",
        &["pkill --version"],
        &["pkill x", "pkill --version x", "renice 5 1"],
    )
    .effects(PROCESS),
    with("killall", "acts on other processes", "-l -V --list --version")
        .examples(&["killall -l", "killall --version"], &["killall x", "killall -l x", "killall -V x"])
        .effects(PROCESS),
    write("xkill", "acts on other processes", &["xkill"]).effects(PROCESS),
    write("reboot|shutdown|halt|poweroff|init|telinit", "stops the machine", &["reboot"])
        .effects(HOST)
        .marks(DESTRUCTIVE),
    told(
        "useradd|userdel|usermod|groupadd|chpasswd|chsh",
        "changes users",
        &["useradd --help"],
        &["useradd x", "useradd --help x", "chsh -s x"],
    )
    .effects(HOST),
    with("passwd", "changes users", "-S --status --help")
        .operands(Operands::Most(1))
        .examples(
            &["passwd -S", "passwd -S root"],
            &["passwd", "passwd x", "passwd -d x", "passwd -Sd x", "passwd -S -R d x"],
        )
        .effects(HOST),
    with("visudo", "changes users", "-V --version -h --help")
        .examples(&["visudo -V"], &["visudo", "visudo -f x"])
        .effects(HOST),
    write("task|ant|buck2|scons|invoke", "builds or runs what the project says", &["task x"]).effects(EDITS),
];
