//! Ranges of days, as queries name them.

use chrono::{Days, NaiveDate, TimeDelta};
use runtime::ApiError;

/// A range has at most so many days: two leap years.
const RANGE_DAYS_MAX: i64 = 732;

/// The range, unless it is none or too long.
pub(crate) fn range(from: NaiveDate, to: NaiveDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
    if to < from {
        return Err(ApiError::invalid_field("/to", "range", "Must not lie before `from`."));
    }
    if to - from > TimeDelta::days(RANGE_DAYS_MAX) {
        let last = from + Days::new(RANGE_DAYS_MAX.unsigned_abs());
        return Err(ApiError::invalid_field("/to", "range", format!("Must be {last} at the latest.")));
    }
    Ok((from, to))
}
