//! One call by its row: subcommands, options and operands, then what the row's language says.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

use std::borrow::Cow;

use crate::classify::folder::Trust;
use crate::classify::shell::expand::{self, Arg, Known};
use crate::classify::shell::language;
use crate::classify::shell::rule::{Language, Obeys, Operands, Row, Style, Wrapper};
use crate::classify::shell::scan::{self, Objection, Scan};
use crate::classify::shell::syntax::Place;
use crate::classify::shell::table::path::From;
use crate::classify::shell::table::{self, environment};
use crate::model::{Effect, Effects, Mark, Verdict};

use super::{Call, FOLDER_SETTINGS, Judge, MAX_SCRIPTS, Named, Ruling};

impl Judge<'_> {
    /// A call whose first argument names the program.
    pub(in crate::classify::shell) fn call(&mut self, args: &[Arg<'_>], span: Place) {
        let Some(first) = args.first() else { return };
        let Some(name) = first.exact().filter(|_| first.single) else {
            self.mark_if_we_are_named();
            self.object(Objection::new(
                "shell.dynamic-command",
                "which program runs is known only when it runs",
                first.span,
            ));
            return;
        };
        let readings = expand::readings(args);
        match &readings {
            Some(readings) => readings.iter().for_each(|args| self.queued_by_people(name, &args[1..], span)),
            None => self.queued_by_people(name, &args[1..], span),
        }
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
        let ruling = if self.calls > MAX_SCRIPTS {
            Err(Objection::new("shell.nested", "commands stand too deep within each other", span))
        } else {
            self.every_reading(program, row, args, readings, span)
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

    /// Judges a call as each choice of its numbers makes it, where these may be nothing.
    fn every_reading<'a>(
        &mut self,
        program: &str,
        row: &Row<'_>,
        args: &[Arg<'a>],
        readings: Option<Vec<Cow<'_, [Arg<'a>]>>>,
        span: Place,
    ) -> Ruling {
        // Where every option is harmless, so is what becomes of one.
        let plain = row.flags == "*" && row.language == Language::Plain && row.operands == Operands::Any;
        let readings = match readings {
            Some(readings) => readings,
            None if plain && row.subcommands.is_empty() => vec![Cow::Borrowed(args)],
            None => {
                let reason = "too many numbers of this call may be nothing";
                return Err(Objection::new("shell.unknown-word", reason, span));
            }
        };
        let since = self.evidence.len();
        for args in &readings {
            self.row(Call::of(program, row, &args[1..], span))?;
        }
        if readings.len() > 1 {
            self.forget_repeated(since);
        }
        Ok(())
    }

    /// Our own reports are reads; every other call of ours is an attempt to decide.
    pub(super) fn ourselves(&mut self, name: &str, args: &[Arg<'_>], span: Place) {
        let report = table::find(name).is_some_and(|row| self.row(Call::of(name, row, &args[1..], span)).is_ok());
        if !report {
            self.marks.push(Mark::Decides);
            self.object(Objection::new("plangate", "only a person runs plangate's decisions", span));
        }
    }

    /// Marks a program that runs others and has plangate among its words.
    pub(super) fn runs_us(&mut self, args: &[Arg<'_>]) {
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
    pub(in crate::classify::shell) fn row(&mut self, call: Call<'_, '_>) -> Ruling {
        let Call { row, args, span, .. } = call;
        let marks = if row.marks.is_empty() { call.marks } else { row.marks };
        if row.verdict == Verdict::Write {
            let asks = Row { reason: "only asks", verdict: Verdict::Read, effects: Effects::NONE, ..*row };
            if !row.flags.is_empty() && self.leaf(Call { row: &asks, ..call }).is_ok() {
                return Ok(());
            }
            self.marks.extend(row.marks.iter().filter(|mark| **mark != Mark::Network));
            let objection = Objection::new("shell.write", format!("`{}` {}", call.path, row.reason), span);
            return Err(Objection { effects: row.effects, ..objection });
        }
        let there = self.sent_to(row, args);
        let (trust, args) =
            there.as_ref().map_or((self.ground.trust(), args), |(trust, args)| (*trust, args.as_slice()));
        // What a row names in `settings` is looked for in the call's own folder.
        let unseen = !row.settings.is_empty() && self.ground.strayed();
        let foreign = call.foreign || row.obeys.is_foreign(trust) || unseen;
        let call = Call { args, foreign, ..call };
        if row.subcommands.is_empty() {
            return self.leaf(Call { marks, ..call });
        }
        let before = Row { flags: row.globals.unwrap_or(row.flags), ..*row };
        let scan = scan::scan(&before, call.style(), call.leading, args, true)?;
        if foreign && scan.operands.is_empty() {
            return Err(other_folder(call.path, span));
        }
        let Some(at) = scan.operands.first() else {
            if row.alone || scan.asks("--version --help -V -v -h -vV -version -help --list -l --scan --bigkeys --exec-path --html-path --man-path --info-path") {
                sent(call.path, marks, args, call.unknown)?;
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
        // Some parsers do not know it there, and drop the word behind it.
        if let Some(seen) = scan.options.iter().find(|seen| seen.asks("--version --help -V -h -version -help")) {
            let reason = format!("`{}` may take the word behind this for its value", call.path);
            return Err(Objection::new("shell.unknown-option", reason, seen.span));
        }
        let sub = name.exact().and_then(|text| row.subcommands.iter().find(|sub| sub.is_named(text)));
        let Some(sub) = sub else {
            let what = name.exact().unwrap_or("...");
            let reason = format!("`{} {what}` is not known to only read", call.path);
            return Err(Objection::new("shell.subcommand", reason, name.span));
        };
        let path = format!("{} {}", call.path, name.text);
        let (mut inherited, mut leading) = (call.inherited.to_vec(), call.leading.to_vec());
        if row.style != Style::Posix {
            inherited.push(row.flags);
            leading.extend(row.globals.is_none().then_some(row.flags));
        }
        self.row(Call {
            path: &path,
            row: sub,
            args: &args[at + 1..],
            span,
            inherited: &inherited,
            leading: &leading,
            words: call.style() == Style::Words,
            unknown: call.unknown.or(args[..*at].iter().find(|arg| arg.sample().is_none()).map(|arg| arg.span)),
            foreign,
            marks,
        })
    }

    pub(super) fn leaf(&mut self, call: Call<'_, '_>) -> Ruling {
        let Call { args, span, path, marks, .. } = call;
        // Objections name the program as it was called, not all the names of its row.
        let row = &Row { name: path, ..*call.row };
        if let Language::Builtin(builtin) = row.language {
            language::builtin::judge(self, builtin, args, span)?;
            self.allow(path, row.reason, span);
            return Ok(());
        }
        let acts = |arg: &&Arg<'_>| {
            table::path::opens_acting_device(path, &arg.text, self.seen_from(), arg.exact().is_some())
                || self.climbs_to_devices(arg) && !table::path::looks_at_names(path)
        };
        // The text of a shell is judged as a script of its own.
        let is_shell = matches!(row.language, Language::Wrapper(Wrapper::Shell | Wrapper::PosixShell));
        let asks = |arg: &Arg<'_>| is_shell && arg.dash && !arg.text.starts_with("--") && arg.text.contains('c');
        let asked = args.iter().position(asks).unwrap_or(args.len());
        let text = (asked..args.len()).find(|at| !args[*at].dash && args[*at].exact().is_some());
        let mut others = args.iter().enumerate().filter(|(at, _)| Some(*at) != text).map(|(_, arg)| arg);
        if let Some(arg) = others.find(acts) {
            return Err(Objection::new("shell.operand", "opening this device may have an effect", arg.span));
        }
        // In a folder that the line found, any name may be one.
        let listed = |arg: &&Arg<'_>| {
            arg.device && arg.exact().is_none()
                || self.seen_from() == From::Elsewhere && arg.exact().is_some() && !arg.dash
        };
        if let Some(arg) =
            args.iter().find(listed).filter(|_| !table::path::looks_at_names(path) && self.names() == Named::Devices)
        {
            return Err(Objection::new("shell.operand", "this may be a device that the line found", arg.span));
        }
        if row.language == Language::Find {
            language::find::judge(self, args, span)?;
            self.finish(path, row, marks, &Scan::default(), args, span);
            return Ok(());
        }
        if row.language == Language::Fd
            && let Some(at) = language::fd::command_at(args)
        {
            language::fd::judge(self, &args[..at], &args[at + 1..], span)?;
            return self.leaf(Call { args: &args[..at], ..call });
        }
        if row.language == Language::Tar {
            language::tar::judge(args, span)?;
            self.finish(path, row, marks, &Scan::default(), args, span);
            return Ok(());
        }
        let looks_up = args.first().is_some_and(|arg| matches!(arg.exact(), Some("-v" | "-V")));
        if row.language == Language::Wrapper(Wrapper::Command) && looks_up {
            self.allow("command -v", "tells which program a name stands for", span);
            return Ok(());
        }
        let own = if row.language == Language::Module { language::wrapper::own_words(args) } else { args };
        if let Some(word) = table::git::beside_help(path, args) {
            return Err(Objection::new("shell.operand", "the words beside `--help` are those of `git help`", word));
        }
        let scan = scan::scan(row, call.style(), call.inherited, own, false)?;
        sent(path, marks, args, call.unknown)?;
        scan::operands(row, &scan, args, span)?;
        args.iter().try_for_each(|arg| self.standard_output(&arg.text, arg.span))?;
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

    pub(super) fn finish(
        &mut self,
        path: &str,
        row: &Row<'_>,
        marks: &[Mark],
        scan: &Scan<'_>,
        args: &[Arg<'_>],
        span: Place,
    ) {
        self.marks.extend_from_slice(marks);
        if scan.endless {
            self.marks.push(Mark::Endless);
        }
        let describes_itself = scan.operands.is_empty() && scan.asks("--version --help -V");
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

    /// Whose configuration a program meets that `-C` before all else sends to a folder where it may read, and its
    /// arguments seen from there.
    fn sent_to<'a>(&self, row: &Row<'_>, args: &[Arg<'a>]) -> Option<(Trust, Vec<Arg<'a>>)> {
        const BEFORE: [&str; 3] = ["--no-pager", "-P", "--no-optional-locks"];
        let at = args.iter().position(|arg| arg.exact().is_none_or(|text| !BEFORE.contains(&text)))?;
        let [option, folder, ..] = &args[at..] else { return None };
        let trust = folder.exact().filter(|_| option.exact() == Some("-C")).map(|text| self.ground.trust_of(text))?;
        if row.obeys == Obeys::Nothing || row.obeys.is_foreign(trust) {
            return None;
        }
        let mut args = args.to_vec();
        args[at + 1] = Arg::literal(".", args[at + 1].span);
        Some((trust, args))
    }

    /// Whether the line has only entered folders below others since it was in the agent's, as `/` is none.
    fn is_below_own(&self) -> bool {
        let below = |folder: &Option<String>| {
            folder
                .as_deref()
                .is_some_and(|folder| !folder.starts_with('/') && folder.split('/').all(|part| part != ".."))
        };
        !self.start.is_anywhere()
            && self.ground.steps_since(self.start) == self.entered.len()
            && self.entered.iter().all(below)
    }

    /// The folder from which paths are seen.
    pub(super) fn seen_from(&self) -> From {
        if self.ground.is_anywhere() && !self.is_below_own() { From::Elsewhere } else { From::Here }
    }

    /// Whether a word that is not known goes on with a way up and down to devices: `"$HOME/../dev/watchdog"`.
    pub(super) fn climbs_to_devices(&self, arg: &Arg<'_>) -> bool {
        let written = || self.text.get(arg.span.start..arg.span.end).unwrap_or_default();
        arg.known == Known::Partly && table::path::names_dev(written()) && written().contains("..")
    }

    /// Marks what is commonly secret, and tells whether it is.
    pub(in crate::classify::shell) fn secret(&mut self, arg: &Arg<'_>) -> bool {
        let secret = table::path::is_secret(&arg.text);
        if secret {
            self.marks.push(Mark::Secret);
        }
        if table::path::device(&arg.text, From::Here).is_some_and(|name| !table::path::ENDING.contains(&&*name)) {
            self.marks.push(Mark::Endless);
        }
        secret
    }
}

/// Nothing may be sent over the network that is not written in the line, but for numbers and identifiers to a client's own
/// service: without a subcommand an operand may be the host that is asked.
fn sent(path: &str, marks: &[Mark], args: &[Arg<'_>], before: Option<Place>) -> Ruling {
    let named = !path.contains(' ');
    let unknown = |arg: &&Arg<'_>| arg.loose || named && arg.sample().is_none();
    let place = before.or(args.iter().find(unknown).map(|arg| arg.span));
    match place.filter(|_| marks.contains(&Mark::Network)) {
        Some(place) => Err(Objection::new("shell.unknown-word", "what is sent over the network is not known", place)),
        None => Ok(()),
    }
}

fn other_folder(path: &str, span: Place) -> Objection {
    let reason = format!("`{path}` obeys the configuration of a folder other than the agent's");
    Objection::new("shell.other-folder", reason, span)
}

/// The name to look up: a bare name, or the last part of a path into a system folder.
pub(super) fn program_name(name: &str) -> Option<&str> {
    match name.rsplit_once('/') {
        None => Some(name),
        Some((folder, base)) => environment::SYSTEM_FOLDERS.contains(&folder).then_some(base),
    }
}

fn is_us(word: &str) -> bool {
    word.strip_suffix("plangate").is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether plangate's name stands in `text` as a word of its own or at the end of a path.
pub(super) fn mentions_us(text: &str) -> bool {
    text.contains("plangate")
        && text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '/')).any(is_us)
}
