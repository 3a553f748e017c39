//! Whose configuration a program meets where the agent's shell has gone.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::harness::Test;

/// The agent's repository with a folder, a linked work tree, and two repositories of others: one with a work tree, and
/// one as a clone can bring it, which git takes for a repository although nothing there is called `.git`.
fn tree() -> Test {
    let test = Test::planning()
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(".git/worktrees/wt/gitdir", "../../../wt/.git\n")
        .file(".git/worktrees/wt/commondir", "../..\n")
        .file(".git/modules/forged/HEAD", "ref: refs/heads/main\n")
        .file("forged/.git", "gitdir: ../.git/worktrees/wt\n")
        .file("forgery/.git", "gitdir: ../.git/modules/forged\n")
        .file("sub/deep/a.txt", "a\n")
        .file("wt/sub/a.txt", "a\n")
        .file("nested/.git/HEAD", "ref: refs/heads/main\n")
        .file("evil/HEAD", "ref: refs/heads/main\n");
    test.write("wt/.git", format!("gitdir: {}\n", test.path(".git/worktrees/wt").display()));
    std::os::unix::fs::symlink("../evil", test.path("sub/link")).expect("a link can be made");
    std::os::unix::fs::symlink("/proc/self/cwd", test.path("sub/here")).expect("a link can be made");
    test
}

/// What the hook of an agent that was started in the root says of a command when the agent's shell is in `folder`.
fn asked(test: &Test, folder: &str, line: &str) -> Value {
    let payload = json!({
        "session_id": "s1", "cwd": test.path(folder), "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": { "command": line },
    });
    let ran = test.run_with(["hook", "claude-code"], payload.to_string().as_bytes());
    ran.json()["hookSpecificOutput"]["permissionDecision"].clone()
}

#[test]
fn git_reads_wherever_the_agents_shell_is_in_its_own_repository() {
    let test = tree();
    let root = test.root().display().to_string();
    for (folder, line) in [
        ("", "git status".to_owned()),
        ("", "cd sub && git diff".to_owned()),
        ("", "git -C sub/deep status".to_owned()),
        ("", "cd wt && git status".to_owned()),
        ("", format!("cd {root}/sub && git show")),
        ("sub", "git status".to_owned()),
        ("sub", "cd .. && git status".to_owned()),
        ("sub/deep", format!("cd {root} && git diff")),
        ("wt", "git status".to_owned()),
        // The root in a linked work tree is the agent's own folder there.
        ("wt", "cargo --version".to_owned()),
        ("", "cd wt && npm ls".to_owned()),
        ("evil", format!("git -C {root} status")),
    ] {
        assert_eq!(asked(&test, folder, &line), "allow", "{folder}: {line}");
    }
}

#[test]
fn an_agent_gives_no_other_configuration_its_way_by_changing_the_folder_first() {
    let test = tree();
    for (folder, line) in [
        ("", "cd evil && git status"),
        ("", "cd nested && git status"),
        ("", "cd sub/link && git status"),
        ("", "git -C evil diff"),
        ("evil", "git status"),
        ("evil", "cd ../sub; git diff"),
        ("nested", "git show"),
        (".git", "git status"),
        ("sub/link", "git status"),
        ("sub", "cargo --version"),
        ("wt/sub", "cargo --version"),
        ("", "cd wt; cd sub; git status"),
        // A file that leads into the agent's repository, to which nothing there leads back.
        ("", "cd forged && git status"),
        ("forged", "cargo --version"),
        ("forgery", "git status"),
        // What leads somewhere else in each process.
        ("evil", "git -C /proc/self/cwd status"),
        ("evil", "git -C ../sub/here status"),
        ("", "cd sub && sh -c 'f() { git status; cd ../evil; }; f; f'"),
        ("", "cd sub; bash -c 'for i in *; do git status; cd ../evil; done'"),
        // A file of settings in the folder that is entered is not looked for.
        ("", "cd wt && mlr --icsv cat a.csv"),
        ("", "cd sub && npm ls"),
    ] {
        assert_eq!(asked(&test, folder, line), "deny", "{folder}: {line}");
    }
    assert_eq!(asked(&test, "evil", "ls -la"), "allow");
}

#[test]
fn a_line_of_the_other_door_that_names_a_folder_is_judged_there() {
    let test = tree();
    let decision = |folder: &str, line: &str| {
        let call = json!({ "tool": "bash", "args": { "command": line }, "cwd": test.path(folder), "session": "s1" });
        test.intercept(&[call])[0]["decision"].clone()
    };
    assert_eq!(decision("", "git status"), "allow");
    assert_eq!(decision("sub", "git status"), "allow");
    assert_eq!(decision("evil", "git status"), "queued");
    assert_eq!(decision("nested", "git status"), "queued");
    assert_eq!(decision("sub", "cargo --version"), "queued");
}

#[test]
fn what_a_pattern_finds_is_looked_at_before_a_program_may_take_it_for_an_option() {
    let test = Test::planning()
        .file("plain/a.csv", "b\na\n")
        .file("plain/_b.csv", "")
        .file("plain/.hidden", "")
        .file("plain/\u{e4}.csv", "")
        .file("dash/-oa.csv", "")
        .file("response/@x", "")
        .file("pager/+x", "")
        .file("address/tcp:127.0.0.1:1", "")
        .file("assignment/x=1", "");
    for line in ["sort *", "sort *.csv | head -1", "rg x *", "for f in *; do sed -n 1p \"$f\"; done", "cd . && sort *"]
    {
        assert_eq!(asked(&test, "plain", line), "allow", "{line}");
        for folder in ["dash", "response", "pager", "address", "assignment"] {
            assert_eq!(asked(&test, folder, line), "deny", "{folder}: {line}");
        }
    }
    for (line, verdict) in [
        ("cd plain && sort *", "allow"),
        ("(cd plain; sort *)", "allow"),
        ("cd dash && sort *", "deny"),
        ("sort *; cd dash", "deny"),
        ("cd plain; cd ../dash; sort *", "deny"),
        ("cd none; sort *", "deny"),
        ("find plain -execdir bash -c 'sort *' \\;", "deny"),
        ("find * -maxdepth 0", "allow"),
    ] {
        assert_eq!(asked(&test, "", line), verdict, "{line}");
    }
    std::fs::set_permissions(test.path("plain"), PermissionsExt::from_mode(0o777)).expect("the mode can be set");
    assert_eq!(asked(&test, "plain", "sort *"), "deny", "anybody may put a name there meanwhile");
}
