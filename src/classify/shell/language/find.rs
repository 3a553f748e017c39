//! The expression of `find`: every predicate by name, with the commands that it runs judged as its own.

use crate::classify::shell::expand::{Arg, Known, MayBeOption};
use crate::classify::shell::judge::{Judge, Ruling};
use crate::classify::shell::rule;
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::Place;
use crate::classify::shell::table;

/// Options and predicates without a value.
const ALONE: &str = "-H -L -P -print -print0 -ls -prune -true -false -empty -readable -writable -executable -daystart -depth -d \
    -mount -xdev -follow -noleaf -nouser -nogroup -quit -o -or -a -and -not ! ( ) , -ignore_readdir_race -noignore_readdir_race \
    -warn -nowarn -help --help -version --version -O0 -O1 -O2 -O3 -E -X -s -x";
/// Predicates with one value.
const VALUED: &str = "-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -regextype -type -xtype \
    -size -mtime -atime -ctime -mmin -amin -cmin -newer -anewer -cnewer -newermt -newerat -newerct -newermm -newerma -newermc \
    -newerBt -newerac -newerca -perm -user -group -uid -gid -maxdepth -mindepth -inum -links -samefile -fstype -used -context \
    -printf -flags -Bmin -Btime -D";

/// Judges the words after `find`.
pub(in crate::classify::shell) fn judge(judge: &mut Judge<'_>, args: &[Arg<'_>], _span: Place) -> Ruling {
    let mut at = 0;
    // Where a value may have become nothing, each word behind it may stand in another's place.
    let mut shifted = false;
    while let Some(arg) = args.get(at) {
        at += 1;
        let operator = matches!(arg.exact(), Some("(" | ")" | "!" | ","));
        if !arg.dash && !operator {
            if arg.text.is_empty() && arg.many && !arg.named {
                return Err(unknown(arg));
            }
            continue;
        }
        // No predicate holds a full stop or a slash.
        if arg.exact().is_none() && arg.dotted && arg.text.is_empty() {
            continue;
        }
        let Some(word) = arg.exact() else { return Err(unknown(arg)) };
        if rule::holds(ALONE, word) {
            continue;
        }
        if rule::holds(VALUED, word) {
            match args.get(at) {
                Some(value) if is_loose(value) || shifted && value.dash && !value.dotted && value.exact().is_none() => {
                    return Err(unknown(value));
                }
                value => {
                    shifted |= value.is_some_and(|value| !value.single);
                    at += 1;
                }
            }
            continue;
        }
        if !matches!(word, "-exec" | "-execdir") {
            return Err(Objection::new(
                "shell.unknown-option",
                format!("`find` is not known to be harmless with `{word}`"),
                arg.span,
            ));
        }
        at = run(judge, args, at, arg.span)?;
    }
    Ok(())
}

/// Whether a value may be another number of words than one, and one of them a predicate; or is one by a shift.
///
/// A pattern that stands without quotes may become nothing, and what follows is then taken for the value.
fn is_loose(value: &Arg<'_>) -> bool {
    const ACTS: [&str; 9] =
        ["-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprint0", "-fprintf", "-fls"];
    let predicate = value.exact().is_some_and(|text| ACTS.contains(&text));
    let pattern = value.dotted || !value.dash && !value.text.is_empty();
    predicate || !value.single && !pattern
}

pub(super) fn unknown(arg: &Arg<'_>) -> Objection {
    Objection::new("shell.unknown-word", "what this becomes may be an expression of `find` that writes", arg.span)
}

/// Judges the command after `-exec`, with what is found as a path that never starts with a dash.
fn run(judge: &mut Judge<'_>, args: &[Arg<'_>], from: usize, span: Place) -> Result<usize, Objection> {
    let ends = |at: &usize| match args[*at].exact() {
        Some(";") => true,
        Some("+") => *at > from && args[*at - 1].exact() == Some("{}"),
        _ => false,
    };
    let Some(end) = (from..args.len()).find(ends) else {
        return Err(Objection::new("shell.unknown-option", "the command of `find` has no end", span));
    };
    if let Some(arg) = args[from..end].iter().find(|arg| may_end(arg)) {
        return Err(unknown(arg));
    }
    let many = args[end].exact() == Some("+");
    // What is found begins with a starting point, of which none here looks like an address or a connection.
    let local = args[..from].iter().all(|arg| arg.exact().is_some_and(|text| !text.contains(':')) && !arg.device);
    let bare = args[from - 1].exact() == Some("-execdir");
    let mut inner: Vec<Arg<'_>> = args[from..end].iter().map(|arg| found(arg, many)).collect();
    let behind = args[from..end].iter().any(|arg| arg.text.contains("{}") && !arg.text.ends_with("{}"));
    let places = args[..from].iter().take_while(|arg| !arg.text.starts_with(['-', '(', '!']));
    let devices = (behind || !finds_files(&args[..from])) && { places }.any(may_lead_to_devices);
    // Some versions put no `./` before the name there.
    for arg in &mut inner {
        let found = arg.known == Known::Partly && arg.text.is_empty();
        arg.dash |= bare && found;
        arg.device &= !(found && local);
        if found && devices {
            arg.text = "/dev/".into();
        }
    }
    let ground = judge.ground;
    judge.ground = ground.elsewhere();
    let place = Place { start: span.start, end: args[end].span.end };
    // All that are run here read one input, each from where the one before it stopped.
    let fed = std::mem::take(&mut judge.fed);
    judge.call(&inner, place);
    (judge.ground, judge.fed) = (ground, fed);
    Ok(end + 1)
}

/// Whether what is not known of a word may be `;`, or the `{}` before a `+`, with which the command would end.
pub(super) fn may_end(arg: &Arg<'_>) -> bool {
    let ends = |text: &str| matches!(text, "" | "{" | "}" | "{}" | ";" | "+");
    match arg.known {
        Known::Exactly => false,
        // A quoted number alone is digits or an empty word; one that is not quoted may vanish.
        Known::UpToIntegers => {
            let mut text = arg.text.to_string();
            arg.integers.iter().rev().for_each(|integer| {
                text.remove(integer.at);
            });
            !arg.single || !text.is_empty() && ends(&text)
        }
        // A pattern too may vanish.
        Known::Partly => !arg.single || !arg.dotted && ends(&arg.text),
    }
}

/// Whether a search may start at `/`, above it or below `/dev`.
fn may_lead_to_devices(place: &Arg<'_>) -> bool {
    table::path::may_reach_devices(&place.text)
        || place.known == Known::Partly && place.text.is_empty() && !place.dotted
}

/// Whether what precedes an `-exec` lets no device pass that does something when it is opened.
fn finds_files(before: &[Arg<'_>]) -> bool {
    // No device that does something when it is opened has a name with an ending.
    let ends = |pattern: &str| {
        pattern.rsplit_once('.').is_some_and(|(_, end)| !end.is_empty() && end.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let chosen = |pair: &[Arg<'_>]| match pair[0].exact() {
        Some("-type") => pair[1].exact() == Some("f"),
        Some("-name" | "-iname") => pair[1].exact().is_some_and(ends),
        _ => false,
    };
    let joined = |arg: &Arg<'_>| matches!(arg.exact(), Some("-o" | "-or" | "," | "!" | "-not" | "(" | ")" | "-D"));
    before.windows(2).any(chosen) && !before.iter().any(joined)
}

/// `arg` with `{}` as an unknown path.
pub(in crate::classify::shell) fn found<'a>(arg: &Arg<'a>, many: bool) -> Arg<'a> {
    let Some(at) = arg.text.find("{}") else { return arg.clone() };
    let single = arg.single && !(many && at == 0);
    Arg { single, many: !single, ..arg.cut(at, MayBeOption::No) }
}
