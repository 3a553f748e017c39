//! What files have besides content: owners, attributes, other names.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::*;

/// What a file has besides content: owner, group, permission bits, `user.origin`.
type Besides = (u32, u32, u32, Option<Vec<u8>>);

fn besides(ground: &Ground, name: &str) -> Besides {
    let path = ground.root().join(name);
    let found = fs::symlink_metadata(&path).unwrap();
    let mut value = [0; 16];
    let origin = rustix::fs::lgetxattr(&path, "user.origin", &mut value).ok().map(|length| value[..length].to_vec());
    (found.uid(), found.gid(), found.mode() & 0o7777, origin)
}

/// Writes a file of somebody else where this user may give files away, with `mode` and an attribute where there are any.
fn write_theirs(ground: &Ground, name: &str, mode: u32) -> Besides {
    ground.write(name, name);
    let path = ground.root().join(name);
    let _ = chown(&path, Some(12345), Some(12346));
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    let _ = rustix::fs::setxattr(&path, "user.origin", b"here", rustix::fs::XattrFlags::empty());
    besides(ground, name)
}

#[test]
fn a_moved_file_keeps_its_owner_its_bits_and_its_attributes_and_so_does_its_undo() {
    let mut ground = Ground::new();
    let had = write_theirs(&ground, "from/a", 0o4755);
    ground.add_move("from", "to", &["a"]);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(besides(&ground, "to/a"), had);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(besides(&ground, "from/a"), had);
    ground.retry(1);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(besides(&ground, "to/a"), had);
    ground.check_order();
}

#[test]
fn a_deleted_file_comes_back_with_its_owner_its_bits_and_its_attributes() {
    let mut ground = Ground::new();
    let had = write_theirs(&ground, "a", 0o2750);
    ground.add_delete("a");
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(besides(&ground, "a"), had);
    ground.check_order();
}

#[test]
fn a_deleted_link_comes_back_with_its_owner() {
    let mut ground = Ground::new();
    let path = ground.root().join("link");
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    let _ = std::os::unix::fs::lchown(&path, Some(12345), Some(12346));
    let had = besides(&ground, "link");
    ground.add_delete("link");
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(besides(&ground, "link"), had);
}

#[test]
fn recovery_of_a_move_gives_the_file_what_it_had_although_its_old_name_is_gone() {
    for point in ["folders made", "stage made", "staged", "exchanged", "old removed"] {
        let mut ground = Ground::new();
        let had = write_theirs(&ground, "from/a", 0o4755);
        ground.add_move("from", "to", &["a"]);
        fault::at(point, || panic!("the process dies"));
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ground.apply()));
        assert!(died.is_err(), "{point}");
        assert_eq!(ground.recover(), [RecoveredAs::Applied], "{point}");
        assert_eq!(besides(&ground, "to/a"), had, "{point}");
        ground.check_order();
    }
}

#[test]
fn other_names_of_a_file_that_is_moved_or_deleted_are_told() {
    let mut ground = Ground::new();
    for name in ["from/a", "b"] {
        ground.write(name, name);
        fs::hard_link(ground.root().join(name), ground.root().join(format!("second-{}", &name[name.len() - 1..])))
            .unwrap();
    }
    ground.add_move("from", "to", &["a"]);
    ground.add_delete("b");
    let report = ground.try_apply(Options::default()).unwrap();
    let told = |n, name| (c(n), ground.target(name), Note::HardLinks(1));
    assert_eq!(report.notes, [told(1, "from/a"), told(2, "b")]);
}

/// The environment variable that names the folder of a test that is run again as another user.
const AS_NOBODY: &str = "PLANGATE_TEST_AS_NOBODY";

/// The folder in which things of another user were planted; `None` where this user cannot be two.
pub(super) fn planted() -> Option<PathBuf> {
    std::env::var_os(AS_NOBODY).map(PathBuf::from)
}

/// Runs the test `name` again as a user without rights, where this one may become another; with `prepare` before it.
/// `None` in that other run: go on.
pub(super) fn as_nobody(name: &str, prepare: impl FnOnce(&Path)) -> Option<()> {
    if std::env::var_os(AS_NOBODY).is_some() || !rustix::process::geteuid().is_root() {
        return None;
    }
    let temp = tempfile::tempdir().unwrap();
    fs::set_permissions(temp.path(), Permissions::from_mode(0o777)).unwrap();
    prepare(temp.path());
    // The test itself may lie where nobody may look.
    let program = temp.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut again = Command::new(program);
    again.args(["--exact", name, "--test-threads=1"]).env(AS_NOBODY, temp.path()).env("TMPDIR", temp.path());
    let output = again.uid(65534).gid(65534).current_dir("/").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    Some(())
}

#[test]
fn whose_owner_may_not_be_kept_loses_the_set_user_id_bit_or_stays() {
    let name = "apply::tests::besides::whose_owner_may_not_be_kept_loses_the_set_user_id_bit_or_stays";
    let plant = |folder: &Path| {
        for (name, mode) in [("plain", 0o644), ("bits", 0o4755)] {
            fs::write(folder.join(name), name).unwrap();
            fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).unwrap();
        }
    };
    if as_nobody(name, plant).is_some() {
        return;
    }
    let Some(theirs) = planted() else { return };
    let mut ground = Ground::new();
    fs::create_dir(ground.root().join("from")).unwrap();
    for name in ["plain", "bits"] {
        fs::rename(theirs.join(name), ground.root().join("from").join(name)).unwrap();
    }
    ground.add_move("from", "to", &["plain"]);
    ground.add_move("from", "away", &["bits"]);
    let options = Options { on_failure: OnFailure::KeepGoing, ..Options::default() };
    let report = ground.try_apply(options).unwrap();
    assert_eq!(report.notes, [(c(1), ground.target("to/plain"), Note::OwnerNotKept)]);
    let refused = &report.results[1].1;
    assert!(matches!(refused, Outcome::Failed { error } if error.contains("owner")), "{refused:?}");
    assert_eq!(besides(&ground, "from/bits").2, 0o4755);
    assert!(!ground.root().join("away").exists());
}
