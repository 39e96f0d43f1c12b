//! How long and how large a run is.

use std::time::Duration;

/// How long and how large a run is.
#[derive(Clone, Debug)]
pub struct Plan {
    /// So often is each figure taken.
    pub rounds: u32,
    /// So long does each load last.
    pub lasts: Duration,
    /// So many commands are executed at once.
    pub at_once: Vec<usize>,
    /// So many people there are.
    pub people: u32,
    /// Loads of so many commands a second.
    pub rates: Vec<f64>,
    /// The log is grown to so many events, one after the other.
    pub events: Vec<u64>,
    /// The account whose queries are measured has so many goals …
    pub goals: u32,
    /// … with a log on each of so many days.
    pub days: u64,
}

impl Plan {
    /// What docs/performance.md tells: ten minutes or so.
    #[must_use]
    pub fn full() -> Self {
        Self {
            rounds: 5,
            lasts: Duration::from_secs(2),
            at_once: vec![1, 16, 64, 256],
            people: 64,
            rates: vec![1_000.0, 3_000.0],
            events: vec![0, 1_000_000],
            goals: 30,
            days: 3_652,
        }
    }

    /// What a reviewer runs: within three minutes.
    #[must_use]
    pub fn quick() -> Self {
        let lasts = Duration::from_millis(500);
        Self { rounds: 3, lasts, people: 32, events: vec![0, 100_000], days: 1_000, ..Self::full() }
    }

    /// What shows that everything still runs.
    #[must_use]
    pub fn tiny() -> Self {
        Self {
            rounds: 1,
            lasts: Duration::from_millis(50),
            at_once: vec![1, 4],
            people: 2,
            rates: vec![20.0],
            events: vec![0, 3_000],
            goals: 2,
            days: 30,
        }
    }
}
