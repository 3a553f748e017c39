//! argv in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    // An agent waits for its hook at every call: the hook path parses no command line and no configuration.
    if args.next().is_some_and(|first| first == "hook") {
        let agent = args.next().unwrap_or_default();
        let is_help = |word: &std::ffi::OsString| word == "--help" || word == "-h";
        if !is_help(&agent) && !args.any(|word| is_help(&word)) {
            return ExitCode::from(plangate::ui::cli::hook::run(&agent.to_string_lossy()));
        }
    }
    ExitCode::from(plangate::ui::cli::run(std::env::args_os()))
}
