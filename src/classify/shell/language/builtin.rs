//! The shell's own commands that change what later words mean.

use crate::classify::shell::expand::{Arg, Known};
use crate::classify::shell::judge::{Judge, Ruling};
use crate::classify::shell::parser;
use crate::classify::shell::rule::{Builtin, Language, Row};
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::{Command, Kind, Place, Word, walk};
use crate::classify::shell::table::path::From;
use crate::classify::shell::table::{self, environment};
use crate::classify::shell::variable::Positional;
use crate::model::Mark;

/// `read`'s and `mapfile`'s options with a value.
const READ_VALUES: &str = "pdnNtusO";
/// The options of `set -o` that change no meaning.
const SET_OPTIONS: &[&str] = &["pipefail", "errexit", "nounset", "noglob", "xtrace", "verbose", "errtrace"];
/// The binary operators of `test`.
const TEST_OPERATORS: &[&str] =
    &["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "-a", "-o"];

/// Judges a builtin's arguments.
pub(in crate::classify::shell) fn judge(
    judge: &mut Judge<'_>,
    builtin: Builtin,
    args: &[Arg<'_>],
    span: Place,
) -> Ruling {
    match builtin {
        Builtin::ChangeFolder => {
            let before = judge.ground;
            // With two words zsh goes to where the second stands for the first.
            let only = if let [only] = args { only.exact() } else { None };
            judge.ground = before.after(only);
            let path = only.filter(|path| !path.starts_with(['-', '+', '~'])).map(str::to_owned);
            judge.entered.extend(judge.ground.moved_since(before).then_some(path));
            // The folder before it may be `/`.
            let below = |text: &str| before.is_anywhere() && text.split('/').find(|part| *part != ".") == Some("dev");
            let devices = |arg: &&Arg<'_>| table::path::device(&arg.text, From::Here).is_some() || below(&arg.text);
            match args.iter().find(devices) {
                Some(arg) => Err(Objection::new("shell.operand", "names in this folder are devices", arg.span)),
                None => Ok(()),
            }
        }
        Builtin::Read => read(judge, args, span),
        Builtin::Test => test(args),
        Builtin::Printf => printf(judge, args, span),
        Builtin::Export | Builtin::Declare => declare(judge, builtin, args, span),
        Builtin::Set => set(args),
        Builtin::Unset if judge.defines => {
            Err(Objection::new("shell.function", "this may forget a function of the line", span))
        }
        Builtin::Unset if !written_out(judge, span, &["unset"]) => {
            Err(Objection::new("shell.environment", "a variable is forgotten in a roundabout way", span))
        }
        Builtin::Unset => args.iter().try_for_each(|arg| local_name(judge, arg)),
        Builtin::Exec => match args.first() {
            None => Ok(()),
            Some(arg) if arg.dash => {
                Err(Objection::new("shell.exec", "the shell is replaced by a program of another name", arg.span))
            }
            Some(_) => {
                judge.call(args, span);
                Ok(())
            }
        },
        Builtin::Trap => match args.first().and_then(Arg::exact) {
            None if args.is_empty() => Ok(()),
            Some("-" | "" | "-p" | "-l") => Ok(()),
            Some(text) if is_plain_script(text) && args[1..].iter().all(is_end) && args.len() > 1 => {
                // Wherever the shell is by then.
                let ground = judge.ground;
                judge.ground = ground.elsewhere();
                let ruling = judge.inner_script(text, args[0].span, Positional::Unknown);
                judge.ground = ground;
                ruling
            }
            _ => Err(Objection::new("shell.trap", "the text of a trap runs later", span)),
        },
        Builtin::Eval => {
            let words: Option<Vec<&str>> = args.iter().map(|arg| arg.exact().filter(|_| arg.single)).collect();
            match words.map(|words| words.join(" ")).filter(|text| is_plain_script(text)) {
                Some(text) => judge.inner_script(&text, args.first().map_or(span, |arg| arg.span), Positional::Unknown),
                None => Err(Objection::new("shell.script", "the shell reads a text as a script of its own", span)),
            }
        }
        Builtin::Sleep => sleep(judge, args),
        Builtin::Literal => literal(args),
    }
}

/// Whether a text that the shell itself runs consists of programs and literal words alone: it sets and defines nothing, and
/// what the line has set means nothing to it.
fn is_plain_script(text: &str) -> bool {
    let plain = |command: &Command<'_>| match &command.kind {
        Kind::Simple { assignments, words } => {
            let row = words.first().and_then(Word::bare).and_then(table::find);
            let sets = |row: &Row<'_>| match row.language {
                Language::Builtin(builtin) => builtin != Builtin::Literal,
                Language::Wrapper(_) => true,
                _ => false,
            };
            assignments.is_empty() && command.redirects.is_empty() && row.is_some_and(|row| !sets(row))
        }
        _ => false,
    };
    !text.contains(['$', '`', '~'])
        && parser::parse(text).is_ok_and(|script| {
            !script.commands.is_empty() && walk::all_commands(&script, &|command, _| plain(command))
        })
}

/// Whether a word names the end of the shell. A trap of another kind prints or reads among what other commands do.
fn is_end(arg: &Arg<'_>) -> bool {
    matches!(arg.exact(), Some("EXIT" | "0"))
}

/// `sleep`: a long one is as good as endless.
fn sleep(judge: &mut Judge<'_>, args: &[Arg<'_>]) -> Ruling {
    literal(args)?;
    let short =
        |text: &str| text.split('.').next().is_some_and(|whole| whole.len() <= 3) && !text.ends_with(['m', 'h', 'd']);
    if !matches!(args, [time] if time.exact().is_some_and(short)) {
        judge.marks.push(Mark::Endless);
    }
    Ok(())
}

fn literal(args: &[Arg<'_>]) -> Ruling {
    let number =
        |text: &str| text.trim_end_matches(['s', 'm', 'h', 'd']).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let plain = |text: &str| text == "-n" || number(text.trim_start_matches(['-', '%']));
    match args.iter().find(|arg| !arg.sample().is_some_and(plain)) {
        Some(arg) => {
            Err(Objection::new("shell.unknown-word", "only a plain number is known to be harmless here", arg.span))
        }
        None => Ok(()),
    }
}

/// A name that is written as such, so that the tracking of variables has seen it.
fn local_name(judge: &Judge<'_>, arg: &Arg<'_>) -> Ruling {
    let raw = judge.text.get(arg.span.start..arg.span.end).unwrap_or_default();
    if arg.exact() == Some(raw) && parser::is_name(raw) && environment::is_local(raw) {
        return Ok(());
    }
    Err(Objection::new("shell.environment", format!("setting `{raw}` may change what later programs do"), arg.span))
}

fn read(judge: &Judge<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    if !written_out(judge, span, &["read", "mapfile", "readarray"]) {
        return Err(Objection::new("shell.environment", "a variable is set in a roundabout way", span));
    }
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        at += 1;
        let Some(letters) = arg.exact().and_then(|text| text.strip_prefix('-')) else {
            local_name(judge, arg)?;
            continue;
        };
        for (place, letter) in letters.char_indices() {
            let last = place + letter.len_utf8() == letters.len();
            match letter {
                'r' | 'e' => {}
                'a' if last => {}
                's' | 't' if last => {
                    at += usize::from(args.get(at).is_some_and(is_number));
                }
                _ if READ_VALUES.contains(letter) && letter != 's' => {
                    at += usize::from(last);
                    let value = args.get(at.wrapping_sub(1)).filter(|_| last);
                    if value.is_some_and(|value| !value.single) {
                        return Err(Objection::new("shell.unknown-word", "this may be several words", arg.span));
                    }
                    // For zsh it takes no value, and the word is a name.
                    if matches!(letter, 'n' | 'N' | 'O') && value.is_some_and(|value| !is_number(value)) {
                        return Err(Objection::new(
                            "shell.environment",
                            "this may be the name of a variable",
                            arg.span,
                        ));
                    }
                    break;
                }
                _ => {
                    return Err(Objection::new(
                        "shell.unknown-option",
                        format!("`read` is not known to be harmless with `-{letter}`"),
                        arg.span,
                    ));
                }
            }
        }
    }
    Ok(())
}

fn is_number(arg: &Arg<'_>) -> bool {
    arg.exact().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Whether the command's name is written without quotes, as the tracking of variables expects it.
fn written_out(judge: &Judge<'_>, span: Place, names: &[&str]) -> bool {
    let mut raw = judge.text.get(span.start..span.end).unwrap_or_default();
    while let Some(rest) = behind_assignment(raw) {
        raw = rest.trim_start_matches([' ', '\t']);
    }
    raw.split_ascii_whitespace().next().is_some_and(|word| names.contains(&word))
}

/// What stands behind an assignment that begins a raw text and ends where it seems to.
fn behind_assignment(raw: &str) -> Option<&str> {
    let (name, mut rest) = raw.split_once('=')?;
    if !parser::is_name(name) {
        return None;
    }
    loop {
        rest = match rest.chars().next()? {
            ' ' | '\t' => return Some(rest),
            '\'' => rest[1..].split_once('\'')?.1,
            '"' => {
                let (inner, behind) = rest[1..].split_once('"')?;
                (!inner.contains(['\\', '`', '('])).then_some(behind)?
            }
            '$' if rest.starts_with("$'") => {
                let (inner, behind) = rest[2..].split_once('\'')?;
                let plain = inner.split('\\').skip(1).all(|escape| escape.starts_with(['n', 't', 'r']));
                plain.then_some(behind)?
            }
            '\\' | '`' | '(' => return None,
            other => &rest[other.len_utf8()..],
        }
    }
}

/// `test`: only `-v` evaluates, so no word may become it.
fn test(args: &[Arg<'_>]) -> Ruling {
    for (at, arg) in args.iter().enumerate() {
        let may_be = match arg.exact() {
            Some(text) => matches!(text, "-v" | "-R" | "-t"),
            None if arg.sample().is_some() => arg.text.starts_with("-v") || arg.text.starts_with("-R"),
            None => arg.dash && arg.text.len() < 3,
        };
        let operator =
            |arg: Option<&Arg<'_>>| arg.and_then(Arg::exact).is_some_and(|text| TEST_OPERATORS.contains(&text));
        let compares = |arg: Option<&Arg<'_>>| {
            operator(arg) && arg.and_then(Arg::exact).is_some_and(|text| text != "-a" && text != "-o")
        };
        let unary = at > 0
            && args[at - 1]
                .exact()
                .is_some_and(|text| text.len() == 2 && text.starts_with('-') && text != "-a" && text != "-o");
        let last = at + 1 == args.len() || at + 2 == args.len() && args[at + 1].exact() == Some("]");
        let harmless =
            arg.single && (last || unary || operator(args.get(at + 1)) || at > 0 && compares(args.get(at - 1)));
        let plain_name = args.get(at + 1).and_then(Arg::exact).is_some_and(parser::is_name);
        let digits = args.get(at + 1).and_then(Arg::exact).is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let plain_name = if arg.exact() == Some("-t") { digits } else { plain_name };
        if may_be && !harmless && !(arg.exact().is_some() && plain_name) {
            return Err(Objection::new("shell.arithmetic", "this test may evaluate a subscript", arg.span));
        }
    }
    Ok(())
}

/// `printf`: `-v` and `%n` set variables. No name of a variable ends like a format that ends its line.
fn printf(judge: &Judge<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let sets = args.first().is_some_and(|first| first.exact() == Some("-v"))
        && args.get(1).is_some_and(|name| local_name(judge, name).is_ok())
        && written_out(judge, span, &["printf"]);
    let args = if sets { &args[2..] } else { args };
    let (format, rest) = match args.split_first() {
        Some((first, rest)) if first.exact() == Some("--") => (rest.first(), rest.get(1..).unwrap_or_default()),
        Some((first, rest)) => (Some(first), rest),
        None => (None, &[][..]),
    };
    let Some(format) = format else { return Ok(()) };
    let ends_line = judge.text.get(format.span.start..format.span.end).is_some_and(|raw| raw.ends_with("\\n\""));
    if format.dash && !ends_line && args[0].exact() != Some("--") || !format.single {
        return Err(Objection::new("shell.environment", "`printf` may be told to set a variable", format.span));
    }
    let counts = match format.exact() {
        Some(text) => counts_characters(text),
        None => !rest.is_empty(),
    };
    if counts {
        return Err(Objection::new("shell.environment", "`%n` sets a variable", format.span));
    }
    if !rest.is_empty() && format.exact().is_some_and(takes_by_number) {
        return Err(Objection::new("shell.arithmetic", "words that are taken by number are not followed", format.span));
    }
    // For zsh a number is an expression, which may hold substitutions.
    let number = |arg: &Arg<'_>| {
        !arg.many && arg.sample().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b)))
    };
    let conversions = format.exact().map(conversions).unwrap_or_default();
    let odd = rest.iter().position(|arg| arg.many);
    let evaluated = |at: usize| {
        let all = odd.is_some_and(|odd| odd <= at) && conversions.contains(&true);
        all || !conversions.is_empty() && conversions[at % conversions.len()]
    };
    match rest.iter().enumerate().find(|(at, arg)| evaluated(*at) && !number(arg)) {
        Some((_, arg)) => {
            Err(Objection::new("shell.arithmetic", "this may be evaluated to make a number of it", arg.span))
        }
        None => Ok(()),
    }
}

/// For each word that `format` takes, whether it is to be a number.
fn conversions(format: &str) -> Vec<bool> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        rest = &rest[at + 1..];
        let flags =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || " #+-.*'hlLjzt".contains(c)).len();
        found.extend(rest[..flags].bytes().filter(|byte| *byte == b'*').map(|_| true));
        rest = &rest[flags..];
        let Some(kind) = rest.chars().next() else { break };
        rest = &rest[kind.len_utf8()..];
        if kind != '%' {
            found.push("diouxXeEfFgGaA".contains(kind));
        }
    }
    found
}

/// Whether a conversion of `format` says itself which word it takes, `%2$d`, as zsh has it.
fn takes_by_number(format: &str) -> bool {
    let numbered =
        |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_digit() || " #+-.*'".contains(c)).starts_with('$');
    format.split('%').skip(1).any(numbered)
}

/// Whether a conversion of `format` may be `%n`.
fn counts_characters(format: &str) -> bool {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        rest = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || " #+-.*'hlLjzt".contains(c));
        if rest.starts_with('n') {
            return true;
        }
        rest = rest.strip_prefix('%').unwrap_or(rest);
    }
    false
}

fn declare(judge: &mut Judge<'_>, builtin: Builtin, args: &[Arg<'_>], span: Place) -> Ruling {
    let names = ["local", "declare", "typeset", "export", "readonly"];
    if !written_out(judge, span, &names) {
        return Err(Objection::new("shell.environment", "a variable is set in a roundabout way", span));
    }
    if args.iter().all(|arg| matches!(arg.exact(), Some("-p" | "-x" | "-F"))) {
        judge.allow_secret("declare -p", "prints every variable", span);
        return Ok(());
    }
    if builtin == Builtin::Declare
        // With `-F` zsh takes the names for numbers.
        && matches!(args, [option, names @ ..] if matches!(option.exact(), Some("-f" | "-p"))
        && names.iter().all(|name| name.exact().is_some_and(parser::is_name)))
    {
        judge.allow_secret("declare -p", "prints what names stand for", span);
        return Ok(());
    }
    let arrays = judge.variables.makes_arrays();
    for arg in args {
        let raw = judge.text.get(arg.span.start..arg.span.end).unwrap_or_default();
        if (arrays || arg.exact().is_some()) && !raw.starts_with('-') && may_be_list(arg) {
            let reason = "bash expands such a value of an array once more";
            return Err(Objection::new("shell.environment", reason, arg.span));
        }
        if raw.starts_with('-') {
            if arg.exact().is_some_and(|text| text == raw && raw[1..].chars().all(|c| "rapA".contains(c))) {
                continue;
            }
            return Err(Objection::new("shell.environment", "this kind of variable is not tracked", arg.span));
        }
        let name = raw.split('=').next().unwrap_or_default();
        let value = arg.exact().and_then(|text| text.split_once('=')).map(|(_, value)| value);
        let may_set = if builtin == Builtin::Export { environment::may_export } else { environment::may_set };
        let listed = value.is_some_and(|value| may_set(name, value));
        let local = builtin == Builtin::Declare && environment::is_local(name);
        if !parser::is_name(name) || !(listed || local) {
            return Err(Objection::new(
                "shell.environment",
                format!("setting `{name}` may change what later programs do"),
                arg.span,
            ));
        }
    }
    Ok(())
}

/// Whether the value that a declaration gives may begin with a parenthesis.
fn may_be_list(arg: &Arg<'_>) -> bool {
    match arg.text.split_once('=') {
        Some((_, value)) => value.starts_with('(') || value.is_empty() && arg.known == Known::Partly,
        None => arg.known == Known::Partly,
    }
}

fn set(args: &[Arg<'_>]) -> Ruling {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        at += 1;
        let refused = Objection::new("shell.set", "this setting changes how the shell reads the rest", arg.span);
        let Some(text) = arg.exact() else { return Err(refused) };
        if text == "--" {
            return Ok(());
        }
        let Some(letters) = text.strip_prefix(['-', '+']) else { return Err(refused) };
        if !letters.chars().all(|c| "euxfoE".contains(c)) {
            return Err(refused);
        }
        if letters.ends_with('o') {
            match args.get(at).and_then(Arg::exact) {
                Some(name) if SET_OPTIONS.contains(&name) => at += 1,
                None if args.get(at).is_none() => {}
                _ => return Err(refused),
            }
        }
    }
    Ok(())
}
