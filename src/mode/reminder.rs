//! Which of the person's turns reminds an agent of the mode, and how.

/// How many reminders of one line stand between two with the full instructions.
const LINES_BETWEEN: u32 = 4;

/// What an agent is reminded with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// The whole instructions.
    Full,
    /// One line.
    Line,
}

/// The reminder of the person's turn `turn`, counted from 1 since the mode began; one comes every `every` turns, and
/// none if `every` is 0. The 1st, 6th, 11th, ... reminder is the full one. What the agent does in between counts nothing.
pub fn due(turn: u32, every: u32) -> Option<Reminder> {
    let number = turn.checked_sub(1).filter(|before| before.checked_rem(every) == Some(0))? / every;
    Some(if number.is_multiple_of(LINES_BETWEEN + 1) { Reminder::Full } else { Reminder::Line })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(every: u32, wanted: Reminder) -> Vec<u32> {
        (0..=22).filter(|turn| due(*turn, every) == Some(wanted)).collect()
    }

    #[test]
    fn the_first_sixth_and_eleventh_reminder_are_full() {
        assert_eq!(turns(1, Reminder::Full), [1, 6, 11, 16, 21]);
        assert_eq!(turns(1, Reminder::Line).len(), 22 - 5);
    }

    #[test]
    fn a_reminder_every_few_turns_is_full_as_seldom() {
        assert_eq!(turns(3, Reminder::Full), [1, 16]);
        assert_eq!(turns(3, Reminder::Line), [4, 7, 10, 13, 19, 22]);
        assert_eq!(turns(0, Reminder::Full), [0; 0]);
    }
}
