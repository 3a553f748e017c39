//! The small languages inside of arguments, each with a reader that refuses what it does not know.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

pub(super) mod awk;
pub(super) mod builtin;
pub(super) mod fd;
pub(super) mod find;
mod miller;
pub(super) mod query;
pub(super) mod sed;
pub(super) mod tar;
pub(super) mod wrapper;

use super::expand::{Arg, Known};
use super::judge::{Judge, Ruling};
use super::rule::Language;
use super::scan::{self, Objection, Scan, Seen};
use super::syntax::Place;
use crate::model::Mark;

/// Judges what the options alone do not tell.
pub(super) fn judge(
    judge: &mut Judge<'_>,
    language: Language,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    span: Place,
) -> Ruling {
    match language {
        Language::Plain | Language::Find | Language::Fd | Language::Tar | Language::Builtin(_) => Ok(()),
        Language::Unzip if scan.has("-l -p -t -Z -v -c -z") => Ok(()),
        Language::Unzip => Err(Objection::new("shell.option-missing", "without a mode files are extracted", span)),
        Language::Needs(options) if scan.has(options) => Ok(()),
        Language::First(options) if args.first().is_some_and(|arg| is_one_of(arg, options)) => Ok(()),
        Language::Either(first, second, without) if scan.has(first) || scan.has(second) && !scan.has(without) => Ok(()),
        Language::NeedsWord(words) if args.iter().any(|arg| is_one_of(arg, words)) => Ok(()),
        Language::Needs(options)
        | Language::First(options)
        | Language::NeedsWord(options)
        | Language::Either(options, ..) => {
            Err(Objection::new("shell.option-missing", format!("only with one of {options} nothing is written"), span))
        }
        Language::Signal => signal(args, span),
        Language::Probe if args.iter().any(|arg| arg.sample().is_none()) => {
            Err(Objection::new("shell.unknown-word", "what is sent over the network is not known", span))
        }
        Language::Probe if scan.has("-z") || matches!(args, [only] if only.exact() == Some("-h")) => Ok(()),
        Language::Probe => Err(Objection::new("shell.option-missing", "without `-z` it hands on what it reads", span)),
        Language::Unsigned => unsigned(scan),
        Language::Module => wrapper::module(judge, scan, args, span),
        Language::Never(options) => never(options, args),
        Language::Except(options) => except(options, args),
        Language::Interval | Language::Count => {
            if !ends(language, scan, args) {
                judge.marks.push(Mark::Endless);
            }
            Ok(())
        }
        // A script before the question would be read first, and open the files that it writes.
        Language::Sed | Language::Awk if args.len() <= 2 && scan.operands.is_empty() && describes_itself(scan) => {
            Ok(())
        }
        Language::Sed => {
            script_first(scan, args)?;
            let (texts, place) = scripts(scan, args, span, "-e --expression")?;
            refuse(texts.iter().try_for_each(|text| sed::judge(text)), place)
        }
        Language::Awk => {
            let (texts, place) = program(scan, args, span)?;
            refuse(texts.iter().try_for_each(|text| awk::judge(text)), place)?;
            connections(scan, args)
        }
        Language::GhApi => query::gh_api(scan, args, span),
        Language::Http => http(scan),
        Language::Sqlite => query::sqlite(scan, args, span),
        Language::Sql => query::sql_options(scan, args, span),
        Language::MySql => query::my_sql(scan, args, span),
        Language::Miller => miller::judge(scan, args, span),
        Language::Ar => ar(args, span),
        Language::Wrapper(kind) => wrapper::judge(judge, kind, scan, args, span),
    }
}

/// Where options end at the first operand, as they do on the BSDs, that is the script whatever follows.
fn script_first(scan: &Scan<'_>, args: &[Arg<'_>]) -> Ruling {
    let Some(first) = scan.operands.first().map(|at| &args[*at]) else { return Ok(()) };
    let given = |seen: &&Seen<'_>| seen.is("-e") || seen.is("--expression");
    match scan.options.iter().filter(given).find(|seen| seen.span.start > first.span.start) {
        Some(_) => Err(Objection::new("shell.script-argument", "some take this for the script", first.span)),
        None => Ok(()),
    }
}

/// Whether the only option asks for the version or for help.
fn describes_itself(scan: &Scan<'_>) -> bool {
    scan.options.len() == 1 && scan.has("--version --help -V -W")
}

/// Whether a command comes to an end by its operands.
fn ends(language: Language, scan: &Scan<'_>, args: &[Arg<'_>]) -> bool {
    let small = |text: &str| text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match language {
        Language::Count => scan.operands.iter().all(|at| args[*at].exact().is_some_and(small)),
        _ => scan.operands.len() != 1 && scan.operands.iter().all(|at| args[*at].single),
    }
}

/// `gawk` opens a connection for a file named `/inet/tcp/0/host/port`.
fn connections(scan: &Scan<'_>, args: &[Arg<'_>]) -> Ruling {
    let file = |arg: &Arg<'_>| !arg.device || arg.text.starts_with("/dev") && arg.text.len() > "/dev".len();
    match scan.operands.iter().skip(1).map(|at| &args[*at]).find(|arg| !file(arg)) {
        Some(arg) => Err(Objection::new("shell.operand", "this may open a connection", arg.span)),
        None => Ok(()),
    }
}

fn is_one_of(arg: &Arg<'_>, words: &str) -> bool {
    arg.exact().is_some_and(|text| words.split_ascii_whitespace().any(|own| own == text))
}

/// Placeholders that make `git` run `gpg`, which may make a keyring.
fn unsigned(scan: &Scan<'_>) -> Ruling {
    let placeholder = |rest: &str| rest.trim_start_matches(['+', '-', ' ']).starts_with('G');
    let asks =
        |text: &str| text.split('%').skip(1).any(placeholder) || text.contains("signature") || text.contains("%(if");
    let formats =
        scan.options.iter().filter(|seen| ["--format", "--pretty", "--sort", "--group"].iter().any(|own| seen.is(own)));
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

/// The first operand, which must be literal but for integers: one text for each kind of value that these may have.
fn program(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Result<(Vec<String>, Place), Objection> {
    let Some(arg) = scan.operands.first().map(|at| &args[*at]) else {
        return Err(Objection::new("shell.script-argument", "the program is missing", span));
    };
    match arg.samples() {
        Some(texts) if arg.single => Ok((texts, arg.span)),
        _ => Err(Objection::new("shell.script-argument", "the program is known only when it runs", arg.span)),
    }
}

/// The values of `options` joined by newlines, or the first operand when there are none.
fn scripts(scan: &Scan<'_>, args: &[Arg<'_>], span: Place, options: &str) -> Result<(Vec<String>, Place), Objection> {
    let given: Vec<_> = scan.options.iter().filter(|seen| options.split(' ').any(|option| seen.is(option))).collect();
    if given.is_empty() {
        return program(scan, args, span);
    }
    let mut text = String::new();
    for seen in &given {
        let Some((value, Known::Exactly)) = seen.value else {
            return Err(Objection::new("shell.script-argument", "the script is known only when it runs", seen.span));
        };
        text.push_str(value);
        text.push('\n');
    }
    Ok((vec![text], given[0].span))
}

/// Refuses options by name or by any abbreviation, for programs whose other options are too many to list.
fn never(options: &str, args: &[Arg<'_>]) -> Ruling {
    let refused = |arg: &&Arg<'_>| {
        let name = arg.text.split('=').next().unwrap_or_default();
        arg.sample().is_none()
            || arg.exact().is_none() && arg.dash
            || ["file://", "fileb://", "http://", "https://"].iter().any(|scheme| contains_ignoring_case(&arg.text, scheme))
            || arg.text.starts_with('@')
            || arg.text.contains("=@")
            // Spelled out it is an option of its own, and short for none.
            || name.len() > 2 && name != "--output" && options.split_ascii_whitespace().any(|own| own.starts_with(name))
    };
    match args.iter().find(refused).or_else(|| odd_place(args)).or_else(|| odd_host(args)) {
        Some(arg) => {
            Err(Objection::new("shell.unknown-option", format!("`{}` may reach elsewhere", arg.text), arg.span))
        }
        None => Ok(()),
    }
}

/// The name of a region or of an account that is no plain name: clients make the host that they ask of it.
fn odd_place<'x, 'a>(args: &'x [Arg<'a>]) -> Option<&'x Arg<'a>> {
    const PLACES: [&str; 10] = [
        "region",
        "location",
        "zone",
        "account-name",
        "vault-name",
        "hub-name",
        "endpoint",
        "org",
        "organization",
        "registry",
    ];
    let names =
        |text: &str| text.starts_with("--") && PLACES.iter().any(|place| text.trim_end_matches('s').ends_with(place));
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_,".contains(&b));
    let hosts = ["endpoint=", "endpointsuffix="];
    args.iter().enumerate().find_map(|(at, arg)| {
        let odd = match arg.text.split_once('=') {
            Some((name, value)) => {
                names(name) && !plain(value) || hosts.iter().any(|host| contains_ignoring_case(&arg.text, host))
            }
            None => false,
        };
        let next =
            args.get(at + 1).filter(|next| names(&arg.text) && !plain(&next.text) && !next.text.starts_with('-'));
        if odd { Some(arg) } else { next }
    })
}

/// A word that begins with what looks like a host: a name may become one, with what the client adds behind the slash.
fn odd_host<'x, 'a>(args: &'x [Arg<'a>]) -> Option<&'x Arg<'a>> {
    const OWN: [&str; 5] = ["arn:", "s3:", "gs:", "gcr.io", "pkg.dev"];
    // Expressions hold full stops and slashes of their own.
    let free = |option: &str| ["--query", "--filter", "--format", "-q"].iter().any(|own| option.starts_with(own));
    let odd = |text: &str| {
        text.trim_start_matches('/').split_once('/').is_some_and(|(host, _)| {
            host.contains(['.', ':']) && !OWN.iter().any(|own| host.starts_with(own) || host.ends_with(own))
        })
    };
    args.iter().enumerate().find_map(|(at, arg)| {
        let before = at.checked_sub(1).map_or("", |at| &*args[at].text);
        let (name, value) = match arg.text.split_once('=') {
            Some((name, value)) if arg.text.starts_with('-') => (name, value),
            _ => (before, &*arg.text),
        };
        (!free(name) && odd(value)).then_some(arg)
    })
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    text.len() >= part.len() && text.to_ascii_lowercase().contains(part)
}

/// Refuses options by the beginning of their names, where the namesakes of a program have other ones.
fn except(options: &str, args: &[Arg<'_>]) -> Ruling {
    let named = |arg: &&Arg<'_>| options.split(' ').any(|own| arg.text.starts_with(own));
    match args.iter().take_while(|arg| arg.exact() != Some("--")).find(named) {
        Some(arg) => {
            let reason = format!("a program of this name may do more with `{}`", arg.text);
            Err(Objection::new("shell.unknown-option", reason, arg.span))
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

/// `kill`: the signal 0 reaches nobody. A word that is certain to be one is no signal behind it, whatever it is.
fn signal(args: &[Arg<'_>], span: Place) -> Ruling {
    let plain =
        |arg: &Arg<'_>| arg.sample().is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
    let asks = match args {
        [list, rest @ ..] if matches!(list.exact(), Some("-l" | "-L")) => rest.iter().all(plain),
        [zero, only] if zero.exact() == Some("-0") => only.single && !only.many || plain(only),
        [zero, rest @ ..] if zero.exact() == Some("-0") => !rest.is_empty() && rest.iter().all(plain),
        _ => false,
    };
    let refused = Objection::new("shell.option-missing", "only with `-0` or `-l` no signal is sent", span);
    if asks { Ok(()) } else { Err(refused) }
}

/// `ar`: the first word holds the mode's letters.
fn ar(args: &[Arg<'_>], span: Place) -> Ruling {
    if let Some(arg) = args.iter().find(|arg| scan::may_be_response(arg)) {
        return Err(Objection::new("shell.operand", "this stands for the words of a file", arg.span));
    }
    let mode = args.first().and_then(Arg::exact).unwrap_or_default();
    let mode = mode.strip_prefix('-').unwrap_or(mode);
    let options = args.iter().skip(1).any(|arg| arg.dash);
    if !options && mode.starts_with(['t', 'p']) && mode.bytes().all(|b| b"tpvOV".contains(&b)) {
        return Ok(());
    }
    Err(Objection::new("shell.option-missing", "only the modes `t` and `p` change no archive", span))
}
