//! Tables on standard output.

use super::machine::load;
use super::samples::{Samples, milliseconds};

/// A table under a heading; its rows appear as they are added.
pub(crate) struct Table {
    load: String,
    columns: usize,
}

impl Table {
    pub(crate) fn new(title: &str, columns: &[&str]) -> Self {
        println!("\n## {title}\n");
        println!("| | {} |", columns.join(" | "));
        println!("|---|{}", "---:|".repeat(columns.len()));
        Self { load: load(), columns: columns.len() }
    }

    pub(crate) fn row(&self, name: &str, cells: &[String]) {
        assert_eq!(cells.len(), self.columns, "a row has as many cells as the table has columns");
        println!("| {name} | {} |", cells.join(" | "));
    }

    /// A row of median, 99th percentile and shortest time.
    pub(crate) fn times(&self, name: &str, samples: &Samples) {
        let figures = [samples.median(), samples.p99(), samples.shortest()];
        self.row(name, &figures.map(milliseconds));
    }

    /// Ends the table: what was to be reached, and whether it was.
    pub(crate) fn goals(self, goals: &[Goal]) {
        println!();
        for goal in goals {
            let met = if goal.met { "met" } else { "**missed**" };
            println!("- {}: {}, {met}", goal.what, goal.figure);
        }
        println!("- load of the machine (1, 5, 15 minutes): {} before, {} after", self.load, load());
    }
}

/// What was to be reached.
pub(crate) struct Goal {
    what: String,
    figure: String,
    met: bool,
}

impl Goal {
    /// A ratio that is to stay below `limit`.
    pub(crate) fn ratio_below(what: &str, ratio: f64, limit: f64) -> Self {
        Self { what: what.to_owned(), figure: format!("{ratio:.2}"), met: ratio < limit }
    }

    /// A ratio that is to be `limit` at least.
    pub(crate) fn ratio_from(what: &str, ratio: f64, limit: f64) -> Self {
        Self { what: what.to_owned(), figure: format!("{ratio:.2}"), met: ratio >= limit }
    }

    /// Anything else.
    pub(crate) fn fact(what: &str, figure: impl Into<String>, met: bool) -> Self {
        Self { what: what.to_owned(), figure: figure.into(), met }
    }
}
