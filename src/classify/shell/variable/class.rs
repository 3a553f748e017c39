//! The classes of values: what is certain of a value that is not known.

use super::is_plain;
use crate::classify::shell::expand::{Arg, Digits, Known};
use crate::classify::shell::syntax::{Arithmetic, Form, Piece};

/// The values that an expansion may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum Class {
    /// Digits, or nothing.
    Number,
    /// Digits after an optional minus sign, or nothing.
    Integer,
    /// A number, an identifier or a text of the line: no blank, no pattern, no dash at the start, nothing below `/dev`.
    Plain,
    /// The name of a branch or tag: no blank, no pattern, nothing below `/dev`.
    Reference,
    /// The name of something in the folder that begins as no option does, or nothing.
    Named,
    /// Anything that neither starts with a dash nor lies below `/dev`.
    Start,
    /// Anything that does not start with a dash: a folder, perhaps `/` or `/dev`.
    Folder,
    /// Anything that does not lie below `/dev`: the name of a file here.
    Relative,
    /// The same where each holds a full stop or a slash, or nothing: what `*.rs` and `*/` find.
    Dotted,
    /// Anything.
    Unknown,
}

impl Class {
    /// The class that holds for the values of both.
    pub(super) fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Named, b) => Self::Start.join(b),
            (a, Self::Named) => a.join(Self::Start),
            (Self::Number, Self::Integer) | (Self::Integer, Self::Number) => Self::Integer,
            (Self::Number, b @ (Self::Plain | Self::Start)) => b,
            (a @ (Self::Plain | Self::Start), Self::Number) => a,
            (Self::Plain, Self::Start) | (Self::Start, Self::Plain) => Self::Start,
            (Self::Folder, Self::Number | Self::Plain | Self::Start)
            | (Self::Number | Self::Plain | Self::Start, Self::Folder) => Self::Folder,
            (Self::Unknown | Self::Folder, _) | (_, Self::Unknown | Self::Folder) => Self::Unknown,
            (Self::Reference, Self::Number | Self::Plain) | (Self::Number | Self::Plain, Self::Reference) => {
                Self::Reference
            }
            (Self::Relative | Self::Dotted | Self::Integer | Self::Reference, _)
            | (_, Self::Relative | Self::Dotted | Self::Integer | Self::Reference) => Self::Relative,
            _ => Self::Unknown,
        }
    }

    /// Whether a value may hold blanks, at which an unquoted one falls apart.
    pub(in crate::classify::shell) fn may_split(self) -> bool {
        matches!(self, Self::Named | Self::Start | Self::Folder | Self::Relative | Self::Dotted)
    }

    /// The class of an arithmetic expansion's value. What a variable holds may be long enough to overflow.
    pub(in crate::classify::shell) fn of_arithmetic(inner: &Arithmetic<'_>) -> Self {
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Parameter { parameter, .. } => parameter.form == Form::Length,
            Piece::Arithmetic(inner) => Self::of_arithmetic(inner) == Self::Number,
            _ => false,
        };
        let positive = !inner.signed && inner.names.is_empty() && inner.pieces.iter().all(piece);
        if positive { Self::Number } else { Self::Integer }
    }

    /// The class of one literal or partly known argument.
    pub(super) fn of(arg: &Arg<'_>) -> Self {
        if arg.known == Known::UpToIntegers {
            let digits = arg.text.bytes().all(|b| b.is_ascii_digit());
            let lines = arg.integers.iter().any(|integer| integer.digits == Digits::Lines);
            return if digits && !lines && !arg.many { Self::Integer } else { Self::Unknown };
        }
        if arg.device {
            return Self::Unknown;
        }
        if arg.dash {
            return if arg.dotted { Self::Dotted } else { Self::Relative };
        }
        if arg.named {
            return Self::Named;
        }
        if arg.known == Known::Partly {
            return Self::Start;
        }
        if arg.text.bytes().all(|b| b.is_ascii_digit()) {
            Self::Number
        } else if is_plain(&arg.text) {
            Self::Plain
        } else {
            Self::Start
        }
    }
}
