//! Where the generated lines come from: the rows with their examples, the sample lines of `fixtures/`, and the
//! options that the installed programs have.

use std::collections::BTreeMap;
use std::path::Path;

use plangate::classify::shell::{Row, proof};

use super::dice::Dice;
use super::flags;

/// What the generator draws from.
pub(crate) struct Seeds {
    /// Lines that are to be reads.
    pub(crate) harmless: Vec<String>,
    /// Lines that are to be writes.
    pub(crate) hostile: Vec<String>,
    /// Each installed program with its row.
    pub(crate) programs: Vec<(&'static str, &'static Row<'static>)>,
    /// The real options of each installed program.
    pub(crate) options: BTreeMap<String, Vec<String>>,
}

impl Seeds {
    /// Everything, which takes some seconds: each program is asked for its options.
    pub(crate) fn gather() -> Self {
        let mut seeds = Self::without_options();
        seeds.options = seeds.programs.iter().map(|(name, row)| ((*name).to_owned(), flags::of(name, row))).collect();
        seeds
    }

    /// The rows and the sample lines.
    pub(crate) fn without_options() -> Self {
        let mut seeds =
            Self { harmless: Vec::new(), hostile: Vec::new(), programs: Vec::new(), options: BTreeMap::new() };
        for row in proof::rows() {
            seeds.row(row);
            let names = row.name.split('|').filter(|name| !name.ends_with('*') && is_installed(name));
            seeds.programs.extend(names.map(|name| (name, row)));
        }
        for (file, label) in [("bash-readonly", false), ("bash-bypass", true), ("bash-contested", false)] {
            let lines = corpus(file);
            if label { seeds.hostile.extend(lines) } else { seeds.harmless.extend(lines) }
        }
        seeds
    }

    fn row(&mut self, row: &Row<'_>) {
        self.harmless.extend(row.reads.iter().map(|line| (*line).to_owned()));
        self.hostile.extend(row.writes.iter().map(|line| (*line).to_owned()));
        row.subcommands.iter().for_each(|subcommand| self.row(subcommand));
    }

    /// A program of the table with, mostly, a subcommand, and the options that its row allows.
    pub(crate) fn program(&self, dice: &mut Dice) -> (String, Vec<&'static str>) {
        let (name, mut row) = *dice.pick(&self.programs);
        let mut path = name.to_owned();
        let mut flags: Vec<&str> = row.flags.split_whitespace().collect();
        while !row.subcommands.is_empty() && !dice.one_in(10) {
            row = dice.pick(row.subcommands);
            let names: Vec<&str> = row.name.split('|').collect();
            path = format!("{path} {}", dice.pick(&names).trim_end_matches('*'));
            // The subcommand's own options are used more often than those that stand before it.
            let own: Vec<&str> = row.flags.split_whitespace().collect();
            flags = if own.is_empty() || dice.one_in(8) { flags } else { own };
        }
        (path, flags)
    }
}

/// Whether the machine, or bash itself, has the program.
pub(crate) fn is_installed(name: &str) -> bool {
    const BUILTINS: &[&str] = &[
        "cd",
        "pushd",
        "popd",
        "dirs",
        "read",
        "mapfile",
        "readarray",
        "declare",
        "typeset",
        "local",
        "export",
        "set",
        "unset",
        "shopt",
        "type",
        "command",
        "builtin",
        "hash",
        "alias",
        "jobs",
        "wait",
        "trap",
        "exec",
        "eval",
        "let",
        "getopts",
        "ulimit",
        "umask",
        "times",
        "help",
        "compgen",
        "complete",
        "bind",
        "history",
        "fc",
        "caller",
        ":",
        "return",
        "exit",
        "break",
        "continue",
        "shift",
        "readonly",
        "enable",
        "disown",
    ];
    let folders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
    BUILTINS.contains(&name)
        || folders.iter().any(|folder| Path::new(folder).join(name).exists())
        || matches!(name, "cargo" | "rustc" | "rustdoc")
}

/// The commands of a file of sample lines.
pub(crate) fn corpus(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpora").join(name).with_extension("jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|line| line["cmd"].as_str().map(str::to_owned))
        .collect()
}
