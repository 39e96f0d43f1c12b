//! The read models of the analytics worker: their rows by random histories, and what queries say of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

mod cuts;
mod daily_totals;
mod diary;
mod figures;
mod streaks;
#[path = "../../../read-models/tests/it/tables.rs"]
mod tables;
mod weekly_snapshots;
