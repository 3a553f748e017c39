use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use super::*;

#[test]
fn a_change_of_mode_alone_is_applied_and_undone() {
    let mut ground = Ground::new();
    ground.write("script", "#!/bin/sh");
    let effect = ground.effect("script", "#!/bin/sh");
    let FileImage::File { digest, size, .. } = effect.after else { panic!("a file") };
    let effect = FileEffect { after: FileImage::File { digest, size, mode: 0o755 }, ..effect };
    ground.add(Action::Patch { effects: vec![effect] }, &[], &["#!/bin/sh"]);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    let mode = |ground: &Ground| fs::metadata(ground.root().join("script")).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&ground), 0o755);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(mode(&ground), 0o644);
}

#[test]
fn other_names_of_a_replaced_file_keep_the_old_content_and_the_person_is_told() {
    let mut ground = Ground::new();
    ground.write("file", "base");
    fs::hard_link(ground.root().join("file"), ground.root().join("second")).unwrap();
    ground.add_write("file", "mine");
    let report = ground.try_apply(Options::default()).unwrap();
    assert_eq!(report.notes, [(c(1), ground.target("file"), Note::HardLinks(1))]);
    assert_eq!(ground.tree(), tree(&[("file", "mine"), ("second", "base")]));
    let (_, body) = ground.entries(1).pop().unwrap();
    assert!(body["notes"][0]["note"].as_str().unwrap().contains("hard link"), "{body}");
}

#[test]
fn a_program_that_runs_is_replaced_and_goes_on_running() {
    let mut ground = Ground::new();
    fs::copy("/bin/sleep", ground.root().join("program")).unwrap();
    let mut running = std::process::Command::new(ground.root().join("program")).arg("60").spawn().unwrap();
    // In place this would be ETXTBSY.
    let busy = fs::OpenOptions::new().write(true).open(ground.root().join("program"));
    assert_eq!(busy.unwrap_err().kind(), std::io::ErrorKind::ExecutableFileBusy);
    ground.add_write("program", "#!/bin/sh\n");
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(ground.read("program").unwrap(), "#!/bin/sh\n");
    assert!(running.try_wait().unwrap().is_none());
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn a_link_is_replaced_deleted_and_brought_back_as_a_link() {
    let mut ground = Ground::new();
    ground.write("other", "other");
    for name in ["replaced", "deleted"] {
        std::os::unix::fs::symlink("other", ground.root().join(name)).unwrap();
    }
    let before = ground.tree();
    ground.add_write("replaced", "a file now");
    ground.add_delete("deleted");
    assert_eq!(ground.apply(), [Outcome::Applied, Outcome::Applied]);
    assert_eq!(ground.tree(), tree(&[("other", "other"), ("replaced", "a file now")]));
    assert_eq!(ground.undo(&[1, 2]), [UndoOutcome::Undone, UndoOutcome::Undone]);
    assert_eq!(ground.tree(), before);
}

#[test]
fn names_that_are_no_text_are_names_like_others() {
    let mut ground = Ground::new();
    let name = OsStr::from_bytes(b"caf\xe9/CON.\xff ");
    let path = TargetPath::new(ground.root().join(name));
    let effect = FileEffect { path: path.clone(), before: FileImage::Absent, after: file("x") };
    ground.add(Action::WriteFile { effect }, &[], &["x"]);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert_eq!(fs::read(path.as_path()).unwrap(), b"x");
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    assert_eq!(fs::read_dir(ground.root()).unwrap().count(), 0);
}

#[test]
fn owner_and_attributes_of_a_replaced_file_are_kept_where_the_system_permits_it() {
    let mut ground = Ground::new();
    ground.write("file", "base");
    let path = ground.root().join("file");
    let flags = rustix::fs::XattrFlags::empty();
    let marked = rustix::fs::setxattr(&path, "user.origin", b"here", flags).is_ok();
    // Only root may give a file away.
    let given = std::os::unix::fs::chown(&path, Some(12345), Some(12346)).is_ok();
    ground.add_write("file", "mine");
    assert_eq!(ground.apply(), [Outcome::Applied]);
    let found = fs::metadata(&path).unwrap();
    if given {
        assert_eq!((found.uid(), found.gid()), (12345, 12346));
    }
    let mut value = [0; 8];
    assert_eq!(rustix::fs::getxattr(&path, "user.origin", &mut value).ok(), marked.then_some(4));
}

#[test]
fn a_large_content_is_streamed_and_checked() {
    let mut ground = Ground::new();
    let content: String = ('a'..='w').cycle().take(5 << 20).collect();
    ground.add_write("large", &content);
    assert_eq!(ground.apply(), [Outcome::Applied]);
    assert!(ground.read("large").unwrap() == content);
    assert_eq!(ground.undo(&[1]), [UndoOutcome::Undone]);
    // Somebody meddled with the store: what was approved is not what would be written.
    let store = rusqlite::Connection::open(ground.store.home().join("plangate.db")).unwrap();
    store.execute("UPDATE blob SET content = zeroblob(length(content))", []).unwrap();
    ground.retry(1);
    let outcomes = ground.apply();
    assert!(matches!(&outcomes[0], Outcome::Failed { error } if error.contains("is not the one")), "{outcomes:?}");
    assert_eq!(ground.tree(), []);
}
