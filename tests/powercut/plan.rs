//! The plan that is applied while the power fails, and what each moment of it promises.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::{Value, json};

use super::recorder::Recording;

/// A proposal and the files that it makes: `None` for one that is gone afterwards.
pub(crate) struct Change {
    call: Value,
    pub(crate) makes: Vec<(String, Option<Vec<u8>>)>,
}

/// A plan of mixed changes and the workspace that it is for.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) base: BTreeMap<String, Vec<u8>>,
    pub(crate) changes: Vec<Change>,
    /// How many changes each approval takes.
    approvals: Vec<usize>,
    /// What is undone at the end, from 0 on.
    undone: Vec<usize>,
}

/// What a change was asked to do, at a moment of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Queue,
    Approve,
    Undo,
}

/// When a change was asked, and when the answer arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Promise {
    pub(crate) change: usize,
    pub(crate) asked: Asked,
    pub(crate) from: usize,
    pub(crate) answered: usize,
}

impl Scenario {
    /// Changes of every kind to `of_each` files each, and of `crowd` files in one folder.
    pub(crate) fn mixed(name: &'static str, of_each: usize, crowd: usize) -> Self {
        let mut scenario =
            Self { name, base: BTreeMap::new(), changes: Vec::new(), approvals: Vec::new(), undone: Vec::new() };
        for n in 0..of_each {
            scenario.edit(n);
            scenario.create(n);
            scenario.delete(n);
            scenario.rewrite(n);
            scenario.move_folder(n);
            // In the second approval with whatever else it takes.
            if n == 0 {
                (0..crowd).for_each(|n| scenario.overwrite(n));
            }
        }
        scenario.base.insert("untouched/a.txt".into(), b"nobody asked for me\n".to_vec());
        // A file that is made and changed again by the same plan.
        scenario.propose(
            json!({ "tool": "edit_file", "args":
                { "path": "new/0/deep.txt", "old_string": "first 0\nline", "new_string": "second 0\nline" } }),
            vec![("new/0/deep.txt".into(), Some(after_edit("first", "second", 0)))],
        );
        let all = scenario.changes.len();
        scenario.approvals = vec![3, all / 2, all - 3 - all / 2];
        scenario.undone = (1..all - 1).step_by(4).filter(|n| *n > 4).collect();
        scenario
    }

    fn propose(&mut self, call: Value, makes: Vec<(String, Option<Vec<u8>>)>) {
        self.changes.push(Change { call, makes });
    }

    fn edit(&mut self, n: usize) {
        let path = format!("edited/{n}.txt");
        self.base.insert(path.clone(), text("before", n));
        let args = json!({ "path": path, "old_string": format!("before {n}\nline"), "new_string": format!("after {n}\nline") });
        self.propose(
            json!({ "tool": "edit_file", "args": args }),
            vec![(path, Some(after_edit("before", "after", n)))],
        );
    }

    fn create(&mut self, n: usize) {
        let path = format!("new/{n}/deep.txt");
        let content = text("first", n);
        let args = json!({ "path": path, "content": String::from_utf8_lossy(&content) });
        self.propose(json!({ "tool": "write_file", "args": args }), vec![(path, Some(content))]);
    }

    fn delete(&mut self, n: usize) {
        let path = format!("deleted/{n}.txt");
        self.base.insert(path.clone(), text("going", n));
        self.propose(json!({ "tool": "delete_file", "args": { "path": path } }), vec![(path, None)]);
    }

    fn rewrite(&mut self, n: usize) {
        let path = format!("rewritten-{n}.txt");
        self.base.insert(path.clone(), text("old", 5 * (n % 4)));
        let content = text("newer", 4 * (n % 4) + 1);
        let args = json!({ "path": path, "content": String::from_utf8_lossy(&content) });
        self.propose(json!({ "tool": "write_file", "args": args }), vec![(path, Some(content))]);
    }

    fn overwrite(&mut self, n: usize) {
        let path = format!("crowd/{n}.txt");
        self.base.insert(path.clone(), text("one of many", n % 4));
        let content = text("another", n % 4 + 1);
        let args = json!({ "path": path, "content": String::from_utf8_lossy(&content) });
        self.propose(json!({ "tool": "write_file", "args": args }), vec![(path, Some(content))]);
    }

    fn move_folder(&mut self, n: usize) {
        let mut makes = Vec::new();
        for name in ["a.txt", "b/c.txt"] {
            let (from, to) = (format!("from-{n}/{name}"), format!("to-{n}/{name}"));
            self.base.insert(from.clone(), text("moving", n));
            makes.extend([(from, None), (to, Some(text("moving", n)))]);
        }
        let args = json!({ "from": format!("from-{n}"), "to": format!("to-{n}") });
        self.propose(json!({ "tool": "move_file", "args": args }), makes);
    }

    /// Every content that a path may have at any time, absence included.
    pub(crate) fn possible(&self, path: &str) -> BTreeSet<Option<&[u8]>> {
        let made = self.changes.iter().flat_map(|change| &change.makes).filter(|(made, _)| made == path);
        let mut possible: BTreeSet<_> = made.map(|(_, content)| content.as_deref()).collect();
        possible.insert(self.base.get(path).map(Vec::as_slice));
        possible
    }

    /// Every path that exists at some time.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        let made = self.changes.iter().flat_map(|change| &change.makes).map(|(path, _)| path.as_str());
        self.base.keys().map(String::as_str).chain(made).collect()
    }

    /// The files when the changes for which `applied` holds are on disk.
    pub(crate) fn files(&self, applied: impl Fn(usize) -> bool) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.base.clone();
        for (_, change) in self.changes.iter().enumerate().filter(|(n, _)| applied(*n)) {
            for (path, content) in &change.makes {
                match content {
                    Some(content) => files.insert(path.clone(), content.clone()),
                    None => files.remove(path),
                };
            }
        }
        files
    }

    /// Writes the files as they are before the plan.
    pub(crate) fn lay_out(&self, folder: &Path) {
        for (path, content) in &self.base {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("room on the disk");
            fs::write(&path, content).expect("room on the disk");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode(&path))).expect("ours");
        }
    }

    /// Proposes, approves in parts and undoes a part; returns what was promised when.
    pub(crate) fn run(&self, program: &Program, token: &str, disk: &Recording) -> Vec<Promise> {
        let mut promises = self.propose_all(program, disk);
        // Only what was shown in full can be approved.
        assert!(program.run(["show-plan"]).status.success());
        let mut first = 0;
        for count in &self.approvals {
            let range: Vec<usize> = (first..first + count).collect();
            promises.extend(decide(program, token, disk, "approve", &range));
            first += count;
        }
        promises.extend(decide(program, token, disk, "undo", &self.undone));
        promises
    }

    fn propose_all(&self, program: &Program, disk: &Recording) -> Vec<Promise> {
        let mut child = program.command().arg("intercept").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let child = child.as_mut().expect("the program starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut promises = Vec::new();
        for (n, change) in self.changes.iter().enumerate() {
            let from = disk.now();
            let mut call = change.call.clone();
            call["id"] = json!(n);
            writeln!(stdin, "{call}").expect("the interceptor listens");
            let mut reply = String::new();
            stdout.read_line(&mut reply).expect("the interceptor answers");
            assert!(reply.contains("\"queued\""), "{reply}");
            promises.push(Promise { change: n, asked: Asked::Queue, from, answered: disk.now() });
        }
        drop(stdin);
        child.wait().expect("the interceptor ends");
        promises
    }
}

fn decide(program: &Program, token: &str, disk: &Recording, what: &str, changes: &[usize]) -> Vec<Promise> {
    let ids = changes.iter().map(|n| format!("c{}", n + 1));
    let from = disk.now();
    let ran = program.run_with_token(token, [what, "--yes"].into_iter().map(String::from).chain(ids));
    let answered = disk.now();
    assert!(ran.status.success(), "{what}: {ran:?}");
    let asked = if what == "undo" { Asked::Undo } else { Asked::Approve };
    changes.iter().map(|&change| Promise { change, asked, from, answered }).collect()
}

/// What an edit of the whole first line makes of a text.
fn after_edit(old: &str, new: &str, n: usize) -> Vec<u8> {
    let before = String::from_utf8(text(old, n)).expect("it is text");
    before.replacen(&format!("{old} {n}"), &format!("{new} {n}"), 1).into_bytes()
}

/// The permission bits that a file has before and after.
pub(crate) fn mode(path: &Path) -> u32 {
    if path.to_string_lossy().contains("rewritten") { 0o750 } else { 0o644 }
}

/// About a page of text for small `n`, more for a larger one.
pub(crate) fn text(word: &str, n: usize) -> Vec<u8> {
    let mut text = format!("{word} {n}\n");
    for line in 0..20 + 10 * n {
        // Alike in the versions of a file, so that its diff is short, but for some of each block of the disk.
        let word = if line % 16 == 0 { word } else { "as" };
        text.extend(["line ", &line.to_string(), ", ", word, " long as lines are\n"]);
    }
    text.into_bytes()
}

/// The real program for a workspace and a data folder on one disk.
pub(crate) struct Program {
    folder: PathBuf,
}

impl Program {
    /// For `ws` and `home` below `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.join("ws")
    }

    fn environment(&self) -> [(&'static str, PathBuf); 3] {
        [("PLANGATE_HOME", self.folder.join("home")), ("HOME", self.folder.clone()), ("PATH", "/usr/bin:/bin".into())]
    }

    /// `PLANGATE_UNDER_TEST` names another build of the program.
    fn path() -> String {
        std::env::var("PLANGATE_UNDER_TEST").unwrap_or_else(|_| env!("CARGO_BIN_EXE_plangate").to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(Self::path());
        command.env_clear().envs(self.environment()).current_dir(self.workspace()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<const N: usize>(&self, args: [&str; N]) -> Output {
        self.command().args(args).output().expect("the program starts")
    }

    fn run_with_token(&self, token: &str, args: impl Iterator<Item = String>) -> Output {
        self.command().env("PLANGATE_APPROVAL", token).args(args).output().expect("the program starts")
    }

    /// A token that a person makes at a terminal.
    pub(crate) fn token(&self) -> String {
        let pty = native_pty_system().openpty(PtySize::default()).expect("a pseudo-terminal can be opened");
        let mut command = CommandBuilder::new(Self::path());
        command.args(["token", "new", "--yes"]);
        command.env_clear();
        command.env("TERM", "dumb");
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.cwd(self.workspace());
        let mut child = pty.slave.spawn_command(command).expect("the program starts");
        drop(pty.slave);
        let mut screen = Vec::new();
        // The terminal of an ended program reports an error instead of its end.
        let _ = pty.master.try_clone_reader().expect("the terminal can be read").read_to_end(&mut screen);
        child.wait().expect("the program ends");
        let screen = String::from_utf8_lossy(&screen).into_owned();
        screen.lines().last().expect("the token stands on the last line").trim().to_owned()
    }
}
