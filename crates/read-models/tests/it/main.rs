//! The read models of the projector: their rows by random histories, and what queries say of them.
#![expect(clippy::disallowed_methods, reason = "nobody gives a test up and goes on with its connections")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

mod folding;
mod histories;
mod members;
mod queries;
mod rows;
mod tables;
