//! Judges a parsed script, one command after another: redirections and expansions first, then the program by its row.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

use std::borrow::Cow;

use crate::classify::policy::Policy;
use crate::model::{Effect, Effects, Evidence, Mark, Span, Verdict};

use super::Folder;
use super::expand::{self, Arg};
use super::language;
use super::parser;
use super::personal::Refusal;
use super::rule::{Language, Operands, Row, Style};
use super::scan::{self, Objection, Scan};
use super::syntax::{
    Arithmetic, Assignment, Command, Kind, Parameter, Piece, Place, Redirect, RedirectKind, Script, Word,
};
use super::table::{self, environment};
use super::variable::Variables;

/// The rule of what would be a read if only the overrides were set.
pub(super) const FOLDER_SETTINGS: &str = "shell.folder-settings";

/// How deep scripts may stand within scripts: `bash -c` inside of `xargs` inside of `bash -c`.
const MAX_SCRIPTS: usize = 8;

/// What a step says: nothing, or why the command is a write.
pub(super) type Ruling = Result<(), Objection>;

/// The evidence so far and what it depends on.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Judge<'s> {
    pub(super) evidence: Vec<Evidence>,
    pub(super) marks: Vec<Mark>,
    /// The text of the script at hand; spans point into it.
    pub(super) text: &'s str,
    pub(super) variables: Variables<'s>,
    functions: Vec<&'s str>,
    /// Whether the script defines a function, which `unset` would take away.
    pub(super) defines: bool,
    /// Whether a part of the script may run again later.
    repeats: bool,
    /// Whether a command may run in another folder than the agent's.
    pub(super) moved: bool,
    /// The folder that the agent works in, where that is known.
    pub(super) root: Option<&'s str>,
    /// Whether the command at hand reads paths that start with no dash, each ended by a NUL.
    pub(super) reads_paths: bool,
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
    /// Whether the outer rows write every option as a word.
    words: bool,
    /// Whether an outer row obeys the configuration of its folder, and that folder is not the agent's.
    foreign: bool,
    marks: &'c [Mark],
}

impl Call<'_, '_> {
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
            variables: Variables::default(),
            functions: Vec::new(),
            defines: false,
            repeats: false,
            moved: false,
            root: None,
            reads_paths: false,
            depth,
            calls: 0,
            policy: Policy::built_in(),
            refusals: None,
        }
    }

    fn script_text(&mut self) {
        match parser::parse(self.text) {
            Err(refusal) => {
                if mentions_us(self.text) {
                    self.marks.push(Mark::Decides);
                }
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
                let Judge { moved, evidence, marks, refusals, .. } = inner;
                (self.moved, self.evidence, self.marks, self.refusals) = (moved, evidence, marks, refusals);
            }
        }
    }

    /// Judges a whole script; only a function that is defined for certain may be called by its name.
    fn top_level<'x>(&self, script: &'x Script<'x>, moved: bool) -> Judge<'x>
    where
        's: 'x,
    {
        let mut inner: Judge<'x> = Judge::new(self.text, self.depth);
        inner.variables = Variables::of(script);
        (inner.moved, inner.calls, inner.root) = (moved, self.calls, self.root);
        (inner.policy, inner.refusals) = (self.policy, self.refusals.as_ref().map(|_| Vec::new()));
        inner.defines = script.commands.iter().any(|command| matches!(command.kind, Kind::Function { .. }));
        for (at, command) in script.commands.iter().enumerate() {
            inner.fed(script, at);
            inner.command(command);
            if let (Kind::Function { name, .. }, true) = (&command.kind, command.settled) {
                inner.functions.push(name);
            }
        }
        inner
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
        self.reads_paths = at.checked_sub(1).is_some_and(|before| prints_paths(&script.commands[before]));
    }

    fn command(&mut self, command: &'s Command<'s>) {
        let reads_paths = std::mem::take(&mut self.reads_paths);
        for redirect in &command.redirects {
            self.redirect(redirect);
        }
        self.repeats |=
            matches!(command.kind, Kind::Loop(_) | Kind::For { .. } | Kind::Count { .. } | Kind::Function { .. });
        match &command.kind {
            Kind::Simple { assignments, words } => {
                let place = Place { start: command.span.start, end: command.span.end };
                self.simple(assignments, words, place, command, reads_paths);
            }
            Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().for_each(|script| self.script(script)),
            Kind::For { name, words, body } => {
                let place = Place { start: command.span.start, end: command.span.end };
                self.local_name(name, place);
                words.iter().flatten().for_each(|word| self.word(word));
                self.script(body);
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
            Kind::Function { name, body } => self.function(name, body, command.span),
            Kind::Test(words) => self.test(words, command.span),
            Kind::Arithmetic(inner) => self.arithmetic(inner),
        }
        if !matches!(command.kind, Kind::Simple { .. }) {
            let place = Place { start: command.span.start, end: command.span.end };
            if matches!(command.kind, Kind::Test(_) | Kind::Arithmetic(_)) {
                self.allow("shell.test", "compares values", place);
            }
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
        reads_paths: bool,
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
        self.reads_paths = reads_paths;
        self.call(&args, place);
        self.reads_paths = false;
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
        let appended = self.text.as_bytes()[place.start..].get(assignment.name.len()) == Some(&b'+');
        let alone = words.is_empty();
        let splits = assignment.name == "IFS"
            && (alone || words[0].bare().is_some_and(|word| word == "read" || word == "mapfile"));
        // Before a program it would be handed on, and some read settings from names in small letters.
        let local = environment::is_local(assignment.name) && alone;
        let listed = !appended && value.is_some_and(|value| environment::may_set(assignment.name, &value));
        if local || splits || listed {
            self.allow("shell.assignment", "sets a variable of the script's own", place);
        } else {
            let reason = format!("setting `{}` may change what later programs do", assignment.name);
            self.object(Objection::new("shell.environment", reason, place));
        }
    }

    /// A call whose first argument names the program.
    pub(super) fn call(&mut self, args: &[Arg<'_>], span: Place) {
        let Some(first) = args.first() else { return };
        let Some(name) = first.exact().filter(|_| first.single) else {
            if mentions_us(self.text) {
                self.marks.push(Mark::Decides);
            }
            self.object(Objection::new(
                "shell.dynamic-command",
                "which program runs is known only when it runs",
                first.span,
            ));
            return;
        };
        self.queued_by_people(name, &args[1..], span);
        if is_us(name) {
            self.ourselves(name, args, span);
            return;
        }
        let Some(program) = program_name(name) else {
            self.object(Objection::new(
                "shell.project-program",
                format!("`{name}` is a program of the project"),
                first.span,
            ));
            return;
        };
        let Some(row) = table::find(program) else {
            self.runs_us(args);
            let reason = format!("`{program}` is not known to only read");
            self.refuse(program, args, span, Objection::new("shell.unknown-program", reason, first.span));
            return;
        };
        self.calls += 1;
        let since = self.evidence.len();
        let call = Call {
            path: program,
            row,
            args: &args[1..],
            span,
            inherited: &[],
            words: false,
            foreign: false,
            marks: &[],
        };
        let ruling = if self.calls > MAX_SCRIPTS {
            Err(Objection::new("shell.nested", "commands stand too deep within each other", span))
        } else {
            self.row(call)
        };
        self.calls -= 1;
        match ruling {
            Ok(()) => self.soften(program, args, since),
            Err(objection) => {
                self.runs_us(args);
                self.refuse(program, args, span, objection);
            }
        }
    }

    /// Our own reports are reads; every other call of ours is an attempt to decide.
    fn ourselves(&mut self, name: &str, args: &[Arg<'_>], span: Place) {
        let report = table::find(name).is_some_and(|row| {
            self.row(Call {
                path: name,
                row,
                args: &args[1..],
                span,
                inherited: &[],
                words: false,
                foreign: false,
                marks: &[],
            })
            .is_ok()
        });
        if !report {
            self.marks.push(Mark::Decides);
            self.object(Objection::new("plangate", "only a person runs plangate's decisions", span));
        }
    }

    /// Marks a program that runs others and has plangate among its words.
    fn runs_us(&mut self, args: &[Arg<'_>]) {
        let data = args.first().is_some_and(|arg| table::write::takes_data(&arg.text));
        let word = |arg: &Arg<'_>| arg.text.split(|c: char| c.is_whitespace() || ";|&('\"`".contains(c)).any(is_us);
        let raw = |arg: &Arg<'_>| {
            arg.exact().is_none() && self.text.get(arg.span.start..arg.span.end).is_some_and(mentions_us)
        };
        if !data && args.iter().skip(1).any(|arg| word(arg) || raw(arg)) {
            self.marks.push(Mark::Decides);
        }
    }

    /// Judges a call by its row, or by the row of its subcommand.
    pub(super) fn row(&mut self, call: Call<'_, '_>) -> Ruling {
        let Call { row, args, span, .. } = call;
        let marks = if row.marks.is_empty() { call.marks } else { row.marks };
        if row.verdict == Verdict::Write {
            self.marks.extend(row.marks.iter().filter(|mark| **mark != Mark::Network));
            let objection = Objection::new("shell.write", format!("`{}` {}", call.path, row.reason), span);
            return Err(Objection { effects: row.effects, ..objection });
        }
        let foreign = call.foreign || row.trusts_folder && self.moved;
        let here = self.root.and_then(|root| own_folder(args, root)).filter(|_| row.trusts_folder);
        let args = here.as_deref().unwrap_or(args);
        let call = Call { args, foreign, ..call };
        if row.subcommands.is_empty() {
            return self.leaf(Call { marks, ..call });
        }
        let scan = scan::scan(row, call.style(), call.inherited, args, true)?;
        if foreign && scan.operands.is_empty() {
            return Err(other_folder(call.path, span));
        }
        let Some(at) = scan.operands.first() else {
            if row.alone || scan.has("--version --help -V -v -h -vV -version -help --list -l") {
                self.finish(call.path, row, marks, &scan, args, span);
                return Ok(());
            }
            return Err(Objection::new(
                "shell.subcommand",
                format!("`{}` alone is not known to only read", call.path),
                span,
            ));
        };
        let name = &args[*at];
        let sub = name.exact().and_then(|text| row.subcommands.iter().find(|sub| sub.is_named(text)));
        let Some(sub) = sub else {
            let what = name.exact().unwrap_or("...");
            let reason = format!("`{} {what}` is not known to only read", call.path);
            return Err(Objection::new("shell.subcommand", reason, name.span));
        };
        let path = format!("{} {}", call.path, name.text);
        let mut inherited = call.inherited.to_vec();
        if row.style != Style::Posix {
            inherited.push(row.flags);
        }
        self.row(Call {
            path: &path,
            row: sub,
            args: &args[at + 1..],
            span,
            inherited: &inherited,
            words: call.style() == Style::Words,
            foreign,
            marks,
        })
    }

    fn leaf(&mut self, call: Call<'_, '_>) -> Ruling {
        let Call { args, span, path, marks, .. } = call;
        // Objections name the program as it was called, not all the names of its row.
        let row = &Row { name: path, ..*call.row };
        if let Language::Builtin(builtin) = row.language {
            language::builtin::judge(self, builtin, args, span)?;
            self.allow(path, row.reason, span);
            return Ok(());
        }
        if row.language == Language::Find {
            language::find::judge(self, args, span)?;
            self.finish(path, row, marks, &Scan::default(), args, span);
            return Ok(());
        }
        if row.language == Language::Tar {
            language::tar::judge(args, span)?;
            self.finish(path, row, marks, &Scan::default(), args, span);
            return Ok(());
        }
        let scan = scan::scan(row, call.style(), call.inherited, args, false)?;
        if marks.contains(&Mark::Network)
            && let Some(arg) = args.iter().find(|arg| arg.sample().is_none())
        {
            return Err(Objection::new("shell.unknown-word", "what is sent over the network is not known", arg.span));
        }
        scan::operands(row, &scan, args, span)?;
        language::judge(self, row.language, &scan, args, span)?;
        self.finish(path, row, marks, &scan, args, span);
        if !call.foreign {
            return Ok(());
        }
        let listed = |seen: &scan::Seen<'_>| row.overridden.split_ascii_whitespace().any(|own| seen.is(own));
        if row.overridden == "*" || !row.overridden.is_empty() && scan.options.iter().all(listed) {
            let reason = format!("`{path}` obeys the configuration of another folder, which overrides could stop");
            return Err(Objection::new(FOLDER_SETTINGS, reason, span));
        }
        Err(other_folder(path, span))
    }

    fn finish(&mut self, path: &str, row: &Row<'_>, marks: &[Mark], scan: &Scan<'_>, args: &[Arg<'_>], span: Place) {
        self.marks.extend_from_slice(marks);
        if scan.endless {
            self.marks.push(Mark::Endless);
        }
        let describes_itself = scan.operands.is_empty() && scan.has("--version --help -V");
        let mut effects = if describes_itself { Effects::NONE } else { row.effects };
        for (mark, effect) in [(Mark::Network, Effect::NetworkRead), (Mark::Secret, Effect::SecretRead)] {
            // A plain request has an effect of its own instead.
            if marks.contains(&mark) && !describes_itself && !row.effects.has(Effect::HttpRead) {
                effects = effects.with(effect.into());
            }
        }
        for arg in args {
            if self.secret(arg) {
                effects = effects.with(Effect::SecretRead.into());
            }
        }
        if effects != Effects::NONE
            || !matches!(row.language, Language::Wrapper(_))
            || row.operands == Operands::Most(0)
        {
            self.allow_with(path, row.reason, effects, span);
        }
    }

    /// Marks what is commonly secret, and tells whether it is.
    pub(super) fn secret(&mut self, arg: &Arg<'_>) -> bool {
        let secret = table::host::is_secret(&arg.text);
        if secret {
            self.marks.push(Mark::Secret);
        }
        if matches!(&*arg.text, "/dev/random" | "/dev/urandom" | "/dev/zero") {
            self.marks.push(Mark::Endless);
        }
        secret
    }

    /// Judges a script that a command runs; `arg` is where it stands.
    pub(super) fn inner_script(&mut self, text: &str, arg: Place) -> Ruling {
        if self.depth >= MAX_SCRIPTS {
            return Err(Objection::new("shell.nested", "scripts stand too deep within each other", arg));
        }
        let mut inner = Judge::new(text, self.depth + 1);
        inner.moved = self.moved;
        inner.root = self.root;
        inner.calls = self.calls;
        (inner.policy, inner.refusals) = (self.policy, self.refusals.as_ref().map(|_| Vec::new()));
        inner.script_text();
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

    /// Judges the expansions of a word.
    pub(super) fn word(&mut self, word: &'s Word<'s>) {
        for piece in &word.pieces {
            self.piece(piece);
        }
    }

    fn piece(&mut self, piece: &'s Piece<'s>) {
        match piece {
            Piece::Literal { .. } => {}
            Piece::Quoted(pieces) => pieces.iter().for_each(|piece| self.piece(piece)),
            Piece::Substitution { script, .. } | Piece::Process(script) => self.script(script),
            Piece::Arithmetic(inner) => self.arithmetic(inner),
            Piece::Parameter { parameter, .. } => self.parameter(parameter),
        }
    }

    fn parameter(&mut self, parameter: &'s Parameter<'s>) {
        for inner in &parameter.integers {
            self.arithmetic(inner);
        }
        for piece in &parameter.nested {
            self.piece(piece);
        }
    }

    fn arithmetic(&mut self, inner: &'s Arithmetic<'s>) {
        for piece in &inner.pieces {
            self.piece(piece);
        }
        let place = Place { start: inner.span_start, end: inner.span_start + 1 };
        for name in &inner.assigned {
            self.local_name(name, place);
        }
        if self.variables.evaluates_text(inner) {
            self.object(Objection::new(
                "shell.arithmetic",
                "arithmetic would evaluate a value that is not known to be a number",
                place,
            ));
        }
    }

    /// `[[ ... ]]`: numeric comparisons evaluate their operands, and `-v` evaluates subscripts.
    fn test(&mut self, words: &'s [Word<'s>], span: Span) {
        for word in words {
            self.word(word);
        }
        let numeric =
            |word: &Word<'_>| word.bare().is_some_and(|op| matches!(op, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"));
        for (at, word) in words.iter().enumerate() {
            let arg = expand::single(word, &self.variables);
            let beside = at.checked_sub(1).is_some_and(|before| numeric(&words[before]))
                || words.get(at + 1).is_some_and(numeric);
            let number = |text: &str| text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
            if beside && !arg.sample().is_some_and(number) {
                self.object(Objection::new(
                    "shell.arithmetic",
                    "arithmetic would evaluate a value that is not known to be a number",
                    word.span,
                ));
            }
            let subscript = matches!(arg.exact(), Some("-v" | "-R"));
            if subscript && !words.get(at + 1).and_then(Word::bare).is_some_and(parser::is_name) {
                let place = Place { start: span.start, end: span.end };
                self.object(Objection::new("shell.arithmetic", "this test may evaluate a subscript", place));
            }
        }
    }
}

fn other_folder(path: &str, span: Place) -> Objection {
    let reason = format!("`{path}` obeys the configuration of a folder other than the agent's");
    Objection::new("shell.other-folder", reason, span)
}

/// `args` with the folder after `-C` written as `.` where it is the agent's own.
fn own_folder<'a>(args: &[Arg<'a>], root: &str) -> Option<Vec<Arg<'a>>> {
    let at = args.windows(2).position(|pair| pair[0].exact() == Some("-C") && pair[1].exact() == Some(root))?;
    let mut args = args.to_vec();
    args[at + 1] = Arg::literal(".", args[at + 1].span);
    Some(args)
}

/// Whether a command pipes paths into the next one that start with no dash and end with a NUL: `find . -print0`.
fn prints_paths(command: &Command<'_>) -> bool {
    let Kind::Simple { assignments, words } = &command.kind else { return false };
    let literal = |word: &Word<'_>| match word.pieces.as_slice() {
        [Piece::Literal { text, quoted }] => {
            (*quoted || !text.contains(['*', '?', '[', '{'])).then(|| text.to_string())
        }
        _ => None,
    };
    let Some(texts) = words.iter().map(literal).collect::<Option<Vec<_>>>() else { return false };
    let Some((program, rest)) = texts.split_first() else { return false };
    let speaks = |word: &String| ["-print", "-ls", "-exec", "-ok", "-fls"].iter().any(|own| word.starts_with(own));
    command.piped
        && command.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output)
        && assignments.is_empty()
        && program == "find"
        && rest.iter().filter(|word| speaks(word)).count() == 1
        && rest.last().is_some_and(|last| last == "-print0")
}

/// The name to look up: a bare name, or the last part of a path into a system folder.
pub(super) fn program_name(name: &str) -> Option<&str> {
    match name.rsplit_once('/') {
        None => Some(name),
        Some((folder, base)) => environment::SYSTEM_FOLDERS.contains(&folder).then_some(base),
    }
}

/// Whether opening `path`, which may lie below `/dev`, for reading may do more than read a file; it may be a prefix.
fn is_device(path: &str) -> bool {
    !matches!(path, "/dev/null" | "/dev/stdin" | "/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/tty")
        && !path.starts_with("/dev/fd/")
}

fn is_us(word: &str) -> bool {
    word.rsplit('/').next() == Some("plangate")
}

/// Whether plangate's name stands in `text` as a word of its own or at the end of a path.
fn mentions_us(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '/')).any(is_us)
}
