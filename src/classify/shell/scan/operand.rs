//! Operands: how many there may be, and how they look.

use crate::classify::shell::expand::{Arg, Known};
use crate::classify::shell::rule::{Operands, Row};
use crate::classify::shell::syntax::Place;
use crate::classify::shell::table::environment;

use super::{Objection, Scan, Seen};

/// Whether a word is a file's name for certain: what is not known may be an address, but for the names that a pattern
/// finds here.
pub(in crate::classify::shell) fn is_local(arg: &Arg<'_>) -> bool {
    !arg.text.contains(':') && (arg.named || arg.known != Known::Partly || arg.text.contains('/'))
}

/// The first option whose value may be an address.
pub(in crate::classify::shell) fn address<'s>(scan: &'s Scan<'_>) -> Option<&'s Seen<'s>> {
    scan.options.iter().find(|seen| {
        seen.value.is_some_and(|(text, known)| match known {
            Known::Partly => text.contains(':') || !text.contains('/'),
            Known::Exactly | Known::UpToIntegers => text.contains("://") || has_scheme(text),
        })
    })
}

/// Whether a text starts like an address: `file:x`, or what a library is loaded for, `org.openssl.engine:x`.
fn has_scheme(text: &str) -> bool {
    let scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once(':').is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty() && name.chars().all(scheme))
}

/// How addresses of the two services begin.
const HOSTS: &str = "https://github.com/ https://gist.github.com/ https://gitlab.com/";

/// Whether a word is the plain name of a file or folder that is no archive.
fn is_source(arg: &Arg<'_>) -> bool {
    const ARCHIVES: &str =
        "7z asc bz2 deb dmg ear gpg gz img iso jar lz lzma pgp rpm tar taz tbz tbz2 tgz txz war whl xz z zip zst";
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b));
    arg.single && arg.exact().is_some_and(|text| plain(text) && !has_ending(text, ARCHIVES))
}

/// Whether a text names a repository of GitHub or GitLab and not one of a host of its own, as `evil.com/owner/name` does.
pub(super) fn is_repository(text: &str) -> bool {
    let path = HOSTS.split(' ').find_map(|host| text.strip_prefix(host)).unwrap_or(text);
    !path.contains([':', '@']) && (path.len() < text.len() || path.matches('/').count() < 2)
}

/// Whether a text begins with the address or the name of a host: `https://h/x`, `evil.com/owner/name`.
fn names_host(text: &str) -> bool {
    let scheme = text.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphabetic()));
    let named = |first: &str| {
        first.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:@".contains(&b))
            && first.trim_start_matches('.').contains('.')
    };
    let host = text.split_once('/').is_some_and(|(first, rest)| named(first) && rest.contains('/'));
    scheme || host
}

/// Whether a word is a file in a folder of the system's programs.
fn is_of_the_system(arg: &Arg<'_>) -> bool {
    let folder = arg.exact().and_then(|text| text.rsplit_once('/')).map(|(folder, _)| folder);
    folder.is_some_and(|folder| environment::SYSTEM_FOLDERS.contains(&folder))
}

/// Whether what follows the last full stop of a name is one of the blank-separated `endings`.
fn has_ending(name: &str, endings: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    endings.split(' ').any(|own| own == ending)
}

/// Whether a word may stand for the words of a file: `@file`.
pub(in crate::classify::shell) fn may_be_response(arg: &Arg<'_>) -> bool {
    arg.text.starts_with('@') || arg.known == Known::Partly && arg.text.is_empty() && !arg.named
}

/// Judges how many operands there are and how they look.
pub(in crate::classify::shell) fn operands(
    row: &Row<'_>,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    call: Place,
) -> Result<(), Objection> {
    let most = match row.operands {
        Operands::Any => return Ok(()),
        Operands::MostUnless(_, options) | Operands::Dotted(options) if scan.has(options) => return Ok(()),
        Operands::Dotted(_) => return setting(row, scan, args),
        Operands::PathsWith(options) if scan.has(options) => {
            return match scan.operands.first().map(|at| &args[*at]) {
                Some(first) if !first.text.contains(['.', '/']) => Err(unfit(row, first)),
                _ => Ok(()),
            };
        }
        Operands::PathsWith(_) => 0,
        Operands::Least(least) => {
            if scan.operands.len() < least {
                return Err(Objection::new(
                    "shell.operand",
                    format!("`{}` reads its words from its input", row.name),
                    call,
                ));
            }
            return each_operand(row, scan, args, |arg| {
                arg.text != "-" && (arg.known != Known::Partly || !arg.text.is_empty())
            });
        }
        Operands::Last(last) => {
            return match scan.operands.as_slice() {
                [first, second] if args[*first].single && args[*second].exact() == Some(last) => Ok(()),
                _ => Err(Objection::new(
                    "shell.operand",
                    format!("`{}` writes a file unless `{last}` is last", row.name),
                    call,
                )),
            };
        }
        Operands::Most(most) | Operands::MostUnless(most, _) => most,
        Operands::Local => {
            return match address(scan) {
                Some(seen) => Err(Objection::new("shell.operand", "this may be an address on the network", seen.span)),
                None => each_operand(row, scan, args, is_local),
            };
        }
        Operands::Sources => return each_operand(row, scan, args, is_source),
        Operands::Places => {
            // No name of a revision begins with a dot or a slash, or ends with one; see git-check-ref-format(1).
            let place = |text: &str| text.starts_with(['.', '/']) || text.ends_with('/');
            return each_operand(row, scan, args, |arg| is_source(arg) && place(&arg.text) && !arg.text.contains(':'));
        }
        Operands::Hosted => {
            // Behind the first stand paths.
            let first = scan.operands.first().map(|at| args[*at].span.start);
            let known = |arg: &Arg<'_>, text: &str| {
                let path = if Some(arg.span.start) == first { "/" } else { "://" };
                !text.contains(path) || is_repository(text)
            };
            // What takes a value in one version is a switch in another.
            let elsewhere = |(text, _): (&str, Known)| names_host(text) && !is_repository(text);
            if let Some(seen) = scan.options.iter().find(|seen| seen.value.is_some_and(elsewhere)) {
                return Err(Objection::new("shell.operand", "this may be an address of another host", seen.span));
            }
            return each_operand(row, scan, args, |arg| arg.sample().is_some_and(|text| known(arg, text)));
        }
        Operands::Ending(options, endings) => {
            let free = scan.has(options);
            if scan.operands.is_empty() && !free {
                return Err(Objection::new("shell.operand", format!("`{}` is given no file", row.name), call));
            }
            return each_operand(row, scan, args, |arg| is_source(arg) && (free || has_ending(&arg.text, endings)));
        }
        Operands::NoResponse(most) => {
            return match args.iter().find(|arg| may_be_response(arg)).or(scan.operands.get(most).map(|at| &args[*at])) {
                Some(arg) => Err(unfit(row, arg)),
                None => Ok(()),
            };
        }
        Operands::System => return each_operand(row, scan, args, is_of_the_system),
        Operands::Prefix(starts) => {
            let climbs =
                |text: &str| starts.contains('/') && text.contains(['%']) || text.split('/').any(|part| part == "..");
            // What is not known may be nothing, and bring two full stops together.
            return each_operand(row, scan, args, |arg| {
                let fits = starts_with_one(&arg.text, starts) && !climbs(&arg.text);
                starts.is_empty() || fits && (arg.sample().is_some() || !starts.contains('/'))
            });
        }
        Operands::Capabilities => {
            let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-_.~^:/*()".contains(&b));
            return each_operand(row, scan, args, |arg| arg.sample().is_some_and(|text| plain(text) && is_local(arg)));
        }
        Operands::Titles => return each_operand(row, scan, args, |arg| arg.sample().is_some_and(is_title)),
        Operands::Schemes(starts) => {
            return each_operand(row, scan, args, |arg| {
                arg.sample().is_some_and(|text| !text.contains("://") || starts_with_one(text, starts))
            });
        }
        Operands::Without(part) => {
            return each_operand(row, scan, args, |arg| arg.sample().is_some_and(|text| !text.contains(part)));
        }
        Operands::Packages => return each_operand(row, scan, args, |arg| arg.sample().is_some_and(is_package)),
        Operands::Filter(words) => {
            let listed = |part: &str| words.split_ascii_whitespace().any(|own| own == part);
            let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b":./".contains(&b));
            return each_operand(row, scan, args, |arg| {
                arg.sample().is_some_and(|text| text.split_ascii_whitespace().all(|part| listed(part) || digits(part)))
            });
        }
        Operands::First(words) => {
            let first = scan.operands.first().map(|at| args[*at].span.start);
            return each_operand(row, scan, args, |arg| {
                let listed = |text: &str| words.split_ascii_whitespace().any(|own| own == text);
                arg.exact().is_some_and(|text| Some(arg.span.start) != first || listed(text))
            });
        }
        Operands::OneOf(words) => {
            return each_operand(row, scan, args, |arg| {
                arg.exact().is_some_and(|text| words.split_ascii_whitespace().any(|own| own == text))
            });
        }
    };
    let many = scan.operands.iter().find(|at| !args[**at].single).or_else(|| scan.operands.get(most));
    match many {
        Some(at) => Err(unfit(row, &args[*at])),
        None => Ok(()),
    }
}

/// `git config`: a name alone is told, a name and a value set it.
fn setting(row: &Row<'_>, scan: &Scan<'_>, args: &[Arg<'_>]) -> Result<(), Objection> {
    let dotted = |arg: &Arg<'_>| arg.single && arg.sample().is_some_and(|text| text.contains('.'));
    let words: Vec<&Arg<'_>> = scan.operands.iter().map(|at| &args[*at]).collect();
    let tells = match words.as_slice() {
        [] => true,
        [name] => dotted(name) || name.exact() == Some("list"),
        [verb, name] => verb.exact() == Some("get") && dotted(name),
        _ => false,
    };
    match words.last() {
        Some(last) if !tells => Err(unfit(row, last)),
        _ => Ok(()),
    }
}

fn each_operand(
    row: &Row<'_>,
    scan: &Scan<'_>,
    args: &[Arg<'_>],
    fits: impl Fn(&Arg<'_>) -> bool,
) -> Result<(), Objection> {
    match scan.operands.iter().find(|at| !fits(&args[**at])) {
        Some(at) => Err(unfit(row, &args[*at])),
        None => Ok(()),
    }
}

fn unfit(row: &Row<'_>, arg: &Arg<'_>) -> Objection {
    let name = row.name;
    Objection::new("shell.operand", format!("`{name}` may write to this operand or set something with it"), arg.span)
}

/// Whether a text starts with one of blank-separated words; of none, any does.
fn starts_with_one(text: &str, starts: &str) -> bool {
    starts.is_empty() || starts.split_ascii_whitespace().any(|start| text.starts_with(start))
}

/// Whether a text is the title of a manual page: some programs hand the names of files to a shell.
fn is_title(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-_.:@".contains(&b))
        && ![".rb", ".tar"].iter().any(|part| text.contains(part))
}

/// Whether a text names a package of a registry: a slash stands behind a scope alone.
fn is_package(text: &str) -> bool {
    let name = match text.strip_prefix('@').map(|scoped| scoped.split_once('/')) {
        Some(Some((_, name))) => name,
        Some(None) => return false,
        None => text,
    };
    !name.contains(['/', ':', '#'])
}
