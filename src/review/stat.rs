//! A plan in one line a change, with a total. An overview: nobody has seen a change because they saw its line.

use std::io::{self, Write};

use crate::model::{ChangeState, PendingPlan};

use super::diff::Emphasis;
use super::number::grouped;
use super::page::{Ink, Page};
use super::text::{Totals, header, sign_ink, state_ink};
use super::view::{Body, ChangeView, Content};
use super::{Novelty, Scope, Screen, Source, decide};

/// Targets longer than this, in characters, end with a count of what is left out.
const LONGEST_TARGET: usize = 100;

/// Draws the head of `plan`, a line for each change of `scope`, and their sum.
///
/// # Errors
///
/// What `out` says. A content that cannot be had is no error: its line says so.
pub fn render(
    plan: &PendingPlan,
    source: &Source<'_>,
    scope: Scope<'_>,
    screen: &Screen<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = Columns::of(plan);
    let mut page = Page::new(out, screen.style, screen.width, None);
    let mut totals = Totals::default();
    header(&mut page, plan)?;
    page.end()?;
    for (change, novelty) in scope.select(plan) {
        let view = ChangeView::of(change, source, Emphasis::Lines);
        row(&mut page, &view, novelty, columns)?;
        totals.add(&view);
    }
    page.end()?;
    page.begin();
    page.ink(Ink::Heading, "Total")?;
    page.text(&format!("  {}", totals.words()))?;
    page.end()?;
    decide::ways(&mut page, plan, screen.prefix)
}

/// How wide the columns are, from the plan alone, so that no content is loaded twice.
#[derive(Clone, Copy)]
struct Columns {
    number: usize,
    state: usize,
    count: usize,
}

impl Columns {
    /// None: what stands in a row follows closely.
    const NONE: Self = Self { number: 0, state: 0, count: 0 };

    fn of(plan: &PendingPlan) -> Self {
        let largest = plan.proposed_changes.iter().map(|change| change.order.max(change.id.0)).max().unwrap_or(1);
        let state = plan.proposed_changes.iter().map(|change| change.state.word().len()).max();
        Self { number: largest.to_string().len(), state: state.unwrap_or(ChangeState::Pending.word().len()), count: 6 }
    }
}

fn row(page: &mut Page<'_>, view: &ChangeView, novelty: Novelty, columns: Columns) -> io::Result<()> {
    let Columns { number, state, count } = if page.is_narrow() { Columns::NONE } else { columns };
    page.begin();
    page.ink(Ink::Quiet, &format!("{:>number$}  ", view.order))?;
    page.ink(Ink::Heading, &format!("{:<width$}", view.id.to_string(), width = number + 1))?;
    page.text("  ")?;
    page.ink(state_ink(view.state), &format!("{:<state$}", view.state.word()))?;
    let (added, removed) = view.added_and_removed();
    let (added, removed) = match &view.body {
        Body::Files(files) if files.iter().any(|file| matches!(file.content, Content::Bytes(..))) => {
            (String::new(), "binary".to_owned())
        }
        Body::Files(_) => (format!("+{}", grouped(added as u64)), format!("-{}", grouped(removed as u64))),
        Body::Command { .. } | Body::Call { .. } => (String::new(), String::new()),
    };
    if count > 0 || !removed.is_empty() {
        page.ink(Ink::Added, &format!("  {added:>count$}"))?;
        page.ink(Ink::Removed, &format!(" {removed:>count$}"))?;
    }
    page.text("  ")?;
    page.ink(sign_ink(view.sign), view.sign)?;
    page.text(&format!(" {}", bounded(&view.target)))?;
    for note in notes(view, novelty) {
        page.ink(Ink::Warning, &format!("  ({note})"))?;
    }
    page.end()
}

fn notes(view: &ChangeView, novelty: Novelty) -> Vec<&'static str> {
    let mut notes = Vec::new();
    match novelty {
        Novelty::Unasked => {}
        Novelty::New => notes.push("new"),
        Novelty::Changed => notes.push("changed since you looked"),
    }
    if view.outside {
        notes.push("outside the workspace");
    }
    if !view.is_complete() {
        notes.push("content cannot be read");
    }
    notes
        .extend(view.marks.iter().map(|&mark| super::risk::word(mark)).filter(|&word| word != "outside the workspace"));
    notes
}

/// `target`, or its beginning and how much is missing.
fn bounded(target: &str) -> String {
    match target.char_indices().nth(LONGEST_TARGET) {
        None => target.to_owned(),
        Some((end, _)) => {
            let left_out = target[end..].chars().count();
            format!("{} … {} more characters", &target[..end], grouped(left_out as u64))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::golden;
    use super::super::page::Style;
    use super::super::sample::{screen, varied};
    use super::*;

    #[test]
    fn a_varied_plan_as_one_line_a_change() {
        let sample = varied();
        let mut out = Vec::new();
        let contents = sample.contents();
        render(&sample.plan, &golden::source(&contents), Scope::All, &screen(Style::Plain), &mut out)
            .expect("memory takes all");
        golden::check("stat.txt", &String::from_utf8(out).expect("what is drawn is UTF-8"));
    }

    #[test]
    fn a_long_target_says_how_much_is_left_out() {
        assert_eq!(bounded("short"), "short");
        let long = "x".repeat(LONGEST_TARGET + 1_234);
        assert!(bounded(&long).ends_with("x … 1,234 more characters"), "{}", bounded(&long));
    }
}
