//! The week clock: closes each week that is over, once, by appending `WeekClosed`.
//!
//! Which weeks those are, it finds among the rows of `week_clock`, at a cost that follows what is due; whether and
//! how one is closed, the workspace itself decides, and what was decided on is checked as it is appended. So any number
//! of these may run, fall behind or come back after an outage: each week is closed once, and in order.
//!
//! What it appends is carried by the relay of command-api, which finds in the log what it was not handed: a worker has no
//! business publishing, and the end of a week is in no hurry.

use std::{convert::Infallible, error::Error, sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    CalendarSettings, CommandId, Refusal, Week, WorkspaceId,
    calendar::{DAY_START_MINUTE_MAX, Weekday},
    user::SYSTEM,
};
use event_store::{Command, Decision, Store, StoreError, Vault};
use futures::{StreamExt, stream};
use runtime::{Base, KeyError};
use sqlx::{PgPool, types::Json};
use tokio::time::sleep;
use uuid::{Builder, Uuid};

use crate::weekly_snapshots::ClockState;

/// How often the clock is looked at. Nobody waits for a week to close: its figures are there before.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// So many workspaces are read at once.
const WORKSPACES_AT_ONCE: usize = 500;
/// So many of them have a week closed at the same time, so that the writer commits them together.
const CLOSING_AT_ONCE: usize = 32;
/// So many weeks of one workspace are closed in a row, before others have their turn.
const WEEKS_IN_A_ROW: usize = 60;
/// The id of a command is as of the week's end, but not older than this: answers to old commands are not kept.
const COMMAND_AGE_DAYS_MAX: i64 = 30;

/// Closes the weeks that are over.
#[derive(Clone)]
pub struct WeekClock {
    store: Store,
    pool: PgPool,
}

/// Why the clock could not look for weeks that are over. It looks again.
#[derive(Debug, thiserror::Error)]
pub enum WeekClockError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Why the clock cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum NoWeekClock {
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The log cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Workspaces whose days are over at the same instant.
struct SameDay {
    settings: CalendarSettings,
    /// The earliest last day of a week that is not closed.
    due_day: NaiveDate,
}

/// A workspace with a week that may be over.
#[derive(Clone, Copy)]
struct DueWorkspace {
    id: WorkspaceId,
    due_day: NaiveDate,
    active_on: NaiveDate,
}

impl WeekClock {
    /// The clock over the tables of the analytics worker. It appends without reading anybody's text.
    pub async fn open(base: &Base, pool: PgPool) -> Result<Self, NoWeekClock> {
        let index_key = base.index_key()?;
        let vault = Arc::new(Vault::shut(pool.clone(), base.clock.clone(), base.ids.clone()));
        let store = Store::open(pool.clone(), vault, index_key, base.clock.clone(), base.ids.clone()).await?;
        Ok(Self { store, pool })
    }

    /// Closes what is over, now and then, for ever.
    pub async fn run(&self) -> Infallible {
        loop {
            match self.close_due().await {
                Ok(0) => {}
                Ok(weeks) => tracing::info!(weeks, "closed"),
                Err(error) => tracing::warn!(error = &error as &dyn Error, "weeks that are over cannot be looked for"),
            }
            sleep(LOOK_INTERVAL).await;
        }
    }

    /// Closes every week that is over by now; tells how many it found open. The step that [`run`](Self::run) does on and on.
    pub async fn close_due(&self) -> Result<usize, WeekClockError> {
        let now = self.store.clock().now();
        let mut found = 0;
        for same_day in self.settings_in_use().await? {
            let Ok(today) = same_day.settings.today(now) else {
                tracing::warn!(zone = same_day.settings.zone, "a time zone that is not known here");
                continue;
            };
            if same_day.due_day < today {
                found += self.close_before(&same_day.settings, today).await?;
            }
        }
        Ok(found)
    }

    /// Closes what was over before `today` began, page by page.
    async fn close_before(&self, settings: &CalendarSettings, today: NaiveDate) -> Result<usize, WeekClockError> {
        let (mut found, mut after) = (0, (NaiveDate::default(), Uuid::nil()));
        loop {
            let page = self.due(settings, today, after).await?;
            let Some(last) = page.last() else { return Ok(found) };
            // Whoever fails or turns out to be not due is passed, and so holds up nobody.
            after = (last.due_day, last.id.uuid());
            let closing = stream::iter(page).map(|workspace| self.close_weeks(workspace));
            found += closing.buffer_unordered(CLOSING_AT_ONCE).fold(0, async |sum, weeks| sum + weeks).await;
        }
    }

    /// Each combination of zone and day start that weeks are due by, with the first day due. Goes from one to the next by
    /// the index, however many workspaces share them.
    async fn settings_in_use(&self) -> Result<Vec<SameDay>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"with recursive due as (
                   (select due_zone, due_start, due_day from week_clock where due_day is not null
                    order by due_zone, due_start, due_day limit 1)
                   union all
                   select next.due_zone, next.due_start, next.due_day from due cross join lateral (
                       select w.due_zone, w.due_start, w.due_day from week_clock w
                       where w.due_day is not null and (w.due_zone, w.due_start) > (due.due_zone, due.due_start)
                       order by w.due_zone, w.due_start, w.due_day limit 1
                   ) as next
               )
               select due_zone as "zone!", due_start as "start!", due_day as "day!" from due"#,
        )
        .fetch_all(&self.pool)
        .await?;
        let settings = |zone, start: i16| CalendarSettings {
            zone,
            week_start: Weekday::Monday,
            day_start_minute: start.unsigned_abs().min(DAY_START_MINUTE_MAX),
        };
        Ok(rows.into_iter().map(|it| SameDay { settings: settings(it.zone, it.start), due_day: it.day }).collect())
    }

    /// Workspaces under these settings whose week ended before `today`, in order, after one of them.
    async fn due(
        &self,
        settings: &CalendarSettings,
        today: NaiveDate,
        (day, workspace): (NaiveDate, Uuid),
    ) -> Result<Vec<DueWorkspace>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select workspace, due_day as "due_day!", state as "state: Json<ClockState>" from week_clock
               where due_zone = $1 and due_start = $2 and due_day < $3 and (due_day, workspace) > ($4, $5)
               order by due_day, workspace limit $6"#,
            settings.zone,
            settings.day_start_minute.cast_signed(),
            today,
            day,
            workspace,
            i64::try_from(WORKSPACES_AT_ONCE).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?;
        let due = |id: Uuid, due_day, Json(state): Json<ClockState>| DueWorkspace {
            id: id.into(),
            due_day,
            active_on: state.active_on,
        };
        Ok(rows.into_iter().map(|row| due(row.workspace, row.due_day, row.state)).collect())
    }

    /// Closes the weeks of a workspace in order, and tells how many it found open. What fails is tried again later.
    async fn close_weeks(&self, workspace: DueWorkspace) -> usize {
        match self.try_close_weeks(workspace).await {
            Ok(weeks) => weeks,
            // Another clock is ahead of ours, or closed it already: the rows will tell.
            Err(StoreError::Refused(Refusal::WeekNotOver { .. })) => 0,
            Err(error) => {
                let id = workspace.id;
                tracing::warn!(error = &error as &dyn Error, workspace = %id, "a week that is over cannot be closed");
                0
            }
        }
    }

    async fn try_close_weeks(&self, workspace: DueWorkspace) -> Result<usize, StoreError> {
        let DueWorkspace { id, active_on, .. } = workspace;
        let now = self.store.clock().now();
        let known = self.store.load(id, id).await?;
        let weeks = known.weeks_to_close(active_on, now).map_err(StoreError::Refused)?;
        let mut found = 0;
        for week in weeks.into_iter().take(WEEKS_IN_A_ROW) {
            let decide = |moment: &event_store::Moment, (): &()| {
                Ok(Decision::on(id, moment.workspace.close_week(week.first, active_on, moment.now)?))
            };
            self.store.execute(&self.command(id, week, now), (), decide).await?;
            found += 1;
        }
        Ok(found)
    }

    /// The command that closes a week. Whoever sends it, its id is the same, as long as the week was not over too long ago;
    /// and where it is not, the workspace closes no week twice.
    fn command(&self, workspace: WorkspaceId, week: Week, now: DateTime<Utc>) -> Command {
        let (owner, first) = (workspace.uuid(), week.first.to_string());
        let asked: [&[u8]; 2] = [owner.as_bytes(), first.as_bytes()];
        let fingerprint = self.store.index_key().fingerprint("close a week", &asked);
        // A UUIDv7, so that its answer is deleted when it is past its time.
        let ended = week.last.and_time(chrono::NaiveTime::MIN).and_utc();
        let made = ended.max(now - TimeDelta::days(COMMAND_AGE_DAYS_MAX)).timestamp_millis();
        let (random, _) = fingerprint.0.split_first_chunk::<10>().unwrap_or((&[0; 10], &[]));
        let id = Builder::from_unix_timestamp_millis(u64::try_from(made).unwrap_or_default(), random).into_uuid();
        Command {
            id: CommandId::new(id),
            actor: SYSTEM,
            workspace,
            fingerprint,
            if_match: None,
            correlation: None,
            causation: None,
            trace_parent: None,
        }
    }
}
