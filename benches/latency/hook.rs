//! A write, from the start of the hook's process to its answer.

use std::process::{Command, Output};

use rusqlite::Connection;
use serde_json::json;

use super::race::{Runner, race};
use super::samples::times;
use super::stand::{SESSION, Stand, printed, succeeded};
use super::table::{Goal, Table};

const RUNS: u32 = 200;
const CONTENT: &str = "//! Brand new.\n\npub fn answer() -> u32 {\n    42\n}\n";

/// Measures the hook beside the `sqlite3` program that adds the same row durably, and beside two interpreters that do
/// nothing.
pub(crate) fn measure() {
    let stand = Stand::new();
    let write = |n: u32| {
        let path = stand.project().join(format!("src/file_{n}.rs"));
        stand.payload("pre-tool-use-write.json", &json!({ "file_path": path, "content": CONTENT }))
    };
    let mut runners = vec![Runner {
        name: "`plangate hook`, a write queued",
        start: Box::new(|round| (stand.hook(), write(round))),
        worked: |output: &Output| output.status.code() == Some(2) && contains(&output.stderr, "queued for approval"),
    }];
    if printed("sqlite3", &["--version"]).is_some() {
        let row = RowOfBench::new(&stand);
        runners.push(Runner { name: "`sqlite3`, the same row", start: row.inserter(""), worked: succeeded });
        let row = RowOfBench::new(&stand);
        runners.push(Runner {
            name: "`sqlite3`, the same row, no checkpoint at exit",
            start: row.inserter(".dbconfig no_ckpt_on_close on\n"),
            worked: succeeded,
        });
    } else {
        println!("\nThere is no `sqlite3` here to compare with.");
    }
    // What stands behind a version manager's shim is measured, not the shim.
    if let Some(node) = printed("node", &["-p", "process.execPath"]) {
        runners.push(Runner { name: "`node -e 0`", start: idle(node, ["-e", "0"]), worked: succeeded });
    }
    if let Some(python) = printed("python3", &["-c", "import sys; print(sys.executable)"]) {
        runners.push(Runner { name: "`python3 -c 0`", start: idle(python, ["-c", "0"]), worked: succeeded });
    }
    let table = Table::new(
        &format!("A write: hook process, start to durable answer, {RUNS} runs"),
        &["median", "p99", "shortest"],
    );
    let samples = race(RUNS, &mut runners);
    let median = |name: &str| {
        let place = runners.iter().position(|runner| runner.name.starts_with(name))?;
        Some(samples[place].median())
    };
    for (runner, samples) in runners.iter().zip(&samples) {
        table.times(runner.name, samples);
    }
    let ours = samples[0].median();
    let mut goals = Vec::new();
    if let Some(sqlite) = median("`sqlite3`") {
        goals.push(Goal::ratio_below("below 2 times `sqlite3`", times(ours, sqlite), 2.0));
    }
    if let Some(node) = median("`node") {
        goals.push(Goal::ratio_below("below a quarter of `node -e 0`", times(ours, node), 0.25));
    }
    table.goals(&goals);
}

fn contains(text: &[u8], part: &str) -> bool {
    String::from_utf8_lossy(text).contains(part)
}

fn idle<'a>(program: String, args: [&'static str; 2]) -> Box<dyn FnMut(u32) -> (Command, Vec<u8>) + 'a> {
    Box::new(move |_| {
        let mut command = Command::new(&program);
        command.args(args);
        (command, Vec::new())
    })
}

/// A database with plangate's schema, and the row that a write adds to its largest table, as text.
struct RowOfBench {
    database: std::path::PathBuf,
    /// `INSERT` up to and from the place of the change's number.
    insert: [String; 2],
}

impl RowOfBench {
    /// Proposes a write once, to see its row.
    fn new(stand: &Stand) -> Self {
        let sample = Stand::new();
        let path = stand.project().join("src/file_0.rs");
        let call = sample.call("Write", json!({ "file_path": path, "content": CONTENT }), "");
        sample.with_proposer(|proposer| super::stand::propose(proposer, &call));
        let connection = Connection::open(sample.database()).expect("the store is a database");
        let columns: Vec<String> = connection
            .prepare("SELECT name FROM pragma_table_info('change') WHERE name NOT IN ('plan_id', 'n')")
            .and_then(|mut select| select.query_map([], |row| row.get(0))?.collect())
            .expect("the table is there");
        let columns = columns.join(", ");
        let quoted = columns.replace(", ", ") || ', ' || quote(");
        let (plan, values): (String, String) = connection
            .query_row(&format!("SELECT plan_id, quote({quoted}) FROM change"), [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .expect("the row is there");
        drop(connection);
        let database = stand.beside(&format!("baseline-{plan}.db"));
        copy_without_changes(&sample, &database);
        let insert =
            [format!("INSERT INTO change (plan_id, n, {columns}) VALUES ('{plan}', "), format!(", {values});\n")];
        Self { database, insert }
    }

    /// The `sqlite3` program that adds the row as a round's change.
    fn inserter<'a>(self, first: &'static str) -> Box<dyn FnMut(u32) -> (Command, Vec<u8>) + 'a> {
        Box::new(move |round| {
            let mut command = Command::new("sqlite3");
            command.env("HOME", "/nonexistent").arg("-batch").arg(&self.database);
            let [before, after] = &self.insert;
            let script =
                format!("{first}PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;\n{before}{}{after}", round + 1);
            (command, script.into_bytes())
        })
    }
}

/// Copies the stand's database, with its session and plan, but none of its changes.
fn copy_without_changes(stand: &Stand, to: &std::path::Path) {
    let connection = Connection::open(stand.database()).expect("the store is a database");
    connection.execute("VACUUM INTO ?1", [to.to_str()]).expect("a database can be copied");
    let copy = Connection::open(to).expect("the copy is a database");
    copy.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM blob_use; DELETE FROM touch; DELETE FROM change;")
        .expect("it can be emptied");
    copy.pragma_update(None, "journal_mode", "WAL").expect("it can have a log");
    let sessions: u32 = copy
        .query_row("SELECT count(*) FROM session WHERE id = ?1", [SESSION], |row| row.get(0))
        .expect("it can be read");
    assert_eq!(sessions, 1, "the session is copied");
}
