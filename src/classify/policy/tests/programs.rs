//! Rows about programs.

use serde_json::json;

use super::*;

#[test]
fn the_persons_row_lets_just_what_it_names_pass() {
    let policy = user(TESTS);
    assert_eq!(policy.faults(), []);
    reads(
        &policy,
        &[
            "cargo test",
            "cargo test -p core parser",
            "/usr/bin/cargo test",
            "'cargo' te\"st\"",
            "timeout 60 cargo test",
            "cargo test 2>&1 | tail -5",
            "if cargo test; then echo ok; fi",
            "bash -c 'cargo test'",
            "cargo test && git status",
        ],
    );
    writes(
        &policy,
        &[
            "cargo test --config build.rustc-wrapper=./x",
            "cargo build",
            "cargo -C elsewhere test",
            "cargo test > out.txt",
            "cargo test; rm a",
            "cargo test $(rm a)",
            "cargo test $unknown",
            "RUSTC_WRAPPER=./x cargo test",
            "PATH=.:$PATH cargo test",
            "./cargo test",
            "cd other && cargo test",
            "sudo cargo test",
            "cargo t",
            "cargo $x",
            "$cargo test",
            "cargo te?t",
            "cargo test | sh",
            "env -S 'cargo test'",
            "cargo() { rm a; }; cargo test",
        ],
    );
    // A change to the folder in which the agent is anyway is none.
    let bash = |command: &str| classify_under(&call("Bash", json!({ "command": command })), &policy).verdict;
    assert_eq!((bash("cd /w && cargo test"), bash("cd /x && cargo test")), (Verdict::Read, Verdict::Write));
    let moved = call("Bash", json!({ "command": "cargo test", "workdir": "/x" }));
    assert_eq!(classify_under(&moved, &policy).verdict, Verdict::Write);
    let elsewhere = user(&TESTS.replace("[[allow]]", "[[allow]]\nanywhere = true"));
    reads(&elsewhere, &["cd other && cargo test"]);
}

#[test]
fn operands_of_a_row_that_allows_stay_where_it_says() {
    let policy = user("[[allow]]\nprogram = \"prettify\"\nflags = \"-w\"\noperands = [\"docs/**\", \"*.md\"]\n");
    reads(&policy, &["prettify -w docs/a/b.md README.md", "prettify ./docs/a", "prettify"]);
    writes(
        &policy,
        &["prettify docs/../src/a", "prettify /w/docs/a", "prettify docs/a src/b", "prettify *.md", "prettify \"$x\""],
    );
}

#[test]
fn the_strictest_word_wins_but_the_persons_allow_beats_the_unknown() {
    let policy = both(TESTS, "[[queue]]\nprogram = \"cargo\"\nsubcommand = \"test\"\n");
    writes(&policy, &["cargo test", "cargo -q test", "cargo --color always test", "timeout 5 cargo test", "cargo $x"]);
    reads(&policy, &["cargo metadata --no-deps", "cargo tree --locked"]);
    let own = user("[[allow]]\nprogram = \"cargo\"\nsubcommand = \"test\"\n[[queue]]\nprogram = \"cargo\"\n");
    assert_eq!(own.faults(), []);
    writes(&own, &["cargo test", "cargo tree --locked", "cargo --version"]);
}

#[test]
fn a_row_that_queues_is_not_avoided_by_spelling() {
    let policy =
        repository("[[queue]]\nprogram = \"cat|head\"\noperands = [\"secrets/**\"]\nreason = \"not for models\"\n");
    writes(
        &policy,
        &[
            "cat secrets/a",
            "cat ./secrets/a",
            "cat /w/secrets/a",
            "cat src/../secrets/a",
            "head -n 1 secrets/a",
            "/bin/cat secrets/a",
            "ca't' 'secrets'/a",
            "cat s*/a",
            "cat \"$f\"",
            "echo secrets/a | xargs cat",
            "find . -exec cat {} +",
            "timeout 5 cat secrets/a",
            "bash -c 'cat secrets/a'",
            "echo $(cat secrets/a)",
            "cat < secrets/a",
            "while read -r l; do echo \"$l\"; done < ./secrets/a",
            "echo $(<secrets/a)",
            "head -n1 -csecrets/a",
        ],
    );
    reads(&policy, &["cat src/a", "tail secrets/a", "grep -r x ."]);
    let flags = repository("[[queue]]\nprogram = \"git\"\nsubcommand = \"log\"\nflags = \"-p --patch\"\n");
    writes(&flags, &["git log -p", "git log --pat", "git log -1p", "git --no-pager log -p", "git log $x"]);
    reads(&flags, &["git log --oneline", "git show -p", "git diff -p"]);
    let every = repository("[[queue]]\nprogram = \"*\"\noperands = [\"**/*.pem\"]\n");
    writes(
        &every,
        &["cat a.pem", "openssl x509 -in=a.pem", "grep x keys/a.pem", "grep -fa.pem x", "git show HEAD:keys/a.pem"],
    );
    reads(&every, &["ls", "cat a.txt"]);
}

#[test]
fn a_row_may_allow_some_plain_requests_where_no_file_queues_them_all() {
    let row = "[[allow]]\nprogram = \"curl\"\nflags = \"-s\"\noperands = [\"http://localhost:3000/**\"]\n";
    let own = user(row);
    reads(&own, &["curl -s http://localhost:3000/health", "curl http://localhost:3000/a | head"]);
    writes(
        &own,
        &[
            "curl -s https://example.com",
            "curl http://localhost:3000.evil.example/a",
            "curl http://localhost:3000@evil.example/",
            "curl -X DELETE http://localhost:3000/a",
            "curl http://localhost:3000/$x",
            "curl http://localhost:3000/a https://example.com",
        ],
    );
    writes(&both(row, "[reads]\nplain_http = \"queue\"\n"), &["curl -s http://localhost:3000/health"]);
    writes(&user(&format!("[reads]\nplain_http = \"queue\"\n{row}")), &["curl -s http://localhost:3000/health"]);
}

#[test]
fn a_row_that_allows_does_not_turn_the_switches() {
    let rows = "[[allow]]\nprogram = \"show|gh\"\nflags = \"*\"\n";
    let own = user(&format!("[reads]\nsecrets = \"queue\"\nnetwork = \"queue\"\n{rows}"));
    writes(&own, &["show .env", "gh pr view 1"]);
    reads(&own, &["show a"]);
    assert!(user(rows).judge_command("show .env").marks.contains(&Mark::Secret));
    writes(&both(rows, "[reads]\nsecrets = \"queue\"\n"), &["show .env"]);
}

#[test]
fn evidence_names_the_file_the_line_and_the_span() {
    let policy = user(TESTS);
    let found = policy.judge_command("ls; cargo test");
    let fact = found.evidence.iter().find(|fact| fact.rule == "rules.user").expect("the row spoke");
    assert_eq!(fact.reason, "your rules allow it (`rules.toml`, line 2): the tests write below target/ only");
    assert_eq!(fact.span, Some(Span { start: 4, end: 14 }));
}
