//! The table: every program that is known, by family. A new program is a new row, never a new branch.

pub(super) mod archive;
pub(super) mod builtin;
pub(super) mod cloud;
pub(super) mod core;
pub(super) mod develop;
pub(super) mod device;
pub(super) mod engine;
pub(super) mod environment;
pub(super) mod git;
pub(super) mod host;
pub(super) mod look;
pub(super) mod mac;
pub(super) mod output;
pub(super) mod path;
pub(super) mod search;
pub(super) mod text;
pub(super) mod validation;
pub(super) mod write;

use super::rule::{Language, Operands, Row};

/// The families.
const FAMILIES: [&[Row<'static>]; 14] = [
    builtin::ROWS,
    core::ROWS,
    archive::ROWS,
    text::ROWS,
    search::ROWS,
    git::ROWS,
    host::ROWS,
    look::ROWS,
    mac::ROWS,
    develop::ROWS,
    cloud::ROWS,
    device::ROWS,
    engine::ROWS,
    write::ROWS,
];

/// Subcommands that print their help when they are asked first of all: behind another option it may be that one's
/// value, and behind a word be meant for a program. Names are spelled out where others may be an alias or a plugin.
const fn help(names: &'static str) -> Row<'static> {
    helped(names, "--help")
}

/// The same of programs of which `-h` asks as well.
const fn help_h(names: &'static str) -> Row<'static> {
    helped(names, "-h --help")
}

const fn helped(names: &'static str, options: &'static str) -> Row<'static> {
    Row::read(names, "prints its help").flags(options).operands(Operands::Most(0)).language(Language::First(options))
}

/// A name and where its row stands.
type Entry = (&'static str, u8, u16);

/// How many names all families have together.
const NAMES: usize = count_names();

/// All names in order, made by the compiler, so that a look-up is a binary search and nothing is built at start-up.
static INDEX: [Entry; NAMES] = sorted(index());

/// The row of the program `name`.
pub(super) fn find(name: &str) -> Option<&'static Row<'static>> {
    let at = INDEX.binary_search_by(|(own, _, _)| (*own).cmp(name)).ok()?;
    let (_, family, row) = INDEX[at];
    FAMILIES.get(usize::from(family))?.get(usize::from(row))
}

/// Every row of every family, without subcommands.
pub(super) fn rows() -> impl Iterator<Item = &'static Row<'static>> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

const fn count_names() -> usize {
    let (mut count, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut row = 0;
        while row < FAMILIES[family].len() {
            let name = FAMILIES[family][row].name.as_bytes();
            let mut at = 0;
            while at < name.len() {
                count += (name[at] == b'|') as usize;
                at += 1;
            }
            count += 1;
            row += 1;
        }
        family += 1;
    }
    count
}

#[expect(clippy::cast_possible_truncation, reason = "there are some families and some hundred rows")]
#[expect(clippy::large_stack_arrays, reason = "the compiler alone runs it")]
const fn index() -> [Entry; NAMES] {
    let mut entries = [("", 0, 0); NAMES];
    let (mut next, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut row = 0;
        while row < FAMILIES[family].len() {
            let mut rest = FAMILIES[family][row].name;
            loop {
                let end = bar(rest.as_bytes());
                let (name, after) = rest.split_at(end);
                entries[next] = (name, family as u8, row as u16);
                next += 1;
                if after.is_empty() {
                    break;
                }
                rest = after.split_at(1).1;
            }
            row += 1;
        }
        family += 1;
    }
    entries
}

/// Where the first `|` stands, or the length.
const fn bar(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'|' {
        at += 1;
    }
    at
}

/// Shell sort, which a constant can afford.
const fn sorted(mut entries: [Entry; NAMES]) -> [Entry; NAMES] {
    let mut gap = NAMES / 2;
    while gap > 0 {
        let mut at = gap;
        while at < NAMES {
            let mut back = at;
            while back >= gap && less(entries[back].0.as_bytes(), entries[back - gap].0.as_bytes()) {
                let held = entries[back];
                entries[back] = entries[back - gap];
                entries[back - gap] = held;
                back -= gap;
            }
            at += 1;
        }
        gap /= 2;
    }
    entries
}

const fn less(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    a.len() < b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_the_table_once() {
        for pair in INDEX.windows(2) {
            assert!(pair[0].0 < pair[1].0, "`{}` and `{}`", pair[0].0, pair[1].0);
        }
    }
}
