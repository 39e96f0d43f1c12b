//! Hurts the running product on a seeded plan, and checks a full history of what clients were told.
//!
//! Seed → [`plan::Plan`] → [`run`] → [`history`] → [`checks`] → [`verdict::Verdict`]. A plan is drawn from its seed alone,
//! so the same seed hurts the same things in the same order; the load and the machine's own timing differ each time.

pub mod chance;
pub mod checks;
pub mod clients;
pub mod cluster;
pub mod faults;
pub mod held;
pub mod history;
pub mod mounts;
pub mod plan;
#[cfg(any(test, feature = "planted"))]
pub mod planted;
pub mod recovery;
pub mod run;
mod search;
pub mod times;
pub mod verdict;
