//! An event that no read model can apply: its stream is parked, seen to be so, and taken up again once it is mended.

use std::time::Duration;

use embedded::Postgres;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::{Instant, sleep};

use crate::{
    PEOPLE,
    people::{Person, log_a_year},
    product::Product,
};

/// So soon is it parked, on however busy a machine.
const PARKED_WITHIN: Duration = Duration::from_secs(30);
/// So soon does a gauge show it.
const MEASURED_WITHIN: Duration = Duration::from_secs(15);
const LOOK_PAUSE: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_applied_is_seen_and_mended_and_holds_up_no_other() {
    let mut product = Product::watched(vec![]);
    product.up().await;
    let mut people = Person::register_all(&product.address(), &PEOPLE).await;
    log_a_year(&mut people, 0..10).await;
    assert!(product.does(&["parked"]).await.contains("nothing is parked"));
    let mut goals = vec![];
    for person in &people {
        goals.push(person.creates_goal("Another").await);
    }
    let url = Postgres::url_beside(&product.data()).expect("running");
    let mut database = PgConnection::connect(&url).await.expect("connected");
    plant(&mut database, &goals[0]).await;
    eventually(PARKED_WITHIN, async || people[0].is_told_incomplete("/v1/goals").await.is_some()).await;

    // Others go on, and so does the rest of that workspace.
    log_a_year(&mut people, 10..365).await;
    for person in &people {
        person.sees_a_year().await;
    }
    let lacking = people[0].is_told_incomplete("/v1/daily-totals?from=2026-01-01&to=2026-01-02").await;
    let lacking = lacking.expect("told");
    assert!(lacking.contains("goals"), "{lacking}");
    assert_eq!(people[0].is_told_incomplete("/v1/history").await, None, "the log is whole");
    let of_goal = format!("/v1/history?goal_id={}", people[0].goal);
    assert!(people[0].is_told_incomplete(&of_goal).await.is_some(), "its logs are found by a read model");
    assert!(people[0].is_told_incomplete("/v1/export").await.is_some());
    assert_eq!(people[1].is_told_incomplete("/v1/goals").await, None, "another workspace");
    let listed = product.does(&["parked"]).await;
    assert!(listed.contains(&format!("goals: stream {}", goals[0])), "{listed}");
    assert!(listed.contains("cannot be read"), "{listed}");
    for metric in ["momentum_parked_streams", "momentum_parked_total"] {
        let line = format!(r#"{metric}{{model="goals"}} 1"#);
        eventually(MEASURED_WITHIN, async || product.metrics().await.contains(&line)).await;
    }
    let early = product.fails(&["unpark"]).await;
    assert!(early.contains("parked still"), "{early}");

    mend(&mut database, &goals[0]).await;
    let told = product.does(&["unpark"]).await;
    assert!(told.contains("whole again"), "{told}");
    assert!(product.does(&["parked"]).await.contains("nothing is parked"));
    eventually(PARKED_WITHIN, async || people[0].is_told_incomplete("/v1/goals").await.is_none()).await;
    for person in &people {
        person.sees_a_year().await;
    }
    assert_eq!(people[0].title_of(&goals[0]).await, "Another");
    product.stop().await;
    product.verify_is_clean().await;
}

#[tokio::test]
async fn the_rows_of_one_workspace_can_be_told_in_every_table_of_a_read_model() {
    let database = testkit::database().await;
    let with_workspace: Vec<String> = sqlx::query_scalar(
        "select table_schema || '.' || table_name from information_schema.columns where column_name = 'workspace'",
    )
    .fetch_all(database.pool())
    .await
    .expect("columns");
    for (schema, models) in momentum::homes() {
        for table in models.iter().flat_map(|model| model.tables()) {
            assert!(
                with_workspace.contains(&format!("{}.{table}", schema.living)),
                "{table} has no column `workspace`"
            );
        }
    }
}

/// Appends an event to a goal whose data nobody can read, as a newer version might write it.
async fn plant(database: &mut PgConnection, goal: &str) {
    let sql = format!(
        "with made as (select * from es.events where stream_id = '{goal}' order by version desc limit 1),
              last as (select head, last_recorded_at from es.heads join made using (shard))
         insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                recorded_at, local_day, data)
         select shard, head + 1, stream_id, version + 1, '0199b0f0-0000-7000-8000-00000000000a', 'GoalRevised', 1, workspace, actor,
                '0199b0f0-0000-7000-8000-00000000000b',
                last_recorded_at, local_day, '{{\"total_minutes\": \"many\"}}'
         from made, last"
    );
    let planted = sqlx::query(AssertSqlSafe(sql)).execute(database).await.expect("planted");
    assert_eq!(planted.rows_affected(), 1);
}

/// What a version that can read it does.
async fn mend(database: &mut PgConnection, goal: &str) {
    let sql =
        format!("update es.events set data = '{{\"total_minutes\": 77}}' where stream_id = '{goal}' and version = 2");
    let mended = sqlx::query(AssertSqlSafe(sql)).execute(database).await.expect("mended");
    assert_eq!(mended.rows_affected(), 1);
}

async fn eventually(within: Duration, so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + within;
    while !so().await {
        assert!(Instant::now() < deadline, "not within {within:?}");
        sleep(LOOK_PAUSE).await;
    }
}
