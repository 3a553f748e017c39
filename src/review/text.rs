//! A plan as text, for a terminal or a pipe.
//!
//! Headings stand at the left edge, everything else below them; so nothing an agent wrote can pass for a heading.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::{ChangeId, ChangeState, Digest, Mark, PendingPlan, Phase, ranges};

use super::content::draw_file;
use super::diff::Emphasis;
use super::number::{grouped, span};
use super::page::{Ink, Page, Style};
use super::view::{Body, ChangeView, count_of};
use super::{Novelty, Scope, Screen, Shown, Source, decide, risk, visible};

/// Commands longer than this, in characters, stand below their heading instead of in it.
const LONGEST_IN_HEADING: usize = 100;

/// Draws `plan` with every change of `scope` in full, and tells what was shown.
///
/// # Errors
///
/// What `out` says. A content that cannot be had is no error: the change says so and is not counted as shown.
pub fn render(
    plan: &PendingPlan,
    source: &Source<'_>,
    scope: Scope<'_>,
    screen: &Screen<'_>,
    out: &mut dyn Write,
) -> io::Result<Shown> {
    let emphasis = if screen.style == Style::Colour { Emphasis::Words } else { Emphasis::Lines };
    let mut page = Page::new(out, screen.style, screen.width, screen.max_lines);
    let mut shown = Shown::default();
    let mut totals = Totals::default();
    header(&mut page, plan)?;
    since(&mut page, plan, scope)?;
    for (change, novelty) in scope.select(plan) {
        let view = ChangeView::of(change, source, emphasis);
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
    page.begin();
    page.ink(Ink::Heading, &format!("Plan {}", visible::line(plan.slug.as_str())))?;
    let id = visible::line(plan.id.as_str());
    page.text(&format!("  {}, revision {}", plan.status.word().replace('_', " "), plan.revision))?;
    page.ink(Ink::Quiet, &format!("  {id}"))?;
    page.end()?;
    if !plan.task.trim().is_empty() {
        page.prose(Ink::Text, &visible::body(plan.task.trim()))?;
    }
    if !plan.exploration_summary.trim().is_empty() {
        page.labelled("found", Ink::Text, &visible::body(plan.exploration_summary.trim()))?;
    }
    page.indented(Ink::Text, &counts(plan))?;
    if let Some(at) = plan.expired_at {
        let day = at.format("%Y-%m-%d");
        page.labelled("expired", Ink::Warning, &format!("its contents were removed on {day}; it cannot be undone"))?;
    }
    let risks = risk::summary(&risk::tally(&plan.proposed_changes));
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
    page.begin();
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
        Body::Command { lines, .. } | Body::Call { lines, .. } => {
            page.end()?;
            lines.iter().try_for_each(|line| page.quoted(line))?;
        }
    }
    page.close_content()
}

fn heading(page: &mut Page<'_>, view: &ChangeView, novelty: Novelty) -> io::Result<()> {
    page.begin();
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
    if let Body::Call { cwd: Some(cwd), .. } = &view.body {
        page.labelled("folder", Ink::Text, cwd)?;
    }
    if !view.error.is_empty() {
        page.labelled_lines("error", Ink::Error, &view.error)?;
    }
    if let Some(ran) = &view.ran {
        page.labelled("ran", Ink::Text, &ran.how)?;
        if !ran.files.is_empty() {
            page.labelled("files", Ink::Text, &ran.files)?;
        }
        if !ran.printed.is_empty() {
            page.labelled_lines("printed", Ink::Quiet, &ran.printed)?;
        }
    }
    for (question, answer) in &view.asked {
        page.labelled("asked", Ink::Edited, question)?;
        match answer.as_str() {
            "" => page.labelled("answer", Ink::Quiet, "none yet")?,
            answer => page.labelled("answer", Ink::Text, answer)?,
        }
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
    page.begin();
    page.ink(Ink::Heading, &format!("{} shown", count_of(count, "change")))?;
    let words = totals.words();
    if !words.is_empty() {
        page.text(&format!("  {words}"))?;
    }
    page.end()?;
    let waits = |id: &ChangeId| plan.change(*id).is_some_and(|change| change.state == ChangeState::Pending);
    let (waiting, decided): (Vec<_>, Vec<_>) = shown.incomplete.iter().copied().partition(waits);
    for (cut, so) in [(waiting, ", and so not to be approved yet"), (decided, "")] {
        if !cut.is_empty() {
            page.labelled("cut", Ink::Warning, &format!("{}: not shown in full{so}", ranges(cut)))?;
        }
    }
    decide::ways(page, plan, prefix)
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
        Mark::Decides | Mark::Rules | Mark::RunsLater | Mark::Destructive => Ink::Error,
        Mark::Outside | Mark::Secret | Mark::Network | Mark::Endless => Ink::Warning,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::golden;
    use super::super::sample::{Sample, hard_text, screen, varied};
    use super::*;

    fn draw(sample: &Sample, scope: Scope<'_>, screen: &Screen<'_>) -> (String, Shown) {
        let mut out = Vec::new();
        let shown = render(&sample.plan, &golden::source(&sample.contents()), scope, screen, &mut out)
            .expect("memory takes all");
        (String::from_utf8(out).expect("what is drawn is UTF-8"), shown)
    }

    #[test]
    fn a_varied_plan_in_plain_text() {
        let sample = varied();
        let (drawn, shown) = draw(&sample, Scope::All, &screen(Style::Plain));
        assert!(shown.incomplete.is_empty());
        assert_eq!(shown.complete.len(), sample.plan.proposed_changes.len());
        golden::check("plain.txt", &drawn);
    }

    #[test]
    fn a_varied_plan_in_colour() {
        golden::check("colour.txt", &draw(&varied(), Scope::All, &screen(Style::Colour)).0);
    }

    #[test]
    fn only_what_is_new_or_changed_since_the_last_look() {
        let mut sample = varied();
        let mut seen: BTreeMap<ChangeId, Digest> =
            sample.plan.proposed_changes.iter().map(|change| (change.id, change.digest)).collect();
        seen.remove(&ChangeId(3));
        seen.insert(ChangeId(6), Digest::of(b"another command"));
        seen.insert(ChangeId(99), Digest::of(b"no longer there"));
        sample.plan.proposed_changes[9].state = ChangeState::Superseded;
        let (drawn, shown) = draw(&sample, Scope::Since(&seen), &screen(Style::Plain));
        assert_eq!(shown.complete.keys().copied().collect::<Vec<_>>(), [ChangeId(3), ChangeId(6)]);
        golden::check("since.txt", &drawn);
    }

    #[test]
    fn a_selection_draws_and_counts_as_shown_only_itself() {
        let only = BTreeSet::from([ChangeId(2), ChangeId(5)]);
        let (drawn, shown) = draw(&varied(), Scope::Only(&only), &screen(Style::Plain));
        assert_eq!(shown.complete.keys().copied().collect::<BTreeSet<_>>(), only);
        assert!(drawn.contains("\n2  c2  pending  ~ src/main.rs\n") && !drawn.contains("src/session.rs\n"), "{drawn}");
    }

    #[test]
    fn a_content_that_is_lost_is_said_and_not_counted_as_shown() {
        let mut sample = varied();
        sample.lose(b"pub struct Session;\n");
        let (drawn, shown) = draw(&sample, Scope::All, &screen(Style::Plain));
        assert_eq!(shown.incomplete, [ChangeId(3)]);
        assert!(!shown.complete.contains_key(&ChangeId(3)));
        assert!(drawn.contains("the content cannot be shown: no blob of that digest"), "{drawn}");
        assert!(drawn.contains("cut     c3: not shown in full, and so not to be approved yet"), "{drawn}");
    }

    #[test]
    fn what_a_limit_cuts_is_counted_and_not_counted_as_shown() {
        let limited = Screen { max_lines: Some(5), ..screen(Style::Plain) };
        let (drawn, shown) = draw(&varied(), Scope::All, &limited);
        assert!(shown.incomplete.contains(&ChangeId(1)) && shown.complete.contains_key(&ChangeId(4)));
        assert!(drawn.contains("… 4 more lines not shown"), "{drawn}");
    }

    #[test]
    fn nothing_an_agent_wrote_stands_at_the_left_edge() {
        let mut sample = varied();
        for change in &mut sample.plan.proposed_changes {
            change.reason = "\n1  c1  pending\nforged".to_owned();
            change.error = "forged\nforged".to_owned();
        }
        sample.plan.task = "a task\nforged".to_owned();
        let (drawn, _) = draw(&sample, Scope::All, &screen(Style::Plain));
        let headings = drawn.lines().filter(|line| !line.is_empty() && !line.starts_with("    "));
        // The plan's name, one for each change, the sum.
        assert_eq!(headings.count(), 1 + sample.plan.proposed_changes.len() + 1, "{drawn}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn plain_text_holds_nothing_that_a_terminal_obeys(before in hard_text(), after in hard_text(), bytes in prop::collection::vec(any::<u8>(), 0..99)) {
            let mut sample = Sample::new();
            let change = sample.edit(&after, before.as_bytes(), after.as_bytes());
            change.reason.clone_from(&before);
            change.error.clone_from(&after);
            sample.edit("bytes", &bytes, before.as_bytes()).evidence.clone_from(&after);
            sample.plan.task = after;
            let (drawn, _) = draw(&sample, Scope::All, &screen(Style::Plain));
            let obeyed = |c: char| (c.is_control() && !"\t\n".contains(c)) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
            prop_assert!(!drawn.chars().any(obeyed), "{drawn:?}");
        }

        #[test]
        fn in_colour_the_words_are_the_same_as_in_plain_text(before in hard_text(), after in hard_text()) {
            let mut sample = Sample::new();
            sample.edit("file", before.as_bytes(), after.as_bytes());
            let (plain, _) = draw(&sample, Scope::All, &screen(Style::Plain));
            let (colour, _) = draw(&sample, Scope::All, &screen(Style::Colour));
            let escape = regex::Regex::new("\x1b\\[[0-9;]*m").expect("the pattern is one");
            prop_assert_eq!(escape.replace_all(&colour, ""), plain);
        }
    }
}
