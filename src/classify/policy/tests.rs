//! What files of rules can do, and what they cannot.

use serde_json::json;

use super::*;
use crate::classify::classify_under;
use crate::config::{Authority, RuleFile};
use crate::model::{AgentPath, Mark, ServerHints};

fn file(authority: Authority, text: &str) -> RuleFile {
    let only_tightens = (authority != Authority::User).then_some("a repository's file may only tighten");
    RuleFile { authority, path: "rules.toml".into(), text: Ok(text.to_owned()), only_tightens }
}

fn user(text: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::User, text)]))
}

fn repository(text: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::Repository, text)]))
}

fn both(own: &str, repository: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::User, own), file(Authority::Repository, repository)]))
}

#[track_caller]
fn reads(policy: &Policy, commands: &[&str]) {
    for command in commands {
        let found = policy.judge_command(command);
        assert_eq!(found.verdict, Verdict::Read, "`{command}`: {:?}\n{:?}", found.deciding(), policy.faults());
    }
}

#[track_caller]
fn writes(policy: &Policy, commands: &[&str]) {
    for command in commands {
        let found = policy.judge_command(command);
        assert_eq!(found.verdict, Verdict::Write, "`{command}`: {:?}", found.deciding());
        let fact = found.deciding().expect("a fact");
        assert!(!fact.rule.is_empty() && fact.span.is_some(), "{fact:?}");
    }
}

fn call(tool: &str, args: serde_json::Value) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/w".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    }
}

fn tool(policy: &Policy, tool: &str) -> Verdict {
    classify_under(&call(tool, json!({})), policy).verdict
}

const TESTS: &str = r#"
[[allow]]
program = "cargo"
subcommand = "test"
flags = "-q -p: --workspace"
reason = "the tests write below target/ only"
examples = { read = ["cargo test -q"], write = ["cargo test --config x"] }
"#;

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
fn a_repository_cannot_loosen() {
    for text in [
        TESTS,
        "[[allow]]\nprogram = \"rm\"\nflags = \"*\"\n",
        "[[allow]]\ntool = \"mcp__linear__create_issue\"\n",
        "[reads]\nplain_http = \"allow\"\nnetwork = \"allow\"\nsecrets = \"allow\"\n",
        "[[allow]]\nprogram = \"rm\"\nflags = \"*\"\nexamples = { read = [\"rm -rf x\"] }\n",
        "[[queue]]\nprogram = \"*\"\noperands = []\n[[allow]]\nprogram = \"rm\"\nflags = \"*\"\n",
    ] {
        let policy = repository(text);
        assert!(!policy.faults().is_empty(), "nobody was told of {text}");
        assert!(policy.faults().iter().all(|fault| fault.line.is_some()), "{:?}", policy.faults());
        writes(&policy, &["cargo test", "rm a", "curl https://example.com", "frobnicate"]);
        assert_eq!(tool(&policy, "mcp__linear__create_issue"), Verdict::Write);
    }
    // The person's own switches stay as strict as they are, whatever the repository says.
    let strict = both(
        "[reads]\nnetwork = \"queue\"\nsecrets = \"queue\"\n",
        "[reads]\nnetwork = \"allow\"\nsecrets = \"allow\"\n",
    );
    writes(&strict, &["gh pr view 1", "cat .env"]);
    let loose = both("[reads]\nplain_http = \"allow\"\n", "[reads]\nplain_http = \"queue\"\n");
    writes(&loose, &["curl https://example.com"]);
}

#[test]
fn an_example_that_promises_what_a_repository_cannot_give_refuses_its_file() {
    let policy = repository("[[queue]]\nprogram = \"x\"\nexamples = { read = [\"rm -rf /\"] }\n");
    assert!(policy.is_broken());
    assert!(policy.faults()[0].reason.contains("`rm -rf /` should be a read and is a write"), "{:?}", policy.faults());
    writes(&policy, &["rm -rf /", "gh pr view 1"]);
}

#[test]
fn the_floor_is_not_loosened() {
    let programs = [
        "sudo",
        "git",
        "python3",
        "bash",
        "sh",
        "env",
        "xargs",
        "find",
        "sed",
        "awk",
        "node",
        "plangate",
        "ssh",
        "eval",
        "timeout",
        "sqlite3",
        "perl",
        "exec",
        "vim",
        "make|sudo",
    ];
    for program in programs {
        let policy = user(&format!("[[allow]]\nprogram = \"{program}\"\nflags = \"*\"\nanywhere = true\n"));
        assert_eq!(policy.faults().len(), 1, "{program}");
        assert_eq!(policy.faults()[0].weight, Weight::Ignored, "{program}");
        writes(
            &policy,
            &[
                "sudo ls",
                "git commit -m x",
                "python3 -c 1",
                "bash x.sh",
                "sh -c 'rm a'",
                "env -S 'rm a'",
                "echo a | xargs rm",
                "find . -delete",
                "sed -i s/a/b/ f",
                "awk 'BEGIN{system(\"rm a\")}'",
                "node -e 1",
                "plangate approve",
                "ssh h rm a",
                "eval rm a",
                "timeout 5 rm a",
                "sqlite3 a.db 'drop table x'",
                "perl -e 1",
                "exec rm a",
                "vim a",
            ],
        );
    }
    let all = user("[[allow]]\nprogram = \"make|rm|deploy\"\nflags = \"*\"\nanywhere = true\n");
    reads(&all, &["make", "rm -rf x", "deploy --now $x"]);
    writes(
        &all,
        &[
            "make > f",
            "X=1 make",
            "export CC=x; make",
            "make <(rm a; sudo ls)",
            "`echo make`",
            "make \\",
            "make; ./make",
            "deploy 'plangate approve'",
        ],
    );
    for text in [
        "program = \"*\"",
        "program = \"py*\"",
        "program = \"./gradlew\"",
        "program = \"/usr/bin/make\"",
        "tool = \"*\"",
        "tool = \"{Write,Bash}\"",
    ] {
        assert!(user(&format!("[[allow]]\n{text}\n")).is_broken(), "{text}");
    }
}

#[test]
fn agents_own_writing_tools_and_what_brings_code_stay() {
    let names = [
        "Write",
        "write_file",
        "Edit",
        "Bash",
        "apply_patch",
        "NotebookEdit",
        "execute_code",
        "CronCreate",
        "delete_file",
        "use_mcp_tool",
    ];
    let text: String = names.map(|name| format!("[[allow]]\ntool = \"{name}\"\n")).concat();
    let policy = user(&format!("{text}[[allow]]\ntool = \"mcp__*\"\n[[allow]]\ntool = \"run_tests\"\n"));
    assert_eq!(policy.faults(), []);
    for name in names {
        assert_eq!(tool(&policy, name), Verdict::Write, "{name}");
    }
    assert_eq!(tool(&policy, "run_tests"), Verdict::Read);
    for args in [json!({"command": "rm a"}), json!({"code": "x"}), json!({"script": ["rm a"]})] {
        assert_eq!(
            classify_under(&call("mcp__box__frobnicate", args.clone()), &policy).verdict,
            Verdict::Write,
            "{args}"
        );
        assert_eq!(classify_under(&call("run_tests", args.clone()), &policy).verdict, Verdict::Write, "{args}");
    }
    assert_eq!(tool(&policy, "mcp__box__frobnicate"), Verdict::Read);
    let inner = json!({"server_name": "box", "tool_name": "frobnicate", "arguments": {"command": "rm a"}});
    assert_eq!(classify_under(&call("use_mcp_tool", inner), &policy).verdict, Verdict::Write);
}

#[test]
fn a_tool_that_confesses_to_write_has_to_be_named() {
    let hints = ServerHints { read_only_hint: Some(false), ..ServerHints::default() };
    let confessing = ToolCall { hints, ..call("mcp__linear__create_issue", json!({})) };
    let wild = user("[[allow]]\ntool = \"mcp__linear__*\"\n");
    assert_eq!(classify_under(&confessing, &wild).verdict, Verdict::Write);
    assert_eq!(tool(&wild, "mcp__linear__create_issue"), Verdict::Read);
    assert_eq!(tool(&wild, "mcp__other__create_issue"), Verdict::Write);
    let named = user("[[allow]]\ntool = \"mcp__linear__create_issue\"\n");
    assert_eq!(classify_under(&confessing, &named).verdict, Verdict::Read);
}

#[test]
fn a_queued_tool_is_queued_under_every_name() {
    let policy = repository(
        "[[queue]]\ntool = \"web_fetch\"\n[[queue]]\ntool = \"mcp__Linear__*\"\n[[queue]]\ntool = \"Read\"\noperands = [\"secrets/**\"]\n",
    );
    for name in ["WebFetch", "web_fetch", "mcp__acp__WebFetch", "mcp__linear__list_issues", "MCP__LINEAR__get"] {
        assert_eq!(tool(&policy, name), Verdict::Write, "{name}");
    }
    let fetch = json!({"server_name": "Linear", "tool_name": "list_issues"});
    assert_eq!(classify_under(&call("use_mcp_tool", fetch), &policy).verdict, Verdict::Write);
    let read = |path: &str| classify_under(&call("Read", json!({"file_path": path})), &policy).verdict;
    assert_eq!((read("/w/secrets/a"), read("/w/src/a")), (Verdict::Write, Verdict::Read));
}

#[test]
fn switches_hold_for_commands_and_tools() {
    let strict = repository("[reads]\nnetwork = \"queue\"\nsecrets = \"queue\"\n");
    writes(&strict, &["gh pr view 1", "cat .env", "timeout 5 kubectl get pods", "cat < ~/.ssh/id_rsa"]);
    reads(&strict, &["ls", "cat a.txt"]);
    assert_eq!(tool(&strict, "WebFetch"), Verdict::Write);
    assert_eq!(classify_under(&call("Read", json!({"file_path": "/w/.env"})), &strict).verdict, Verdict::Write);
    let http = user("[reads]\nplain_http = \"allow\"\n");
    let asks = ["curl -sS https://example.com/a.json", "wget -q -O - https://example.com"];
    reads(&http, &asks);
    writes(Policy::built_in(), &asks);
    writes(&http, &["curl -d x https://example.com", "curl -o f https://example.com", "wget https://example.com"]);
    assert!(http.judge_command("curl https://example.com").marks.contains(&Mark::Network));
}

#[test]
fn a_broken_file_takes_every_loosening_with_it_and_says_where() {
    let cases = [
        ("[[allow]\nprogram = \"x\"", 1, ""),
        ("\n[[allow]]\nprogram = \"x\"\ncommand = \"y\"\n", 4, "unknown field `command`"),
        ("include = \"/tmp/other.toml\"\n", 1, "unknown field `include`"),
        ("\n\n[[allow]]\nsubcommand = \"y\"\n", 3, "either a `program` or a `tool`"),
        ("[[allow]]\nprogram = \"x\"\nflags = \"q\"\n", 1, "`q` is no option"),
        ("[[allow]]\nprogram = \"x\"\noperands = [\"a[\"]\n", 1, "`a[` is no pattern"),
        (
            "[[allow]]\nprogram = \"x\"\n[[allow]]\nprogram = \"y\"\nexamples = { read = [\"z\"] }\n",
            3,
            "the example `z` should be a read",
        ),
        ("[[queue]]\nprogram = \"x\"\nexamples = { write = [\"ls\"] }\n", 1, "the example `ls` should be a write"),
        ("[reads]\nnetwork = true\n", 2, ""),
        ("[reads]\nnetwork = \"ask\"\n", 2, "unknown variant"),
        ("[[allow]]\nprogram = \"x\"\nreason = \"a\\u001b[2J\"\n", 1, "control character"),
    ];
    for (text, line, reason) in cases {
        let policy = user(text);
        assert!(policy.is_broken(), "{text}");
        let fault = &policy.faults()[0];
        assert_eq!((fault.line, fault.reason.contains(reason)), (Some(line), true), "{text}: {fault}");
        assert!(policy.notice().is_some_and(|notice| notice.contains("rules.toml")));
        writes(&policy, &["x", "gh pr view 1", "cat .env", "curl https://example.com"]);
        reads(&policy, &["ls", "git status", "cat a.txt"]);
        // The person's rows are void while the repository's word is unknown, and what either queues stays queued.
        let theirs = both(TESTS, text);
        if theirs.is_broken() {
            writes(&theirs, &["cargo test", "gh pr view 1"]);
        } else {
            // Nothing of a row that allows counts in a repository's file, its examples included.
            assert!(text.contains("read = [\"z\"]") && !theirs.faults().is_empty(), "{text}");
        }
        writes(&both(text, "[[queue]]\nprogram = \"ls\"\n"), &["ls"]);
    }
    let unread = RuleFile { text: Err("is a symbolic link".to_owned()), ..file(Authority::Repository, "") };
    let policy = Policy::of(&RuleFiles(vec![file(Authority::User, TESTS), unread]));
    writes(&policy, &["cargo test"]);
    assert_eq!(policy.faults()[0].to_string(), "`rules.toml`: the file is refused: is a symbolic link");
}

#[test]
fn a_file_cannot_keep_an_agent_waiting() {
    let rows = |count: usize, row: &str| user(&row.repeat(count));
    for policy in [
        rows(600, "[[queue]]\nprogram = \"x\"\n"),
        user(&format!("[[queue]]\nprogram = \"x\"\noperands = [{}]\n", "\"a\", ".repeat(600))),
        user(&format!("[[queue]]\ntool = \"{}\"\n", "x".repeat(300))),
        user(&format!("[[queue]]\nprogram = \"x\"\nexamples.write = [\"{}\"]\n", "x".repeat(5000))),
        user(&format!("a = {}", "[".repeat(100_000))),
    ] {
        assert!(policy.is_broken());
    }
    assert_eq!(rows(500, "[[queue]]\nprogram = \"x\"\n").faults(), []);
}

#[test]
fn whatever_a_repository_says_no_line_of_the_corpora_becomes_looser() {
    let texts = [
        include_str!("../../../fixtures/corpora/bash-bypass.jsonl"),
        include_str!("../../../fixtures/corpora/bash-readonly.jsonl"),
    ];
    let loose = "[[allow]]\nprogram = \"rm|touch|curl|make|git|python3|cat\"\nflags = \"*\"\n";
    let policies = [
        repository(loose),
        repository("[[queue]]\nprogram = \"c*\"\n[reads]\nnetwork = \"queue\"\nsecrets = \"queue\"\n"),
        repository("[[queue]]\nprogram = \"*\"\noperands = [\"**/*.rs\"]\nflags = \"-r\"\n"),
        repository("broken"),
        // What the floor holds stays, whatever the person's own file says of it.
        user("[[allow]]\nprogram = \"sudo|git|python3|bash|sh|find|sed|awk|xargs|env|perl|node\"\nflags = \"*\"\n"),
    ];
    let mut lines = 0;
    for line in texts.iter().flat_map(|text| text.lines()) {
        let fields: serde_json::Value = serde_json::from_str(line).expect("the corpus holds JSON");
        let command = fields["cmd"].as_str().expect("every entry has a command");
        let table = shell::assess(command);
        for policy in &policies {
            let found = policy.judge_command(command);
            assert!(found.verdict >= table.verdict, "{command}: {found:?}");
            assert!(table.marks.iter().all(|mark| found.marks.contains(mark)), "{command}");
        }
        lines += 1;
    }
    assert!(lines > 1000);
}

#[test]
fn evidence_names_the_file_the_line_and_the_span() {
    let policy = user(TESTS);
    let found = policy.judge_command("ls; cargo test");
    let fact = found.evidence.iter().find(|fact| fact.rule == "rules.user").expect("the row spoke");
    assert_eq!(fact.reason, "your rules allow it (`rules.toml`, line 2): the tests write below target/ only");
    assert_eq!(fact.span, Some(Span { start: 4, end: 14 }));
}

#[test]
fn why_offers_rows_that_work_or_says_that_none_does() {
    let why = |command: &str| explain(command, Policy::built_in());
    for command in [
        "cargo test -p core",
        "make -j4 all",
        "mytool --level=3 x",
        "npm run lint -- --fix",
        "cd a && make",
        "mytool \"$x\" $y",
        "make a; make b; npm run lint",
        "x 'a*' '[b]' -- -c",
    ] {
        let found = why(command);
        let rows = found.remedies.iter().map(|remedy| match remedy {
            Remedy::Add(row) => row.as_str(),
            other => panic!("{command}: {other:?}"),
        });
        let text: String = rows.collect();
        assert_eq!(found.together, Verdict::Read, "{command}: {text}");
        reads(&user(&text), &[command]);
    }
    let pinned = why("npm run lint");
    let [Remedy::Add(row)] = pinned.remedies.as_slice() else { panic!("{pinned:?}") };
    assert!(row.contains("operands = [\"lint\"]") && row.contains("examples.read = [\"npm run lint\"]"), "{row}");
    writes(&user(row), &["npm run deploy", "npm run lint --fix", "npm install"]);
    for command in ["sudo ls", "echo a > b", "git push", "python3 x.py", "echo (", "X=1 make", "$x", "./x", "make > f"]
    {
        let found = why(command);
        assert!(found.remedies.iter().any(|remedy| matches!(remedy, Remedy::Floor(_))), "{command}: {found:?}");
        assert_eq!(found.together, Verdict::Write, "{command}");
    }
    let text = "[reads]\nnetwork = \"queue\"\n[[queue]]\nprogram = \"ls\"\n";
    let found = explain("gh pr view 1", &user(text));
    assert_eq!(found.remedies, [Remedy::Add("[reads]\nnetwork = \"allow\"\n".to_owned())]);
    assert_eq!(found.together, Verdict::Read);
    for command in ["ls", "gh pr view 1"] {
        let found = explain(command, &repository(text));
        assert!(matches!(found.remedies.as_slice(), [Remedy::TakeBack(_)]), "{command}: {found:?}");
        assert_eq!(found.together, Verdict::Write);
    }
    assert!(matches!(explain("gh pr view 1", &user("x")).remedies.as_slice(), [Remedy::TakeBack(_)]));
    assert!(explain("ls", Policy::built_in()).remedies.is_empty());
}

#[test]
fn the_example_in_the_documentation_holds() {
    let page = include_str!("../../../docs/rules.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let policy = user(example);
    assert_eq!(policy.faults(), []);
    assert_eq!(policy.rules().len(), 5);
    reads(&policy, &["curl -sS https://example.com", "gh pr view 1"]);
    writes(&policy, &["cat .env"]);
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
