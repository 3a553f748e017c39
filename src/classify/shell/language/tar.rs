//! `tar`: listing and printing, in the old style and the new.

use crate::classify::shell::expand::Arg;
use crate::classify::shell::judge::Ruling;
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::Place;

/// Long options without effect on the disk, besides `--list` and `--to-stdout`.
const HARMLESS: &str = "--verbose --gzip --bzip2 --xz --zstd --auto-compress --numeric-owner --full-time --utc --wildcards \
    --no-wildcards --version --help --show-stored-names --no-recursion";

/// Judges the words after `tar`.
pub(in crate::classify::shell) fn judge(args: &[Arg<'_>], span: Place) -> Ruling {
    let mut mode = Mode::default();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let bundle = arg.text.strip_prefix('-').filter(|rest| !rest.starts_with('-') && !rest.is_empty());
        at += 1;
        if arg.exact() == Some("--") {
            break;
        }
        if (arg.dash || at == 1) && arg.exact().is_none() {
            return Err(Objection::new("shell.unknown-word", "what this becomes may be an option of `tar`", arg.span));
        }
        if arg.text.starts_with("--") {
            mode.long(arg, args.get(at))?;
            at += usize::from(matches!(arg.exact(), Some("--file" | "--exclude")));
        } else if let Some(letters) = bundle {
            at = mode.letters(letters, arg, args, at)?;
        } else if at == 1 {
            at = mode.letters(&arg.text, arg, args, at)?;
        }
    }
    if mode.list && !mode.extract || mode.extract && mode.print && !mode.list {
        return Ok(());
    }
    Err(Objection::new("shell.option-missing", "only listing (`t`) and printing (`xO`) change nothing", span))
}

#[derive(Default)]
struct Mode {
    list: bool,
    extract: bool,
    print: bool,
}

impl Mode {
    /// Letters of one word; the values of `f` and `X` follow in order.
    fn letters(&mut self, letters: &str, arg: &Arg<'_>, args: &[Arg<'_>], mut next: usize) -> Result<usize, Objection> {
        for (at, letter) in letters.char_indices() {
            match letter {
                't' => self.list = true,
                'x' => self.extract = true,
                'O' => self.print = true,
                'v' | 'z' | 'j' | 'J' | 'a' | 'p' => {}
                'f' if arg.text.starts_with('-') && at + 1 < letters.len() => {
                    archive(&letters[at + 1..], arg)?;
                    return Ok(next);
                }
                'f' => {
                    let Some(value) = args.get(next) else { return Err(refuse(arg)) };
                    next += 1;
                    archive(value.exact().unwrap_or(":"), value)?;
                }
                _ => return Err(refuse(arg)),
            }
        }
        Ok(next)
    }

    fn long(&mut self, arg: &Arg<'_>, next: Option<&Arg<'_>>) -> Ruling {
        let text = arg.exact().unwrap_or_default();
        match text {
            "--list" | "--version" | "--help" => self.list = true,
            "--extract" | "--get" => self.extract = true,
            "--to-stdout" => self.print = true,
            "--file" => return archive(next.and_then(Arg::exact).unwrap_or(":"), arg),
            "--exclude" if next.is_some_and(|arg| arg.single) => {}
            _ if HARMLESS.split_ascii_whitespace().any(|own| own == text) || text.starts_with("--exclude=") => {}
            _ => match text.strip_prefix("--file=") {
                Some(file) => return archive(file, arg),
                None => return Err(refuse(arg)),
            },
        }
        Ok(())
    }
}

/// An archive's name with a colon is one on another machine, read through a remote shell.
fn archive(name: &str, arg: &Arg<'_>) -> Ruling {
    if name.contains(':') {
        return Err(Objection::new("shell.operand", "the archive may be on another machine", arg.span));
    }
    Ok(())
}

fn refuse(arg: &Arg<'_>) -> Objection {
    Objection::new("shell.unknown-option", format!("`tar` is not known to be harmless with `{}`", arg.text), arg.span)
}
