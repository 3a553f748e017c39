//! Every command of a script, wherever it stands.

use super::{Arithmetic, Command, Kind, Piece, Script, Word};

/// Whether `fits` holds for every command of `script`, at any depth: in compounds, words, redirections, arithmetic and
/// bodies of functions. It is given each with whether it takes its input from a pipe of the same script.
pub(in crate::classify::shell) fn all_commands(script: &Script<'_>, fits: &dyn Fn(&Command<'_>, bool) -> bool) -> bool {
    let commands = &script.commands;
    (0..commands.len()).all(|at| in_command(&commands[at], at > 0 && commands[at - 1].piped, fits))
}

/// The same for one command and what it holds.
pub(in crate::classify::shell) fn in_command(
    command: &Command<'_>,
    piped_in: bool,
    fits: &dyn Fn(&Command<'_>, bool) -> bool,
) -> bool {
    let words = |words: &[Word<'_>]| words.iter().all(|word| in_word(word, fits));
    fits(command, piped_in)
        && command.redirects.iter().all(|redirect| in_word(&redirect.target, fits))
        && match &command.kind {
            Kind::Simple { assignments, words: own } => {
                words(own) && assignments.iter().all(|assignment| words(&assignment.values))
            }
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().all(|script| all_commands(script, fits)),
            Kind::For { words: own, body, .. } => words(own.as_deref().unwrap_or_default()) && all_commands(body, fits),
            Kind::Count { header, body } => in_arithmetic(header, fits) && all_commands(body, fits),
            Kind::Case { word, arms } => {
                in_word(word, fits) && arms.iter().all(|(patterns, body)| words(patterns) && all_commands(body, fits))
            }
            Kind::Function { body, .. } => in_command(body, false, fits),
            Kind::Test(own) => words(own),
            Kind::Arithmetic(inner) => in_arithmetic(inner, fits),
        }
}

fn in_word(word: &Word<'_>, fits: &dyn Fn(&Command<'_>, bool) -> bool) -> bool {
    word.pieces.iter().all(|piece| in_piece(piece, fits))
}

fn in_piece(piece: &Piece<'_>, fits: &dyn Fn(&Command<'_>, bool) -> bool) -> bool {
    match piece {
        Piece::Literal { .. } => true,
        Piece::Quoted(pieces) => pieces.iter().all(|piece| in_piece(piece, fits)),
        Piece::Arithmetic(inner) => in_arithmetic(inner, fits),
        Piece::Substitution { script, .. } | Piece::Process(script) => all_commands(script, fits),
        Piece::Parameter { parameter, .. } => {
            parameter.integers.iter().all(|inner| in_arithmetic(inner, fits))
                && parameter.nested.iter().all(|piece| in_piece(piece, fits))
        }
    }
}

fn in_arithmetic(inner: &Arithmetic<'_>, fits: &dyn Fn(&Command<'_>, bool) -> bool) -> bool {
    inner.pieces.iter().all(|piece| in_piece(piece, fits))
}
