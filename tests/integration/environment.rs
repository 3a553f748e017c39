//! What an approved command sees of the environment of whoever approved it.

use super::harness::Test;
use serde_json::json;

/// Lets a command print its environment, approved where secrets are set; what it printed.
fn printed(test: &Test) -> String {
    let _ = test.queue("bash", json!({ "command": "env > seen; read line; echo \"input: $?\" >> seen" }));
    let _ = test.run(["show-plan"]).code(0);
    let token = test.token();
    let mut command = test.command();
    command.args(["approve", "--yes"]).env("PLANGATE_APPROVAL", token);
    command.env("GITHUB_TOKEN", "hush").env("SSH_AUTH_SOCK", "/agent").env("LANG", "C.UTF-8");
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    test.text("seen")
}

fn has(seen: &str, line: &str) -> bool {
    seen.lines().any(|found| found.starts_with(line))
}

#[test]
fn a_command_sees_what_tools_need_and_neither_secrets_nor_tokens_nor_input() {
    let test = Test::planning();
    let seen = printed(&test);
    assert!(has(&seen, "PATH=") && has(&seen, "HOME=") && has(&seen, "LANG=C.UTF-8"), "{seen}");
    assert!(!seen.contains("hush") && !has(&seen, "SSH_AUTH_SOCK"), "{seen}");
    let ours: Vec<_> = seen.lines().filter(|line| line.starts_with("PLANGATE_")).collect();
    assert_eq!(ours, ["PLANGATE_APPLYING=1"]);
    assert!(seen.ends_with("input: 1\n"), "{seen}");
    let journal = test.run(["log", "--json"]).code(0).stdout;
    assert!(!journal.contains("hush"), "a secret was stored");
}

#[test]
fn a_person_adds_names_in_the_own_file_but_never_a_token() {
    let test = Test::planning();
    let config = test.home().with_file_name(".config/plangate");
    std::fs::create_dir_all(&config).expect("a folder can be made");
    std::fs::write(config.join("config.toml"), "[commands]\nenvironment = [\"SSH_*\", \"PLANGATE_APPROVAL\"]\n")
        .expect("a file can be written");
    let seen = printed(&test);
    assert!(has(&seen, "SSH_AUTH_SOCK=/agent") && !has(&seen, "PLANGATE_APPROVAL"), "{seen}");
    assert!(!seen.contains("hush"), "{seen}");
}
