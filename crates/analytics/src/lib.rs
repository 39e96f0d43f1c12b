//! Worker: daily totals, streaks, weekly snapshots and the week clock.
