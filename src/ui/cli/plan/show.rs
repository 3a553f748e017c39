//! `plan show`: the document, with the changes as the queue has them.

use serde_json::{Value, json};

use super::super::super::flags::Format;
use super::super::super::planning::{findings, heading, present_of, safe};
use super::super::{CommandError, Context, Exit};
use super::whose::Whose;
use crate::document::Document;
use crate::queue::book::Kept;

/// Show the plan document.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An earlier revision.
    #[arg(long, value_name = "N")]
    revision: Option<u32>,
    #[command(flatten)]
    whose: Whose,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>, format: Format) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let agent = self.whose.agent();
        let kept = present_of(context, &session, &agent)?;
        let book = context.manager.book(&session, agent);
        let document = match self.revision {
            Some(revision) => book.revision(&kept, revision)?,
            None => book.view(&kept)?,
        };
        let plan = self.whose.part_of(book.plan(&kept)?);
        if self.json || format == Format::Json {
            context.line(value(&kept, &document).to_string())?;
            return Ok(Exit::Done);
        }
        context.line(heading(&kept))?;
        context.line("")?;
        context.out.write_all(safe(&document.text().replace("\r\n", "\n")).as_bytes())?;
        let found = findings(context.manager.store(), &session, &kept.document, plan.as_ref());
        if self.revision.is_none() && !found.is_empty() {
            let blocking = found.iter().filter(|finding| finding.rule.blocks()).count();
            let noted = if found.len() == 1 { "finding" } else { "findings" };
            let blocks =
                if blocking == 0 { String::new() } else { format!(", {blocking} of them in the way of approval") };
            context.line(format!("\n{} {noted}{blocks}: `plangate plan lint`", found.len()))?;
        }
        Ok(Exit::Done)
    }
}

fn value(kept: &Kept, document: &Document) -> Value {
    let steps: Vec<_> = (1..)
        .zip(&document.steps)
        .map(|(number, step): (u32, _)| {
            json!({
                "id": step.id, "number": number, "description": step.text, "status": step.status, "dependencies": step.after,
                "complexity": step.size, "check": step.check, "files": step.files, "changes": step.changes,
                "is_decision_point": document.decisions.iter().any(|d| step.id.is_some_and(|id| d.before.contains(&id))),
            })
        })
        .collect();
    let decisions: Vec<_> = document
        .decisions
        .iter()
        .map(|decision| {
            let options: Vec<_> =
                decision.options.iter().map(|o| json!({ "letter": o.letter, "text": o.text })).collect();
            json!({ "id": decision.id, "text": document.subject(decision), "options": options, "chosen": decision.chosen, "before": decision.before })
        })
        .collect();
    let questions: Vec<_> =
        document.questions.iter().map(|q| json!({ "id": q.id, "text": q.text, "answer": q.answer })).collect();
    json!({
        "format_version": 1,
        "document": {
            "name": kept.row.name, "revision": kept.row.revision, "path": kept.row.path, "plan_id": kept.row.plan,
            "session_id": kept.row.session, "agent": kept.row.agent, "steps": steps, "decisions": decisions,
            "questions": questions, "text": document.text(),
        },
    })
}
