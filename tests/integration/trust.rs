//! Trust in MCP servers: the person's, for one list of tools, and no longer than that list holds.

use serde_json::{Value, json};

use super::harness::Test;

fn tools(read_only: bool) -> Value {
    json!([
        { "name": "frobnicate", "description": "frobs", "inputSchema": { "type": "object" }, "annotations": { "readOnlyHint": read_only } },
        { "name": "create_issue", "annotations": { "readOnlyHint": true } },
        { "name": "list_issues", "annotations": { "destructiveHint": true } },
    ])
}

impl Test {
    fn announce(&self, tools: &Value) -> Value {
        self.intercept(&[json!({ "id": 7, "server": "linear", "tools": tools })]).remove(0)
    }

    fn decision(&self, tool: &str, args: Value) -> Value {
        self.call(tool, args)["decision"].clone()
    }

    fn trusted(&self) -> bool {
        let list = self.run(["trust", "--list", "--json"]).code(0).json();
        list["servers"][0]["trusted"] == true
    }
}

#[test]
fn a_trusted_servers_hint_counts_and_others_do_not() {
    let test = Test::planning();
    let said = json!({ "readOnlyHint": true });
    let ask = |n: u32| json!({ "id": 1, "tool": "mcp__linear__frobnicate", "args": { "n": n }, "hints": said });
    assert_eq!(test.intercept(&[ask(1)])[0]["decision"], "queued");
    assert_eq!(test.announce(&tools(true)), json!({ "id": 7, "server": "linear", "trusted": false, "message": "" }));
    assert_eq!(test.intercept(&[ask(2)])[0]["decision"], "queued");

    let shown = test.at_terminal(["trust", "linear"], "y\n").code(0).stdout;
    assert!(shown.contains("write -> read  readOnlyHint: true"), "{shown}");
    assert!(shown.contains("With trust 1 of 3 tools run"), "{shown}");
    assert_eq!(test.intercept(&[ask(3)])[0]["decision"], "allow");
    let inner = json!({ "server_name": "linear", "tool_name": "frobnicate" });
    assert_eq!(test.decision("use_mcp_tool", inner), "allow");
    // A verb that writes is one against any hint, and a hint that makes stricter needs no trust.
    assert_eq!(test.decision("mcp__linear__create_issue", json!({})), "queued");
    assert_eq!(test.decision("mcp__linear__list_issues", json!({})), "queued");
    // What the list does not hold is nobody's.
    for tool in ["mcp__other__frobnicate", "mcp__linear__frob", "mcp__linear____frobnicate", "frobnicate"] {
        let call = json!({ "id": 1, "tool": tool, "args": {}, "hints": said });
        assert_eq!(test.intercept(&[call])[0]["decision"], "queued", "{tool}");
    }
    let call = json!({ "id": 1, "tool": "mcp__linear__frobnicate", "args": {}, "hints": { "readOnlyHint": false } });
    assert_eq!(test.intercept(&[call])[0]["decision"], "queued");
    let log = test.run(["log", "--all"]).code(0).stdout;
    assert!(log.contains("trust") && log.contains("by terminal"), "{log}");
    let _ = test.run(["log", "--verify"]).code(0);
}

#[test]
fn a_changed_list_ends_the_trust_and_says_so() {
    let test = Test::planning();
    let _ = test.announce(&tools(true));
    let _ = test.at_terminal(["trust", "linear"], "y\n").code(0);
    // The same list in another order and with other words is the same list.
    let mut same = tools(true);
    same.as_array_mut().expect("a list").reverse();
    same[2]["description"] = json!("frobs better");
    assert_eq!(test.announce(&same)["trusted"], true);

    // Under a running session.
    let mut agent = test.talk();
    let call = |n: u32| json!({ "id": n, "tool": "mcp__linear__frobnicate", "args": { "n": n } });
    assert_eq!(agent.say(&call(1))["decision"], "allow");
    let mut changed = tools(true);
    changed[0]["inputSchema"]["properties"] = json!({ "also_delete": {} });
    let reply = agent.say(&json!({ "id": 2, "server": "linear", "tools": changed }));
    assert_eq!(
        (&reply["trusted"], reply["message"].as_str().is_some_and(|m| m.contains("changed"))),
        (&json!(false), true)
    );
    let queued = agent.say(&call(3));
    assert_eq!(queued["decision"], "queued", "{queued}");
    assert!(queued["message"].as_str().is_some_and(|text| text.contains("trust in it has ended")), "{queued}");
    let again = agent.say(&call(4));
    assert!(again["message"].as_str().is_some_and(|text| !text.contains("trust in it")), "told twice: {again}");
    let status = test.run(["status"]).code(0).stdout;
    assert!(status.contains("`linear` has changed its tools"), "{status}");
    assert_eq!(test.run(["status", "--json"]).code(0).json()["trust"]["withdrawn"], json!(["linear"]));

    // Going back to the old list does not bring the trust back; the person may.
    assert_eq!(agent.say(&json!({ "id": 5, "server": "linear", "tools": tools(true) }))["trusted"], false);
    assert_eq!(agent.say(&call(6))["decision"], "queued");
    let _ = test.at_terminal(["trust", "linear"], "y\n").code(0);
    assert_eq!(agent.say(&call(7))["decision"], "allow");
    assert!(!test.run(["status"]).code(0).stdout.contains("! trust"));
    // A list that makes no sense is no reason to go on trusting.
    assert_eq!(agent.say(&json!({ "id": 8, "server": "linear", "tools": "none" }))["decision"], "denied");
    assert_eq!(agent.say(&call(9))["decision"], "queued");
}

#[test]
fn only_a_person_trusts() {
    let test = Test::planning();
    let _ = test.announce(&tools(true));
    let digest = test.run(["trust", "--list", "--json"]).code(0).json()["servers"][0]["digest"]
        .as_str()
        .expect("a digest")
        .to_owned();
    let _ = test.run(["trust", "linear"]).code(4);
    let _ = test.run(["trust", "linear", "--yes", &digest]).code(4);
    let _ = test.run_with(["trust", "linear"], b"y\n").code(4);
    let _ = test.at_terminal(["trust", "linear"], "n\n").code(4);
    let _ = test.at_terminal(["trust", "linear", "--yes", "000000000000"], "").code(3);
    let _ = test.at_terminal(["trust", "nobody"], "y\n").code(2);
    assert!(!test.trusted());
    for command in
        ["plangate trust linear", "bash -c 'plangate trust linear --yes x'", "timeout 5 /usr/bin/plangate trust linear"]
    {
        let change = test.queue("bash", json!({ "command": command }));
        assert!(change["marks"].as_array().is_some_and(|marks| marks.contains(&json!("decides"))), "{change}");
    }
    // A token speaks for the person about a list that was shown, by its digest.
    let token = test.token();
    let unseen = test.run_with_token(&token, ["trust", "linear"]).code(3);
    assert!(unseen.stdout.contains("frobnicate") && unseen.stderr.contains(&digest[..12]), "{unseen:?}");
    let _ = test.run_with_token(&token, ["trust", "linear", "--yes", &digest[..12]]).code(0);
    assert!(test.trusted());
    let _ = test.run(["trust", "linear", "--revoke"]).code(0);
    assert!(!test.trusted());
    let _ = test.run(["trust", "linear", "--revoke"]).code(2);
}

#[test]
fn a_change_that_is_being_applied_cannot_trust() {
    let test = Test::planning();
    let _ = test.announce(&tools(true));
    let command =
        format!("PLANGATE_HOME='{}' '{}' trust linear; echo code $?", test.home().display(), super::harness::PLANGATE);
    let _ = test.queue("bash", json!({ "command": command }));
    let ran = test.decide(["approve", "1", "--yes"]);
    assert!(ran.stdout.contains("code 4"), "{}", ran.stdout);
    assert!(!test.trusted());
}

#[test]
fn trust_belongs_to_one_workspace() {
    let test = Test::planning();
    let _ = test.announce(&tools(true));
    let _ = test.at_terminal(["trust", "linear"], "y\n").code(0);
    let _ = test.at_terminal(["mode", "build"], "").code(0);
    let other = test.root().with_file_name("other");
    std::fs::create_dir_all(other.join(".git")).expect("a folder can be made");
    let line = |more: Value| {
        let mut line = json!({ "id": 1, "session": "s2", "cwd": other });
        line.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        line
    };
    let replies = test.intercept(&[line(json!({ "server": "linear", "tools": tools(true) }))]);
    assert_eq!(replies[0]["trusted"], false, "{replies:?}");
    assert!(test.trusted());
}

#[test]
fn a_list_that_makes_no_sense_is_denied_and_the_door_goes_on() {
    let test = Test::planning();
    for line in [
        json!({ "id": 1, "tools": [] }),
        json!({ "id": 1, "server": "", "tools": [] }),
        json!({ "id": 1, "server": "a\u{1b}[2J", "tools": [] }),
        json!({ "id": 1, "server": "a", "tools": [{}] }),
        json!({ "id": 1, "server": "a", "tools": [{ "name": "x" }, { "name": "x" }] }),
        json!({ "id": 1, "server": 3, "tools": [] }),
    ] {
        let replies = test.intercept(&[line.clone(), json!({ "id": 2, "tool": "read_file", "args": { "path": "a" } })]);
        assert_eq!((&replies[0]["decision"], &replies[1]["decision"]), (&json!("denied"), &json!("allow")), "{line}");
    }
}
