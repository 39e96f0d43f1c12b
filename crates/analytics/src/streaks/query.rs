//! Asking for a streak: how it stands on a day, and how it came to be so; from tables, or from rows in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    Calendar, WEEK_BESIDE_DAYS, WorkspaceId,
    streaks::{Standing, StreakChange, StreakState},
};
use serde::Serialize;
use sqlx::{PgExecutor, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    NumberedChange, StreakRows, Subject,
    kept::{changes_of, row_of, rows_of},
};
use crate::months::{Month, Months, month_of};

/// The local day is at most so far from the one in Greenwich, whatever the zone, the day start, and a move between zones.
pub const LOCAL_DAY_MARGIN: Days = Days::new(2);

/// A change of a streak, and when it came to light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StreakChanged {
    /// How many changes the streak had before it.
    #[serde(skip)]
    pub number: i32,
    /// When the event was recorded at which it came to light; none, if time ended the streak and nothing happened since.
    pub recorded_at: Option<DateTime<Utc>>,
    /// What changed, and why.
    #[serde(flatten)]
    pub change: StreakChange,
}

/// How a streak stands, and whether time has ended it since its last event.
pub struct StreakNow {
    /// How it stands.
    pub standing: Standing,
    /// What time did to it that no event has told yet.
    pub ended: Option<StreakChanged>,
}

/// What is stored of a streak that matters around an instant: how it stands then follows from this alone.
pub struct StreakFacts {
    /// What is stored of it.
    pub state: StreakState,
    /// The workspace's calendar.
    pub calendar: Calendar,
    /// What counts for the days around.
    pub counted: BTreeMap<NaiveDate, u32>,
}

impl StreakFacts {
    /// How the streak stands at `now`.
    pub fn at(&self, now: DateTime<Utc>) -> StreakNow {
        let Self { state, calendar, counted } = self;
        // A calendar that this program knows no zone of cannot tell the day; the day of its last event is the best there is.
        let today = calendar.today(now).ok().or(state.as_of).unwrap_or_default();
        let counted = |day: NaiveDate| counted.get(&day).copied().unwrap_or_default();
        let ended = state.ended_by(calendar, today);
        let ended = ended.map(|change| StreakChanged { number: i32::MAX, recorded_at: None, change });
        StreakNow { standing: state.standing(calendar, today, &counted), ended }
    }
}

/// The days that may be in the week that it is at `now`, in whatever calendar.
fn around(now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let day = now.date_naive();
    (day - LOCAL_DAY_MARGIN - WEEK_BESIDE_DAYS, day + LOCAL_DAY_MARGIN + WEEK_BESIDE_DAYS)
}

/// What matters around `now` of the streak of a goal, or with the workspace's own id of the workspace's; none, if there is
/// no such goal.
pub async fn get_streak(
    executor: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<StreakFacts>, sqlx::Error> {
    let range = around(now);
    let stored = sqlx::query!(
        r#"select streaks.state as "state: Json<StreakState>", clock.state->'calendar' as "calendar!: Json<Calendar>",
                  counted.months, counted.days as "days: Vec<Json<Month>>"
           from streaks join week_clock clock using (workspace)
           cross join lateral (
               select array_agg(month) as months, array_agg(days) as days from daily_totals d
               where d.workspace = streaks.workspace and d.subject = streaks.subject and month between $3 and $4
           ) as counted
           where workspace = $1 and subject = $2"#,
        workspace.uuid(),
        subject,
        month_of(range.0),
        range.1,
    )
    .fetch_optional(executor)
    .await?;
    Ok(stored.map(|stored| {
        let days = Months::of_columns((workspace, subject), stored.months, stored.days);
        let counted = counted(&days, (workspace, subject), range);
        StreakFacts { state: stored.state.0, calendar: stored.calendar.0, counted }
    }))
}

/// What counts for the days of a subject from a day to another.
pub fn counted(days: &Months, subject: Subject, (from, to): (NaiveDate, NaiveDate)) -> BTreeMap<NaiveDate, u32> {
    let counted = days.range(subject, from, to).map(|(day, sum)| (day, sum.counted(subject)));
    counted.filter(|(_, counted)| *counted > 0).collect()
}

/// The workspace's calendar, once there is one.
pub async fn get_calendar(pool: &PgPool, workspace: WorkspaceId) -> Result<Option<Calendar>, sqlx::Error> {
    let calendar = sqlx::query_scalar!(
        r#"select state->'calendar' as "calendar!: Json<Calendar>" from week_clock where workspace = $1"#,
        workspace.uuid(),
    );
    Ok(calendar.fetch_optional(pool).await?.map(|Json(calendar)| calendar))
}

/// The changes of a streak, newest first, before the one of this number, at most `limit`.
pub async fn list_streak_changes(
    executor: impl PgExecutor<'_>,
    workspace: WorkspaceId,
    subject: Uuid,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<StreakChanged>, sqlx::Error> {
    let before = before.unwrap_or(i32::MAX);
    let rows = sqlx::query!(
        "select nth, changes from streak_changes where workspace = $1 and subject = $2 and nth <= $3
         order by nth desc limit $4",
        workspace.uuid(),
        subject,
        row_of(before),
        rows_of(limit),
    );
    let mut changes = vec![];
    for row in rows.fetch_all(executor).await? {
        changes.extend(changes_of(row.nth, &row.changes)?.into_iter().rev().filter(|change| change.number < before));
    }
    changes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(changes.into_iter().map(StreakChanged::from).collect())
}

/// The same queries, of rows in memory that hold everything.
impl StreakRows {
    /// The workspace's calendar, once there is one.
    pub fn calendar(&self, workspace: WorkspaceId) -> Option<&Calendar> {
        self.calendars.get(&workspace)
    }

    /// What is stored of a streak besides its runs.
    pub fn state(&self, subject: Subject) -> Option<&StreakState> {
        self.states.get(&subject).map(|row| &row.state)
    }

    /// What counts for the days of a subject from a day to another.
    pub fn counted(&self, subject: Subject, range: (NaiveDate, NaiveDate)) -> BTreeMap<NaiveDate, u32> {
        counted(&self.days, subject, range)
    }

    /// Lets go of the changes there were to tell, for whoever asks only how things stand: there is one with nearly every log.
    pub fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// As [`get_streak`].
    pub fn get_streak(&self, subject: Subject, now: DateTime<Utc>) -> Option<StreakFacts> {
        let (state, calendar) = (self.state(subject)?.clone(), self.calendar(subject.0)?.clone());
        Some(StreakFacts { state, calendar, counted: self.counted(subject, around(now)) })
    }

    /// As [`list_streak_changes`].
    pub fn list_streak_changes(&self, subject: Subject, before: Option<i32>, limit: i64) -> Vec<StreakChanged> {
        let before = before.unwrap_or(i32::MAX);
        let of_subject = self.changes.iter().rev().filter(|(of, _)| *of == subject).map(|(_, change)| change);
        let earlier = of_subject.filter(|change| change.number < before);
        earlier.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().map(StreakChanged::from).collect()
    }
}

impl From<NumberedChange> for StreakChanged {
    fn from(NumberedChange { number, recorded_at, change }: NumberedChange) -> Self {
        Self { number, recorded_at: Some(recorded_at), change }
    }
}
