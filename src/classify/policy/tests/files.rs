//! What a file that is wrong does, what is offered instead, and the documented example.

use super::*;

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
    let page = include_str!("../../../../docs/rules.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let policy = user(example);
    assert_eq!(policy.faults(), []);
    assert_eq!(policy.rules().len(), 5);
    reads(&policy, &["curl -sS https://example.com", "gh pr view 1"]);
    writes(&policy, &["cat .env"]);
}
