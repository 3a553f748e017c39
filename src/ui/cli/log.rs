//! `log`: what happened.

use serde_json::{Value, json};

use super::{CommandError, Context, Exit};
use crate::model::PlanId;
use crate::queue::NO_PLAN;
use crate::review::visible;
use crate::store::{Fault, Store, Verified};

/// Show decisions and outcomes of the session's plan.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Every plan of every workspace, not only the session's newest.
    #[arg(long)]
    all: bool,
    /// Check that no entry was altered or cut off since it was written, and that changes and contents are as they say.
    #[arg(long)]
    verify: bool,
    /// Print JSON, one entry a line.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if self.verify {
            return self.verify(context);
        }
        let plan = if self.all { None } else { context.plan()?.map(|plan| plan.id) };
        if plan.is_none() && !self.all {
            if !self.json {
                context.line(NO_PLAN)?;
            }
            return Ok(Exit::Done);
        }
        let mut spoken_of = None;
        for entry in context.manager.store().entries(plan.as_ref())? {
            if self.json {
                let line = json!({
                    "format_version": 1, "seq": entry.seq, "at": entry.at, "plan": entry.plan, "change": entry.change,
                    "kind": entry.kind, "body": entry.body, "hash": entry.hash,
                });
                context.line(line.to_string())?;
            } else {
                if self.all && entry.plan != spoken_of {
                    let heading = match &entry.plan {
                        Some(id) => heading(context.manager.store(), id)?,
                        None => "no plan".to_owned(),
                    };
                    context.line(heading)?;
                    spoken_of.clone_from(&entry.plan);
                }
                let change = entry.change.map_or(String::new(), |id| id.to_string());
                let body = visible::line(words(&entry.body));
                context.row(format!("{:>5}  {}  {:<10} {change:<5} {body}", entry.seq, entry.at, entry.kind))?;
            }
        }
        Ok(Exit::Done)
    }
}

impl Args {
    fn verify(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let Verified { entries, faults } = context.manager.store().verify()?;
        if self.json {
            let told: Vec<_> = faults.iter().map(as_value).collect();
            let whole = faults.is_empty();
            let verdict = json!({ "format_version": 1, "whole": whole, "entries": entries, "faults": told });
            context.line(verdict.to_string())?;
            return Ok(if whole { Exit::Done } else { Exit::Failed });
        }
        let Some((last, before)) = faults.split_last() else {
            let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
            context.line(format!(
                "The journal is whole: every entry follows from the one before it ({entries}), and changes and contents are as it says."
            ))?;
            return Ok(Exit::Done);
        };
        for fault in before {
            context.line(fault.to_string())?;
        }
        Err(CommandError::new(Exit::Failed, last.to_string()))
    }
}

/// A plan's name, and its workspace.
fn heading(store: &Store, plan: &PlanId) -> Result<String, CommandError> {
    let slug = store.plan(plan)?.map(|plan| plan.slug.to_string()).unwrap_or_default();
    let root = store.root_of_plan(plan)?;
    let root = root.map(|root| format!("  in {}", visible::line(root.as_os_str().as_encoded_bytes())));
    Ok(slug + &root.unwrap_or_default())
}

fn as_value(fault: &Fault) -> Value {
    let mut value = json!({ "kind": fault.word(), "text": fault.to_string() });
    match fault {
        Fault::Page { .. } => {}
        Fault::Entry { seq } => value["seq"] = json!(seq),
        Fault::State { plan, change, .. } => {
            value["plan"] = json!(plan);
            value["change"] = json!(change);
        }
        Fault::Content { digest } => value["digest"] = json!(digest),
    }
    value
}

/// Facts as a person reads them: digests shortened, what is empty left out.
fn words(facts: &Value) -> String {
    match facts {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            text[..12].to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => path_of(items).map_or_else(
            || items.iter().map(words).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
            visible::line,
        ),
        Value::Object(named) => {
            let told = |(name, fact): (&String, &Value)| match fact.as_u64() {
                Some(bits) if name == "mode" => format!("{bits:o}"),
                _ => words(fact),
            };
            let named = named.iter().map(|fact| (fact.0, told(fact))).filter(|(_, text)| !text.is_empty());
            named.map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A path that is no UTF-8, which stands in the journal as its bytes.
fn path_of(bytes: &[Value]) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = bytes.iter().map(|byte| byte.as_u64()?.try_into().ok()).collect();
    bytes.filter(|path| path.starts_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_told_in_words() {
        let digest = "5a71e9d39bbc".to_owned() + &"0".repeat(52);
        let facts = json!({ "by": "terminal", "changes": [["c1", digest]], "unseen": false, "because": "" });
        assert_eq!(words(&facts), "by terminal, changes c1 5a71e9d39bbc");
        assert_eq!(words(&json!({ "after": { "mode": 0o644, "size": 644 } })), "after mode 644, size 644");
        assert_eq!(words(&json!({ "undo": { "made": [], "n": 3 }, "whole": true })), "undo n 3, whole yes");
    }
}
