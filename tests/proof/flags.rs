//! The options that the installed programs tell of themselves.

use std::process::{Command, Stdio};

use plangate::classify::shell::Row;

/// The options that `program` names when it is asked for help, each as `-x` or `--long`, with `=` at the end when it
/// takes a value; none when it is not installed.
fn ask(program: &str, arguments: &[&str]) -> Vec<String> {
    let output = Command::new("timeout")
        .args(["-k", "1", "3", program])
        .args(arguments)
        .env("PAGER", "cat")
        .env("MANPAGER", "cat")
        .env("GIT_PAGER", "cat")
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else { return Vec::new() };
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    named_in(&text)
}

/// Everything in a help text that looks like an option.
fn named_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "[]()|,;`'\"<>".contains(c)) {
        let word = word.trim_end_matches(['.', ':', ')', '?']);
        let (name, valued) = word.split_once('=').map_or((word, false), |(name, _)| (name, true));
        let bare = name.trim_start_matches('-');
        let dashes = name.len() - bare.len();
        let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !bare.is_empty();
        if plain && (dashes == 1 || dashes == 2) && bare.len() < 30 {
            found.push(format!("{name}{}", if valued { "=" } else { "" }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Programs whose answer to `--help` is not worth what asking does.
const MUTE: &[&str] = &[
    "top",
    "htop",
    "watch",
    "bash",
    "sh",
    "zsh",
    "dash",
    "yes",
    "cat",
    "docker",
    "systemctl",
    "telnet",
    "gcloud",
    "az",
    "aws",
    "java",
    "kubectl",
    "terraform",
];

/// Programs whose subcommands are asked too, with the option that makes them tell.
const TALKATIVE: &[(&str, &str)] = &[("git", "-h"), ("cargo", "--help"), ("go", "-h"), ("ip", "help")];

/// The options of an installed program and, for some, of its subcommands.
pub(crate) fn of(program: &str, row: &Row<'_>) -> Vec<String> {
    let mut found = if MUTE.contains(&program) { Vec::new() } else { ask(program, &["--help"]) };
    let help = TALKATIVE.iter().find(|(name, _)| *name == program);
    for subcommand in row.subcommands.iter().flat_map(|row| row.name.split('|')) {
        found.extend(help.map(|(_, help)| ask(program, &[subcommand, help])).unwrap_or_default());
    }
    found.sort_unstable();
    found.dedup();
    found
}
