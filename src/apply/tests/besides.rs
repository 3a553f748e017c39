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

#[test]
fn a_moved_folder_keeps_its_bits_and_takes_empty_ones_along_and_so_does_its_undo() {
    let mut ground = Ground::new();
    ground.write("priv/deep/s", "s");
    fs::create_dir_all(ground.root().join("priv/empty/below")).unwrap();
    let modes = [("", 0o700), ("/deep", 0o2750), ("/empty", 0o711), ("/empty/below", 0o1777)];
    let set = |ground: &Ground, top: &str, (below, mode): (&str, u32)| {
        fs::set_permissions(ground.root().join(format!("{top}{below}")), Permissions::from_mode(mode)).unwrap();
    };
    for folder in modes {
        set(&ground, "priv", folder);
    }
    let origin = rustix::fs::XattrFlags::empty();
    let marked = rustix::fs::setxattr(ground.root().join("priv"), "user.origin", b"here", origin).is_ok();
    ground.add_move("priv", "moved", &["deep/s"]);
    let check = |ground: &Ground, top: &str, other: &str| {
        for (below, mode) in modes {
            assert_eq!(besides(ground, &format!("{top}{below}")).2, mode, "{top}{below}");
        }
        assert_eq!(besides(ground, top).3.is_some(), marked);
        assert!(!ground.root().join(other).exists());
        ground.check_order();
    };
    assert_eq!(ground.apply(), [Outcome::Applied]);
    check(&ground, "moved", "priv");
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    check(&ground, "priv", "moved");
    ground.retry(1);
    for point in ["folder made", "staged", "exchanged", "old removed"] {
        fault::at(point, || panic!("the process dies"));
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ground.apply()));
        assert!(died.is_err(), "{point}");
        assert_eq!(ground.recover(), [RecoveredAs::Applied], "{point}");
        check(&ground, "moved", "priv");
        assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
        check(&ground, "priv", "moved");
        ground.retry(1);
    }
}

/// An ACL as `linux/posix_acl_xattr.h` has it, that gives somebody else and the group all rights.
fn generous_acl() -> Vec<u8> {
    let entries = [(1u16, 7u16, u32::MAX), (2, 7, 65534), (4, 7, u32::MAX), (16, 7, u32::MAX), (32, 5, u32::MAX)];
    let entry =
        |(tag, may, id): (u16, u16, u32)| [&tag.to_le_bytes()[..], &may.to_le_bytes(), &id.to_le_bytes()].concat();
    std::iter::once(2u32.to_le_bytes().to_vec()).chain(entries.map(entry)).flatten().collect()
}

/// Lets what is made in a folder from now on have that ACL; `false` where there are none.
fn be_generous(ground: &Ground, folder: &str) -> bool {
    let path = ground.root().join(folder);
    rustix::fs::setxattr(path, "system.posix_acl_default", &generous_acl(), rustix::fs::XattrFlags::empty()).is_ok()
}

/// The permission bits, the ACL and the default ACL of a file or folder.
fn rights(ground: &Ground, name: &str) -> (u32, Option<Vec<u8>>, Option<Vec<u8>>) {
    let path = ground.root().join(name);
    let acl = |kind: &str| {
        let mut value = [0; 256];
        rustix::fs::lgetxattr(&path, kind, &mut value).ok().map(|length| value[..length].to_vec())
    };
    let mode = fs::symlink_metadata(&path).unwrap().mode() & 0o7777;
    (mode, acl("system.posix_acl_access"), acl("system.posix_acl_default"))
}

#[test]
fn a_new_file_or_folder_has_the_rights_that_the_kernel_gives_to_one_made_there() {
    let mut ground = Ground::new();
    fs::create_dir(ground.root().join("d")).unwrap();
    if !be_generous(&ground, "d") {
        return;
    }
    fs::create_dir(ground.root().join("d/natural")).unwrap();
    fs::write(ground.root().join("d/natural/file"), "x").unwrap();
    for name in ["d/ours/file", "d/file"] {
        let path = ground.target(name);
        let mode = crate::workspace::new_file_mode(&path);
        let after = FileImage::File { digest: Digest::of(b"x"), size: 1, mode };
        let effect = FileEffect { path, before: FileImage::Absent, after };
        ground.add(Action::WriteFile { effect }, &[], &["x"]);
    }
    assert_eq!(ground.apply(), [Outcome::Applied, Outcome::Applied]);
    assert_eq!(rights(&ground, "d/ours"), rights(&ground, "d/natural"));
    assert_eq!(rights(&ground, "d/ours/file"), rights(&ground, "d/natural/file"));
    assert_eq!(rights(&ground, "d/file"), rights(&ground, "d/natural/file"));
    assert_eq!(rights(&ground, "d/file").0, 0o664);
    ground.check_order();
}

#[test]
fn a_file_has_no_rights_from_the_folder_that_its_successor_was_staged_in() {
    let mut ground = Ground::new();
    for name in ["d/replaced", "from/file", "from/sub/file", "d/deleted"] {
        ground.write(name, "x");
        fs::set_permissions(ground.root().join(name), Permissions::from_mode(0o660)).unwrap();
    }
    fs::set_permissions(ground.root().join("from/sub"), Permissions::from_mode(0o770)).unwrap();
    if !be_generous(&ground, "d") {
        return;
    }
    let (had, folder) = (rights(&ground, "d/replaced"), rights(&ground, "from/sub"));
    assert_eq!(had, (0o660, None, None));
    let after = FileImage::File { digest: Digest::of(b"new"), size: 3, mode: 0o660 };
    let effect = FileEffect { after, ..ground.effect("d/replaced", "new") };
    ground.add(Action::WriteFile { effect }, &[], &["new"]);
    ground.add_move("from", "d/to", &["file", "sub/file"]);
    ground.add_delete("d/deleted");
    assert_eq!(ground.apply(), [Outcome::Applied, Outcome::Applied, Outcome::Applied]);
    assert_eq!(rights(&ground, "d/replaced"), had);
    assert_eq!(rights(&ground, "d/to/sub/file"), had);
    assert_eq!(rights(&ground, "d/to/sub"), folder);
    ground.undo(&[1, 2, 3]);
    for name in ["d/replaced", "from/file", "from/sub/file", "d/deleted"] {
        assert_eq!(rights(&ground, name), had, "{name}");
    }
    assert_eq!(rights(&ground, "from/sub"), folder);
}
