//! The rows of a long answer are parsed by another thread while more of them are read.

use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread;

use super::StoreError;

/// So many rows go to the other thread at a time; for fewer there is none.
const TOGETHER: usize = 128;

/// So many lots wait for the other thread at most.
const LOTS_AHEAD: usize = 8;

/// A row as it was read, its texts not understood yet.
pub(super) trait Raw: Send {
    /// What it says.
    type Parsed: Send;

    /// Understands it.
    fn parsed(self) -> Result<Self::Parsed, StoreError>;
}

/// What all rows say, in their order.
pub(super) fn all_parsed<R: Raw>(
    rows: impl Iterator<Item = Result<R, rusqlite::Error>>,
) -> Result<Vec<R::Parsed>, StoreError> {
    let mut rows = rows.fuse();
    let mut lot = next_lot(&mut rows)?;
    if lot.len() < TOGETHER {
        return lot.into_iter().map(R::parsed).collect();
    }
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<R>>(LOTS_AHEAD);
        let parse = move || receiver.into_iter().flatten().map(R::parsed).collect();
        let Ok(parser) = thread::Builder::new().spawn_scoped(scope, parse) else {
            // Where there may be no more threads, it is done here.
            return lot.into_iter().map(Ok).chain(rows).map(|raw| raw?.parsed()).collect();
        };
        while !lot.is_empty() && sender.send(lot).is_ok() {
            lot = next_lot(&mut rows)?;
        }
        drop(sender);
        parser.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn next_lot<R>(rows: &mut impl Iterator<Item = Result<R, rusqlite::Error>>) -> Result<Vec<R>, rusqlite::Error> {
    rows.take(TOGETHER).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::column;

    struct Text(String);

    impl Raw for Text {
        type Parsed = usize;

        fn parsed(self) -> Result<usize, StoreError> {
            self.0.parse().map_err(|error| column::bad("number", &error))
        }
    }

    fn parsed(texts: impl Iterator<Item = String>) -> Result<Vec<usize>, StoreError> {
        all_parsed(texts.map(|text| Ok(Text(text))))
    }

    #[test]
    fn rows_are_parsed_in_their_order_however_many_there_are() {
        for length in [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 1_000] {
            let found = parsed((0..length).map(|n| n.to_string())).expect("all are numbers");
            assert_eq!(found, (0..length).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_row_that_cannot_be_understood_or_read_is_an_error_wherever_it_stands() {
        for place in [0, TOGETHER, 999] {
            let broken = (0..1_000).map(|n| if n == place { "none".to_owned() } else { n.to_string() });
            assert!(matches!(parsed(broken), Err(StoreError::BadRow { what: "number", .. })));
            let unread = (0..1_000)
                .map(|n| if n == place { Err(rusqlite::Error::InvalidQuery) } else { Ok(Text(n.to_string())) });
            assert!(matches!(all_parsed(unread), Err(StoreError::Sqlite(_))));
        }
    }
}
