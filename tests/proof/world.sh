#!/usr/bin/env bash
# Builds the tree in which commands are run: a work tree with histories, odd names and traps, a home and system folders.
#
#   tests/proof/world.sh FOLDER
#
# A trap is something that a careless read would execute; it adds a line to /canary/log, which the harness sees.
set -euo pipefail
world=$(realpath -m "$1")
rm -rf "$world"
mkdir -p "$world"/{w,home/user/.rpmdb,etc,var/log,var/tmp,tmp,run,canary/bin,dev/shm,root/.config,srv,opt,mnt}
chmod 1777 "$world/tmp" "$world/var/tmp"
ln -s /run "$world/var/run"
export HOME=$world/home/user GIT_CONFIG_NOSYSTEM=1 TZ=UTC
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_AUTHOR_DATE='2026-01-02T03:04:05Z'
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org GIT_COMMITTER_DATE='2026-01-02T03:04:05Z'

# The system's settings that programs look at; nothing secret.
for name in passwd group nsswitch.conf ld.so.cache ld.so.conf ld.so.conf.d hosts services protocols host.conf gai.conf \
    localtime os-release debian_version shells profile bash.bashrc alternatives magic mime.types php ImageMagick-6; do
    if [ -e "/etc/$name" ]; then cp -a "/etc/$name" "$world/etc/"; fi
done
echo 'nameserver 192.0.2.1' >"$world/etc/resolv.conf"
echo sandbox >"$world/etc/hostname"
echo '127.0.1.1 sandbox' >>"$world/etc/hosts"
seq 200 >"$world/var/log/syslog"
echo noted >"$world/tmp/note.txt"

# Programs that no read starts.
trap_program() { # trap_program PATH
    local path
    path=$(realpath -s "$1")
    # Asking a program for its version is no use of it.
    cat >"$1" <<END
#!/bin/sh
[ \$# -gt 0 ] && for word; do
    case \$word in --version | --help | -h | -v | -V | --) ;; *) break ;; esac
    shift
done && [ \$# -eq 0 ] && exit
echo "${path#"$world"} \$*" >>/canary/log
END
    chmod 755 "$1"
}
for name in vi vim nvim nano emacs ed ex editor sudo su doas scp sftp mail sendmail xdg-open open www-browser \
    sensible-browser sensible-editor x-www-browser at batch; do
    trap_program "$world/canary/bin/$name"
done

# The home.
cat >"$world/home/user/.gitconfig" <<'END'
[user]
	name = A
	email = a@example.org
[init]
	defaultBranch = main
[safe]
	directory = *
END
echo 'export X=1' >"$world/home/user/.bashrc"
mkdir -p "$world/home/user/"{.ssh,.config/git,.config/gcloud,bin,notes,.cache,.npm,.cargo,.terraform.d,.kube/cache,.subversion,go,.local/share/{gem,virtualenv}}
echo key >"$world/home/user/.ssh/id_rsa"
echo 'a note' >"$world/home/user/notes/today.md"
if command -v gpg >/dev/null; then
    (umask 077 && mkdir "$world/home/user/.gnupg")
    gpg --quiet --no-autostart --list-keys 2>/dev/null
fi
trap_program "$world/home/user/bin/ls"
trap_program "$world/home/user/bin/tool"

# Files of every kind.
files() { # files FOLDER
    cd "$1"
    mkdir -p src tests docs tools .github/workflows 'name with blanks' empty deep/er/est
    printf 'fn main() {\n    println!("hello");\n}\n// TODO x\n' >src/main.rs
    printf 'pub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n' >src/lib.rs
    printf 'import os\n\ndef main():\n    return os.name\n' >src/app.py
    printf 'export const x = 1;\n' >src/index.ts
    printf '#[test]\nfn adds() {}\n' >tests/adds.rs
    printf '# Title\n\nText with `code`.\n\n- one\n- two\n' | tee README.md >docs/guide.md
    printf 'b\na\nc\na\n' >a.txt
    printf '3\n1\n2\n' >b.txt
    printf 'x y z\n1 2 3\n' >'name with blanks/a file.txt'
    printf 'a,b\n1,2\n3,4\n' >data.csv
    printf '{"a": 1, "b": [1, 2], "name": "x", "scripts": {}}\n' >data.json
    printf 'a: 1\nb:\n  - 1\n' >data.yaml
    printf '[a]\nb = 1\n' >data.toml
    printf '<a><b>1</b></a>\n' >data.xml
    printf 'a b "c d"\n-delete\n-o\nout\n; touch pwned\n$(touch pwned)\na[$(touch pwned)]\n' >args.txt
    printf 'line\n' >f.log
    printf -- '--- a/a.txt\n+++ b/a.txt\n@@ -1,4 +1,4 @@\n-b\n+B\n a\n c\n a\n' >a.patch
    printf 'w out.txt\n' >script.sed
    printf 'BEGIN { system("touch pwned") }\n' >script.awk
    printf '.a\n' >script.jq
    printf 'touch pwned\n' >script.sh
    cp /bin/true prog
    printf 'int main(void) { return 0; }\n' >prog.c
    gzip -nk9 <a.txt >a.txt.gz
    tar --mtime=2026-01-01 -cf a.tar a.txt b.txt
    tar --mtime=2026-01-01 -czf a.tgz a.txt b.txt
    python3 -c 'import zipfile; z = zipfile.ZipFile("a.zip", "w"); z.write("a.txt"); z.write("b.txt")'
    python3 -c 'import sqlite3; c = sqlite3.connect("data.db"); c.executescript("create table t(a, b); insert into t values (1, 2);")'
    printf 'A=1\nSECRET=x\n' >.env
    ln -s a.txt link
    ln -s nowhere broken
    mkfifo deep/er/pipe
    # Programs and settings of the project, which are traps.
    for name in ls cat git rg sort tool.sh configure gradlew mvnw run a.out; do trap_program "./$name"; done
    for name in ls cat git tool; do trap_program "tools/$name"; done
    printf 'all: ; @echo made >>/canary/log\n%%: ; @echo made >>/canary/log\nX := $(shell echo make-shell >>/canary/log)\n' >Makefile
    printf '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n' >Cargo.toml
    printf 'version = 4\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n' >Cargo.lock
    printf 'fn main() { std::fs::write("/canary/log", "build script").unwrap(); }\n' >build.rs
    printf '{"name": "x", "version": "1.0.0", "scripts": {"test": "echo test >>/canary/log", "list": "echo list >>/canary/log", "preinstall": "echo pre >>/canary/log", "version": "echo version >>/canary/log"}}\n' >package.json
    printf 'module x\n\ngo 1.19\n' >go.mod
    printf 'package main\n\nfunc main() {}\n' >main.go
    printf 'script-shell=./tool.sh\neditor=./tool.sh\nviewer=./tool.sh\nbrowser=./tool.sh\n' >.npmrc
    printf -- '--pre=./tool.sh\n' >.ripgreprc
    printf -- '--output=out.txt\n' >.ackrc
    printf 'shell echo gdb >>/canary/log\n' | tee .gdbinit >.lldbinit
    printf 'require("fs").appendFileSync("/canary/log", "node\\n")\n' | tee index.js .eslintrc.js >.pnpmfile.cjs
    # What Python finds in the folder it runs in.
    for name in sitecustomize usercustomize json pip venv site calendar platform sysconfig timeit tokenize ast dis \
        pydoc zipfile tarfile setup conftest pytest http base64 gzip ensurepip this antigravity inspect compileall; do
        printf 'open("/canary/log", "a").write("python %s\\n")\n' "$name" >"$name.py"
    done
}

repository() { # repository FOLDER
    cd "$1"
    git init -q -b main
    git add -A
    git commit -qm 'first'
    git tag v1
    git tag -a v2 -m two
    printf 'd\n' >>a.txt
    git mv b.txt moved.txt
    git commit -qam 'second: moved'
    git mv moved.txt b.txt
    git commit -qam 'third: moved back'
    git branch feature HEAD~1
    git branch -f old HEAD~2
    printf 'stashed\n' >>a.txt
    git stash -q
    git notes add -m 'a note' HEAD
    git remote add origin https://example.org/x.git
    printf 'changed\n' >>docs/guide.md
    printf 'staged\n' >>data.csv
    git add data.csv
    printf 'new\n' >untracked.txt
}

# A repository whose settings and attributes execute.
traps() { # traps FOLDER
    cd "$1"
    mkdir -p folder
    cp a.txt folder/
    git init -q -b main
    printf '*.txt diff=evil filter=evil\n' >.gitattributes
    git add a.txt .gitattributes
    git commit -qm first
    cat >>.git/config <<'END'
[core]
	pager = echo pager >>/canary/log
	fsmonitor = echo fsmonitor >>/canary/log; false
	sshCommand = echo sshCommand >>/canary/log
	editor = echo editor >>/canary/log
	askPass = /canary/bin/editor
	hooksPath = hooks
[diff]
	external = echo external >>/canary/log
[diff "evil"]
	command = echo command >>/canary/log
	textconv = echo textconv >>/canary/log
[filter "evil"]
	clean = echo clean >>/canary/log
	smudge = echo smudge >>/canary/log
	process = echo process >>/canary/log
[alias]
	st = !echo alias >>/canary/log
	lg = !echo alias >>/canary/log
[gpg]
	program = /canary/bin/editor
[credential]
	helper = !echo credential >>/canary/log
END
    mkdir -p hooks
    for name in post-index-change pre-commit post-checkout reference-transaction fsmonitor-watchman; do
        trap_program "hooks/$name"
    done
    printf 'changed\n' >>a.txt
}

mkdir -p "$world"/w/{globs,evil,other}
(files "$world/w" && repository "$world/w")
(files "$world/w/evil" && traps "$world/w/evil")
(
    # Names that are options and programs once a pattern is replaced by them.
    cd "$world/w/globs"
    cp ../a.txt ../data.json ../a.tar .
    touch -- -delete -o -i -w -e -exec -fprint --output=out --compress-program=sh --pre=.tool.sh -ok -f -x -d -D -C -m \
        --checkpoint=1 '--checkpoint-action=exec=touch pwned' '; touch pwned' '$(touch pwned)' $'new\nline' '~' \
        'w out' 'a[$(touch pwned)]' '!touch' '{}' '*' ./- '\' '"' "'" '#' '--' 'x=1' '@tool.sh'
    trap_program ./tool.sh
)
(
    # A folder that git takes for a repository although no `.git` shows it.
    cd "$world/w/other"
    cp -a ../evil/.git/{HEAD,config,objects,refs} .
    git config --file config core.bare false
    git config --file config core.worktree .
    cp ../a.txt ../evil/.gitattributes .
)
find "$world" -exec touch -h -d 2026-01-03T00:00:00Z {} +
