use super::*;

#[test]
fn every_kind_of_content_is_read_byte_for_byte() {
    let ground = Ground::new();
    for content in [&b""[..], b"\0\x01\xff binary", b"no final newline", b"a\r\nb\r\n", b"\xef\xbb\xbfmarked\n"] {
        ground.write("file", content);
        fs::set_permissions(ground.at("file"), Permissions::from_mode(0o640)).unwrap();
        let found = snapshot(&ground.target("file")).unwrap();
        assert_eq!(found, Snapshot { image: file(content, 0o640), content: content.to_vec() });
        assert_eq!(image(&ground.target("file")).unwrap(), found.image);
    }
}

#[test]
fn a_link_is_read_itself_and_nothing_is_absent() {
    let ground = Ground::new();
    symlink("any/where", ground.at("link")).unwrap();
    let found = snapshot(&ground.target("link")).unwrap();
    assert_eq!(found.image, FileImage::Symlink { digest: Digest::of(b"any/where") });
    assert_eq!(found.content, b"any/where");
    assert_eq!(snapshot(&ground.target("none")).unwrap().image, FileImage::Absent);
    assert_eq!(snapshot(&ground.target("none/below")).unwrap().image, FileImage::Absent);
}

#[test]
fn what_is_neither_file_nor_link_is_refused_by_its_kind() {
    let ground = Ground::new();
    fs::create_dir(ground.at("folder")).unwrap();
    let _socket = UnixListener::bind(ground.at("socket")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, ground.at("fifo"), rustix::fs::Mode::RWXU).unwrap();
    for (name, kind) in [("folder", "a folder"), ("socket", "a socket"), ("fifo", "a fifo")] {
        let error = snapshot(&ground.target(name)).unwrap_err().to_string();
        assert!(error.ends_with(&format!("{name}` is {kind}, not a file")), "{error}");
    }
    let error = snapshot(&TargetPath::new(PathBuf::from("/dev/null"))).unwrap_err().to_string();
    assert_eq!(error, "`/dev/null` is a device, not a file");
    assert!(matches!(snapshot(&TargetPath::new("/".into())), Err(WorkspaceError::NotAFile { .. })));
}

#[test]
fn a_file_beyond_the_limit_is_refused_but_its_image_can_still_be_compared() {
    let ground = Ground::new();
    let big = fs::File::create(ground.at("big")).unwrap();
    big.set_len(MAX_FILE_BYTES + 1).unwrap();
    let found = snapshot(&ground.target("big"));
    assert!(matches!(found, Err(WorkspaceError::TooLarge { size, .. }) if size == MAX_FILE_BYTES + 1), "{found:?}");
    let FileImage::File { size, .. } = image(&ground.target("big")).unwrap() else { panic!("not a file") };
    assert_eq!(size, MAX_FILE_BYTES + 1);
}

#[test]
fn a_file_below_a_file_and_a_file_behind_a_link_are_refused() {
    let ground = Ground::new();
    ground.write("file", "");
    fs::create_dir(ground.at("real")).unwrap();
    symlink("real", ground.at("link")).unwrap();
    assert!(matches!(snapshot(&ground.target("file/x")), Err(WorkspaceError::NotAFolder { .. })));
    assert!(matches!(snapshot(&ground.target("link/x")), Err(WorkspaceError::Escape { .. })));
}

#[test]
fn the_files_below_a_folder_come_sorted_and_bounded() {
    let ground = Ground::new();
    fs::create_dir_all(ground.at("d/b")).unwrap();
    for name in ["d/c", "d/a", "d/b/x"] {
        ground.write(name, "");
    }
    symlink("/", ground.at("d/link")).unwrap();
    let found = files_below(&ground.target("d"), 4).unwrap();
    assert_eq!(found, ["d/a", "d/b/x", "d/c", "d/link"].map(|name| ground.target(name)));
    assert!(matches!(files_below(&ground.target("d"), 3), Err(WorkspaceError::TooMany { limit: 3, .. })));
}

#[test]
fn the_missing_folders_above_a_file_are_named_from_the_outside_in() {
    let ground = Ground::new();
    assert_eq!(
        missing_folders(&ground.target("a/b/file"), ground.workspace.root()).unwrap(),
        [ground.target("a"), ground.target("a/b")]
    );
    assert_eq!(missing_folders(&ground.target("file"), ground.workspace.root()).unwrap(), []);
}
