//! An event that no read model can apply: its stream is parked, seen to be so, and taken up again once it is mended.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::{Instant, sleep};
use uuid::{Uuid, uuid};

use super::{Outcome, Scene};

/// The command of every event that is planted.
pub const POISON_COMMAND: Uuid = uuid!("0199b0f0-0000-7000-8000-00000000000b");
/// So soon is its stream parked, and seen to be.
const PARKED_WITHIN: Duration = Duration::from_secs(5);
/// So long may other faults keep us from planting, and from mending.
const PATIENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(100);

impl Scene {
    pub(super) async fn poison(&self) -> Outcome {
        self.plant_and_mend().await.map_or_else(|wrong| Outcome::Wrong(format!("{wrong:#}")), |()| Outcome::Done)
    }

    async fn plant_and_mend(&self) -> anyhow::Result<()> {
        let goal = self.prober.lock().await.create_goal().await?;
        let pool = &self.observer.pool;
        again(async || plant(&self.cluster.servers.database_url(None), goal).await).await?;
        let planted = Instant::now();
        let parked = again(async || Ok(parked(pool, goal).await?.then_some(()).context("it is not parked")?)).await;
        let took = planted.elapsed();
        again(async || Ok(mend(pool, goal).await?)).await?;
        self.unpark().await?;
        parked?;
        // Beside other faults it may take as long as these are felt.
        ensure!(took < PARKED_WITHIN * 4, "a stream with an event that nobody can apply was parked after {took:?}");
        Ok(())
    }

    async fn unpark(&self) -> anyhow::Result<()> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let program = self.cluster.administration(&["unpark"]);
            if self.cluster.start_beside(&program, "unpark")?.wait().await?.success() {
                return Ok(());
            }
            if Instant::now() > give_up {
                bail!("what is mended is not taken up again; the log of unpark says why");
            }
            sleep(PAUSE).await;
        }
    }
}

/// Tries until it works, or for far too long.
async fn again<T>(work: impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        match work().await {
            Err(error) if Instant::now() > give_up => return Err(error),
            Err(_) => sleep(PAUSE).await,
            done => return done,
        }
    }
}

/// Appends an event to a goal whose data nobody can read, as a newer version might write it. Done once, it is done.
async fn plant(url: &str, goal: Uuid) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    let mut transaction = connection.begin().await?;
    let shard: i16 = sqlx::query_scalar("select shard from es.events where stream_id = $1 limit 1")
        .bind(goal)
        .fetch_one(&mut *transaction)
        .await?;
    sqlx::query("select from es.shard where shard = $1 for update").bind(shard).execute(&mut *transaction).await?;
    sqlx::query(
        "with made as (select * from es.events where stream_id = $1 and version = 1),
              last as (select head, last_recorded_at from es.heads join made using (shard)
                       where not exists (select from es.events where stream_id = $1 and version = 2))
         insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                recorded_at, local_day, data)
         select shard, head + 1, stream_id, 2, gen_random_uuid(), 'GoalRevised', 1, workspace, actor, $2,
                last_recorded_at, local_day, '{\"total_minutes\": \"many\"}'
         from made, last",
    )
    .bind(goal)
    .bind(POISON_COMMAND)
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

async fn parked(pool: &PgPool, goal: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from read.parked where stream_id = $1)").bind(goal).fetch_one(pool).await
}

/// What a version that can read it does.
async fn mend(pool: &PgPool, goal: Uuid) -> sqlx::Result<()> {
    let mended = "update es.events set data = '{\"total_minutes\": 77}' where stream_id = $1 and version = 2";
    sqlx::query(mended).bind(goal).execute(pool).await.map(drop)
}
