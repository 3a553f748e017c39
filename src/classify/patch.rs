//! The patch envelope of `apply_patch`, which several agents use:
//!
//! ```text
//! *** Begin Patch
//! *** Add File: a.txt
//! +every line of the new file
//! *** Delete File: b.txt
//! *** Update File: c.txt
//! *** Move to: d.txt
//! @@ a line further up, to tell places apart
//!  context
//! -removed
//! +added
//! *** End of File
//! *** End Patch
//! ```
//!
//! The format is defined by its parser in openai/codex, `codex-rs/apply-patch`. Ours refuses what that one guesses:
//! lines are compared exactly or, failing that, without the white space at their ends.

use crate::model::{PatchHunk, PatchPart, PatchPlace};

/// A patch that cannot be read or does not fit its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The envelope is not as the format wants it.
    #[error("line {line} of the patch: {problem}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The lines that a hunk wants to replace are not there.
    #[error("hunk {hunk} of the patch does not fit: the file has no lines `{first}` ... where it looks for them")]
    Missing {
        /// Counted from 1.
        hunk: usize,
        /// The first line that was looked for.
        first: String,
    },
    /// The lines that a hunk wants to replace are there more than once.
    #[error("hunk {hunk} of the patch fits {places} places; put a line above them behind `@@ ` to tell which")]
    Ambiguous {
        /// Counted from 1.
        hunk: usize,
        /// How many places fit.
        places: usize,
    },
}

/// Reads a patch into its parts.
///
/// A here-document's frame around it (`<<'EOF'` ... `EOF`) and white space around its markers are taken off.
pub fn parse(text: &str) -> Result<Vec<PatchPart>, PatchError> {
    let mut lines = Lines::envelope(text)?;
    let mut parts = Vec::new();
    while let Some(line) = lines.next() {
        let header = line.trim();
        if let Some(path) = header.strip_prefix("*** Add File: ") {
            parts.push(PatchPart::Add { path: path.to_owned(), content: added(&mut lines) });
        } else if let Some(path) = header.strip_prefix("*** Delete File: ") {
            parts.push(PatchPart::Delete { path: path.to_owned() });
        } else if let Some(path) = header.strip_prefix("*** Update File: ") {
            parts.push(update(path, &mut lines)?);
        } else if !header.is_empty() {
            return Err(lines.malformed("expected `*** Add File: `, `*** Delete File: ` or `*** Update File: `"));
        }
    }
    if parts.is_empty() { Err(lines.malformed("the patch changes no file")) } else { Ok(parts) }
}

/// Changes `content` by `hunks`, in order, each behind the one before.
///
/// Lines keep the ends they have (`\n` or `\r\n`); added lines take the end that the file's first line has, and a
/// file whose last line had no end gets one when lines are put behind it.
pub fn apply(content: &str, hunks: &[PatchHunk]) -> Result<String, PatchError> {
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let bare: Vec<&str> = lines.iter().map(|line| without_end(line)).collect();
    let end = if lines.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let mut result = String::with_capacity(content.len());
    let mut at = 0;
    for (number, hunk) in hunks.iter().enumerate() {
        let (start, old) = find(&bare, at, hunk, number + 1)?;
        lines[at..start].iter().for_each(|line| result.push_str(line));
        push_replacement(&mut result, &lines[start..start + old], hunk, end);
        at = start + old;
    }
    lines[at..].iter().for_each(|line| result.push_str(line));
    Ok(result)
}

/// Writes the new lines of a hunk; lines that the hunk keeps are copied as the file has them.
fn push_replacement(result: &mut String, old: &[&str], hunk: &PatchHunk, end: &str) {
    let mut kept = old.iter().zip(&hunk.old).peekable();
    for new in &hunk.new {
        if !result.is_empty() && !result.ends_with('\n') {
            result.push_str(end);
        }
        // Hunks list removed and kept lines in the order of the file, so the next equal one is this one.
        let same = kept.clone().position(|(_, wanted)| wanted == new);
        if let Some((line, _)) = same.and_then(|skip| kept.nth(skip)) {
            result.push_str(line);
        } else {
            result.push_str(new);
            result.push_str(end);
        }
    }
}

/// Where a hunk starts and how many lines of the file it takes.
fn find(lines: &[&str], at: usize, hunk: &PatchHunk, number: usize) -> Result<(usize, usize), PatchError> {
    let missing = |line: &str| PatchError::Missing { hunk: number, first: line.to_owned() };
    let first = hunk.old.first().map_or("", String::as_str);
    let places = |from| places(lines, from, &hunk.old);
    match &hunk.place {
        PatchPlace::AfterLine(line) if (at..=lines.len()).contains(line) => Ok((*line, 0)),
        PatchPlace::AfterLine(line) => Err(missing(&format!("line {line}"))),
        // Without lines to look for and a place, the format adds at the end of the file.
        PatchPlace::End | PatchPlace::Next if hunk.old.is_empty() => Ok((lines.len(), 0)),
        PatchPlace::End => {
            let start = lines.len().checked_sub(hunk.old.len()).filter(|start| *start >= at);
            let start = start.filter(|start| places(*start).contains(start)).ok_or_else(|| missing(first))?;
            Ok((start, hunk.old.len()))
        }
        PatchPlace::Behind(context) => {
            let from = behind(lines, at, context).map_err(missing)?;
            if hunk.old.is_empty() {
                return Ok((from, 0));
            }
            let start = places(from).first().copied().ok_or_else(|| missing(first))?;
            Ok((start, hunk.old.len()))
        }
        PatchPlace::Next => match places(at).as_slice() {
            [] => Err(missing(first)),
            [start] => Ok((*start, hunk.old.len())),
            several => Err(PatchError::Ambiguous { hunk: number, places: several.len() }),
        },
    }
}

fn behind<'a>(lines: &[&str], at: usize, context: &'a [String]) -> Result<usize, &'a str> {
    let mut from = at;
    for wanted in context {
        let found = places(lines, from, std::slice::from_ref(wanted));
        from = found.first().ok_or(wanted.as_str())? + 1;
    }
    Ok(from)
}

/// Every place, from `from` on, where the lines of the file read like `wanted`: exactly, or if there is no such
/// place, but for white space at line ends.
fn places(lines: &[&str], from: usize, wanted: &[String]) -> Vec<usize> {
    let matches = |same: fn(&str, &str) -> bool| -> Vec<usize> {
        let windows = lines.get(from..).unwrap_or_default().windows(wanted.len().max(1)).enumerate();
        let fits = |window: &[&str]| window.iter().zip(wanted).all(|(line, want)| same(line, want));
        windows.filter(|(_, window)| fits(window)).map(|(at, _)| from + at).collect()
    };
    let exact = matches(|line, want| line == want);
    if exact.is_empty() { matches(|line, want| line.trim_end() == want.trim_end()) } else { exact }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The lines between the markers, with the number of the one read last.
struct Lines<'a> {
    all: Vec<&'a str>,
    at: usize,
    /// How many lines of the text stand before the first.
    before: usize,
}

impl<'a> Lines<'a> {
    fn envelope(text: &'a str) -> Result<Self, PatchError> {
        let mut lines: Vec<&str> = text.trim().lines().collect();
        let mut before = 1;
        let framed = lines.first().is_some_and(|line| ["<<EOF", "<<'EOF'", "<<\"EOF\""].contains(line));
        if framed && lines.len() > 2 && lines.last() == Some(&"EOF") {
            lines.pop();
            lines.remove(0);
            before += 1;
        }
        let malformed = |line, problem| Err(PatchError::Malformed { line, problem });
        if lines.first().map(|line| line.trim()) != Some("*** Begin Patch") {
            return malformed(before, "expected `*** Begin Patch`");
        }
        if lines.last().map(|line| line.trim()) != Some("*** End Patch") {
            return malformed(before + lines.len() - 1, "expected `*** End Patch` as the last line");
        }
        lines.pop();
        lines.remove(0);
        Ok(Self { all: lines, at: 0, before })
    }

    fn peek(&self) -> Option<&'a str> {
        self.all.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.peek()?;
        self.at += 1;
        Some(line)
    }

    fn malformed(&self, problem: &'static str) -> PatchError {
        PatchError::Malformed { line: self.before + self.at, problem }
    }
}

fn added(lines: &mut Lines<'_>) -> String {
    let mut content = String::new();
    while let Some(line) = lines.peek().and_then(|line| line.strip_prefix('+')) {
        content.push_str(line);
        content.push('\n');
        lines.at += 1;
    }
    content
}

fn update(path: &str, lines: &mut Lines<'_>) -> Result<PatchPart, PatchError> {
    let move_to = lines.peek().and_then(|line| line.trim().strip_prefix("*** Move to: ")).map(str::to_owned);
    lines.at += usize::from(move_to.is_some());
    let mut hunks = Vec::new();
    while let Some(line) = lines.peek() {
        if line.starts_with("***") {
            break;
        }
        if line.trim().is_empty() && lines.all.get(lines.at + 1).is_none_or(|next| next.starts_with("***")) {
            lines.at += 1;
            continue;
        }
        hunks.push(hunk(lines)?);
    }
    if hunks.is_empty() && move_to.is_none() {
        return Err(lines.malformed("an updated file needs at least one hunk"));
    }
    Ok(PatchPart::Update { path: path.to_owned(), move_to, hunks })
}

fn hunk(lines: &mut Lines<'_>) -> Result<PatchHunk, PatchError> {
    let mut context = Vec::new();
    while let Some(line) = lines.peek().filter(|line| line.starts_with("@@")) {
        lines.at += 1;
        match line.strip_prefix("@@ ") {
            Some(text) if !text.trim().is_empty() => context.push(text.to_owned()),
            _ if line.trim_end() == "@@" => {}
            _ => return Err(lines.malformed("expected `@@` or `@@ ` and a line of the file")),
        }
    }
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let mut place = if context.is_empty() { PatchPlace::Next } else { PatchPlace::Behind(context) };
    while let Some(line) = lines.peek() {
        if line.starts_with("@@") {
            break;
        }
        if line.trim_end() == "*** End of File" {
            lines.at += 1;
            place = PatchPlace::End;
            break;
        }
        if line.starts_with("***") {
            break;
        }
        lines.at += 1;
        // Editors and models drop the one blank of an empty context line.
        let line = if line.is_empty() { " " } else { line };
        match line.split_at_checked(1) {
            Some(("+", text)) => new.push(text.to_owned()),
            Some(("-", text)) => old.push(text.to_owned()),
            Some((" ", text)) => {
                old.push(text.to_owned());
                new.push(text.to_owned());
            }
            _ => return Err(lines.malformed("a line of a hunk starts with a blank, `+` or `-`")),
        }
    }
    if old.is_empty() && new.is_empty() {
        return Err(lines.malformed("a hunk needs at least one line"));
    }
    Ok(PatchHunk { place, old, new })
}

#[cfg(test)]
mod tests;
