//! Bad input, bad disks, bad stores: a clear message, never a panic, never an `allow` of a write.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::harness::{PLANGATE, Ran, Test, ran};

/// The reply to one raw line; the interceptor must go on afterwards.
fn answer(test: &Test, line: &[u8]) -> Value {
    let good = br#"{"id":"good","tool":"write_file","args":{"path":"good.txt","content":"good"}}"#;
    let input = [line, b"\n", good, b"\n"].concat();
    let ran = test.run_with(["intercept"], &input).code(0);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let replies: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("each reply is JSON")).collect();
    assert_eq!(replies.len(), 2, "one reply a line:\n{}", ran.stdout);
    assert_eq!((&replies[1]["id"], &replies[1]["decision"]), (&json!("good"), &json!("queued")));
    replies[0].clone()
}

fn is_denied(reply: &Value, because: &str) {
    assert_eq!(reply["decision"], "denied", "{reply}");
    let message = reply["message"].as_str().expect("text");
    assert!(message.contains(because), "`{because}` is not in `{message}`");
}

#[test]
fn a_line_that_is_no_call_is_denied_and_the_next_one_is_answered() {
    let test = Test::planning();
    let lines: &[(&[u8], &str)] = &[
        (b"{", "the line is not JSON"),
        (b"not json", "the line is not JSON"),
        (b"[]", "the line is not a call"),
        (b"7", "the line is not a call"),
        (b"null", "the line is not a call"),
        (b"\"write_file\"", "the line is not a call"),
        (b"{}", "missing field `tool`"),
        (br#"{"id":1,"args":{}}"#, "missing field `tool`"),
        (br#"{"tool":7,"args":{}}"#, "the line is not a call"),
        (br#"{"tool":"write_file","args":[]}"#, "`args` must be an object"),
        (br#"{"tool":"write_file","args":"x"}"#, "`args` must be an object"),
        (br#"{"tool":"write_file","args":null}"#, "`args` must be an object"),
        (br#"{"tool":"write_file","args":{}}{"tool":"x"}"#, "the line is not JSON"),
        (br#"{"tool":"write_file","args":{"path":"a","content":"\ud800"}}"#, "the line is not JSON"),
        (b"{\"tool\":\"write_file\",\"args\":{\"path\":\"a\",\"content\":\"\x00\"}}", "the line is not JSON"),
        (b"{\"tool\":\"write_file\",\"args\":{\"path\":\"a\",\"content\":\"\xff\"}}", "the line is not JSON"),
        (b"\x00\x00\x00", "the line is not JSON"),
        (b"\xef\xbb\xbf{}", "the line is not JSON"),
    ];
    for (line, because) in lines {
        is_denied(&answer(&test, line), because);
    }
    assert_eq!(test.states(), ["pending"], "only the good call is queued");
}

#[test]
fn a_line_nested_a_million_deep_is_denied() {
    let test = Test::planning();
    let deep = [br#"{"tool":"write_file","args":{"path":"a","content":"#.to_vec(), vec![b'['; 1_000_000]].concat();
    is_denied(&answer(&test, &deep), "the line is not JSON");
}

#[test]
fn the_id_of_a_bad_call_comes_back() {
    let test = Test::planning();
    assert_eq!(answer(&test, br#"{"id":{"a":[1]},"tool":"write_file","args":3}"#)["id"], json!({ "a": [1] }));
    assert_eq!(answer(&test, b"{")["id"], Value::Null);
}

#[test]
fn unknown_fields_are_ignored_and_blank_lines_skipped() {
    let test = Test::planning();
    let line =
        br#"{"tool":"write_file","args":{"path":"a","content":"a","mode":"0777"},"version":9,"extra":{"deep":[1]}}"#;
    assert_eq!(answer(&test, line)["decision"], "queued");
    let ran = test.run_with(["intercept"], b"\n  \n\r\n").code(0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_last_line_without_an_end_is_answered() {
    let test = Test::planning();
    let ran = test.run_with(["intercept"], br#"{"tool":"write_file","args":{"path":"a","content":"a"}}"#).code(0);
    assert!(ran.stdout.contains("\"queued\""), "{}", ran.stdout);
}

#[test]
fn a_known_tool_without_what_it_needs_is_denied() {
    let test = Test::planning();
    let calls = [
        ("write_file", json!({}), "`write_file` needs a string `path`"),
        ("write_file", json!({ "path": "a" }), "needs a string `content`"),
        ("write_file", json!({ "path": 7, "content": "a" }), "needs a string `path`"),
        ("write_file", json!({ "path": "a\0b", "content": "a" }), "holds no NUL"),
        ("write_file", json!({ "path": "", "content": "a" }), "a path is not empty"),
        ("write_file", json!({ "path": "a/".repeat(3000), "content": "a" }), "too long"),
        ("write_file", json!({ "path": "a".repeat(300), "content": "a" }), "too long"),
        ("edit_file", json!({ "path": "a" }), "needs a string `old_string`"),
        ("edit_file", json!({ "path": "a", "edits": [] }), "edits"),
        ("delete_file", json!({ "path": ["a"] }), "needs a string `path`"),
        ("move_file", json!({ "from": "a" }), "needs a string `to`"),
        ("bash", json!({}), "needs a string `command`"),
        ("bash", json!({ "command": ["rm", 7] }), "`command`"),
        ("apply_patch", json!({ "input": "" }), "Nothing was queued"),
    ];
    for (tool, args, because) in calls {
        let reply = test.call(tool, args);
        is_denied(&reply, because);
    }
    assert_eq!(test.plan(), Value::Null);
}

#[test]
fn a_nul_in_a_command_or_a_content_harms_nobody() {
    let test = Test::planning();
    assert_eq!(test.call("write_file", json!({ "path": "a.bin", "content": "a\0b" }))["decision"], "queued");
    let command = test.call("bash", json!({ "command": "touch a\0; touch b" }));
    assert_ne!(command["decision"], "allow", "{command}");
    let cwd = json!({ "tool": "bash", "args": { "command": "touch a", "cwd": "x\0y" } });
    is_denied(&test.intercept(&[cwd])[0], "NUL");
    let ran = test.decide(["approve", "1", "--yes"]).code(0);
    assert!(!ran.stdout.contains("panicked"));
    assert_eq!(test.content("a.bin").as_deref(), Some(b"a\0b".as_slice()));
    let rest = test.at_terminal(["approve", "--yes"], "");
    assert!(!rest.stdout.contains("panicked"), "{}", rest.stdout);
}

#[test]
fn arguments_beyond_the_limit_are_denied_and_below_it_queued() {
    let test = Test::planning();
    let write =
        |bytes: usize| json!({ "tool": "write_file", "args": { "path": "big.txt", "content": "x".repeat(bytes) } });
    let replies = test.intercept(&[write(20 << 20), write((16 << 20) + 100), write(15 << 20), write(1)]);
    is_denied(&replies[0], "longer than 17 MiB");
    is_denied(&replies[1], "the limit is 16777216");
    assert_eq!((&replies[2]["decision"], &replies[3]["decision"]), (&json!("queued"), &json!("queued")));
    is_denied(
        &test.call("bash", json!({ "command": format!("touch {}", "a".repeat(2 << 20)) })),
        "the limit is 1048576",
    );
}

#[test]
fn a_workspace_that_is_not_there_is_denied() {
    let test = Test::planning();
    let call =
        json!({ "id": 1, "tool": "write_file", "args": { "path": "a", "content": "a" }, "cwd": "/no/such/folder" });
    is_denied(&test.intercept(std::slice::from_ref(&call))[0], "/no/such/folder");
    let mut named = call.clone();
    named["session"] = json!("unheard-of");
    is_denied(&test.intercept(&[named])[0], "/no/such/folder");
    test.write("file.txt", "");
    let mut file = call;
    file["cwd"] = json!("file.txt");
    is_denied(&test.intercept(&[file])[0], "file.txt");
}

#[test]
fn a_workspace_that_vanished_is_denied_and_nothing_is_lost() {
    let test = Test::planning();
    let other = tempfile::tempdir().expect("a temporary folder can be made");
    let call = |path: &str| json!({ "session": "s", "tool": "write_file", "args": { "path": path, "content": "x" }, "cwd": other.path() });
    let _ = test.run_in_session("s", ["mode", "plan"]).code(0);
    assert_eq!(test.intercept(&[call("a")])[0]["decision"], "queued");
    let mut agent = test.talk();
    fs::rename(test.root(), test.home().join("moved-away")).expect("ours");
    let reply = agent.say(&call("b"));
    is_denied(&reply, "ws");
    fs::rename(test.home().join("moved-away"), test.path("")).expect("ours");
    assert_eq!(agent.say(&call("b"))["decision"], "queued");
}

#[test]
fn an_error_that_nobody_can_read_is_no_panic() {
    let test = Test::planning();
    for args in [&["approve", "--yes"][..], &["mode", "yolo"], &["show-plan", "c9"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let status = test.command().args(args).stdin(Stdio::null()).stderr(full).status().expect("the program starts");
        assert!(matches!(status.code(), Some(2 | 4 | 0)), "{args:?}: {status}");
    }
}

#[test]
fn what_could_not_be_printed_does_not_count_as_shown() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    for args in [&["show-plan"][..], &["show-plan", "--json"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let status = test.command().args(args).stdin(Stdio::null()).stdout(full).stderr(Stdio::null()).status();
        assert_eq!(status.expect("the program starts").code(), Some(1), "{args:?}");
    }
    let _ = test.at_terminal(["approve", "--yes"], "").code(3);
}

/// Asserts that neither a door nor a person's command gets by, and that both say why.
fn fails_closed(run: impl Fn(&[&str], &[u8]) -> Ran, because: &str) {
    let call = b"{\"id\":1,\"tool\":\"write_file\",\"args\":{\"path\":\"a.txt\",\"content\":\"a\"}}\n";
    let door = run(&["intercept"], call);
    let words = format!("{}{}", door.stdout, door.stderr);
    assert!(!words.contains("panicked") && !words.contains("\"allow\"") && !words.contains("\"queued\""), "{words}");
    // Who waits for the answer gets one, also where nothing can be opened.
    assert!(door.stdout.starts_with("{\"id\":1,\"decision\":\"denied\""), "code {}: {words}", door.code);
    assert!(words.contains(because), "`{because}` is not in: {words}");
    for args in [&["show-plan"][..], &["status"], &["mode", "plan"]] {
        let ran = run(args, b"");
        let words = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!words.contains("panicked"), "{args:?}: {words}");
        // A look may still work where only writing fails; then nothing has to be said.
        assert!(ran.code == 0 || ran.code == 1 && words.contains(because), "{args:?} ended with {}: {words}", ran.code);
    }
}

fn with_home(test: &Test, home: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut command = test.command();
    command.args(args).env("PLANGATE_HOME", home);
    fed(command, input)
}

fn fed(mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that ends early closes the pipe; what it said tells why.
    let _ = std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), input);
    ran(child.wait_with_output().expect("it ends"))
}

#[test]
fn a_data_folder_that_would_be_another_one_in_every_folder_fails_closed() {
    let test = Test::new();
    fails_closed(|args, input| with_home(&test, Path::new("data"), args, input), "is no absolute path");
    assert_eq!(test.content("data"), None);
}

#[test]
fn a_data_folder_that_cannot_be_made_fails_closed() {
    let test = Test::new().file("file", "");
    fails_closed(|args, input| with_home(&test, &test.path("file/home"), args, input), "the data folder");
    fails_closed(|args, input| with_home(&test, &test.path("file"), args, input), "the data folder");
    fails_closed(|args, input| with_home(&test, Path::new("/proc/home"), args, input), "the data folder");
    symlink("loop", test.path("loop")).expect("a link can be made");
    fails_closed(|args, input| with_home(&test, &test.path("loop"), args, input), "the data folder");
}

#[test]
fn without_any_name_for_the_data_folder_it_fails_closed() {
    let test = Test::new();
    let bare = |args: &[&str], input: &[u8]| {
        let mut command = Command::new(PLANGATE);
        command.env_clear().current_dir(test.path("")).args(args);
        fed(command, input)
    };
    fails_closed(bare, "names a folder for plangate's data");
}

#[test]
fn a_database_of_a_newer_version_fails_closed_and_is_left_alone() {
    let test = Test::planning();
    let path = test.home().join("plangate.db");
    let store = rusqlite::Connection::open(&path).expect("the store opens");
    store.pragma_update(None, "user_version", 99).expect("a version can be set");
    drop(store);
    fails_closed(|args, input| with_home(&test, &test.home(), args, input), "is of version 99");
    let store = rusqlite::Connection::open(&path).expect("the store opens");
    let version: u32 = store.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, 99);
}

#[test]
fn a_corrupt_database_fails_closed_and_is_left_alone() {
    let garbage = b"this is no database at all, but it is long enough to have a header ".repeat(200);
    let test = Test::new();
    fs::create_dir(test.home()).expect("ours");
    let path = test.home().join("plangate.db");
    fs::write(&path, &garbage).expect("ours");
    fails_closed(|args, input| with_home(&test, &test.home(), args, input), "is damaged or is not a plangate store");
    assert!(fs::read(&path).expect("it is there") == garbage, "it was overwritten");
    fs::remove_file(&path).expect("ours");
    fs::create_dir(&path).expect("ours");
    fails_closed(|args, input| with_home(&test, &test.home(), args, input), "plangate.db");
}

#[test]
fn a_database_of_which_only_the_log_is_left_fails_closed_and_does_not_begin_anew_in_build_mode() {
    for gone in [false, true] {
        let test = Test::planning();
        test.queue_files(&["a.txt"]);
        let path = test.home().join("plangate.db");
        if gone {
            fs::remove_file(&path).expect("ours");
        } else {
            fs::write(&path, "").expect("ours");
        }
        fails_closed(|args, input| with_home(&test, &test.home(), args, input), "nothing or only its log is left");
        assert!(fs::metadata(path.with_extension("db-wal")).expect("the log").len() > 0);
    }
}

#[test]
fn a_database_that_was_cut_to_nothing_fails_closed_and_one_that_was_moved_away_begins_anew() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let path = test.home().join("plangate.db");
    for log in ["db-wal", "db-shm"] {
        fs::remove_file(path.with_extension(log)).expect("ours");
    }
    fs::write(&path, "").expect("ours");
    fails_closed(|args, input| with_home(&test, &test.home(), args, input), "nothing or only its log is left");
    assert_eq!(fs::metadata(&path).expect("it is there").len(), 0);
    fs::remove_file(&path).expect("ours");
    let _ = test.run(["status"]).code(0);
}

#[test]
fn a_database_of_another_program_fails_closed_and_is_left_alone() {
    let test = Test::new();
    fs::create_dir(test.home()).expect("ours");
    let path = test.home().join("plangate.db");
    for (version, table) in [(0, "plan"), (1, "notes"), (2, "notes")] {
        let _ = fs::remove_file(&path);
        let store = rusqlite::Connection::open(&path).expect("a database can be made");
        store.execute_batch(&format!("CREATE TABLE {table} (text); PRAGMA user_version = {version}")).expect("valid");
        drop(store);
        fails_closed(|args, input| with_home(&test, &test.home(), args, input), "the store");
        let store = rusqlite::Connection::open(&path).expect("it opens");
        let tables: u32 = store.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("a count");
        assert_eq!(tables, 1);
    }
}

#[test]
fn a_database_cut_in_the_middle_fails_closed() {
    for kept in [4096_u64, 20_000, 5_000] {
        let test = Test::planning();
        let content = "x".repeat(50_000);
        let _ = test.queue("write_file", json!({ "path": "a.txt", "content": content }));
        let path = test.home().join("plangate.db");
        let store = rusqlite::Connection::open(&path).expect("the store opens");
        store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("everything is in one file");
        drop(store);
        fs::OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(kept)).expect("ours");
        fails_closed(|args, input| with_home(&test, &test.home(), args, input), "store");
    }
}

/// The store's file, with all that its log held, and a connection to it.
fn store_in_one_file(test: &Test) -> (PathBuf, rusqlite::Connection) {
    let path = test.home().join("plangate.db");
    let store = rusqlite::Connection::open(&path).expect("the store opens");
    store.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("everything is in one file");
    (path, store)
}

#[test]
fn whichever_table_is_damaged_log_verify_tells_it_as_a_fault() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let (path, store) = store_in_one_file(&test);
    let tables: Vec<(String, u32)> = {
        let mut select = store.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").expect("SQL");
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("SQL");
        rows.map(|row| row.expect("a row")).collect()
    };
    drop(store);
    let whole = fs::read(&path).expect("it is there");
    assert!(tables.len() > 20, "{tables:?}");
    for (table, page) in tables {
        let mut bytes = whole.clone();
        let begin = (page as usize - 1) * 4096;
        bytes[begin..begin + 4096].fill(0);
        fs::write(&path, bytes).expect("ours");
        let ran = test.run(["log", "--verify", "--json"]).code(1);
        // Without these no command knows where it is.
        if ["workspace", "session", "undoing"].contains(&&*table) {
            assert!(ran.stderr.contains("the store is damaged"), "{table}: {}", ran.stderr);
            continue;
        }
        let told = ran.json();
        assert_eq!((&told["whole"], &told["faults"][0]["kind"]), (&json!(false), &json!("page")), "{table}: {told}");
    }
}

#[test]
fn a_database_with_a_damaged_page_is_told_once_and_by_name() {
    let test = Test::planning();
    test.queue_files(&["a.txt"]);
    let (path, store) = store_in_one_file(&test);
    let page = "SELECT rootpage FROM sqlite_schema WHERE name = 'change'";
    let page: u32 = store.query_row(page, [], |row| row.get(0)).expect("a table");
    drop(store);
    let mut bytes = fs::read(&path).expect("it is there");
    let begin = (page as usize - 1) * 4096;
    bytes[begin..begin + 4096].fill(0xff);
    fs::write(&path, bytes).expect("ours");
    fails_closed(|args, input| with_home(&test, &test.home(), args, input), "the store is damaged");
    let told = test.at_terminal(["approve", "--yes"], "").code(1).stdout;
    assert_eq!(told.matches("the store is damaged").count(), 1, "{told}");
    assert!(told.contains(&format!("hint: `{}`: move the file away to start anew", path.display())), "{told}");
}

/// Runs a shell script as root of a namespace of its own, where it may mount.
fn in_namespace(test: &Test, script: &str) -> Ran {
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-euc", script]).current_dir(test.path("")).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", test.path(""));
    command.env("PLANGATE", PLANGATE).env("PLANGATE_HOME", test.home());
    let ran = fed(command, b"");
    assert!(
        ran.stdout.contains("MOUNTED"),
        "this test mounts a small file system in a user namespace, which this kernel or sandbox refuses: {}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

#[test]
fn a_read_only_data_folder_denies_writes_and_says_so() {
    let test = Test::planning();
    test.queue_files(&["before.txt"]);
    let ran = in_namespace(
        &test,
        r#"mount --bind "$PLANGATE_HOME" "$PLANGATE_HOME"; mount -o remount,bind,ro "$PLANGATE_HOME"; echo MOUNTED
        echo '{"tool":"write_file","args":{"path":"a.txt","content":"a"}}' | "$PLANGATE" intercept || echo "code $?"
        "$PLANGATE" show-plan || echo "show-plan $?"
        "$PLANGATE" mode review || echo "mode $?""#,
    );
    assert!(!ran.stdout.contains("\"allow\"") && !ran.stdout.contains("\"queued\""), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"denied\"") || ran.stdout.contains("code 1"), "{}", ran.stdout);
    let words = format!("{}{}", ran.stdout, ran.stderr);
    assert!(words.to_lowercase().contains("read-only"), "{words}");
    assert!(ran.stdout.contains("mode 1"), "{words}");
    assert_eq!(test.states(), ["pending"]);
}

#[test]
fn a_full_disk_denies_writes_and_loses_nothing_that_was_answered() {
    let test = Test::new();
    let call = |n: usize| {
        let call = json!({ "id": n, "tool": "write_file", "args": { "path": format!("{n}.txt"), "content": format!("{n}").repeat(30_000) } });
        format!("{call}\n")
    };
    test.write("calls", (0..60).map(call).collect::<String>());
    let ran = in_namespace(
        &test,
        r#"mkdir -p "$PLANGATE_HOME"; mount -t tmpfs -o size=2m none "$PLANGATE_HOME"; echo MOUNTED
        "$PLANGATE" mode plan >&2
        "$PLANGATE" intercept < calls > replies || echo "code $?"
        head -c 4m /dev/zero > "$PLANGATE_HOME/filler" || true
        "$PLANGATE" intercept < calls > replies-when-full || echo "full $?"
        "$PLANGATE" show-plan --json > plan-when-full || echo "shown, but not remembered as shown"
        mount -o remount,size=30m "$PLANGATE_HOME"
        "$PLANGATE" show-plan --json > plan
        "$PLANGATE" log --verify"#,
    );
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let replies = |name: &str| -> Vec<Value> {
        test.text(name).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let first = replies("replies");
    let queued: Vec<&Value> = first.iter().filter(|reply| reply["decision"] == "queued").collect();
    let denied: Vec<&Value> = first.iter().filter(|reply| reply["decision"] == "denied").collect();
    assert_eq!((queued.len() + denied.len(), first.len()), (60, 60), "each call is queued or denied");
    assert!(queued.len() > 5 && denied.len() > 5, "{} queued, {} denied", queued.len(), denied.len());
    assert!(denied[0]["message"].as_str().is_some_and(|text| text.contains("full")), "{}", denied[0]);
    for reply in replies("replies-when-full") {
        let known = reply["message"].as_str().is_some_and(|text| text.contains("already queued"));
        assert!(reply["decision"] == "denied" || known, "{reply}");
    }
    for shown in ["plan-when-full", "plan"] {
        let plan: Value = serde_json::from_str(&test.text(shown)).expect("JSON");
        let kept = plan["plan"]["changes"].as_array().expect("changes");
        for reply in &queued {
            let id = &reply["change"]["id"];
            assert!(kept.iter().any(|change| change["digest"] == reply["change"]["digest"]), "{id} is not in {shown}");
        }
    }
}

#[test]
fn a_full_workspace_fails_the_change_and_leaves_the_file_as_it_was() {
    let test = Test::planning();
    let token = test.token();
    fs::create_dir(test.path("small")).expect("ours");
    let script = format!(
        r#"mount -t tmpfs -o size=200k none small; echo MOUNTED; echo old > small/a.txt
        printf '{{"tool":"write_file","args":{{"path":"small/a.txt","content":"%s"}}}}\n' "$(head -c 600000 /dev/zero | tr '\0' x)" > call
        "$PLANGATE" intercept < call > reply
        "$PLANGATE" show-plan > shown
        PLANGATE_APPROVAL={token} "$PLANGATE" approve --yes || echo "code $?"
        cat small/a.txt; ls -A small"#
    );
    let ran = in_namespace(&test, &script);
    assert!(ran.stdout.contains("code 1\nold\na.txt\n"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(test.states(), ["failed"]);
    assert!(test.change(1)["error"].as_str().is_some_and(|error| error.to_lowercase().contains("no space")));
}
