//! Streaks in tables: the same however the events are cut into batches, and what a fold of all of them in memory makes.
//!
//! That the fold itself is right is held against the plain rules in `domain`; here it is whether a batch loads enough.

use analytics::streaks::Streaks;

use crate::cuts::rows_follow_however_events_are_cut;

#[test]
fn streaks_follow_from_the_events_alone_however_they_are_cut() {
    rows_follow_however_events_are_cut::<Streaks>();
}
