//! Intervals, days and zones: reckoned here, told by the host.

use serde::{Deserialize, Serialize};

/// From one instant to another, the end not included. Milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The first millisecond.
    pub from: i64,
    /// The millisecond after the last.
    pub to: i64,
}
