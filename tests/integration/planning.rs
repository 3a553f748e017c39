//! The plan document: proposed, drafted, discussed, edited, linted, exchanged.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::harness::{Ran, Test, listing};

/// What an agent proposes: three steps, the second behind a decision.
fn proposal() -> Value {
    json!({
        "task": "Add login", "summary": "The router is in src/router.rs.", "questions": ["Which token?"],
        "steps": [
            { "description": "Write the token module", "files": ["src/token.rs"] },
            { "description": "Route login through it", "dependencies": [1], "complexity": 3, "files": ["src/router.rs"] },
            { "description": "Run the tests", "dependencies": ["S1", "S2"], "check": true },
        ],
        "decisions": [{ "question": "Where do sessions live?", "options": ["memory", "SQLite"], "before": [2] }],
        "risks": ["tokens leak → redact them"], "checks": ["true"],
    })
}

fn proposed() -> Test {
    let test = Test::planning();
    let reply = test.call("propose_plan", proposal());
    assert_eq!(reply["decision"], "queued", "{reply}");
    test
}

fn document(test: &Test) -> Value {
    test.run(["plan", "show", "--json"]).code(0).json()["document"].clone()
}

fn path(test: &Test) -> PathBuf {
    PathBuf::from(document(test)["path"].as_str().expect("a path"))
}

/// The steps as `S1 status`, in order.
fn steps(test: &Test) -> Vec<String> {
    let document = document(test);
    let steps = document["steps"].as_array().expect("steps").clone();
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    steps.iter().map(|step| format!("{} {}", word(&step["id"]), word(&step["status"]))).collect()
}

fn discuss(test: &Test, said: &str) -> Ran {
    test.at_terminal(["discuss", said], "")
}

/// An editor that does `script` to the file.
fn editor(test: &Test, script: &str) -> String {
    let path = test.home().join("editor.sh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path.to_str().expect("a plain path").to_owned()
}

fn open(test: &Test, script: &str, dialogue: &[(&str, &str)]) -> Ran {
    let editor = editor(test, script);
    test.converse(&[("EDITOR", &editor)], ["plan", "open"], dialogue)
}

#[test]
fn what_an_agent_proposes_is_its_plan_document() {
    let test = Test::planning();
    let reply = test.call("propose_plan", proposal());
    let message = reply["message"].as_str().expect("a message");
    assert!(
        message.starts_with("[PLAN MODE] Plan proposed: ") && message.contains("S2 Route login through it"),
        "{message}"
    );
    assert!(reply.get("change").is_none(), "a plan is no change: {reply}");
    let document = document(&test);
    assert_eq!(document["steps"][1]["dependencies"], json!(["S1"]));
    assert_eq!(document["decisions"][0]["before"], json!(["S2"]));
    let file = fs::read_to_string(path(&test)).expect("the file is there");
    assert_eq!(file, document["text"].as_str().expect("text"));
    assert_eq!(listing(&test.root()), Vec::<String>::new(), "nothing of it is in the workspace");
    assert!(test.plan().is_null(), "nothing is queued by it");
}

#[test]
fn a_proposal_that_makes_no_sense_is_told_and_keeps_nothing() {
    let test = Test::planning();
    let reply = test.call("propose_plan", json!({ "steps": [{ "description": "x", "complexity": 9 }] }));
    assert_eq!(reply["decision"], "denied");
    assert!(
        reply["message"].as_str().expect("text").contains("step 1: `complexity` is a number from 1 to 5"),
        "{reply}"
    );
    let none = test.run(["plan", "show"]).code(2);
    assert!(none.stderr.contains("no plan document"), "{}", none.stderr);
}

#[test]
fn the_queue_s_plan_bears_the_name_of_its_document() {
    let test = proposed();
    test.queue_files(&["src/token.rs"]);
    assert_eq!(test.plan()["slug"], document(&test)["name"]);
    let shown = test.run(["plan", "show"]).code(0).stdout;
    assert!(shown.contains("- c1 + src/token.rs (S1, pending)"), "{shown}");
}

#[test]
fn words_of_a_task_still_enter_plan_mode() {
    for task in ["show the thing", "run tests", "import users", "lint the code"] {
        let test = Test::new();
        let words: Vec<&str> = ["plan"].into_iter().chain(task.split(' ')).collect();
        let output = test.command().args(&words).output().expect("the program starts");
        assert!(output.status.success(), "{task}");
        assert_eq!(test.run(["mode", "--json"]).json()["mode"], "plan", "{task}");
        test.queue_files(&["a"]);
        assert_eq!(test.plan()["task"], task);
    }
    let test = Test::new();
    let _ = test.run(["plan", "--", "show"]).code(0);
    test.queue_files(&["a"]);
    assert_eq!(test.plan()["task"], "show");
    let _ = test.run(["plan", "show", "--jsn"]).code(2);
}

#[test]
fn what_is_said_about_the_plan_is_done_shown_and_told_to_the_agent() {
    let test = proposed();
    let said = discuss(&test, "skip the tests step for now and move S2 to the top").code(0);
    assert!(said.stdout.contains("changed S3: status pending → skipped"), "{}", said.stdout);
    assert!(said.stdout.contains("moved S2: to the start"), "{}", said.stdout);
    assert!(said.stdout.contains("S2 still waits for S1"), "{}", said.stdout);
    assert_eq!(steps(&test), ["S2 pending", "S1 pending", "S3 skipped"]);
    let reply = test.call("bash", json!({ "command": "touch x" }));
    let message = reply["message"].as_str().expect("text");
    assert!(message.contains("The person revised the plan document") && message.contains("skip S3"), "{message}");
    assert!(fs::read_to_string(path(&test)).expect("the file").contains("- [-] S3"), "the file follows");
}

#[test]
fn what_is_no_edit_goes_to_the_agent_and_changes_nothing() {
    let test = proposed();
    let before = document(&test);
    let said = discuss(&test, "please do not skip step 2").code(0);
    assert!(said.stdout.contains("kept for the agent"), "{}", said.stdout);
    assert_eq!(document(&test), before);
    let reply = test.call("bash", json!({ "command": "touch x" }));
    assert!(
        reply["message"].as_str().expect("text").contains("The person says about the plan: please do not skip step 2"),
        "{reply}"
    );
}

#[test]
fn what_cannot_be_done_is_an_error_and_changes_nothing() {
    let test = proposed();
    let before = document(&test);
    for (said, told) in [
        ("skip step 99", "there is no step 99: the plan has 3 steps"),
        ("move step 9 to 1", "there is no step 9"),
        ("choose D1 Z", "D1 has no option \"Z\": A (memory), B (SQLite)"),
        ("skip step 1 and skip step 9", "there is no step 9"),
        ("undo", "there is no edit to undo"),
    ] {
        let refused = discuss(&test, said).code(2);
        assert!(refused.stdout.contains(told), "{said}: {}", refused.stdout);
    }
    assert_eq!(document(&test), before);
    let _ = test.run(["discuss", "skip", "S1"]).code(4);
}

#[test]
fn edits_are_taken_back_and_done_again_byte_for_byte() {
    let test = proposed();
    let shown =
        |test: &Test| document(test)["text"].as_str().expect("text").lines().skip(3).collect::<Vec<_>>().join("\n");
    let first = shown(&test);
    let _ = discuss(&test, "add \"Write `docs`\" after S1").code(0);
    let second = shown(&test);
    let _ = discuss(&test, "remove S2").code(0);
    let third = shown(&test);
    let _ = discuss(&test, "undo").code(0);
    assert_eq!(shown(&test), second);
    let _ = discuss(&test, "undo").code(0);
    assert_eq!(shown(&test), first);
    let _ = discuss(&test, "redo the last 2 edits").code(0);
    assert_eq!(shown(&test), third);
    let _ = discuss(&test, "undo the last 2 edits").code(0);
    let _ = discuss(&test, "add \"Another\" at the end").code(0);
    assert_eq!(steps(&test).last().expect("steps"), "S5 pending", "S4 was given once and is not given again");
    let shown = test.run(["plan", "diff", "1", "2"]).code(0).stdout;
    assert!(shown.contains("added S4: Write `docs` (behind S1)"), "{shown}");
    assert!(test.run(["plan", "show", "--revision", "3"]).code(0).stdout.contains("Write `docs`"));
    let _ = test.run(["plan", "show", "--revision", "99"]).code(2);
}

#[test]
fn a_choice_that_was_not_listed_is_confirmed_and_choices_stand_in_log_and_journal() {
    let test = proposed();
    let _ = test.converse(&[], ["discuss", "choose D1 new: on disk"], &[("Add and choose it?", "n\n")]).code(4);
    assert!(document(&test)["decisions"][0]["chosen"].is_null());
    let _ = test.converse(&[], ["discuss", "choose D1 new: on disk"], &[("Add and choose it?", "y\n")]).code(0);
    let _ = discuss(&test, "answer Q1: JWT").code(0);
    let document = document(&test);
    assert_eq!(document["decisions"][0]["chosen"], "C");
    assert_eq!(document["questions"][0]["answer"], "JWT");
    let shown = document["text"].as_str().expect("text");
    let log = shown.split("## Progress log").nth(1).expect("a log");
    assert!(log.contains(" choose D1 new: on disk (terminal)") && log.contains(" answer Q1: JWT (terminal)"), "{log}");
    let journal = test.run(["log", "--all"]).code(0).stdout;
    assert!(journal.contains("choose D1 new: on disk") && journal.contains("by terminal"), "{journal}");
    let _ = test.run(["log", "--verify"]).code(0);
}

#[test]
fn a_person_s_edit_of_the_file_is_shown_before_it_is_taken_over() {
    let test = proposed();
    let script = "sed -i 's/Write the token module/Write tokens/; s/^- \\[ \\] S3 /- Tell everyone\\n&/' \"$1\"";
    let opened = open(&test, script, &[("Take this over into the plan?", "y\n")]).code(0);
    assert!(opened.stdout.contains("changed S1: \"Write the token module\" → \"Write tokens\""), "{}", opened.stdout);
    assert!(opened.stdout.contains("added new: Tell everyone (behind S2)"), "{}", opened.stdout);
    assert_eq!(steps(&test), ["S1 pending", "S2 pending", "S4 pending", "S3 pending"]);
    assert!(fs::read_to_string(path(&test)).expect("the file").contains("- S4 Tell everyone"));
    let untouched = open(&test, "true", &[]).code(0);
    assert!(untouched.stdout.contains("Nothing was changed."), "{}", untouched.stdout);
}

#[test]
fn a_choice_made_in_the_file_is_a_person_s_once_they_take_it_over() {
    let test = proposed();
    let script = "sed -i 's/^  - B: SQLite$/&\\n  - chosen: B/' \"$1\"";
    let opened = open(&test, script, &[("Take this over into the plan?", "y\n")]).code(0);
    assert!(opened.stdout.contains("changed D1: chosen nothing → B"), "{}", opened.stdout);
    let now = document(&test);
    assert_eq!(now["decisions"][0]["chosen"], "B");
    assert!(now["text"].as_str().expect("text").contains(" changed D1: chosen nothing → B (terminal)"), "{now}");
}

#[test]
fn what_a_person_does_not_take_over_stays_in_the_file_alone() {
    let test = proposed();
    let before = document(&test);
    let _ = open(&test, "echo 'mine' >> \"$1\"; sed -i 's/ tokens\\? module/ T/' \"$1\"", &[("Take this over", "n\n")])
        .code(4);
    let now = document(&test);
    assert_eq!(now["text"], before["text"]);
    assert!(fs::read_to_string(path(&test)).expect("the file").ends_with("mine\n"));
}

#[test]
fn a_line_that_makes_no_sense_is_pointed_at_and_nothing_is_lost() {
    let test = proposed();
    let opened = open(&test, "sed -i 's/{after S1; size 3/{after X; size 3/' \"$1\"", &[]).code(2);
    let file = fs::read_to_string(path(&test)).expect("the file");
    let line = file.lines().position(|line| line.contains("after X")).expect("it is there") + 1;
    assert!(opened.stdout.contains(&format!(".md:{line}: `X` is not a step id such as `S3`")), "{}", opened.stdout);
    assert!(test.run(["plan", "show"]).code(0).stderr.contains("was not taken over; it stays as it is"));
    let _ = open(&test, "sed -i 's/after X/after S1/' \"$1\"", &[]);
    let said = discuss(&test, "skip S3").code(0);
    assert!(said.stdout.contains("Revision"), "{}", said.stdout);
}

#[test]
fn edits_of_both_sides_are_merged_by_name_and_what_both_changed_is_marked() {
    let test = proposed();
    let revised = json!({ "steps": ["Write the token module", "Route login through the gate", "Run the tests"] });
    // The editor has read the file before the agent revises, and writes what it read.
    let meanwhile = |args: &Value, sed: &str| {
        let call = json!({ "tool": "propose_plan", "args": args }).to_string();
        let agent = format!("echo '{call}' | '{}' intercept > /dev/null", super::harness::PLANGATE);
        format!("cp \"$1\" read.md; {agent}; sed '{sed}' read.md > \"$1\"; rm read.md")
    };
    let script = meanwhile(&revised, "s/Write the token module/Write tokens/");
    let opened = open(&test, &script, &[("Take this over", "y\n")]).code(0);
    assert!(opened.stdout.contains("changed S1: \"Write the token module\" → \"Write tokens\""), "{}", opened.stdout);
    let shown = document(&test)["text"].as_str().expect("text").to_owned();
    assert!(shown.contains("S1 Write tokens") && shown.contains("Route login through the gate"), "{shown}");

    let drop_one = json!({ "steps": ["Write tokens", "Run the tests"] });
    let script = meanwhile(&drop_one, "s/through the gate/by hand/");
    let opened = open(&test, &script, &[]).code(3);
    assert!(opened.stdout.contains("now holds both, between marks"), "{}", opened.stdout);
    let file = fs::read_to_string(path(&test)).expect("the file");
    assert!(file.contains("<<<<<<< yours\n") && file.contains("by hand"), "{file}");
    let resolve = "sed -i '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d' \"$1\"";
    let _ = open(&test, resolve, &[("Take this over", "y\n")]).code(0);
    assert!(document(&test)["text"].as_str().expect("text").contains("Route login by hand"));
}

#[test]
fn the_agent_writes_its_own_plan_file_and_nothing_that_leads_to_it() {
    let test = proposed();
    let file = path(&test);
    let folder = file.parent().expect("a folder").to_owned();
    let name = file.file_name().expect("a name").to_str().expect("plain").to_owned();
    symlink(&file, test.path("link.md")).expect("a link can be made");
    symlink(&folder, test.path("plans")).expect("a link can be made");
    let write = |path: &str| test.call("Write", json!({ "file_path": path, "content": "x" }))["decision"].clone();
    let outside = folder.join("other.md");
    for other in [
        test.path("link.md").to_str().expect("plain").to_owned(),
        test.path("plans").join(&name).to_str().expect("plain").to_owned(),
        format!("{}/../plans/{name}", folder.display()),
        outside.to_str().expect("plain").to_owned(),
        test.home().join("plangate.db").to_str().expect("plain").to_owned(),
    ] {
        assert_ne!(write(&other), "allow", "{other}");
    }
    assert_eq!(write(file.to_str().expect("plain")), "allow");
    let edit = json!({ "file_path": file, "old_string": "a", "new_string": "b" });
    assert_eq!(test.call("Edit", edit)["decision"], "allow");
    let shell = json!({ "command": format!("echo x > {}", file.display()) });
    assert_ne!(test.call("bash", shell)["decision"], "allow");
    let child = json!({ "tool": "Write", "agent": "main/coder", "args": { "file_path": file, "content": "x" } });
    assert_ne!(test.intercept(&[child])[0]["decision"], "allow", "a subagent has a file of its own");
    fs::hard_link(&file, folder.join("second")).expect("a second name");
    assert_ne!(write(file.to_str().expect("plain")), "allow", "a file with a second name is not the plan file alone");
}

#[test]
fn what_an_agent_writes_into_its_file_is_taken_over_but_for_what_only_a_person_may_say() {
    let test = proposed();
    let file = path(&test);
    let shown = fs::read_to_string(&file).expect("the file");
    let edit = json!({ "file_path": file, "old_string": "x", "new_string": "y" });
    assert_eq!(test.call("Edit", edit)["decision"], "allow");
    let forged = shown
        .replace("- [ ] S1", "- [x] S1")
        .replace("  - B: SQLite\n", "  - B: SQLite\n  - chosen: A\n")
        .replace("Route login through it", "Route login through the gate");
    fs::write(&file, forged).expect("the agent's tool writes it");
    let shown = test.run(["plan", "show"]).code(0).stderr;
    assert!(
        shown.contains("The agent edited the plan file:") && shown.contains("put back the status of S1"),
        "{shown}"
    );
    assert!(shown.contains("put back D1"), "{shown}");
    let now = document(&test);
    assert_eq!(now["steps"][0]["status"], "pending");
    assert!(now["decisions"][0]["chosen"].is_null());
    assert_eq!(now["steps"][1]["description"], "Route login through the gate");
    let names = listing(file.parent().expect("a folder"));
    assert_eq!(names.len(), 2, "the file as it was found is kept: {names:?}");
}

#[test]
fn a_file_that_says_it_is_an_older_revision_says_no_more_for_the_person() {
    let test = proposed();
    let _ = discuss(&test, "choose D1 A").code(0);
    let chosen = fs::read_to_string(path(&test)).expect("the file");
    let _ = discuss(&test, "undo").code(0);
    let _ = discuss(&test, "skip S3").code(0);
    let file = path(&test);
    let forge = |text: String| {
        let edit = json!({ "file_path": file, "old_string": "x", "new_string": "y" });
        assert_eq!(test.call("Edit", edit)["decision"], "allow");
        fs::write(&file, text).expect("the agent's tool writes it");
        let _ = test.run(["plan", "show"]);
        let now = document(&test);
        assert_eq!((&now["decisions"][0]["chosen"], &now["steps"][2]["status"]), (&Value::Null, &json!("skipped")));
    };
    forge(chosen.clone());
    forge(chosen.replace("Where do sessions live?", "Where do all sessions live?"));
    let unskipped = fs::read_to_string(&file).expect("the file").replace("- [-] S3", "- [x] S3");
    for revision in ["0", "1", "2", "999"] {
        let lines: Vec<String> = unskipped
            .lines()
            .map(|line| if line.starts_with("revision: ") { format!("revision: {revision}") } else { line.to_owned() })
            .collect();
        forge(lines.join("\n") + "\n");
    }
}

#[test]
fn a_plan_is_never_shown_as_another_session_s_or_agent_s() {
    let test = proposed();
    let steps = json!({ "steps": ["Look around"] });
    let reply = &test.intercept(&[json!({ "tool": "propose_plan", "agent": "main/co der", "args": steps })])[0];
    assert!(reply["message"].as_str().expect("text").contains("-agent-co-der"), "{reply}");
    assert_eq!(document(&test)["steps"].as_array().expect("steps").len(), 3);
    let own = test.run(["plan", "show", "--agent", "main/co der"]).code(0).stdout;
    assert!(own.contains("S1 Look around"), "{own}");
    let other = test.run_in_session("other", ["plan", "show"]).code(2);
    assert!(other.stderr.contains("no plan document"), "{}", other.stderr);
}

#[test]
fn the_folder_for_plans_must_lie_in_the_workspace() {
    let test = Test::planning();
    let config = test.home().parent().expect("a folder").join(".config/plangate");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("config.toml"), "plans_directory = \"docs/plans\"\n").expect("a file");
    let _ = test.call("propose_plan", proposal());
    assert!(path(&test).starts_with(test.root().join("docs/plans")));

    let test = Test::planning();
    let config = test.home().parent().expect("a folder").join(".config/plangate");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("config.toml"), "plans_directory = \"docs/../../out\"\n").expect("a file");
    test.queue_files(&["a.txt"]);
    let drafted = test.run(["plan", "draft"]).code(0);
    assert!(drafted.stderr.contains("is not a folder inside the workspace"), "{}", drafted.stderr);
    assert!(path(&test).starts_with(test.home().canonicalize().expect("it is there").join("plans")));
}

#[test]
fn a_draft_of_the_queue_has_a_step_for_what_belongs_together() {
    let test = Test::planning().file("Makefile", "check:\n\ttrue\n");
    test.queue_files(&["src/a.rs", "b.txt"]);
    let _ = test.queue("edit_file", json!({ "path": "src/a.rs", "old_string": "src", "new_string": "lib" }));
    let _ = test.queue("bash", json!({ "command": "make gen" }));
    let drafted = test.run(["plan", "draft"]).code(0).stdout;
    assert!(drafted.contains("S1 Create src/a.rs") && drafted.contains("S3 Run `make gen`"), "{drafted}");
    let document = document(&test);
    assert_eq!(document["steps"][0]["changes"], json!(["c1", "c3"]));
    assert_eq!(document["steps"][2]["dependencies"], json!(["S1", "S2"]));
    assert_eq!(document["name"], test.plan()["slug"]);
    assert!(document["text"].as_str().expect("text").contains("- `make check`"));
    let _ = test.run(["plan", "draft"]).code(2);
}

#[test]
fn a_repository_s_plans_md_comes_in_and_goes_out_the_same() {
    let test = Test::planning();
    let plans = "# Plan: Add login\n\n## Context\n\nNo accounts yet.\n\n## Phases\n\n### Phase 1: Write the token module\n\n\
        - Status: completed\n- Files: `src/token.rs`\n- Complexity: 2\n- Depends on: none\n\n### Phase 2: Route login\n\n\
        - Status: pending\n- Depends on: Phase 1\n\n## Decisions\n\n- Where? A: memory; B: SQLite (chosen: B)\n\n## Risks\n\n\
        | Risk | Mitigation |\n|---|---|\n| leak | redact |\n\n## Progress log\n\n- 2026-03-01: token module written\n";
    test.write("PLANS.md", plans);
    let _ = test.run(["plan", "import", "PLANS.md"]).code(4);
    let _ = test.at_terminal(["plan", "import", "PLANS.md"], "").code(0);
    assert_eq!(steps(&test), ["S1 completed", "S2 pending"]);
    assert_eq!(test.run(["plan", "export"]).code(0).stdout, plans);
    let _ = test.run(["plan", "export", "out.md"]).code(0);
    assert_eq!(test.text("out.md"), plans);
    let _ = test.run(["plan", "export", "PLANS.md"]).code(1);
    test.write("none.md", "# Notes\n");
    let refused = test.at_terminal(["plan", "import", "none.md"], "").code(2);
    assert!(refused.stdout.contains("no phases"), "{}", refused.stdout);
}

#[test]
fn lint_tells_what_is_missing_and_an_open_decision_holds_its_steps_back() {
    let test = proposed();
    test.queue_files(&["src/token.rs", "src/router.rs"]);
    let found = test.run(["plan", "lint", "--json"]).code(1).json();
    let rules: Vec<&str> =
        found["findings"].as_array().expect("findings").iter().filter_map(|f| f["rule"].as_str()).collect();
    assert_eq!(rules, ["open-decision", "open-question"]);
    let refused = test.decide(["approve", "c2", "--yes"]).code(4);
    assert!(refused.stdout.contains("c2 waits for D1: Where do sessions live?"), "{}", refused.stdout);
    assert_eq!(test.content("src/router.rs"), None);
    let _ = test.decide(["approve", "c1", "--yes"]).code(0);
    let _ = discuss(&test, "choose D1 B").code(0);
    let _ = test.run(["plan", "lint"]).code(0);
    let _ = test.decide(["approve", "c2", "--yes"]).code(0);
    assert_eq!(test.text("src/router.rs"), "src/router.rs\n");
}

#[test]
fn the_graph_shows_waves_and_draws_them() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt"]);
    let _ = test.queue("bash", json!({ "command": "cargo test" }));
    let _ = test.queue("edit_file", json!({ "path": "a.txt", "old_string": "a", "new_string": "c" }));
    let waves = test.run(["plan", "graph"]).code(0).stdout;
    assert_eq!(
        waves,
        "wave 1\n  c1 + a.txt\n  c2 + b.txt\nwave 2, checks\n  c3 $ `cargo test`  after c1, c2\nwave 3\n  c4 ~ a.txt  after c1\n"
    );
    assert!(test.run(["plan", "graph", "--mermaid"]).code(0).stdout.starts_with("flowchart TD\n"));
    assert!(test.run(["plan", "graph", "--dot"]).code(0).stdout.starts_with("digraph plan {\n"));
}

/// Three files and a check in the queue, and a document in which the second step comes before the first.
fn out_of_order() -> Test {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("bash", json!({ "command": "make check" }));
    test.queue_files(&["b.txt", "c.txt"]);
    let steps = json!([
        { "description": "Write a.txt", "files": ["a.txt"], "dependencies": [2] },
        { "description": "Write b.txt", "files": ["b.txt"] },
        { "description": "Write c.txt", "files": ["c.txt"] },
    ]);
    let _ = test.call("propose_plan", json!({ "task": "Three files", "steps": steps }));
    test
}

/// The places at which each of `names` first stands in `text`.
fn places(text: &str, names: [&str; 4]) -> [usize; 4] {
    names.map(|name| text.find(name).unwrap_or_else(|| panic!("`{name}` is not in {text}")))
}

#[test]
fn the_order_shown_of_the_first_n_and_of_applying_is_the_one_that_the_document_gives() {
    let test = out_of_order();
    let graph = test.run(["plan", "graph"]).code(0).stdout;
    assert!(places(&graph, ["c3 +", "c1 +", "c4 +", "c2 $"]).is_sorted(), "{graph}");
    let shown = test.at_terminal(["show-plan"], "").code(0).stdout;
    assert!(places(&shown, ["c3  pending", "c1  pending", "c4  pending", "c2  pending"]).is_sorted(), "{shown}");
    let ids = |plan: Value| -> Vec<String> {
        let changes = plan["changes"].as_array().expect("changes").clone();
        changes.iter().map(|change| change["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids(test.plan()), ["c3", "c1", "c4", "c2"]);
    let one = test.at_terminal(["approve", "1", "--yes"], "").code(0).stdout;
    assert!(one.contains("[1/1] c3"), "{one}");
    assert!(test.content("b.txt").is_some() && test.content("a.txt").is_none());
    let rest = test.at_terminal(["approve", "2", "--yes"], "").code(0).stdout;
    assert!(rest.contains("[1/2] c1") && rest.contains("[2/2] c4"), "{rest}");
    assert!(test.content("c.txt").is_some() && test.content("a.txt").is_some());
}

#[test]
fn an_order_that_an_agent_gave_the_plan_after_it_was_shown_is_shown_before_anything_is_approved_in_it() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    let steps = json!([
        { "description": "Write a.txt", "files": ["a.txt"], "dependencies": [2] },
        { "description": "Write b.txt", "files": ["b.txt"] },
        { "description": "Write c.txt", "files": ["c.txt"] },
    ]);
    let _ = test.call("propose_plan", json!({ "task": "Three files", "steps": steps }));
    let _ = test.at_terminal(["show-plan", "c3"], "").code(0);
    let json = test.at_terminal(["approve", "1", "--yes", "--json"], "").code(3);
    assert!(json.stdout.contains("order"), "{}", json.stdout);
    // What stands where it stood may go.
    let _ = test.at_terminal(["approve", "c3", "--yes"], "").code(0);
    let ran = test.at_terminal(["approve", "1", "--yes"], "").code(3);
    assert!(places(&ran.stdout, ["c2  pending", "c1  pending", "order", "again"]).is_sorted(), "{}", ran.stdout);
    assert!(test.content("a.txt").is_none() && test.content("b.txt").is_none());
    let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert!(test.content("a.txt").is_none() && test.content("b.txt").is_some());
}

#[test]
fn what_was_shown_a_part_at_a_time_has_its_place_too() {
    let by_turns = |test: &Test| {
        let steps = json!([
            { "description": "Write a.txt and b.txt", "files": ["a.txt", "b.txt"], "dependencies": [2] },
            { "description": "Write c.txt", "files": ["c.txt"] },
        ]);
        let _ = test.call("propose_plan", json!({ "task": "Three files", "steps": steps }));
        let ran = test.at_terminal(["approve", "1", "--yes"], "").code(3);
        assert!(ran.stdout.contains("order"), "{}", ran.stdout);
        assert!(test.content("c.txt").is_none() && test.content("a.txt").is_none());
        let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
        assert!(test.content("c.txt").is_some() && test.content("a.txt").is_none());
    };
    let later = Test::planning();
    later.queue_files(&["a.txt", "b.txt"]);
    let _ = later.run(["show-plan"]).code(0);
    later.queue_files(&["c.txt"]);
    let _ = later.at_terminal(["approve", "c3", "--yes"], "").code(3);
    by_turns(&later);
    let apart = Test::planning();
    apart.queue_files(&["a.txt", "b.txt", "c.txt"]);
    for id in ["c3", "c1", "c2"] {
        let _ = apart.run(["show-plan", id]).code(0);
    }
    by_turns(&apart);
}

#[test]
fn what_was_approved_and_waits_does_not_go_in_an_order_that_nobody_was_shown() {
    let test = Test::planning();
    test.queue_files(&["a.txt", "b.txt", "c.txt"]);
    let _ = test.run(["show-plan"]).code(0);
    test.write("a.txt", "somebody else's");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    let steps = json!([
        { "description": "Write b.txt", "files": ["b.txt"], "dependencies": [2] },
        { "description": "Write c.txt", "files": ["c.txt"] },
    ]);
    let _ = test.call("propose_plan", json!({ "task": "Two files", "steps": steps }));
    let ran = test.at_terminal(["approve", "--yes"], "").code(3);
    assert!(ran.stdout.contains("in this form and order: c2 c3"), "{}", ran.stdout);
    assert!(test.content("b.txt").is_none() && test.content("c.txt").is_none());
    let _ = test.at_terminal(["approve", "--yes"], "");
    assert!(test.content("b.txt").is_some() && test.content("c.txt").is_some());
}

#[test]
fn all_of_a_plan_is_applied_in_the_order_of_its_document_and_what_comes_after_a_failure_is_not_begun() {
    let test = out_of_order();
    let _ = test.at_terminal(["show-plan"], "").code(0);
    test.write("b.txt", "somebody else's");
    let output = test.at_terminal(["approve", "--yes"], "").stdout;
    assert!(output.contains("c3"), "{output}");
    assert!(test.content("a.txt").is_none() && test.content("c.txt").is_none(), "{output}");
    assert_eq!(test.text("b.txt"), "somebody else's");
    let states: Vec<Value> = ["c1", "c2", "c3", "c4"]
        .iter()
        .map(|id| {
            let plan = test.plan();
            let found = plan["changes"].as_array().expect("changes").iter().find(|change| change["id"] == *id);
            found.expect("it is there")["state"].clone()
        })
        .collect();
    assert_eq!(states, ["approved", "approved", "conflict", "approved"]);
}

#[test]
fn who_wants_to_go_on_after_a_failure_gets_all_that_does_not_come_after_what_failed() {
    let test = out_of_order();
    let _ = test.at_terminal(["show-plan"], "").code(0);
    test.write("b.txt", "somebody else's");
    let output = test.at_terminal(["approve", "--yes", "--keep-going"], "").code(5).stdout;
    assert!(output.contains("c1 was not begun: it needs c3, which is not applied"), "{output}");
    assert!(
        output.contains("c2 was not begun: c3 failed before it"),
        "a command is not run on half of a plan: {output}"
    );
    assert_eq!((test.text("b.txt").as_str(), test.text("c.txt").as_str()), ("somebody else's", "c.txt\n"));
    assert_eq!(test.content("a.txt"), None);
}

#[test]
fn without_a_document_the_first_n_are_those_that_were_queued_first_also_around_a_check() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.queue("bash", json!({ "command": "make check" }));
    test.queue_files(&["b.txt"]);
    let graph = test.run(["plan", "graph"]).code(0).stdout;
    let shown = test.at_terminal(["show-plan"], "").code(0).stdout;
    for text in [&graph, &shown] {
        assert!(text.find("c1 ") < text.find("c2 ") && text.find("c2 ") < text.find("c3 "), "{text}");
    }
    let _ = test.at_terminal(["approve", "1", "--yes"], "").code(0);
    assert!(test.content("a.txt").is_some() && test.content("b.txt").is_none());
}

#[test]
fn a_spawned_agents_own_document_can_be_shown_linted_edited_and_compared() {
    let test = Test::planning();
    let _ = test.call("propose_plan", json!({ "task": "All of it", "steps": ["Lead"] }));
    let call = |tool: &str, args: Value| json!({ "tool": tool, "agent": "main/coder", "args": args });
    let steps = json!({ "task": "A part", "steps": [{ "description": "Write a.txt", "files": ["a.txt"] }] });
    let queued = json!({ "path": "a.txt", "content": "a" });
    let _ = test.intercept(&[call("propose_plan", steps), call("write_file", queued)]);
    test.queue_files(&["b.txt"]);
    let shown = test.run(["plan", "show", "--agent", "main/coder", "--json"]).code(0).json();
    assert!(shown["document"]["name"].as_str().expect("a name").ends_with("-agent-coder"), "{shown}");
    // What others queued is no matter of its lint.
    let lint = test.run(["plan", "lint", "--agent", "main/coder"]).code(0).stdout;
    assert!(lint.contains("no-check") && !lint.contains("no-step"), "{lint}");
    let editor = test.home().join("editor.sh");
    std::fs::write(&editor, "sed -i 's/Write a.txt/Write a.txt well/' \"$1\"").expect("a script can be written");
    let command = format!("sh {}", editor.display());
    let open = ["plan", "open", "--agent", "main/coder"];
    let edited = test.at_terminal_with(&[("EDITOR", &command)], open, "y\n").code(0);
    assert!(edited.stdout.contains("is now revision 2"), "{}", edited.stdout);
    let diff = test.run(["plan", "diff", "--agent", "main/coder"]).code(0).stdout;
    assert!(diff.contains("S1") && diff.contains("well"), "{diff}");
    assert!(!test.run(["plan", "show"]).code(0).stdout.contains("well"));
}

#[test]
fn a_question_about_a_change_reaches_the_agent_and_stands_with_the_change() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let _ = test.at_terminal(["ask", "c1", "why", "not", "b.txt?"], "").code(0);
    let _ = test.at_terminal(["ask", "c9", "why?"], "").code(2);
    let shown = test.run(["show-plan"]).code(0).stdout;
    let block = |shown: &str| shown.split("1  c1  pending").nth(1).expect("c1").split("+new").next().map(str::to_owned);
    assert!(block(&shown).is_some_and(|c1| c1.contains("asked   why not b.txt?\n    answer  none yet")), "{shown}");
    let reply = test.call("bash", json!({ "command": "touch x" }));
    assert!(reply["message"].as_str().expect("shown").contains("The person asks about c1: why not b.txt?"), "{reply}");
    assert_eq!(test.states()[0], "pending");
}

#[test]
fn what_the_agent_says_at_the_end_of_its_turn_stands_as_its_answer_below_the_question() {
    let test = Test::planning();
    let hook = |event: &str, more: Value| {
        let mut payload = json!({ "session_id": "s", "cwd": test.root(), "hook_event_name": event });
        payload.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        test.run_with(["hook", "claude-code"], payload.to_string().as_bytes())
    };
    let write = json!({ "file_path": test.root().join("a.txt"), "content": "a" });
    let _ = hook("PreToolUse", json!({ "tool_name": "Write", "tool_use_id": "t", "tool_input": write }));
    let _ = test.at_terminal(["--session", "s", "ask", "c1", "why", "so?"], "").code(0);
    let stop = |words: &str| hook("Stop", json!({ "last_assistant_message": words })).code(0);
    let note = || {
        let plan = test.run(["--session", "s", "show-plan", "--json"]).code(0).json();
        plan["plan"]["changes"][0]["notes"][0].clone()
    };
    let _ = stop("Said before the question reached me.");
    assert_eq!((&note()["text"], &note()["answer"]), (&json!("why so?"), &json!("")));
    let _ = hook("UserPromptSubmit", json!({ "prompt": "go on" }));
    let _ = stop("Because `b.txt` is generated.");
    let _ = stop("Something else.");
    assert_eq!(note()["answer"], "Because `b.txt` is generated.");
    let shown = test.run(["--session", "s", "show-plan"]).code(0).stdout;
    assert!(shown.contains("answer  Because `b.txt` is generated."), "{shown}");
}

/// What the hook answers to a prompt that a person typed into the agent.
fn prompt(test: &Test, typed: &str) -> String {
    let payload = json!({
        "session_id": "s", "transcript_path": "/nowhere.jsonl", "cwd": test.root(), "permission_mode": "default",
        "hook_event_name": "UserPromptSubmit", "prompt": typed,
    });
    // Text that is ours does not reach the model: the hook blocks the prompt and shows its answer.
    test.run_with(["hook", "claude-code"], payload.to_string().as_bytes()).code(2).stderr
}

#[test]
fn slash_text_in_an_agent_s_prompt_reaches_the_same_handler() {
    let test = Test::planning();
    let proposal = json!({ "tool": "propose_plan", "session": "s", "args": proposal() });
    assert_eq!(test.intercept(&[proposal])[0]["decision"], "queued");
    assert!(prompt(&test, "/plan show").contains("S2 Route login through it"));
    assert!(prompt(&test, "/discuss skip the tests step").contains("status pending → skipped"));
    assert!(prompt(&test, "/discuss choose D1 A").contains("chosen nothing → A"));
    assert!(prompt(&test, "/plan open").contains("only a person at a terminal"));
    assert!(prompt(&test, "/plan lint").contains("open-question"));
    assert!(prompt(&test, "/plan show the thing").contains("mode plan"));
}

#[test]
fn a_prompt_that_a_timer_may_have_typed_decides_nothing_about_the_plan() {
    let test = Test::planning();
    let proposal = json!({ "tool": "propose_plan", "session": "s", "args": proposal() });
    assert_eq!(test.intercept(&[proposal])[0]["decision"], "queued");
    let _ = test.run(["--session", "s", "status"]).code(0);
    let database = test.home().join("plangate.db");
    let timers = "UPDATE session SET timers = 1, mode = 'build'";
    let changed = rusqlite::Connection::open(database).and_then(|store| store.execute(timers, []));
    assert!(changed.is_ok_and(|rows| rows > 0));
    for typed in ["/plan run", "/plan rollback S1", "/discuss choose D1 A", "/ask c1 x"] {
        assert!(prompt(&test, typed).contains("refused"), "{typed}");
    }
    assert!(prompt(&test, "/plan").contains("mode plan"), "entering plan mode is safe whoever types it");
}

/// A step that is a choice, between one that is done before it and one that waits for it.
fn with_a_choice() -> Test {
    let test = Test::planning();
    let steps = json!([
        { "description": "Write a.txt", "files": ["a.txt"] },
        { "description": "Choose the database", "options": ["SQLite", "Postgres"], "dependencies": [1] },
        { "description": "Write b.txt", "files": ["b.txt"], "dependencies": [2] },
    ]);
    let reply = test.call("propose_plan", json!({ "task": "Store it", "steps": steps }));
    assert_eq!(reply["decision"], "queued", "{reply}");
    test.queue_files(&["a.txt", "b.txt"]);
    test
}

#[test]
fn a_step_that_is_a_choice_is_shown_once_and_is_done_when_it_is_made() {
    let test = with_a_choice();
    let shown = test.run(["plan", "show"]).code(0).stdout;
    assert_eq!(shown.matches("Choose the database").count(), 1, "{shown}");
    assert_eq!(shown.matches("Postgres").count(), 1, "{shown}");
    assert!(shown.contains("- D1 Which way for S2? {before S2}"), "{shown}");
    let lint = test.run(["plan", "lint"]).code(1).stdout;
    assert_eq!(lint.matches("Choose the database").count(), 1, "{lint}");
    assert!(!lint.contains("nothing is queued for S2"), "{lint}");
    assert_eq!(document(&test)["decisions"][0]["text"], "Choose the database");
    let exported = test.run(["plan", "export"]).code(0).stdout;
    assert!(exported.contains("- Choose the database A: SQLite; B: Postgres"), "{exported}");

    let _ = test.run(["show-plan"]).code(0);
    let ran = test.converse(&[], ["plan", "run", "--yes"], &[("Choose for D1", "B\n")]).code(0).stdout;
    assert!(ran.contains("D1 Choose the database\n  A: SQLite\n  B: Postgres\n"), "{ran}");
    assert!(ran.contains("S2 is completed: decided: D1 B"), "{ran}");
    assert_eq!(steps(&test), ["S1 completed", "S2 completed", "S3 completed"]);
}

#[test]
fn rolling_a_step_back_names_the_later_steps_that_stay_applied() {
    let test = proposed();
    let _ = discuss(&test, "choose D1 A").code(0);
    test.queue_files(&["src/token.rs", "src/router.rs"]);
    let _ = test.run(["show-plan"]).code(0);
    for step in ["S1", "S2"] {
        let _ = test.at_terminal(["plan", "run", step, "--yes"], "").code(0);
    }
    let refused = test.at_terminal(["plan", "rollback", "S1"], "n\n").code(4).stdout;
    let (named, asked) = (refused.find("S2 stays applied (c2): it was done after S1"), refused.find("[y/N]"));
    assert!(named.is_some() && named < asked, "{refused}");
    let _ = test.at_terminal(["plan", "rollback", "S1", "--yes"], "").code(0);
    assert_eq!(test.states(), ["undone", "applied"]);
    let last = test.at_terminal(["plan", "rollback", "S2", "--yes"], "").code(0).stdout;
    assert!(!last.contains("stays applied"), "{last}");
}

#[test]
fn a_command_of_a_step_runs_again_only_after_a_yes() {
    let test = Test::planning();
    let step = json!({ "description": "Count", "files": [] });
    let _ = test.call("propose_plan", json!({ "task": "Count", "steps": [step] }));
    let call = json!({ "tool": "bash", "args": { "command": "echo x >> count; false" }, "reason": "S1: count" });
    let _ = test.intercept(&[call]);
    let _ = test.run(["show-plan"]).code(0);
    let _ = test.at_terminal(["plan", "run", "S1", "--yes"], "").code(1);
    assert_eq!(test.text("count"), "x\n");
    let refused = test.at_terminal(["plan", "run", "S1"], "n\n").code(4).stdout;
    assert!(refused.contains("Apply c1 again (failed; $ echo x >> count; false"), "{refused}");
    assert_eq!(test.text("count"), "x\n");
    let _ = test.at_terminal(["plan", "run", "S1"], "y\n").code(1);
    assert_eq!(test.text("count"), "x\nx\n");
}
