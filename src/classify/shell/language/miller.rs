//! `mlr`: a chain of verbs, and the expressions of `filter` and `put`.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

use crate::classify::shell::expand::Arg;
use crate::classify::shell::judge::Ruling;
use crate::classify::shell::scan::{self, Objection, Scan};
use crate::classify::shell::syntax::Place;

/// The verbs of `mlr` that only pass records on.
const VERBS: &str = "altkv bar bootstrap bottom cat count count-distinct count-similar cut decimate fill-down fill-empty \
    flatten format-values fraction gap grep group-by group-like having-fields head histogram json-parse json-stringify label \
    least-frequent merge-fields most-frequent nest nothing regularize rename reorder repeat reshape sec2gmt sec2gmtdate seqgen \
    shuffle skip-trivial-records sort sort-within-records stats1 stats2 step summary tac tail template top unflatten uniq unspace \
    unsparsify";
/// Their long options.
const OPTIONS: &str =
    "--explode --implode --values --pairs --across-records --across-fields --nested-fs --nested-ps --evar --ivar";

/// Functions, variables and words of its language that have no effect beyond the record at hand.
const PURE: &str = "abs absent acos acosh any append apply asin asinh atan atan2 atanh bitcount boolean capitalize cbrt ceiling \
    clean_whitespace collapse_whitespace concat contains cos cosh crc32 depth dhms2fsec dhms2sec elif else error every exp expm1 \
    false float floor fmtifnum fmtnum format format_values fsec2dhms fsec2hms FILENAME FILENUM FNR gmt2sec gsub haskey hexfmt \
    hms2fsec hms2sec if index int invqnorm is_absent is_empty is_empty_map is_error is_map is_nan is_nonempty_map is_not_empty \
    is_not_map is_not_null is_null is_numeric is_present is_string joink joinkv joinv json_decode json_encode latin1_to_utf8 \
    leafcount leftpad length log log10 log1p logifit lstrip madd map mapdiff mapexcept mapselect mapsum max md5 median min M_E \
    M_PI mexp mmul msub NF NR num percentile pow qnorm reduce regextract regextract_or_else return reverse rightpad round roundm \
    rstrip sec2date sec2dhms sec2gmt sec2gmtdate sec2hms sgn sha1 sha256 sha512 sin sinh sort sort_by_key splita splitax splitaxx \
    splitnv splitnvx sqrt ssub str strfind strftime strip strlen strptime strrev sub substr substr0 substr1 tan tanh tolower \
    toupper true truncate typeof unformat unset utf8_to_latin1 var variance";

/// Judges the chain of verbs and what they are given.
pub(super) fn judge(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let known = |arg: &Arg<'_>| arg.exact().is_some_and(|text| VERBS.split_ascii_whitespace().any(|verb| verb == text));
    let operands: Vec<&Arg<'_>> = scan.operands.iter().map(|at| &args[*at]).collect();
    let begins = |at: usize| at == 0 || operands[at - 1].exact() == Some("then");
    let mut expressions = Vec::new();
    for at in (0..operands.len()).filter(|at| begins(*at)) {
        if matches!(operands[at].exact(), Some("filter" | "put")) {
            expressions.extend(expression(&operands, at + 1)?);
        } else if !known(operands[at]) {
            return Err(Objection::new("shell.subcommand", "this verb is not known to only read", operands[at].span));
        }
    }
    let address = scan::address(scan).map(|seen| seen.span);
    let mut others = operands.iter().enumerate().filter(|(at, _)| !expressions.contains(at));
    let outside = others.find(|(_, arg)| !scan::is_local(arg)).map(|(_, arg)| arg.span);
    if let Some(place) = address.or(outside) {
        return Err(Objection::new("shell.operand", "this may be an address on the network", place));
    }
    // Some take the program's own options behind the verbs too, and a plus for `then`.
    let own = |arg: &&&Arg<'_>| {
        let long = arg.text.starts_with("--") && !OPTIONS.split_ascii_whitespace().any(|own| own == arg.text);
        // One letter may follow another in a word.
        let in_place = arg.text.starts_with('-') && arg.text.contains('I');
        long || in_place || arg.text == "+"
    };
    if let Some(arg) = operands.iter().find(own) {
        return Err(Objection::new("shell.unknown-option", "this may be no verb's option", arg.span));
    }
    // A pattern may find a file `then`.
    let unsure = |arg: &&&Arg<'_>| arg.exact().is_none() && (arg.dash || !arg.dotted);
    match operands.iter().find(unsure) {
        Some(arg) => Err(Objection::new("shell.unknown-word", "what this becomes may be an option", arg.span)),
        None if operands.is_empty() && !scan.has("--version") => {
            Err(Objection::new("shell.subcommand", "a verb is missing", span))
        }
        None => Ok(()),
    }
}

/// Where the expression of `filter` or `put` stands whose words begin at `from`: behind options without a value.
fn expression(operands: &[&Arg<'_>], from: usize) -> Result<Option<usize>, Objection> {
    let option = |arg: &&&Arg<'_>| matches!(arg.exact(), Some("-q" | "-S" | "-F" | "-x"));
    let at = from + operands[from..].iter().take_while(option).count();
    let Some(arg) = operands.get(at) else { return Ok(None) };
    let text = arg.exact().filter(|_| !arg.dash).ok_or("the expression is known only when it runs");
    if let Err(reason) = text.and_then(read) {
        return Err(Objection::new("shell.script-argument", reason, arg.span));
    }
    // Behind it stand files, or options of the program itself.
    match operands[at + 1..].iter().take_while(|arg| arg.exact() != Some("then")).find(|arg| arg.dash) {
        Some(arg) => Err(Objection::new("shell.unknown-option", "this may be no verb's option", arg.span)),
        None => Ok(Some(at)),
    }
}

/// Reads an expression: every name in it must be a field's, a variable's of its own or one of [`PURE`], and all else marks
/// and texts. Only behind a statement that prints, which is none of these, `>` and `|` go to files and programs.
fn read(text: &str) -> Result<(), &'static str> {
    const MARKS: &[u8] = b" \t\n+-*/%=<>!&|^~?:;,.()[]{}";
    let bytes = text.as_bytes();
    let mut at = 0;
    let name_end =
        |from: usize| from + text[from..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'"' => {
                let mut end = at + 1;
                while bytes.get(end).is_some_and(|b| *b != b'"') {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                if bytes.get(end).is_none() {
                    return Err("a text in the expression has no end");
                }
                end + 1
            }
            b'$' | b'@' if bytes.get(at + 1) == Some(&b'{') => match text[at..].find('}') {
                Some(length) => at + length + 1,
                None => return Err("a name in the expression has no end"),
            },
            b'$' | b'@' => {
                let end = name_end(at + 1);
                if end == at + 1 {
                    return Err("the expression is not understood");
                }
                end
            }
            b if b.is_ascii_digit() => {
                let end = name_end(at);
                if !text[at..end].bytes().all(|b| b.is_ascii_hexdigit() || b"xob".contains(&b)) {
                    return Err("a number of the expression is followed by a word");
                }
                end
            }
            b if b.is_ascii_alphabetic() || *b == b'_' => {
                let end = name_end(at);
                if !PURE.split_ascii_whitespace().any(|own| own == &text[at..end]) {
                    return Err("this name in the expression is not known to have no effect");
                }
                end
            }
            b if MARKS.contains(b) => at + 1,
            _ => return Err("the expression is not understood"),
        };
    }
    Ok(())
}
