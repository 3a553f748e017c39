//! One argument as the program will see it, as far as that is known.

use std::borrow::Cow;

use crate::classify::shell::syntax::Place;

use super::lead::is_other_home;

/// One argument as the program will see it, as far as that is known.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in crate::classify::shell) struct Arg<'a> {
    /// The whole text when `known` says so, else the literal text before the first unknown part.
    pub(in crate::classify::shell) text: Cow<'a, str>,
    pub(in crate::classify::shell) known: Known,
    /// Whether it is exactly one word; otherwise it may be none or many.
    pub(in crate::classify::shell) single: bool,
    /// Whether it may be more than one word.
    pub(in crate::classify::shell) many: bool,
    /// Whether it may fall apart into words of which any may be anything.
    pub(in crate::classify::shell) splits: bool,
    /// Whether it may start with a dash.
    pub(in crate::classify::shell) dash: bool,
    /// Whether every word it becomes is the name of something in the folder, and none begins as more than a name does.
    pub(in crate::classify::shell) named: bool,
    /// Whether it may name something below `/dev` or `/inet`, by which bash and gawk open connections.
    pub(in crate::classify::shell) device: bool,
    /// Whether every word it may become holds a full stop or a slash, as no option of `find` does.
    pub(in crate::classify::shell) dotted: bool,
    /// Whether it may hold more than numbers, identifiers and what is written in the line.
    pub(in crate::classify::shell) loose: bool,
    /// Where the text holds `1` for an integer.
    pub(in crate::classify::shell) integers: Vec<Integer>,
    pub(in crate::classify::shell) span: Place,
}

/// The most texts that the values of one argument's integers make.
const MAX_SAMPLES: usize = 9;

/// The most integers within words that may be nothing, of which every choice is read.
const MAX_OPTIONAL: usize = 4;

/// An integer of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) struct Integer {
    /// Where `1` stands for it.
    pub(in crate::classify::shell) at: usize,
    pub(in crate::classify::shell) digits: Digits,
    pub(in crate::classify::shell) optional: Optional,
}

/// Whether nothing may stand there as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum Optional {
    Yes,
    No,
}

/// What may stand where a text holds `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum Digits {
    Number,
    /// A number, perhaps behind a minus sign.
    Integer,
    /// Lines of numbers.
    Lines,
}

impl Integer {
    /// One text for each kind of value.
    fn samples(self) -> impl Iterator<Item = &'static str> {
        let values: &[&str] = match self.digits {
            Digits::Number => &["1"],
            Digits::Integer => &["1", "-1"],
            Digits::Lines => &["1", "1\n1"],
        };
        (self.optional == Optional::Yes).then_some("").into_iter().chain(values.iter().copied())
    }
}

pub(in crate::classify::shell) const STOPS: [char; 2] = ['.', '/'];

/// Whether a text may start with a dash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum MayBeOption {
    Yes,
    No,
}

/// How much of an argument is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum Known {
    /// Every character.
    Exactly,
    /// All but integers, in whose place the text holds `1`.
    UpToIntegers,
    /// A prefix.
    Partly,
}

impl<'a> Arg<'a> {
    /// A literal argument.
    pub(in crate::classify::shell) fn literal(text: impl Into<Cow<'a, str>>, span: Place) -> Self {
        let text = text.into();
        let dash = text.starts_with('-');
        let dotted = text.contains(STOPS);
        let device = text.starts_with("/dev") || text.starts_with("/inet") || is_other_home(&text);
        Self { known: Known::Exactly, dash, device, dotted, loose: false, ..Self::one_word(text, span) }
    }

    /// One word that begins so, about which the least is known.
    fn one_word(text: Cow<'a, str>, span: Place) -> Self {
        Self {
            text,
            known: Known::Partly,
            single: true,
            many: false,
            splits: false,
            dash: true,
            named: false,
            device: true,
            dotted: false,
            loose: true,
            integers: Vec::new(),
            span,
        }
    }

    /// Part of a word that starts with `prefix`; it is one word.
    pub(in crate::classify::shell) fn partly(prefix: String, dash: bool, span: Place) -> Self {
        let dotted = prefix.contains(STOPS);
        Self { dash, dotted, ..Self::one_word(prefix.into(), span) }
    }

    /// The same word known up to `at` alone; what stands there is another text, which may start with a dash or not.
    pub(in crate::classify::shell) fn cut(&self, at: usize, other: MayBeOption) -> Self {
        let open = at == 0 && other == MayBeOption::Yes;
        let prefix = self.text[..at].to_owned();
        let dash = self.dash && (at > 0 || self.exact().is_none()) || open || prefix.starts_with('-');
        let (single, many, splits) = (self.single, self.many, self.splits);
        Self { single, many, splits, ..Self::partly(prefix, dash, self.span) }
    }

    /// Any number of paths that start with no dash.
    pub(in crate::classify::shell) fn paths(span: Place) -> Self {
        Self { dash: false, splits: false, ..Self::unknown(span) }
    }

    /// Any number of arguments about which nothing is known.
    pub(in crate::classify::shell) fn unknown(span: Place) -> Self {
        Self { single: false, many: true, splits: true, ..Self::partly(String::new(), true, span) }
    }

    /// The text when every character is known.
    pub(in crate::classify::shell) fn exact(&self) -> Option<&str> {
        (self.known == Known::Exactly).then_some(&*self.text)
    }

    /// The text with every integer as nothing, as a number and as what else it may be; `None` where more is unknown.
    pub(in crate::classify::shell) fn samples(&self) -> Option<Vec<String>> {
        let text = self.sample()?;
        let mut texts = vec![String::new()];
        let mut from = 0;
        for integer in &self.integers {
            let before = &text[from..integer.at];
            let longer =
                |text: &String| integer.samples().map(|value| format!("{text}{before}{value}")).collect::<Vec<_>>();
            texts = texts.iter().flat_map(longer).collect();
            if texts.len() > MAX_SAMPLES {
                return None;
            }
            from = integer.at + 1;
        }
        for sample in &mut texts {
            sample.push_str(&text[from..]);
        }
        Some(texts)
    }

    /// The integers that may be nothing, in a word that holds more.
    fn optional(&self) -> impl Iterator<Item = &Integer> {
        let whole = self.known == Known::UpToIntegers && self.text == "1";
        self.integers.iter().filter(move |integer| !whole && integer.optional == Optional::Yes)
    }

    /// The word without those of its optional integers that `is_nothing` says, in order, and with the others there.
    fn without(&self, mut is_nothing: impl FnMut() -> bool) -> Self {
        if self.optional().next().is_none() {
            return self.clone();
        }
        let (mut text, mut integers, mut from) = (String::new(), Vec::new(), 0);
        for integer in &self.integers {
            text.push_str(&self.text[from..integer.at]);
            from = integer.at + 1;
            if integer.optional == Optional::Yes && is_nothing() {
                continue;
            }
            integers.push(Integer { at: text.len(), optional: Optional::No, ..*integer });
            text.push('1');
        }
        text.push_str(&self.text[from..]);
        let number_first = integers.first().is_some_and(|integer| integer.at == 0);
        let open = text.is_empty() && self.known == Known::Partly;
        let dash = if number_first { self.dash } else { text.starts_with('-') || open || self.dash && !self.single };
        let all = integers.is_empty() && self.known == Known::UpToIntegers;
        let known = if all { Known::Exactly } else { self.known };
        let device = self.device || Arg::literal(&*text, self.span).device;
        Self { text: text.into(), known, dash, device, integers, ..self.clone() }
    }

    /// The text when nothing but integers is unknown.
    pub(in crate::classify::shell) fn sample(&self) -> Option<&str> {
        (self.known != Known::Partly).then_some(&*self.text)
    }
}

/// The words as they are with each choice of integers within them as nothing, first the one with all of them; `None` where
/// these are too many.
///
/// What is spelled around such an integer means something else without it: `$!-v`, `-p$n`.
pub(in crate::classify::shell) fn readings<'x, 'a>(args: &'x [Arg<'a>]) -> Option<Vec<Cow<'x, [Arg<'a>]>>> {
    let count: usize = args.iter().map(|arg| arg.optional().count()).sum();
    if count == 0 {
        return Some(vec![Cow::Borrowed(args)]);
    }
    if count > MAX_OPTIONAL {
        return None;
    }
    let reading = |choice: usize| {
        let mut choices = (0..count).map(|at| choice >> at & 1 == 1);
        let words = args.iter().map(|arg| arg.without(|| choices.next() == Some(true)));
        Cow::Owned(words.collect())
    };
    Some((0..1_usize << count).rev().map(reading).collect())
}
