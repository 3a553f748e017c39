//! From text to places: one pass over the lines.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Range;
use std::str::FromStr;

use super::attributes::{self, Attributes};
use super::lines::{Line, line_end, lines, unclosed_fence};
use super::place::{self, Head};
use super::{Check, Choice, Decision, Document, Front, Places, Problem, Question, Risk, Section, SectionKind, Step};
use crate::model::{DecisionId, QuestionId, StepId, StepStatus};

pub(super) fn parse(text: String) -> Document {
    let lines = lines(&text);
    let mut reader = Reader { text: &text, lines: &lines, at: 0, document: empty(line_end(&text)) };
    reader.front();
    reader.body();
    let mut document = reader.document;
    if let Some(line) = unclosed_fence(&text) {
        let message = "a fenced block begins here that nothing closes: all below would mean nothing".to_owned();
        document.problems.push(Problem { line: line + 1, message });
    }
    refuse_doubles(&mut document);
    document.places = Places::of(&document);
    document.text = text;
    document
}

fn empty(line_end: &'static str) -> Document {
    Document {
        text: String::new(),
        line_end,
        places: Places::default(),
        front: None,
        sections: Vec::new(),
        steps: Vec::new(),
        decisions: Vec::new(),
        questions: Vec::new(),
        checks: Vec::new(),
        risks: Vec::new(),
        problems: Vec::new(),
    }
}

struct Reader<'t> {
    text: &'t str,
    lines: &'t [Line],
    at: usize,
    document: Document,
}

impl<'t> Reader<'t> {
    fn content(&self, line: Line) -> &'t str {
        &self.text[line.content()]
    }

    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.document.problems.push(Problem { line: line + 1, message: message.into() });
    }

    /// The front matter: `---` on the first line, and again below.
    fn front(&mut self) {
        let Some(first) = self.lines.first().filter(|line| self.content(**line) == "---") else { return };
        let Some(close) = self.lines[1..].iter().position(|line| self.content(*line) == "---") else {
            // A lone rule at the top of a text without a plan's words is just a rule.
            if self.lines.get(1).is_some_and(|line| self.content(*line).starts_with("plan:")) {
                self.problem(0, "the front matter has no closing `---`");
            }
            return;
        };
        let mut front = Front { slug: None, revision: None, whole: first.start..self.lines[close + 1].next };
        for (number, line) in self.lines[1..=close].iter().enumerate() {
            let content = self.content(*line);
            let Some((key, value)) = content.split_once(':') else { continue };
            let value_at = line.start + key.len() + 1 + (value.len() - value.trim_start().len());
            let value = value.trim();
            let place = value_at..value_at + value.len();
            match key.trim() {
                "plan" => front.slug = Some((value.to_owned(), place)),
                "revision" => match value.parse() {
                    Ok(revision) => front.revision = Some((revision, place)),
                    Err(_) => self.problem(number + 1, format!("`{value}` is not a revision")),
                },
                _ => {}
            }
        }
        self.document.front = Some(front);
        self.at = close + 2;
    }

    fn body(&mut self) {
        let mut section: Option<Open> = None;
        while let Some(&line) = self.lines.get(self.at) {
            if line.fenced {
                self.at += 1;
            } else if let Some(begun) = self.heading(line, section.as_ref()) {
                self.close(section.replace(begun), line.start);
                self.at += 1;
            } else {
                self.refuse_markers(line);
                match section.as_ref().and_then(|open| open.kind) {
                    Some(kind) => self.line_of(kind, line),
                    None => self.at += 1,
                }
            }
        }
        self.close(section, self.text.len());
    }

    /// A heading that begins a section: one with a known title, or any that is not below the present one.
    fn heading(&self, line: Line, present: Option<&Open>) -> Option<Open> {
        let content = self.content(line);
        let level = content.bytes().take_while(|b| *b == b'#').count();
        if !(1..=6).contains(&level) || !content[level..].starts_with(' ') {
            return None;
        }
        let title = content[level..].trim().trim_end_matches('#').trim_end();
        let kind = SectionKind::of_title(title);
        let begins = kind.is_some() || present.is_none_or(|open| level <= open.level);
        begins.then(|| Open { kind, title: title.to_owned(), level, heading: line.whole() })
    }

    fn close(&mut self, section: Option<Open>, end: usize) {
        let Some(Open { kind, title, heading, .. }) = section else { return };
        let body = heading.end..end;
        self.document.sections.push(Section { kind, title, heading, body });
    }

    /// Marks that a merge left behind: nobody has said yet which side holds.
    fn refuse_markers(&mut self, line: Line) {
        let content = self.content(line);
        if content.starts_with("<<<<<<< ") || content.starts_with(">>>>>>> ") || content == "=======" {
            self.problem(self.at, "a conflict that is still marked: keep one side and remove the marks");
        }
    }

    fn line_of(&mut self, kind: SectionKind, line: Line) {
        if kind == SectionKind::Risks && self.content(line).trim_start().starts_with('|') {
            self.risk_row(line);
            return;
        }
        let listed = matches!(
            kind,
            SectionKind::Questions
                | SectionKind::Steps
                | SectionKind::Decisions
                | SectionKind::Checks
                | SectionKind::Risks
        );
        let head = if listed { place::head(self.text, line) } else { None };
        let Some(head) = head else {
            self.at += 1;
            return;
        };
        let number = self.at;
        let below = self.below();
        match kind {
            SectionKind::Steps => self.step(&head, number, &below),
            SectionKind::Decisions => self.decision(&head, number, &below),
            SectionKind::Questions => self.question(&head, number, &below),
            SectionKind::Checks => self.check(&head, number, &below),
            _ => self.risk(&head),
        }
    }

    /// Goes past the lines that belong to the item begun here: indented ones, and blank ones between them.
    fn below(&mut self) -> Range<usize> {
        let first = self.at + 1;
        let (mut next, mut end) = (first, first);
        while let Some(&line) = self.lines.get(next) {
            let content = self.content(line);
            let blank = content.trim().is_empty();
            let indented = content.starts_with("  ") || content.starts_with('\t');
            if !blank && !indented {
                break;
            }
            next += 1;
            if !blank {
                if !line.fenced {
                    self.refuse_markers(line);
                }
                end = next;
            }
        }
        self.at = end;
        first..end
    }

    /// The end of an item's last line.
    fn end_of(&self, number: usize, below: &Range<usize>) -> usize {
        self.lines[if below.is_empty() { number } else { below.end - 1 }].next
    }

    fn attributes(&mut self, head: &Head, number: usize) -> Attributes {
        let Some(braces) = &head.attributes else { return Attributes::default() };
        let inside = self.text[braces.clone()].trim_matches(['{', '}']);
        let (read, problems) = Attributes::parse(inside);
        for problem in problems {
            self.problem(number, problem);
        }
        read
    }

    fn step(&mut self, head: &Head, number: usize, below: &Range<usize>) {
        let (id, head) = self.identified::<StepId>(head, 'S', number);
        let read = self.attributes(&head, number);
        let status = match head.mark.as_ref().and_then(|at| self.text[at.clone()].chars().next()) {
            None => StepStatus::Pending,
            Some(mark) => StepStatus::of_mark(mark).unwrap_or_else(|| {
                self.problem(number, format!("`[{mark}]` is no status: use `[ ]`, `[~]`, `[x]`, `[!]` or `[-]`"));
                StepStatus::Pending
            }),
        };
        let place = head.place(number, self.end_of(number, below));
        let text = self.text[head.text.clone()].to_owned();
        if text.is_empty() {
            self.problem(number, "a step says what is to be done");
        }
        let Attributes { after, size, check, files, changes, rollback, .. } = read;
        self.document.steps.push(Step { id, text, status, after, size, check, files, changes, rollback, place });
    }

    fn decision(&mut self, head: &Head, number: usize, below: &Range<usize>) {
        let (id, head) = self.identified::<DecisionId>(head, 'D', number);
        let Attributes { before, optional, .. } = self.attributes(&head, number);
        let (mut options, mut chosen) = (Vec::new(), None);
        for row in below.clone() {
            let line = self.content(self.lines[row]).trim().trim_start_matches(['-', '*', '+']).trim();
            if let Some(letter) = line.strip_prefix("chosen:") {
                chosen = Some((letter.trim().chars().next().unwrap_or('?'), row));
            } else if let Some((letter, text)) = option(line) {
                options.push(Choice { letter, text: text.to_owned() });
            }
        }
        if let Some((letter, row)) = chosen
            && !options.iter().any(|option| option.letter == letter)
        {
            self.problem(row, format!("`{letter}` is not one of the options"));
        }
        let place = head.place(number, self.end_of(number, below));
        let text = self.text[head.text.clone()].to_owned();
        let chosen = chosen.map(|(letter, _)| letter);
        self.document.decisions.push(Decision { id, text, options, chosen, before, optional, place });
    }

    fn question(&mut self, head: &Head, number: usize, below: &Range<usize>) {
        let (id, head) = self.identified::<QuestionId>(head, 'Q', number);
        let mut answers = below.clone().filter_map(|row| {
            let line = self.content(self.lines[row]).trim().trim_start_matches(['-', '*', '+']).trim();
            line.strip_prefix("answer:").map(|answer| answer.trim().to_owned())
        });
        let answer = answers.next_back().filter(|answer| !answer.is_empty());
        let place = head.place(number, self.end_of(number, below));
        let text = self.text[head.text.clone()].to_owned();
        self.document.questions.push(Question { id, text, answer, place });
    }

    fn check(&mut self, head: &Head, number: usize, below: &Range<usize>) {
        let read = self.attributes(head, number);
        let text = self.text[head.text.clone()].to_owned();
        let command = code(&text).map(str::to_owned);
        let place = head.place(number, self.end_of(number, below));
        self.document.checks.push(Check { text, command, after: read.after, place });
    }

    fn risk(&mut self, head: &Head) {
        let text = &self.text[head.text.clone()];
        let cut = [" → ", " -> ", " — ", "; mitigation: "].iter().find_map(|mark| text.split_once(mark));
        let (text, mitigation) = cut.unwrap_or((text, ""));
        self.document.risks.push(Risk { text: text.to_owned(), mitigation: mitigation.to_owned() });
    }

    /// A row of a table; the heading and the rule below it are none.
    fn risk_row(&mut self, line: Line) {
        let is_rule = |row: &str| row.contains('-') && row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
        let row = self.content(line).trim();
        let heads = self.lines.get(self.at + 1).is_some_and(|next| is_rule(self.content(*next).trim()));
        self.at += 1;
        if heads || is_rule(row) {
            return;
        }
        let cells = super::exchange::cells(row);
        let mut cells = cells.into_iter();
        let text = cells.next().unwrap_or_default();
        let mitigation = cells.last().unwrap_or_default();
        self.document.risks.push(Risk { text, mitigation });
    }

    /// Takes the id off the words. What looks like an id and is none is told: nobody would know what it names.
    fn identified<T: FromStr>(&mut self, head: &Head, letter: char, number: usize) -> (Option<T>, Head) {
        let text = &self.text[head.text.clone()];
        let word = text.split([' ', '\t', '{']).next().unwrap_or_default();
        let bare = word.trim_end_matches([':', '.']);
        let looks = bare.starts_with(letter) && bare.len() > 1 && bare[1..].bytes().all(|b| b.is_ascii_digit());
        if !looks {
            return (None, head.clone());
        }
        let Ok(id) = bare.parse() else {
            self.problem(number, format!("`{bare}` is not an id: they count from {letter}1 on"));
            return (None, head.clone());
        };
        let mut head = head.clone();
        let start = head.text.start;
        let rest = text[word.len()..].len() - text[word.len()..].trim_start().len();
        head.id = Some(start..start + bare.len());
        head.text.start = (start + word.len() + rest).min(head.text.end);
        (Some(id), head)
    }
}

struct Open {
    kind: Option<SectionKind>,
    title: String,
    level: usize,
    heading: Range<usize>,
}

/// `A: text`, `A. text` or `A) text`.
fn option(line: &str) -> Option<(char, &str)> {
    let letter = line.chars().next().filter(char::is_ascii_uppercase)?;
    let text = line[1..].strip_prefix([':', '.', ')'])?;
    text.starts_with(' ').then(|| (letter, text.trim()))
}

/// What stands between the first pair of backticks.
pub(super) fn code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('`')?;
    rest.split_once('`').map(|(code, _)| code.trim()).filter(|code| !code.is_empty())
}

/// Two items of one name: nobody would know which is meant.
fn refuse_doubles(document: &mut Document) {
    let mut doubles = Vec::new();
    doubles.extend(doubles_of(document.steps.iter().map(|s| (s.id, s.place.line))));
    doubles.extend(doubles_of(document.decisions.iter().map(|d| (d.id, d.place.line))));
    doubles.extend(doubles_of(document.questions.iter().map(|q| (q.id, q.place.line))));
    document.problems.extend(doubles);
    document.problems.sort_by_key(|problem| problem.line);
}

fn doubles_of<T: Copy + Eq + Hash + ToString>(items: impl Iterator<Item = (Option<T>, usize)>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    items
        .filter_map(|(id, line)| Some((id?, line)))
        .filter(|(id, _)| !seen.insert(*id))
        .map(|(id, line)| Problem {
            line,
            message: format!("`{}` stands here a second time: leave the id away and it gets a new one", id.to_string()),
        })
        .collect()
}

pub(super) use attributes::find as find_attributes;
