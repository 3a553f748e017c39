//! The small languages inside of arguments, each with a reader that refuses what it does not know.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

pub(super) mod awk;
pub(super) mod builtin;
pub(super) mod find;
pub(super) mod query;
pub(super) mod sed;
pub(super) mod tar;
pub(super) mod wrapper;

use super::expand::{Arg, Known};
use super::judge::{Judge, Ruling};
use super::rule::Language;
use super::scan::{self, Objection, Scan};
use super::syntax::Place;

/// The verbs of `mlr` that only pass records on.
const MILLER_VERBS: &str = "altkv bar bootstrap bottom cat count count-distinct count-similar cut decimate fill-down fill-empty \
    flatten format-values fraction gap grep group-by group-like having-fields head histogram json-parse json-stringify label \
    least-frequent merge-fields most-frequent nest nothing regularize rename reorder repeat reshape sec2gmt sec2gmtdate seqgen \
    shuffle skip-trivial-records sort sort-within-records stats1 stats2 step summary tac tail template top unflatten uniq unspace \
    unsparsify";

/// Judges what the options alone do not tell.
pub(super) fn judge(
    judge: &mut Judge<'_>,
    language: Language,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    span: Place,
) -> Ruling {
    match language {
        Language::Plain | Language::Find | Language::Tar | Language::Builtin(_) => Ok(()),
        Language::Needs(options) if scan.has(options) => Ok(()),
        Language::Either(first, second, without) if scan.has(first) || scan.has(second) && !scan.has(without) => Ok(()),
        Language::NeedsWord(words) if args.iter().any(|arg| is_one_of(arg, words)) => Ok(()),
        Language::Needs(options) | Language::NeedsWord(options) | Language::Either(options, ..) => {
            Err(Objection::new("shell.option-missing", format!("only with one of {options} nothing is written"), span))
        }
        Language::Unsigned => unsigned(scan),
        Language::Module => wrapper::module(judge, scan, args, span),
        Language::Never(options) => never(options, args),
        Language::OptionsFirst => options_first(scan, args),
        Language::Sed => {
            scripts(scan, args, span, "-e --expression").and_then(|(text, place)| refuse(sed::judge(&text), place))
        }
        Language::Awk => program(scan, args, span).and_then(|(text, place)| refuse(awk::judge(text), place)),
        Language::GhApi => query::gh_api(scan, args, span),
        Language::Http => http(scan),
        Language::Sqlite => query::sqlite(scan, args, span),
        Language::Sql => query::sql_options(scan, span),
        Language::Miller => miller(scan, args, span),
        Language::Ar => ar(scan, args, span),
        Language::Wrapper(kind) => wrapper::judge(judge, kind, scan, args, span),
    }
}

fn is_one_of(arg: &Arg<'_>, words: &str) -> bool {
    arg.exact().is_some_and(|text| words.split_ascii_whitespace().any(|own| own == text))
}

/// Placeholders that make `git` run `gpg`, which may make a keyring.
fn unsigned(scan: &Scan<'_>) -> Ruling {
    let asks = |text: &str| text.contains("%G") || text.contains("%(signature") || text.contains("%(if");
    let formats = scan.options.iter().filter(|seen| seen.is("--format") || seen.is("--pretty"));
    for seen in formats {
        if seen.value.is_some_and(|(text, known)| known == Known::Partly || asks(text)) {
            return Err(Objection::new("shell.script-argument", "this format may ask for signatures", seen.span));
        }
    }
    Ok(())
}

fn refuse(ruling: Result<(), &'static str>, place: Place) -> Ruling {
    ruling.map_err(|reason| Objection::new("shell.script-argument", reason, place))
}

/// The first operand, which must be literal.
fn program<'x>(scan: &Scan<'_>, args: &'x [Arg<'_>], span: Place) -> Result<(&'x str, Place), Objection> {
    let Some(arg) = scan.operands.first().map(|at| &args[*at]) else {
        return Err(Objection::new("shell.script-argument", "the program is missing", span));
    };
    match arg.sample() {
        Some(text) if arg.single => Ok((text, arg.span)),
        _ => Err(Objection::new("shell.script-argument", "the program is known only when it runs", arg.span)),
    }
}

/// The values of `options` joined by newlines, or the first operand when there are none.
fn scripts(scan: &Scan<'_>, args: &[Arg<'_>], span: Place, options: &str) -> Result<(String, Place), Objection> {
    let given: Vec<_> = scan.options.iter().filter(|seen| options.split(' ').any(|option| seen.is(option))).collect();
    if given.is_empty() {
        return program(scan, args, span).map(|(text, place)| (text.to_owned(), place));
    }
    let mut text = String::new();
    for seen in &given {
        let Some((value, Known::Exactly | Known::UpToIntegers)) = seen.value else {
            return Err(Objection::new("shell.script-argument", "the script is known only when it runs", seen.span));
        };
        text.push_str(value);
        text.push('\n');
    }
    Ok((text, given[0].span))
}

/// Refuses what looks like an option behind an operand, where the program takes it for an operand.
fn options_first(scan: &Scan<'_>, args: &[Arg<'_>]) -> Ruling {
    let operand = scan.operands.first().map_or(usize::MAX, |at| args[*at].span.start);
    match scan.options.iter().find(|seen| seen.span.start > operand) {
        Some(seen) => Err(Objection::new("shell.operand", "behind an operand this is no option", seen.span)),
        None => Ok(()),
    }
}

/// Refuses options by name or by any abbreviation, for programs whose other options are too many to list.
fn never(options: &str, args: &[Arg<'_>]) -> Ruling {
    let refused = |arg: &&Arg<'_>| {
        let name = arg.text.split('=').next().unwrap_or_default();
        arg.exact().is_none() && arg.dash
            || arg.text.contains("file://")
            || arg.text.contains("fileb://")
            || arg.text.starts_with('@')
            || arg.text.contains("=@")
            || name.len() > 2 && options.split_ascii_whitespace().any(|own| own.starts_with(name))
    };
    match args.iter().find(refused) {
        Some(arg) => {
            Err(Objection::new("shell.unknown-option", format!("`{}` may reach elsewhere", arg.text), arg.span))
        }
        None => Ok(()),
    }
}

/// `curl`: values that name a file to send or to write, though their options look harmless.
fn http(scan: &Scan<'_>) -> Ruling {
    let file =
        |text: &str| text.starts_with('@') || text.contains("%output") || text.contains("=@") || text.contains("@/");
    match scan.options.iter().find(|seen| seen.value.is_some_and(|(text, _)| file(text))) {
        Some(seen) => Err(Objection::new("shell.operand", "this names a file to send or to write", seen.span)),
        None => Ok(()),
    }
}

fn miller(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let known =
        |arg: &Arg<'_>| arg.exact().is_some_and(|text| MILLER_VERBS.split_ascii_whitespace().any(|verb| verb == text));
    let operands: Vec<&Arg<'_>> = scan.operands.iter().map(|at| &args[*at]).collect();
    let verbs = operands.iter().enumerate().filter(|(at, _)| *at == 0 || operands[*at - 1].exact() == Some("then"));
    for (_, verb) in verbs {
        if !known(verb) {
            return Err(Objection::new("shell.subcommand", "this verb is not known to only read", verb.span));
        }
    }
    if let Some(arg) = operands.iter().find(|arg| !scan::is_local(arg)) {
        return Err(Objection::new("shell.operand", "this may be an address on the network", arg.span));
    }
    match operands.iter().find(|arg| arg.dash && arg.exact().is_none()) {
        Some(arg) => Err(Objection::new("shell.unknown-word", "what this becomes may be an option", arg.span)),
        None if operands.is_empty() => Err(Objection::new("shell.subcommand", "a verb is missing", span)),
        None => Ok(()),
    }
}

/// `ar`: the first operand holds the mode's letters.
fn ar(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let mode = scan.operands.first().and_then(|at| args[*at].exact()).unwrap_or_default();
    if mode.starts_with(['t', 'p']) && mode.bytes().all(|b| b"tpvOV".contains(&b)) {
        return Ok(());
    }
    Err(Objection::new("shell.option-missing", "only the modes `t` and `p` change no archive", span))
}
