//! The text of a file of rules, read: TOML whose every key is known, and whose examples come out as it says.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::glob::Glob;
use super::rule::{Origin, ProgramRule, Rule, Subject, ToolRule};
use super::{Fault, Policy, Weight, floor};
use crate::classify::classify_under;
use crate::classify::kinds::ReadKinds;
use crate::classify::shell::Style;
use crate::config::{Authority, RuleFile};
use crate::model::{AgentPath, ServerHints, ToolCall, Verdict};

/// The most rows of a file, so that whoever writes a repository's file cannot keep an agent waiting.
const MAX_ROWS: usize = 512;
/// The most patterns of a file, and the longest.
const MAX_PATTERNS: usize = 256;
const MAX_PATTERN_BYTES: usize = 256;
/// The most examples of a file, and the longest.
const MAX_EXAMPLES: usize = 2048;
const MAX_EXAMPLE_BYTES: usize = 4 << 10;

/// The longest reason of a fault.
const MAX_REASON_CHARS: usize = 300;

/// A file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Document {
    reads: Switches,
    allow: Vec<Spanned<Entry>>,
    queue: Vec<Spanned<Entry>>,
    /// No rule: where plan documents stand, which `config` reads for itself.
    #[serde(rename = "plans_directory")]
    _plans_directory: Option<IgnoredAny>,
    /// No rule either: what commands see of the environment.
    #[serde(rename = "commands")]
    _commands: Option<IgnoredAny>,
    /// Nor this: how long contents of closed plans are kept.
    #[serde(rename = "keep")]
    _keep: Option<IgnoredAny>,
    /// Nor are the settings for modes, which only the person's own file has.
    modes: Option<Spanned<IgnoredAny>>,
}

/// The switches that a file sets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Switches {
    network: Option<Spanned<Switch>>,
    plain_http: Option<Spanned<Switch>>,
    secrets: Option<Spanned<Switch>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Switch {
    Allow,
    Queue,
}

/// One row as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    program: Option<String>,
    tool: Option<String>,
    subcommand: Option<String>,
    flags: Option<String>,
    operands: Option<Vec<String>>,
    style: WrittenStyle,
    anywhere: bool,
    reason: String,
    examples: Examples,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenStyle {
    #[default]
    Gnu,
    Posix,
    Words,
    Apart,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Examples {
    read: Vec<String>,
    write: Vec<String>,
}

/// What a file says, as far as it holds.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) rules: Vec<Rule>,
    pub(super) switches: Switches,
    pub(super) faults: Vec<Fault>,
    examples: usize,
}

/// How the examples of a file came out.
#[derive(Debug, Clone)]
pub struct Tested {
    /// How many there are.
    pub examples: usize,
    /// What is wrong with the file, its failing examples among it.
    pub faults: Vec<Fault>,
}

impl From<Read> for Tested {
    fn from(read: Read) -> Self {
        Self { examples: read.examples, faults: read.faults }
    }
}

/// What a file may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Loosens,
    OnlyTightens,
}

impl Reach {
    pub(super) fn of(file: &RuleFile) -> Self {
        if file.only_tightens.is_none() { Self::Loosens } else { Self::OnlyTightens }
    }
}

impl Switches {
    /// The kinds that are allowed once this file has spoken about `kinds`; one that may not loosen only takes away.
    pub(super) fn over(&self, kinds: ReadKinds, reach: Reach) -> ReadKinds {
        let settle = |said: &Option<Spanned<Switch>>, before: bool| match said.as_ref().map(|said| *said.get_ref()) {
            Some(Switch::Queue) => false,
            Some(Switch::Allow) if reach == Reach::Loosens => true,
            Some(Switch::Allow) | None => before,
        };
        ReadKinds {
            network: settle(&self.network, kinds.network),
            plain_http: settle(&self.plain_http, kinds.plain_http),
            secrets: settle(&self.secrets, kinds.secrets),
        }
    }

    /// The names of the switches that the file turns to `queue`.
    pub(super) fn queued(&self) -> impl Iterator<Item = &'static str> {
        let queued =
            |said: &Option<Spanned<Switch>>| said.as_ref().is_some_and(|said| *said.get_ref() == Switch::Queue);
        self.all().into_iter().filter(move |(_, said)| queued(said)).map(|(name, _)| name)
    }

    /// Whether the file says that plain requests wait.
    pub(super) fn queue_requests(&self) -> bool {
        self.queued().any(|name| name == "plain_http")
    }

    fn all(&self) -> [(&'static str, &Option<Spanned<Switch>>); 3] {
        [("network", &self.network), ("plain_http", &self.plain_http), ("secrets", &self.secrets)]
    }
}

/// Reads one file. A file that is refused says nothing but why.
pub(super) fn read(file: &RuleFile) -> Read {
    let refused = |line, reason| {
        let fault = Fault { file: file.path.clone(), line, reason: short(reason), weight: Weight::Refused };
        Read { faults: vec![fault], ..Read::default() }
    };
    let text = match &file.text {
        Ok(text) => text,
        Err(reason) => return refused(None, reason.clone()),
    };
    let document: Document = match toml::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let line = error.span().map(|span| line_of(text, &span));
            return refused(line, error.message().trim().replace('\n', "; "));
        }
    };
    if let (Some(modes), false) = (&document.modes, file.authority == Authority::User) {
        return refused(Some(line_of(text, &modes.span())), "only the person's own file sets `modes`".to_owned());
    }
    if let Some(reason) = excess(&document) {
        return refused(None, reason);
    }
    let mut reader = Reader { file, text, read: Read { switches: document.reads, ..Read::default() } };
    reader.switches();
    for (entries, verdict) in [(document.allow, Verdict::Read), (document.queue, Verdict::Write)] {
        for entry in entries {
            reader.entry(entry, verdict);
        }
    }
    reader.examples();
    let mut read = reader.read;
    if read.faults.iter().any(|fault| fault.weight == Weight::Refused) {
        read = Read { faults: read.faults, examples: read.examples, ..Read::default() };
    }
    read
}

/// A reason, cut where it quotes a file at length.
fn short(mut reason: String) -> String {
    if let Some((at, _)) = reason.char_indices().nth(MAX_REASON_CHARS) {
        reason.truncate(at);
        reason.push_str("...");
    }
    reason
}

/// What a file holds too much of.
fn excess(document: &Document) -> Option<String> {
    let entries = || document.allow.iter().chain(&document.queue).map(Spanned::get_ref);
    let patterns = || entries().flat_map(|entry| entry.operands.iter().flatten().chain(&entry.tool));
    let examples = || entries().flat_map(|entry| entry.examples.read.iter().chain(&entry.examples.write));
    let too_many = [
        (entries().count(), MAX_ROWS, "rows"),
        (patterns().count(), MAX_PATTERNS, "patterns"),
        (examples().count(), MAX_EXAMPLES, "examples"),
        (patterns().map(String::len).max().unwrap_or_default(), MAX_PATTERN_BYTES, "bytes in a pattern"),
        (examples().map(String::len).max().unwrap_or_default(), MAX_EXAMPLE_BYTES, "bytes in an example"),
    ];
    let (found, most, what) = too_many.into_iter().find(|(found, most, _)| found > most)?;
    Some(format!("{found} {what}, of which a file may have {most}"))
}

/// The line, counted from 1, at which `span` begins.
fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
}

struct Reader<'f> {
    file: &'f RuleFile,
    text: &'f str,
    read: Read,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, weight: Weight, reason: impl Into<String>) {
        let (file, line, reason) = (self.file.path.clone(), Some(line), short(reason.into()));
        self.read.faults.push(Fault { file, line, reason, weight });
    }

    /// Tells of switches that would loosen where only tightening counts.
    fn switches(&mut self) {
        let Some(why) = self.file.only_tightens else { return };
        let loosening: Vec<(usize, &str)> = self
            .read
            .switches
            .all()
            .into_iter()
            .filter_map(|(name, said)| {
                let said = said.as_ref().filter(|said| *said.get_ref() == Switch::Allow)?;
                Some((line_of(self.text, &said.span()), name))
            })
            .collect();
        for (line, name) in loosening {
            self.fault(line, Weight::Ignored, format!("`{name} = \"allow\"` allows nothing here: {why}"));
        }
    }

    fn entry(&mut self, entry: Spanned<Entry>, verdict: Verdict) {
        let line = line_of(self.text, &entry.span());
        let mut entry = entry.into_inner();
        let examples = std::mem::take(&mut entry.examples);
        let subject = match subject(&entry, verdict) {
            Ok(subject) => subject,
            Err(reason) => return self.fault(line, Weight::Refused, reason),
        };
        let (reads, writes) = (examples.read, examples.write);
        let origin = Origin { authority: self.file.authority, file: self.file.path.clone(), line };
        let rule = Rule { verdict, subject, reason: entry.reason, origin, reads, writes };
        let held = match self.file.only_tightens {
            Some(why) if verdict == Verdict::Read => Some(format!("a row that allows has no effect here: {why}")),
            _ => on_the_floor(&rule),
        };
        if let Some(reason) = held {
            return self.fault(line, Weight::Ignored, reason);
        }
        self.read.examples += rule.reads.len() + rule.writes.len();
        self.read.rules.push(rule);
    }

    /// Judges every example by the built-in table and this file.
    fn examples(&mut self) {
        let kinds = self.read.switches.over(ReadKinds::DEFAULT, Reach::of(self.file));
        let queues_requests = self.read.switches.queue_requests();
        let rules = std::mem::take(&mut self.read.rules);
        let policy = Policy { queues_requests, rules, ..Policy::of_kinds(kinds) };
        let mut wrong = BTreeMap::new();
        for rule in &policy.rules {
            for (examples, expected) in [(&rule.reads, Verdict::Read), (&rule.writes, Verdict::Write)] {
                for example in examples {
                    if let Some(reason) = contradiction(&policy, &rule.subject, example, expected) {
                        wrong.entry(rule.origin.line).or_insert_with(Vec::new).push(reason);
                    }
                }
            }
        }
        self.read.rules = policy.rules;
        for (line, reasons) in wrong {
            for reason in reasons {
                self.fault(line, Weight::Refused, reason);
            }
        }
    }
}

/// Why no file can allow what this row would.
fn on_the_floor(rule: &Rule) -> Option<String> {
    let Subject::Program(program) = &rule.subject else { return None };
    if rule.verdict == Verdict::Write {
        return None;
    }
    let (name, reason) = program.program.split('|').find_map(|name| Some((name, floor::of_program(name)?)))?;
    Some(format!("no file allows `{name}`: it {reason}"))
}

/// How an example of a row about `subject` comes out otherwise than it says.
fn contradiction(policy: &Policy, subject: &Subject, example: &str, expected: Verdict) -> Option<String> {
    let found = match subject {
        Subject::Tool(_) => classify_under(&call_of(example), policy),
        Subject::Program(_) => policy.judge_command(example),
    };
    let why = found.deciding().map(|fact| fact.reason.clone()).unwrap_or_default();
    (found.verdict != expected)
        .then(|| format!("the example `{example}` should be a {expected} and is a {}: {why}", found.verdict))
}

fn call_of(tool: &str) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args: serde_json::json!({}),
        cwd: "/".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    }
}

/// What a row speaks of, or why it makes no sense.
fn subject(entry: &Entry, verdict: Verdict) -> Result<Subject, String> {
    let texts = [&entry.program, &entry.tool, &entry.subcommand, &entry.flags].into_iter().flatten();
    let mut texts = texts.chain(entry.operands.iter().flatten()).chain([&entry.reason]);
    if texts.any(|text| text.chars().any(char::is_control)) {
        return Err("a row holds a control character".to_owned());
    }
    match (&entry.program, &entry.tool) {
        (Some(program), None) => program_rule(entry, program, verdict).map(Subject::Program),
        (None, Some(tool)) => tool_rule(entry, tool, verdict).map(Subject::Tool),
        _ => Err("a row names either a `program` or a `tool`".to_owned()),
    }
}

fn program_rule(entry: &Entry, program: &str, verdict: Verdict) -> Result<ProgramRule, String> {
    for name in program.split('|') {
        let bare = name.strip_suffix('*').unwrap_or(name);
        if name.is_empty() || bare.contains('*') || bare.contains(char::is_whitespace) {
            return Err(format!("`{program}` is no program's name"));
        }
        if verdict == Verdict::Read && (bare != name || name.contains('/')) {
            return Err(format!("a row that allows names its program by its bare name, which `{name}` is not"));
        }
    }
    if let Some(flags) = &entry.flags {
        check_flags(flags)?;
    }
    Ok(ProgramRule {
        program: program.to_owned(),
        subcommand: entry.subcommand.iter().flat_map(|path| path.split_whitespace()).map(str::to_owned).collect(),
        flags: entry.flags.clone(),
        style: match entry.style {
            WrittenStyle::Gnu => Style::Gnu,
            WrittenStyle::Posix => Style::Posix,
            WrittenStyle::Words => Style::Words,
            WrittenStyle::Apart => Style::Apart,
        },
        operands: globs(entry)?,
        anywhere: entry.anywhere,
    })
}

fn check_flags(flags: &str) -> Result<(), String> {
    for token in flags.split_whitespace() {
        let option = token.strip_prefix('~').unwrap_or(token);
        if token != "*" && !(option.len() > 1 && option.starts_with(['-', '+'])) {
            return Err(format!("`{token}` is no option: they begin with a dash, and `*` stands for all"));
        }
    }
    Ok(())
}

fn tool_rule(entry: &Entry, tool: &str, verdict: Verdict) -> Result<ToolRule, String> {
    let other = entry.subcommand.is_some() || entry.flags.is_some() || entry.anywhere;
    if other || entry.style != WrittenStyle::Gnu {
        return Err("a row about a `tool` knows no `subcommand`, `flags`, `style` or `anywhere`".to_owned());
    }
    if verdict == Verdict::Read && entry.operands.is_some() {
        return Err(
            "a row that allows a tool knows no `operands`: how it takes its paths is its server's to say".to_owned()
        );
    }
    if tool.is_empty() {
        return Err("a tool has a name".to_owned());
    }
    let name = if verdict == Verdict::Read { Glob::of_name(tool)? } else { Glob::of_name_in_any_case(tool)? };
    if verdict == Verdict::Read && tool.starts_with(['*', '?', '[', '{']) {
        return Err(format!("`{tool}` stands for the tools of any server; begin with a name"));
    }
    Ok(ToolRule { name, paths: globs(entry)? })
}

fn globs(entry: &Entry) -> Result<Option<Vec<Glob>>, String> {
    let globs = entry.operands.as_ref().map(|paths| paths.iter().map(|path| Glob::of_path(path)).collect());
    globs.transpose()
}
