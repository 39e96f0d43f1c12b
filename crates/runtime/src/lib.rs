//! What every service shares at boot: configuration, telemetry, pools, clock and ids, health, shutdown, the HTTP error.

pub mod problem;

pub use problem::{ApiError, FieldError, Problem, ProblemKind};
