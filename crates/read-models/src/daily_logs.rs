//! `daily_logs`: what was logged, by day; withdrawn logs too, since they can be restored.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{DailyLogId, Event, GoalId, HasPersonal, Personal, Recorded, WorkspaceId, daily_log::DailyLogEvent};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, Fold, NewRows, ReadModel, Rows};

use crate::sealed_text::{self, SealedText};

/// A daily log.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DailyLogRow {
    /// Whose it is: the one who asks, so it is not told.
    #[serde(skip)]
    pub workspace: WorkspaceId,
    /// The log.
    #[schema(value_type = Uuid)]
    pub id: DailyLogId,
    /// The goal it is for.
    #[schema(value_type = Uuid)]
    pub goal_id: GoalId,
    /// The day it counts for.
    pub day: NaiveDate,
    /// 0 to 1,440.
    #[schema(minimum = 0, maximum = 1440)]
    pub minutes: i16,
    /// The time zone the person was in.
    pub zone: String,
    /// What was done.
    pub text: Option<Personal>,
    /// Whether it was withdrawn, and so does not count.
    pub withdrawn: bool,
    /// The version of the log's stream: its `ETag`.
    pub version: i32,
    /// When it was logged.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
}

const NEW_ROWS: NewRows = NewRows {
    table: "daily_logs",
    columns: &[
        ("workspace", "uuid"),
        ("log_id", "uuid"),
        ("goal_id", "uuid"),
        ("day", "date"),
        ("minutes", "smallint"),
        ("zone", "text"),
        ("text", "text"),
        ("withdrawn", "boolean"),
        ("version", "integer"),
        ("created_at", "timestamptz"),
        ("changed_at", "timestamptz"),
    ],
};

/// Selects rows by a clause of SQL; the list of columns stands here once.
macro_rules! select_logs {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            DailyLogRow,
            r#"select workspace, log_id as id, goal_id, day, minutes, zone, text as "text: SealedText", withdrawn,
                      version, created_at, changed_at
               from daily_logs where "# + $clause
            $(, $argument)*
        )
    };
}

/// The read model.
pub struct DailyLogs;

/// The workspace, and the log: another workspace may have one with the same id.
pub type Key = (WorkspaceId, DailyLogId);

impl Fold for DailyLogs {
    type Rows = Rows<Key, DailyLogRow>;

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        let Event::DailyLog(log) = &event.event else { return Ok(()) };
        let key @ (workspace, id): Key = key_of(event);
        if let DailyLogEvent::DailyLogCreated { goal_id, counted, zone, text } = log {
            let row = DailyLogRow {
                workspace,
                id,
                goal_id: *goal_id,
                day: counted.day,
                minutes: counted.minutes.cast_signed(),
                zone: zone.clone(),
                text: text.clone(),
                withdrawn: false,
                version: event.version.cast_signed(),
                created_at: event.recorded_at,
                changed_at: event.recorded_at,
            };
            rows.insert(key, row);
            return Ok(());
        }
        let row = rows.get_mut(&key).ok_or_else(|| CannotApply::missing("daily log"))?;
        row.change(log);
        row.version = event.version.cast_signed();
        row.changed_at = event.recorded_at;
        Ok(())
    }
}

impl ReadModel for DailyLogs {
    const NAME: &'static str = "daily_logs";
    const TABLES: &'static [&'static str] = &["daily_logs"];

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let keys: BTreeSet<Key> = events.iter().filter(|event| changes_log(event)).map(|event| key_of(event)).collect();
        if keys.is_empty() {
            return Ok(Rows::default());
        }
        let (workspaces, logs) = columns(keys.into_iter());
        let rows =
            select_logs!("(workspace, log_id) in (select * from unnest($1::uuid[], $2::uuid[]))", &workspaces, &logs);
        let rows = rows.fetch_all(connection).await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| ((row.workspace, row.id), row))))
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        add(connection, rows).await?;
        let changed: Vec<&DailyLogRow> = rows.altered().map(|(_, row)| row).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let (workspaces, logs) = columns(changed.iter().map(|row| (row.workspace, row.id)));
        sqlx::query!(
            "update daily_logs set day = changed.day, minutes = changed.minutes, text = changed.text,
                 withdrawn = changed.withdrawn, version = changed.version, changed_at = changed.changed_at
             from unnest($1::uuid[], $2::uuid[], $3::date[], $4::smallint[], $5::text[], $6::boolean[], $7::integer[],
                         $8::timestamptz[])
                 as changed(workspace, log_id, day, minutes, text, withdrawn, version, changed_at)
             where daily_logs.workspace = changed.workspace and daily_logs.log_id = changed.log_id",
            &workspaces,
            &logs,
            &changed.iter().map(|row| row.day).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.minutes).collect::<Vec<_>>(),
            &changed.iter().map(|row| sealed_text::column(row.text.as_ref())).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.withdrawn).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.version).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.changed_at).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn key_of(event: &Recorded) -> Key {
    (event.workspace, event.stream.into())
}

fn columns(keys: impl Iterator<Item = Key>) -> (Vec<Uuid>, Vec<Uuid>) {
    keys.map(|(workspace, log)| (workspace.uuid(), log.uuid())).unzip()
}

/// Whether there is a row already that an event changes.
fn changes_log(event: &Recorded) -> bool {
    match &event.event {
        Event::DailyLog(DailyLogEvent::DailyLogCreated { .. })
        | Event::User(_)
        | Event::Workspace(_)
        | Event::Goal(_) => false,
        Event::DailyLog(_) => true,
    }
}

/// Adds the logs that are new, as nearly all are.
async fn add(connection: &mut PgConnection, rows: &Rows<Key, DailyLogRow>) -> Result<(), sqlx::Error> {
    let added: Vec<&DailyLogRow> = rows.added().map(|(_, row)| row).collect();
    let added = NEW_ROWS.add(connection, &added, |row, values| {
        values.push(row.workspace.uuid())?;
        values.push(row.id.uuid())?;
        values.push(row.goal_id.uuid())?;
        values.push(row.day)?;
        values.push(row.minutes)?;
        values.push(row.zone.as_str())?;
        values.push(sealed_text::column(row.text.as_ref()))?;
        values.push(row.withdrawn)?;
        values.push(row.version)?;
        values.push(row.created_at)?;
        values.push(row.changed_at)
    });
    added.await
}

impl DailyLogRow {
    fn change(&mut self, event: &DailyLogEvent) {
        match event {
            DailyLogEvent::DailyLogCreated { .. } => {}
            DailyLogEvent::DailyLogCorrected { goal_id: _, was: _, counted, text } => {
                (self.day, self.minutes) = (counted.day, counted.minutes.cast_signed());
                if let Some(text) = text {
                    self.text.clone_from(text);
                }
            }
            DailyLogEvent::DailyLogWithdrawn { .. } => self.withdrawn = true,
            DailyLogEvent::DailyLogRestored { .. } => self.withdrawn = false,
        }
    }
}

impl HasPersonal for DailyLogRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.text.iter_mut().for_each(|text| visit("text", text));
    }
}

/// Which logs to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogFilter {
    /// Only those for this goal.
    pub goal: Option<GoalId>,
    /// Only those from this day on.
    pub from: Option<NaiveDate>,
    /// Only those up to this day.
    pub to: Option<NaiveDate>,
    /// Withdrawn ones too.
    pub withdrawn: bool,
}

/// A workspace's logs, newest day first, before one of them (its day and id), at most `limit`.
pub async fn list_logs(
    pool: &PgPool,
    workspace: WorkspaceId,
    filter: LogFilter,
    before: Option<(NaiveDate, DailyLogId)>,
    limit: i64,
) -> Result<Vec<DailyLogRow>, sqlx::Error> {
    let (day, log) = before.map_or((NaiveDate::MAX, Uuid::max()), |(day, log)| (day, log.uuid()));
    let (day, from, to) = (storable(day), filter.from.map(storable), storable(filter.to.unwrap_or(day)));
    match filter.goal {
        Some(goal) => {
            select_logs!(
                "goal_id = $1 and workspace = $2 and (day, log_id) < ($3, $4)
                 and day >= coalesce($5, '-infinity'::date) and day <= $6 and ($7 or not withdrawn)
                 order by day desc, log_id desc limit $8",
                goal.uuid(),
                workspace.uuid(),
                day,
                log,
                from,
                to,
                filter.withdrawn,
                limit,
            )
            .fetch_all(pool)
            .await
        }
        None => {
            select_logs!(
                "workspace = $1 and (day, log_id) < ($2, $3)
                 and day >= coalesce($4, '-infinity'::date) and day <= $5 and ($6 or not withdrawn)
                 order by day desc, log_id desc limit $7",
                workspace.uuid(),
                day,
                log,
                from,
                to,
                filter.withdrawn,
                limit,
            )
            .fetch_all(pool)
            .await
        }
    }
}

/// Every log of a workspace by id, withdrawn ones too, after one of them, at most `limit`: an order in which no correction
/// moves a log, so that page by page each is there once.
pub async fn list_every_log(
    pool: &PgPool,
    workspace: WorkspaceId,
    after: Option<DailyLogId>,
    limit: i64,
) -> Result<Vec<DailyLogRow>, sqlx::Error> {
    select_logs!(
        "workspace = $1 and log_id > $2 order by log_id limit $3",
        workspace.uuid(),
        after.map_or(Uuid::nil(), DailyLogId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
}

/// The latest logs that were not withdrawn, newest day first, at most `limit`, of rows in memory of one workspace.
pub fn list_latest_logs_of(rows: &Rows<Key, DailyLogRow>, limit: i64) -> Vec<DailyLogRow> {
    let mut logs: Vec<&DailyLogRow> = rows.iter().map(|(_, row)| row).filter(|row| !row.withdrawn).collect();
    logs.sort_unstable_by_key(|row| std::cmp::Reverse((row.day, row.id)));
    logs.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect()
}

/// The day, or the first that Postgres can be asked about: its dates begin later than chrono's, and end later too.
fn storable(day: NaiveDate) -> NaiveDate {
    day.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(day))
}

/// The log, if it is in this workspace.
pub async fn get_log(
    pool: &PgPool,
    workspace: WorkspaceId,
    log: DailyLogId,
) -> Result<Option<DailyLogRow>, sqlx::Error> {
    select_logs!("workspace = $1 and log_id = $2", workspace.uuid(), log.uuid()).fetch_optional(pool).await
}

/// The ids of all logs for a goal, withdrawn ones too.
pub async fn list_log_ids(pool: &PgPool, workspace: WorkspaceId, goal: GoalId) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select log_id from daily_logs where goal_id = $1 and workspace = $2",
        goal.uuid(),
        workspace.uuid(),
    )
    .fetch_all(pool)
    .await
}
