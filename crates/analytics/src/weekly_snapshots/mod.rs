//! Weekly snapshots: what each week comes to now, what it came to when it closed, and what was corrected in between.
//!
//! Only what a day comes to *now* is stored, and each change of a day that came after its week was over. What was known
//! when a week closed is the one without the other: each event carries the local day it was recorded on, and today's date
//! never goes back, so an event was recorded before the week's end exactly if that day is not after the week's last.

mod answer;
mod fold;
mod load;
mod memory;
mod rows;
mod source;
mod tables;
mod write;

pub use self::{
    answer::{GoalWeek, WEEK_CORRECTIONS_MAX, WeekDetails, WeekSnapshot, get_week, list_weeks},
    rows::{ClockState, ClosedWeek, Correction, GoalFacts, WeekRows},
    source::{Late, WeekSource},
    tables::Tables,
};
pub(crate) use self::{fold::fold, load::load, write::write};
