//! The `PLANS.md` that repositories keep: phases with files, complexity, dependencies and status, decisions, a table of
//! risks, a log with dates.
//!
//! ```text
//! # Plan: the task
//! ## Context
//! ## Phases
//! ### Phase 1: what is to be done
//! - Status: pending            (or `[x]` in the heading, or ✅)
//! - Files: `src/a.rs`, `src/b.rs`
//! - Complexity: 3              (or low, medium, high)
//! - Depends on: Phase 1        (or none)
//! - Type: check                (only for a phase that checks)
//! ## Decisions                 `- Question? A: one; B: two (chosen: A)`
//! ## Risks                     a table: risk, mitigation
//! ## Progress log              `- 2026-03-01: what happened`
//! ```

mod export;

pub use self::export::export;
use super::draft::{Draft, DraftDecision, DraftStep};
use super::lines::lines;
use crate::model::{Size, StepId, StepStatus};

/// The cells of a table's row; `\|` is a bar inside one.
pub(super) fn cells(row: &str) -> Vec<String> {
    let row = row.trim().strip_prefix('|').unwrap_or(row.trim());
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for c in row.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '|' if !escaped => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            '|' => cell.push('|'),
            _ => {
                if escaped {
                    cell.push('\\');
                }
                cell.push(c);
            }
        }
        escaped = false;
    }
    if !cell.trim().is_empty() {
        cells.push(cell.trim().to_owned());
    }
    cells
}

/// A repository's plan as a draft. What has no place in a plan document goes to its context, so that nothing is lost.
///
/// # Errors
/// The text has no phases; or a phase depends on one that is not there.
pub fn import(text: &str) -> Result<Draft, String> {
    let mut reader = Import::default();
    for line in lines(text) {
        let content = &text[line.content()];
        match heading(content).filter(|_| !line.fenced) {
            Some((level, title)) => reader.heading(level, title),
            None => reader.line(content),
        }
    }
    reader.finish()
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let title = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, title.trim()))
}

#[derive(Default)]
struct Import {
    draft: Draft,
    depends: Vec<(usize, String)>,
    phases: Vec<String>,
    part: Part,
    level: usize,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Context,
    Task,
    Phase,
    Questions,
    Decisions,
    Risks,
    Checks,
    OutOfScope,
    Log,
    /// The heading above the phases.
    Phases,
}

impl Import {
    fn heading(&mut self, level: usize, title: &str) {
        if let Some((number, text)) = phase(title) {
            let (text, status) = status_in_title(text);
            self.phases.push(number);
            self.draft.steps.push(DraftStep { text, status, ..DraftStep::default() });
            (self.part, self.level) = (Part::Phase, level);
            return;
        }
        let lower = title.trim_end_matches(':').to_ascii_lowercase();
        let named = match lower.as_str() {
            "task" | "goal" | "objective" => Some(Part::Task),
            "context" | "context found" | "background" | "overview" | "summary" => Some(Part::Context),
            "phases" | "steps" | "implementation" | "implementation phases" | "implementation plan" => {
                Some(Part::Phases)
            }
            "questions" | "open questions" => Some(Part::Questions),
            "decisions" | "decision points" | "decision log" => Some(Part::Decisions),
            "risks" | "risks and mitigations" | "risk assessment" | "risk table" => Some(Part::Risks),
            "checks" | "validation" | "testing" | "verification" => Some(Part::Checks),
            "out of scope" | "non-goals" => Some(Part::OutOfScope),
            "progress log" | "progress" | "log" | "changelog" => Some(Part::Log),
            _ => None,
        };
        match named {
            Some(part) => (self.part, self.level) = (part, level),
            None if level == 1 && self.draft.task.is_empty() => {
                title.strip_prefix("Plan:").unwrap_or(title).trim().clone_into(&mut self.draft.task);
                (self.part, self.level) = (Part::Context, level);
            }
            // A heading inside a phase is a detail of it.
            None if self.part == Part::Phase && level > self.level => self.detail(title),
            None => {
                (self.part, self.level) = (Part::Context, level);
                push_line(&mut self.draft.context, title);
            }
        }
    }

    fn detail(&mut self, line: &str) {
        if let Some(step) = self.draft.steps.last_mut() {
            step.details.push(line.to_owned());
        }
    }

    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        let item = trimmed.strip_prefix(['-', '*', '+']).map(str::trim_start);
        match self.part {
            Part::Context | Part::Phases => push_line(&mut self.draft.context, line),
            Part::Task => push_line(&mut self.draft.task, line),
            _ if trimmed.is_empty() => {}
            Part::Phase => self.phase_line(trimmed, item),
            Part::Questions => match item.unwrap_or(trimmed).strip_prefix("answer:") {
                Some(answer) => {
                    if let Some(question) = self.draft.questions.last_mut() {
                        question.1 = Some(answer.trim().to_owned());
                    }
                }
                None => self.draft.questions.push((named_away(item.unwrap_or(trimmed), 'Q'), None)),
            },
            Part::Decisions => self.decision(item.unwrap_or(trimmed)),
            Part::Risks => self.risk(trimmed, item),
            Part::Checks => self.draft.checks.push(item.unwrap_or(trimmed).to_owned()),
            Part::OutOfScope => self.draft.out_of_scope.push(item.unwrap_or(trimmed).to_owned()),
            Part::Log => self.draft.log.push(item.unwrap_or(trimmed).to_owned()),
        }
    }

    fn phase_line(&mut self, line: &str, item: Option<&str>) {
        let place = self.draft.steps.len() - 1;
        let plain = item.unwrap_or(line).replace("**", "");
        let Some((key, value)) = plain.split_once(':') else { return self.detail(line) };
        let (value, step) = (value.trim(), &mut self.draft.steps[place]);
        let understood = match key.trim().to_ascii_lowercase().as_str() {
            "status" => status(value).map(|status| step.status = status).is_some(),
            "files" | "file" => {
                step.files = value.split(',').map(|file| file.trim().trim_matches('`').to_owned()).collect();
                step.files.retain(|file| !file.is_empty());
                true
            }
            "complexity" | "size" | "effort" => size(value).map(|size| step.size = Some(size)).is_some(),
            "type" => {
                step.check = value.eq_ignore_ascii_case("check");
                step.check
            }
            "depends on" | "dependencies" | "after" => {
                self.depends.push((place, value.to_owned()));
                true
            }
            _ => false,
        };
        if !understood {
            self.detail(line);
        }
    }

    fn decision(&mut self, line: &str) {
        let rest = named_away(line, 'D');
        if let Some(letter) = rest.strip_prefix("chosen:").and_then(|rest| rest.trim().chars().next())
            && let Some(decision) = self.draft.decisions.last_mut()
        {
            decision.chosen = ('A'..='Z').position(|l| l == letter);
            return;
        }
        if let (Some((_, text)), Some(decision)) = (lettered(&rest), self.draft.decisions.last_mut()) {
            decision.options.push(text.to_owned());
            return;
        }
        let (rest, chosen) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once("(chosen: ")) {
            Some((rest, letter)) => (rest.trim().to_owned(), letter.chars().next()),
            None => (rest, None),
        };
        let chosen = chosen.and_then(|letter| ('A'..='Z').position(|l| l == letter));
        let (text, options) = match rest.find(" A: ") {
            Some(at) => {
                let options =
                    rest[at + 1..].split("; ").filter_map(lettered).map(|(_, text)| text.to_owned()).collect();
                (rest[..at].trim().to_owned(), options)
            }
            None => (rest, Vec::new()),
        };
        self.draft.decisions.push(DraftDecision { text, options, chosen, before: Vec::new() });
    }

    fn risk(&mut self, line: &str, item: Option<&str>) {
        if line.starts_with('|') {
            let row = cells(line);
            let rule = row.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')));
            let head = row.first().is_some_and(|first| first.eq_ignore_ascii_case("risk"));
            if !rule && !head && !row.is_empty() {
                let mitigation = if row.len() > 1 { row[row.len() - 1].clone() } else { String::new() };
                let between = row.get(1..row.len().saturating_sub(1)).unwrap_or_default().join(", ");
                let risk = if between.is_empty() { row[0].clone() } else { format!("{} ({between})", row[0]) };
                self.draft.risks.push((risk, mitigation));
            }
            return;
        }
        let text = item.unwrap_or(line);
        let (risk, then) = [" → ", " -> ", " — "].iter().find_map(|mark| text.split_once(mark)).unwrap_or((text, ""));
        self.draft.risks.push((risk.to_owned(), then.to_owned()));
    }

    fn finish(mut self) -> Result<Draft, String> {
        if self.draft.steps.is_empty() {
            return Err("the file has no phases: headings such as `### Phase 1: what is to be done`".to_owned());
        }
        for (place, text) in std::mem::take(&mut self.depends) {
            for word in text.split([',', '&']).flat_map(|part| part.split(" and ")).map(str::trim) {
                if word.is_empty() || ["none", "-", "nothing", "n/a"].contains(&word.to_ascii_lowercase().as_str()) {
                    continue;
                }
                let number = phase(word).map_or_else(|| word.trim_start_matches('S').to_owned(), |(number, _)| number);
                let at = self.phases.iter().position(|phase| *phase == number);
                let at =
                    at.ok_or_else(|| format!("phase {} depends on `{word}`, which is not there", self.phases[place]))?;
                let id = StepId(u32::try_from(at + 1).unwrap_or(u32::MAX));
                self.draft.steps[place].after.push(id);
            }
        }
        self.draft.task = self.draft.task.trim().to_owned();
        self.draft.context = self.draft.context.trim().to_owned();
        Ok(self.draft)
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// `Phase 1: text`, `Step 2 - text`, `S3 text`: the number and the text.
fn phase(title: &str) -> Option<(String, &str)> {
    let title = title.trim_start_matches(['✅', '⏳', '🚧', ' ']);
    let lower = title.to_ascii_lowercase();
    let skip = ["phase ", "step ", "milestone "].iter().find(|word| lower.starts_with(**word)).map(|word| word.len());
    let rest = match skip {
        Some(skip) => &title[skip..],
        None => title.strip_prefix('S').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))?,
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches('.');
    if number.is_empty() || !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let text = rest[end..].trim_start_matches([':', '-', '–', '—', '.', ')', ' ']).trim();
    Some((number.to_owned(), text))
}

/// `[x] text`, `text ✅`, `text (completed)`.
fn status_in_title(text: &str) -> (String, StepStatus) {
    let marked = text.strip_prefix('[').and_then(|rest| {
        let mut chars = rest.chars();
        let status = StepStatus::of_mark(chars.next()?)?;
        Some((chars.as_str().strip_prefix(']')?.trim().to_owned(), status))
    });
    if let Some(marked) = marked {
        return marked;
    }
    if let Some(rest) = text.strip_suffix('✅') {
        return (rest.trim().to_owned(), StepStatus::Completed);
    }
    let worded = text.strip_suffix(')').and_then(|rest| {
        let (text, word) = rest.rsplit_once(" (")?;
        Some((text.trim().to_owned(), status(word)?))
    });
    worded.unwrap_or_else(|| (text.to_owned(), StepStatus::Pending))
}

fn status(word: &str) -> Option<StepStatus> {
    let word = word.trim().trim_matches(['*', '`', '✅', '⏳', '🚧', '❌', ' ']).to_ascii_lowercase();
    match word.replace(['_', '-'], " ").as_str() {
        "pending" | "not started" | "todo" | "planned" | "open" => Some(StepStatus::Pending),
        "in progress" | "started" | "ongoing" => Some(StepStatus::InProgress),
        "completed" | "complete" | "done" | "finished" => Some(StepStatus::Completed),
        "failed" | "blocked" => Some(StepStatus::Failed),
        "skipped" | "dropped" | "cancelled" => Some(StepStatus::Skipped),
        _ => None,
    }
}

fn size(word: &str) -> Option<Size> {
    let first = word.split([' ', '/', '(']).next().unwrap_or_default().to_ascii_lowercase();
    let number = match first.as_str() {
        "trivial" => 1,
        "low" | "small" | "s" => 2,
        "medium" | "moderate" | "m" => 3,
        "high" | "large" | "l" => 4,
        "very" | "xl" => 5,
        digits => digits.parse().ok()?,
    };
    Size::new(number)
}

fn lettered(text: &str) -> Option<(char, &str)> {
    let letter = text.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = text[1..].strip_prefix([':', '.', ')'])?;
    Some((letter, rest.trim()))
}

/// The words behind `D1` or `Q1`.
fn named_away(line: &str, letter: char) -> String {
    let word = line.split(' ').next().unwrap_or_default();
    let digits = word.strip_prefix(letter).unwrap_or_default().trim_end_matches([':', '.']);
    let named = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if named { line[word.len()..].trim().to_owned() } else { line.to_owned() }
}

#[cfg(test)]
mod tests;
