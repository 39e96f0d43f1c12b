//! The changes of a streak as their table keeps them: some to a row, and tight, for there is one with nearly every log.
//!
//! A row holds changes one after the other in the format of [`postcard`], so that another is added to it without reading
//! it, and the same changes are the same bytes whichever batches they came in.

use chrono::{DateTime, NaiveDate, Utc, serde::ts_microseconds};
use domain::{
    EventId, Week,
    schedule::Unit,
    streaks::{Cause, Longest, Run, StreakChange, StreakFigures},
};
use serde::{Deserialize, Serialize};

use super::NumberedChange;

/// So many changes has a row: about a kilobyte, so that some rows share a page, and another change is cheap to add.
const CHANGES_A_ROW: i32 = 16;

/// A change, and when its event was recorded.
#[derive(Serialize, Deserialize)]
struct KeptChange {
    #[serde(with = "ts_microseconds")]
    recorded_at: DateTime<Utc>,
    cause: KeptCause,
    before: KeptFigures,
    after: KeptFigures,
    removed: Vec<KeptRun>,
    added: Vec<KeptRun>,
}

#[derive(Serialize, Deserialize)]
enum KeptCause {
    Event(EventId),
    Missed(KeptDay, KeptDay),
}

/// Unit, current, since, and the longest in days and in weeks.
type KeptFigures = (Unit, u32, Option<KeptDay>, u32, u32);

/// Unit, first, last, length.
type KeptRun = (Unit, KeptDay, KeptDay, u32);

/// A day, by its number since 1970.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(into = "i32", try_from = "i32")]
struct KeptDay(NaiveDate);

/// Which row has the change of this number.
pub(super) const fn row_of(number: i32) -> i32 {
    number / CHANGES_A_ROW
}

/// So many rows, from that of a change backwards, have so many changes before it.
pub(super) fn rows_of(changes: i64) -> i64 {
    changes / i64::from(CHANGES_A_ROW) + 2
}

/// Adds a change to what its row has.
pub(super) fn append(row: &mut Vec<u8>, new: &NumberedChange) -> Result<(), sqlx::Error> {
    postcard::to_io(&KeptChange::from(new), row).map(drop).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// The changes of a row, in order.
pub(super) fn changes_of(row: i32, mut rest: &[u8]) -> Result<Vec<NumberedChange>, sqlx::Error> {
    let mut changes = vec![];
    for number in row * CHANGES_A_ROW.. {
        if rest.is_empty() {
            break;
        }
        let (kept, after): (KeptChange, _) =
            postcard::take_from_bytes(rest).map_err(|error| sqlx::Error::Decode(error.into()))?;
        changes.push(NumberedChange { number, recorded_at: kept.recorded_at, change: kept.into() });
        rest = after;
    }
    Ok(changes)
}

impl From<&NumberedChange> for KeptChange {
    fn from(NumberedChange { number: _, recorded_at, change }: &NumberedChange) -> Self {
        let StreakChange { cause, before, after, removed, added } = change;
        let figures = |StreakFigures { unit, current, since, longest }: &StreakFigures| {
            (*unit, *current, since.map(KeptDay), longest.days, longest.weeks)
        };
        let run = |Run { unit, first, last, length }: &Run| (*unit, KeptDay(*first), KeptDay(*last), *length);
        Self {
            recorded_at: *recorded_at,
            cause: match cause {
                Cause::Event(event) => KeptCause::Event(*event),
                Cause::Missed(week) => KeptCause::Missed(KeptDay(week.first), KeptDay(week.last)),
            },
            before: figures(before),
            after: figures(after),
            removed: removed.iter().map(run).collect(),
            added: added.iter().map(run).collect(),
        }
    }
}

impl From<KeptChange> for StreakChange {
    fn from(KeptChange { recorded_at: _, cause, before, after, removed, added }: KeptChange) -> Self {
        let figures = |(unit, current, since, days, weeks): KeptFigures| StreakFigures {
            unit,
            current,
            since: since.map(|KeptDay(day)| day),
            longest: Longest { days, weeks },
        };
        let run = |(unit, KeptDay(first), KeptDay(last), length)| Run { unit, first, last, length };
        Self {
            cause: match cause {
                KeptCause::Event(event) => Cause::Event(event),
                KeptCause::Missed(KeptDay(first), KeptDay(last)) => Cause::Missed(Week { first, last }),
            },
            before: figures(before),
            after: figures(after),
            removed: removed.into_iter().map(run).collect(),
            added: added.into_iter().map(run).collect(),
        }
    }
}

impl From<KeptDay> for i32 {
    fn from(KeptDay(day): KeptDay) -> Self {
        day.to_epoch_days()
    }
}

impl TryFrom<i32> for KeptDay {
    type Error = &'static str;

    fn try_from(days: i32) -> Result<Self, Self::Error> {
        NaiveDate::from_epoch_days(days).map(Self).ok_or("no day has this number")
    }
}
