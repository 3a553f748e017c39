//! The processes above this one, as `/proc` tells of them.

use std::fs;
use std::iter;
use std::path::Path;
use std::process;

use crate::apply::APPLYING_VARIABLE;

/// This process, then its parent and so on, up to but without the first of the machine.
pub(super) fn line_of_descent() -> impl Iterator<Item = u32> {
    line_from(process::id())
}

fn line_from(pid: u32) -> impl Iterator<Item = u32> {
    iter::successors(Some(pid), |pid| parent_of(*pid)).take_while(|pid| *pid > 1)
}

/// Whether a change that is being applied started `pid`: told by what it was started with, which it cannot unset.
pub(super) fn is_of_a_change(pid: u32) -> bool {
    let name = format!("{APPLYING_VARIABLE}=");
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(name.as_bytes()))
}

pub(super) fn is_alive(pid: u32) -> bool {
    fs::exists(format!("/proc/{pid}")).unwrap_or(false)
}

/// Whether `pid` stands above `below`.
pub(super) fn is_above(pid: u32, below: u32) -> bool {
    line_from(below).skip(1).any(|above| above == pid)
}

/// Whether `agent` itself called this hook: nothing stands between but the shell that was told to run it and nothing else.
pub(super) fn is_called_by(agent: u32) -> bool {
    let mut between = line_of_descent().skip(1).take_while(|pid| *pid != agent);
    is_above(agent, process::id()) && between.all(runs_only_a_hook)
}

/// `sh -c "plangate hook claude-code # plangate"`: one command, and no redirection by which a file speaks for the host.
fn runs_only_a_hook(pid: u32) -> bool {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<&[u8]> = line.strip_suffix(&[0]).unwrap_or(&line).split(|byte| *byte == 0).collect();
    matches!(words.as_slice(), [_, .., b"-c", command] if is_only_a_hook(&String::from_utf8_lossy(command)))
}

fn is_only_a_hook(command: &str) -> bool {
    let words = shell_words::split(command.split(" #").next().unwrap_or_default()).unwrap_or_default();
    let [program, hook, agent] = words.as_slice() else { return false };
    let is_plain = |word: &str| !word.contains(['|', '<', '>', ';', '&', '\n', '`', '$', '(']);
    hook == "hook" && is_plain(agent) && (is_plain(program) || Path::new(program).is_file())
}

/// The parent of a process as `/proc/PID/stat` tells it: the fourth field, counted after the name in parentheses.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_one_command_without_redirections() {
        for (command, only) in [
            ("/usr/bin/plangate hook claude-code # plangate", true),
            ("plangate hook claude-code", true),
            ("'/home/a b/plangate' hook claude-code # plangate", true),
            ("plangate hook claude-code < forged.json", false),
            ("plangate hook claude-code<forged.json", false),
            ("echo {} | plangate hook claude-code", false),
            ("true;plangate hook claude-code", false),
            ("eval 'plangate hook claude-code'", false),
            ("plangate hook claude-code\ntrue", false),
        ] {
            assert_eq!(is_only_a_hook(command), only, "{command}");
        }
    }

    #[test]
    fn what_stands_above_is_told_from_what_does_not() {
        let own = process::id();
        let parent = parent_of(own).expect("a test has a parent");
        assert!(is_above(parent, own) && !is_above(own, parent) && !is_above(own, own));
        assert!(is_alive(own) && !is_of_a_change(own));
    }
}
