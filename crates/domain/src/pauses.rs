//! Ranges of days: what a pause names, and the sets that pauses add up to.

use chrono::{Days, NaiveDate};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values;

/// Days that follow each other, as a pause names them: both ends included.
///
/// The event fields of `GoalPaused` and `GoalResumed`, and the body of their commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DayRange {
    /// The first day.
    #[garde(custom(values::date))]
    pub first: NaiveDate,
    /// The last day; without it, the range has no end.
    #[garde(custom(values::given(values::date)), custom(not_before(&self.first)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<NaiveDate>,
}

/// A set of days, as few ranges: disjoint, not adjacent, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DaySet {
    ranges: Vec<DayRange>,
}

impl DayRange {
    /// From `first` to `last`.
    pub const fn new(first: NaiveDate, last: NaiveDate) -> Self {
        Self { first, last: Some(last) }
    }

    /// `first` and every day after it.
    pub const fn since(first: NaiveDate) -> Self {
        Self { first, last: None }
    }

    /// Whether `day` is one of them.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.end()
    }

    /// Whether any day is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.first <= other.end() && other.first <= self.end()
    }

    /// The last day there is.
    pub(crate) fn end(&self) -> NaiveDate {
        self.last.unwrap_or(NaiveDate::MAX)
    }

    /// What is left of it before the other range, and after it.
    fn without(self, other: &Self) -> impl Iterator<Item = Self> {
        let before = Self { first: self.first, last: Some(self.end().min(eve(other.first))) };
        let after = other.last.map(|last| Self { first: self.first.max(morrow(last)), last: self.last });
        [Some(before), after].into_iter().flatten().filter(|rest| rest.first <= rest.end())
    }
}

impl DaySet {
    /// Its ranges, in order.
    pub fn ranges(&self) -> &[DayRange] {
        &self.ranges
    }

    /// Whether `day` is in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.around(day).is_some()
    }

    /// The whole range that `day` is in.
    pub fn around(&self, day: NaiveDate) -> Option<DayRange> {
        let later = self.ranges.partition_point(|range| range.first <= day);
        self.ranges[..later].last().copied().filter(|range| range.contains(day))
    }

    /// Puts `days` in.
    pub fn add(&mut self, days: DayRange) {
        let touches = |range: &DayRange| range.first <= morrow(days.end()) && days.first <= morrow(range.end());
        let merged = self.ranges.iter().filter(|range| touches(range)).fold(days, |merged, range| DayRange {
            first: merged.first.min(range.first),
            last: merged.last.zip(range.last).map(|(one, other)| one.max(other)),
        });
        self.ranges.retain(|range| !touches(range));
        let at = self.ranges.partition_point(|range| range.first < merged.first);
        self.ranges.insert(at, merged);
    }

    /// Takes `days` out.
    pub fn remove(&mut self, days: DayRange) {
        self.ranges = self.ranges.iter().flat_map(|range| range.without(&days)).collect();
    }

    /// Those of `days` that are not in it: what adding them would change, and undoing that takes out again.
    pub fn missing(&self, days: DayRange) -> Vec<DayRange> {
        let mut rest = Self { ranges: vec![days] };
        self.ranges.iter().for_each(|range| rest.remove(*range));
        rest.ranges
    }

    /// Those of `days` that are in it: what removing them would change, and undoing that puts in again.
    pub fn present(&self, days: DayRange) -> Vec<DayRange> {
        let mut outside = Self { ranges: vec![days] };
        self.ranges.iter().for_each(|range| outside.remove(*range));
        let mut inside = Self { ranges: vec![days] };
        outside.ranges.iter().for_each(|range| inside.remove(*range));
        inside.ranges
    }
}

/// Held by a range's end.
fn not_before<C>(first: &NaiveDate) -> impl FnOnce(&Option<NaiveDate>, &C) -> garde::Result {
    move |last, _| {
        if last.is_some_and(|last| last < *first) {
            return Err(garde::Error::new("must not lie before the first day"));
        }
        Ok(())
    }
}

/// The day before; the calendar's first day has none but itself.
pub(crate) fn eve(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN)
}

/// The day after; the calendar's last day has none but itself.
pub(crate) fn morrow(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}
