use super::*;

#[test]
fn a_missing_tail_is_kept_and_dots_are_taken_after_links() {
    let ground = Ground::new();
    fs::create_dir_all(ground.at("real/deep")).unwrap();
    symlink("real/deep", ground.at("link")).unwrap();
    for (text, expected) in [
        ("new/er/file", "new/er/file"),
        ("./real//deep/.", "real/deep"),
        ("link/../x", "real/x"),
        ("new/../x", "x"),
        ("~", "~"),
        ("link/new", "real/deep/new"),
    ] {
        assert_eq!(ground.resolve(text).unwrap(), ground.at(expected), "{text}");
    }
    assert_eq!(ground.resolve("/../..").unwrap(), Path::new("/"));
}

#[test]
fn a_link_in_the_last_place_is_followed_or_kept_as_asked() {
    let ground = Ground::new();
    symlink("nowhere/file", ground.at("dangling")).unwrap();
    fs::create_dir(ground.at("folder")).unwrap();
    symlink("folder", ground.at("link")).unwrap();
    assert_eq!(ground.resolve("dangling").unwrap(), ground.at("nowhere/file"));
    assert_eq!(ground.resolve_with("dangling", Links::Keep).unwrap(), ground.at("dangling"));
    assert_eq!(ground.resolve_with("link", Links::Keep).unwrap(), ground.at("link"));
    assert_eq!(ground.resolve_with("link/", Links::Keep).unwrap(), ground.at("folder"));
}

#[test]
fn a_path_that_leaves_the_workspace_by_a_link_is_outside() {
    let (ground, other) = (Ground::new(), Ground::new());
    symlink(other.workspace.root(), ground.at("out")).unwrap();
    let resolved = ground.workspace.resolve(ground.workspace.root(), "out/file", Links::Follow).unwrap();
    assert_eq!(resolved.as_path(), other.at("file"));
    assert!(!ground.workspace.contains(&resolved));
    assert!(ground.workspace.contains(&ground.target("file")));
    let sibling = TargetPath::new(PathBuf::from(format!("{}-sibling/x", ground.workspace.root().display())));
    assert!(!ground.workspace.contains(&sibling), "a longer name of a sibling is not inside");
}

#[test]
fn what_is_no_path_is_refused_with_its_reason() {
    let ground = Ground::new();
    ground.write("file", "");
    symlink("b", ground.at("a")).unwrap();
    symlink("a", ground.at("b")).unwrap();
    let error = |text: &str| ground.resolve(text).unwrap_err().to_string();
    assert_eq!(error(""), "`` is not a path: it is empty");
    assert_eq!(error("a\0b"), "`a\\0b` is not a path: it holds a NUL character");
    assert!(error(&"x/".repeat(3000)).ends_with("is not a path: it is too long"));
    assert!(error(&"x".repeat(256)).ends_with("is not a path: a name in it is too long"));
    assert!(error("a").ends_with("leads in a circle of symbolic links"));
    assert!(error("file/below").ends_with("file` is not a folder"));
}

#[test]
fn links_to_names_that_are_not_utf8_survive() {
    let ground = Ground::new();
    let odd = std::ffi::OsString::from_vec(b"\xff\xfe".to_vec());
    fs::write(ground.workspace.root().join(&odd), "odd").unwrap();
    symlink(&odd, ground.at("link")).unwrap();
    let resolved = ground.workspace.resolve(ground.workspace.root(), "link", Links::Follow).unwrap();
    assert!(resolved.as_bytes().ends_with(b"/\xff\xfe"));
    assert_eq!(snapshot(&resolved).unwrap().content, b"odd");
    let effect = FileEffect { before: image(&resolved).unwrap(), after: file(b"even", 0o644), path: resolved };
    replace(&effect, b"even", &stage()).unwrap();
    assert_eq!(fs::read(ground.workspace.root().join(&odd)).unwrap(), b"even");
}

#[test]
fn the_workspace_is_the_nearest_folder_that_git_knows() {
    let ground = Ground::new();
    fs::create_dir_all(ground.at("repo/src/deep")).unwrap();
    fs::create_dir(ground.at("repo/.git")).unwrap();
    assert_eq!(Workspace::discover(&ground.at("repo/src/deep")), ground.at("repo"));
    fs::write(ground.at("repo/src/.git"), "gitdir: elsewhere").unwrap();
    assert_eq!(Workspace::discover(&ground.at("repo/src/deep")), ground.at("repo/src"));
}

#[test]
fn a_workspace_has_to_be_an_existing_folder() {
    let ground = Ground::new();
    ground.write("file", "");
    assert!(matches!(Workspace::open(&ground.at("file")), Err(WorkspaceError::NotAFolder { .. })));
    assert!(matches!(Workspace::open(&ground.at("none")), Err(WorkspaceError::Io { .. })));
}
