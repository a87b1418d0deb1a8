//! Chance from a seed: jitter and names, nothing that must be hard to guess.

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, every seed is a good one.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `max`, both included.
    pub(crate) fn up_to(&mut self, max: u64) -> u64 {
        // The bias of the remainder is below 2^-40 for every wait that occurs here.
        match max.checked_add(1) {
            Some(span) => self.next() % span,
            None => self.next(),
        }
    }

    /// 32 hexadecimal digits.
    pub(crate) fn name(&mut self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }
}
