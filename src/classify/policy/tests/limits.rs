//! What no file of rules can do.

use super::*;

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
fn whatever_a_repository_says_no_line_of_the_corpora_becomes_looser() {
    let texts = [
        include_str!("../../../../fixtures/corpora/bash-bypass.jsonl"),
        include_str!("../../../../fixtures/corpora/bash-readonly.jsonl"),
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
