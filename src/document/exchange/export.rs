//! A document as a repository's `PLANS.md`.

use std::fmt::Write;

use super::super::draft::{one_line, question_lines};
use super::super::{Decision, Document, Question, SectionKind};
use crate::model::StepId;

/// A document as a repository's `PLANS.md`. Read back by [`super::import`] it is the same plan, steps numbered in their order.
pub fn export(document: &Document) -> String {
    let mut out = String::new();
    let task = one_line(document.prose(SectionKind::Task));
    let _ = writeln!(out, "# Plan: {task}");
    section(&mut out, "Context", document.prose(SectionKind::Context));
    let _ = write!(out, "\n## Phases\n");
    let number = |id: StepId| document.steps.iter().position(|step| step.id == Some(id)).map(|at| at + 1);
    for (n, step) in (1..).zip(&document.steps) {
        let _ = write!(out, "\n### Phase {n}: {}\n\n- Status: {}\n", step.text, step.status.word().replace('_', " "));
        if !step.files.is_empty() {
            let files: Vec<_> = step.files.iter().map(|file| format!("`{file}`")).collect();
            let _ = writeln!(out, "- Files: {}", files.join(", "));
        }
        if let Some(size) = step.size {
            let _ = writeln!(out, "- Complexity: {size}");
        }
        let after: Vec<_> = step.after.iter().filter_map(|id| number(*id)).map(|n| format!("Phase {n}")).collect();
        let _ = writeln!(out, "- Depends on: {}", if after.is_empty() { "none".to_owned() } else { after.join(", ") });
        if step.check {
            let _ = writeln!(out, "- Type: check");
        }
        let below = &document.text[step.place.head_end..step.place.whole.end];
        for detail in below.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "{detail}");
        }
    }
    let question = |(n, q): (u32, &Question)| question_lines(n, &(q.text.clone(), q.answer.clone()));
    let questions: Vec<_> = (1..).zip(&document.questions).map(question).collect();
    section(&mut out, "Questions", &questions.join("\n"));
    section(
        &mut out,
        "Decisions",
        &document.decisions.iter().map(|d| decision_line(d, document.subject(d))).collect::<Vec<_>>().join("\n"),
    );
    section(&mut out, "Checks", document.prose(SectionKind::Checks));
    let risk = |text: &str| text.replace('|', "\\|");
    let rows: Vec<_> =
        document.risks.iter().map(|r| format!("| {} | {} |", risk(&r.text), risk(&r.mitigation))).collect();
    if !rows.is_empty() {
        section(&mut out, "Risks", &format!("| Risk | Mitigation |\n|---|---|\n{}", rows.join("\n")));
    }
    section(&mut out, "Out of scope", document.prose(SectionKind::OutOfScope));
    section(&mut out, "Progress log", document.prose(SectionKind::Log));
    out
}

fn section(out: &mut String, title: &str, body: &str) {
    if !body.trim().is_empty() {
        let _ = write!(out, "\n## {title}\n\n{}\n", body.trim());
    }
}

fn decision_line(decision: &Decision, subject: &str) -> String {
    let options: Vec<_> = decision.options.iter().map(|option| format!("{}: {}", option.letter, option.text)).collect();
    let chosen = decision.chosen.map_or(String::new(), |letter| format!(" (chosen: {letter})"));
    let space = if options.is_empty() { "" } else { " " };
    format!("- {subject}{space}{}{chosen}", options.join("; "))
}
