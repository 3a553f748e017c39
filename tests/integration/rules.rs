//! The files of rules: what the person's own may loosen, what a repository's may not, and what broken ones do.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use super::harness::Test;

const MAKE: &str = "[[allow]]\nprogram = \"make\"\nsubcommand = \"check\"\nflags = \"-j#\"\nreason = \"it only reports\"\n\
    examples = { read = [\"make check -j4\"], write = [\"make install\"] }\n";

impl Test {
    /// Writes the person's own file of rules.
    fn own_rules(&self, text: &str) {
        let folder = self.home().with_file_name(".config").join("plangate");
        fs::create_dir_all(&folder).expect("a folder can be made");
        fs::write(folder.join("config.toml"), text).expect("a file can be written");
    }

    fn bash(&self, command: &str) -> Value {
        self.call("bash", json!({ "command": command }))
    }

    #[track_caller]
    fn expect(&self, command: &str, decision: &str) -> Value {
        let reply = self.bash(command);
        assert_eq!(reply["decision"], decision, "{command}: {reply}");
        reply
    }
}

#[test]
fn the_persons_rule_lets_its_command_pass_in_plan_mode() {
    let test = Test::planning();
    let _ = test.expect("make check -j8", "queued");
    test.own_rules(MAKE);
    let _ = test.expect("make check -j8", "allow");
    for command in ["make install", "make check > out", "make check -f x", "cd .. && make check", "CC=./x make check"] {
        let _ = test.expect(command, "queued");
    }
    let path = test.home().with_file_name(".config").join("plangate/config.toml");
    let verdict = format!("read: your rules allow it (`{}`, line 1): it only reports (rules.user)", path.display());
    let explained = test.run(["classify", "make check"]).code(0).stdout;
    assert_eq!(explained.lines().last(), Some(verdict.as_str()));
    let _ = test.run(["classify", "--no-config", "make check"]).code(1);
    let lines = test.run_with(["classify", "--jsonl"], b"{\"cmd\": \"make check\"}\n").code(0);
    assert!(lines.stdout.starts_with(r#"{"verdict":"read","#), "{}", lines.stdout);
    let lines = test.run_with(["classify", "--jsonl", "--no-config"], b"{\"cmd\": \"make check\"}\n").code(0);
    assert!(lines.stdout.starts_with(r#"{"verdict":"write","#), "{}", lines.stdout);
}

#[test]
fn a_repository_can_tighten_and_cannot_loosen() {
    let test = Test::planning();
    test.own_rules(MAKE);
    test.write(
        ".plangate.toml",
        "[[queue]]\nprogram = \"make\"\n[[queue]]\nprogram = \"cat\"\noperands = [\"private/**\"]\n",
    );
    let reply = test.expect("make check", "queued");
    assert!(!reply["message"].as_str().unwrap_or_default().contains("Rules"), "{reply}");
    let _ = test.expect("cat private/a", "queued");
    let _ = test.expect("cat src/a", "allow");

    let tricks = [
        MAKE.to_owned(),
        "[[allow]]\nprogram = \"rm|touch\"\nflags = \"*\"\nexamples = { read = [\"rm -rf /\"] }\n".to_owned(),
        "[[allow]]\ntool = \"mcp__*\"\n".to_owned(),
        "[reads]\nplain_http = \"allow\"\n".to_owned(),
        "[[modes.agent]]\ntype = \"*\"\ntools = [\"*\"]\n".to_owned(),
        "[[queue]]\nprogram = \"*\"\noperands = [\"nothing\"]\n[[allow]]\nprogram = \"touch\"\n".to_owned(),
        format!("include = \"{}\"\n", test.path("more.toml").display()),
        "[[allow]]\nprogram = \"*\"\n".to_owned(),
    ];
    test.own_rules("");
    test.write("more.toml", "[[allow]]\nprogram = \"touch\"\n");
    for (at, trick) in tricks.iter().enumerate() {
        test.write(".plangate.toml", trick);
        for command in [format!("touch a{at}"), format!("rm a{at}"), format!("curl https://e.example/{at}")] {
            let _ = test.expect(&command, "queued");
        }
        let reply = test.call("mcp__box__create_thing", json!({ "n": at }));
        assert_eq!(reply["decision"], "queued", "{trick}: {reply}");
        let status = test.run(["status"]).code(0).stdout;
        assert!(status.contains("! rules: ") && status.contains(".plangate.toml"), "{trick}: {status}");
    }
}

#[test]
fn a_file_of_rules_that_is_not_plainly_its_owners_loosens_nothing() {
    let test = Test::planning();
    let own = test.home().with_file_name(".config").join("plangate/config.toml");
    test.own_rules(MAKE);
    let _ = test.expect("make check -j1", "allow");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o666)).expect("the mode can be set");
    let reply = test.expect("make check -j2", "queued");
    assert!(reply["message"].as_str().is_some_and(|text| text.contains("can be written by others")), "{reply}");

    // A link that leads into the workspace, where an agent may have written.
    test.write("dotfiles/config.toml", MAKE);
    fs::remove_file(&own).expect("it is there");
    symlink(test.path("dotfiles/config.toml"), &own).expect("a link can be made");
    let _ = test.expect("make check -j3", "queued");
    assert!(test.run(["status"]).code(0).stdout.contains("lies in the workspace"));

    // Whoever sets the environment names one more file, which only tightens.
    fs::remove_file(&own).expect("it is there");
    let named = test.home().with_file_name("named.toml");
    fs::write(&named, format!("{MAKE}[[queue]]\nprogram = \"ls\"\n")).expect("a file can be written");
    let judge = |variable: Option<&str>, command: &str| {
        let mut program = test.command();
        if let Some(path) = variable {
            program.env("PLANGATE_CONFIG", path);
        }
        let output = program.args(["classify", command]).output().expect("the program starts");
        output.status.code()
    };
    let named = named.to_str();
    assert_eq!((judge(None, "ls"), judge(named, "ls"), judge(named, "make check")), (Some(0), Some(1), Some(1)));
    test.own_rules(MAKE);
    assert_eq!((judge(None, "make check"), judge(named, "ls")), (Some(0), Some(1)));
    assert_eq!((judge(Some("/nowhere"), "make check"), judge(Some("rules.toml"), "make check")), (Some(1), Some(1)));
}

#[test]
fn a_repositorys_file_that_is_no_plain_file_counts_as_the_strictest() {
    let test = Test::planning();
    test.own_rules(MAKE);
    let elsewhere = test.home().with_file_name("elsewhere.toml");
    fs::write(&elsewhere, "").expect("a file can be written");
    let rules = test.path(".plangate.toml");
    for (at, target) in [elsewhere.as_path(), "/dev/zero".as_ref(), "nowhere".as_ref()].iter().enumerate() {
        symlink(target, &rules).expect("a link can be made");
        let reply = test.expect(&format!("make check -j1{at}"), "queued");
        assert!(reply["message"].as_str().is_some_and(|text| text.contains("is a symbolic link")), "{reply}");
        let _ = test.expect(&format!("gh pr view {at}"), "queued");
        let _ = test.expect("ls", "allow");
        fs::remove_file(&rules).expect("it is there");
    }
    fs::create_dir(&rules).expect("a folder can be made");
    let _ = test.expect("make check -j20", "queued");
    fs::remove_dir(&rules).expect("it is there");
    rustix::fs::mknodat(rustix::fs::CWD, &rules, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .expect("a pipe");
    let _ = test.expect("make check -j21", "queued");
    fs::remove_file(&rules).expect("it is there");
    let _ = test.expect("make check -j22", "allow");
}

#[test]
fn a_broken_file_is_told_by_file_and_line_and_fails_closed() {
    let test = Test::planning();
    for (text, line) in [
        ("[[allow]]\nprogram = \"make\"\nfoo = 1\n", "line 3"),
        ("[[allow\n", "line 1"),
        ("\n[[allow]]\nprogram = \"make\"\nexamples = { read = [\"rm a\"] }\n", "line 2"),
    ] {
        test.own_rules(text);
        let reply = test.expect("make", "queued");
        let message = reply["message"].as_str().unwrap_or_default();
        assert!(message.contains("config.toml") && message.contains(line), "{reply}");
        let _ = test.expect("gh pr view 1", "queued");
        let _ = test.expect("git status", "allow");
        for args in [&["status"][..], &["rules", "list"], &["rules", "test"], &["rules", "why", "make"]] {
            let output = test.command().args(args).output().expect("the program starts");
            let told = String::from_utf8_lossy(&output.stdout);
            assert!(told.contains("config.toml") && told.contains(line), "{args:?}: {told}");
        }
        let _ = test.run(["rules", "test"]).code(1);
        assert!(
            test.run(["status", "--json"]).code(0).json()["rules"]["faults"][0]
                .as_str()
                .is_some_and(|f| f.contains(line))
        );
    }
}

#[test]
fn the_floor_holds_against_the_persons_own_file() {
    let test = Test::planning();
    let floor = ["sudo", "git", "python3", "bash", "find", "xargs", "env", "plangate", "sed"];
    let rows = floor.map(|name| format!("[[allow]]\nprogram = \"{name}\"\nflags = \"*\"\nanywhere = true\n")).concat();
    test.own_rules(&format!("{rows}[[allow]]\ntool = \"Write\"\n[[allow]]\ntool = \"Bash\"\n"));
    for command in [
        "sudo ls",
        "git commit -m x",
        "python3 -c 1",
        "bash -c 'touch a'",
        "find . -delete",
        "ls | xargs touch",
        "env -S 'touch a'",
        "plangate approve",
        "plangate trust x",
        "sed -i d a",
        "echo a > b",
        "touch a",
        "X=1 ls; echo $((",
        "ls `touch a`",
    ] {
        let _ = test.expect(command, "queued");
    }
    let write = test.call("Write", json!({ "file_path": "a.txt", "content": "" }));
    assert_eq!(write["decision"], "queued", "{write}");
    assert_eq!(test.run(["status"]).code(0).stdout.matches("no file allows").count(), floor.len());
}

#[test]
fn a_rule_that_queues_holds_in_debug_mode_too() {
    let test = Test::new();
    let _ = test.run(["mode", "debug"]);
    let _ = test.at_terminal(["mode", "debug"], "").code(0);
    let _ = test.expect("cargo test", "allow");
    test.write(".plangate.toml", "[[queue]]\nprogram = \"cargo\"\n");
    let _ = test.expect("cargo test", "denied");
    // What a refused file would have said is not known.
    test.write(".plangate.toml", "[[queue]]\nprogram = 3\n");
    let _ = test.expect("cargo test", "denied");
}

#[test]
fn what_people_queue_is_not_rewritten_into_a_read() {
    let test = Test::planning();
    let _ = test.expect("cd sub && git log --oneline", "allow");
    for rules in ["[[queue]]\nprogram = \"git\"\n", "[reads]\nsecrets = \"queue\"\n", "broken"] {
        test.write(".plangate.toml", rules);
        let _ = test.expect("cd sub && git log --oneline", "queued");
        let _ = test.expect("cd sub && git show HEAD:.env", "queued");
        test.write(".plangate.toml", "");
    }
}

#[test]
fn what_would_change_the_rules_is_queued_and_marked() {
    let test = Test::planning();
    test.own_rules(MAKE);
    let own = test.home().with_file_name(".config").join("plangate/config.toml");
    let link = test.path("link");
    symlink(own.parent().expect("a folder"), &link).expect("a link can be made");
    for (tool, args) in [
        ("write_file", json!({ "path": own, "content": "" })),
        ("write_file", json!({ "path": own.with_file_name("modes.toml"), "content": "" })),
        ("write_file", json!({ "path": "link/config.toml", "content": "x" })),
        ("write_file", json!({ "path": ".plangate.toml", "content": "" })),
        ("write_file", json!({ "path": "sub/.plangate.toml", "content": "" })),
        ("bash", json!({ "command": "rm .plangate.toml" })),
        ("bash", json!({ "command": format!("tee {}", own.display()) })),
        ("bash", json!({ "command": format!("tee {}", own.with_file_name("modes.toml").display()) })),
        ("bash", json!({ "command": "env PLANGATE_CONFIG=x true" })),
    ] {
        let change = test.queue(tool, args);
        assert!(change["marks"].as_array().is_some_and(|marks| marks.contains(&json!("rules"))), "{change}");
    }
    let plain = test.queue("write_file", json!({ "path": "a.txt", "content": "" }));
    assert!(!plain["marks"].as_array().is_some_and(|marks| marks.contains(&json!("rules"))), "{plain}");
    assert!(test.run(["show-plan"]).code(0).stdout.contains("changes plangate's own rules"));
}

#[test]
fn rules_can_be_listed_tested_and_asked_for_their_reasons() {
    let test = Test::new();
    test.own_rules(MAKE);
    test.write(
        ".plangate.toml",
        "[[queue]]\ntool = \"mcp__linear__*\"\nexamples.write = [\"mcp__linear__list_issues\"]\n",
    );
    let list = test.run(["rules", "list", "make"]).code(0).stdout;
    assert!(list.contains("allow       make check -j#") && list.contains("it only reports"), "{list}");
    let json = test.run(["rules", "list", "--json"]).code(0).json();
    assert_eq!((&json["format_version"], &json["rules"][0]["program"]), (&json!(1), &json!("make")), "{json}");
    assert_eq!(json["rules"][1]["tool"], "mcp__linear__*");
    assert!(json["built_in"].as_array().is_some_and(|rows| rows.len() > 300));
    let list = test.run(["rules", "list", "WebFetch"]).code(0).stdout;
    assert!(list.contains("read        tool web_fetch  fetches a page"), "{list}");
    let tested = test.run(["rules", "test"]).code(0).stdout;
    assert!(
        tested.contains("config.toml: 2 examples, 0 faults") && tested.contains(".plangate.toml: 1 example,"),
        "{tested}"
    );
    assert!(tested.starts_with("built-in table: ") && tested.contains(" 0 wrong"), "{tested}");

    test.write("new.toml", "[[allow]]\nprogram = \"x\"\nexamples.read = [\"x\", \"y\"]\n");
    let tested = test.run(["rules", "test", "new.toml"]).code(1).stdout;
    assert!(tested.contains("line 1") && tested.contains("the example `y` should be a read"), "{tested}");
    let _ = test.run(["rules", "test", "absent.toml"]).code(2);

    let why = test.run(["rules", "why", "ls; npm run lint"]).code(0).stdout;
    assert!(why.contains("  read  ls") && why.contains("> write "), "{why}");
    let snippet: String = why
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.starts_with(' '))
        .collect::<Vec<_>>()
        .join("\n");
    test.own_rules(&snippet);
    let _ = test.run(["classify", "ls; npm run lint"]).code(0);
    let why = test.run(["rules", "why", "git push"]).code(0).stdout;
    assert!(why.contains("No file loosens this: changes the repository"), "{why}");
    assert!(!test.home().exists(), "a look made a data folder");
}

#[test]
fn the_hook_of_an_agent_follows_the_rules_and_tells_of_broken_ones() {
    let test = Test::planning();
    let hook = |event: Value| {
        let mut payload = json!({ "session_id": "s1", "cwd": test.root(), "transcript_path": "/nowhere" });
        payload.as_object_mut().expect("an object").extend(event.as_object().expect("an object").clone());
        test.run_with(["hook", "claude-code"], payload.to_string().as_bytes()).json()
    };
    let bash = |command: &str| {
        let input = json!({ "command": command });
        let reply = hook(json!({
            "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_use_id": "t1", "tool_input": input,
        }));
        reply["hookSpecificOutput"].clone()
    };
    test.own_rules(MAKE);
    assert_eq!(bash("make check")["permissionDecision"], "allow");
    assert_eq!(bash("make install")["permissionDecision"], "deny");
    test.write(".plangate.toml", "[[queue]]\nprogramm = \"make\"\n");
    let denied = bash("make check");
    assert_eq!(denied["permissionDecision"], "deny");
    let told = denied["permissionDecisionReason"].as_str().unwrap_or_default();
    assert!(told.contains(".plangate.toml") && told.contains("line 2") && told.contains("unknown field"), "{denied}");
    let start = hook(json!({ "hook_event_name": "SessionStart", "source": "startup" }));
    assert!(start["systemMessage"].as_str().is_some_and(|text| text.contains("plangate: rules: ")), "{start}");
}
