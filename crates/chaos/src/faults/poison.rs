//! An event that no read model can apply: its stream is parked, seen to be so, and taken up again once it is mended.

use std::{collections::VecDeque, time::Duration};

use anyhow::{Context, bail, ensure};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::{Instant, sleep, timeout};
use uuid::{Uuid, uuid};

use super::{Outcome, Scene};
use crate::{cluster::Reached, history::Place};

/// The command of every event that is planted.
pub const POISON_COMMAND: Uuid = uuid!("0199b0f0-0000-7000-8000-00000000000b");
/// So soon is its stream parked, and everybody who shows it says so; and for no longer are others behind meanwhile.
const BOUND: Duration = Duration::from_secs(5);
/// Beside other faults it may take as long as these are felt.
const BOUND_BESIDE_OTHERS: Duration = Duration::from_secs(20);
/// So long may other faults keep us from planting, and from mending.
const PATIENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(100);

/// The pause between two looks at what comes of it.
const LOOK_PAUSE: Duration = Duration::from_millis(20);

/// What came of a poison event.
#[derive(Default)]
struct Watched {
    /// When its stream was parked.
    parked: Option<Duration>,
    /// When everybody who shows it said so.
    told: Option<Duration>,
    /// How far behind the read models were, each time that was looked at.
    lags: Vec<Duration>,
}

impl Watched {
    /// When all was seen that there is to see.
    fn seen(&self) -> Option<Duration> {
        self.parked.zip(self.told).map(|(parked, told)| parked.max(told))
    }
}

/// How long ago it was first seen that the log held what some read model has yet to take in. By our own clock: those of
/// processes may have jumped. `not_reached` is what was seen earlier and is not taken in as a whole.
fn lag(not_reached: &mut VecDeque<(Instant, Vec<Reached>)>, now: Instant, reached: Vec<Reached>) -> Duration {
    let is_reached = |heads: &[Reached]| heads.iter().zip(&reached).all(|(then, now)| then.head <= now.slowest);
    while not_reached.pop_front_if(|(_, heads)| is_reached(heads)).is_some() {}
    if !is_reached(&reached) {
        not_reached.push_back((now, reached));
    }
    not_reached.front().map_or(Duration::ZERO, |(since, _)| now - *since)
}

impl Scene {
    pub(super) async fn poison(&self, lasts: Duration, is_alone: bool) -> Outcome {
        let bound = if is_alone { BOUND } else { BOUND_BESIDE_OTHERS };
        self.plant_and_mend(lasts, bound)
            .await
            .map_or_else(|wrong| Outcome::Wrong(format!("{wrong:#}")), |times| Outcome::Timed(Instant::now(), times))
    }

    async fn plant_and_mend(&self, lasts: Duration, bound: Duration) -> anyhow::Result<Vec<(&'static str, Duration)>> {
        let named = timeout(PATIENCE, async { self.prober.lock().await.create_goal().await });
        let (goal, place) = named.await.context("no goal can be named")??;
        again(async || plant(&self.cluster.servers.database_url(None), goal).await).await?;
        let Watched { parked, told, lags } = self.watch(goal, place, lasts).await;
        again(async || Ok(mend(&self.observer.pool, goal).await?)).await?;
        self.unpark().await?;
        let (parked, told) = (parked.context("it is not parked")?, told.context("nobody says that it is parked")?);
        let furthest = lags.iter().max().copied().unwrap_or_default();
        ensure!(told < bound, "a stream with an event that nobody can apply was seen to be parked after {told:?}");
        ensure!(furthest < bound, "an event that nobody can apply kept others behind by {furthest:?}");
        let of_others = lags.into_iter().map(|lag| ("poison event: the read model that is furthest behind, by", lag));
        let of_itself = [
            ("poison event: its stream is parked after", parked),
            ("poison event: everybody who shows it says so after", told),
        ];
        Ok(of_itself.into_iter().chain(of_others).collect())
    }

    /// Watches what comes of a poison event: until it has been said for a while that its stream is parked, or for far too long.
    async fn watch(&self, goal: Uuid, place: Place, lasts: Duration) -> Watched {
        let (planted, mut watched, mut not_reached) = (Instant::now(), Watched::default(), VecDeque::new());
        while planted.elapsed() < watched.seen().map_or(PATIENCE, |seen| seen + lasts) {
            // Where other faults keep us from looking, nothing is seen.
            if let Ok(reached) = self.observer.reached().await {
                watched.lags.push(lag(&mut not_reached, Instant::now(), reached));
            }
            if watched.parked.is_none() && parked(&self.observer.pool, goal).await.unwrap_or_default() {
                watched.parked = Some(planted.elapsed());
            }
            if watched.told.is_none() && self.prober.lock().await.is_incomplete(goal, place).await {
                watched.told = Some(planted.elapsed());
            }
            sleep(LOOK_PAUSE).await;
        }
        watched
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_lasts_from_when_an_end_was_seen_until_every_read_model_has_come_to_it() {
        let (begun, mut not_reached) = (Instant::now(), VecDeque::new());
        let mut looked = |at_ms: u64, shards: &[(i64, i64)]| {
            let reached = shards.iter().map(|(head, slowest)| Reached { head: *head, slowest: *slowest }).collect();
            lag(&mut not_reached, begun + Duration::from_millis(at_ms), reached).as_millis()
        };
        assert_eq!(looked(0, &[(5, 5), (3, 3)]), 0, "level");
        assert_eq!(looked(10, &[(6, 5), (3, 3)]), 0, "seen for the first time");
        assert_eq!(looked(30, &[(7, 5), (4, 3)]), 20, "not taken in since");
        assert_eq!(looked(40, &[(7, 6), (4, 4)]), 10, "what was seen first is, what was seen next is not");
        assert_eq!(looked(50, &[(8, 7), (4, 4)]), 0, "only what is new is not");
        assert_eq!(looked(60, &[(8, 8), (4, 4)]), 0);
    }
}
