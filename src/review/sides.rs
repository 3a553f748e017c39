//! A file from several sides: what differs between each pair of them.

use std::io::{self, Write};

use crate::model::FileEffect;

use super::content::draw_file;
use super::diff::Emphasis;
use super::file::FileChange;
use super::page::{Ink, Page, Style};
use super::view::FileView;
use super::{Screen, Source};

/// Draws what leads from one side of a file to another, under a heading that names the two.
///
/// # Errors
/// What `out` says.
pub fn render(
    heading: &str,
    pair: &FileEffect,
    source: &Source<'_>,
    screen: &Screen<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let emphasis = if screen.style == Style::Colour { Emphasis::Words } else { Emphasis::Lines };
    let mut page = Page::new(out, screen.style, screen.width, screen.max_lines);
    page.ink(Ink::Heading, heading)?;
    page.end()?;
    if pair.before == pair.after {
        return page.indented(Ink::Quiet, "no difference");
    }
    for file in FileChange::in_place(pair) {
        draw_file(&mut page, &FileView::of(&file, source, emphasis))?;
    }
    page.close_content()?;
    page.end()
}
