//! Asking for a streak: how it stands on a day, and how it came to be so; from tables, or from rows in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    Calendar, WorkspaceId,
    streaks::{Standing, StreakChange, StreakState},
};
use serde::Serialize;
use sqlx::{PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{NewChange, StreakRows, Subject, kept::KeptChange};
use crate::months::{Month, Months, month_of};

/// The local day is at most so far from the one in Greenwich, whatever the zone, the day start, and a move between zones.
pub const LOCAL_DAY_MARGIN: Days = Days::new(2);
/// A week has at most so many days before or after one of its own.
const BESIDE_DAYS: Days = Days::new(6);

/// A change of a streak, and where it came to light.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StreakChanged {
    /// The number of the event at which it came to light, within its shard.
    #[serde(skip)]
    pub position: i64,
    /// Its place among the changes of that event.
    #[serde(skip)]
    pub nth: i16,
    /// When that event was recorded; none, if time ended the streak and nothing happened since.
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
        let ended = ended.map(|change| StreakChanged { position: i64::MAX, nth: i16::MAX, recorded_at: None, change });
        StreakNow { standing: state.standing(calendar, today, &counted), ended }
    }
}

/// The days that may be in the week that it is at `now`, in whatever calendar.
fn around(now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let day = now.date_naive();
    (day - LOCAL_DAY_MARGIN - BESIDE_DAYS, day + LOCAL_DAY_MARGIN + BESIDE_DAYS)
}

/// What matters around `now` of the streak of a goal, or with the workspace's own id of the workspace's; none, if there is
/// no such goal.
pub async fn get_streak(
    pool: &PgPool,
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
    .fetch_optional(pool)
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

/// The changes of a streak, newest first, before one of them (its position and place), at most `limit`.
pub async fn list_streak_changes(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    before: Option<(i64, i16)>,
    limit: i64,
) -> Result<Vec<StreakChanged>, sqlx::Error> {
    let (position, nth) = before.unwrap_or((i64::MAX, i16::MAX));
    let rows = sqlx::query!(
        r#"select position, nth, recorded_at, change as "change: Json<KeptChange>" from streak_changes
           where workspace = $1 and subject = $2 and (position, nth) < ($3, $4)
           order by position desc, nth desc limit $5"#,
        workspace.uuid(),
        subject,
        position,
        nth,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let changed = rows.into_iter().map(|row| {
        let (position, nth, recorded_at) = (row.position, row.nth, Some(row.recorded_at));
        StreakChanged { position, nth, recorded_at, change: row.change.0.into() }
    });
    Ok(changed.collect())
}

/// The same queries, of rows in memory that hold everything.
impl StreakRows {
    /// The workspace's calendar, once there is one.
    pub fn calendar(&self, workspace: WorkspaceId) -> Option<&Calendar> {
        self.calendars.get(&workspace)
    }

    /// What is stored of a streak besides its runs.
    pub fn state(&self, subject: Subject) -> Option<&StreakState> {
        self.states.get(&subject)
    }

    /// What counts for the days of a subject from a day to another.
    pub fn counted(&self, subject: Subject, range: (NaiveDate, NaiveDate)) -> BTreeMap<NaiveDate, u32> {
        counted(&self.days, subject, range)
    }

    /// As [`get_streak`].
    pub fn get_streak(&self, subject: Subject, now: DateTime<Utc>) -> Option<StreakFacts> {
        let (state, calendar) = (self.state(subject)?.clone(), self.calendar(subject.0)?.clone());
        Some(StreakFacts { state, calendar, counted: self.counted(subject, around(now)) })
    }

    /// As [`list_streak_changes`].
    pub fn list_streak_changes(&self, subject: Subject, before: Option<(i64, i16)>, limit: i64) -> Vec<StreakChanged> {
        let before = before.unwrap_or((i64::MAX, i16::MAX));
        let of_subject = self.changes.iter().rev().filter(|change| change.subject == subject);
        let earlier = of_subject.filter(|change| (change.position, change.nth) < before);
        let told = earlier.map(|NewChange { position, nth, recorded_at, change, .. }| StreakChanged {
            position: *position,
            nth: *nth,
            recorded_at: Some(*recorded_at),
            change: change.clone(),
        });
        told.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
    }
}
