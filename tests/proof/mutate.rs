//! New command lines out of known ones.

use super::dice::Dice;
use super::pools::{JOINTS, OPERANDS, PREFIXES, REDIRECTIONS, WRAPS};
use super::seeds::Seeds;
use super::words::{is_separator, join, quoted, split};

/// A new line.
pub(crate) fn line(seeds: &Seeds, dice: &mut Dice) -> String {
    let mut line = leaf(seeds, dice);
    for _ in 0..dice.below(4) {
        line = change(&line, seeds, dice);
    }
    if dice.one_in(3) {
        line = wrap(&line, dice);
    }
    if dice.one_in(5) {
        let other = leaf(seeds, dice);
        line = format!("{line}{}{other}", dice.pick(JOINTS));
    }
    if dice.one_in(8) {
        line = wrap(&line, dice);
    }
    if dice.one_in(6) {
        line = change(&line, seeds, dice);
    }
    line
}

fn leaf(seeds: &Seeds, dice: &mut Dice) -> String {
    match dice.below(10) {
        0..4 => from_row(seeds, dice),
        4..8 => dice.pick(&seeds.harmless).clone(),
        _ => dice.pick(&seeds.hostile).clone(),
    }
}

fn wrap(line: &str, dice: &mut Dice) -> String {
    let around = dice.pick(WRAPS);
    let (mark, inner) =
        if around.contains('%') && !around.contains('@') { ('%', quoted(line)) } else { ('@', line.to_owned()) };
    around.replacen(mark, &inner, 1)
}

/// A program of the table with options that its row allows, or that the program itself tells of, and operands.
fn from_row(seeds: &Seeds, dice: &mut Dice) -> String {
    let (path, flags) = seeds.program(dice);
    let mut words = vec![path.clone()];
    for _ in 0..dice.below(5) {
        if flags.is_empty() || dice.one_in(12) {
            words.extend(real_option(&path, seeds, dice));
        } else {
            let flag = *dice.pick(&flags);
            words.extend(listed_option(flag, dice));
        }
    }
    for _ in 0..dice.below(4) {
        let at = 1 + dice.below(words.len());
        words.insert(at.min(words.len()), (*dice.pick(OPERANDS)).to_owned());
    }
    join(&words)
}

/// An option in the row's notation as a call would write it.
fn listed_option(flag: &str, dice: &mut Dice) -> Vec<String> {
    let flag = flag.trim_start_matches('~');
    if flag == "*" {
        return vec![(*dice.pick(&["-v", "-a", "--all", "-l", "-o", "--output"])).to_owned()];
    }
    if flag == "-#" {
        return vec![format!("-{}", 1 + dice.below(9))];
    }
    if let Some((name, values)) = flag.split_once('=') {
        let values: Vec<&str> = values.split('|').collect();
        let value = dice.pick(&values);
        return if name.starts_with("--") {
            vec![format!("{name}={value}")]
        } else {
            vec![name.to_owned(), (*value).to_owned()]
        };
    }
    let (name, kind) = flag.split_at(flag.len() - usize::from(flag.ends_with([':', '#', '?'])));
    let long = name.starts_with("--");
    let mut name = name.to_owned();
    if !long && name.len() > 2 && dice.one_in(2) {
        // One letter of a cluster.
        let letter = dice.below(name.len() - 1);
        name = format!("-{}", &name[1 + letter..2 + letter]);
    } else if long && dice.one_in(6) {
        name.truncate(name.len().saturating_sub(dice.below(4)).max(3));
    }
    let value = match kind {
        "#" if !dice.one_in(8) => (*dice.pick(&["0", "1", "2", "10"])).to_owned(),
        _ => (*dice.pick(OPERANDS)).to_owned(),
    };
    match (kind, long) {
        ("", _) => vec![name],
        ("?", _) if dice.one_in(2) => vec![name],
        (_, true) if kind == "?" || dice.one_in(2) => vec![format!("{name}={value}")],
        (_, false) if kind == "?" || dice.one_in(2) => vec![format!("{name}{value}")],
        _ => vec![name, value],
    }
}

/// An option that the program itself tells of.
fn real_option(path: &str, seeds: &Seeds, dice: &mut Dice) -> Vec<String> {
    let program = path.split(' ').next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let Some(options) = seeds.options.get(program).filter(|options| !options.is_empty()) else { return Vec::new() };
    let option = dice.pick(options).clone();
    let value = *dice.pick(OPERANDS);
    match option.strip_suffix('=') {
        Some(name) if dice.one_in(3) => vec![name.to_owned(), value.to_owned()],
        Some(_) => vec![format!("{option}{value}")],
        None if dice.one_in(4) => vec![option, value.to_owned()],
        None if dice.one_in(8) => vec![format!("{option}{value}")],
        None => vec![option],
    }
}

fn change(line: &str, seeds: &Seeds, dice: &mut Dice) -> String {
    let mut words = split(line);
    if words.is_empty() {
        return line.to_owned();
    }
    let at = dice.below(words.len());
    match dice.below(16) {
        0..3 => {
            let first = words[..=at].iter().rposition(|word| is_separator(word)).map_or(0, |separator| separator + 1);
            let program = words.get(first).cloned().unwrap_or_default();
            let place = (at + 1).max(first + 1).min(words.len());
            words.splice(place..place, real_option(&program, seeds, dice));
        }
        3 => (*dice.pick(OPERANDS)).clone_into(&mut words[at]),
        4 | 5 => words.insert(at + 1, (*dice.pick(OPERANDS)).to_owned()),
        6 => {
            words.remove(at);
        }
        7 => {
            let other = dice.below(words.len());
            words.swap(at, other);
        }
        8 => words[at] = requoted(&words[at], dice),
        9 => words.insert(at, (*dice.pick(PREFIXES)).to_owned()),
        10 => words.insert(at + 1, (*dice.pick(REDIRECTIONS)).to_owned()),
        11 => {
            let other = split(dice.pick(&seeds.hostile).as_str());
            if !other.is_empty() {
                let from = dice.below(other.len());
                let to = (from + 1 + dice.below(3)).min(other.len());
                words.splice(at..at, other[from..to].iter().cloned());
            }
        }
        12 => {
            let other = split(dice.pick(&seeds.harmless).as_str());
            let keep = dice.below(other.len().max(1));
            words.truncate(at + 1);
            words.extend(other.into_iter().skip(keep));
        }
        13 => {
            let inner = leaf(seeds, dice);
            words[at] = match dice.below(5) {
                0 => format!("$({inner})"),
                1 => format!("\"$({inner})\""),
                2 => format!("`{inner}`"),
                3 => format!("<({inner})"),
                _ => format!("${{x:-$({inner})}}"),
            };
        }
        14 => {
            if at + 1 < words.len() {
                let next = words.remove(at + 1);
                let joint = *dice.pick(&["", "=", ",", ":", "\\\n"]);
                words[at] = format!("{}{joint}{next}", words[at]);
            }
        }
        _ => return nudged(line, dice),
    }
    join(&words)
}

/// The word with other quotes that mean the same to a careless reader, and sometimes to bash.
fn requoted(word: &str, dice: &mut Dice) -> String {
    let places: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    if places.is_empty() {
        return "''".to_owned();
    }
    let at = *dice.pick(&places);
    let (before, after) = word.split_at(at);
    let mut rest = after.chars();
    let letter = rest.next().unwrap_or('x');
    let rest = rest.as_str();
    match dice.below(12) {
        0 => format!("{before}\\{after}"),
        1 => format!("{before}''{after}"),
        2 => format!("{before}\"\"{after}"),
        3 => format!("{before}$''{after}"),
        4 => format!("{before}'{letter}'{rest}"),
        5 => format!("{before}\"{letter}\"{rest}"),
        6 => format!("{before}$'\\x{:02x}'{rest}", u32::from(letter) & 0x7f),
        7 => format!("{before}[{letter}]{rest}"),
        8 => format!("{before}?{rest}"),
        9 => format!("{before}{{{after},x}}"),
        10 => format!("{before}\\\n{after}"),
        _ => quoted(word),
    }
}

/// The line with one character more, less or other.
fn nudged(line: &str, dice: &mut Dice) -> String {
    const SPECIAL: &[char] = &[
        '\'', '"', '\\', '$', '`', '(', ')', '{', '}', '<', '>', '|', '&', ';', '\n', ' ', '#', '!', '~', '*', '=',
        '-', '[', ']', '@', '%',
    ];
    let mut chars: Vec<char> = line.chars().collect();
    let at = dice.below(chars.len().max(1));
    match dice.below(3) {
        0 if at < chars.len() => {
            chars.remove(at);
        }
        1 if at < chars.len() => chars[at] = *dice.pick(SPECIAL),
        _ => chars.insert(at, *dice.pick(SPECIAL)),
    }
    chars.into_iter().collect()
}
