//! Chance that can be repeated.

/// A stream of numbers that its seed decides: splitmix64 of Steele, Lea and Flood, 2014.
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of the `n`-th batch of a run.
    pub(crate) fn new(seed: u64, n: u64) -> Self {
        let mut dice = Self(seed ^ n.wrapping_mul(0xD1B5_4A32_D192_ED03));
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    #[expect(clippy::cast_possible_truncation, reason = "the rest of a division by a usize is one")]
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True once in `n` times.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
