//! What the generator puts into lines. `@` in a wrap stands for the line, `%` for it in single quotes.

/// Operands and values: what is there, what is not, and what some program would obey.
pub(crate) const OPERANDS: &[&str] = &[
    "a.txt", "b.txt", "src/main.rs", "src", ".", "..", "README.md", "data.json", "data.yaml", "data.csv", "data.xml",
    "data.db", "a.tar", "a.tgz", "a.zip", "a.txt.gz", "a.patch", "prog", "prog.c", "args.txt", "script.sed",
    "script.awk", "script.jq", "script.sh", "Makefile", "link", "broken", "out", "out.txt", "new/out", "/tmp/out",
    "~/out", "/etc/hostname", "~", "$HOME", "*", "*.txt", "./*", "-", "--", "-o", "-delete", "1", "2", "0", "-1", "10",
    "HEAD", "HEAD~1", "main", "v1", "feature", "stash@{0}", "HEAD:a.txt", "main..feature", "--output=out",
    "'touch pwned'", "./tool.sh", "tool.sh", "tools/tool", "'|touch pwned'", "'!touch pwned'", "'$(touch pwned)'",
    "'`touch pwned`'", "'a[$(touch pwned)]'", "'w out'", "'1w out'", "'e touch pwned'", "'s/a/b/w out'",
    "'s/a/touch pwned/e'", "'1e'", "'{print > \"out\"}'", "'{system(\"touch pwned\")}'",
    "'BEGIN{\"touch pwned\"|getline}'", "'{print | \"touch pwned\"}'", "/dev/stdout", "/dev/stderr", "/dev/fd/2",
    "@args.txt", "@tool.sh", "sh", "bash", "'sh -c \"touch pwned\"'", "'.a'", "'.'", "x=1", "PATH=.", "'%s'",
    "'%(objectname)'", "+%F", "'select 1'", "'drop table t'", "'.output out'", "'.shell touch pwned'", "'.once out'",
    "-exec", "';'", "\\;", "+", "{}", "-print", "-type", "f", "-name", "-fprint", "-ok", "-execdir", "-fls",
    "http://192.0.2.1/x", "http://192.0.2.1/x.xml", "h:a.tar", "user@h:x", "file:///etc/hostname", "h.example.org",
    "git@example.org:x.git", "'ext::touch pwned'", "/w/evil", "evil", "other", "globs", "empty", "deep/er/pipe", "all",
    "test", "x", "''", "\"\"", "$x", "\"$x\"", "${x:-out}", "$(echo out)", "`echo out`", "$'out'", "{a,b}", "{-o,out}",
    "out{,2}", "$((1+1))", "<(cat a.txt)", "name\\ with\\ blanks", "\\-o", "-'o'", "-\"o\"", "--outp\\ut=out", "-[o]",
    "-?", "[-]o", "1,5p", "'1,5p'", "5q", "'$p'", "2>&1", "TODO", "main", "fn", "'^a'", "a", "b", "lines", "core.pager",
    "user.name", "alias.x", "'!sh'", "127.0.0.1", "localhost", "$$", "-n", "-i", "-f", "-w", "-e", "-c", "-x", "-C",
    "-d",
];

/// What stands before a command.
pub(crate) const PREFIXES: &[&str] = &[
    "LC_ALL=C", "TZ=UTC", "NO_COLOR=1", "PAGER=cat", "GIT_PAGER=cat", "x=1", "x=-o", "x=out", "x='-delete'",
    "x=$(cat args.txt)", "PATH=.", "PATH+=:.", "PATH=/bin", "LD_PRELOAD=./prog", "LESSOPEN='|./tool.sh %s'",
    "LESS=-oout", "GIT_EXTERNAL_DIFF=./tool.sh", "GIT_SSH_COMMAND=./tool.sh", "GIT_DIR=evil/.git", "GIT_CONFIG_COUNT=1",
    "GIT_PAGER=./tool.sh", "PAGER=./tool.sh", "MANPAGER=./tool.sh", "EDITOR=./tool.sh", "BASH_ENV=script.sh",
    "ENV=script.sh", "PYTHONPATH=.", "PYTHONSTARTUP=setup.py", "NODE_OPTIONS='--require ./index.js'", "RUBYOPT=-r./x",
    "PERL5OPT=-Mx", "RUSTC_WRAPPER=./tool.sh", "RIPGREP_CONFIG_PATH=.ripgreprc", "TERM=dumb", "IFS=,", "IFS=", "HOME=.",
    "TMPDIR=.", "LS_COLORS=x", "GREP_OPTIONS=-o", "BAT_PAGER=./tool.sh", "BASH_FUNC_ls%%='() { touch pwned; }'",
    "SHELLOPTS=xtrace", "PS4='$(touch pwned)'", "PROMPT_COMMAND='touch pwned'", "POSIXLY_CORRECT=1", "a[0]=1", "'x'=1",
    "x+=1", "LINES=1", "COLUMNS=80", "GIT_TRACE=/tmp/out", "GIT_TRACE=1", "GIT_OPTIONAL_LOCKS=0",
    "TAR_OPTIONS=--to-command=sh", "MAKEFLAGS=-f", "CDPATH=.", "GLOBIGNORE=x", "FIGNORE=x", "HISTFILE=out",
    "DEBUGINFOD_URLS=x", "MALLOC_TRACE=out",
];

/// What stands behind a command.
pub(crate) const REDIRECTIONS: &[&str] = &[
    "2>/dev/null", ">/dev/null", "2>&1", ">&2", "1>&2", "&>/dev/null", ">>/dev/null", "> /dev/null", "<a.txt",
    "< data.json", "<<< x", "<<<\"$x\"", "<<<'$(touch pwned)'", "<<<$(cat args.txt)", "<args.txt", "3<a.txt", "<&-",
    "2>&-", ">out", ">>out", "2>out", "&>out", ">|out", ">&out", "<>out", "{fd}>out", ">/dev/null/../out",
    ">/dev/nul{l,x}", ">/dev/stdout", ">/dev/stderr", ">/dev/fd/2", "2>/dev/null >out", ">'/dev/null'",
    ">\"/dev/null\"", ">/dev/nu\\ll", ">$x", "0</dev/null", "</dev/null", "3>&1", "3>&1 1>&2 2>&3", "> /dev/null2",
    ">/dev//null", "<<E\n$(touch pwned)\nE\n", "<<'E'\n$(touch pwned)\nE\n", "<<E\nx\nE\n", "<<-E\n\tx\n\tE\n",
    "<<\"E\"\n`touch pwned`\nE\n", "<<E\n\\$(touch pwned)\nE\n", "<<E\n${x:-$(touch pwned)}\nE\n",
    "</dev/tcp/127.0.0.1/80",
];

/// What stands between two commands.
pub(crate) const JOINTS: &[&str] = &[
    " ; ", " && ", " || ", " | ", "\n", " & ", " |& ", ";", "|", "&&", " # ", "\n#", " \\\n", " ;\\\n", "\t",
];

/// Around a whole line; `@` stands for the line, `%` for it in single quotes.
pub(crate) const WRAPS: &[&str] = &[
    "(@)", "( @ )", "{ @; }", "if true; then @; fi", "if @; then :; else ls; fi", "while false; do @; done",
    "until @; do break; done", "for i in 1 2; do @; done", "for i in *.txt; do @; done",
    "for x in a.txt -o out; do @; done", "case x in x) @;; esac", "f() { @; }; f", "f() { @; }; f a b", "! @", "time @",
    "time -p @", "timeout 1 @", "timeout -s KILL 1 @", "env @", "env -i @", "env LC_ALL=C @", "env -u HOME @", "nice @",
    "nice -n 5 @", "nohup @", "stdbuf -oL @", "command @", "builtin @", "exec @", "eval %", "bash -c %", "sh -c %",
    "bash -c % a b", "bash -lc %", "dash -c %", "xargs @", "xargs -I{} @", "xargs -n1 @", "echo a.txt | xargs @",
    "printf 'a.txt\\n' | xargs -n 1 @", "cat args.txt | xargs @", "ls | xargs -I{} @", "find . -name '*.txt' | xargs @",
    "find . -maxdepth 1 -type f -exec @ {} \\;", "find . -name '*.rs' -exec @ {} +", "echo $(@)", "echo \"$(@)\"",
    "echo `@`", "cat <(@)", "diff <(@) <(ls)", "x=$(@); echo \"$x\"", "x=$(@)", "[ -n \"$(@)\" ]", "[[ -n $(@) ]]",
    "[[ $(@) == x ]] && ls", "echo ${x:-$(@)}", "echo $(($(@)))", "cd src && @", "cd globs && @", "cd globs; @",
    "cd evil && @", "cd other && @", "(cd src; @)", "pushd src >/dev/null && @", "@ | head -3", "@ | wc -l",
    "@ | sort | uniq -c", "@ | grep -v x", "@ | tail -n +2 | cut -d: -f1", "@ | while read -r l; do echo \"$l\"; done",
    "@ | while read x; do cat $x; done", "@ | while IFS= read -r f; do head -1 \"$f\"; done", "@ | sed -n 1p",
    "@ | awk '{print $1}'", "@ | jq .", "@ | xargs ls", "@ | tee /dev/null", "@ | xargs -I{} cat {}", "set -e; @",
    "set -euo pipefail; @", "x=out; @", "x=-delete; @", "x='a b'; @", "x=(a b); @", "trap 'ls' EXIT; @",
    "shopt -s nullglob; @", "shopt -s dotglob; @", "printf '%s\\n' \"$(@)\"", "echo start; @; echo end", "@ || true",
    "true && @", "ionice @", "setsid @", "chrt @", "parallel @", "watch @", "script -c %", "busybox @", "sudo @",
    "mapfile -t x < <(@); echo \"${x[@]}\"", "read -r x < <(@); ls $x", "cat <<E\n$(@)\nE\n", "cat <<'E'\n@\nE\n",
    "export LC_ALL=C; @", "local x=1; @", "declare x=1; @", "coproc @", "strace @", "unbuffer @", "taskset 1 @",
    "@ 2>&1 | head", "while read -r x; do @; done <a.txt", "while read -r x; do @; done <args.txt",
    "for ((i=0;i<2;i++)); do @; done", "[[ -f a.txt ]] && @", "test -f a.txt && @", "@ &", "@ & wait",
];
