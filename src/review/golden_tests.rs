//! Whole plans drawn in every way, compared with golden files; and what must hold for any plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use crate::model::{ChangeId, ChangeState, Digest, FileImage};

use super::sample::{ROOT, Sample, screen, varied};
use super::{Scope, Screen, Shown, Style, json, stat, text};

/// Compares with a file of `fixtures/golden/review`; with `PLANGATE_BLESS` set it writes the file instead.
fn check_golden(name: &str, drawn: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/review").join(name);
    if std::env::var_os("PLANGATE_BLESS").is_some() {
        std::fs::write(&path, drawn).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(drawn, golden, "{name} differs; if that is right, run the test with PLANGATE_BLESS=1");
}

fn draw(sample: &Sample, scope: Scope<'_>, screen: &Screen<'_>) -> (String, Shown) {
    let mut out = Vec::new();
    let shown = text::render(&sample.plan, &sample.contents(), scope, screen, &mut out).expect("memory takes all");
    (String::from_utf8(out).expect("what is drawn is UTF-8"), shown)
}

fn draw_json(sample: &Sample) -> String {
    let mut out = Vec::new();
    json::render(Some(&sample.plan), &sample.contents(), Scope::All, ROOT.as_ref(), &mut out)
        .expect("memory takes all");
    String::from_utf8(out).expect("JSON is UTF-8")
}

#[test]
fn a_varied_plan_in_plain_text() {
    let sample = varied();
    let (drawn, shown) = draw(&sample, Scope::All, &screen(Style::Plain));
    assert!(shown.incomplete.is_empty());
    assert_eq!(shown.complete.len(), sample.plan.proposed_changes.len());
    check_golden("plain.txt", &drawn);
}

#[test]
fn a_varied_plan_in_colour() {
    check_golden("colour.txt", &draw(&varied(), Scope::All, &screen(Style::Colour)).0);
}

#[test]
fn a_varied_plan_as_one_line_a_change() {
    let sample = varied();
    let mut out = Vec::new();
    stat::render(&sample.plan, &sample.contents(), Scope::All, &screen(Style::Plain), &mut out).unwrap();
    check_golden("stat.txt", &String::from_utf8(out).unwrap());
}

#[test]
fn a_varied_plan_as_json() {
    let drawn = draw_json(&varied());
    let parsed: Value = serde_json::from_str(&drawn).unwrap();
    check_golden("plan.json", &(serde_json::to_string_pretty(&parsed).unwrap() + "\n"));
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
    check_golden("since.txt", &drawn);
}

#[test]
fn no_plan_is_null() {
    let mut out = Vec::new();
    json::render(None, &varied().contents(), Scope::All, ROOT.as_ref(), &mut out).unwrap();
    assert_eq!(out, b"{\"format_version\":1,\"plan\":null}\n");
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
    assert!(draw_json(&sample).contains("\"diff_omitted\":\"the content cannot be read: no blob of that digest\""));
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

/// Texts made of pieces that are hard on diffs, terminals and patches.
fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\n",
        "\n",
        "\r\n",
        "\r",
        "a\n",
        "b\n",
        "word ",
        "other ",
        "\t",
        "\0",
        "\u{2028}",
        "\u{85}",
        "\u{feff}",
        "\u{202e}",
        "é",
        "漢",
        "+",
        "-",
        "@@ -1 +1 @@\n",
        "--- a/x\n",
        "\\ No newline at end of file\n",
        "\x1b[2J",
        "",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
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
        let escape = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
        prop_assert_eq!(escape.replace_all(&colour, ""), plain);
    }

    #[test]
    fn git_makes_the_new_content_from_the_old_one_and_the_diff(before in hard_text(), after in hard_text(), names in 0..4_usize) {
        let name = ["plain.txt", "with space.txt", "quo\"te\\é\n.txt", "deep/er/x"][names];
        let mut sample = Sample::new();
        sample.edit(name, before.as_bytes(), after.as_bytes());
        let parsed: Value = serde_json::from_str(&draw_json(&sample)).unwrap();
        let change = &parsed["plan"]["changes"][0];
        if before.bytes().chain(after.bytes()).filter(|byte| *byte == 0).count() > 0 && change["diff"].is_null() {
            return Ok(());
        }
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join(name), &before);
        git_apply(folder.path(), change["diff"].as_str().unwrap());
        prop_assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), after);
    }
}

#[test]
fn git_creates_deletes_moves_and_changes_modes_from_the_diff() {
    use std::os::unix::fs::PermissionsExt;

    let sample = varied();
    let parsed: Value = serde_json::from_str(&draw_json(&sample)).unwrap();
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
    for change in parsed["plan"]["changes"].as_array().unwrap() {
        let outside = change["outside"].as_bool().unwrap();
        if let (Some(diff), false) = (change["diff"].as_str(), outside) {
            git_apply(folder.path(), diff);
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
