//! Plans outlive processes, and each session has its own.

use serde_json::{Value, json};

use super::harness::Test;

fn write(session: &str, path: &str) -> Value {
    json!({ "session": session, "tool": "write_file", "args": { "path": path, "content": path } })
}

#[test]
fn each_session_has_a_plan_of_its_own() {
    let test = Test::planning();
    let replies = test.intercept(&[write("one", "a.txt"), write("two", "a.txt"), write("one", "b.txt")]);
    let ids: Vec<_> = replies.iter().map(|reply| reply["change"]["id"].as_str().expect("queued")).collect();
    assert_eq!(ids, ["c1", "c1", "c2"]);

    let ran = test.run(["show-plan"]).code(2);
    assert!(ran.stderr.contains("`--session one`") && ran.stderr.contains("`--session two`"), "{}", ran.stderr);
    let _ = test.run(["--session", "two", "show-plan"]).code(0);
    let _ = test.at_terminal(["--session", "two", "approve", "--yes"], "").code(0);
    assert_eq!((test.text("a.txt").as_str(), test.content("b.txt")), ("a.txt", None));
    // Only one is open now, so it is the one that is meant.
    assert_eq!(test.plan()["session_id"], "one");
    let _ = test.at_terminal(["approve", "--yes"], "").code(1);
    // What it would write has been written by the other one, so it waits to be seen as that.
    assert_eq!(test.states(), ["pending", "approved"]);
}

#[test]
fn the_environment_names_the_session_and_the_option_comes_first() {
    let test = Test::planning();
    let show = |session: &str, args: &[&str]| {
        let output = test.command().env("PLANGATE_SESSION", session).args(args).output().expect("the program starts");
        super::harness::ran(output).code(0).json()["plan"].clone()
    };
    let _ = test.intercept(&[write("one", "a.txt"), write("two", "b.txt")]);
    assert_eq!(show("two", &["show-plan", "--json"])["session_id"], "two");
    assert_eq!(show("two", &["--session", "one", "show-plan", "--json"])["session_id"], "one");
    assert_eq!(show("three", &["show-plan", "--json"]), Value::Null);
}

#[test]
fn entering_plan_mode_without_naming_a_session_holds_for_every_agent_here() {
    let test = Test::new();
    let call = json!({ "tool": "write_file", "args": { "path": "a.txt", "content": "" } });
    let calls = [call, write("one", "a.txt"), write("two", "a.txt")];
    for reply in test.intercept(&calls) {
        assert_eq!(reply["decision"], "allow");
    }
    let _ = test.run(["plan"]).code(0);
    for reply in test.intercept(&calls) {
        assert_eq!(reply["decision"], "queued", "{reply}");
    }
}

#[test]
fn switching_a_named_session_leaves_the_others_alone() {
    let test = Test::planning();
    let _ = test.intercept(&[write("one", "a.txt")]);
    let _ = test.at_terminal(["--session", "one", "mode", "build"], "").code(0);
    let replies = test.intercept(&[write("one", "a.txt"), write("two", "a.txt")]);
    assert_eq!((&replies[0]["decision"], &replies[1]["decision"]), (&json!("allow"), &json!("queued")));
}

#[test]
fn an_empty_name_names_no_session() {
    let test = Test::planning();
    let _ = test.intercept(&[write("", "a.txt")]);
    let own = test.plan()["session_id"].clone();
    assert!(own.as_str().is_some_and(|id| id.starts_with("workspace-")), "{own}");
    let shown = test.run(["--session", "", "show-plan", "--json"]).code(0).json();
    assert_eq!(shown["plan"]["session_id"], own);
}

#[test]
fn a_plan_is_found_again_by_every_later_process_until_it_is_decided() {
    let test = Test::planning();
    assert!(test.run(["resume"]).code(0).stdout.contains("no plan is pending"));
    test.queue_files(&["a.txt", "b.txt"]);
    let listed = test.run(["resume", "--json"]).code(0).json();
    assert_eq!(listed["plans"][0]["counts"], json!({ "pending": 2 }));
    assert_eq!(listed["plans"][0]["id"], test.plan()["id"]);
    let _ = test.decide(["approve", "1", "--yes"]).code(0);
    let listed = test.run(["resume", "--json"]).code(0).json();
    assert_eq!(listed["plans"][0]["counts"], json!({ "pending": 1, "applied": 1 }));
    let _ = test.decide(["reject", "--yes"]).code(0);
    assert_eq!(test.run(["resume", "--json"]).code(0).json()["plans"], json!([]));
    assert_eq!(test.plan()["status"], "partially_approved");
}

#[test]
fn a_folder_below_the_workspace_means_the_workspace() {
    let test = Test::planning().file("sub/deep/x.txt", "x\n");
    let below = |args: &[&str]| {
        let output = test.command().current_dir(test.path("sub/deep")).args(args).output().expect("the program starts");
        super::harness::ran(output).code(0)
    };
    assert_eq!(below(&["mode", "--json"]).json()["mode"], "plan");
    let call =
        json!({ "tool": "write_file", "args": { "path": "y.txt", "content": "y\n" }, "cwd": test.path("sub/deep") });
    assert_eq!(test.intercept(&[call])[0]["decision"], "queued");
    let call = json!({ "tool": "write_file", "args": { "path": "z.txt", "content": "z\n" }, "cwd": "sub" });
    assert_eq!(test.intercept(&[call])[0]["decision"], "queued");
    assert_eq!(below(&["show-plan", "--json"]).json()["plan"]["changes"].as_array().map(Vec::len), Some(2));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!((test.text("sub/deep/y.txt").as_str(), test.text("sub/z.txt").as_str()), ("y\n", "z\n"));
}

#[test]
fn an_agent_does_not_leave_plan_mode_by_changing_the_folder() {
    let test = Test::planning();
    let outside = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::create_dir_all(test.path("nested/.git")).expect("folders can be made");
    for (n, cwd) in [test.path("nested"), outside.path().to_owned(), "/".into()].iter().enumerate() {
        let call = json!({ "tool": "write_file", "args": { "path": "x.txt", "content": "x" }, "cwd": cwd });
        let reply = test.intercept(&[call]).remove(0);
        assert_eq!((&reply["decision"], &reply["change"]["order"]), (&json!("queued"), &json!(n + 1)), "{reply}");
    }
}

#[test]
fn a_repository_inside_a_workspace_starts_in_the_mode_of_that_workspace() {
    let test = Test::planning();
    std::fs::create_dir_all(test.path("nested/.git")).expect("folders can be made");
    let inside = |args: &[&str]| {
        let output = test.command().current_dir(test.path("nested")).args(args).output().expect("the program starts");
        super::harness::ran(output)
    };
    assert_eq!(inside(&["mode", "--json"]).code(0).json()["mode"], "plan");
    let _ = inside(&["mode", "build"]).code(4);
}

#[test]
fn two_workspaces_do_not_see_each_other() {
    let (one, other) = (Test::planning(), tempfile::tempdir().expect("a temporary folder can be made"));
    one.queue_files(&["a.txt"]);
    let elsewhere = |args: &[&str]| {
        let output = one.command().current_dir(other.path()).args(args).output().expect("the program starts");
        super::harness::ran(output).code(0)
    };
    assert_eq!(elsewhere(&["mode", "--json"]).json()["mode"], "build");
    assert_eq!(elsewhere(&["show-plan", "--json"]).json()["plan"], Value::Null);
    assert!(elsewhere(&["resume"]).stdout.contains("no plan is pending"));
}

#[test]
fn the_data_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let mode = |path: std::path::PathBuf| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(test.home()), 0o700);
    std::fs::set_permissions(test.home(), std::fs::Permissions::from_mode(0o755)).expect("ours");
    let _ = test.run(["status"]).code(0);
    assert_eq!(mode(test.home()), 0o700);
}

#[test]
fn a_command_learns_nothing_of_plangate_but_that_it_is_being_applied() {
    let test = Test::planning();
    let _ = test.queue("bash", json!({ "command": "env | grep ^PLANGATE_ | sort > seen" }));
    let _ = test.decide(["approve", "--yes"]).code(0);
    assert_eq!(test.text("seen"), "PLANGATE_APPLYING=1\n");
}

#[test]
fn a_workspace_that_holds_the_home_takes_in_no_other_folder() {
    let test = Test::new();
    let above = test.path("../..").canonicalize().expect("it is there");
    let at = |folder: &std::path::Path| {
        let output =
            test.command().current_dir(folder).args(["status", "--json"]).output().expect("the program starts");
        super::harness::ran(output).code(0).json()["workspace"].as_str().map(std::path::PathBuf::from)
    };
    let home = test.root().parent().map(std::path::Path::to_owned);
    for folder in [above.as_path(), home.as_deref().expect("the home")] {
        assert_eq!(at(folder).as_deref(), Some(folder));
    }
    assert_eq!(at(&test.root()), Some(test.root()));
}

#[test]
fn status_lists_the_plans_where_there_are_several() {
    let test = Test::planning();
    for session in ["one", "two"] {
        let call = json!({ "tool": "write_file", "args": { "path": session, "content": "" }, "session": session });
        let _ = test.intercept(&[call]);
    }
    let told = test.run(["status"]).code(0).stdout;
    assert!(told.contains("session one") && told.contains("session two") && told.contains("--session"), "{told}");
}
