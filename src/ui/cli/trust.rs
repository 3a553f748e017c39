//! `trust`: believe what an MCP server says of its own tools, as long as it says the same.

use serde_json::json;

use super::super::consent::ask;
use super::super::flags::Format;
use super::{CommandError, Context, Exit};
use crate::classify::{Policy, classify_under};
use crate::config::RuleFiles;
use crate::model::{AgentPath, ListedTool, ServerHints, ToolCall, Verdict};
use crate::review::visible;
use crate::store::ServerRow;

/// Trust what an MCP server says of its tools, as long as it says the same.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The server, as its tools' names begin: `linear` of `mcp__linear__list_issues`.
    #[arg(required_unless_present = "list")]
    server: Option<String>,
    /// List the servers of this workspace that are known.
    #[arg(long, conflicts_with_all = ["server", "revoke", "yes"])]
    list: bool,
    /// Trust it no longer.
    #[arg(long, conflicts_with = "yes")]
    revoke: bool,
    /// Answer the question with yes for the list of this digest, which was shown before.
    #[arg(long, short, value_name = "DIGEST")]
    yes: Option<String>,
    /// With `--list`, print JSON.
    #[arg(long, requires = "list")]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        match &self.server {
            None => list(context, Format::by_flag(self.json)),
            Some(server) if self.revoke => revoke(context, server),
            Some(server) => trust(context, server, self.yes.as_deref()),
        }
    }
}

fn list(context: &mut Context<'_>, format: Format) -> Result<Exit, CommandError> {
    let servers = context.manager.store().servers(&context.root()?)?;
    if format == Format::Json {
        let servers: Vec<_> = servers
            .iter()
            .map(|server| {
                json!({
                    "name": server.name, "tools": server.tools.tools().len(), "digest": server.digest,
                    "seen_at": server.seen_at, "trusted": server.trusted.is_some(),
                    "trusted_at": server.trusted.as_ref().map(|(at, _)| at),
                    "trusted_by": server.trusted.as_ref().map(|(_, by)| by),
                    "withdrawn_at": server.withdrawn_at,
                })
            })
            .collect();
        context.line(json!({ "format_version": 1, "servers": servers }).to_string())?;
        return Ok(Exit::Done);
    }
    if servers.is_empty() {
        context.line("No server of this workspace is known.")?;
    }
    for server in servers {
        let (name, count, digest) = (visible::line(&server.name), server.tools.tools().len(), server.digest.short());
        context.line(format!("{name:<20} {count:>4} tools  {digest}  {}", standing(&server)))?;
    }
    Ok(Exit::Done)
}

fn standing(server: &ServerRow) -> String {
    match (&server.trusted, &server.withdrawn_at) {
        (Some((at, by)), _) => format!("trusted {at} by {by}"),
        (None, Some(at)) => format!("not trusted since {at}: its tools have changed"),
        (None, None) => "not trusted".to_owned(),
    }
}

fn revoke(context: &mut Context<'_>, server: &str) -> Result<Exit, CommandError> {
    let root = context.root()?;
    if context.manager.store().revoke_trust(&root, server, context.manager.now())? {
        context.line(format!("`{}` is no longer trusted.", visible::line(server)))?;
        return Ok(Exit::Done);
    }
    Err(unknown(server, "is not trusted"))
}

fn trust(context: &mut Context<'_>, name: &str, shown: Option<&str>) -> Result<Exit, CommandError> {
    let person = context.person()?;
    let root = context.root()?;
    let server = context.manager.store().server(&root, name)?;
    let server = server.ok_or_else(|| unknown(name, "is not known: no door has told its tools yet"))?;
    show(context, &server)?;
    if server.trusted.is_some() {
        context.line("This very list is trusted already.")?;
        return Ok(Exit::Done);
    }
    match shown {
        Some(digest) if digest.len() >= 12 && server.digest.to_string().starts_with(digest) => {}
        Some(_) => {
            return Err(CommandError::new(Exit::NotShown, "the server's list is another than the one you name")
                .hint("it is shown above with its digest"));
        }
        None if !person.can_answer() => {
            return Err(CommandError::new(Exit::NotShown, "not shown to you before")
                .hint(format!("it is shown above; `--yes {}` trusts this list", server.digest.short())));
        }
        None => {
            if !ask(&format!("Trust what `{}` says of these tools, until the list changes?", visible::line(name)))? {
                return Err(CommandError::refused("not trusted: nothing was changed"));
            }
        }
    }
    if !context.manager.trust(&root, name, server.digest, &person.consent())? {
        return Err(CommandError::new(Exit::NotShown, "the server's list has changed since it was shown"));
    }
    context.line(format!("`{}` is trusted until its tools change.", visible::line(name)))?;
    Ok(Exit::Done)
}

fn unknown(server: &str, problem: &str) -> CommandError {
    CommandError::usage(format!("`{}` {problem}", visible::line(server)))
        .hint("`plangate trust --list` shows what is known")
}

/// Every tool with what its server says of it, and its verdict without and with trust.
fn show(context: &mut Context<'_>, server: &ServerRow) -> Result<(), CommandError> {
    let policy = Policy::of(&RuleFiles::read(&context.root()?));
    let (name, count) = (visible::line(&server.name), server.tools.tools().len());
    context.line(format!("{name}  {count} tools  {}  {}", server.digest.short(), standing(server)))?;
    let mut loosened = 0;
    for tool in server.tools.tools() {
        let (without, with) =
            (ServerHints { trusted: false, ..tool.hints }, ServerHints { trusted: true, ..tool.hints });
        let (without, with) = (verdict(server, tool, without, &policy), verdict(server, tool, with, &policy));
        loosened += usize::from(without != with);
        let change = if without == with { without.to_string() } else { format!("{without} -> {with}") };
        context.line(format!("  {:<40} {change:<14} {}", visible::line(&tool.name), hints(tool.hints)))?;
    }
    context.line(format!("With trust {loosened} of {count} tools run without a question that would be queued."))?;
    Ok(())
}

fn verdict(server: &ServerRow, tool: &ListedTool, hints: ServerHints, policy: &Policy) -> Verdict {
    let call = ToolCall {
        tool: format!("mcp__{}__{}", server.name, tool.name),
        args: json!({}),
        cwd: "/".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints,
    };
    classify_under(&call, policy).verdict
}

/// The hints that a server gives, by their names in the protocol.
fn hints(hints: ServerHints) -> String {
    let named = [
        ("readOnlyHint", hints.read_only_hint),
        ("destructiveHint", hints.destructive_hint),
        ("idempotentHint", hints.idempotent_hint),
        ("openWorldHint", hints.open_world_hint),
    ];
    let said: Vec<String> = named.iter().filter_map(|(name, hint)| Some(format!("{name}: {}", (*hint)?))).collect();
    if said.is_empty() { "says nothing".to_owned() } else { said.join(", ") }
}
