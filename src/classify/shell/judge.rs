//! Judges a parsed script, one command after another: redirections and expansions first, then the program by its row.

mod call;
mod expansion;
mod lasting;
mod round;

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::classify::policy::Policy;
use crate::model::{Effect, Effects, Evidence, Mark, Span, Verdict};

use super::Folder;
use super::expand::{self, Arg};
use super::parser;
use super::personal::Refusal;
use super::rule::{Row, Style};
use super::scan::Objection;
use super::syntax::{Assignment, Command, Kind, Place, Redirect, RedirectKind, Script, Word};
use super::table::{self, environment};
use super::variable::{self, Variables};
use call::mentions_us;

/// The rule of what would be a read if only the overrides were set.
pub(super) const FOLDER_SETTINGS: &str = "shell.folder-settings";

/// How deep scripts may stand within scripts: `bash -c` inside of `xargs` inside of `bash -c`.
const MAX_SCRIPTS: usize = 8;
/// How many commands a line may leave in the background at once.
const MAX_AT_ONCE: usize = 100;

/// What a step says: nothing, or why the command is a write.
pub(super) type Ruling = Result<(), Objection>;

/// The evidence so far and what it depends on.
pub(super) struct Judge<'s> {
    pub(super) evidence: Vec<Evidence>,
    pub(super) marks: Vec<Mark>,
    /// The text of the script at hand; spans point into it.
    pub(super) text: &'s str,
    /// Whether the text names plangate, once somebody asked.
    names_us: OnceCell<bool>,
    pub(super) variables: Variables<'s>,
    /// Names to which the scripts around this one give values.
    around: Vec<String>,
    functions: Vec<&'s str>,
    /// How many times the command at hand is judged, for each value of the loops around it.
    rounds: usize,
    /// Whether the script defines a function, which `unset` would take away.
    pub(super) defines: bool,
    /// Whether a part of the script may run again later.
    repeats: bool,
    /// How often the command at hand may run, where that is known.
    times: Option<usize>,
    /// Whether a command may run in another folder than the agent's.
    pub(super) moved: bool,
    /// The folder that the agent works in, where that is known.
    pub(super) root: Option<&'s str>,
    /// What the command at hand reads from a pipe.
    pub(super) fed: Fed,
    depth: usize,
    calls: usize,
    /// What people have said.
    pub(super) policy: &'s Policy,
    /// What the table refused, when somebody wants to know.
    pub(super) refusals: Option<Vec<Refusal>>,
}

/// Judges a whole text that is run in `folder` by the table alone.
pub(super) fn judge(text: &str, folder: Folder<'_>) -> (Vec<Evidence>, Vec<Mark>) {
    let judge = judge_under(text, folder, Policy::built_in(), Trace::Nothing);
    (judge.evidence, judge.marks)
}

/// What a judgement keeps besides its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    Nothing,
    /// What the table refused.
    Refusals,
}

/// Judges a whole text by the table and what people have said.
pub(super) fn judge_under<'s>(text: &'s str, folder: Folder<'s>, policy: &'s Policy, trace: Trace) -> Judge<'s> {
    let mut judge = Judge::new(text, 0);
    match folder {
        Folder::Unnamed => {}
        Folder::Agents(root) => judge.root = Some(root),
        Folder::Elsewhere => judge.moved = true,
    }
    (judge.policy, judge.refusals) = (policy, (trace == Trace::Refusals).then(Vec::new));
    judge.script_text();
    judge
}

/// What a command reads from a pipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Fed {
    #[default]
    Anything,
    /// Paths that start with no dash, each ended by a NUL.
    Paths,
    /// Numbers and identifiers, none of which starts with a dash.
    Names,
}

/// A command whose words are expanded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'c, 'a> {
    /// The row's names so far: `git log`.
    pub(super) path: &'c str,
    pub(super) row: &'c Row<'c>,
    pub(super) args: &'c [Arg<'a>],
    pub(super) span: Place,
    /// The flags of the outer rows.
    inherited: &'c [&'c str],
    /// Those of them that may stand before a subcommand.
    leading: &'c [&'c str],
    /// Whether the outer rows write every option as a word.
    words: bool,
    /// Where a word before the subcommand is that is not known.
    unknown: Option<Place>,
    /// Whether an outer row obeys the configuration of its folder, and that folder is not the agent's.
    foreign: bool,
    marks: &'c [Mark],
}

impl<'c, 'a> Call<'c, 'a> {
    /// A program with its arguments, not yet in a subcommand's row.
    fn of(path: &'c str, row: &'c Row<'c>, args: &'c [Arg<'a>], span: Place) -> Self {
        Self {
            path,
            row,
            args,
            span,
            inherited: &[],
            leading: &[],
            words: false,
            unknown: None,
            foreign: false,
            marks: &[],
        }
    }

    fn style(&self) -> Style {
        if self.words { Style::Words } else { self.row.style }
    }
}

impl<'s> Judge<'s> {
    fn new(text: &'s str, depth: usize) -> Self {
        Self {
            evidence: Vec::new(),
            marks: Vec::new(),
            text,
            names_us: OnceCell::new(),
            variables: Variables::default(),
            around: Vec::new(),
            functions: Vec::new(),
            rounds: 1,
            defines: false,
            repeats: false,
            // What runs a script within a line may do so for each word of its input.
            times: (depth == 0).then_some(1),
            moved: false,
            root: None,
            fed: Fed::Anything,
            depth,
            calls: 0,
            policy: Policy::built_in(),
            refusals: None,
        }
    }

    fn script_text(&mut self) {
        match parser::parse(self.text) {
            Err(refusal) => {
                self.mark_if_we_are_named();
                let place = Place { start: refusal.span.start, end: refusal.span.end };
                self.object(Objection::new("shell.unparsed", refusal.reason, place));
            }
            Ok(script) if script.commands.is_empty() => {
                self.allow("shell.empty", "nothing is run", Place { start: 0, end: self.text.len() });
            }
            Ok(script) => {
                let mut inner = self.top_level(&script, self.moved);
                // What stands in a loop or a function may run after a change of folder further down.
                if inner.repeats && inner.moved && !self.moved {
                    inner = self.top_level(&script, true);
                }
                let Judge { moved, evidence, marks, refusals, calls, .. } = inner;
                self.calls = calls;
                (self.moved, self.evidence, self.marks, self.refusals) = (moved, evidence, marks, refusals);
                if self.depth > 0 && lasting::may_last(&script) {
                    self.marks.push(Mark::Endless);
                }
                if self.evidence.is_empty() {
                    let place = Place { start: 0, end: self.text.len() };
                    self.object(Objection::new("shell.unparsed", "nothing here is known to only read", place));
                }
            }
        }
    }

    /// Judges a whole script; only a function that is defined for certain may be called by its name.
    fn top_level<'x>(&self, script: &'x Script<'x>, moved: bool) -> Judge<'x>
    where
        's: 'x,
    {
        let mut inner: Judge<'x> = Judge::new(self.text, self.depth);
        inner.variables = Variables::of(script, &self.around);
        (inner.moved, inner.calls, inner.root) = (moved, self.calls, self.root);
        (inner.policy, inner.refusals) = (self.policy, self.refusals.as_ref().map(|_| Vec::new()));
        inner.defines = script.commands.iter().any(|command| matches!(command.kind, Kind::Function { .. }));
        for (at, command) in script.commands.iter().enumerate() {
            inner.fed(script, at);
            inner.command(command);
            match &command.kind {
                Kind::Function { name, .. } if command.settled => inner.functions.push(name),
                // Where a redirection fails, other shells assign nothing.
                Kind::Simple { assignments, words }
                    if command.settled && words.is_empty() && command.redirects.is_empty() =>
                {
                    inner.settle(assignments);
                }
                _ => {}
            }
        }
        inner
    }

    /// What cannot be read may call plangate when the text holds its name.
    fn mark_if_we_are_named(&mut self) {
        if *self.names_us.get_or_init(|| mentions_us(self.text)) {
            self.marks.push(Mark::Decides);
        }
    }

    pub(super) fn object(&mut self, objection: Objection) {
        self.evidence.push(Evidence {
            verdict: Verdict::Write,
            effects: objection.effects,
            rule: objection.rule.to_owned(),
            reason: objection.reason,
            span: Some(self.span(objection.span)),
        });
    }

    pub(super) fn allow(&mut self, rule: &str, reason: &str, place: Place) {
        self.allow_with(rule, reason, Effects::NONE, place);
    }

    /// Notes a read of what is commonly secret.
    pub(super) fn allow_secret(&mut self, rule: &str, reason: &str, place: Place) {
        self.marks.push(Mark::Secret);
        self.allow_with(rule, reason, Effect::SecretRead.into(), place);
    }

    fn allow_with(&mut self, rule: &str, reason: &str, effects: Effects, place: Place) {
        let (verdict, span) = (Verdict::Read, Some(self.span(place)));
        self.evidence.push(Evidence { verdict, effects, rule: rule.to_owned(), reason: reason.to_owned(), span });
    }

    fn span(&self, place: Place) -> Span {
        let len = self.text.len();
        Span { start: place.start.min(len), end: place.end.min(len).max(place.start.min(len)) }
    }

    pub(super) fn script(&mut self, script: &'s Script<'s>) {
        for (at, command) in script.commands.iter().enumerate() {
            self.fed(script, at);
            self.command(command);
        }
    }

    fn fed(&mut self, script: &Script<'_>, at: usize) {
        let commands = &script.commands;
        self.fed = match at.checked_sub(1).map(|before| &commands[before]) {
            Some(before) if variable::prints_paths(before) => Fed::Paths,
            Some(before)
                if before.piped && commands[at].runs("xargs") && self.variables.prints_names(&commands[..at]) =>
            {
                Fed::Names
            }
            _ => Fed::Anything,
        };
    }

    /// Whether a redirection gives a command another input than the pipe.
    fn has_own_input(&self, command: &Command<'_>) -> bool {
        let reads = |redirect: &Redirect<'_>| match redirect.kind {
            RedirectKind::Input | RedirectKind::Here => true,
            RedirectKind::Output => false,
            RedirectKind::Duplicate => {
                self.text.get(redirect.span.start..redirect.span.end).is_none_or(|text| text.contains('<'))
            }
        };
        command.redirects.iter().any(reads)
    }

    fn command(&mut self, command: &'s Command<'s>) {
        let fed = std::mem::take(&mut self.fed);
        let fed = if self.has_own_input(command) { Fed::Anything } else { fed };
        let marks = self.marks.len();
        if command.body {
            // It is expanded with the command that it feeds, before what stands between.
            let (values, functions) = (self.variables.unsettle(0), std::mem::take(&mut self.functions));
            command.redirects.iter().for_each(|redirect| self.redirect(redirect));
            self.variables.resettle(values);
            self.functions = functions;
            return;
        }
        for redirect in &command.redirects {
            self.redirect(redirect);
        }
        let times = self.times;
        self.times = times.zip(round::times(&command.kind)).and_then(|(outer, own)| outer.checked_mul(own));
        self.repeats |=
            matches!(command.kind, Kind::Loop(_) | Kind::For { .. } | Kind::Count { .. } | Kind::Function { .. });
        match &command.kind {
            Kind::Simple { assignments, words } => {
                let place = Place { start: command.span.start, end: command.span.end };
                self.simple(assignments, words, place, command, fed);
            }
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().for_each(|script| self.script(script)),
            Kind::For { name, words, body } => {
                let place = Place { start: command.span.start, end: command.span.end };
                self.local_name(name, place);
                words.iter().flatten().for_each(|word| self.word(word));
                self.rounds(name, words.as_deref(), body);
            }
            Kind::Count { header, body } => {
                self.arithmetic(header);
                self.script(body);
            }
            Kind::Case { word, arms } => {
                self.word(word);
                for (patterns, body) in arms {
                    for word in patterns {
                        self.word(word);
                    }
                    self.script(body);
                }
            }
            Kind::Function { name, body } => {
                // It may be called where nothing is settled, and calls no other, so that none calls itself.
                let (values, functions) = (self.variables.unsettle(0), std::mem::take(&mut self.functions));
                self.function(name, body, command.span);
                self.variables.resettle(values);
                self.functions = functions;
            }
            Kind::Test(words) => self.test(words, command.span),
            Kind::Arithmetic(inner) => self.arithmetic(inner),
        }
        if !matches!(command.kind, Kind::Simple { .. }) {
            let place = Place { start: command.span.start, end: command.span.end };
            if matches!(command.kind, Kind::Test(_) | Kind::Arithmetic(_) | Kind::Case { .. }) {
                self.allow("shell.test", "compares values", place);
            }
        }
        self.times = times;
        // A host ends what the shell waits for when its time is over, not what was left behind.
        let endless = self.marks[marks..].contains(&Mark::Endless) || !lasting::is_brief(command);
        if command.background && (endless || times.is_none_or(|times| times > MAX_AT_ONCE)) {
            let place = Place { start: command.span.start, end: command.span.end };
            let reason =
                if endless { "what may not end would outlive the line" } else { "any number of these may run at once" };
            self.object(Objection::new("shell.background", reason, place));
        }
    }

    /// A body that only reads may have a name, as long as the name means nothing else.
    fn function(&mut self, name: &'s str, body: &'s Command<'s>, span: Span) {
        let place = Place { start: span.start, end: span.end };
        if table::find(name).is_some() {
            self.object(Objection::new("shell.function", format!("the function takes the place of `{name}`"), place));
        }
        self.command(body);
    }

    fn local_name(&mut self, name: &str, place: Place) {
        if !environment::is_local(name) {
            self.object(Objection::new(
                "shell.environment",
                format!("setting `{name}` may change what later programs do"),
                place,
            ));
        }
    }

    fn redirect(&mut self, redirect: &'s Redirect<'s>) {
        self.word(&redirect.target);
        let place = Place { start: redirect.span.start, end: redirect.span.end };
        let target = expand::single(&redirect.target, &self.variables);
        match redirect.kind {
            RedirectKind::Here | RedirectKind::Duplicate => {}
            RedirectKind::Output => {
                let harmless = |text: &str| matches!(text, "/dev/null" | "/dev/stdout" | "/dev/stderr");
                if !target.exact().is_some_and(harmless) {
                    self.object(Objection::new("shell.redirect", "the output goes into a file", place));
                }
            }
            RedirectKind::Input => {
                self.queued_input(&target, place);
                if self.secret(&target) {
                    self.allow_with(
                        "shell.redirect",
                        "reads what is commonly secret",
                        Effect::SecretRead.into(),
                        place,
                    );
                }
                if target.device && is_device(&target.text) {
                    self.object(Objection::new("shell.redirect", "this may open a connection or a device", place));
                }
            }
        }
    }

    fn simple(
        &mut self,
        assignments: &'s [Assignment<'s>],
        words: &'s [Word<'s>],
        place: Place,
        command: &Command<'_>,
        fed: Fed,
    ) {
        for assignment in assignments {
            self.assignment(assignment, words);
        }
        for word in words {
            self.word(word);
        }
        if words.is_empty() {
            if assignments.is_empty() && !command.redirects.is_empty() {
                self.allow("shell.redirect", "opens what the redirections name", place);
            }
            return;
        }
        let Some(args) = expand::expand(words, &self.variables) else {
            self.object(Objection::new("shell.unparsed", "these braces are not read", place));
            return;
        };
        // Programs that run others know nothing of functions.
        let function = args.first().filter(|first| first.single).and_then(Arg::exact);
        if function.is_some_and(|name| self.functions.contains(&name)) {
            self.allow("shell.function", "calls a function that only reads", place);
            return;
        }
        self.fed = fed;
        self.call(&args, place);
        self.fed = Fed::Anything;
    }

    fn assignment(&mut self, assignment: &'s Assignment<'s>, words: &'s [Word<'s>]) {
        let place = Place { start: assignment.span.start, end: assignment.span.end };
        for word in &assignment.values {
            self.word(word);
        }
        let value = match assignment.values.as_slice() {
            [] if !assignment.array => Some(Cow::Borrowed("")),
            [word] if !assignment.array => {
                let arg = expand::single(word, &self.variables);
                arg.exact().map(|text| Cow::Owned(text.to_owned()))
            }
            _ => None,
        };
        let alone = words.is_empty();
        let splits = assignment.name == "IFS"
            && (alone || words[0].bare().is_some_and(|word| word == "read" || word == "mapfile"));
        // Before a program it would be handed on, and some read settings from names in small letters.
        let local = environment::is_local(assignment.name) && alone;
        let listed = !assignment.appended && value.is_some_and(|value| environment::may_set(assignment.name, &value));
        if local || splits || listed {
            self.allow("shell.assignment", "sets a variable of the script's own", place);
        } else {
            let reason = format!("setting `{}` may change what later programs do", assignment.name);
            self.object(Objection::new("shell.environment", reason, place));
        }
    }

    /// Judges a script that a command runs; `arg` is where it stands.
    pub(super) fn inner_script(&mut self, text: &str, arg: Place) -> Ruling {
        if self.depth >= MAX_SCRIPTS {
            return Err(Objection::new("shell.nested", "scripts stand too deep within each other", arg));
        }
        let mut inner = Judge::new(text, self.depth + 1);
        (inner.around, inner.rounds) = (self.variables.names(), self.rounds);
        inner.moved = self.moved;
        inner.root = self.root;
        inner.calls = self.calls;
        (inner.policy, inner.refusals) = (self.policy, self.refusals.as_ref().map(|_| Vec::new()));
        inner.script_text();
        self.calls = inner.calls;
        if let (Some(all), Some(more)) = (&mut self.refusals, inner.refusals) {
            all.extend(more);
        }
        let offset =
            self.text.get(arg.start + 1..arg.end.saturating_sub(1)).filter(|raw| *raw == text).map(|_| arg.start + 1);
        for mut fact in inner.evidence {
            fact.span = Some(match (offset, fact.span) {
                (Some(offset), Some(span)) => Span { start: span.start + offset, end: span.end + offset },
                _ => self.span(arg),
            });
            self.evidence.push(fact);
        }
        self.marks.extend(inner.marks);
        Ok(())
    }
}

/// Whether opening `path`, which may lie below `/dev`, for reading may do more than read a file; it may be a prefix.
fn is_device(path: &str) -> bool {
    !matches!(path, "/dev/null" | "/dev/stdin" | "/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/tty")
        && !path.starts_with("/dev/fd/")
}
