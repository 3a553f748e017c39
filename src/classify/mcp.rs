//! Read or write? for tools of MCP servers and for every tool that no agent is known to bring along.
//!
//! The first rule that speaks decides:
//!
//! 1. `mcp.override`: the table of tools that are known to mislead by name or hint, or that hang on an argument;
//! 2. `mcp.argument`: an argument that carries a language (SQL, GraphQL, a pipeline, an HTTP method, an operation
//!    word, an output path) and asks for a write;
//! 3. `mcp.hint`: the server says that the tool writes;
//! 4. `mcp.verb`: a writing verb at an end of the name, against any hint;
//! 5. `mcp.trusted`: a server that the person trusts says that the tool only reads;
//! 6. `mcp.verb`: a reading verb leads the name or closes it, and no writing verb contradicts, nor names the rest a
//!    thing that is made when it is got;
//! 7. `mcp.unknown`: everything else is a write.

mod arguments;
mod graphql;
mod made;
mod name;
mod operations;
mod overrides;
mod phrases;
mod places;
mod queries;
mod repositories;
mod rules;
mod sql;
pub(super) mod switches;
mod things;
mod verbs;
mod walk;

use super::folder::Surroundings;
use crate::model::{Assessment, Effect, Effects, Evidence, Mark, ServerHints, Span, ToolCall, Verdict};
use arguments::Reader;
use name::{MAX_NAME_BYTES, Name};
use rules::Finding;

/// Judges a call of a tool that some server brought.
pub(super) fn assess(call: &ToolCall, around: &dyn Surroundings) -> Assessment {
    let tool = call.tool.as_str();
    let whole = Span { start: 0, end: tool.len() };
    let evidence = match evidence(call, around) {
        evidence @ Evidence { span: None, .. } => Evidence { span: Some(whole), ..evidence },
        evidence => evidence,
    };
    let marks = super::secret::marks(&call.args);
    let secret = if marks.contains(&Mark::Secret) { Effect::SecretRead.into() } else { Effects::NONE };
    let evidence = Evidence { effects: evidence.effects.with(secret), ..evidence };
    Assessment::of(vec![evidence], marks)
}

fn evidence(call: &ToolCall, around: &dyn Surroundings) -> Evidence {
    let (tool, args, hints) = (call.tool.as_str(), &call.args, call.hints);
    if tool.len() > MAX_NAME_BYTES || !tool.bytes().all(|b| b.is_ascii_graphic()) {
        return write("mcp.unknown", "the tool's name is too long or holds more than plain letters and signs");
    }
    let name = Name::parse(tool);
    let reader = Reader::of(&name);
    if let Some(evidence) = arguments::find_foreign(&name, args) {
        return evidence;
    }
    if let Some(evidence) = super::named_ground(call, around).and_then(|it| arguments::find_elsewhere(args, it)) {
        return evidence;
    }
    if let Some(evidence) = repositories::find_elsewhere(call, around) {
        return evidence;
    }
    if let Some(evidence) = overrides::judge(&name, reader, args) {
        let reads = evidence.verdict == Verdict::Read;
        if !reads && is_trusted_read(hints) && overrides::leaves_to_hint(&name, reader, args) {
            return switches::find_write(tool, args, false).unwrap_or_else(trusted_read);
        }
        return reads.then(|| switches::find_write(tool, args, false)).flatten().unwrap_or(evidence);
    }
    if let Some(evidence) = reader.find_write(args).or_else(|| switches::find_write(tool, args, false)) {
        return evidence;
    }
    if hints.read_only_hint == Some(false) {
        return write("mcp.hint", "the server says that the tool changes things (`readOnlyHint` is false)");
    }
    if hints.destructive_hint == Some(true) {
        return write("mcp.hint", "the server says that the tool may destroy things (`destructiveHint` is true)");
    }
    judge_by_verbs(&name, hints)
}

fn judge_by_verbs(name: &Name, hints: ServerHints) -> Evidence {
    match rules::judge(&name.words) {
        Finding::Writes(word) => Evidence {
            verdict: Verdict::Write,
            effects: Effect::Write.into(),
            rule: "mcp.verb".to_owned(),
            reason: format!("`{}` is {}", word.text, word.class),
            span: Some(word.span),
        },
        Finding::Reads(_) | Finding::Doubtful(_) | Finding::Unknown if is_trusted_read(hints) => trusted_read(),
        Finding::Reads(word) => Evidence {
            verdict: Verdict::Read,
            effects: Effects::NONE,
            rule: "mcp.verb".to_owned(),
            reason: format!("`{}` only asks, and no writing verb stands beside it", word.text),
            span: Some(word.span),
        },
        Finding::Doubtful(word) => Evidence {
            span: Some(word.span),
            ..write("mcp.unknown", format!("`{}` may be made or started here, not asked for", word.text))
        },
        Finding::Unknown => write("mcp.unknown", "unknown verb: nothing in the name proves that the tool only reads"),
    }
}

fn is_trusted_read(hints: ServerHints) -> bool {
    hints.trusted && hints.read_only_hint == Some(true) && hints.destructive_hint != Some(true)
}

fn trusted_read() -> Evidence {
    read("mcp.trusted", "the person trusts this server, which says that the tool only reads")
}

fn write(rule: &str, reason: impl Into<String>) -> Evidence {
    let effects = if rule == "mcp.unknown" { Effect::Unknown } else { Effect::Write }.into();
    Evidence { verdict: Verdict::Write, effects, rule: rule.to_owned(), reason: reason.into(), span: None }
}

fn read(rule: &str, reason: impl Into<String>) -> Evidence {
    let (verdict, effects) = (Verdict::Read, Effects::NONE);
    Evidence { verdict, effects, rule: rule.to_owned(), reason: reason.into(), span: None }
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
