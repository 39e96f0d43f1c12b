//! A change of a streak as its table keeps it: by place instead of by name, for there is one with nearly every log.

use chrono::NaiveDate;
use domain::{
    schedule::Unit,
    streaks::{Cause, Longest, Run, StreakChange, StreakFigures},
};
use serde::{Deserialize, Serialize};

/// Cause, figures before and after, runs removed and added.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptChange(Cause, KeptFigures, KeptFigures, Vec<KeptRun>, Vec<KeptRun>);

/// Unit, current, since, and the longest in days and in weeks.
type KeptFigures = (Unit, u32, Option<NaiveDate>, u32, u32);

/// Unit, first, last, length.
type KeptRun = (Unit, NaiveDate, NaiveDate, u32);

impl KeptChange {
    /// The text of its column.
    pub fn text(change: &StreakChange) -> Result<String, sqlx::Error> {
        serde_json::to_string(&Self::from(change)).map_err(|error| sqlx::Error::Encode(error.into()))
    }
}

impl From<&StreakChange> for KeptChange {
    fn from(change: &StreakChange) -> Self {
        let StreakChange { cause, before, after, removed, added } = change;
        Self(*cause, figures(before), figures(after), runs(removed), runs(added))
    }
}

impl From<KeptChange> for StreakChange {
    fn from(KeptChange(cause, before, after, removed, added): KeptChange) -> Self {
        let figures = |(unit, current, since, days, weeks)| StreakFigures {
            unit,
            current,
            since,
            longest: Longest { days, weeks },
        };
        let run = |(unit, first, last, length)| Run { unit, first, last, length };
        Self {
            cause,
            before: figures(before),
            after: figures(after),
            removed: removed.into_iter().map(run).collect(),
            added: added.into_iter().map(run).collect(),
        }
    }
}

fn figures(StreakFigures { unit, current, since, longest }: &StreakFigures) -> KeptFigures {
    (*unit, *current, *since, longest.days, longest.weeks)
}

fn runs(runs: &[Run]) -> Vec<KeptRun> {
    runs.iter().map(|Run { unit, first, last, length }| (*unit, *first, *last, *length)).collect()
}
