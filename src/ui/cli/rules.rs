//! `rules`: what decides about reads, whether it keeps its own examples, and why a command is judged as it is.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::super::context::current_folder;
use super::super::flags::Format;
use super::prune::counted;
use super::{CommandError, Exit};
use crate::classify::policy::{self, Remedy, Rule, Subject};
use crate::classify::shell::{self, Row};
use crate::classify::{self, Policy, wire};
use crate::config::{Authority, RuleFile, RuleFiles, data_folder};
use crate::model::{AgentPath, Assessment, ServerHints, ToolCall, Verdict};
use crate::queue::PendingPlanManager;
use crate::review::visible;
use crate::workspace::Workspace;

/// List the rules that decide about reads, test them, or tell why a command is judged as it is.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the rows of the built-in table and of the files that hold here.
    List {
        /// Only those about this program or tool.
        name: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run the examples of the built-in table and of the files that hold here.
    Test {
        /// One more file, judged as if it were your own and the only one.
        file: Option<PathBuf>,
    },
    /// Tell which rows spoke about a command, which won, and what would loosen it.
    Why {
        /// The command line.
        command: String,
    },
}

impl Args {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, CommandError> {
        match &self.action {
            Action::List { name, json } => list(out, name.as_deref(), Format::by_flag(*json)),
            Action::Test { file } => test(out, file.as_ref()),
            Action::Why { command } => why(out, command),
        }
    }
}

/// The files that hold in the present folder, and what they say together.
pub(super) fn here() -> Result<(RuleFiles, Policy), CommandError> {
    let files = RuleFiles::read(&root()?);
    let policy = Policy::of(&files);
    Ok((files, policy))
}

/// The workspace of the present folder. No data folder is made for a look.
fn root() -> Result<PathBuf, CommandError> {
    let cwd = current_folder()?;
    if let Ok(home) = data_folder()
        && home.join("plangate.db").is_file()
    {
        return Ok(PendingPlanManager::open(&home)?.workspace_of(&cwd)?);
    }
    let cwd = cwd.canonicalize()?;
    Ok(Workspace::repository(&cwd).unwrap_or(&cwd).to_owned())
}

fn list(out: &mut dyn Write, name: Option<&str>, format: Format) -> Result<Exit, CommandError> {
    let (files, policy) = here()?;
    let rules: Vec<&Rule> = policy.rules().iter().filter(|rule| name.is_none_or(|name| is_about(rule, name))).collect();
    let built_in = shell::rows().filter(|row| name.is_none_or(|name| row.is_named(name)));
    let rows: Vec<Line<'_>> = built_in.flat_map(|row| lines(row, "")).collect();
    let tools: Vec<_> = classify::tools().filter(|(tool, ..)| name.is_none_or(|name| is_tool(tool, name))).collect();
    let kinds = policy.kinds();
    let [network, plain_http, secrets] =
        [kinds.network, kinds.plain_http, kinds.secrets].map(|passes| if passes { "allow" } else { "queue" });
    if format == Format::Json {
        let document = json!({
            "format_version": 1,
            "files": files.0.iter().map(file_json).collect::<Vec<_>>(),
            "faults": policy.faults().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "reads": {
                "network": network, "plain_http": plain_http, "secrets": secrets,
            },
            "rules": rules.iter().map(|rule| rule_json(rule)).collect::<Vec<_>>(),
            "tools": tools.iter().map(|(tool, verdict, reason)| {
                json!({ "tool": tool, "verdict": verdict, "reason": reason })
            }).collect::<Vec<_>>(),
            "built_in": rows.iter().map(Line::json).collect::<Vec<_>>(),
        });
        writeln!(out, "{document}")?;
        return Ok(Exit::Done);
    }
    for file in &files.0 {
        writeln!(out, "{:<12}{}", file.authority.to_string(), visible::line(file.path.to_string_lossy().as_bytes()))?;
    }
    for fault in policy.faults() {
        writeln!(out, "! {}", visible::line(fault.to_string()))?;
    }
    if let Some(name) = name.filter(|_| rules.is_empty() && rows.is_empty() && tools.is_empty()) {
        writeln!(out, "no row is about `{}`", visible::line(name))?;
        return Ok(Exit::Done);
    }
    writeln!(out, "{:<12}network {network}, plain_http {plain_http}, secrets {secrets}", "reads")?;
    for rule in rules {
        let does = if rule.verdict == Verdict::Read { "allow" } else { "queue" };
        writeln!(out, "{does:<12}{}  {}", visible::line(about(rule)), visible::line(rule.says()))?;
    }
    for row in rows {
        writeln!(out, "{:<12}{}  {}", row.row.verdict.to_string(), row.path, row.row.reason)?;
    }
    for (tool, verdict, reason) in tools {
        writeln!(out, "{:<12}tool {tool}  {reason}", verdict.to_string())?;
    }
    Ok(Exit::Done)
}

fn is_about(rule: &Rule, name: &str) -> bool {
    match &rule.subject {
        Subject::Program(program) => program.program.split('|').any(|own| match own.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => own == name,
        }),
        Subject::Tool(tool) => tool.name.is_match(name),
    }
}

/// Agents spell one tool in many ways.
fn is_tool(tool: &str, name: &str) -> bool {
    let folded = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    folded(tool) == folded(name)
}

/// What a row of a file speaks of, in a line.
fn about(rule: &Rule) -> String {
    let paths = |globs: &Option<Vec<policy::Glob>>| match globs {
        Some(globs) => format!(" [{}]", globs.iter().map(|glob| glob.text.as_str()).collect::<Vec<_>>().join(" ")),
        None => String::new(),
    };
    match &rule.subject {
        Subject::Program(program) => {
            let mut words = vec![program.program.as_str()];
            words.extend(program.subcommand.iter().map(String::as_str));
            words.extend(program.flags.as_deref());
            words.join(" ") + &paths(&program.operands)
        }
        Subject::Tool(tool) => format!("tool {}{}", tool.name.text, paths(&tool.paths)),
    }
}

fn rule_json(rule: &Rule) -> Value {
    let does = if rule.verdict == Verdict::Read { "allow" } else { "queue" };
    let mut value = json!({
        "rule": does, "authority": rule.origin.authority.to_string(), "file": rule.origin.file.to_string_lossy(),
        "line": rule.origin.line, "about": about(rule), "reason": rule.reason,
        "examples": { "read": rule.reads, "write": rule.writes },
    });
    match &rule.subject {
        Subject::Program(program) => value["program"] = json!(program.program),
        Subject::Tool(tool) => value["tool"] = json!(tool.name.text),
    }
    value
}

fn file_json(file: &RuleFile) -> Value {
    json!({
        "authority": file.authority.to_string(), "path": file.path.to_string_lossy(),
        "loosens": file.only_tightens.is_none(),
    })
}

/// A row of the built-in table with the words that lead to it.
struct Line<'r> {
    path: String,
    row: &'r Row<'r>,
}

impl Line<'_> {
    fn json(&self) -> Value {
        json!({
            "program": self.path, "verdict": self.row.verdict, "reason": self.row.reason, "flags": self.row.flags,
            "examples": { "read": self.row.reads, "write": self.row.writes },
        })
    }
}

fn lines<'r>(row: &'r Row<'r>, before: &str) -> Vec<Line<'r>> {
    let path = if before.is_empty() { row.name.to_owned() } else { format!("{before} {}", row.name) };
    let below: Vec<Line<'r>> = row.subcommands.iter().flat_map(|sub| lines(sub, &path)).collect();
    [Line { path, row }].into_iter().chain(below).collect()
}

fn test(out: &mut dyn Write, file: Option<&PathBuf>) -> Result<Exit, CommandError> {
    let (mut run, mut wrong) = (0, Vec::new());
    for line in shell::rows().flat_map(|row| lines(row, "")) {
        run += line.row.reads.len() + line.row.writes.len();
        wrong.extend(failures(&line));
    }
    writeln!(out, "built-in table: {run} examples, {} wrong", wrong.len())?;
    for failure in &wrong {
        writeln!(out, "  {failure}")?;
    }
    let named = file.map(named).transpose()?;
    let mut faults = 0;
    for file in here()?.0.0.iter().chain(&named) {
        let tested = Policy::test(file);
        let path = visible::line(file.path.to_string_lossy().as_bytes());
        writeln!(
            out,
            "{path}: {}, {}",
            counted(tested.examples as u64, "example"),
            counted(tested.faults.len() as u64, "fault")
        )?;
        for fault in &tested.faults {
            writeln!(out, "  {}", visible::line(fault.to_string()))?;
        }
        faults += tested.faults.len();
    }
    Ok(if wrong.is_empty() && faults == 0 { Exit::Done } else { Exit::Failed })
}

/// A file that the person names, as if it were their own.
fn named(path: &PathBuf) -> Result<RuleFile, CommandError> {
    let text = fs::read_to_string(path)
        .map_err(|error| CommandError::usage(format!("`{}` cannot be read: {error}", path.display())))?;
    Ok(RuleFile { authority: Authority::User, path: path.clone(), text: Ok(text), only_tightens: None })
}

/// The examples of a row that come out otherwise than it says.
fn failures(line: &Line<'_>) -> Vec<String> {
    let reads = line.row.reads.iter().map(|example| (example, Verdict::Read));
    let examples = reads.chain(line.row.writes.iter().map(|example| (example, Verdict::Write)));
    examples
        .filter(|(example, expected)| shell::assess(example).verdict != *expected)
        .map(|(example, expected)| format!("{}: `{example}` should be a {expected}", line.path))
        .collect()
}

fn why(out: &mut dyn Write, command: &str) -> Result<Exit, CommandError> {
    let (_, policy) = here()?;
    if command.starts_with("mcp__") && !command.contains(char::is_whitespace) {
        return why_tool(out, command, &policy);
    }
    let why = policy::explain(command, &policy);
    write!(out, "{}", wire::explain(command, &why.assessment))?;
    writeln!(out, "\nWhat spoke, in order:")?;
    facts(out, command, &why.assessment)?;
    for fault in policy.faults() {
        writeln!(out, "! {}", visible::line(fault.to_string()))?;
    }
    for remedy in &why.remedies {
        match remedy {
            Remedy::Add(toml) => {
                writeln!(out, "\nWhat would loosen this, in your own file:\n")?;
                toml.lines().try_for_each(|line| writeln!(out, "    {}", visible::line(line)))?;
            }
            Remedy::TakeBack(row) => writeln!(out, "\nOnly there can it be taken back: {}", visible::line(row))?,
            Remedy::Floor(reason) => writeln!(out, "\nNo file loosens this: {}", visible::line(reason))?,
        }
    }
    if why.remedies.iter().any(|remedy| matches!(remedy, Remedy::Add(_))) {
        let (these, then) = (if why.remedies.len() == 1 { "With this" } else { "With all of these" }, why.together);
        writeln!(out, "\n{these} the command is a {then}.")?;
    }
    Ok(Exit::Done)
}

/// A server's tool, judged by its name alone.
fn why_tool(out: &mut dyn Write, tool: &str, policy: &Policy) -> Result<Exit, CommandError> {
    let call = ToolCall {
        tool: tool.to_owned(),
        args: json!({}),
        cwd: root()?,
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    };
    let assessment = classify::classify_under(&call, policy);
    write!(out, "{}", wire::explain(tool, &assessment))?;
    writeln!(out, "\nBy its name alone, without arguments. What spoke, in order:")?;
    facts(out, tool, &assessment)?;
    if assessment.verdict == Verdict::Write {
        writeln!(
            out,
            "\nWhat would loosen this, in your own file:\n\n    [[allow]]\n    tool = \"{}\"",
            visible::line(tool)
        )?;
    }
    Ok(Exit::Done)
}

fn facts(out: &mut dyn Write, command: &str, assessment: &Assessment) -> Result<(), CommandError> {
    let won = assessment.deciding();
    for fact in &assessment.evidence {
        let sign = if won.is_some_and(|won| std::ptr::eq(won, fact)) { '>' } else { ' ' };
        let part = fact.span.and_then(|span| command.get(span.start..span.end)).unwrap_or_default();
        let (verdict, rule, reason) = (fact.verdict.to_string(), &fact.rule, visible::line(&fact.reason));
        writeln!(out, "{sign} {verdict:<6}{rule:<24}{}\n        {reason}", visible::line(part))?;
    }
    Ok(())
}
