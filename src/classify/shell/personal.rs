//! Where the rules of people meet the table: a row that queues a call always speaks, one that allows it speaks where
//! the table knows no read and the floor does not forbid it.

use super::expand::Arg;
use super::judge::Judge;
use super::scan::{self, Objection};
use super::syntax::Place;
use super::table;
use crate::classify::folder::Trust;
use crate::classify::policy::{Glob, ProgramRule, Rule, floor_of_program};
use crate::model::{Effect, Effects, Evidence, Mark, Span, Verdict};

/// A call that the table refuses, and what could let it pass.
#[derive(Debug, Clone)]
pub(in crate::classify) struct Refusal {
    /// The objection's reason.
    pub(in crate::classify) reason: String,
    /// A row for the person's file, or why there is none.
    pub(in crate::classify) remedy: Result<String, &'static str>,
}

impl<'s> Judge<'s> {
    /// Lets the rows that queue a call speak; `name` is the program as the line writes it.
    pub(super) fn queued_by_people(&mut self, name: &str, args: &[Arg<'_>], place: Place) {
        let base = name.rsplit('/').next().unwrap_or(name);
        let policy = self.policy;
        for (rule, program) in policy.programs(Verdict::Write) {
            let row = program.row();
            if (row.is_named(name) || row.is_named(base)) && may_be_meant(program, args) {
                self.speak(rule, Effects::NONE, place);
            }
        }
    }

    /// Lets the rows that queue paths speak about a file that a redirection opens, whichever program reads it.
    pub(super) fn queued_input(&mut self, target: &Arg<'_>, place: Place) {
        let policy = self.policy;
        for (rule, program) in policy.programs(Verdict::Write) {
            if program.operands.as_ref().is_some_and(|globs| may_be_path(target, globs)) {
                self.speak(rule, Effects::NONE, place);
            }
        }
    }

    /// Objects to a call, unless a person has allowed it.
    pub(super) fn refuse(&mut self, program: &str, args: &[Arg<'_>], place: Place, objection: Objection) {
        if let Some(rule) = self.allowed_by_people(program, args) {
            let secret = args.iter().any(|arg| table::path::is_secret(&arg.text));
            if !secret || self.policy.kinds().secrets {
                for arg in args {
                    self.secret(arg);
                }
                let secret = if secret { Effect::SecretRead.into() } else { Effects::NONE };
                return self.speak(rule, objection.effects.with(secret), place);
            }
        }
        let floor = self.floor(program);
        if let Some(refusals) = &mut self.refusals {
            let remedy = floor.map_or_else(|| Ok(suggestion(program, &args[1..], self.ground.trust())), Err);
            refusals.push(Refusal { reason: objection.reason.clone(), remedy });
        }
        self.object(objection);
    }

    /// Lets a plain request pass that a person has allowed by name, unless a file queues them all.
    pub(super) fn soften(&mut self, program: &str, args: &[Arg<'_>], since: usize) {
        let asks = |fact: &Evidence| fact.effects == Effect::HttpRead.into();
        if !self.policy.rows_may_ask() || !self.evidence[since..].iter().any(asks) {
            return;
        }
        let Some(rule) = self.allowed_by_people(program, args) else { return };
        for fact in self.evidence[since..].iter_mut().filter(|fact| asks(fact)) {
            *fact = Evidence { span: fact.span, ..rule.evidence() };
        }
    }

    /// The row of the person's own that allows a call.
    fn allowed_by_people(&self, program: &str, args: &[Arg<'_>]) -> Option<&'s Rule> {
        let policy = self.policy;
        let allows = |rule: &ProgramRule| {
            rule.row().is_named(program)
                && (rule.anywhere || self.ground.trust() == Trust::Own)
                && is_meant(rule, &args[1..])
        };
        let mut rows = policy.programs(Verdict::Read);
        rows.find(|(_, rule)| allows(rule)).map(|(rule, _)| rule).filter(|_| self.floor(program).is_none())
    }

    /// Why no row lets this call pass.
    fn floor(&self, program: &str) -> Option<&'static str> {
        let decides = self.marks.contains(&Mark::Decides).then_some("would decide for the person");
        decides.or_else(|| floor_of_program(program))
    }

    fn speak(&mut self, rule: &Rule, effects: Effects, place: Place) {
        let end = place.end.min(self.text.len());
        let span = Some(Span { start: place.start.min(end), end });
        self.evidence.push(Evidence { effects, span, ..rule.evidence() });
    }
}

/// Whether every word of a call is one that the rule allows.
fn is_meant(rule: &ProgramRule, args: &[Arg<'_>]) -> bool {
    let row = rule.row();
    let mut rest = args;
    for word in &rule.subcommand {
        let Ok(leading) = scan::scan(&row, rule.style, &[], rest, true) else { return false };
        let Some(at) = leading.operands.first() else { return false };
        if !rest[*at].single || rest[*at].exact() != Some(word.as_str()) {
            return false;
        }
        rest = &rest[at + 1..];
    }
    let Ok(found) = scan::scan(&row, rule.style, &[], rest, false) else { return false };
    let Some(globs) = &rule.operands else { return true };
    found.operands.iter().all(|at| {
        let operand = &rest[*at];
        operand.single && operand.exact().is_some_and(|text| globs.iter().any(|glob| glob.holds_path(text)))
    })
}

/// Whether a call may be one that the rule queues: on every doubt it is.
fn may_be_meant(rule: &ProgramRule, args: &[Arg<'_>]) -> bool {
    may_lead_to(&rule.subcommand, args)
        && rule.flags.as_deref().is_none_or(|flags| args.iter().any(|arg| may_be_option(arg, flags)))
        && rule.operands.as_ref().is_none_or(|globs| args.iter().any(|arg| may_be_path(arg, globs)))
}

/// Whether an argument may name a path of these patterns: as a whole, or behind what programs put before a path.
fn may_be_path(arg: &Arg<'_>, globs: &[Glob]) -> bool {
    let Some(text) = arg.exact() else { return true };
    let behind_letter = text.strip_prefix('-').and_then(|rest| rest.get(1..)).filter(|_| !text.starts_with("--"));
    let behind_sign = text.match_indices(['=', '@', ':']).map(|(at, _)| &text[at + 1..]);
    let mut paths = [text].into_iter().chain(behind_letter).chain(behind_sign);
    paths.any(|path| globs.iter().any(|glob| glob.may_hold_path(path)))
}

/// Whether the words of `path` may stand in this order where subcommands stand: a word behind an option may be its
/// value, or not.
fn may_lead_to(path: &[String], args: &[Arg<'_>]) -> bool {
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    let mut behind_option = false;
    for arg in args {
        if reached[path.len()] || arg.exact().is_none() && (arg.dash || !arg.single) {
            return true;
        }
        if arg.dash {
            behind_option = true;
            continue;
        }
        let mut next = vec![false; path.len() + 1];
        for (at, word) in path.iter().enumerate().filter(|(at, _)| reached[*at]) {
            next[at] |= behind_option;
            next[at + 1] |= arg.exact().is_none_or(|text| text == word);
        }
        (reached, behind_option) = (next, false);
        if !reached.contains(&true) {
            return false;
        }
    }
    reached[path.len()]
}

/// Whether an argument may be one of `flags`: alone, in a cluster, with a value, abbreviated.
fn may_be_option(arg: &Arg<'_>, flags: &str) -> bool {
    let Some(text) = arg.exact() else { return arg.dash };
    if !text.starts_with(['-', '+']) {
        return false;
    }
    let name = text.split('=').next().unwrap_or(text);
    flags.split_whitespace().any(|flag| {
        let flag = flag.trim_start_matches('~').split('=').next().unwrap_or_default().trim_end_matches([':', '#', '?']);
        let cluster = |flag: &str| !name.starts_with("--") && flag.chars().skip(1).any(|letter| name.contains(letter));
        flag == "*"
            || flag == name
            || name.len() > 2 && flag.starts_with(name)
            || !flag.starts_with("--") && flag.starts_with('-') && cluster(flag)
    })
}

/// A row of the person's file that would allow a call and as little else as can be said: its subcommand as far as the
/// table knows one, its options, and the operands that are known.
fn suggestion(program: &str, args: &[Arg<'_>], trust: Trust) -> String {
    let path = subcommand(program, args);
    let rest = &args[path.len()..];
    let mut flags: Vec<String> = Vec::new();
    let mut operands = Some(Vec::new());
    let mut ended = false;
    for arg in rest {
        let flag = match (arg.exact(), arg.text.split_once('=')) {
            (Some("--"), _) if !ended => {
                ended = true;
                continue;
            }
            (Some(text), _) if !arg.dash || ended || text == "-" => {
                let pattern = quoted(&globset::escape(text));
                operands
                    .iter_mut()
                    .filter(|known| !known.contains(&pattern))
                    .for_each(|known| known.push(pattern.clone()));
                continue;
            }
            (None, _) if !arg.dash || ended => {
                operands = None;
                continue;
            }
            (None, None) => {
                operands = None;
                "*".to_owned()
            }
            (_, Some((name, _))) => format!("{name}:"),
            (Some(text), None) => text.to_owned(),
        };
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    let line =
        |key: &str, words: String| if words.is_empty() { words } else { format!("{key} = {}\n", quoted(&words)) };
    let (path, flags) = (line("subcommand", path.join(" ")), line("flags", flags.join(" ")));
    let operands = operands.map_or(String::new(), |known| format!("operands = [{}]\n", known.join(", ")));
    let anywhere = if trust > Trust::Own { "anywhere = true\n" } else { "" };
    format!("[[allow]]\nprogram = {}\n{path}{flags}{operands}{anywhere}", quoted(program))
}

/// The leading words that are subcommands by the table; of a program that is not in it the first word that may be one.
fn subcommand<'a>(program: &str, args: &'a [Arg<'_>]) -> Vec<&'a str> {
    let mut row = table::find(program);
    let mut path = Vec::new();
    for word in args.iter().map_while(|arg| arg.exact().filter(|_| !arg.dash)) {
        let below = row.is_some_and(|row| !row.subcommands.is_empty());
        let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b));
        if !plain || !(below || row.is_none() && path.is_empty()) {
            break;
        }
        path.push(word);
        row = row.and_then(|row| row.subcommands.iter().find(|sub| sub.is_named(word)));
        if row.is_none() {
            break;
        }
    }
    path
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The language of a program's arguments, when the table knows it.
pub(in crate::classify) fn language(program: &str) -> Option<super::rule::Language> {
    table::find(program).map(|row| row.language)
}
