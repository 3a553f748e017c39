use super::*;

const BASE: &[u8] = b"base";
const MINE: &[u8] = b"mine";

/// Puts `target` and `staged` on disk, settles, and returns the standing with what the target then holds.
fn settled(
    effect: &FileEffect,
    ground: &Ground,
    target: Option<&str>,
    staged: Option<&str>,
) -> (Standing, Option<String>) {
    let beside = ground.at(stage().as_os_str().to_str().unwrap());
    for (path, content) in [(ground.at("file"), target), (beside, staged)] {
        fs::remove_file(&path).ok();
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        }
    }
    let first = settle(effect, &stage(), &yard()).unwrap();
    let there = fs::read_to_string(ground.at("file")).ok();
    assert_eq!(ground.names().len(), usize::from(there.is_some()), "something was left beside the target");
    (first, there)
}

fn words(standing: &Standing) -> &'static str {
    match standing {
        Standing::Done => "done",
        Standing::Todo => "to do",
        Standing::Drifted(_) => "drifted",
    }
}

/// What the target and the stage hold after the crash; the standing that follows, and what the target holds then.
type Case = (Option<&'static str>, Option<&'static str>, &'static str, Option<&'static str>);

fn check(effect: &FileEffect, cases: &[Case]) {
    for &(target, staged, expected, leaves) in cases {
        let ground = Ground::new();
        let effect = FileEffect { path: ground.target("file"), ..effect.clone() };
        let (standing, there) = settled(&effect, &ground, target, staged);
        let case = format!("target {target:?}, staged {staged:?}");
        assert_eq!((words(&standing), there.as_deref()), (expected, leaves), "{case}");
    }
}

fn effect(before: FileImage, after: FileImage) -> FileEffect {
    FileEffect { path: TargetPath::new("/".into()), before, after }
}

#[test]
fn a_replacement_is_settled_from_every_state() {
    check(
        &effect(file(BASE, 0o644), file(MINE, 0o644)),
        &[
            (Some("base"), None, "to do", Some("base")),
            (Some("base"), Some("mine"), "to do", Some("base")),
            (Some("base"), Some("mi"), "to do", Some("base")),
            (Some("mine"), Some("base"), "done", Some("mine")),
            (Some("mine"), None, "done", Some("mine")),
            // Exchanged, and what came out was theirs.
            (Some("mine"), Some("theirs"), "drifted", Some("theirs")),
            (None, Some("theirs"), "drifted", Some("theirs")),
            (Some("latest"), Some("theirs"), "drifted", Some("latest")),
            // Given back already.
            (Some("theirs"), Some("mine"), "drifted", Some("theirs")),
            (Some("theirs"), None, "drifted", Some("theirs")),
            // It happened, and somebody went on from there.
            (Some("later"), Some("base"), "done", Some("later")),
            (None, None, "drifted", None),
        ],
    );
}

#[test]
fn a_creation_is_settled_from_every_state() {
    check(
        &effect(FileImage::Absent, file(MINE, 0o644)),
        &[
            (None, None, "to do", None),
            (None, Some("mine"), "to do", None),
            (None, Some("mi"), "to do", None),
            (Some("mine"), None, "done", Some("mine")),
            (Some("mine"), Some("mine"), "done", Some("mine")),
            (Some("theirs"), Some("mine"), "drifted", Some("theirs")),
        ],
    );
}

#[test]
fn a_deletion_is_settled_from_every_state() {
    check(
        &effect(file(BASE, 0o644), FileImage::Absent),
        &[
            (Some("base"), None, "to do", Some("base")),
            (None, Some("base"), "done", None),
            (None, None, "done", None),
            (None, Some("theirs"), "drifted", Some("theirs")),
            (Some("latest"), Some("theirs"), "drifted", Some("latest")),
            // Somebody made it anew after it was deleted.
            (Some("later"), Some("base"), "done", Some("later")),
        ],
    );
}

#[test]
fn an_unfinished_stage_is_removed_even_when_somebody_else_did_the_change() {
    let ground = Ground::new();
    ground.write("file", BASE);
    let effect = ground.effect("file", MINE, 0o644);
    ground.write("file", MINE);
    let beside = ground.at(stage().as_os_str().to_str().unwrap());
    fs::write(&beside, "mi").unwrap();
    fs::set_permissions(&beside, Permissions::from_mode(0o200)).unwrap();
    assert_eq!(settle(&effect, &stage(), &yard()).unwrap(), Standing::Done);
    assert_eq!((ground.read("file"), ground.names().len()), (MINE.to_vec(), 1));
}

#[test]
fn the_second_name_of_a_file_system_without_exchange_is_resolved() {
    let aside = stage().aside().to_str().unwrap().to_owned();
    let staged = stage().as_os_str().to_str().unwrap().to_owned();
    // Which of target, stage and aside exist, with what; then what is expected.
    let cases = [
        (Some("base"), Some("mine"), "to do", "base"),
        (None, Some("mine"), "to do", "base"),
        (Some("mine"), None, "done", "mine"),
    ];
    for (target, stage_content, expected, leaves) in cases {
        let ground = Ground::new();
        ground.write("file", BASE);
        let effect = ground.effect("file", MINE, new_file_mode());
        fs::rename(ground.at("file"), ground.at(&aside)).unwrap();
        for (name, content) in [("file", target), (&*staged, stage_content)] {
            if let Some(content) = content {
                ground.write(name, content);
            }
        }
        let standing = settle(&effect, &stage(), &yard()).unwrap();
        assert_eq!((words(&standing), ground.read("file")), (expected, leaves.as_bytes().to_vec()));
        assert_eq!(ground.names(), ["file"]);
    }
}
