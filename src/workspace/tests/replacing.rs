use super::*;

#[test]
fn a_file_is_made_replaced_and_deleted_with_exactly_the_bytes_and_bits_approved() {
    let ground = Ground::new();
    for (content, mode) in [(&b"\0\xff"[..], 0o600), (b"", 0o755), (b"x\r\n", 0o444), (b"\xef\xbb\xbfy", 0o666)] {
        let effect = ground.effect("file", content, mode);
        replace(&effect, content, &stage()).unwrap();
        assert_eq!(image(&ground.target("file")).unwrap(), effect.after);
        assert_eq!(ground.read("file"), content);
    }
    replace(&ground.removal("file"), b"", &stage()).unwrap();
    assert_eq!(ground.names(), Vec::<String>::new());
}

#[test]
fn a_file_becomes_a_link_and_a_link_becomes_a_file_without_touching_what_it_points_to() {
    let ground = Ground::new();
    ground.write("other", "other");
    ground.write("file", "file");
    let after = FileImage::Symlink { digest: Digest::of(b"other") };
    let to_link = FileEffect { after, ..ground.removal("file") };
    replace(&to_link, b"other", &stage()).unwrap();
    assert_eq!(fs::read_link(ground.at("file")).unwrap(), Path::new("other"));
    replace(&ground.effect("file", b"again", 0o644), b"again", &stage()).unwrap();
    assert_eq!((ground.read("file"), ground.read("other")), (b"again".to_vec(), b"other".to_vec()));
    assert_eq!(ground.names(), ["file", "other"]);
}

#[test]
fn missing_folders_are_made_and_removed_again_only_while_empty() {
    let ground = Ground::new();
    let effect = ground.effect("a/b/file", b"x", 0o644);
    let made = missing_folders(&effect.path, ground.workspace.root()).unwrap();
    replace(&effect, b"x", &stage()).unwrap();
    assert_eq!(ground.read("a/b/file"), b"x");
    remove_empty_folders(&made).unwrap();
    assert_eq!(ground.names(), ["a"]);
    replace(&ground.removal("a/b/file"), b"", &stage()).unwrap();
    remove_empty_folders(&made).unwrap();
    assert_eq!(ground.names(), Vec::<String>::new());
}

#[test]
fn drift_of_content_bits_kind_or_existence_is_refused_and_nothing_is_touched() {
    let ground = Ground::new();
    ground.write("file", "base");
    let effect = ground.effect("file", b"mine", 0o644);
    let drifts: [(&str, &dyn Fn()); 5] = [
        ("content", &|| ground.write("file", "theirs")),
        ("bits", &|| {
            ground.write("file", "base");
            fs::set_permissions(ground.at("file"), Permissions::from_mode(0o755)).unwrap();
        }),
        ("absent", &|| fs::remove_file(ground.at("file")).unwrap()),
        ("link", &|| symlink("elsewhere", ground.at("file")).unwrap()),
        ("folder", &|| {
            fs::remove_file(ground.at("file")).unwrap();
            fs::create_dir(ground.at("file")).unwrap();
        }),
    ];
    for (name, drift) in drifts {
        drift();
        let before = fs::symlink_metadata(ground.at("file")).map(|m| (m.ino(), m.mode(), m.len())).ok();
        assert!(is_drift(&replace(&effect, b"mine", &stage())), "{name}");
        // Also without the look beforehand, when the exchange itself has to find out.
        let ready = staged(&effect, b"mine").unwrap();
        assert!(is_drift(&ready.exchange().map(|e| drop(e.settle(&yard()).unwrap()))), "{name}");
        assert_eq!(
            fs::symlink_metadata(ground.at("file")).map(|m| (m.ino(), m.mode(), m.len())).ok(),
            before,
            "{name}"
        );
        assert!(ground.names().len() <= 1, "{name} left {:?}", ground.names());
    }
}

#[test]
fn a_drift_says_what_was_expected_and_what_is_there() {
    let ground = Ground::new();
    let effect = ground.effect("file", b"mine", 0o644);
    ground.write("file", "theirs");
    let Err(WorkspaceError::Drift(drift)) = replace(&effect, b"mine", &stage()) else { panic!("no drift") };
    assert_eq!((&drift.path, &drift.expected), (&effect.path, &FileImage::Absent));
    let text = drift.to_string();
    let digest = Digest::of(b"theirs").short();
    let found = format!(
        "nothing was expected, a file of 6 bytes ({digest}, mode {:03o}) is there",
        new_file_mode(&effect.path)
    );
    assert!(text.ends_with(&found), "{text}");
}

#[test]
fn what_somebody_wrote_between_the_check_and_the_exchange_is_given_back() {
    let ground = Ground::new();
    ground.write("file", "base");
    let (path, effect) = (ground.at("file"), ground.effect("file", b"mine", 0o644));
    fault::at("before exchange", move || fs::write(&path, "theirs").unwrap());
    assert!(is_drift(&replace(&effect, b"mine", &stage())));
    assert_eq!((ground.read("file"), ground.names()), (b"theirs".to_vec(), vec!["file".to_owned()]));
}

#[test]
fn a_file_made_or_deleted_by_somebody_in_the_last_moment_is_respected() {
    let ground = Ground::new();
    let (path, effect) = (ground.at("file"), ground.effect("file", b"mine", 0o644));
    fault::at("before exchange", move || fs::write(&path, "theirs").unwrap());
    assert!(is_drift(&replace(&effect, b"mine", &stage())));
    assert_eq!((ground.read("file"), ground.names().len()), (b"theirs".to_vec(), 1));
    let (path, effect) = (ground.at("file"), ground.effect("file", b"mine", 0o644));
    fault::at("before exchange", move || fs::remove_file(&path).unwrap());
    assert!(is_drift(&replace(&effect, b"mine", &stage())));
    assert_eq!(ground.names(), Vec::<String>::new());
}

#[test]
fn a_deletion_gives_back_what_was_changed_in_the_last_moment() {
    let ground = Ground::new();
    ground.write("file", "base");
    let (path, effect) = (ground.at("file"), ground.removal("file"));
    fault::at("before exchange", move || fs::write(&path, "theirs").unwrap());
    assert!(is_drift(&replace(&effect, b"", &stage())));
    assert_eq!((ground.read("file"), ground.names().len()), (b"theirs".to_vec(), 1));
}

#[test]
fn whoever_saves_a_third_version_while_theirs_is_given_back_keeps_it() {
    for delete in [false, true] {
        let ground = Ground::new();
        ground.write("file", "base");
        let effect = if delete { ground.removal("file") } else { ground.effect("file", b"mine", 0o644) };
        let ready = staged(&effect, b"mine").unwrap();
        ground.write("file", "theirs");
        let (path, newer) = (ground.at("file"), ground.at("newer"));
        fault::at("before giving back", move || {
            fs::write(&newer, "latest").unwrap();
            fs::rename(&newer, &path).unwrap();
        });
        assert!(is_drift(&ready.exchange().map(|e| drop(e.settle(&yard()).unwrap()))));
        assert_eq!((ground.read("file"), ground.names().len()), (b"latest".to_vec(), 1), "delete: {delete}");
    }
}

#[test]
fn a_program_that_still_writes_into_the_old_file_is_noticed_before_the_old_file_goes() {
    let ground = Ground::new();
    ground.write("file", "base");
    let effect = ground.effect("file", b"mine", 0o644);
    let mut theirs = fs::OpenOptions::new().append(true).open(ground.at("file")).unwrap();
    let exchanged = staged(&effect, b"mine").unwrap().exchange().unwrap();
    exchanged.confirm().unwrap();
    std::io::Write::write_all(&mut theirs, b" and more").unwrap();
    assert!(is_drift(&exchanged.confirm()));
    exchanged.revert().unwrap();
    assert_eq!((ground.read("file"), ground.names().len()), (b"base and more".to_vec(), 1));
}

#[test]
fn a_parent_folder_that_became_a_link_does_not_lead_the_change_elsewhere() {
    let (ground, other) = (Ground::new(), Ground::new());
    fs::create_dir(ground.at("folder")).unwrap();
    ground.write("folder/file", "base");
    let effects = [ground.effect("folder/file", b"mine", 0o644), ground.effect("folder/new", b"mine", 0o644)];
    fs::rename(ground.at("folder"), ground.at("moved")).unwrap();
    symlink(other.workspace.root(), ground.at("folder")).unwrap();
    other.write("file", "base");
    for effect in effects {
        let result = replace(&effect, b"mine", &stage());
        assert!(matches!(result, Err(WorkspaceError::Escape { .. })), "{result:?}");
        let ready = staged(&effect, b"mine");
        assert!(matches!(ready, Err(WorkspaceError::Escape { .. })), "{ready:?}");
    }
    assert_eq!((other.read("file"), other.names()), (b"base".to_vec(), vec!["file".to_owned()]));
}

#[test]
fn a_parent_folder_swapped_in_the_last_moment_takes_the_change_along_and_nothing_lands_outside() {
    let (ground, other) = (Ground::new(), Ground::new());
    fs::create_dir(ground.at("folder")).unwrap();
    ground.write("folder/file", "base");
    other.write("file", "base");
    let effect = ground.effect("folder/file", b"mine", 0o644);
    let (from, to, elsewhere) = (ground.at("folder"), ground.at("moved"), other.workspace.root().to_owned());
    fault::at("before exchange", move || {
        fs::rename(&from, &to).unwrap();
        symlink(&elsewhere, &from).unwrap();
    });
    replace(&effect, b"mine", &stage()).unwrap();
    assert_eq!((ground.read("moved/file"), other.read("file")), (b"mine".to_vec(), b"base".to_vec()));
}

#[test]
fn a_file_in_the_place_of_a_parent_folder_is_an_error_and_leaves_nothing() {
    let ground = Ground::new();
    let effect = ground.effect("parent/file", b"x", 0o644);
    ground.write("parent", "a file");
    let result = replace(&effect, b"x", &stage());
    assert!(matches!(result, Err(WorkspaceError::NotAFolder { .. })), "{result:?}");
    assert_eq!((ground.read("parent"), ground.names().len()), (b"a file".to_vec(), 1));
}

#[test]
fn content_that_is_not_the_approved_one_is_refused() {
    let ground = Ground::new();
    let result = replace(&ground.effect("file", b"approved", 0o644), b"other", &stage());
    assert!(matches!(result, Err(WorkspaceError::WrongContent { .. })), "{result:?}");
    assert_eq!(ground.names(), Vec::<String>::new());
}

#[test]
fn a_hard_link_keeps_the_old_content_and_attributes_are_carried_over() {
    let ground = Ground::new();
    ground.write("file", "base");
    fs::hard_link(ground.at("file"), ground.at("second")).unwrap();
    let flags = rustix::fs::XattrFlags::empty();
    // A file system without attributes has none to lose.
    let marked = rustix::fs::setxattr(ground.at("file"), "user.origin", b"here", flags).is_ok();
    replace(&ground.effect("file", b"mine", 0o644), b"mine", &stage()).unwrap();
    assert_eq!((ground.read("file"), ground.read("second")), (b"mine".to_vec(), b"base".to_vec()));
    let mut value = [0; 8];
    let kept = rustix::fs::getxattr(ground.at("file"), "user.origin", &mut value);
    assert_eq!(kept.ok(), marked.then_some(4));
}

#[test]
fn a_name_that_is_already_taken_beside_the_target_is_not_overwritten() {
    let ground = Ground::new();
    let name = stage().as_os_str().to_owned();
    fs::write(ground.workspace.root().join(&name), "somebody's").unwrap();
    let result = replace(&ground.effect("file", b"x", 0o644), b"x", &stage());
    assert!(matches!(result, Err(WorkspaceError::Io { .. })), "{result:?}");
    assert_eq!(fs::read(ground.workspace.root().join(&name)).unwrap(), b"somebody's");
}
