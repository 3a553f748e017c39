//! One command: its redirections and assignments, then by its kind what it holds or which program it calls.

use std::borrow::Cow;

use crate::classify::shell::expand::{self, Arg};
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::{Assignment, Command, Kind, Place, Redirect, RedirectKind, Word};
use crate::classify::shell::table::{self, environment};
use crate::model::{Effect, Mark, Span};

use super::descriptor::STANDARD;
use super::lasting::Attention;
use super::{Fed, Judge, lasting, round};

/// How many commands a line may leave in the background at once.
const MAX_AT_ONCE: usize = 100;

/// Words of other shells' own, which a function of that name does not take the place of.
const OTHERS_WORDS: [&str; 8] = ["nocorrect", "repeat", "foreach", "end", "always", "integer", "float", "noglob"];

impl<'s> Judge<'s> {
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

    pub(super) fn command(&mut self, command: &'s Command<'s>) {
        let outer = std::mem::replace(&mut self.attention, Attention::of(command));
        self.any_command(command);
        self.attention = outer;
    }

    fn any_command(&mut self, command: &'s Command<'s>) {
        let fed = std::mem::take(&mut self.fed);
        let fed = if self.has_own_input(command) { Fed::Anything } else { fed };
        let marks = self.marks.len();
        let place = Place { start: command.span.start, end: command.span.end };
        if command.body {
            // It is expanded with the command that it feeds, before what stands between.
            let (values, functions) = (self.variables.unsettle(0), std::mem::take(&mut self.functions));
            command.redirects.iter().for_each(|redirect| self.redirect(redirect));
            self.variables.resettle(values);
            self.functions = functions;
            return;
        }
        for redirect in &command.redirects {
            self.descriptor(redirect);
            self.redirect(redirect);
        }
        let times = self.times;
        self.times = times.zip(round::times(&command.kind)).and_then(|(outer, own)| outer.checked_mul(own));
        self.repeats |=
            matches!(command.kind, Kind::Loop(_) | Kind::For { .. } | Kind::Count { .. } | Kind::Function { .. });
        match &command.kind {
            Kind::Simple { assignments, words } => {
                self.simple(assignments, words, place, command, fed);
            }
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().for_each(|script| self.script(script)),
            Kind::For { name, words, body } => {
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
                let outer = self.variables.enter(name);
                self.function(name, body, command.span);
                self.variables.leave(outer);
                self.variables.resettle(values);
                self.functions = functions;
            }
            Kind::Test(words) => self.test(words, command.span),
            Kind::Arithmetic(inner) => self.arithmetic(inner),
        }
        if matches!(command.kind, Kind::Test(_) | Kind::Arithmetic(_) | Kind::Case { .. }) {
            self.allow("shell.test", "compares values", place);
        }
        self.times = times;
        // A host ends what the shell waits for when its time is over, not what was left behind.
        let endless = self.marks[marks..].contains(&Mark::Endless) || !lasting::is_brief(command);
        if command.background && (endless || times.is_none_or(|times| times > MAX_AT_ONCE)) {
            let reason =
                if endless { "what may not end would outlive the line" } else { "any number of these may run at once" };
            self.object(Objection::new("shell.background", reason, place));
        }
    }

    /// A body that only reads may have a name, as long as the name means nothing else.
    fn function(&mut self, name: &'s str, body: &'s Command<'s>, span: Span) {
        let place = Place { start: span.start, end: span.end };
        if table::find(name).is_some() || OTHERS_WORDS.contains(&name) || is_called_by_shells(name) {
            self.object(Objection::new("shell.function", format!("the function takes the place of `{name}`"), place));
        }
        self.command(body);
    }

    pub(super) fn local_name(&mut self, name: &str, place: Place) {
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
        if !matches!(redirect.kind, RedirectKind::Here) && expand::has_braces(&redirect.target) {
            self.object(Objection::new("shell.unparsed", "braces in a redirection are not read", place));
        }
        let target = expand::single(&redirect.target, &self.variables);
        match redirect.kind {
            RedirectKind::Here | RedirectKind::Duplicate => {}
            RedirectKind::Output => {
                let harmless = |text: &str| text == "/dev/null" || STANDARD.contains(&text);
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
                let acts =
                    table::path::opens_acting_device("<", &target.text, self.seen_from(), target.exact().is_some());
                if target.device && is_device(&target.text) || acts || self.climbs_to_devices(&target) {
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
        let may = if alone { environment::may_set } else { environment::may_hand };
        let listed = !assignment.appended && value.is_some_and(|value| may(assignment.name, &value));
        if local || splits || listed {
            self.allow("shell.assignment", "sets a variable of the script's own", place);
        } else {
            let reason = format!("setting `{}` may change what later programs do", assignment.name);
            self.object(Objection::new("shell.environment", reason, place));
        }
    }
}

/// Whether a shell calls a function of that name by itself, among what other commands print and read.
fn is_called_by_shells(name: &str) -> bool {
    const HOOKS: [&str; 8] =
        ["chpwd", "precmd", "preexec", "periodic", "zshexit", "zshaddhistory", "zsh_directory_name", "preprompt"];
    name.starts_with("TRAP") || name.starts_with("command_not_found") || HOOKS.contains(&name)
}

/// Whether opening `path`, which may lie below `/dev`, for reading may do more than read a file; it may be a prefix.
fn is_device(path: &str) -> bool {
    !matches!(path, "/dev/null" | "/dev/stdin" | "/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/tty")
        && !path.strip_prefix("/dev/fd/").is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}
