//! Programs that run another one: their own words are stripped and the rest is judged as a command.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

use crate::classify::shell::expand::{self, Arg, Known, MayBeOption};
use crate::classify::shell::judge::{Fed, Judge, Ruling};
use crate::classify::shell::parser;
use crate::classify::shell::rule::Wrapper;
use crate::classify::shell::scan::{Objection, Scan, Seen};
use crate::classify::shell::syntax::{Command, Kind, Piece, Place, Word, walk};
use crate::classify::shell::table::environment;
use crate::classify::shell::variable::Positional;

/// Letters that a shell may be given before its script.
const SHELL_LETTERS: &str = "celuxv";

/// Judges what the wrapper runs.
pub(in crate::classify::shell) fn judge(
    judge: &mut Judge<'_>,
    kind: Wrapper,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    span: Place,
) -> Ruling {
    let rest = scan.operands.first().map_or(&[][..], |at| &args[*at..]);
    match kind {
        Wrapper::Shell => return shell(judge, args, span, false),
        Wrapper::PosixShell => return shell(judge, args, span, true),
        Wrapper::Xargs => return xargs(judge, scan, rest, span),
        Wrapper::Env => return env(judge, scan, rest, span),
        Wrapper::Command if scan.has("-v -V") => {
            judge.allow("command -v", "tells which program a name stands for", span);
        }
        Wrapper::Command | Wrapper::Plain if rest.is_empty() => judge.allow("shell.wrapper", "runs nothing", span),
        Wrapper::Command | Wrapper::Plain => judge.call(rest, span),
        Wrapper::Timeout => {
            let Some(limit) = rest.first() else {
                judge.allow("timeout", "runs nothing", span);
                return Ok(());
            };
            if limit.sample().is_none() || !limit.single {
                return Err(Objection::new("shell.unknown-word", "the time limit is not known", limit.span));
            }
            match &rest[1..] {
                [] => judge.allow("timeout", "runs nothing", span),
                program => judge.call(program, span),
            }
        }
    }
    Ok(())
}

/// `env`: assignments by the same allowlist as the shell's own, then a command; alone it prints everything.
///
/// Without the variables that say where, a program looks for its settings, and a shell for its programs, elsewhere.
fn env(judge: &mut Judge<'_>, scan: &Scan<'_>, rest: &[Arg<'_>], span: Place) -> Ruling {
    let dash = rest.first().is_some_and(|arg| arg.exact() == Some("-"));
    let rest = if dash { &rest[1..] } else { rest };
    let kept = |seen: &Seen<'_>| {
        !(seen.is("-u") || seen.is("--unset"))
            || matches!(seen.value, Some((name, Known::Exactly)) if environment::may_forget(name))
    };
    let emptied = dash || scan.has("-i --ignore-environment") || !scan.options.iter().all(kept);
    for (at, arg) in rest.iter().enumerate() {
        let Some((name, value)) = arg.text.split_once('=') else {
            if emptied && arg.exact() != Some("printenv") {
                let reason = "without these variables the program may look for its settings elsewhere";
                return Err(Objection::new("shell.environment", reason, span));
            }
            judge.call(&rest[at..], span);
            return Ok(());
        };
        if arg.exact().is_none() || !environment::may_hand(name, value) {
            return Err(Objection::new(
                "shell.environment",
                format!("setting `{name}` may change what later programs do"),
                arg.span,
            ));
        }
    }
    judge.allow_secret("env", "prints the environment", span);
    Ok(())
}

/// The words of `python` that are its own: what stands behind the name of a module is the module's.
pub(in crate::classify::shell) fn own_words<'x, 'a>(args: &'x [Arg<'a>]) -> &'x [Arg<'a>] {
    let end = args.iter().position(|arg| arg.exact() == Some("-m")).map_or(args.len(), |at| at + 2);
    &args[..end.min(args.len())]
}

/// `python -m NAME`: the modules that only tell something, and `pip`, judged as the program.
pub(in crate::classify::shell) fn module(
    judge: &mut Judge<'_>,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    span: Place,
) -> Ruling {
    let asked = scan.options.iter().find(|seen| seen.is("-m"));
    let Some(at) = args.iter().position(|arg| arg.exact() == Some("-m")) else {
        let tells = asked.is_none() && scan.has("--version -V --help -h") && scan.operands.is_empty();
        return if tells {
            Ok(())
        } else {
            Err(Objection::new("shell.script", "a program runs that was not read", span))
        };
    };
    // The module's name may also stand in the word of the option, before others.
    if asked.is_none_or(|seen| seen.span.start != args[at].span.start) {
        return Err(Objection::new("shell.script", "this module is not known to only read", span));
    }
    let rest = args.get(at + 2..).unwrap_or_default();
    match args.get(at + 1).and_then(Arg::exact) {
        Some("pip") => {
            let name = Arg::literal("pip", args[at + 1].span);
            let call: Vec<Arg<'_>> = std::iter::once(name).chain(rest.iter().cloned()).collect();
            judge.call(&call, span);
            Ok(())
        }
        Some("json.tool") if formats(rest) => Ok(()),
        Some("site" | "sysconfig" | "platform") if rest.is_empty() => Ok(()),
        Some("site") if rest.iter().all(|arg| matches!(arg.exact(), Some("--user-site" | "--user-base"))) => Ok(()),
        // These read a source without running it.
        Some("ast" | "tokenize" | "dis" | "tabnanny") if matches!(rest, [file] if file.single && !file.dash) => Ok(()),
        Some("zipfile" | "tarfile") if matches!(rest, [list, file] if matches!(list.exact(), Some("-l" | "--list")) && file.single && !file.dash) => {
            Ok(())
        }
        _ => Err(Objection::new("shell.script", "this module is not known to only read", span)),
    }
}

/// Whether `json.tool` with these words reads one file at most; a second would be written.
fn formats(rest: &[Arg<'_>]) -> bool {
    // A word alone is no file to write, whatever it is.
    if let [only] = rest
        && only.single
        && !only.many
    {
        return true;
    }
    let (mut files, mut ended, mut at) = (0, false, 0);
    while let Some(arg) = rest.get(at) {
        at += 1;
        match arg.exact().filter(|_| !ended) {
            Some("--") => ended = true,
            Some("--indent") => {
                let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                if !rest.get(at).and_then(Arg::exact).is_some_and(number) {
                    return false;
                }
                at += 1;
            }
            Some("--sort-keys" | "--no-ensure-ascii" | "--json-lines" | "--compact" | "--tab" | "--no-indent") => {}
            _ if arg.dash && !ended && arg.exact() != Some("-") || !arg.single => return false,
            _ => files += 1,
        }
    }
    files <= 1
}

/// `xargs`: the command gets words that nobody has seen yet.
fn xargs(judge: &mut Judge<'_>, scan: &Scan<'_>, rest: &[Arg<'_>], span: Place) -> Ruling {
    if rest.is_empty() {
        judge.allow("xargs", "prints the words it is given", span);
        return Ok(());
    }
    let named = |seen: &&Seen<'_>| seen.is("-I") || seen.is("-i") || seen.is("--replace");
    let replaced = scan.options.iter().rev().find(named).map(|seen| seen.value.unwrap_or(("{}", Known::Exactly)));
    let replaced = match replaced {
        // A mark of such letters may also stand in what a variable holds.
        Some((mark, Known::Exactly)) if !is_wordy(mark) || rest.iter().all(|arg| arg.exact().is_some()) => Some(mark),
        Some(_) => return Err(Objection::new("shell.unknown-option", "what is replaced is not known", span)),
        None => None,
    };
    if replaced.is_some() && scan.has("-n -L --max-args --max-lines") {
        return Err(Objection::new("shell.unknown-option", "these options of `xargs` undo each other", span));
    }
    let cut = !scan.has("-a --arg-file -d --delimiter -E");
    let fed = match judge.fed {
        Fed::Paths if scan.has("-0 --null") && cut => Fed::Paths,
        Fed::Names if !scan.has("-0 --null") && cut => Fed::Names,
        _ => Fed::Anything,
    };
    let added =
        Arg { loose: fed != Fed::Names, ..if fed == Fed::Anything { Arg::unknown(span) } else { Arg::paths(span) } };
    let inner: Vec<Arg<'_>> = match replaced {
        Some("") => return Err(Objection::new("shell.unknown-option", "what is replaced is not known", span)),
        Some(mark) => rest.iter().map(|arg| filled(arg, mark, fed)).collect(),
        None => rest.iter().cloned().chain([added]).collect(),
    };
    judge.fed = Fed::Anything;
    judge.call(&inner, span);
    Ok(())
}

/// Whether a number or an identifier may hold this.
fn is_wordy(mark: &str) -> bool {
    mark.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&b))
}

/// `arg` with what stands for `mark` unknown but for not starting with a dash where it is a path or a name.
fn filled<'a>(arg: &Arg<'a>, mark: &str, fed: Fed) -> Arg<'a> {
    let option = if fed == Fed::Anything { MayBeOption::Yes } else { MayBeOption::No };
    let Some(at) = arg.text.find(mark) else {
        // What is not known may complete the mark.
        let begun = arg.text.find(|c| mark.starts_with(c)).unwrap_or(arg.text.len());
        return if arg.exact().is_some() { arg.clone() } else { arg.cut(begun, option) };
    };
    Arg { loose: fed != Fed::Names, ..arg.cut(at, option) }
}

/// `bash -c TEXT`: the text is a script of its own; a file or standard input would be one that was not read.
///
/// A `portable` script must mean the same to a shell that knows nothing of bash.
fn shell(judge: &mut Judge<'_>, args: &[Arg<'_>], span: Place, portable: bool) -> Ruling {
    let unknown = |arg: &Arg<'_>| {
        Objection::new(
            "shell.unknown-option",
            format!("a shell with `{}` is not known to only read", arg.text),
            arg.span,
        )
    };
    if let [only] = args
        && matches!(only.exact(), Some("--version" | "--help"))
    {
        judge.allow("bash --version", "prints the version", span);
        return Ok(());
    }
    let mut script = false;
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| arg.dash) {
        at += 1;
        match arg.exact() {
            Some("--norc" | "--noprofile" | "--login") if !script => {}
            Some("-o" | "+o")
                if matches!(args.get(at).and_then(Arg::exact), Some("pipefail" | "errexit" | "nounset")) =>
            {
                at += 1;
            }
            Some("-euo" | "-eo") if matches!(args.get(at).and_then(Arg::exact), Some("pipefail")) => at += 1,
            Some(text) if text.len() > 1 && text[1..].chars().all(|c| SHELL_LETTERS.contains(c)) => {
                script |= text.contains('c');
            }
            // The script is only parsed.
            Some("-n") if !script && args.get(at).is_some_and(is_script) => {
                judge.allow("bash -n", "only reads the script", span);
                return Ok(());
            }
            _ => return Err(unknown(arg)),
        }
    }
    let Some(text) = args.get(at).filter(|_| script) else {
        return Err(Objection::new("shell.script", "the shell reads a script that is not part of the line", span));
    };
    match text.exact() {
        Some(line) if portable && is_bash_only(line) => {
            Err(Objection::new("shell.script", "another shell may read this script differently", text.span))
        }
        Some(line) if text.single => judge.inner_script(line, text.span, Positional::of(&args[at + 1..])),
        _ => Err(Objection::new("shell.script", "the script is known only when it runs", text.span)),
    }
}

/// Whether a word is the name of a script, and no option that undoes another: no option of a shell holds a full stop or
/// a slash.
fn is_script(arg: &Arg<'_>) -> bool {
    let begins = !arg.dash && !arg.text.is_empty() && !arg.text.starts_with('+');
    arg.single && (arg.dotted || arg.named || begins)
}

/// Whether a script holds what a shell other than bash splits into other words or commands.
fn is_bash_only(script: &str) -> bool {
    const MARKS: [&str; 9] = ["$'", "[[", "function", "&>", "+=", "<<<", "|&", "<(", ">("];
    const DECLARING: [&str; 3] = ["readonly", "export", "local"];
    // There these split what they are given.
    let splits = script.contains(['$', '`']) && DECLARING.iter().any(|word| script.contains(word));
    MARKS.iter().any(|mark| script.contains(mark))
        || script.replace("$((", "").contains("((")
        || splits
        || has_braces(script)
        || times_assignment(script)
}

/// Whether bash would make several words of one by its braces; a script that cannot be parsed is refused elsewhere.
fn has_braces(script: &str) -> bool {
    let parts =
        |piece: &Piece<'_>| matches!(piece, Piece::Literal { text, .. } if text.contains(',') || text.contains(".."));
    let splits = |word: &Word<'_>| expand::has_braces(word) && word.pieces.iter().any(parts);
    let plain = |command: &Command<'_>| match &command.kind {
        Kind::Simple { words, .. } | Kind::For { words: Some(words), .. } => !words.iter().any(splits),
        _ => true,
    };
    parser::parse(script).is_ok_and(|script| !walk::all_commands(&script, &|command, _| plain(command)))
}

/// Whether `time`, which is a program elsewhere, stands before what may be an assignment, or a function.
fn times_assignment(script: &str) -> bool {
    let mut words = script.split([' ', '\t', '\n', ';', '&', '|', '(', ')', '{', '}']).filter(|word| !word.is_empty());
    let timed = words.any(|word| word == "time");
    timed && (script.contains("()") || script.contains("function ") || words.any(|word| word.contains('=')))
}
