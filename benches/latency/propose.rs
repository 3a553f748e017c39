//! Proposals inside one process, beside bare commits of the rows that they add.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::samples::Samples;
use super::stand::{Stand, propose};
use super::table::{Goal, Table};

const CHANGES: u32 = 2_000;
/// Proposals and bare commits take turns by as many.
const CHUNK: u32 = 100;
/// The tables to which a proposal adds rows, in the order in which foreign keys want them.
const TABLES: [&str; 5] = ["change", "touch", "blob", "blob_use", "journal"];

/// Measures `propose` beside SQLite alone: the same rows in the same tables, one commit a change.
pub(crate) fn measure() {
    let stand = Stand::new();
    let manager = stand.manager();
    let calls: Vec<_> = (0..CHANGES).map(|n| stand.new_file(n)).collect();
    let bare = Bare::new(&stand, &stand.beside("bare.db"));
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    let (mut our_time, mut their_time) = (Duration::ZERO, Duration::ZERO);
    let table = Table::new(
        &format!("Proposals in one process, {CHANGES} new files"),
        &["changes a second", "median", "p99", "longest"],
    );
    stand.with_proposer(|proposer| {
        for chunk in calls.chunks(CHUNK as usize) {
            let before = bare.last_rows(&stand);
            for call in chunk {
                let start = Instant::now();
                propose(proposer, call);
                our_time += start.elapsed();
                ours.push(start.elapsed());
            }
            for rows in bare.rows_since(&stand, &before) {
                let start = Instant::now();
                bare.commit(&rows);
                their_time += start.elapsed();
                theirs.push(start.elapsed());
            }
        }
    });
    drop(manager);
    let rate = |time: Duration| f64::from(CHANGES) / time.as_secs_f64();
    let row = |name: &str, time: Duration, samples: &Samples| {
        let times = [samples.median(), samples.p99(), samples.longest()].map(super::samples::milliseconds);
        let [median, p99, longest] = times;
        table.row(name, &[format!("{:.0}", rate(time)), median, p99, longest]);
    };
    row("`propose`", our_time, &ours);
    row("bare commits of the same rows", their_time, &theirs);
    table.goals(&[Goal::ratio_from("at least 0.8 of bare commits", rate(our_time) / rate(their_time), 0.8)]);
}

/// A database of the same schema to which rows are added without any thought.
struct Bare {
    connection: Connection,
}

/// The rows of one change: the table each belongs to, and its columns.
type Rows = Vec<(&'static str, Vec<Value>)>;

impl Bare {
    fn new(stand: &Stand, path: &Path) -> Self {
        let source = Connection::open(stand.database()).expect("the store is a database");
        source.execute("VACUUM INTO ?1", [path.to_str()]).expect("a database can be copied");
        let connection = Connection::open(path).expect("the copy is a database");
        connection.pragma_update(None, "journal_mode", "WAL").expect("it can have a log");
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").expect("pragmas are known");
        connection.set_prepared_statement_cache_capacity(64);
        Self { connection }
    }

    /// The numbers of the last change, blob and journal entry of the stand.
    fn last_rows(&self, stand: &Stand) -> [i64; 3] {
        let store = Connection::open(stand.database()).expect("the store is a database");
        [
            "SELECT coalesce(max(n), 0) FROM change",
            "SELECT coalesce(max(id), 0) FROM blob",
            "SELECT coalesce(max(seq), 0) FROM journal",
        ]
        .map(|last| store.query_row(last, [], |row| row.get(0)).expect("a number can be read"))
    }

    /// What was added to the store since `before`, change by change. Every proposal here adds one row to each table.
    fn rows_since(&self, stand: &Stand, before: &[i64; 3]) -> Vec<Rows> {
        let store = Connection::open(stand.database()).expect("the store is a database");
        self.copy_plan(&store);
        let [change, blob, entry] = *before;
        let conditions = [
            format!("n > {change} ORDER BY n"),
            format!("n > {change} ORDER BY n"),
            format!("id > {blob} ORDER BY id"),
            format!("n > {change} ORDER BY n"),
            format!("seq > {entry} ORDER BY seq"),
        ];
        let mut changes: Vec<Rows> = Vec::new();
        for (table, condition) in TABLES.into_iter().zip(conditions) {
            let mut select =
                store.prepare(&format!("SELECT * FROM {table} WHERE {condition}")).expect("the table is there");
            let columns = select.column_count();
            let rows = select.query_map([], |row| (0..columns).map(|i| row.get(i)).collect::<Result<Vec<Value>, _>>());
            for (place, row) in rows.expect("rows can be read").enumerate() {
                if changes.len() <= place {
                    changes.push(Rows::new());
                }
                changes[place].push((table, row.expect("a row can be read")));
            }
        }
        assert_eq!(changes.len(), CHUNK as usize, "a proposal is one row in `change`");
        changes
    }

    /// The plan's row stands before the first change.
    fn copy_plan(&self, store: &Connection) {
        let plan: Vec<Value> = store
            .query_row("SELECT * FROM plan", [], |row| (0..row.as_ref().column_count()).map(|i| row.get(i)).collect())
            .expect("there is one plan");
        let marks = vec!["?"; plan.len()].join(", ");
        self.connection
            .execute(&format!("INSERT OR IGNORE INTO plan VALUES ({marks})"), params_from_iter(plan))
            .expect("the plan can be copied");
    }

    fn commit(&self, rows: &Rows) {
        self.connection.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
        for (table, row) in rows {
            let marks = vec!["?"; row.len()].join(", ");
            self.connection
                .prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})"))
                .and_then(|mut insert| insert.execute(params_from_iter(row)))
                .expect("the row can be added");
        }
        self.connection
            .prepare_cached("UPDATE plan SET changes = changes + 1, open = open + 1, revision = revision + 1")
            .and_then(|mut update| update.execute([]))
            .expect("the plan can be counted up");
        self.connection.execute_batch("COMMIT").expect("the disk is not full");
    }
}
