//! How the lines of a text end, and what that means for showing it.

use std::fmt;

/// How the lines of a content end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// Nothing ends a line.
    None,
    Lf,
    Crlf,
    Mixed,
}

impl LineEnds {
    pub(super) fn of(content: &[u8]) -> Self {
        if !content.contains(&b'\n') {
            return Self::None;
        }
        if !content.contains(&b'\r') {
            return Self::Lf;
        }
        let mut lines = content.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
        let is_crlf = |line: &[u8]| line.ends_with(b"\r\n");
        let first_is_crlf = lines.next().is_some_and(is_crlf);
        match (first_is_crlf, lines.all(|line| is_crlf(line) == first_is_crlf)) {
            (true, true) => Self::Crlf,
            (false, true) => Self::Lf,
            (_, false) => Self::Mixed,
        }
    }

    /// What to say of a content that went from one to the other; nothing where both are as usual.
    pub(super) fn note(before: Self, after: Self) -> Option<String> {
        match (before, after) {
            (Self::None | Self::Lf, Self::None | Self::Lf) => None,
            (Self::None, only) | (only, Self::None) => Some(format!("line endings: {only}")),
            (old, new) if old == new => Some(format!("line endings: {new}")),
            (old, new) => Some(format!("line endings: {old} → {new}")),
        }
    }

    /// True when a return can stand at the end of a line only: named once, it need not be shown on each.
    pub(super) fn hides_returns(self) -> bool {
        matches!(self, Self::None | Self::Crlf)
    }
}

impl fmt::Display for LineEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lf => "LF",
            Self::Crlf => "CRLF",
            Self::Mixed => "LF and CRLF mixed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unusual_or_changed_line_ends_are_named() {
        let check = |before: &[u8], after: &[u8], expected: Option<&str>| {
            assert_eq!(LineEnds::note(LineEnds::of(before), LineEnds::of(after)).as_deref(), expected);
        };
        check(b"a\nb\n", b"a\n", None);
        check(b"", b"a\n", None);
        check(b"a\rb\n", b"", None);
        check(b"a\n", b"a\r\n", Some("line endings: LF → CRLF"));
        check(b"a\r\nb", b"a\r\nc", Some("line endings: CRLF"));
        check(b"a\r\nb\n", b"a\r\n", Some("line endings: LF and CRLF mixed → CRLF"));
        check(b"one line", b"a\r\n", Some("line endings: CRLF"));
        check(b"a\r\n", b"", Some("line endings: CRLF"));
    }
}
