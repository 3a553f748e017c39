use super::*;

const BASE: &[u8] = b"base";
const MINE: &[u8] = b"mine";

/// Puts `target` and `staged` on disk, settles, and returns the standing with what the target then holds.
fn settled(
    effect: &FileEffect,
    ground: &Ground,
    target: Option<&str>,
    staged: Option<&str>,
) -> (&'static str, Option<String>) {
    let beside = ground.at(stage().as_os_str().to_str().unwrap());
    for (path, content) in [(ground.at("file"), target), (beside, staged)] {
        fs::remove_file(&path).ok();
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        }
    }
    let first = match settle_with(effect) {
        Err(WorkspaceError::Saved { saved, .. }) => {
            assert_eq!(fs::read_to_string(&saved).unwrap(), staged.unwrap());
            fs::remove_file(saved).unwrap();
            "saved"
        }
        standing => {
            let standing = standing.unwrap();
            if let Standing::Ready(ready) = &standing {
                ready.discard().unwrap();
            }
            words(&standing)
        }
    };
    let there = fs::read_to_string(ground.at("file")).ok();
    assert_eq!(ground.names().len(), usize::from(there.is_some()), "something was left beside the target");
    (first, there)
}

/// Settles with a store that has only `mine`.
fn settle_with(effect: &FileEffect) -> Result<Standing, WorkspaceError> {
    settle(&Deed::new(stage(), effect.clone()), &mut |_, to| Ok(to.write_all(MINE)?), &yard())
}

fn words(standing: &Standing) -> &'static str {
    match standing {
        Standing::Done(_) => "done",
        Standing::Todo => "to do",
        Standing::Ready(_) => "ready",
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
        assert_eq!((standing, there.as_deref()), (expected, leaves), "{case}");
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
            (Some("base"), Some("mine"), "ready", Some("base")),
            (Some("base"), Some("mi"), "to do", Some("base")),
            (Some("base"), Some("\0i\0"), "to do", Some("base")),
            // Exchanged, and what came out was theirs; then somebody restored the base.
            (Some("base"), Some("nine"), "saved", Some("base")),
            (Some("mine"), Some("base"), "done", Some("mine")),
            (Some("mine"), None, "done", Some("mine")),
            // Exchanged, and what came out was theirs.
            (Some("mine"), Some("theirs"), "drifted", Some("theirs")),
            (None, Some("theirs"), "drifted", Some("theirs")),
            (Some("latest"), Some("theirs"), "saved", Some("latest")),
            (Some("latest"), Some("mi"), "drifted", Some("latest")),
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
            (None, Some("mine"), "ready", None),
            (None, Some("mi"), "to do", None),
            (Some("mine"), None, "done", Some("mine")),
            (Some("mine"), Some("mine"), "done", Some("mine")),
            (Some("theirs"), Some("mine"), "drifted", Some("theirs")),
            // It was being taken back when somebody had changed it.
            (None, Some("theirs"), "drifted", Some("theirs")),
            (Some("latest"), Some("theirs"), "saved", Some("latest")),
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
            (Some("latest"), Some("theirs"), "saved", Some("latest")),
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
    assert_eq!(words(&settle_with(&effect).unwrap()), "done");
    assert_eq!((ground.read("file"), ground.names().len()), (MINE.to_vec(), 1));
}

#[test]
fn what_somebody_wrote_is_given_back_or_kept_whatever_its_bits_are() {
    for (here, mode) in [("mine", 0o200), ("mine", 0o600), ("mine", 0o000), ("base", 0o600), ("latest", 0o200)] {
        let ground = Ground::new();
        ground.write("file", BASE);
        let effect = ground.effect("file", MINE, new_file_mode(&ground.target("file")));
        ground.write("file", here);
        let beside = ground.at(stage().as_os_str().to_str().unwrap());
        fs::write(&beside, "theirs").unwrap();
        fs::set_permissions(&beside, Permissions::from_mode(mode)).unwrap();
        let settled = settle_with(&effect);
        let kept = match settled {
            Err(WorkspaceError::Saved { saved, .. }) => {
                assert_eq!(ground.read("file"), here.as_bytes());
                saved
            }
            settled => {
                assert_eq!(words(&settled.unwrap()), "drifted");
                ground.at("file")
            }
        };
        fs::set_permissions(&kept, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(fs::read(kept).unwrap(), b"theirs", "{here} {mode:o}");
    }
}

#[test]
fn what_is_kept_of_others_never_takes_a_name_that_is_taken() {
    let ground = Ground::new();
    ground.write("file", BASE);
    let effect = ground.effect("file", MINE, 0o644);
    ground.write("file", "latest");
    for n in ["first", "second"] {
        ground.write(stage().as_os_str().to_str().unwrap(), n);
        assert!(matches!(settle_with(&effect), Err(WorkspaceError::Saved { .. })));
    }
    assert_eq!(ground.names(), ["file", "file.plangate-saved", "file.plangate-saved-2"]);
    assert_eq!(
        (ground.read("file.plangate-saved"), ground.read("file.plangate-saved-2")),
        (b"first".into(), b"second".into())
    );
}

#[test]
fn the_second_name_of_a_file_system_without_exchange_is_resolved() {
    let aside = stage().as_os_str().to_str().unwrap().replace(".tmp", ".old");
    let staged = stage().as_os_str().to_str().unwrap().to_owned();
    // Which of target, stage and aside exist, with what; then what is expected.
    let cases = [
        (Some("base"), Some("mine"), "ready", "base"),
        (None, Some("mine"), "ready", "base"),
        (Some("mine"), None, "done", "mine"),
    ];
    for (target, stage_content, expected, leaves) in cases {
        let ground = Ground::new();
        ground.write("file", BASE);
        let effect = ground.effect("file", MINE, new_file_mode(&ground.target("file")));
        fs::rename(ground.at("file"), ground.at(&aside)).unwrap();
        for (name, content) in [("file", target), (&*staged, stage_content)] {
            if let Some(content) = content {
                ground.write(name, content);
            }
        }
        let standing = settle_with(&effect).unwrap();
        if let Standing::Ready(ready) = &standing {
            ready.discard().unwrap();
        }
        assert_eq!((words(&standing), ground.read("file")), (expected, leaves.as_bytes().to_vec()));
        assert_eq!(ground.names(), ["file"]);
    }
}

/// Leaves `content` with `mode` under the stage's name beside a file `base` of mode 644, and settles.
fn beside_base(ground: &Ground, content: &[u8], mode: u32) -> Standing {
    ground.write("file", BASE);
    let effect = ground.effect("file", content, 0o644);
    let beside = ground.at(stage().as_os_str().to_str().unwrap());
    fs::write(&beside, content).unwrap();
    fs::set_permissions(&beside, Permissions::from_mode(mode)).unwrap();
    settle_with(&effect).unwrap()
}

#[test]
fn a_successor_that_was_left_whole_is_exchanged_as_it_is() {
    // The longest is written in pieces.
    for length in [0, 4, 64 << 10, (64 << 10) + 1] {
        let ground = Ground::new();
        let content = vec![b'x'; length];
        let Standing::Ready(ready) = beside_base(&ground, &content, 0o644) else {
            panic!("{length} bytes are not ready")
        };
        let inode = fs::metadata(ground.at(stage().as_os_str().to_str().unwrap())).unwrap().ino();
        ready.exchange().unwrap().settle(&yard()).unwrap();
        assert_eq!((ground.read("file"), ground.names().len()), (content, 1));
        assert_eq!(fs::metadata(ground.at("file")).unwrap().ino(), inode);
    }
}

#[test]
fn a_successor_with_other_bits_or_a_second_name_is_staged_anew() {
    let ground = Ground::new();
    assert_eq!(words(&beside_base(&ground, MINE, 0o640)), "to do");
    let effect = ground.effect("file", MINE, 0o644);
    ground.write("other", MINE);
    fs::set_permissions(ground.at("other"), Permissions::from_mode(0o644)).unwrap();
    fs::hard_link(ground.at("other"), ground.at(stage().as_os_str().to_str().unwrap())).unwrap();
    assert_eq!(words(&settle_with(&effect).unwrap()), "to do");
    assert_eq!(ground.names(), ["file", "other"]);
}

#[test]
fn whoever_writes_between_crash_and_recovery_gets_back_what_they_wrote() {
    let ground = Ground::new();
    let Standing::Ready(ready) = beside_base(&ground, MINE, 0o644) else { panic!("it is not ready") };
    ground.write("file", "theirs");
    assert!(is_drift(&ready.exchange().map(|done| drop(done.settle(&yard()).unwrap()))));
    assert_eq!((ground.read("file"), ground.names().len()), (b"theirs".to_vec(), 1));
}
