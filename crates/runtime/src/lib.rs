//! What every service shares at boot: configuration, telemetry, pools, clock and ids, health, shutdown, the HTTP error.

mod clock;
pub mod config;
pub mod http;
pub mod problem;

pub use clock::{RandomIds, SystemClock};
pub use problem::{ApiError, FieldError, Problem, ProblemKind};
