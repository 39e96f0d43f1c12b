//! What the queries answer, against the rows themselves: filters, pages, and whose they are.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use domain::{DailyLogId, GoalId, Id, Recorded, WorkspaceId};
use proptest::{option, prelude::*, sample::Index, test_runner::TestRunner};
use read_models::{
    daily_logs::{DailyLogRow, DailyLogs, LogFilter, get_log, list_log_ids, list_logs},
    goals::{GoalRow, GoalStatus, Goals, get_goal, list_goals, list_goals_of},
};
use sqlx::PgPool;
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::{ReadModel, Replay, Rows};

use crate::{
    histories::{History, histories},
    tables::pool,
};

const CASES: u32 = 32;

fn workspaces() -> [WorkspaceId; 2] {
    [1, 2].map(|number| Id::new(Uuid::from_u128(number)))
}

/// Holds queries to something, over random histories that the tables have taken in.
fn hold<S: Strategy>(asked: S, holds: &impl AsyncFn(&PgPool, &[Recorded], S::Value)) {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let database = runtime.block_on(testkit::database());
    let pool = pool(&database, "read");
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let held = runner.run(&(histories(), asked), |((History { events }, _), asked)| {
        runtime.block_on(async {
            sqlx::query("truncate goals, daily_logs").execute(&pool).await.unwrap();
            let mut connection = pool.acquire().await.unwrap();
            for model in read_models::all() {
                model.take_in(&mut connection, &events.iter().collect::<Vec<_>>()).await.unwrap();
            }
            drop(connection);
            holds(&pool, &events, asked).await;
        });
        Ok(())
    });
    held.unwrap();
}

/// The rows of a read model after these events.
fn folded<M: ReadModel>(events: &[Recorded]) -> M::Rows {
    let mut rows = M::Rows::default();
    events.iter().for_each(|event| M::fold(&mut rows, event).unwrap());
    rows
}

/// All of them, in the order of their keys.
fn in_order<K: Ord, R: Clone>(rows: &Rows<K, R>) -> Vec<R> {
    rows.iter().map(|(_, row)| row.clone()).collect()
}

#[test]
fn pages_of_goals_are_those_with_the_status_asked_for_in_the_order_of_their_ids() {
    hold(1..6_usize, &async |pool, events, limit| {
        let mut memory = Replay::<Goals>::default();
        events.iter().for_each(|event| memory.take_in(event));
        let all = in_order(&folded::<Goals>(events).all);
        for (workspace, status) in workspaces().into_iter().flat_map(|workspace| STATUSES.map(|it| (workspace, it))) {
            let due: Vec<&GoalRow> =
                all.iter().filter(|row| row.workspace == workspace && is_due(row, status)).collect();
            let (mut found, mut after) = (vec![], None);
            loop {
                let page = list_goals(pool, workspace, status, after, limit as i64).await.unwrap();
                assert!(page.len() <= limit);
                assert_eq!(list_goals_of(&memory.rows.all, workspace, status, after, limit as i64), page);
                after = page.last().map(|row| row.id);
                found.extend(page);
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), due, "{status:?}");
        }
    });
}

const STATUSES: [GoalStatus; 4] = [GoalStatus::Active, GoalStatus::Completed, GoalStatus::Archived, GoalStatus::All];

fn is_due(row: &GoalRow, status: GoalStatus) -> bool {
    match status {
        GoalStatus::Active => row.completed_on.is_none() && row.archived_on.is_none(),
        GoalStatus::Completed => row.completed_on.is_some() && row.archived_on.is_none(),
        GoalStatus::Archived => row.archived_on.is_some(),
        GoalStatus::All => true,
    }
}

#[test]
fn pages_of_logs_are_those_that_pass_the_filter_newest_day_first() {
    let days =
        || option::of((0..14_u64).prop_map(|days| NaiveDate::from_ymd_opt(2026, 2, 24).unwrap() + Days::new(days)));
    let filters = (option::of(any::<Index>()), days(), days(), any::<bool>(), 1..6_usize);
    hold(filters, &async |pool, events, (goal, from, to, withdrawn, limit)| {
        let all = in_order(&folded::<DailyLogs>(events));
        let goals: BTreeSet<GoalId> = all.iter().map(|log| log.goal_id).collect();
        let goal =
            goal.filter(|_| !goals.is_empty()).and_then(|goal| goals.iter().nth(goal.index(goals.len())).copied());
        let filter = LogFilter { goal, from, to, withdrawn };
        for workspace in workspaces() {
            let mut due: Vec<&DailyLogRow> =
                all.iter().filter(|log| log.workspace == workspace && passes(log, filter)).collect();
            due.sort_by_key(|log| std::cmp::Reverse((log.day, log.id)));
            let (mut found, mut before) = (vec![], None);
            loop {
                let page = list_logs(pool, workspace, filter, before, limit as i64).await.unwrap();
                assert!(page.len() <= limit);
                before = page.last().map(|log| (log.day, log.id));
                found.extend(page);
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), due, "{filter:?}");
        }
    });
}

fn passes(log: &DailyLogRow, LogFilter { goal, from, to, withdrawn }: LogFilter) -> bool {
    goal.is_none_or(|goal| log.goal_id == goal)
        && from.is_none_or(|from| log.day >= from)
        && to.is_none_or(|to| log.day <= to)
        && (withdrawn || !log.withdrawn)
}

#[test]
fn a_goal_or_log_is_found_in_its_own_workspace_only() {
    hold(Just(()), &async |pool, events, ()| {
        let (goals, logs) = (in_order(&folded::<Goals>(events).all), in_order(&folded::<DailyLogs>(events)));
        for workspace in workspaces() {
            for GoalRow { id, .. } in &goals {
                let own = goals.iter().find(|row| (row.workspace, row.id) == (workspace, *id));
                assert_eq!(get_goal(pool, workspace, *id).await.unwrap().as_ref(), own);
                let logs = logs.iter().filter(|log| (log.workspace, log.goal_id) == (workspace, *id));
                let due: BTreeSet<Uuid> = logs.map(|log| log.id.uuid()).collect();
                let found = list_log_ids(pool, workspace, *id).await.unwrap();
                assert_eq!((found.len(), BTreeSet::from_iter(found)), (due.len(), due));
            }
            for DailyLogRow { id, .. } in &logs {
                let own = logs.iter().find(|row| (row.workspace, row.id) == (workspace, *id));
                assert_eq!(get_log(pool, workspace, *id).await.unwrap().as_ref(), own);
            }
        }
    });
}

#[tokio::test]
async fn days_that_postgres_does_not_know_can_be_asked_about() {
    let database = testkit::database().await;
    let pool = pool(&database, "read");
    let [workspace, _] = workspaces();
    let goal = Some(Id::new(Uuid::from_u128(7)));
    for day in [NaiveDate::MIN, NaiveDate::MAX] {
        for goal in [None, goal] {
            let filter = LogFilter { goal, from: Some(day), to: Some(day), withdrawn: true };
            let before: Option<(NaiveDate, DailyLogId)> = Some((day, Id::new(Uuid::nil())));
            assert_eq!(list_logs(&pool, workspace, filter, before, 5).await.unwrap(), []);
        }
    }
}
