//! Chance that repeats itself: every number is a function of a key, never of what was drawn before elsewhere.

use crate::uuid::Uuid;

/// A generator in the manner of SplitMix64: small, quick and the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

/// Mixes one word so that near keys give far results (SplitMix64's finaliser).
pub(crate) fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Folds several words into one key.
pub(crate) fn key(parts: &[u64]) -> u64 {
    parts.iter().fold(0x5EED, |state, part| mix(state ^ mix(*part)))
}

/// The key of a text, for things that are named rather than numbered.
pub(crate) fn key_of_text(seed: u64, text: &str) -> u64 {
    text.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)))
}

impl Rng {
    /// Starts at a key.
    pub(crate) fn new(key: u64) -> Self {
        Self(key)
    }

    /// Draws 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let drawn = mix(self.0);
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        drawn
    }

    /// Draws a number from `low` up to and including `high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1).max(1) as u64;
        low + (self.bits() % span) as i64
    }

    /// Draws a fraction in `0.0..1.0`.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Says yes with the given probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Draws a waiting time with the given mean: many short, few long, as queues have them.
    pub(crate) fn waiting(&mut self, mean_ms: i64, most_ms: i64) -> i64 {
        let drawn = -(1.0 - self.fraction()).ln() * mean_ms as f64;
        (drawn as i64).clamp(0, most_ms)
    }

    /// Picks one of a list, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.bits() % list.len() as u64) as usize]
    }

    /// Picks an index by weight.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        let mut at = self.bits() % total.max(1);
        for (index, weight) in weights.iter().enumerate() {
            if at < u64::from(*weight) {
                return index;
            }
            at -= u64::from(*weight);
        }
        0
    }

    /// Draws a version 4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        Uuid::from_halves(self.bits(), self.bits())
    }
}
