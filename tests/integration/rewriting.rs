//! A read that lacks only overrides gets them from the door.

use serde_json::json;

use super::harness::Test;

#[test]
fn a_look_at_another_repository_runs_with_its_configuration_out_of_force() {
    let test = Test::planning();
    let ask = |command: &str| json!({ "tool": "bash", "args": { "command": command, "timeout_ms": 9000 } });
    let replies = test.intercept(&[ask("cd sub && git log --oneline"), ask("cd sub && git status"), ask("git log -1")]);
    assert_eq!((&replies[0]["decision"], &replies[1]["decision"]), (&json!("allow"), &json!("queued")));
    let command = replies[0]["rewrite"]["command"].as_str().expect("the line is rewritten");
    assert!(command.contains("GIT_CONFIG_KEY_0=core.fsmonitor GIT_CONFIG_VALUE_0=false"), "{command}");
    assert!(command.ends_with("; cd sub && git log --oneline"), "{command}");
    assert_eq!(replies[0]["rewrite"]["timeout_ms"], 9000);
    // In the agent's own folder nothing has to be overridden.
    assert_eq!((&replies[2]["decision"], replies[2].get("rewrite")), (&json!("allow"), None));
}
