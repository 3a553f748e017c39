//! Text made safe to print: what a terminal would obey or hide is spelled out instead.
//!
//! Whoever reads a diff decides by what they see, so nothing in it may move the cursor, reverse the order of the
//! letters or take no room at all. Tabs stay. Everything else that is not plainly visible becomes a picture (`␛`),
//! a code point (`<U+202E>`) or, where the bytes are not UTF-8, the byte (`\xff`). The display is for eyes: a file
//! that really holds the letters `<U+202E>` looks the same, and the data itself is never changed.

use std::fmt::Write;

/// A field of one line: newlines and carriage returns are pictures too.
pub fn line(text: impl AsRef<[u8]>) -> String {
    let bytes = text.as_ref();
    let mut out = String::with_capacity(bytes.len());
    push_line(&mut out, bytes);
    out
}

/// A text of several lines: `\n` and `\r\n` end lines (and come out as `\n`), a lone carriage return is a picture.
pub fn body(text: impl AsRef<[u8]>) -> String {
    let bytes = text.as_ref();
    let mut out = String::with_capacity(bytes.len());
    for part in bytes.split_inclusive(|&byte| byte == b'\n') {
        let (text, end) = match part.strip_suffix(b"\n") {
            Some(text) => (text.strip_suffix(b"\r").unwrap_or(text), "\n"),
            None => (part, ""),
        };
        push_line(&mut out, text);
        out.push_str(end);
    }
    out
}

/// Appends `bytes` as [`line`] shows them; tells how many characters or bytes had to be spelled out.
pub(super) fn push_line(out: &mut String, bytes: &[u8]) -> usize {
    if is_plain_ascii(bytes) {
        out.push_str(str::from_utf8(bytes).expect("ASCII is UTF-8"));
        return 0;
    }
    let mut spelled = 0;
    for chunk in bytes.utf8_chunks() {
        spelled += push_valid(out, chunk.valid());
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}").expect("a string takes all text");
            spelled += 1;
        }
    }
    spelled
}

/// True for what is shown as it is without a closer look; most lines of most files.
fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == b'\t' || (0x20..0x7f).contains(&byte))
}

fn push_valid(out: &mut String, text: &str) -> usize {
    let mut spelled = 0;
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if !is_hidden(c) || is_part_of_emoji(before, c, rest.clone().next()) {
            out.push(c);
        } else {
            push_spelled(out, c);
            spelled += 1;
        }
        before = Some(c);
    }
    spelled
}

fn push_spelled(out: &mut String, c: char) {
    match c {
        // The control pictures of Unicode stand in the order of the controls.
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + c as u32).expect("U+2400 to U+241F are characters")),
        '\x7f' => out.push('␡'),
        _ => write!(out, "<U+{:04X}>", c as u32).expect("a string takes all text"),
    }
}

/// True for characters that move, reorder, hide or pass for a plain space.
fn is_hidden(c: char) -> bool {
    match c {
        '\t' => false,
        // C0, delete and C1.
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => true,
        c if c.is_ascii() => false,
        _ => is_bidi_control(c) || is_odd_space(c) || is_invisible(c),
    }
}

/// Marks that change the order in which a line is displayed (Unicode property `Bidi_Control`).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Spaces and line ends other than the common ones (`White_Space`), and the braille cell without dots.
fn is_odd_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Characters that take no room or show nothing (`Default_Ignorable_Code_Point`, and format characters beside it).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// True for a joiner between two pictures and for the selector that asks for a picture in colour: they are part of
/// what the eye sees as one emoji, and hide nothing there.
fn is_part_of_emoji(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        '\u{fe0f}' => before.is_some_and(is_pictograph),
        '\u{200d}' => before.is_some_and(|b| b == '\u{fe0f}' || is_pictograph(b)) && after.is_some_and(is_pictograph),
        _ => false,
    }
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(input: &[u8], expected: &str) {
        assert_eq!(line(input), expected, "{input:?}");
    }

    #[test]
    fn controls_become_pictures_and_tabs_stay() {
        check(b"a\tb", "a\tb");
        check(b"\x1b[31mred\x1b[0m", "␛[31mred␛[0m");
        check(b"nul\0bell\x07back\x08del\x7f", "nul␀bell␇back␈del␡");
        check(b"over\rwritten\r\n", "over␍written␍␊");
        check("c1 \u{9b}31m".as_bytes(), "c1 <U+009B>31m");
    }

    #[test]
    fn marks_that_reorder_or_take_no_room_are_spelled_out() {
        check("if\u{202e} a \u{2066}b\u{2069}".as_bytes(), "if<U+202E> a <U+2066>b<U+2069>");
        check("zero\u{200b}width\u{feff}\u{2060}".as_bytes(), "zero<U+200B>width<U+FEFF><U+2060>");
        check("tag\u{e0041}sel\u{fe0f}\u{e0100}".as_bytes(), "tag<U+E0041>sel<U+FE0F><U+E0100>");
        check("hangul\u{3164}filler\u{ad}".as_bytes(), "hangul<U+3164>filler<U+00AD>");
    }

    #[test]
    fn spaces_that_pass_for_a_plain_one_are_spelled_out() {
        check("rm\u{a0}-rf\u{3000}x".as_bytes(), "rm<U+00A0>-rf<U+3000>x");
        check("a\u{2028}b\u{2029}c\u{85}d\u{2800}".as_bytes(), "a<U+2028>b<U+2029>c<U+0085>d<U+2800>");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_one_by_one() {
        check(b"caf\xe9 \xf0\x9f\x98", "caf\\xe9 \\xf0\\x9f\\x98");
        check(b"\xed\xa0\x80", "\\xed\\xa0\\x80");
    }

    #[test]
    fn letters_of_every_script_and_emoji_stay_as_they_are() {
        for text in ["naïve — Ωμέγα, русский, 漢字, עברית", "⚠️ ❤️ 👩‍💻 👨‍👩‍👧 ✈️"]
        {
            check(text.as_bytes(), text);
        }
        // The same two characters elsewhere hide something.
        check("a\u{200d}b ⚠\u{200d}x".as_bytes(), "a<U+200D>b ⚠<U+200D>x");
    }

    #[test]
    fn a_body_keeps_its_lines_whichever_way_they_end() {
        assert_eq!(body(b"one\ntwo\r\nthree\rfour"), "one\ntwo\nthree␍four");
        assert_eq!(body(b"\r\n\n"), "\n\n");
        assert_eq!(body(b""), "");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_comes_out(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".*") {
            for input in [bytes.as_slice(), text.as_bytes()] {
                let shown = line(input);
                prop_assert!(!shown.chars().any(|c| (c.is_control() && c != '\t') || is_bidi_control(c)), "{shown:?}");
                let shown = body(input);
                prop_assert!(!shown.chars().any(|c| (c.is_control() && !"\t\n".contains(c)) || is_bidi_control(c)), "{shown:?}");
            }
        }
    }
}
