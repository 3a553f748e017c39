//! What this program does when it runs itself.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use plangate::apply::{Applier, Options};
use plangate::model::SessionId;
use plangate::queue::{Consent, PendingPlanManager, Selection};

use super::scene::Scene;

/// Approves and applies the open plan of the data folder and workspace that are named next, and prints the most memory
/// that this process held, in KiB.
const APPLY: &str = "--apply-plan";

/// Does what the first argument says; `None` when it asks for nothing.
pub(crate) fn run(mut args: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    if args.next()? != APPLY {
        return None;
    }
    let (home, root) = (args.next()?, args.next()?);
    let manager = PendingPlanManager::open(Path::new(&home)).expect("the store can be opened");
    let session = manager.open_session(&SessionId::from("bench"), Path::new(&root)).expect("the session is there");
    let consent = Consent::by_person("bench").even_unseen();
    let approved = manager.approve(&session, &Selection::All, &consent).expect("it can be approved");
    let applier = Applier::new(manager.store(), chrono::Utc::now, Options::default());
    let report = applier.apply(approved, &mut |_| {}).expect("it can be applied");
    assert!(report.is_complete(), "something was not applied");
    println!("{}", peak_memory());
    Some(ExitCode::SUCCESS)
}

/// This program as one that approves and applies the plan of a scene.
pub(crate) fn applying(scene: &Scene) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program is a file"));
    command.arg(APPLY).arg(scene.home()).arg(scene.tree()).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// The most memory that this process held so far, in KiB.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("`/proc` is mounted");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it names the peak");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}
