//! Ranges of time, as queries name them.

use chrono::{Days, NaiveDate, TimeDelta};
use runtime::ApiError;

/// A range has at most so many days: two leap years.
const RANGE_DAYS_MAX: i64 = 732;

/// Refuses a range that ends before it begins, in which nothing could ever be: somebody took the one for the other.
pub(crate) fn in_order<T: PartialOrd>(from: Option<T>, to: Option<T>) -> Result<(), ApiError> {
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(ApiError::invalid_field("/to", "range", "Must not lie before `from`."));
    }
    Ok(())
}

/// The range, unless it is none or too long.
pub(crate) fn range(from: NaiveDate, to: NaiveDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
    in_order(Some(from), Some(to))?;
    if to - from > TimeDelta::days(RANGE_DAYS_MAX) {
        let last = from + Days::new(RANGE_DAYS_MAX.unsigned_abs());
        return Err(ApiError::invalid_field("/to", "range", format!("Must be {last} at the latest.")));
    }
    Ok((from, to))
}
