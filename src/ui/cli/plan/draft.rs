//! `plan draft`: a document from the queued changes alone.

use std::fs;
use std::path::Path;

use super::super::super::planning::{heading, safe_line};
use super::super::{CommandError, Context, Exit};
use crate::document::cluster;
use crate::model::AgentPath;
use crate::queue::NO_PLAN;

/// Draft a plan document from the queued changes: one step for changes that belong together.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let book = context.manager.book(&session, AgentPath::main());
        if let Some(kept) = book.current()? {
            return Err(CommandError::usage(format!("there is a plan document already: {}", kept.row.name))
                .hint("`plangate plan show` shows it, `discuss` and `plangate plan open` change it"));
        }
        let Some(plan) = context.manager.open_plan(&session.id)? else {
            return Err(CommandError::new(Exit::Done, NO_PLAN));
        };
        let draft = cluster::draft(&plan, &session.root, &suggested_checks(&session.root));
        let (kept, warning) = book.start(&draft, "host")?;
        if let Some(warning) = warning {
            super::super::super::screen::complain(format!("warning: {warning}"));
        }
        let told = format!(
            "[plangate] The person drafted the plan document `{}` from what you queued: {}. You may edit that file, and no other.",
            kept.row.name,
            kept.row.path.display()
        );
        context.manager.store().tell(&session.id, &told, context.manager.now())?;
        context.line(format!("Drafted {}", heading(&kept)))?;
        for step in &kept.document.steps {
            let id = step.id.map_or_else(String::new, |id| id.to_string());
            context.line(format!("  {id} {}", safe_line(&step.text)))?;
        }
        Ok(Exit::Done)
    }
}

/// How the project is checked, by the manifests at its root.
fn suggested_checks(root: &Path) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(root.join(name)).ok();
    let mut checks: Vec<&str> = Vec::new();
    if read("Cargo.toml").is_some() {
        checks.push("cargo test");
    }
    let has_test = |text: String| {
        serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|manifest| manifest["scripts"]["test"].is_string())
    };
    if read("package.json").is_some_and(has_test) {
        checks.push("npm test");
    }
    if read("pyproject.toml").is_some() {
        checks.push("python -m pytest");
    }
    if read("go.mod").is_some() {
        checks.push("go test ./...");
    }
    let makefile = read("Makefile").unwrap_or_default();
    for (target, command) in [("test:", "make test"), ("check:", "make check")] {
        if makefile.lines().any(|line| line.starts_with(target)) {
            checks.push(command);
        }
    }
    checks.into_iter().map(str::to_owned).collect()
}
