//! A change as a patch that `git apply` takes: data, byte for byte, not made safe to print.

use std::fmt::Write;
use std::path::Path;

use crate::model::{Action, FileImage};

use super::diff::{Emphasis, LineDiff, WordFinder};
use super::file::{ContentError, FileChange, Source, is_text, mode_of};

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
    pub(super) fn of(action: &Action, source: &Source<'_>) -> Self {
        if matches!(action, Action::Command { .. } | Action::Forward) {
            return Self::NotFiles;
        }
        let mut out = String::new();
        for file in FileChange::all_of(action) {
            let (before, after) =
                match if file.keeps_content() { Ok(Default::default()) } else { file.load(source.contents) } {
                    Ok(both) => both,
                    Err(error) => return Self::Unreadable(error),
                };
            if push_file(&mut out, &file, source, &before, &after).is_none() {
                return Self::NotText;
            }
        }
        Self::Text(out)
    }
}

/// Appends one file; `None` when a content is no text.
fn push_file(out: &mut String, file: &FileChange<'_>, source: &Source<'_>, before: &[u8], after: &[u8]) -> Option<()> {
    let is_utf8_text = |content: &[u8]| is_text(content) && std::str::from_utf8(content).is_ok();
    if !is_utf8_text(before) || !is_utf8_text(after) {
        return None;
    }
    let diff = LineDiff::of(before, after, source.clock);
    let passages = diff.passages();
    let mut facts = facts(file, source);
    if facts.is_empty() && passages.is_empty() {
        return Some(());
    }
    let (old, new) = (file.old_path.as_path(), file.new_path.as_path());
    facts.insert_str(0, &format!("diff --git {} {}\n", spelled("a/", old, source), spelled("b/", new, source)));
    out.push_str(&facts);
    if passages.is_empty() {
        return Some(());
    }
    writeln!(out, "--- {}", named(file.before, "a/", old, source)).expect("a string takes all text");
    writeln!(out, "+++ {}", named(file.after, "b/", new, source)).expect("a string takes all text");
    for passage in passages {
        out.push_str(&passage.header());
        out.push('\n');
        diff.each_line(&passage, &mut WordFinder::new(Emphasis::Lines, source.clock), |kind, pieces| {
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
fn facts(file: &FileChange<'_>, source: &Source<'_>) -> String {
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
        push(format!("rename from {}", spelled("", file.old_path.as_path(), source)));
        push(format!("rename to {}", spelled("", file.new_path.as_path(), source)));
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
fn named(image: &FileImage, side: &str, path: &Path, source: &Source<'_>) -> String {
    if !image.exists() {
        return "/dev/null".to_owned();
    }
    let name = spelled(side, path, source);
    if name.contains(' ') && !name.starts_with('"') { name + "\t" } else { name }
}

/// A path as git spells it: unusual bytes in C notation between quotes. A path outside the workspace stays absolute,
/// which `git apply` and `patch` refuse: a patch never lands elsewhere than it says.
fn spelled(side: &str, path: &Path, source: &Source<'_>) -> String {
    let (side, path) = source.inside(path).map_or(("", path), |inside| (side, inside));
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

#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::super::golden;
    use super::super::sample::{ROOT, Sample, hard_text, varied};
    use super::*;

    fn patches(sample: &Sample) -> Vec<Patch> {
        let contents = sample.contents();
        let source = golden::source(&contents);
        sample.plan.proposed_changes.iter().map(|change| Patch::of(&change.action, &source)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn git_makes_the_new_content_from_the_old_one_and_the_diff(before in hard_text(), after in hard_text(), names in 0..4_usize) {
            let name = ["plain.txt", "with space.txt", "quo\"te\\é\n.txt", "deep/er/x"][names];
            let mut sample = Sample::new();
            sample.edit(name, before.as_bytes(), after.as_bytes());
            let patch = match patches(&sample).pop() {
                Some(Patch::Text(patch)) => patch,
                // So many odd bytes that it is no text; nothing but them brings that about.
                Some(Patch::NotText) if !is_text(before.as_bytes()) || !is_text(after.as_bytes()) => return Ok(()),
                _ => return Err(TestCaseError::fail("an edit has a patch")),
            };
            let folder = tempfile::tempdir().unwrap();
            write(&folder.path().join(name), &before);
            git_apply(folder.path(), &patch);
            prop_assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), after);
        }
    }

    #[test]
    fn git_creates_deletes_moves_and_changes_modes_from_the_diff() {
        use std::os::unix::fs::PermissionsExt;

        let sample = varied();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for change in &sample.plan.proposed_changes {
            for effect in change.action.effects() {
                let Ok(name) = effect.path.as_path().strip_prefix(ROOT) else { continue };
                match &effect.before {
                    FileImage::File { digest, .. } => {
                        let content = sample.contents()(*digest).unwrap();
                        std::fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
                        std::fs::write(folder.path().join(name), content).unwrap();
                    }
                    FileImage::Symlink { .. } => {
                        std::os::unix::fs::symlink("releases/1", folder.path().join(name)).unwrap();
                    }
                    FileImage::Absent => {}
                }
            }
        }
        for patch in patches(&sample) {
            // Files outside the workspace keep their absolute names, which git refuses.
            if let Patch::Text(patch) = patch
                && !patch.contains("/etc/hosts")
            {
                git_apply(folder.path(), &patch);
            }
        }
        assert!(at("src/token.rs").exists() && !at("src/session.rs").exists());
        assert!(!at("docs/session.md").exists());
        assert_eq!(std::fs::read(at("docs/token.md")).unwrap(), b"# Login\n");
        assert_eq!(std::fs::read(at("notes.txt")).unwrap(), b"\xef\xbb\xbfone\r\ntwo\r\n");
        assert_eq!(std::fs::metadata(at("run.sh")).unwrap().permissions().mode() & 0o111, 0o111);
        assert_eq!(std::fs::read_link(at("current")).unwrap(), PathBuf::from("releases/2"));
        assert_eq!(std::fs::metadata(at("a \"strange\" name\n")).unwrap().len(), 0);
    }

    fn write(path: &std::path::Path, content: &str) {
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Applies a patch outside any repository, as a script would.
    fn git_apply(folder: &std::path::Path, patch: &str) {
        use std::io::Write;

        if patch.is_empty() {
            return;
        }
        let mut git = std::process::Command::new("git")
            .args(["apply", "--whitespace=nowarn", "-"])
            .current_dir(folder)
            .env_remove("GIT_DIR")
            .env("GIT_CEILING_DIRECTORIES", folder.parent().expect("a temporary folder has a parent"))
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("git is installed");
        git.stdin.take().unwrap().write_all(patch.as_bytes()).unwrap();
        let ended = git.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}\n{patch:?}", String::from_utf8_lossy(&ended.stderr));
    }
}
