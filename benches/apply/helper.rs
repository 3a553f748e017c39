//! What this program does when it runs itself, and the real program beside it.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use plangate::apply::{Applier, Options};
use plangate::model::SessionId;
use plangate::queue::{Consent, PendingPlanManager, Selection};

use super::scene::Scene;

/// Approves and applies the open plan of the data folder and workspace that are named next.
const APPLY: &str = "--apply-plan";
/// Runs the program that is named next with the words after it, and prints the most memory that it held, in KiB.
const PEAK: &str = "--peak-of";

const BUILT: &str = env!("CARGO_BIN_EXE_plangate");

/// Does what the first argument says; `None` when it asks for nothing.
pub(crate) fn run(mut args: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    match args.next()?.to_str()? {
        APPLY => apply(Path::new(&args.next()?), Path::new(&args.next()?)),
        PEAK => {
            let mut child = Command::new(args.next()?);
            let status = child.args(args).stdout(Stdio::null()).status().expect("the program can be started");
            assert!(status.success(), "{child:?} failed");
            println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system tells it").max_rss());
        }
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

fn apply(home: &Path, root: &Path) {
    let manager = PendingPlanManager::open(home).expect("the store can be opened");
    let session = manager.open_session(&SessionId::from("bench"), root).expect("the session is there");
    let consent = Consent::by_person("bench").even_unseen();
    let approved = manager.approve(&session, &Selection::All, &consent).expect("it can be approved");
    let applier = Applier::new(manager.store(), chrono::Utc::now, Options::default());
    let report = applier.apply(approved, &mut |_| {}).expect("it can be applied");
    assert!(report.is_complete(), "something was not applied");
}

/// This program as one that approves and applies the plan of a scene.
pub(crate) fn applying(scene: &Scene) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program is a file"));
    command.arg(APPLY).arg(scene.home()).arg(scene.tree()).stdin(Stdio::null());
    command
}

/// The real program in the tree of a scene, as a person with that token gives it a command.
pub(crate) fn typed(scene: &Scene, token: &str, command: &[&str]) -> Command {
    let mut program = Command::new(BUILT);
    program.args(command).current_dir(scene.tree()).stdin(Stdio::null()).stdout(Stdio::null());
    program.env("PLANGATE_HOME", scene.home()).env("PLANGATE_APPROVAL", token).env_remove("PLANGATE_SESSION");
    program
}

/// The most memory in bytes that the real program holds when it does that.
pub(crate) fn peak_of(scene: &Scene, token: &str, command: &[&str]) -> usize {
    let typed = typed(scene, token, command);
    let mut helper = Command::new(std::env::current_exe().expect("this program is a file"));
    helper.arg(PEAK).arg(typed.get_program()).args(typed.get_args()).current_dir(scene.tree()).stdin(Stdio::null());
    for (name, value) in typed.get_envs() {
        match value {
            Some(value) => helper.env(name, value),
            None => helper.env_remove(name),
        };
    }
    let output = helper.output().expect("this program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kib: usize = String::from_utf8_lossy(&output.stdout).trim().parse().expect("it prints a number");
    kib << 10
}
