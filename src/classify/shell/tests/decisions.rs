//! What the documentation decides: verdicts, marks, effects, and what checks a project.

use super::{marks, why};
use crate::classify::shell::{assess, is_validation};
use crate::model::{Mark, Verdict};

#[test]
fn contested_lines_are_decided_as_documented() {
    for line in [
        "cat ~/.ssh/id_rsa",
        "cat .env",
        "env",
        "printenv",
        "gh auth token",
        "cat /proc/1/environ",
        "cat < .env",
        "declare -p",
    ] {
        assert!(assess(line).verdict == Verdict::Read && marks(line).contains(&Mark::Secret), "{}", why(line));
    }
    for line in [
        "gh pr view 1",
        "kubectl get pods",
        "git ls-remote origin",
        "dig example.com +short",
        "npm outdated",
        "docker ps",
        "netstat -g",
    ] {
        assert!(assess(line).verdict == Verdict::Read && marks(line).contains(&Mark::Network), "{}", why(line));
    }
    for line in ["tail -f app.log", "yes", "cat /dev/random", "docker logs -f x", "top", "journalctl -f"] {
        assert!(assess(line).verdict == Verdict::Read && marks(line).contains(&Mark::Endless), "{}", why(line));
    }
    for line in [
        "curl -s https://api.github.com/repos/a/b",
        "wget -qO- https://example.com",
        "git fetch --dry-run",
        "cargo check",
        "cargo metadata --format-version 1",
        "cargo tree",
        "cargo test --no-run",
        "npm test",
        "pytest --collect-only",
        "make -n",
        "terraform plan",
        "watch -n 1 ls",
        "vim -R README.md",
        "cd sub && cd sub && rg hello *",
        "cd $d && sort *",
        "find . -name '*.rs' $EXTRA",
        "jj status",
        "ls > /tmp/x",
        "sudo ls",
        "ssh host ls",
        "docker run --rm alpine ls",
        "export FOO=bar",
        "alias ls='rm -rf'",
        "[[ $(cat a.txt) -eq 1 ]]",
        "read -r n < a.txt; echo $((n + 1))",
        "touch /dev/null",
        "kubectl diff -f x.yaml",
    ] {
        assert_eq!(assess(line).verdict, Verdict::Write, "{line}");
    }
    for line in [
        "git status",
        "git diff",
        "git log -p",
        "n=$(wc -l < a.txt); [[ $n -gt 3 ]] && echo big",
        "ls *",
        "cat *",
        "rg hello *",
        "sort *",
        "date +%s > /dev/null",
        "git diff $(git merge-base main HEAD)",
        "timeout 5 cargo metadata --locked --offline --no-deps",
        "cd /tmp",
        "set -f",
        "PATH=/usr/bin:/bin ls",
        "mktemp -u",
        "rg --search-zip foo",
        "less README.md",
        "man ls",
        "npm run",
        "just --list",
        "ls -l /dev/ttyUSB0",
        "sleep 1 & wait",
    ] {
        assert_eq!(assess(line).verdict, Verdict::Read, "{}", why(line));
    }
}

#[test]
fn a_line_has_the_effects_of_all_its_commands() {
    let effects =
        |line: &str| assess(line).effects().iter().map(|effect| effect.to_string()).collect::<Vec<_>>().join(", ");
    for (line, expected) in [
        ("ls | wc -l", ""),
        ("rm a; kill 1", "delete, process"),
        ("cat .env && gh pr view 1", "network read, secret read"),
        ("ls > a", "write"),
        ("curl -s https://h/x", "http read"),
        ("sudo reboot", "execute"),
        ("git push", "network write"),
        ("export PATH=.", "shell state"),
        ("cat < .env; frobnicate", "secret read, unknown"),
        ("gh --version", ""),
        ("(", "unknown"),
    ] {
        assert_eq!(effects(line), expected, "{line}");
    }
}

#[test]
fn rm_dd_and_a_forced_push_are_destructive() {
    for line in ["rm -rf x", "dd if=a of=b", "git push --force", "git reset --hard", "git clean -fdx"] {
        assert!(marks(line).contains(&Mark::Destructive), "{line}");
    }
}

#[test]
fn a_check_is_known_by_its_commands() {
    for line in [
        "cargo test",
        "cargo +nightly clippy -- -D warnings",
        "cd sub && cargo check 2>&1 | tail -20",
        "RUST_BACKTRACE=1 cargo test -q x",
        "pytest -x tests",
        "python3 -m pytest",
        "npm test",
        "npm run lint",
        "make test",
        "go vet ./...",
        "npx tsc --noEmit",
        "eslint .",
        "prettier --check .",
        "cargo fmt --check",
        "cargo fmt -- --check",
        "timeout 60 cargo build",
        "cargo test && cargo clippy",
        "./gradlew test",
    ] {
        assert!(is_validation(line), "{line}");
    }
    for line in [
        "echo cargo test",
        "ls",
        "git commit -m 'cargo test'",
        "cargo test && git push",
        "eslint --fix .",
        "prettier --write .",
        "cargo fmt",
        "cargo test > out.txt",
        "cargo run",
        "npm install",
        "make install",
        "grep 'cargo test' a",
        "cargo clippy --fix",
        "(",
        "",
    ] {
        assert!(!is_validation(line), "{line}");
    }
}
