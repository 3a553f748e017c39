//! `demo`: the whole path on a throw-away project.

mod agent;
mod narrator;
mod project;
mod script;
mod story;

use std::io::{self, IsTerminal, Write};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use self::narrator::Narrator;
use self::project::ThrowAway;
use self::story::Story;
use super::{CommandError, Exit};
use crate::ui::consent::Channel;

/// Show the whole path on a throw-away project with a scripted agent.
///
/// At a terminal you type the decisions; piped, the demo plays them.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, CommandError> {
        let typed = io::stdin().is_terminal() && io::stdout().is_terminal();
        let channel = if typed { Channel::DemoTyped } else { Channel::DemoPlayed };
        let place = ThrowAway::make()?;
        sweep_when_stopped(&place)?;
        let folder = place.folder().to_owned();
        let told = Story::new(place, channel, Narrator::new(out)).tell();
        // The story has ended, and the place in which it played went with it.
        let exit = told?;
        writeln!(out, "\n    {} is removed; nothing else was touched.", folder.display())?;
        Ok(exit)
    }
}

/// Sees to it that a person who stops the demo leaves nothing behind either.
fn sweep_when_stopped(place: &ThrowAway) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let folder = place.folder().to_owned();
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _ = std::fs::remove_dir_all(folder);
            // What shells say of a program that a signal ended.
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}
