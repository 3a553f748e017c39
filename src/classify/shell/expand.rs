//! Words to arguments: brace expansion and quote removal done exactly, every unknown part kept as a class of values.

use std::borrow::Cow;

use super::syntax::{Form, Piece, Place, Word};
use super::variable::{self, Class, Variables};

mod lead;

use lead::Lead;
pub(super) use lead::is_other_home;

/// The most words that one word's braces may make.
pub(super) const MAX_ALTERNATIVES: usize = 64;

/// One argument as the program will see it, as far as that is known.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Arg<'a> {
    /// The whole text when `known` says so, else the literal text before the first unknown part.
    pub(super) text: Cow<'a, str>,
    pub(super) known: Known,
    /// Whether it is exactly one word; otherwise it may be none or many.
    pub(super) single: bool,
    /// Whether it may be more than one word.
    pub(super) many: bool,
    /// Whether it may fall apart into words of which any may be anything.
    pub(super) splits: bool,
    /// Whether it may start with a dash.
    pub(super) dash: bool,
    /// Whether it may name something below `/dev` or `/inet`, by which bash and gawk open connections.
    pub(super) device: bool,
    /// Whether every word it may become holds a full stop or a slash, as no option of `find` does.
    pub(super) dotted: bool,
    /// Whether it may hold more than numbers, identifiers and what is written in the line.
    pub(super) loose: bool,
    /// Where the text holds `1` for an integer.
    pub(super) integers: Vec<Integer>,
    pub(super) span: Place,
}

/// The most texts that the values of one argument's integers make.
const MAX_SAMPLES: usize = 9;

/// The most words that the sequences of one word make.
const MAX_SEQUENCES: u64 = 100_000;

/// The most integers within words that may be nothing, of which every choice is read.
const MAX_OPTIONAL: usize = 4;

/// An integer of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer {
    /// Where `1` stands for it.
    pub(super) at: usize,
    pub(super) digits: Digits,
    pub(super) optional: Optional,
}

/// Whether nothing may stand there as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Optional {
    Yes,
    No,
}

/// What may stand where a text holds `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
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

const STOPS: [char; 2] = ['.', '/'];

/// Whether a text may start with a dash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MayBeOption {
    Yes,
    No,
}

/// How much of an argument is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Every character.
    Exactly,
    /// All but integers, in whose place the text holds `1`.
    UpToIntegers,
    /// A prefix.
    Partly,
}

impl<'a> Arg<'a> {
    /// A literal argument.
    pub(super) fn literal(text: impl Into<Cow<'a, str>>, span: Place) -> Self {
        let text = text.into();
        let dash = text.starts_with('-');
        let dotted = text.contains(STOPS);
        let device = text.starts_with("/dev") || text.starts_with("/inet") || is_other_home(&text);
        let (known, integers) = (Known::Exactly, Vec::new());
        Self {
            text,
            known,
            single: true,
            many: false,
            splits: false,
            dash,
            device,
            dotted,
            loose: false,
            integers,
            span,
        }
    }

    /// Part of a word that starts with `prefix`; it is one word.
    pub(super) fn partly(prefix: String, dash: bool, span: Place) -> Self {
        let dotted = prefix.contains(STOPS);
        let (text, integers) = (prefix.into(), Vec::new());
        let known = Known::Partly;
        Self {
            text,
            known,
            single: true,
            many: false,
            splits: false,
            dash,
            device: true,
            dotted,
            loose: true,
            integers,
            span,
        }
    }

    /// The same word known up to `at` alone; what stands there is another text, which may start with a dash or not.
    pub(super) fn cut(&self, at: usize, other: MayBeOption) -> Self {
        let open = at == 0 && other == MayBeOption::Yes;
        let prefix = self.text[..at].to_owned();
        let dash = self.dash && (at > 0 || self.exact().is_none()) || open || prefix.starts_with('-');
        let (single, many, splits) = (self.single, self.many, self.splits);
        Self { single, many, splits, ..Self::partly(prefix, dash, self.span) }
    }

    /// Any number of paths that start with no dash.
    pub(super) fn paths(span: Place) -> Self {
        Self { dash: false, splits: false, ..Self::unknown(span) }
    }

    /// Any number of arguments about which nothing is known.
    pub(super) fn unknown(span: Place) -> Self {
        Self { single: false, many: true, splits: true, ..Self::partly(String::new(), true, span) }
    }

    /// The text when every character is known.
    pub(super) fn exact(&self) -> Option<&str> {
        (self.known == Known::Exactly).then_some(&*self.text)
    }

    /// The text with every integer as nothing, as a number and as what else it may be; `None` where more is unknown.
    pub(super) fn samples(&self) -> Option<Vec<String>> {
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
    pub(super) fn sample(&self) -> Option<&str> {
        (self.known != Known::Partly).then_some(&*self.text)
    }
}

/// Expands `words`; `None` when a word's braces are not plain.
pub(super) fn expand<'a>(words: &'a [Word<'a>], variables: &Variables<'_>) -> Option<Vec<Arg<'a>>> {
    let mut args = Vec::with_capacity(words.len());
    for word in words {
        if has_braces(word) {
            for tokens in alternatives(tokens(word))? {
                args.push(argument(&tokens, word.span, variables));
            }
        } else {
            args.push(single(word, variables));
        }
    }
    Some(args)
}

/// The words as they are with each choice of integers within them as nothing, first the one with all of them; `None` where
/// these are too many.
///
/// What is spelled around such an integer means something else without it: `$!-v`, `-p$n`.
pub(super) fn readings<'a>(args: &[Arg<'a>]) -> Option<Vec<Vec<Arg<'a>>>> {
    let count: usize = args.iter().map(|arg| arg.optional().count()).sum();
    if count > MAX_OPTIONAL {
        return None;
    }
    let reading = |choice: usize| {
        let mut choices = (0..count).map(|at| choice >> at & 1 == 1);
        args.iter().map(|arg| arg.without(|| choices.next() == Some(true))).collect()
    };
    Some((0..1_usize << count).rev().map(reading).collect())
}

/// Expands a word that is not subject to brace expansion: the value of an assignment, a redirection's target.
pub(super) fn single<'a>(word: &'a Word<'a>, variables: &Variables<'_>) -> Arg<'a> {
    if let [Piece::Literal { text, quoted }] = word.pieces.as_slice()
        && (*quoted || text == "[" || !text.contains(['*', '?', '[']))
    {
        return Arg::literal(&**text, word.span);
    }
    let tokens: Vec<Token<'a>> = word.pieces.iter().map(Token::Piece).collect();
    argument(&tokens, word.span, variables)
}

pub(super) fn has_braces(word: &Word<'_>) -> bool {
    word.pieces.iter().any(|piece| matches!(piece, Piece::Literal { text, quoted: false } if text.contains('{')))
}

/// A word's parts for brace expansion.
#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    Piece(&'a Piece<'a>),
    /// Unquoted text without braces and commas.
    Text(&'a str),
    /// A number of a sequence such as `{1..9}`.
    Number,
    /// A letter of a sequence such as `{a..e}`.
    Letter,
    Open,
    Close,
    Comma,
}

fn tokens<'a>(word: &'a Word<'a>) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    for piece in &word.pieces {
        let Piece::Literal { text, quoted: false } = piece else {
            tokens.push(Token::Piece(piece));
            continue;
        };
        let mut rest: &'a str = text;
        while let Some(at) = rest.find(['{', '}', ',']) {
            if at > 0 {
                tokens.push(Token::Text(&rest[..at]));
            }
            tokens.push(match rest.as_bytes()[at] {
                b'{' => Token::Open,
                b'}' => Token::Close,
                _ => Token::Comma,
            });
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            tokens.push(Token::Text(rest));
        }
    }
    tokens
}

/// All the words that one word's braces make; `None` when they are unbalanced around a comma, or too many.
fn alternatives(tokens: Vec<Token<'_>>) -> Option<Vec<Vec<Token<'_>>>> {
    let mut done = Vec::new();
    // What the sequences of one word make together is made in memory.
    let lengths = tokens.iter().filter_map(|token| if let Token::Text(text) = token { length(text) } else { None });
    if lengths.fold(1_u64, u64::saturating_mul) > MAX_SEQUENCES {
        return None;
    }
    let mut waiting = vec![(tokens, 0)];
    while let Some((tokens, from)) = waiting.pop() {
        if done.len() + waiting.len() > MAX_ALTERNATIVES || tokens.len() > 4 * MAX_ALTERNATIVES {
            return None;
        }
        let Some(open) = (from..tokens.len()).find(|at| matches!(tokens[*at], Token::Open)) else {
            done.push(tokens);
            continue;
        };
        let (close, commas) = match group(&tokens, open) {
            Some(found) => found,
            None if tokens[open..].iter().any(|token| matches!(token, Token::Comma)) => return None,
            None => (open, Vec::new()),
        };
        if commas.is_empty() {
            if close == open + 2 && matches!(tokens[open + 1], Token::Text(text) if text.contains("..")) {
                let mut spliced = tokens[..open].to_vec();
                spliced.push(sequence(tokens[open + 1])?);
                spliced.extend_from_slice(&tokens[close + 1..]);
                waiting.push((spliced, open));
            } else {
                waiting.push((tokens, open + 1));
            }
            continue;
        }
        let mut bounds = vec![open];
        bounds.extend(commas);
        bounds.push(close);
        for pair in bounds.windows(2).rev() {
            let mut spliced = tokens[..open].to_vec();
            spliced.extend_from_slice(&tokens[pair[0] + 1..pair[1]]);
            spliced.extend_from_slice(&tokens[close + 1..]);
            waiting.push((spliced, open));
        }
    }
    Some(done)
}

/// The brace that closes the one at `open`, and the commas that are directly between them.
fn group(tokens: &[Token<'_>], open: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0_usize;
    let mut commas = Vec::new();
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Open => depth += 1,
            Token::Comma if depth == 1 => commas.push(at),
            Token::Close if depth == 1 => return Some((at, commas)),
            Token::Close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// How many numbers a text between braces may stand for: `1..9`.
fn length(text: &str) -> Option<u64> {
    let mut ends = text.split("..").map(str::parse::<u64>);
    match (ends.next(), ends.next()) {
        (Some(Ok(from)), Some(Ok(to))) => Some(from.abs_diff(to).saturating_add(1)),
        _ => None,
    }
}

/// What a sequence is made of: numbers, or letters of one case, between which bash puts nothing but letters.
fn sequence<'a>(token: Token<'_>) -> Option<Token<'a>> {
    let Token::Text(text) = token else { return None };
    let number = |part: &str| !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit());
    if text.split("..").all(number) {
        return Some(Token::Number);
    }
    let letters = match text.split("..").collect::<Vec<_>>().as_slice() {
        [from, to] => [*from, *to],
        [from, to, step] if number(step) => [*from, *to],
        _ => return None,
    };
    let all = |is: fn(&u8) -> bool| letters.iter().all(|end| matches!(end.as_bytes(), [byte] if is(byte)));
    (all(u8::is_ascii_lowercase) || all(u8::is_ascii_uppercase)).then_some(Token::Letter)
}

/// The argument that `tokens` make, in one pass from left to right.
fn argument<'a>(tokens: &[Token<'a>], span: Place, variables: &Variables<'_>) -> Arg<'a> {
    let mut build = Build::default();
    for token in tokens {
        match token {
            Token::Piece(piece) => build.piece(piece, false, variables),
            Token::Text(text) => build.literal(text, false),
            Token::Number => {
                build.hole_of(Class::Number, true, Width::Line, Optional::No);
                build.single = false;
                build.many = true;
            }
            Token::Letter => {
                build.hole(Class::Plain, true);
                build.single = false;
                build.many = true;
            }
            Token::Open => build.literal("{", true),
            Token::Close => build.literal("}", true),
            Token::Comma => build.literal(",", true),
        }
    }
    let single = build.single && build.filled;
    let dash = build.dash.unwrap_or(false) || build.splits;
    let dotted = build.stop && !build.splits && !build.class;
    let device = build.lead.is_device() || build.splits;
    let (text, integers) = (Cow::Owned(build.text), build.integers);
    let (known, many, splits, loose) = (build.known, build.many, build.splits, build.loose);
    Arg { text, known, single, many, splits, dash, device, dotted, loose, integers, span }
}

/// An argument under construction.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Build {
    text: String,
    known: Known,
    single: bool,
    many: bool,
    /// Whether a full stop or a slash was met, a value that may fall apart, and a bracket of a pattern.
    stop: bool,
    splits: bool,
    class: bool,
    loose: bool,
    /// Whether it may start with a dash, once that is settled.
    dash: Option<bool>,
    /// What its start may be.
    lead: Lead,
    integers: Vec<Integer>,
    /// Whether something keeps it from vanishing when its expansions are empty.
    filled: bool,
}

/// How much a value may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Line,
    Lines,
}

impl Default for Build {
    fn default() -> Self {
        let (text, known, dash) = (String::new(), Known::Exactly, None);
        Self {
            text,
            known,
            single: true,
            many: false,
            stop: false,
            splits: false,
            class: false,
            loose: false,
            dash,
            lead: Lead::default(),
            integers: Vec::new(),
            filled: false,
        }
    }
}

impl Build {
    fn piece(&mut self, piece: &Piece<'_>, within: bool, variables: &Variables<'_>) {
        match piece {
            Piece::Literal { text, quoted } => {
                self.filled |= *quoted;
                self.literal(text, *quoted || within);
            }
            Piece::Quoted(pieces) => {
                self.filled = true;
                for piece in pieces {
                    self.piece(piece, true, variables);
                }
            }
            Piece::Parameter { parameter, quoted }
                if let Some(value) = variables.value(parameter, *quoted || within) =>
            {
                self.filled = true;
                self.literal(value, true);
            }
            Piece::Parameter { parameter, quoted } => {
                if parameter.form == Form::Each {
                    self.single = false;
                    self.many = true;
                }
                self.filled |= *quoted;
                // Whose home it is, is nobody else's business.
                self.loose |= parameter.name == "HOME";
                let quoted_whole = *quoted && parameter.form != Form::Each;
                let optional = variables.may_be_nothing(parameter);
                self.hole_of(variables.parameter(parameter), quoted_whole, Width::Line, optional);
                self.split(*quoted, variables);
            }
            Piece::Substitution { script, quoted } => {
                self.filled |= *quoted;
                let prefixed = !self.text.is_empty();
                let several = variable::prints_many(script);
                // Between quotes the lines are one word.
                let width = if several { Width::Lines } else { Width::Line };
                self.hole_of(variables.output(script), *quoted, width, Optional::Yes);
                let many = !*quoted && several;
                self.single &= !many;
                self.many |= many;
                if many && prefixed {
                    // What is before stands before the first of the words alone.
                    (self.splits, self.known) = (true, Known::Partly);
                }
                self.split(*quoted, variables);
            }
            Piece::Arithmetic(inner) => {
                self.filled = true;
                self.hole_of(variables.arithmetic(inner), true, Width::Line, Optional::No);
                self.split(within, variables);
            }
            Piece::Process(_) => {
                self.literal("/dev/fd/", true);
                self.known = Known::Partly;
                self.loose = true;
            }
        }
    }

    fn literal(&mut self, text: &str, quoted: bool) {
        if text.is_empty() {
            return;
        }
        self.filled = true;
        self.stop |= text.contains(STOPS);
        self.class |= !quoted && text.contains('[');
        let pattern = if quoted { None } else { text.find(['*', '?', '[']) };
        let plain = &text[..pattern.unwrap_or(text.len())];
        self.lead.literal(plain, pattern.is_some());
        if !plain.is_empty() {
            self.dash.get_or_insert(plain.starts_with('-'));
            if self.known != Known::Partly {
                self.text.push_str(plain);
            }
        }
        if pattern.is_some() {
            self.dash.get_or_insert(true);
            self.known = Known::Partly;
            self.single = false;
            self.many = true;
            self.loose = true;
        }
    }

    fn hole(&mut self, class: Class, quoted: bool) {
        self.hole_of(class, quoted, Width::Line, Optional::Yes);
    }

    fn hole_of(&mut self, class: Class, quoted: bool, width: Width, optional: Optional) {
        let class = if quoted || !class.may_split() { class } else { Class::Unknown };
        if class == Class::Unknown && !quoted {
            self.single = false;
            self.many = true;
            self.splits = true;
        }
        self.lead.hole(class);
        self.loose |= !matches!(class, Class::Number | Class::Integer | Class::Plain | Class::Reference);
        if matches!(class, Class::Unknown | Class::Relative | Class::Integer | Class::Reference) {
            self.dash.get_or_insert(true);
        }
        match (class, self.known) {
            (Class::Number | Class::Integer, Known::Exactly | Known::UpToIntegers) => {
                let digits = match (class, width) {
                    (_, Width::Lines) if quoted => Digits::Lines,
                    (Class::Integer, _) => Digits::Integer,
                    _ => Digits::Number,
                };
                self.integers.push(Integer { at: self.text.len(), digits, optional });
                self.text.push('1');
                self.known = Known::UpToIntegers;
            }
            _ => self.known = Known::Partly,
        }
    }

    /// With an `IFS` of the script's own any unquoted value may fall apart anywhere.
    fn split(&mut self, quoted: bool, variables: &Variables<'_>) {
        if !quoted && variables.splits_anywhere() {
            self.single = false;
            self.many = true;
            self.splits = true;
            self.dash = Some(true);
            self.known = Known::Partly;
        }
    }
}
