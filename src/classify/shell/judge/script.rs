//! Whole scripts: the line itself, and those that its commands run.

use crate::classify::folder::Ground;
use crate::classify::shell::parser;
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::{Kind, Place, Script};
use crate::classify::shell::table::{self, path::From};
use crate::classify::shell::variable::{self, Folders, Positional, Variables};
use crate::model::{Mark, Span};

use super::{Fed, Judge, MAX_SCRIPTS, Named, Ruling, lasting};

impl<'s> Judge<'s> {
    pub(super) fn script_text(&mut self) {
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
                let here = self.ground;
                let mut inner = self.top_level(&script, here, Folders::Only(here));
                let moves = inner.ground.moved_since(here);
                // What stands in a loop or a function may run after a change of folder further down.
                if moves && inner.repeats && !here.is_anywhere() {
                    inner = self.top_level(&script, here.elsewhere(), Folders::Any);
                } else if moves && inner.variables.names_in_folders().are_counted_on() {
                    let folders = match inner.entered.as_slice() {
                        [Some(entered)] if !inner.repeats => Folders::With(here, entered.clone()),
                        _ => Folders::Any,
                    };
                    inner = self.top_level(&script, here, folders);
                }
                let Judge { ground, evidence, marks, refusals, calls, .. } = inner;
                self.calls = calls;
                self.ground = self.ground.moved_like(ground);
                (self.evidence, self.marks, self.refusals) = (evidence, marks, refusals);
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
    fn top_level<'x>(&self, script: &'x Script<'x>, ground: Ground<'x>, folders: Folders<'x>) -> Judge<'x>
    where
        's: 'x,
    {
        let mut inner: Judge<'x> = Judge::new(self.text, self.depth);
        inner.variables = Variables::of(script, folders, &self.around, &self.positional);
        (inner.start, inner.ground, inner.calls) = (ground, ground, self.calls);
        (inner.descriptors, inner.around_names) = (self.descriptors, self.around_names);
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

    pub(in super::super) fn script(&mut self, script: &'s Script<'s>) {
        for (at, command) in script.commands.iter().enumerate() {
            self.fed(script, at);
            self.command(command);
        }
    }

    /// Of what this script and those around it have the names.
    pub(super) fn names(&self) -> Named {
        *self.own_names[usize::from(self.seen_from() == From::Elsewhere)].get_or_init(|| {
            if table::path::lists_devices(self.text, self.seen_from()) { Named::Devices } else { self.around_names }
        })
    }

    fn fed(&mut self, script: &Script<'_>, at: usize) {
        let commands = &script.commands;
        self.fed = match at.checked_sub(1).map(|before| &commands[before]) {
            Some(before) if before.piped && variable::finder(&commands[..at]).is_some() => Fed::Paths,
            Some(before)
                if before.piped && commands[at].runs("xargs") && self.variables.prints_names(&commands[..at]) =>
            {
                Fed::Names
            }
            _ => Fed::Anything,
        };
    }

    /// Judges a script that a command runs with these parameters; `arg` is where it stands.
    pub(in super::super) fn inner_script(&mut self, text: &str, arg: Place, positional: Positional) -> Ruling {
        if self.depth >= MAX_SCRIPTS {
            return Err(Objection::new("shell.nested", "scripts stand too deep within each other", arg));
        }
        let mut inner = Judge::new(text, self.depth + 1);
        (inner.around, inner.rounds) = (self.variables.names(), self.rounds);
        inner.descriptors = self.descriptors.and(text);
        inner.around_names = self.names();
        inner.positional = positional;
        inner.ground = self.ground;
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
