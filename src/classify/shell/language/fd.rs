//! The command that `fd` runs for what it finds.

use super::find::{may_end, unknown};
use crate::classify::shell::expand::{Arg, MayBeOption};
use crate::classify::shell::judge::{Judge, Ruling};
use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::Place;
use crate::classify::shell::table;

/// Where `fd` is told of the command that it runs for what it finds.
pub(in crate::classify::shell) fn command_at(args: &[Arg<'_>]) -> Option<usize> {
    args.iter().position(|arg| matches!(arg.exact(), Some("-x" | "-X" | "--exec" | "--exec-batch")))
}

/// Judges the command that `fd` runs, with what is found as a word about which nothing is known: some versions put no `./`
/// before the name.
pub(in crate::classify::shell) fn judge(
    judge: &mut Judge<'_>,
    before: &[Arg<'_>],
    command: &[Arg<'_>],
    span: Place,
) -> Ruling {
    const PLACES: [&str; 5] = ["{}", "{/}", "{//}", "{.}", "{/.}"];
    if let Some(arg) = command.iter().find(|arg| may_end(arg) || arg.exact() == Some(";")) {
        return Err(unknown(arg));
    }
    if let Some(arg) = before.iter().find(|arg| arg.exact().is_none() || table::path::may_reach_devices(&arg.text)) {
        return Err(Objection::new("shell.operand", "what is found there may be a device", arg.span));
    }
    let word = Arg { splits: false, ..Arg::unknown(span) };
    let mut inner: Vec<Arg<'_>> = command.iter().map(with_found).collect();
    if !command.iter().any(|arg| PLACES.iter().any(|place| arg.text.contains(place))) {
        inner.push(word);
    }
    if command.is_empty() {
        return Err(Objection::new("shell.option-missing", "the command for what is found is missing", span));
    }
    let (ground, fed) = (judge.ground, std::mem::take(&mut judge.fed));
    judge.ground = ground.elsewhere();
    judge.call(&inner, span);
    (judge.ground, judge.fed) = (ground, fed);
    Ok(())
}

/// `arg` with the first placeholder and what is behind it unknown.
fn with_found<'a>(arg: &Arg<'a>) -> Arg<'a> {
    match arg.text.find('{') {
        Some(at) => Arg { single: false, many: true, ..arg.cut(at, MayBeOption::Yes) },
        None => arg.clone(),
    }
}
