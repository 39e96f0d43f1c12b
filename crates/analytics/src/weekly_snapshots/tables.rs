//! The tables, as a source of answers about weeks.

use chrono::NaiveDate;
use domain::{GoalId, Week, WorkspaceId};
use runtime::pool::snapshot;
use sqlx::{PgPool, Postgres, Transaction, types::Json};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{
    memory::{days_of, latest_days},
    rows::{ClockState, ClosedWeek, Correction, GoalFacts},
    source::{Late, WeekSource},
};
use crate::months::{DaySum, Month, Months, TABLE, storable};

/// The tables that a pool's unqualified names mean, all of them as they were at one moment: an answer is put together from
/// several statements, and a correction that comes between two of them would be in one only.
pub struct Tables(Mutex<Transaction<'static, Postgres>>);

impl Tables {
    /// As they are now.
    pub async fn now(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self(Mutex::new(snapshot(pool).await?)))
    }
}

/// As Postgres counts.
fn rows_max(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl WeekSource for Tables {
    type Error = sqlx::Error;

    async fn clock(&self, workspace: WorkspaceId) -> Result<Option<ClockState>, sqlx::Error> {
        let state = sqlx::query_scalar!(
            r#"select state as "state: Json<ClockState>" from week_clock where workspace = $1"#,
            workspace.uuid(),
        );
        Ok(state.fetch_optional(&mut **self.0.lock().await).await?.map(|Json(state)| state))
    }

    async fn goals(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
    ) -> Result<Vec<(GoalId, GoalFacts)>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select goal_id, facts as "facts: Json<GoalFacts>" from week_goals
               where workspace = $1 and ($2::uuid is null or goal_id = $2) order by goal_id"#,
            workspace.uuid(),
            goal.map(GoalId::uuid) as Option<Uuid>,
        )
        .fetch_all(&mut **self.0.lock().await)
        .await?;
        Ok(rows.into_iter().map(|row| (row.goal_id.into(), row.facts.0)).collect())
    }

    async fn days_before(
        &self,
        workspace: WorkspaceId,
        subject: Uuid,
        before: NaiveDate,
        limit: usize,
    ) -> Result<Vec<NaiveDate>, sqlx::Error> {
        let Some(last) = before.pred_opt() else { return Ok(vec![]) };
        // Each month that is there has a day at least.
        let rows = sqlx::query!(
            r#"select month, days as "days: Json<Month>" from daily_totals
               where workspace = $1 and subject = $2 and month <= $3 order by month desc limit $4"#,
            workspace.uuid(),
            subject,
            storable(last),
            rows_max(limit),
        )
        .fetch_all(&mut **self.0.lock().await)
        .await?;
        let (months, days) = rows.into_iter().map(|row| (row.month, row.days)).unzip();
        let days = Months::of_columns((workspace, subject), Some(months), Some(days));
        Ok(latest_days(&days, (workspace, subject), last, limit))
    }

    async fn days(
        &self,
        workspace: WorkspaceId,
        subjects: &[Uuid],
        range: (NaiveDate, NaiveDate),
    ) -> Result<Vec<(Uuid, NaiveDate, DaySum)>, sqlx::Error> {
        let days = Months::of_subjects(&mut **self.0.lock().await, TABLE, workspace, subjects, range).await?;
        Ok(days_of(&days, workspace, subjects, range))
    }

    async fn late(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Late>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select goal_id, day, local_day, sum(minutes)::integer as "minutes!", sum(logs)::integer as "logs!",
                      sum(met)::integer as "met!", count(*)::integer as "corrections!"
               from week_corrections
               where workspace = $1 and day between $3 and $4 and ($2::uuid is null or goal_id = $2)
               group by goal_id, day, local_day"#,
            workspace.uuid(),
            goal.map(GoalId::uuid) as Option<Uuid>,
            first,
            last,
        )
        .fetch_all(&mut **self.0.lock().await)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Late {
                goal: row.goal_id.into(),
                day: row.day,
                local_day: row.local_day,
                change: DaySum { minutes: row.minutes, logs: row.logs, met: row.met },
                corrections: row.corrections.unsigned_abs(),
            })
            .collect())
    }

    async fn closed(
        &self,
        workspace: WorkspaceId,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<ClosedWeek>, sqlx::Error> {
        let rows = sqlx::query!(
            "select first, last, ends_at from weekly_snapshots where workspace = $1 and first between $2 and $3",
            workspace.uuid(),
            first,
            last,
        )
        .fetch_all(&mut **self.0.lock().await)
        .await?;
        let week = |first, last| Week { first, last };
        Ok(rows.into_iter().map(|it| ClosedWeek { week: week(it.first, it.last), ends_at: it.ends_at }).collect())
    }

    async fn corrections(
        &self,
        workspace: WorkspaceId,
        (first, last): (NaiveDate, NaiveDate),
        limit: usize,
    ) -> Result<Vec<Correction>, sqlx::Error> {
        sqlx::query_as!(
            Correction,
            "select position as number, recorded_at, local_day, type as name, actor, goal_id, log_id, day, minutes,
                    logs, met
             from week_corrections where workspace = $1 and day between $2 and $3
             order by position desc, day desc limit $4",
            workspace.uuid(),
            first,
            last,
            rows_max(limit),
        )
        .fetch_all(&mut **self.0.lock().await)
        .await
    }
}
