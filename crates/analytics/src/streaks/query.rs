//! Asking for a streak: how it stands on a day, and how it came to be so.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Calendar, WorkspaceId,
    streaks::{Standing, StreakChange, StreakState},
};
use serde::Serialize;
use sqlx::{PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

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

/// How the streak of a goal, or with the workspace's own id the workspace's, stands at `now`; none, if there is no such
/// goal.
pub async fn get_streak(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<StreakNow>, sqlx::Error> {
    let stored = sqlx::query!(
        r#"select state as "state: Json<StreakState>", calendar as "calendar: Json<Calendar>"
           from streaks join streak_calendars using (workspace) where workspace = $1 and subject = $2"#,
        workspace.uuid(),
        subject,
    )
    .fetch_optional(pool)
    .await?;
    let Some(stored) = stored else { return Ok(None) };
    let (Json(state), Json(calendar)) = (stored.state, stored.calendar);
    // A calendar that this program knows no zone of cannot tell the day; the day of its last event is the best there is.
    let today = calendar.today(now).ok().or(state.as_of).unwrap_or_default();
    let week = calendar.week_of(today);
    let days = sqlx::query!(
        "select day, counted from streak_days where workspace = $1 and subject = $2 and day between $3 and $4",
        workspace.uuid(),
        subject,
        week.first,
        week.last,
    )
    .fetch_all(pool)
    .await?;
    let counted = |day: NaiveDate| days.iter().find(|row| row.day == day).map_or(0, |row| row.counted.cast_unsigned());
    let ended = state.ended_by(&calendar, today);
    let ended = ended.map(|change| StreakChanged { position: i64::MAX, nth: i16::MAX, recorded_at: None, change });
    Ok(Some(StreakNow { standing: state.standing(&calendar, today, &counted), ended }))
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
        r#"select position, nth, recorded_at, change as "change: Json<StreakChange>" from streak_changes
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
        StreakChanged { position, nth, recorded_at, change: row.change.0 }
    });
    Ok(changed.collect())
}
