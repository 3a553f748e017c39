//! The shell's own commands, and programs that run others.

use crate::classify::shell::rule::{Builtin, Language, Operands, Row, Style, Wrapper};
use crate::model::Mark;

const fn builtin(name: &'static str, reason: &'static str, builtin: Builtin) -> Row<'static> {
    Row::read(name, reason).language(Language::Builtin(builtin))
}

const fn wrapper(name: &'static str, reason: &'static str, flags: &'static str, kind: Wrapper) -> Row<'static> {
    Row::read(name, reason).style(Style::Posix).flags(flags).language(Language::Wrapper(kind))
}

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read(":|true|false", "does nothing").flags("*").examples(&[": ", "true", "false || echo x"], &["true > x"]),
    Row::read("echo", "prints its words").flags("*").examples(&["echo -n x", "echo \"$x\""], &["echo x > f", "echo $(touch f)"]),
    builtin("printf", "prints its words", Builtin::Printf)
        .examples(&["printf '%s\\n' a b", "printf \"$x\\n\""], &["printf -v PATH x", "printf '%n' PATH", "printf \"$x\" PATH"]),
    builtin("cd|pushd|popd", "changes the folder of this line only", Builtin::ChangeFolder)
        .examples(&["cd src && ls", "cd -"], &["cd evil && git status", "while true; do git status; cd evil; done"]),
    builtin("read|mapfile|readarray", "reads input into a variable of the script's own", Builtin::Read)
        .examples(&["read -r a b < f", "IFS=, read -ra p <<< \"$x\""], &["read PATH < f", "mapfile -C 'touch x' -c 1 a < f"]),
    builtin("test|[", "compares values", Builtin::Test)
        .examples(&["[ -f a ] && echo yes", "[ \"$a\" = b ]", "test -n \"$x\""], &["[ -v 'a[$(touch x)]' ]", "test \"$a\" \"$b\""]),
    builtin("local|declare|typeset|readonly", "sets a variable of the script's own", Builtin::Declare)
        .examples(&["declare -a xs", "declare -f", "declare -f foo", "declare -p PATH", "f() { local a=1; echo $a; }; f"], &["declare -x PATH=.", "declare -n r=x", "declare -i x"]),
    builtin("export", "sets a variable that changes only how output looks", Builtin::Export)
        .examples(&["export LC_ALL=C"], &["export PATH=.", "export FOO=bar", "export x"]),
    builtin("set", "makes this line stricter", Builtin::Set)
        .examples(&["set -e; ls", "set -euo pipefail; ls"], &["set -k; ls PATH=.", "set -a"]),
    builtin("unset", "forgets a variable of the script's own", Builtin::Unset).examples(&["unset x"], &["unset PATH", "unset 'a[$(touch x)]'"]),
    builtin("exec", "only redirects", Builtin::Exec).examples(&["exec 2>/dev/null"], &["exec touch x", "exec > f"]),
    builtin("trap", "sets or forgets a trap that only reads", Builtin::Trap)
        .examples(&["trap - EXIT", "trap 'echo bye' EXIT"], &["trap 'touch x' EXIT", "trap \"$x\" EXIT", "trap 'x=1' EXIT", "trap 'ls' DEBUG"]),
    builtin("eval", "runs a text that was judged", Builtin::Eval)
        .examples(&["eval ls", "eval 'git status | head -5'"], &["eval \"$x\"", "eval 'touch x'", "eval 'x=1'", "eval 'cd x'", "eval 'echo $((x=1))'", "eval 'f() { ls; }'", "eval 'ls > f'"]),
    builtin("exit|return|break|continue|shift|wait|times", "steers the script", Builtin::Literal)
        .examples(&["exit 1", "ls & wait"], &["shift 'a[$(touch x)]'", "wait -n -p PATH", "jobs -x touch x"]),
    builtin("sleep", "waits", Builtin::Sleep)
        .examples(&["sleep 0", "sleep 0.5", "sleep 1000", "sleep 9 &"], &["sleep 1000 &", "sleep 1h &", "sleep 900 900 &", "{ sleep 1000; } &", "bash -c 'sleep 1000' &", "sleep infinity", "sleep \"$x\""]),
    Row::read("type|which|caller", "tells what a name stands for").flags("*").examples(&["type git"], &["type git > f"]),
    // Some hand the name to a shell.
    Row::read("whereis", "finds a program").flags("-b -m -s -u -a -q -x -l").operands(Operands::Titles).examples(&["whereis git", "whereis -b git"], &["whereis 'x;touch z'", "whereis \"$f\"", "ls | xargs whereis"]),
    // A configuration could name a program.
    Row::read("whatis|apropos", "tells what a name stands for").flags("-d -v -r -w -l -a -e -s: --debug --verbose --regex --wildcard --long --and --exact --sections: --help --version -V")
        .examples(&["whatis ls", "apropos -e printf"], &["whatis -C x ls", "apropos --config-file=x ls"]),
    Row::read("jobs", "lists jobs").flags("-l -p -r -s -n").operands(Operands::Most(0)).examples(&["jobs -l"], &["jobs -x touch x"]),
    Row::read("hash", "tells where a program is").flags("-t -l -r").operands(Operands::Without("=")).examples(&["hash -t ls", "hash -r", "hash"], &["hash ls=./evil", "hash -p ./evil ls", "hash -d ls"]),
    Row::read("alias", "tells what names stand for").flags("-p").operands(Operands::Without("=")).examples(&["alias", "alias ll"], &["alias ls=rm", "alias \"$x\"", "alias -p a=b"]),
    Row::read("help", "prints help on a builtin").flags("-d -m -s").examples(&["help cd", "help test | head"], &["help > f"]),
    Row::read("history", "lists what was typed").flags("").operands(Operands::Prefix("")).examples(&["history | tail -20", "history 5"], &["history -c", "history -w f", "history -s x", "history $x"]),
    Row::read("dirs|umask|ulimit", "tells the shell's state").flags("-a -v -p -S -c -n -H").operands(Operands::Most(0)).examples(&["ulimit -a"], &["umask 000", "ulimit -c 0"]),
    Row::read("compgen", "lists names").flags("-abckv -A=function|command|alias|builtin|keyword|variable -G:").operands(Operands::Most(1)).examples(&["compgen -c", "compgen -G '*.md'"], &["compgen -F f x"]),
    Row::read("shopt", "makes patterns match more or less").flags("-s -u -q -p").operands(Operands::OneOf("nullglob globstar dotglob failglob nocasematch lastpipe")).examples(&["shopt -s nullglob"], &["shopt -s nocaseglob", "shopt -s expand_aliases", "shopt -s extglob"]),
    wrapper("builtin", "runs the rest", "", Wrapper::Plain).examples(&["builtin echo hi"], &["builtin source x"]),
    wrapper("command", "runs the rest, or tells what it is", "-p -v -V", Wrapper::Command)
        .examples(&["command -v rg", "command ls"], &["command touch x", "command eval 'touch x'"]),
    wrapper("nice", "runs the rest with lower priority", "-n# --adjustment# -# --help --version", Wrapper::Plain).examples(&["nice --version", "nice ls", "nice -n 5 ls", "nice -5 ls"], &["nice touch x"]),
    wrapper("ionice", "runs the rest with lower priority", "-c# -n# -t --class# --classdata# --help --version", Wrapper::Plain).examples(&["ionice -c3 ls", "ionice --help"], &["ionice -c 3 touch x", "ionice -p 1 ls"]),
    wrapper("stdbuf", "runs the rest with other buffers", "-i: -o: -e: --input: --output: --error: --help --version", Wrapper::Plain).examples(&["stdbuf -oL ls", "stdbuf --version"], &["stdbuf -oL touch x", "stdbuf --version touch x"]),
    wrapper("time", "runs the rest and tells how long it took", "-p -v --help --version", Wrapper::Plain).examples(&["/usr/bin/time -v ls", "/usr/bin/time --version"], &["/usr/bin/time -o f ls", "time touch x"]),
    wrapper("timeout", "runs the rest for a limited time", "-k: -s: -v --kill-after: --signal: --preserve-status --foreground --verbose --help --version", Wrapper::Timeout)
        .examples(&["timeout 5", "timeout --help", "timeout 5 ls", "timeout -k 1 5 grep -rn x ."], &["timeout 5 touch x", "timeout $n ls"]),
    wrapper("env", "runs the rest", "-i -0 -v -u: --ignore-environment --null --unset: --debug --version --help", Wrapper::Env)
        .examples(&["env", "env LC_ALL=C ls", "env -u LANG ls", "env -i"], &["env -i bash -c tokei", "env - ls", "env -u PATH ls", "env -u HOME ls", "env -u \"$x\" ls", "env PATH=. ls", "env -S 'touch x'", "env touch x"]),
    wrapper("xargs", "runs the rest with the words it reads", "-0 -r -t -x -n# -L# -P# -s# -d: -a: -E: -I: -i? --null --no-run-if-empty --verbose --exit --max-args# --max-lines# --max-procs# --delimiter: --replace? --arg-file: --help --version", Wrapper::Xargs)
        .examples(&["ls | xargs wc -l", "xargs --version", "ls | xargs -I{} head -1 {}", "xargs"], &["ls | xargs rm", "xargs rm --help", "echo x | xargs env", "ls | xargs find", "ls | xargs -I{} sh -c 'echo {}'"]),
    wrapper("sh|dash", "runs a script that was judged", "*", Wrapper::PosixShell)
        .examples(&["sh -c 'ls | wc -l'"], &["sh -c '[[ a > b ]]'", "sh -c '((1 > 2))'", "sh -c \"echo \\$'\\\\'; touch x #'\""]),
    wrapper("bash|zsh", "runs a script that was judged", "*", Wrapper::Shell)
        .examples(&["bash -lc 'git status -s'", "zsh -lc 'ls | wc -l'", "bash --version"], &["bash x.sh", "zsh -ic ls", "zsh -lc 'print -P $x'", "zsh -fc 'ls *(e:ls:)'", "sh -c 'touch x'", "bash", "bash -ic ls", "bash --rcfile x -c ls"]),
    Row::read("busybox", "runs one of its applets").subcommands(&[
        Row::read("ls|cat|echo|head|tail|wc|grep|pwd|basename|dirname|cut|tr|stat|du|df|id|whoami|uname", "reads").flags("*"),
    ])
    .flags("--list --list-full --help")
    .alone()
    .examples(&["busybox ls", "busybox --list"], &["busybox sed -i s/a/b/ f", "busybox touch x"]),
    Row::read("printenv", "prints the environment").flags("-0 --null --version --help").marks(&[Mark::Secret]).examples(&["printenv", "printenv HOME"], &["printenv > f"]),
    Row::read("plangate", "tells what plangate thinks").subcommands(&[
        Row::read("classify|status|doctor", "tells what plangate thinks").flags("--json --jsonl --no-config --help --stdin --tool: --server:"),
        Row::read("rules", "tells what plangate thinks").subcommands(&[Row::read("list|test|why", "tells what plangate thinks").flags("--json --help")]),
    ])
    .flags("--version --help")
    .examples(&["plangate classify 'rm x'", "plangate rules list", "plangate --version"], &["plangate approve", "plangate approve --help", "./plangate status", "plangate"]),
];
