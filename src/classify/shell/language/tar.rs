//! `tar`: listing, printing, comparing, and archives that go to the output, in the old style and the new.

use crate::classify::shell::expand::Arg;
use crate::classify::shell::judge::Ruling;
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::Place;

/// Long options without effect on the disk, besides those that say what is done.
const HARMLESS: &str = "--verbose --gzip --bzip2 --xz --zstd --auto-compress --numeric-owner --full-time --utc --wildcards \
    --no-wildcards --version --help --show-stored-names --no-recursion --totals --dereference";

/// The same with a value behind a sign of equality.
const VALUED: &str = "--exclude --sort --owner --group --mtime --format --strip-components";

/// Programs that unpack what is listed.
const UNPACKERS: &str = "gzip bzip2 xz zstd lz4 pigz";

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
            at += usize::from(matches!(arg.exact(), Some("--file" | "--exclude" | "--directory")));
        } else if let Some(letters) = bundle {
            at = mode.letters(letters, arg, args, at)?;
        } else if at == 1 {
            at = mode.letters(&arg.text, arg, args, at)?;
        }
    }
    if mode.reads() {
        return Ok(());
    }
    let reason = "only listing (`t`), printing (`xO`), comparing (`d`) and archives that go to the output (`cf -`) change nothing";
    Err(Objection::new("shell.option-missing", reason, span))
}

/// What is done with an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    List,
    Compare,
    Extract,
    Create,
}

/// Where an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Archive {
    Output,
    File,
}

#[derive(Default)]
struct Mode {
    deeds: Vec<Deed>,
    archives: Vec<Archive>,
    print: bool,
    unpacks: bool,
}

impl Mode {
    /// Whether nothing is written but what goes to the output.
    fn reads(&self) -> bool {
        let all = |deed: Deed| !self.deeds.is_empty() && self.deeds.iter().all(|own| *own == deed);
        let to_output = !self.archives.is_empty() && self.archives.iter().all(|archive| *archive == Archive::Output);
        all(Deed::List)
            || !self.unpacks
                && (all(Deed::Compare) || all(Deed::Extract) && self.print || all(Deed::Create) && to_output)
    }

    /// Letters of one word; the values of `f`, `C` and `I` follow in order.
    fn letters(&mut self, letters: &str, arg: &Arg<'_>, args: &[Arg<'_>], mut next: usize) -> Result<usize, Objection> {
        for (at, letter) in letters.char_indices() {
            match letter {
                't' => self.deeds.push(Deed::List),
                'x' => self.deeds.push(Deed::Extract),
                'd' => self.deeds.push(Deed::Compare),
                'c' => self.deeds.push(Deed::Create),
                'O' => self.print = true,
                'v' | 'z' | 'j' | 'J' | 'a' | 'p' | 'h' | 'P' => {}
                'f' | 'C' | 'I' if arg.text.starts_with('-') && at + 1 < letters.len() => {
                    self.value(letter, Some(&letters[at + 1..]), arg)?;
                    return Ok(next);
                }
                'f' | 'C' | 'I' => {
                    let Some(value) = args.get(next) else { return Err(refuse(arg)) };
                    next += 1;
                    self.value(letter, value.exact(), value)?;
                }
                _ => return Err(refuse(arg)),
            }
        }
        Ok(next)
    }

    /// The value of `f`, `C` or `I`, if it is known.
    fn value(&mut self, letter: char, value: Option<&str>, arg: &Arg<'_>) -> Ruling {
        match (letter, value) {
            // One with a colon is on another machine, and read through a remote shell.
            ('f', Some(name)) if !name.contains(':') => {
                self.archives.push(if name == "-" { Archive::Output } else { Archive::File });
            }
            ('f', _) => {
                return Err(Objection::new("shell.operand", "the archive may be on another machine", arg.span));
            }
            ('C', _) if arg.single => {}
            // For some this is a list of files.
            ('I', Some(name)) if UNPACKERS.split(' ').any(|own| own == name) => self.unpacks = true,
            _ => return Err(refuse(arg)),
        }
        Ok(())
    }

    fn long(&mut self, arg: &Arg<'_>, next: Option<&Arg<'_>>) -> Ruling {
        let text = arg.exact().unwrap_or_default();
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let given = |letter: char, mode: &mut Self| match (value, next) {
            (Some(value), _) => mode.value(letter, Some(value), arg),
            (None, Some(next)) => mode.value(letter, next.exact(), next),
            (None, None) => Err(refuse(arg)),
        };
        match name {
            "--file" => given('f', self)?,
            "--directory" => given('C', self)?,
            "--use-compress-program" if value.is_some() => given('I', self)?,
            "--exclude" if value.is_none() && next.is_some_and(|arg| arg.single) => {}
            _ if value.is_some() && VALUED.split(' ').any(|own| own == name) => {}
            _ if value.is_some() => return Err(refuse(arg)),
            "--list" | "--version" | "--help" => self.deeds.push(Deed::List),
            "--extract" | "--get" => self.deeds.push(Deed::Extract),
            "--diff" | "--compare" => self.deeds.push(Deed::Compare),
            "--create" => self.deeds.push(Deed::Create),
            "--to-stdout" => self.print = true,
            _ if HARMLESS.split_ascii_whitespace().any(|own| own == name) => {}
            _ => return Err(refuse(arg)),
        }
        Ok(())
    }
}

fn refuse(arg: &Arg<'_>) -> Objection {
    Objection::new("shell.unknown-option", format!("`tar` is not known to be harmless with `{}`", arg.text), arg.span)
}
