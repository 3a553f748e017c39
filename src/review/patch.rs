//! A change as a patch that `git apply` takes: data, byte for byte, not made safe to print.

use std::fmt::Write;
use std::path::Path;

use crate::model::{Action, FileImage};

use super::diff::{Emphasis, LineDiff, WordFinder};
use super::file::{ContentError, Contents, FileChange, Names, is_text, mode_of};

/// What became of the attempt to write a patch.
pub(super) enum Patch {
    /// The patch; empty when nothing differs.
    Text(String),
    /// The change is not about files.
    NotFiles,
    /// Some content is no UTF-8 text, which neither a patch of lines nor JSON can carry.
    NotText,
    /// Some content could not be had.
    Unreadable(ContentError),
}

impl Patch {
    /// The patch of all files of `action`, in order.
    pub(super) fn of(action: &Action, names: Names<'_>, contents: &Contents<'_>) -> Self {
        if matches!(action, Action::Command { .. } | Action::Forward) {
            return Self::NotFiles;
        }
        let mut out = String::new();
        for file in FileChange::all_of(action) {
            let (before, after) = match if file.keeps_content() { Ok(Default::default()) } else { file.load(contents) }
            {
                Ok(both) => both,
                Err(error) => return Self::Unreadable(error),
            };
            if push_file(&mut out, &file, names, &before, &after).is_none() {
                return Self::NotText;
            }
        }
        Self::Text(out)
    }
}

/// Appends one file; `None` when a content is no text.
fn push_file(out: &mut String, file: &FileChange<'_>, names: Names<'_>, before: &[u8], after: &[u8]) -> Option<()> {
    let is_utf8_text = |content: &[u8]| is_text(content) && std::str::from_utf8(content).is_ok();
    if !is_utf8_text(before) || !is_utf8_text(after) {
        return None;
    }
    let diff = LineDiff::of(before, after);
    let passages = diff.passages();
    let mut facts = facts(file, names);
    if facts.is_empty() && passages.is_empty() {
        return Some(());
    }
    let (old, new) = (file.old_path.as_path(), file.new_path.as_path());
    facts.insert_str(0, &format!("diff --git {} {}\n", spelled("a/", old, names), spelled("b/", new, names)));
    out.push_str(&facts);
    if passages.is_empty() {
        return Some(());
    }
    writeln!(out, "--- {}", named(file.before, "a/", old, names)).expect("a string takes all text");
    writeln!(out, "+++ {}", named(file.after, "b/", new, names)).expect("a string takes all text");
    for passage in passages {
        out.push_str(&passage.header());
        out.push('\n');
        diff.each_line(&passage, &mut WordFinder::new(Emphasis::Lines), |kind, pieces| {
            out.push(kind.sign());
            for (_, bytes) in pieces {
                out.push_str(std::str::from_utf8(bytes).expect("lines of UTF-8 text are UTF-8"));
            }
            if !out.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        });
    }
    Some(())
}

/// The extended header lines: what happens besides lines.
fn facts(file: &FileChange<'_>, names: Names<'_>) -> String {
    let mut out = String::new();
    let mut push = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    match (file.before.exists(), file.after.exists()) {
        (false, true) => push(format!("new file mode {}", git_mode(file.after))),
        (true, false) => push(format!("deleted file mode {}", git_mode(file.before))),
        (true, true) if git_mode(file.before) != git_mode(file.after) => {
            push(format!("old mode {}", git_mode(file.before)));
            push(format!("new mode {}", git_mode(file.after)));
        }
        _ => {}
    }
    if file.is_move() {
        push(format!("rename from {}", spelled("", file.old_path.as_path(), names)));
        push(format!("rename to {}", spelled("", file.new_path.as_path(), names)));
    }
    out
}

/// The three kinds of file that git knows.
fn git_mode(image: &FileImage) -> &'static str {
    match (image, mode_of(image)) {
        (FileImage::Symlink { .. }, _) => "120000",
        (_, Some(mode)) if mode & 0o100 != 0 => "100755",
        _ => "100644",
    }
}

/// The name for a `---` or `+++` line. After a name with a space git sets a tab, so that its end can be found.
fn named(image: &FileImage, side: &str, path: &Path, names: Names<'_>) -> String {
    if !image.exists() {
        return "/dev/null".to_owned();
    }
    let name = spelled(side, path, names);
    if name.contains(' ') && !name.starts_with('"') { name + "\t" } else { name }
}

/// A path as git spells it: unusual bytes in C notation between quotes. A path outside the workspace stays absolute,
/// which `git apply` and `patch` refuse: a patch never lands elsewhere than it says.
fn spelled(side: &str, path: &Path, names: Names<'_>) -> String {
    let (side, path) = names.inside(path).map_or(("", path), |inside| (side, inside));
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_usual = |byte: &u8| (0x20..0x7f).contains(byte) && !b"\"\\".contains(byte);
    if bytes.iter().all(is_usual) {
        return format!("{side}{}", String::from_utf8_lossy(bytes));
    }
    let mut out = format!("\"{side}");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            byte if is_usual(byte) => out.push(char::from(*byte)),
            _ => write!(out, "\\{byte:03o}").expect("a string takes all text"),
        }
    }
    out.push('"');
    out
}
