//! File descriptors: `/dev/stdout` is whatever stands behind descriptor 1, opened anew for writing.

use memchr::memchr_iter;

use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::{Place, Redirect, RedirectKind};

use super::{Judge, Ruling};

/// The files that Linux opens anew, and empties, when they are written to: what descriptors 1 and 2 stand for.
pub(super) const STANDARD: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2"];

/// What a script and those around it do with descriptors, wherever in them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Descriptors {
    /// One beyond the standard ones may read from a file.
    reads: bool,
    /// One may be closed, so that the next file takes its number.
    closes: bool,
}

impl Descriptors {
    /// With what `text` does, too. It is not parsed: what looks like it is enough.
    pub(super) fn and(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let before = |at: usize| at.checked_sub(1).map(|before| bytes[before]);
        let source = |at: usize| bytes[at + 1..].iter().find(|byte| !b" \t\\\n".contains(byte)).copied();
        let mut both = Self {
            reads: self.reads || memchr_iter(b'<', bytes).any(|at| matches!(before(at), Some(b'3'..=b'9'))),
            closes: self.closes,
        };
        for at in memchr_iter(b'&', bytes) {
            both.reads |= before(at) == Some(b'>') && source(at) == Some(b'0');
            both.closes |= source(at) == Some(b'-');
        }
        both
    }
}

impl Judge<'_> {
    /// Objects to what lets a file that is read, or one with a number of its own, become an output, which
    /// [`STANDARD`] names then.
    pub(super) fn descriptor(&mut self, redirect: &Redirect<'_>) {
        let place = Place { start: redirect.span.start, end: redirect.span.end };
        let sign = self.text.as_bytes().get(place.start).copied().unwrap_or_default();
        let is_output = matches!(sign, b'1' | b'2' | b'>' | b'&');
        let source = redirect.target.bare().unwrap_or_default();
        let unfit = match redirect.kind {
            RedirectKind::Input | RedirectKind::Here => is_output,
            RedirectKind::Duplicate if source == "-" => false,
            RedirectKind::Duplicate => {
                is_output && !matches!(source, "1" | "2") && (source == "0" || self.descriptors.reads)
            }
            RedirectKind::Output => false,
        };
        if unfit {
            self.object(Objection::new("shell.redirect", "what is read from could be written to by this", place));
        }
    }

    /// Whether `text`, which a program may open for writing, stands for a descriptor for certain.
    pub(super) fn standard_output(&self, text: &str, place: Place) -> Ruling {
        if self.descriptors.closes && STANDARD.iter().any(|name| text.contains(name)) {
            let reason = "this may be a file that took the number of a closed descriptor";
            return Err(Objection::new("shell.operand", reason, place));
        }
        Ok(())
    }
}
