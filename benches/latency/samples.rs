//! Times of many runs of one thing.

use std::time::Duration;

/// Times of many runs of one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn push(&mut self, sample: Duration) {
        let place = self.0.partition_point(|known| *known < sample);
        self.0.insert(place, sample);
    }

    /// The time that half of the runs stayed below.
    pub(crate) fn median(&self) -> Duration {
        self.at(50)
    }

    /// The time that all but one run in a hundred stayed below.
    pub(crate) fn p99(&self) -> Duration {
        self.at(99)
    }

    /// The shortest and the longest time.
    pub(crate) fn shortest(&self) -> Duration {
        self.0.first().copied().unwrap_or_default()
    }

    pub(crate) fn longest(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }

    fn at(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }
}

/// Milliseconds with the digits that matter.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// How many times as long `time` is as `yardstick`.
pub(crate) fn times(time: Duration, yardstick: Duration) -> f64 {
    time.as_secs_f64() / yardstick.as_secs_f64()
}
