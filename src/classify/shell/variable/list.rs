//! Words that become several: the elements and keys of arrays, and the numbered parameters.

use super::{Arrays, Class, Variables};
use crate::classify::shell::expand;
use crate::classify::shell::syntax::{Form, Piece, Word};
use crate::classify::shell::table::environment;

impl<'a> Variables<'a> {
    /// The class of each element that a list gives an array.
    pub(super) fn class_of_elements(&self, words: &[Word<'a>]) -> Class {
        // With its name or number in front an element is what stands behind that.
        let named = |word: &Word<'_>| matches!(word.pieces.first(), Some(Piece::Literal { text, quoted: false }) if text.starts_with('['));
        if words.iter().any(|word| named(word) || expand::has_braces(word)) {
            return Class::Unknown;
        }
        self.class_of_words(words)
    }

    /// The class of each word that `"$@"` or `"${a[@]}"` becomes.
    pub(super) fn each(&self, word: &Word<'_>) -> Option<Class> {
        let piece = match word.pieces.as_slice() {
            [Piece::Quoted(inner)] if inner.len() == 1 => &inner[0],
            [piece @ Piece::Parameter { quoted: true, .. }] => piece,
            _ => return None,
        };
        let Piece::Parameter { parameter, .. } = piece else { return None };
        match parameter.name {
            _ if parameter.form != Form::Each => None,
            "@" => Some(self.positional.each()),
            name if self.overflow || self.around.has(name) => None,
            name => self.known.iter().find(|v| v.name == name).and_then(|v| v.elements),
        }
    }

    /// The class of the keys that are a word: numbers, where the script makes the array and gives none a name.
    pub(super) fn keys(&self, word: &Word<'_>) -> Option<Class> {
        let pieces = match word.pieces.as_slice() {
            [Piece::Quoted(inner)] => inner.as_slice(),
            pieces => pieces,
        };
        let [Piece::Parameter { parameter, .. }] = pieces else { return None };
        let own = environment::is_local(parameter.name) && self.known.iter().any(|v| v.name == parameter.name);
        let numbered = own && self.arrays < Arrays::Named && !self.overflow && !self.around.has(parameter.name);
        (parameter.form == Form::Keys && numbered).then_some(Class::Number)
    }
}
