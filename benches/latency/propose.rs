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
/// The tables to which a proposal adds rows, in the order in which foreign keys want them, and how to read those of
/// the changes after one, each behind its change's number.
const TABLES: [(&str, &str); 7] = [
    ("change", "SELECT n, * FROM change WHERE n"),
    ("proposed", "SELECT n, * FROM proposed WHERE n"),
    ("touch", "SELECT n, * FROM touch WHERE n"),
    ("new_folder", "SELECT n, * FROM new_folder WHERE n"),
    ("blob", "SELECT n, blob.* FROM blob JOIN blob_use USING (digest) WHERE n"),
    ("blob_use", "SELECT n, * FROM blob_use WHERE n"),
    ("journal", "SELECT n, * FROM journal WHERE seq > 0 AND n"),
];

/// Measures `propose` beside SQLite alone: the same rows in the same tables, one commit a change.
pub(crate) fn measure() {
    let stand = Stand::new();
    let calls: Vec<_> = (0..CHANGES).map(|n| stand.new_file(n)).collect();
    let bare = Bare::new(&stand, &stand.beside("bare.db"));
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    let (mut our_time, mut their_time) = (Duration::ZERO, Duration::ZERO);
    let table = Table::new(
        &format!("Proposals in one process, {CHANGES} new files"),
        &["changes a second", "median", "p99", "longest"],
    );
    stand.with_proposer(|proposer| {
        for (last, chunk) in (0..CHANGES).step_by(CHUNK as usize).zip(calls.chunks(CHUNK as usize)) {
            for call in chunk {
                let start = Instant::now();
                propose(proposer, call);
                our_time += start.elapsed();
                ours.push(start.elapsed());
            }
            for rows in bare.rows_since(&stand, last) {
                let start = Instant::now();
                bare.commit(&rows);
                their_time += start.elapsed();
                theirs.push(start.elapsed());
            }
        }
    });
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

    /// What was added to the store after the change numbered `last`, change by change.
    fn rows_since(&self, stand: &Stand, last: u32) -> Vec<Rows> {
        let store = Connection::open(stand.database()).expect("the store is a database");
        self.copy_plan(&store);
        let mut changes: Vec<Rows> = vec![Rows::new(); CHUNK as usize];
        for (table, rows) in TABLES {
            let mut select = store.prepare(&format!("{rows} > ?1")).expect("the table is there");
            let columns = select.column_count();
            let mut rows = select.query([last]).expect("rows can be read");
            while let Some(row) = rows.next().expect("a row can be read") {
                let n: u32 = row.get(0).expect("the first column is the change's number");
                let row = (1..columns).map(|i| row.get(i)).collect::<Result<_, _>>().expect("columns can be read");
                changes[(n - last - 1) as usize].push((table, row));
            }
        }
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
