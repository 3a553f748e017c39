//! What has happened is recorded even where the store cannot take it at once: its disk is full, or failed for a moment.

use std::thread;
use std::time::{Duration, Instant};

use super::cancel::Cancel;
use crate::store::StoreError;

/// How long it is tried.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited in between.
const PAUSE: Duration = Duration::from_millis(200);

/// Records by `record`, again and again while that may help. A transaction whose commit failed is overwritten in the store's
/// log by the next one, so none is done twice. `waiting` is called before each new trial.
pub(super) fn until_recorded<T>(
    cancel: &Cancel,
    waiting: &mut dyn FnMut(&StoreError),
    mut record: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match record() {
            Err(error) if error.may_pass() && !cancel.is_asked() && Instant::now() < end => {
                waiting(&error);
                thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> StoreError {
        StoreError::Busy { waited: Duration::ZERO }
    }

    #[test]
    fn what_the_store_cannot_take_now_is_recorded_when_it_can() {
        let (mut trials, mut waits) = (0, 0);
        let recorded = until_recorded(&Cancel::default(), &mut |_| waits += 1, || {
            trials += 1;
            if trials < 3 { Err(busy()) } else { Ok(trials) }
        });
        assert_eq!((recorded.expect("recorded"), waits), (3, 2));
    }

    #[test]
    fn what_the_store_refuses_and_what_the_person_stops_is_not_tried_again() {
        let mut trials = 0;
        let mut refuse = || {
            trials += 1;
            Err::<(), _>(StoreError::Abandoned)
        };
        let refused = until_recorded(&Cancel::default(), &mut |_| {}, &mut refuse);
        assert!(matches!(refused, Err(StoreError::Abandoned)));
        assert_eq!(trials, 1);
        let cancel = Cancel::default();
        cancel.ask();
        let mut waits = 0;
        let stopped = until_recorded(&cancel, &mut |_| waits += 1, || Err::<(), _>(busy()));
        assert!(matches!(stopped, Err(StoreError::Busy { .. })));
        assert_eq!(waits, 0);
    }
}
