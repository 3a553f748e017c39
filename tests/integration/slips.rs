//! Slips of the hand, and what a newcomer asks first: each is told plainly and changes nothing.

use std::fs;

use serde_json::{Value, json};

use super::harness::{Test, ran};

fn mode(test: &Test) -> Value {
    test.run(["mode", "--json"]).code(0).json()["mode"].clone()
}

fn write(session: &str, path: &str) -> Value {
    json!({ "session": session, "tool": "write_file", "args": { "path": path, "content": "x\n" } })
}

#[test]
fn a_slip_behind_plan_asks_what_was_meant_and_changes_nothing() {
    let test = Test::new();
    for (said, meant) in [(&["shw"][..], "plan show"), (&["rolbak", "S3"], "plan rollback S3"), (&["status"], "status")]
    {
        let output = test.command().arg("plan").args(said).output().expect("the program starts");
        let told = ran(output).code(2).stderr;
        let expected = format!("did you mean `plangate {meant}`? `plangate plan -- {}` plans a task", said.join(" "));
        assert!(told.contains(&expected), "{told}");
        assert_eq!(mode(&test), "build");
    }
    let said = [("> ", "/plan shw\r"), ("> ", "/aprove\r"), ("> ", "/quit\r")];
    let typed = test.converse(&[("TERM", "dumb")], ["shell"], &said).stdout;
    assert!(typed.contains("did you mean `/plan show`?"), "{typed}");
    assert!(typed.contains("`/aprove` is no command: did you mean `/approve`?"), "{typed}");
    assert_eq!(mode(&test), "build");
    let _ = test.run(["plan", "--", "shw"]).code(0);
    assert_eq!(mode(&test), "plan");
}

#[test]
fn a_longer_text_behind_plan_stays_a_task() {
    let test = Test::new();
    let _ = test.run(["plan", "shows", "the", "menu"]).code(0);
    assert_eq!(mode(&test), "plan");
}

#[test]
fn a_session_that_no_agent_began_is_named_as_missing_and_is_not_begun() {
    let test = Test::planning();
    let _ = test.intercept(&[write("s1", "a.txt"), write("s2", "a.txt")]);
    for args in [&["status"][..], &["show-plan"], &["log"], &["undo"], &["approve", "--yes"]] {
        for told in [
            ran(test.command().args(["--session", "typo"]).args(args).output().expect("the program starts")),
            test.converse(&[], [&["--session", "typo"], args].concat(), &[]),
        ] {
            let told = told.code(2);
            let expected = "no session `typo`; sessions of this workspace: s2, s1, workspace-";
            assert!(format!("{}{}", told.stdout, told.stderr).contains(expected), "{told:?}");
        }
    }
    let _ = test.run(["--session", "s1", "status"]).code(0);
}

#[test]
fn a_mode_may_be_set_for_a_session_before_it_begins_and_that_is_said() {
    let test = Test::new();
    let _ = test.intercept(&[write("s1", "a.txt")]);
    let told = test.run(["--session", "s2", "mode", "plan"]).code(0);
    assert!(told.stderr.contains("no session `s2`; sessions of this workspace: s1; it begins now"), "{told:?}");
    let replies = test.intercept(&[write("s1", "a.txt"), write("s2", "a.txt")]);
    assert_eq!((&replies[0]["decision"], &replies[1]["decision"]), (&json!("allow"), &json!("queued")));
}

#[test]
fn a_program_that_asks_for_the_plan_of_an_unknown_session_is_told_that_there_is_none() {
    let test = Test::new();
    let shown = test.run(["--session", "s2", "show-plan", "--json"]).code(0).json();
    assert_eq!(shown, json!({ "format_version": 1, "plan": null }));
    let _ = test.run(["--session", "s2", "status", "--json"]).code(0).json();
}

#[test]
fn the_environment_may_name_a_session_before_its_agent_has_begun() {
    let test = Test::new();
    let _ = test.run_in_session("s1", ["mode", "plan"]).code(0);
    let replies = test.intercept(&[write("s1", "a.txt"), write("s2", "a.txt")]);
    assert_eq!((&replies[0]["decision"], &replies[1]["decision"]), (&json!("queued"), &json!("allow")));
}

#[test]
fn slash_text_speaks_for_the_session_in_which_it_is_typed_and_for_no_other() {
    let test = Test::planning();
    let _ = test.intercept(&[write("s1", "a.txt"), write("s2", "b.txt")]);
    let typed = test.converse(
        &[("TERM", "dumb")],
        ["--session", "s1", "shell"],
        &[("> ", "/show-plan\r"), ("> ", "/approve --yes --session s2\r"), ("> ", "/quit\r")],
    );
    assert!(typed.stdout.contains("slash text speaks for the session in which it is typed"), "{}", typed.stdout);
    assert!(test.content("a.txt").is_none() && test.content("b.txt").is_none());
}

#[test]
fn a_switch_that_names_no_session_says_for_whom_it_holds() {
    let test = Test::new();
    assert!(test.run(["mode", "plan"]).code(0).stdout.ends_with("\nholds for this workspace\n"));
    let _ = test.intercept(&[write("s1", "a.txt"), write("s2", "a.txt"), write("s3", "a.txt")]);
    let _ = test.run(["--session", "s1", "show-plan"]).code(0);
    for session in ["s2", "s3"] {
        let _ = test.at_terminal(["--session", session, "reject", "--yes"], "").code(0);
    }
    let told = test.at_terminal(["mode", "build"], "").code(0).stdout;
    let expected = "holds for this workspace and session s1; 2 sessions (s3, s2) stay in plan mode";
    assert!(told.contains(expected), "{told}");
    let told = test.run(["mode", "plan"]).code(0).stdout;
    assert!(told.contains("holds for this workspace and 3 sessions (s1, s3, s2)"), "{told}");
}

#[test]
fn with_nothing_to_decide_a_program_is_told_so_in_json() {
    let test = Test::planning();
    let token = test.token();
    let nothing = |args: [&str; 2]| test.run_with_token(&token, args).code(0).json();
    let approved = nothing(["approve", "--json"]);
    assert_eq!(
        (&approved["format_version"], &approved["plan_id"], &approved["applied"]),
        (&json!(1), &json!(null), &json!([]))
    );
    assert_eq!(nothing(["undo", "--json"]), json!({ "format_version": 1, "plan_id": null, "results": [] }));
    assert_eq!(nothing(["reject", "--json"]), json!({ "format_version": 1, "rejected": [], "rebased": [] }));
    test.queue_files(&["a.txt"]);
    assert_eq!(nothing(["undo", "--json"])["plan_id"], test.plan()["id"]);
}

#[test]
fn that_there_is_no_plan_is_said_in_the_same_words_everywhere() {
    let test = Test::planning();
    for args in [
        &["show-plan"][..],
        &["status"],
        &["resume"],
        &["log"],
        &["approve"],
        &["reject"],
        &["undo"],
        &["retry", "c1"],
        &["ask", "c1", "why"],
        &["plan", "graph"],
        &["plan", "draft"],
    ] {
        let told = test.converse(&[], args, &[]).code(0).stdout;
        assert!(told.contains("no plan is pending\n"), "{args:?}: {told}");
    }
}

#[test]
fn a_line_that_is_no_object_is_told_what_a_call_is() {
    let test = Test::planning();
    for (line, kind) in [("[]", "a list"), ("5", "a number"), ("\"x\"", "a string"), ("null", "a bare word")] {
        let reply = test.run_with(["intercept"], line.as_bytes()).code(0).json();
        let told = reply["message"].as_str().expect("text");
        assert!(told.contains(&format!("it is {kind}; a call is `{{\"id\": 1, \"tool\": ")), "{told}");
    }
}

#[test]
fn in_a_folder_that_was_deleted_the_error_says_so() {
    let test = Test::planning();
    let gone = test.path("gone");
    fs::create_dir(&gone).expect("a folder");
    for args in [&["status"][..], &["approve", "--yes"], &["intercept"], &["rules", "list"], &["init", "claude-code"]] {
        let mut command = std::process::Command::new("sh");
        let script = "mkdir -p \"$0\" && cd \"$0\" && rmdir \"$0\" && exec \"$@\"";
        command.args(["-c", script]).arg(&gone).arg(super::harness::PLANGATE).args(args);
        command.env_clear().env("PLANGATE_HOME", test.home()).env("PATH", "/usr/bin:/bin");
        let told = ran(command.current_dir(test.root()).output().expect("the program starts")).code(1).stderr;
        assert!(told.contains("the current folder has been deleted\nhint: `cd`"), "{args:?}: {told}");
        assert!(!told.contains("os error"), "{told}");
    }
}

#[test]
fn the_hook_explains_itself_when_it_is_asked() {
    let test = Test::new();
    for args in [&["hook", "--help"][..], &["hook", "claude-code", "--help"], &["help", "hook"]] {
        let told = ran(test.command().args(args).output().expect("the program starts")).code(0).stdout;
        for part in ["Standard input: one JSON object", "Standard output: nothing, or one JSON object", "Exit codes:"] {
            assert!(told.contains(part), "{args:?}: {told}");
        }
    }
    let told = test.run(["hook"]).code(2).stderr;
    assert!(told.contains("no agent is named; there is claude-code"), "{told}");
}

#[test]
fn a_move_is_called_a_move_and_names_both_ends_wherever_it_is_shown() {
    let test = Test::planning().file("a.txt", "one\n");
    let _ = test.queue("move_file", json!({ "from": "a.txt", "to": "b.txt" }));
    let _ = test.run(["plan", "draft"]).code(0);
    let shown = ["show-plan", "--stat"];
    let screens = [test.run(["show-plan"]), test.run(shown), test.run(["plan", "graph"]), test.run(["plan", "show"])];
    for screen in screens {
        let screen = screen.code(0).stdout;
        assert!(screen.contains("→ a.txt → b.txt"), "{screen}");
        assert!(!screen.contains("renam") && !screen.contains("moved"), "{screen}");
    }
    assert!(test.run(["plan", "show"]).stdout.contains("S1 Move a.txt to b.txt"));
    let applied = test.at_terminal(["approve", "--yes"], "").code(0).stdout;
    assert!(applied.contains("[1/1] c1 → a.txt → b.txt"), "{applied}");
}

#[test]
fn holding_a_plan_says_in_which_mode_the_next_session_begins() {
    let test = Test::planning();
    let _ = test.intercept(&[write("s1", "a.txt")]);
    let told = test.at_terminal(["hold"], "").code(0).stdout;
    assert!(told.contains("New sessions here still begin in plan mode; `plangate mode build` ends that."), "{told}");
    let _ = test.at_terminal(["mode", "build"], "").code(0);
    let _ = test.run(["--session", "s1", "mode", "plan"]).code(0);
    let told = test.at_terminal(["hold"], "").code(0).stdout;
    assert!(!told.contains("New sessions"), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_in_words() {
    let test = Test::planning();
    let token = test.token();
    let told = test.run_with_token(&token, ["plan", "import", "nosuch.md"]).code(2).stderr;
    assert!(told.contains("cannot read `nosuch.md`: it is not there\n"), "{told}");
    let told = test.run(["run", "--", "no-such-agent"]).code(2).stderr;
    assert!(told.contains("`no-such-agent` cannot be started: it is not there"), "{told}");
}

#[test]
fn a_session_whose_name_cannot_be_shown_as_it_is_does_not_begin() {
    let test = Test::planning();
    let long = "s".repeat(300);
    for name in ["s\u{1b}[2J", "a\nb", "a\u{202e}b", "a b", &long] {
        let reply = &test.intercept(&[write(name, "a.txt")])[0];
        assert_eq!(reply["decision"], "denied", "{name:?} {reply}");
    }
    assert!(!test.run(["status"]).code(0).stdout.contains('\u{1b}'));
    assert_eq!(test.intercept(&[write("séance-1:2/3", "a.txt")])[0]["decision"], "queued");
}

#[test]
fn a_call_does_not_leave_plan_mode_by_naming_another_folder() {
    for session in [json!("n"), json!(null)] {
        let test = Test::planning();
        let elsewhere = test.root().with_file_name("elsewhere");
        std::fs::create_dir_all(elsewhere.join(".git")).expect("a folder can be made");
        // Somebody works there in build mode.
        let began = test.command().current_dir(&elsewhere).arg("status").output().expect("the program starts");
        assert!(began.status.success(), "{began:?}");
        let mut call = write("n", "evil.txt");
        call["args"]["path"] = json!(test.root().join("evil.txt"));
        call["session"] = session.clone();
        for folder in [elsewhere.to_str().expect("text"), "..", "/tmp"] {
            call["cwd"] = json!(folder);
            assert_eq!(test.intercept(&[call.clone()])[0]["decision"], "queued", "{session} {folder}");
        }
    }
}

#[test]
fn plangates_own_data_is_changed_by_no_plan() {
    let test = Test::planning();
    let database = test.home().join("plangate.db");
    let reply = test.call("write_file", json!({ "path": database, "content": "" }));
    assert_eq!(reply["decision"], "denied", "{reply}");
    assert!(reply["message"].as_str().is_some_and(|text| text.contains("belongs to plangate")), "{reply}");
}

#[test]
fn what_a_change_being_applied_prints_was_shown_to_nobody() {
    let test = Test::planning();
    let command = format!("PLANGATE_HOME='{}' '{}' show-plan", test.home().display(), super::harness::PLANGATE);
    let _ = test.queue("bash", json!({ "command": command }));
    test.queue_files(&["unseen.txt"]);
    let _ = test.run(["show-plan", "c1"]).code(0);
    let ran = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert!(ran.stdout.contains("unseen.txt"), "{}", ran.stdout);
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
    assert_eq!(test.content("unseen.txt"), None);
}

#[test]
fn a_command_that_is_applied_has_no_terminal_to_type_into() {
    let test = Test::planning();
    let command = "if : > /dev/tty; then touch typed; fi 2> /dev/null; touch ran";
    let _ = test.queue("bash", json!({ "command": command }));
    let _ = test.at_terminal(["show-plan"], "").code(0);
    let _ = test.at_terminal(["approve", "--yes"], "").code(0);
    assert_eq!((test.content("ran").is_some(), test.content("typed")), (true, None));
}

#[test]
fn a_path_counts_from_the_folder_in_which_it_is_typed_and_then_from_the_root() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "x/y/a.txt", "x/b.txt", "c.txt"]);
    let folder = test.path("x/y");
    fs::create_dir_all(&folder).expect("folders can be made");
    let chosen = |path: &str| {
        let output = test.command().current_dir(&folder).args(["show-plan", "--json", path]).output();
        let plan = ran(output.expect("the program starts")).code(0).json();
        let changes = plan["plan"]["changes"].as_array().expect("changes").clone();
        changes.iter().map(|change| change["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(chosen("a.txt"), ["c2"]);
    assert_eq!(chosen("*.txt"), ["c2"]);
    assert_eq!(chosen("."), ["c2"]);
    assert_eq!(chosen("../b.txt"), ["c3"]);
    assert_eq!(chosen("../../a.txt"), ["c1"]);
    assert_eq!(chosen("c.txt"), ["c4"]);
    assert_eq!(chosen("x/b.txt"), ["c3"]);
    assert_eq!(chosen(test.root().join("a.txt").to_str().expect("text")), ["c1"]);
    let _ = test.at_terminal(["approve", "c2", "--yes"], "").code(0);
    // What is not pending any more does not become a file of another folder.
    let token = test.token();
    let mut command = test.command();
    command.env("PLANGATE_APPROVAL", token).current_dir(&folder).args(["approve", "a.txt", "--yes"]);
    let _ = ran(command.output().expect("the program starts")).code(2);
    assert_eq!((test.content("a.txt"), test.text("x/y/a.txt").as_str()), (None, "x/y/a.txt\n"));
}

#[test]
fn with_nothing_of_this_plan_applied_undo_names_the_plan_before() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    let earlier = test.plan()["slug"].as_str().expect("a name").to_owned();
    test.queue_files(&["b.txt"]);
    let told = test.at_terminal(["undo", "--yes"], "").code(0).stdout;
    assert!(told.contains(&format!("`plangate undo --plan {earlier}` undoes what was applied before it")), "{told}");
    assert!(test.content("a.txt").is_some());
    let _ = test.at_terminal(["undo", "--plan", &earlier, "--yes"], "").code(0);
    assert_eq!(test.content("a.txt"), None);
    let told = test.at_terminal(["undo", "--yes"], "").code(0).stdout;
    assert_eq!(told, "nothing is applied that could be undone\n");
    let heading = format!("{earlier}  in {}\n", test.root().display());
    assert!(test.run(["log", "--all"]).code(0).stdout.contains(&heading));
}

#[test]
fn what_is_over_cannot_be_decided_once_more_and_that_is_said() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.decide(["approve", "--yes"]).code(0);
    for args in [["approve", "c1"], ["reject", "c1"]] {
        let told = test.at_terminal([args[0], args[1], "--yes"], "").code(2).stdout;
        assert!(told.contains("`c1` is applied: only changes that are "), "{told}");
    }
    let _ = test.at_terminal(["reject", "--yes"], "").code(0);
}

#[test]
fn a_call_of_no_tool_is_none() {
    let test = Test::planning();
    for tool in ["", "  "] {
        let reply = test.call(tool, json!({}));
        assert_eq!(reply["decision"], "denied", "{reply}");
        assert!(reply["message"].as_str().is_some_and(|text| text.contains("`tool` names no tool")), "{reply}");
    }
    assert_eq!(test.plan(), Value::Null);
}

#[test]
fn a_name_that_no_rule_is_about_is_told_as_such() {
    let test = Test::new();
    assert_eq!(test.run(["rules", "list", "nosuch"]).code(0).stdout, "no row is about `nosuch`\n");
    assert!(test.run(["rules", "list", "ls"]).code(0).stdout.contains("ls"));
    assert_eq!(test.run(["rules", "list", "nosuch", "--json"]).code(0).json()["built_in"], json!([]));
}

#[test]
fn json_may_stand_behind_the_words_of_a_task_too() {
    let test = Test::new();
    let told = test.at_terminal(["plan", "Tidy", "up", "--json"], "").code(0);
    assert!(told.stdout.contains("\"mode\""), "{told:?}");
    assert_eq!(test.run(["status", "--json"]).code(0).json()["mode"], "plan");
}

#[test]
fn the_name_of_a_servers_tool_is_classified_as_one() {
    let test = Test::new();
    assert!(test.run(["classify", "mcp__linear__create_comment"]).code(1).stdout.contains("mcp.verb"));
    assert!(test.run(["classify", "mcp__linear__list_issues"]).code(0).stdout.contains("read:"));
    assert!(test.run(["classify", "mcp__x__y | sh"]).code(1).stdout.contains("shell."));
}
