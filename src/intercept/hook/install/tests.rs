//! What goes in comes out, byte for byte.

use proptest::prelude::*;

use super::*;

const PROGRAM: &str = "/opt/plan gate/plangate";

fn installed(settings: &str) -> String {
    install(Some(settings), PROGRAM).expect("the settings are sound")
}

/// Installs, checks that installing again changes nothing, takes it out, and expects what was there before.
fn round(settings: &str) -> String {
    let with = installed(settings);
    let value: Value = serde_json::from_str(with.trim_start_matches('\u{feff}')).expect("what is installed is JSON");
    assert_eq!(commands(&value).len(), 6, "{with}");
    assert_eq!(installed(&with), with);
    assert_eq!(remove(&with).expect("ours can be taken out").as_deref(), Some(settings), "{with}");
    with
}

fn commands(settings: &Value) -> Vec<String> {
    let events = settings["hooks"].as_object().expect("hooks are an object");
    let groups = events.values().flat_map(|groups| groups.as_array().expect("groups"));
    let hooks = groups.flat_map(|group| group["hooks"].as_array().expect("hooks"));
    hooks.map(|hook| hook["command"].as_str().expect("a command").to_owned()).filter(|c| c.ends_with(MARK)).collect()
}

#[test]
fn a_new_file_holds_only_our_entries_and_goes_when_they_go() {
    let text = install(None, PROGRAM).expect("nothing is in the way");
    let value: Value = serde_json::from_str(&text).expect("what is installed is JSON");
    assert_eq!(
        value["hooks"]["PreToolUse"],
        json!([{ "matcher": "*", "hooks": [{
            "type": "command",
            "command": "'/opt/plan gate/plangate' hook claude-code || exit 2 # plangate",
            "timeout": 60,
            "onFailure": "block",
        }]}])
    );
    assert_eq!(value["hooks"]["UserPromptSubmit"][0]["hooks"][0]["timeout"], 600);
    assert!(text.starts_with("{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n"), "{text}");
    assert!(text.ends_with("\n  }\n}\n"), "{text}");
    assert_eq!(installed(&text), text);
    assert_eq!(remove(&text), Ok(None));
}

#[test]
fn our_entries_look_as_if_they_had_always_been_there() {
    let text = round("{\n\t\"model\": \"opus\"\n}\n");
    assert!(text.starts_with("{\n\t\"hooks\": {\n\t\t\"PreToolUse\": [\n\t\t\t{\n\t\t\t\t\"matcher\""), "{text}");
    assert!(text.ends_with("\n\t},\n\t\"model\": \"opus\"\n}\n"), "{text}");
}

#[test]
fn a_file_of_windows_lines_keeps_them() {
    let text = round("{\r\n    \"model\": \"opus\",\r\n    \"hooks\": {\r\n        \"Stop\": []\r\n    }\r\n}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn other_hooks_stay_where_they_are() {
    let theirs = "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [\
                  {\"type\": \"command\", \"command\": \"check hook claude-code\"}]\n      }\n    ],\n    \"Notification\": []\n  }\n}\n";
    let text = round(theirs);
    assert!(text.contains("\"command\": \"check hook claude-code\"}]\n      }\n    ]"), "{text}");
}

#[test]
fn every_shape_of_a_sound_file_survives() {
    for settings in [
        "{}",
        "{ }",
        "{\n}",
        "{\n}\n",
        "  {}  \n\n",
        "\u{feff}{\"a\": 1}\n",
        "{\"a\":1}",
        "{ \"a\" : 1 }",
        "{\n\n\n  \"a\": 1\n}",
        "{\"hooks\":{}}",
        "{ \"hooks\": {\n} }",
        "{\"hooks\":{\"PreToolUse\":[]}}",
        "{\"hooks\":{\"PreToolUse\":[ ],\"Stop\":[\n\n],\"ConfigChange\":[]}}",
        "{\n  \"hooks\": {\n    \"PreToolUse\": [\n    ]\n  }\n}",
        "{\"hooks\":{\"UserPromptSubmit\":[{\"hooks\":[]}]}}",
        "{\"z\":\"}],{[\\\"\\\\\",\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"a\"}]} ]},\"y\":null}",
        "{\"\\u0068ooks\":{\"Stop\":[]}}",
    ] {
        round(settings);
    }
}

#[test]
fn an_older_entry_of_ours_is_replaced() {
    let older = install(Some("{\n  \"a\": 1\n}"), "/old/place/plangate").expect("the settings are sound");
    let newer = installed(&older.replace("\"timeout\": 60", "\"timeout\": 5"));
    assert_eq!(newer, installed("{\n  \"a\": 1\n}"));
}

#[test]
fn a_hook_that_was_added_to_our_group_stays() {
    let theirs = ",\n            {\"type\": \"command\", \"command\": \"theirs\"}";
    let at = "\"onFailure\": \"block\"\n          }";
    let text = install(None, PROGRAM).expect("nothing is in the way").replacen(at, &format!("{at}{theirs}"), 1);
    let left = remove(&text).expect("ours can be taken out").expect("theirs is left");
    let value: Value = serde_json::from_str(&left).expect("what is left is JSON");
    assert_eq!(
        value,
        json!({ "hooks": { "PreToolUse": [{ "matcher": "*", "hooks": [{ "type": "command", "command": "theirs" }] }] } })
    );
}

#[test]
fn our_entries_are_found_after_the_file_was_laid_out_anew() {
    let text = installed("{\"a\": 1, \"hooks\": {\"Stop\": [{\"hooks\": []}]}}");
    let value: Value = serde_json::from_str(&text).expect("what is installed is JSON");
    for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("a value can be written")] {
        let left = remove(&text).expect("ours can be taken out").expect("theirs is left");
        let left: Value = serde_json::from_str(&left).expect("what is left is JSON");
        assert_eq!(left["hooks"]["Stop"], json!([{ "hooks": [] }]));
        assert_eq!(left["a"], 1);
        assert!(commands(&left).is_empty(), "{left}");
    }
}

#[test]
fn a_file_that_is_not_understood_is_refused() {
    let check = |settings: &str, message: &str| {
        for result in [install(Some(settings), PROGRAM).map(Some), remove(settings)] {
            let error = result.expect_err(settings).to_string();
            assert!(error.starts_with(message), "{settings}: {error}");
        }
    };
    check("", "not valid JSON");
    check("{", "not valid JSON");
    check("{} {}", "not valid JSON");
    check("{\"a\": 1,}", "not valid JSON");
    check("// a comment\n{}", "not valid JSON");
    check("{a: 1}", "not valid JSON");
    check("[]", "`the file` is not an object");
    check("null", "`the file` is not an object");
    check("{\"hooks\": []}", "`hooks` is not an object");
    check("{\"hooks\": {\"PreToolUse\": {}}}", "`hooks.PreToolUse` is not an array");
    check("{\"hooks\": {\"Notification\": [1]}}", "`hooks.Notification[]` is not an object");
    check("{\"hooks\": {\"Stop\": [{\"matcher\": \"*\"}]}}", "`hooks.Stop[].hooks` is not an array");
    check("{\"hooks\": {}, \"hooks\": {}}", "`hooks` stands there more than once");
    check("{\"hooks\": {\"Stop\": [], \"Stop\": []}}", "`Stop` stands there more than once");
    check(&("{\"a\":".repeat(5000) + "1" + &"}".repeat(5000)), "not valid JSON");
}

/// Sound settings in any layout: what stands between the tokens is white space of any kind.
fn settings() -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", " ", "\n", "\r\n", "\n  ", "\n\t", "  ", "\n\n    "]);
    let hook = space().prop_map(|s| format!("{{{s}\"type\":{s}\"command\",\"command\": \"x, y\"}}"));
    let hooks = list(space(), hook);
    let group =
        (space(), hooks).prop_map(|(s, hooks)| format!("{{{s}\"matcher\"{s}:\"*\",{s}\"hooks\":{s}{hooks}{s}}}"));
    let event = (prop::sample::subsequence(vec!["PreToolUse", "Stop", "ConfigChange", "Notification"], 0..4), space());
    let events = event.prop_flat_map(move |(names, s)| {
        let groups: Vec<_> = names.iter().map(|_| list(space(), group.clone())).collect();
        (Just(names), groups, space()).prop_map(move |(names, groups, t)| {
            let events = names.iter().zip(groups).map(|(name, groups)| format!("\"{name}\":{t}{groups}"));
            format!("{{{s}{}{s}}}", events.collect::<Vec<_>>().join(&format!("{s},{t}")))
        })
    });
    (prop::option::of(events), prop::bool::ANY, space(), space(), space()).prop_map(|(hooks, more, r, s, t)| {
        let hooks = hooks.map(|hooks| format!("\"hooks\"{t}:{s}{hooks}"));
        let more = more.then(|| format!("\"model\":{s}[1,{{}}]"));
        let members: Vec<String> = more.into_iter().chain(hooks).collect();
        format!("{r}{{{s}{}{t}}}{r}", members.join(&format!(",{s}")))
    })
}

fn list<'a>(
    space: impl Strategy<Value = &'static str> + 'a,
    item: impl Strategy<Value = String> + 'a,
) -> impl Strategy<Value = String> + Clone + 'a {
    let list = (space, prop::collection::vec(item, 0..3))
        .prop_map(|(s, items)| format!("[{s}{}{s}]", items.join(&format!("{s},{s}"))));
    std::rc::Rc::new(list)
}

proptest! {
    #[test]
    fn taking_out_what_was_put_in_leaves_every_byte(settings in settings()) {
        round(&settings);
    }
}
