//! Streaks: kept by what changed, told for any day from what is stored. The rules are in `docs/streaks.md`.

mod change;
mod judge;
pub mod plain;
mod rules;
mod runs;
mod standing;
mod state;

pub use self::{
    change::{Cause, Change, Moment, Outcome, StreakChange},
    rules::GoalRules,
    runs::{Run, Runs},
    standing::{Due, Lapse, Lengths, Longest, Standing, StreakFigures},
    state::StreakState,
};
