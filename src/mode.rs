//! What each regime means for an agent, in the words it is told. Pure text: the mode itself lives in the store and is
//! looked up there at every call.

use crate::model::Mode;

/// What holds in a mode, told to an agent when it begins and whenever it has to be told again.
pub fn instruction(mode: Mode) -> &'static str {
    match mode {
        Mode::Build => "You may now make changes; the permissions of your own host hold.",
        Mode::Plan => {
            "Plan mode is on. Reads run as always. Every write (file, command with side effects, tool call that changes \
             something) is intercepted and queued for the person's approval: it is answered with \"[PLAN MODE] Change \
             queued for approval\" and is not on disk until they approve. Treat a queued write as done: do not retry it, do \
             not verify it, do not look for another way to write. Your read tool shows queued files as they will be. To \
             change a queued file again, read it and edit the copy that the read names, or write the whole file anew. Ask before you guess, say why for each change, and end \
             by telling the person that the plan is ready. Only they can approve it or switch the mode."
        }
        Mode::Review => "Review mode is on: you may read; every write is denied.",
        Mode::Debug => "Debug mode is on: you may read and run tests, lints and builds; other writes are denied.",
    }
}

/// One line that keeps the mode in mind; `None` where nothing is restricted.
pub fn reminder(mode: Mode, pending: usize) -> Option<String> {
    match mode {
        Mode::Build => None,
        Mode::Plan => Some(format!(
            "[plangate] Plan mode is on: writes are queued, {pending} waiting for the person's approval. Nothing is on disk \
             until they approve."
        )),
        Mode::Review | Mode::Debug => Some(format!("[plangate] {}", instruction(mode))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_restricting_mode_reminds_and_build_does_not() {
        for mode in Mode::ALL {
            assert_eq!(reminder(mode, 2).is_some(), mode != Mode::Build, "{mode}");
        }
    }
}
