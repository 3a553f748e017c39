//! One file of a change as text: its notes, then what comes and goes.

use std::io;

use super::Binary;
use super::diff::LineKind;
use super::number::grouped;
use super::page::{Ink, Page};
use super::view::{Content, FileView, bytes_of};

/// Draws one file's difference.
pub(super) fn draw_file(page: &mut Page<'_>, file: &FileView) -> io::Result<()> {
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
