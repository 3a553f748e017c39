//! A plan as text, for a terminal or a pipe.
//!
//! Headings stand at the left edge, everything else below them; so nothing an agent wrote can pass for a heading.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::{ChangeId, ChangeState, Digest, Mark, PendingPlan, Phase};

use super::diff::{Emphasis, LineKind};
use super::file::Names;
use super::number::{grouped, ranges, span};
use super::page::{INDENT, Ink, Page, Style};
use super::view::{Body, ChangeView, Content, FileView, bytes_of, count_of};
use super::{Binary, Contents, Novelty, Scope, Screen, Shown, risk, visible};

/// Commands longer than this, in characters, stand below their heading instead of in it.
const LONGEST_IN_HEADING: usize = 100;

/// Draws `plan` with every change of `scope` in full, and tells what was shown.
///
/// # Errors
///
/// What `out` says. A content that cannot be had is no error: the change says so and is not counted as shown.
pub fn render(
    plan: &PendingPlan,
    contents: &Contents<'_>,
    scope: Scope<'_>,
    screen: &Screen<'_>,
    out: &mut dyn Write,
) -> io::Result<Shown> {
    let names = Names { root: screen.root };
    let emphasis = if screen.style == Style::Colour { Emphasis::Words } else { Emphasis::Lines };
    let mut page = Page::new(out, screen.style, screen.width, screen.max_lines);
    let mut shown = Shown::default();
    let mut totals = Totals::default();
    header(&mut page, plan)?;
    since(&mut page, plan, scope)?;
    for (change, novelty) in scope.select(plan) {
        let view = ChangeView::of(change, names, contents, emphasis);
        page.end()?;
        let whole = draw_change(&mut page, &view, novelty)?;
        shown.record(change, whole && view.is_complete());
        totals.add(&view);
    }
    footer(&mut page, plan, &totals, &shown, screen.prefix)?;
    Ok(shown)
}

/// Draws the head of a plan alone: name, task, counts, risks.
pub(super) fn header(page: &mut Page<'_>, plan: &PendingPlan) -> io::Result<()> {
    page.ink(Ink::Heading, &format!("Plan {}", visible::line(plan.slug.as_str().as_bytes())))?;
    let id = visible::line(plan.id.as_str().as_bytes());
    page.text(&format!("  {}, revision {}", plan.status.word().replace('_', " "), plan.revision))?;
    page.ink(Ink::Quiet, &format!("  {id}"))?;
    page.end()?;
    if !plan.task.trim().is_empty() {
        page.prose(Ink::Text, &visible::body(plan.task.trim().as_bytes()))?;
    }
    if !plan.exploration_summary.trim().is_empty() {
        page.labelled("found", Ink::Text, &visible::body(plan.exploration_summary.trim().as_bytes()))?;
    }
    page.indented(Ink::Text, &counts(plan))?;
    let risks = risk::summary(&risk::tally(plan));
    if !risks.is_empty() {
        page.labelled("risk", Ink::Warning, &risks)?;
    }
    Ok(())
}

/// `6 changes: 5 pending, 1 failed`.
fn counts(plan: &PendingPlan) -> String {
    let all = count_of(plan.proposed_changes.len(), "change");
    let mut by_state = [0_usize; ChangeState::ALL.len()];
    for change in &plan.proposed_changes {
        by_state[change.state as usize] += 1;
    }
    let states: Vec<_> = ChangeState::ALL
        .iter()
        .filter(|&&state| by_state[state as usize] > 0)
        .map(|&state| format!("{} {state}", grouped(by_state[state as usize] as u64)))
        .collect();
    if states.is_empty() { all } else { format!("{all}: {}", states.join(", ")) }
}

/// What has become of the changes that were shown before. Gone is what is absent from the plan now, or replaced.
fn since(page: &mut Page<'_>, plan: &PendingPlan, scope: Scope<'_>) -> io::Result<()> {
    let Scope::Since(seen) = scope else { return Ok(()) };
    let novelties = || scope.select(plan).map(|(_, novelty)| novelty);
    let new = novelties().filter(|&novelty| novelty == Novelty::New).count();
    let changed = novelties().count() - new;
    let still_there: BTreeMap<ChangeId, Digest> = plan
        .proposed_changes
        .iter()
        .filter(|change| change.state != ChangeState::Superseded)
        .map(|change| (change.id, change.digest))
        .collect();
    let gone: Vec<_> = seen.keys().copied().filter(|id| !still_there.contains_key(id)).collect();
    let same = ranges(seen.iter().filter(|(id, digest)| still_there.get(id) == Some(digest)).map(|(id, _)| *id));

    page.end()?;
    page.ink(Ink::Heading, "Since you looked")?;
    let [new, changed, gone_count] = [new, changed, gone.len()].map(|count| grouped(count as u64));
    page.text(&format!("  {new} new, {changed} changed, {gone_count} gone"))?;
    page.end()?;
    if !gone.is_empty() {
        page.labelled("gone", Ink::Removed, &ranges(gone))?;
    }
    if !same.is_empty() {
        page.labelled("as seen", Ink::Text, &same)?;
    }
    Ok(())
}

/// Draws one change; `false` when lines were left out.
fn draw_change(page: &mut Page<'_>, view: &ChangeView, novelty: Novelty) -> io::Result<bool> {
    heading(page, view, novelty)?;
    facts(page, view)?;
    match &view.body {
        Body::Files(files) => files.iter().try_for_each(|file| {
            page.end()?;
            draw_file(page, file)
        })?,
        Body::Command { lines, .. } if stands_in_heading(lines) => {}
        Body::Command { lines, .. } | Body::Call { lines } => {
            page.end()?;
            lines.iter().try_for_each(|line| page.quoted(line))?;
        }
    }
    page.close_content()
}

fn heading(page: &mut Page<'_>, view: &ChangeView, novelty: Novelty) -> io::Result<()> {
    page.ink(Ink::Quiet, &format!("{}  ", view.order))?;
    page.ink(Ink::Heading, &format!("{}", view.id))?;
    page.text("  ")?;
    page.ink(state_ink(view.state), view.state.word())?;
    match novelty {
        Novelty::Unasked => {}
        Novelty::New => page.ink(Ink::Added, ", new")?,
        Novelty::Changed => page.ink(Ink::Edited, ", changed since you looked")?,
    }
    page.text("  ")?;
    page.ink(sign_ink(view.sign), view.sign)?;
    page.text(" ")?;
    page.ink(Ink::Heading, &title(view))?;
    if view.outside {
        page.ink(Ink::Warning, "  (outside the workspace)")?;
    }
    page.end()
}

/// The target as far as one line holds it whole; what does not fit is announced and stands below.
fn title(view: &ChangeView) -> String {
    match &view.body {
        Body::Command { lines, .. } if !stands_in_heading(lines) => match lines.len() {
            1 => format!("({} characters, below)", grouped(lines[0].chars().count() as u64)),
            count => format!("({} lines, below)", grouped(count as u64)),
        },
        _ => view.target.clone(),
    }
}

fn stands_in_heading(command: &[String]) -> bool {
    matches!(command, [line] if line.chars().count() <= LONGEST_IN_HEADING)
}

fn facts(page: &mut Page<'_>, view: &ChangeView) -> io::Result<()> {
    if let Some(agent) = &view.agent {
        page.labelled("by", Ink::Text, agent)?;
    }
    match view.reason.as_str() {
        "" => page.labelled("why", Ink::Quiet, "no reason given")?,
        reason => page.labelled("why", Ink::Text, reason)?,
    }
    if !view.depends_on.is_empty() {
        page.labelled("after", Ink::Text, &ranges(view.depends_on.iter().copied()))?;
    }
    if view.phase == Phase::Validate {
        page.labelled("phase", Ink::Text, "validate: checks what the changes before it did")?;
    }
    for &mark in &view.marks {
        page.labelled("risk", mark_ink(mark), &format!("{}: {}", risk::word(mark), risk::meaning(mark)))?;
    }
    if !view.evidence.is_empty() {
        page.labelled("judged", Ink::Quiet, &format!("a write: {}", view.evidence))?;
    }
    if let Body::Command { cwd, limit, .. } = &view.body {
        page.labelled("folder", Ink::Text, cwd)?;
        page.labelled("limit", Ink::Text, &span(*limit))?;
    }
    if !view.error.is_empty() {
        page.labelled_lines("error", Ink::Error, &view.error)?;
    }
    Ok(())
}

fn draw_file(page: &mut Page<'_>, file: &FileView) -> io::Result<()> {
    for note in &file.notes {
        page.content_line(Ink::Quiet, note)?;
    }
    if !matches!(file.content, Content::Nothing) {
        let side = |side, name: &Option<String>| name.as_ref().map_or("/dev/null".to_owned(), |n| side_name(side, n));
        page.content_line(Ink::Heading, &format!("--- {}", side("a/", &file.old_name)))?;
        page.content_line(Ink::Heading, &format!("+++ {}", side("b/", &file.new_name)))?;
    }
    match &file.content {
        Content::Nothing => Ok(()),
        Content::Lines(hunks) => hunks.iter().try_for_each(|hunk| {
            page.content_line(Ink::Passage, &hunk.header)?;
            hunk.lines.iter().try_for_each(|line| {
                page.content(line_ink(line.kind), line_gutter(line.kind), &line.pieces)?;
                if line.unfinished { page.content_line(Ink::Quiet, "\\ No newline at end of file") } else { Ok(()) }
            })
        }),
        Content::Link(before, after) => {
            link(page, LineKind::Removed, before.as_deref())?;
            link(page, LineKind::Added, after.as_deref())
        }
        Content::Bytes(before, after) => {
            page.content_line(Ink::Passage, &binary_summary(before.as_ref(), after.as_ref()))?;
            dump(page, LineKind::Removed, before.as_ref())?;
            dump(page, LineKind::Added, after.as_ref())
        }
        Content::Unreadable(why) => page.content_line(Ink::Error, &format!("the content cannot be shown: {why}")),
    }
}

/// A path below the root gets git's `a/` or `b/`; an absolute one stays as it is.
fn side_name(side: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{side}{name}") }
}

fn link(page: &mut Page<'_>, kind: LineKind, target: Option<&str>) -> io::Result<()> {
    let Some(target) = target else { return Ok(()) };
    page.content(line_ink(kind), line_gutter(kind), &[(false, format!("→ {target}"))])
}

/// `binary, 1,204 → 1,310 bytes`.
fn binary_summary(before: Option<&Binary>, after: Option<&Binary>) -> String {
    match (before, after) {
        (Some(old), Some(new)) => format!("binary, {} → {}", grouped(old.size), bytes_of(new.size)),
        (Some(only), None) | (None, Some(only)) => format!("binary, {}", bytes_of(only.size)),
        (None, None) => "binary".to_owned(),
    }
}

fn dump(page: &mut Page<'_>, kind: LineKind, content: Option<&Binary>) -> io::Result<()> {
    let Some(content) = content else { return Ok(()) };
    page.content(line_ink(kind), line_gutter(kind), &[(false, format!("sha256 {}", content.digest))])?;
    for row in &content.rows {
        page.content(line_ink(kind), line_gutter(kind), &[(false, row.clone())])?;
    }
    if content.hidden > 0 {
        page.content_line(Ink::Warning, &format!("… {} more not shown", bytes_of(content.hidden)))?;
    }
    Ok(())
}

/// Sums over the changes that were drawn.
#[derive(Default)]
pub(super) struct Totals {
    files: usize,
    added: usize,
    removed: usize,
    commands: usize,
    calls: usize,
}

impl Totals {
    pub(super) fn add(&mut self, view: &ChangeView) {
        let (added, removed) = view.added_and_removed();
        self.added += added;
        self.removed += removed;
        match &view.body {
            Body::Files(files) => self.files += files.len(),
            Body::Command { .. } => self.commands += 1,
            Body::Call { .. } => self.calls += 1,
        }
    }

    /// `4 files, +31 -12 lines, 2 commands`; empty when there was nothing.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        if self.files > 0 {
            parts.push(count_of(self.files, "file"));
            parts.push(format!("+{} -{} lines", grouped(self.added as u64), grouped(self.removed as u64)));
        }
        for (count, noun) in [(self.commands, "command"), (self.calls, "forwarded call")] {
            if count > 0 {
                parts.push(count_of(count, noun));
            }
        }
        parts.join(", ")
    }
}

/// What was shown in sum, what was not, and the commands that decide.
fn footer(page: &mut Page<'_>, plan: &PendingPlan, totals: &Totals, shown: &Shown, prefix: &str) -> io::Result<()> {
    page.end()?;
    let count = shown.complete.len() + shown.incomplete.len();
    page.ink(Ink::Heading, &format!("{} shown", count_of(count, "change")))?;
    let words = totals.words();
    if !words.is_empty() {
        page.text(&format!("  {words}"))?;
    }
    page.end()?;
    if !shown.incomplete.is_empty() {
        let ids = ranges(shown.incomplete.iter().copied());
        page.labelled("cut", Ink::Warning, &format!("{ids}: not shown in full, and so not to be approved yet"))?;
    }
    ways_to_decide(page, plan, prefix)
}

/// The commands that fit what the plan waits for.
pub(super) fn ways_to_decide(page: &mut Page<'_>, plan: &PendingPlan, prefix: &str) -> io::Result<()> {
    let mut pending = plan.pending();
    let Some(first) = pending.next() else {
        return match stuck(plan) {
            None => page.indented(Ink::Quiet, "nothing waits for a decision"),
            Some(id) => ways_to_go_on(page, id, prefix),
        };
    };
    way(page, prefix, "approve", "all that is pending")?;
    if let Some(second) = pending.next() {
        way(page, prefix, "approve 1", "the first in order; the rest stays pending")?;
        way(page, prefix, &format!("approve {} {}", first.id, second.id), "these; ranges and paths work too")?;
    }
    way(page, prefix, &format!("reject {} because TEXT", first.id), "discard, and tell the agent why")?;
    way(page, prefix, "hold", "decide later")?;
    stuck(plan).map_or(Ok(()), |id| ways_to_go_on(page, id, prefix))
}

fn ways_to_go_on(page: &mut Page<'_>, id: ChangeId, prefix: &str) -> io::Result<()> {
    way(page, prefix, &format!("retry {id}"), "try again what went wrong")?;
    way(page, prefix, &format!("skip {id}"), "give it up")
}

/// The first change that was tried and did not come to be.
fn stuck(plan: &PendingPlan) -> Option<ChangeId> {
    let is_stuck = |state| matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted);
    plan.proposed_changes.iter().find(|change| is_stuck(change.state)).map(|change| change.id)
}

fn way(page: &mut Page<'_>, prefix: &str, command: &str, does: &str) -> io::Result<()> {
    page.text(INDENT)?;
    page.ink(Ink::Passage, &format!("{:<28}", format!("{prefix}{command}")))?;
    page.ink(Ink::Quiet, &format!("  {does}"))?;
    page.end()
}

fn line_ink(kind: LineKind) -> Ink {
    match kind {
        LineKind::Context => Ink::Text,
        LineKind::Removed => Ink::Removed,
        LineKind::Added => Ink::Added,
    }
}

fn line_gutter(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Context => " ",
        LineKind::Removed => "-",
        LineKind::Added => "+",
    }
}

pub(super) fn sign_ink(sign: &str) -> Ink {
    match sign {
        "+" => Ink::Added,
        "-" => Ink::Removed,
        "~" => Ink::Edited,
        "→" => Ink::Moved,
        _ => Ink::Passage,
    }
}

pub(super) fn state_ink(state: ChangeState) -> Ink {
    match state {
        ChangeState::Pending => Ink::Text,
        ChangeState::Approved | ChangeState::Applying => Ink::Moved,
        ChangeState::Applied => Ink::Added,
        ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted => Ink::Error,
        ChangeState::Rejected | ChangeState::Superseded | ChangeState::Undone => Ink::Quiet,
    }
}

fn mark_ink(mark: Mark) -> Ink {
    match mark {
        Mark::Decides | Mark::Destructive => Ink::Error,
        Mark::Outside | Mark::Secret | Mark::Network | Mark::Endless => Ink::Warning,
    }
}
