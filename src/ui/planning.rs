//! What the commands about plan documents share: the present document, with what was edited in its file taken over.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::consent::ask;
use super::context::Context;
use super::error::CommandError;
use super::screen::complain;
use crate::apply::in_progress;
use crate::document::Document;
use crate::document::changes::links;
use crate::document::edit;
use crate::document::lint::{Facts, Finding, Lines, Rule, lint, open_decisions};
use crate::model::{
    AgentPath, ChangeId, ChangeState, FileEffect, FileImage, PendingPlan, StepEvent, StepId, StepStatus,
};
use crate::queue::PlanBook;
use crate::queue::book::{Author, FileEdit, Kept, OnDisk};
use crate::review::visible;
use crate::store::{RevisionKind, SessionRow, Store};

/// Text of a document for a screen: nothing in it moves the cursor or hides.
pub(super) fn safe(text: &str) -> String {
    visible::body(text.as_bytes())
}

/// A line of a document for a screen.
pub(super) fn safe_line(text: &str) -> String {
    visible::line(text.as_bytes())
}

/// The session's document with everything that happened to its file and its steps taken in.
pub(super) fn present(context: &mut Context<'_>, session: &SessionRow) -> Result<Kept, CommandError> {
    present_of(context, session, &AgentPath::main())
}

/// The document of an agent of the session.
pub(super) fn present_of(
    context: &mut Context<'_>,
    session: &SessionRow,
    agent: &AgentPath,
) -> Result<Kept, CommandError> {
    let Some(kept) = context.manager.book(session, agent.clone()).current()? else { return Err(no_document()) };
    let kept = settle_file(context, session, agent, kept)?;
    settle_steps(context, session, agent, kept)
}

pub(super) fn no_document() -> CommandError {
    CommandError::usage("this session has no plan document")
        .hint("`plangate plan draft` makes one of the queued changes; the agent makes one with `propose_plan`")
}

/// Takes over what was edited in the file: an agent's edits at once, a person's when they say so.
fn settle_file(
    context: &mut Context<'_>,
    session: &SessionRow,
    agent: &AgentPath,
    kept: Kept,
) -> Result<Kept, CommandError> {
    let person = context.person().ok().filter(super::consent::Person::can_answer);
    let author = if person.is_some() { Author::Person } else { Author::Unknown };
    let found = context.manager.book(session, agent.clone()).look(&kept, author);
    let edit = match found {
        Ok(OnDisk::Same) => return Ok(kept),
        Ok(OnDisk::Changed(edit)) => edit,
        Ok(OnDisk::Broken(problems)) => {
            complain(format!(
                "warning: the plan file has problems and was not taken over; it stays as it is:\n{}",
                located(&kept, &problems)
            ));
            return Ok(kept);
        }
        Ok(OnDisk::Conflict(names)) => {
            complain(conflict(&kept, &names));
            return Ok(kept);
        }
        Err(error) => {
            complain(format!("warning: {}", crate::model::with_causes(&error)));
            return Ok(kept);
        }
    };
    if edit.derived.is_empty() && edit.put_back.is_empty() {
        return Ok(context.manager.book(session, agent.clone()).take(&kept, &edit, "file")?);
    }
    complain(edit_told(&edit));
    let by = match (edit.by_agent, person) {
        (true, _) => agent.as_str().to_owned(),
        (false, Some(person)) if ask("Take this over into the plan?")? => person.consent().channel().to_owned(),
        (false, _) => {
            complain("Not taken over; the file stays as it is. `plangate plan open` in a terminal takes it over.");
            return Ok(kept);
        }
    };
    Ok(context.manager.book(session, agent.clone()).take(&kept, &edit, &by)?)
}

/// Where in the file something makes no sense.
pub(super) fn located(kept: &Kept, problems: &[crate::document::Problem]) -> String {
    let path = kept.row.path.display();
    problems.iter().map(|p| format!("{path}:{}: {}", p.line, safe_line(&p.message))).collect::<Vec<_>>().join("\n")
}

pub(super) fn conflict(kept: &Kept, names: &[String]) -> String {
    format!(
        "warning: {} changed in the file and in the plan; `{}` now holds both, between marks: keep one side of each",
        names.join(", "),
        kept.row.path.display()
    )
}

/// What an edit of the file does, a line each.
pub(super) fn edit_told(edit: &FileEdit) -> String {
    let who = if edit.by_agent { "The agent edited the plan file:" } else { "The plan file was edited:" };
    let derived = edit.derived.iter().map(|derived| format!("  {}", safe_line(&derived.to_string())));
    let back = edit.put_back.iter().map(|name| format!("  put back {name}: only a person at a terminal may say it"));
    [who.to_owned()].into_iter().chain(derived).chain(back).collect::<Vec<_>>().join("\n")
}

/// Brings the status of steps up to what became of their changes: those that were begun end, and those whose changes were
/// all applied otherwise are completed. Does nothing while changes are being applied.
pub(super) fn settle_steps(
    context: &mut Context<'_>,
    session: &SessionRow,
    agent: &AgentPath,
    kept: Kept,
) -> Result<Kept, CommandError> {
    let book = context.manager.book(session, agent.clone());
    let Some(plan) = book.plan(&kept)? else { return Ok(kept) };
    if kept.document.steps.iter().all(|step| step.status.is_settled())
        || in_progress(context.manager.store(), &session.root)?
    {
        return Ok(kept);
    }
    let mut of_step: BTreeMap<StepId, Vec<Own>> = BTreeMap::new();
    for (change, step) in links(&kept.document, &plan, &session.root) {
        let state = plan.change(change).map(|change| change.state).filter(|state| counts(*state));
        of_step.entry(step).or_default().extend(state.map(|state| (change, state)));
    }
    let at = context.manager.now().format("%Y-%m-%d %H:%M").to_string();
    let mut settled = Vec::new();
    for step in kept.document.steps.iter().filter(|step| !step.status.is_settled()) {
        let Some(id) = step.id else { continue };
        let own = of_step.get(&id).map_or(&[][..], Vec::as_slice);
        let ended = outcome(own);
        let begun = step.status == StepStatus::InProgress;
        settled
            .extend(ended.filter(|(event, _)| begun || *event == StepEvent::Complete).map(|ended| (id, begun, ended)));
    }
    let mut kept = kept;
    for (id, begun, (event, told)) in settled {
        let events = if begun { vec![event] } else { vec![StepEvent::Begin, event] };
        kept = move_step(&book, &kept, id, &events, "host", &told, &at)?;
    }
    Ok(kept)
}

/// What was rejected or replaced is no part of a step any more.
fn counts(state: ChangeState) -> bool {
    !matches!(state, ChangeState::Rejected | ChangeState::Superseded)
}

/// A change of a step, with its state.
pub(super) type Own = (ChangeId, ChangeState);

/// The changes of a step that still count, in order.
pub(super) fn changes_of(document: &Document, plan: &PendingPlan, root: &Path, step: StepId) -> Vec<Own> {
    let links = links(document, plan, root);
    plan.proposed_changes
        .iter()
        .filter(|change| links.get(&change.id) == Some(&step) && counts(change.state))
        .map(|change| (change.id, change.state))
        .collect()
}

/// How a step that was begun has ended; `None` while something of it is still to come.
fn outcome(own: &[Own]) -> Option<(StepEvent, String)> {
    use ChangeState as S;
    let named = |wanted: &[S]| {
        own.iter()
            .filter(|(_, state)| wanted.contains(state))
            .map(|(id, _)| id.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let failed = named(&[S::Failed, S::Conflict, S::Interrupted]);
    if !failed.is_empty() {
        return Some((StepEvent::Fail, format!("failed: {failed}")));
    }
    if own.iter().any(|(_, state)| matches!(state, S::Approved | S::Applying)) {
        return None;
    }
    if !own.is_empty() && own.iter().all(|(_, state)| *state == S::Applied) {
        return Some((StepEvent::Complete, format!("completed: {}", named(&[S::Applied]))));
    }
    Some((StepEvent::RollBack, "not run".to_owned()))
}

/// Moves a step to its next status, with a line in the log.
pub(super) fn move_step(
    book: &PlanBook<'_>,
    kept: &Kept,
    step: StepId,
    events: &[StepEvent],
    by: &str,
    told: &str,
    at: &str,
) -> Result<Kept, CommandError> {
    let status = kept.document.step(step).map(|step| step.status).unwrap_or_default();
    let next = events.iter().try_fold(status, |status, event| status.after(*event));
    let next = next.map_err(|refused| CommandError::usage(format!("{step}: {refused}")))?;
    let document = edit::with_status(&kept.document, step, next)?;
    let line = format!("{at} {step} {told} ({by})");
    let document = edit::with_log(&document, &line);
    Ok(book.revise(kept, &document, by, RevisionKind::Run, &[format!("{step} {told}")])?)
}

/// What lint finds in a document.
pub(super) fn findings(
    store: &Store,
    session: &SessionRow,
    document: &Document,
    plan: Option<&PendingPlan>,
) -> Vec<Finding> {
    let resolves = |command: &str| resolves(command, &session.root);
    let lines = |effect: &FileEffect| lines_of(store, effect);
    lint(document, &Facts { plan, root: &session.root, resolves: &resolves, lines: &lines })
}

/// Whether the program of a command line is there.
fn resolves(command: &str, root: &Path) -> bool {
    const BUILTINS: [&str; 12] =
        ["cd", "test", "[", "true", "false", "echo", "printf", "set", "export", "source", ".", "for"];
    let Ok(words) = shell_words::split(command) else { return false };
    let mut words = words.iter().skip_while(|word| word.split_once('=').is_some_and(|(name, _)| !name.contains('/')));
    let Some(program) = words.next() else { return false };
    let is_program =
        |path: &Path| path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0);
    if program.contains('/') {
        return is_program(&root.join(program));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    BUILTINS.contains(&program.as_str()) || env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
}

/// The lines that a change of a file touches, before and after it.
fn lines_of(store: &Store, effect: &FileEffect) -> Option<Lines> {
    let text = |image: &FileImage| match image {
        FileImage::Absent => Some(String::new()),
        FileImage::File { digest, .. } => String::from_utf8(store.content(*digest).ok()?).ok(),
        FileImage::Symlink { .. } => None,
    };
    let (before, after) = (text(&effect.before)?, text(&effect.after)?);
    let diff = TextDiff::from_lines(&before, &after);
    let mut lines = Lines::default();
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {}
            ChangeTag::Delete => lines.before.extend(change.old_index().map(|at| at..at + 1)),
            ChangeTag::Insert => lines.after.extend(change.new_index().map(|at| at..at + 1)),
        }
    }
    Some(lines)
}

/// Refuses to approve changes whose steps the document does not let happen: names that make no sense, or a decision that is
/// still to be made.
pub(super) fn gate(context: &Context<'_>, session: &SessionRow, chosen: &[ChangeId]) -> Result<(), CommandError> {
    let book = context.manager.book(session, AgentPath::main());
    let Some(kept) = book.current()? else { return Ok(()) };
    let Some(plan) = book.plan(&kept)? else { return Ok(()) };
    let names = findings(context.manager.store(), session, &kept.document, Some(&plan));
    if let Some(found) = names.iter().find(|found| found.rule.blocks() && found.rule != Rule::OpenDecision) {
        return Err(CommandError::refused(format!(
            "the plan document does not hold together: {}",
            safe_line(&found.message)
        ))
        .hint("`plangate plan lint` tells more; `plangate plan open` or `discuss` mends it"));
    }
    let links = links(&kept.document, &plan, &session.root);
    for (decision, waiting) in open_decisions(&kept.document) {
        let waits = |id: &ChangeId| waiting.is_empty() || links.get(id).is_some_and(|step| waiting.contains(step));
        let held: BTreeSet<&ChangeId> = chosen.iter().filter(|id| waits(id)).collect();
        if let (Some(id), Some(change)) = (decision.id, held.first()) {
            let options: Vec<_> =
                decision.options.iter().map(|o| format!("{}: {}", o.letter, safe_line(&o.text))).collect();
            return Err(CommandError::refused(format!(
                "{change} waits for {id}: {} {}",
                safe_line(kept.document.subject(decision)),
                options.join("; ")
            ))
            .hint(format!("`discuss choose {id} A`, then approve again")));
        }
    }
    Ok(())
}

/// The name of a document, its revision and its file.
pub(super) fn heading(kept: &Kept) -> String {
    format!("{} · revision {} · {}", kept.row.name, kept.row.revision, kept.row.path.display())
}
