//! The read models of the analytics worker: their rows by random histories, and what queries say of them.

mod daily_totals;
#[path = "../../../read-models/tests/it/folding.rs"]
mod folding;
#[path = "../../../read-models/tests/it/histories.rs"]
mod histories;
mod streaks;
