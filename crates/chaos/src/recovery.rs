//! Whether the product is well: everybody ready, commands taken everywhere, and shown everywhere; and how long that took.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use domain::Ids;
use runtime::RandomIds;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::{
    chance::Chance,
    clients::{Client, World, create_goal},
    cluster::{Cluster, Observer},
    history::{Place, Told},
};

/// So often is looked.
const LOOK_PAUSE: Duration = Duration::from_millis(100);
/// So long may one look take.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// While commands go on, the bus is a few of them behind.
const BEHIND_EVENTS_MAX: u64 = 200;
/// The number of the client who looks, which no client of the load has.
const PROBER: u32 = u32::MAX;

/// Somebody who asks each process for something, and sees whether it is done.
pub(crate) struct Prober {
    client: Client,
    owner: usize,
    http: reqwest::Client,
}

impl Prober {
    /// Acts for the last of all people.
    pub fn new(world: World, seed: u64) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(LOOK_MAX).no_proxy().build()?;
        let owner = world.prober();
        Ok(Self { client: Client::new(PROBER, world, vec![], Chance::new(seed))?, owner, http })
    }

    /// Names another goal, for whoever wants one of their own, and tells where that stands.
    pub async fn create_goal(&mut self) -> anyhow::Result<(Uuid, Place)> {
        let goal = RandomIds.uuid();
        match self.client.ask(self.owner, create_goal(goal)).await? {
            Told::Done { place, .. } => Ok((goal, place)),
            told => bail!("a goal cannot be named: {told:?}"),
        }
    }

    /// Whether everybody who shows that goal says that what they show is incomplete.
    pub async fn is_incomplete(&self, goal: Uuid, place: Place) -> bool {
        let path = format!("/v1/goals/{goal}");
        matches!(timeout(LOOK_MAX, self.client.is_incomplete(self.owner, &path, place)).await, Ok(Ok(true)))
    }

    /// Waits until all is well, until `bound` after `since` at most; or fails with what is still wrong.
    pub async fn wait(
        &mut self,
        cluster: &Cluster,
        observer: &Observer,
        since: Instant,
        bound: Duration,
    ) -> anyhow::Result<()> {
        loop {
            let wrong = match self.look(cluster, observer).await {
                Ok(()) if since.elapsed() <= bound => return Ok(()),
                Ok(()) => anyhow!("well after {} s", since.elapsed().as_secs()),
                Err(wrong) => wrong,
            };
            if since.elapsed() > bound {
                return Err(wrong.context(format!("not well after {} s", bound.as_secs())));
            }
            sleep(LOOK_PAUSE).await;
        }
    }

    async fn look(&mut self, cluster: &Cluster, observer: &Observer) -> anyhow::Result<()> {
        for (member, process) in &cluster.processes {
            let ready = self.http.get(format!("http://{}/readyz", process.admin)).send().await;
            let ready = ready.with_context(|| format!("{member} does not answer"))?;
            if !ready.status().is_success() {
                bail!("{member} is not ready: {}", ready.text().await.unwrap_or_default());
            }
        }
        self.client.probe(self.owner).await?;
        let wrong = timeout(LOOK_MAX * 10, observer.wrong_with_bus(BEHIND_EVENTS_MAX)).await;
        match wrong.context("the bus does not answer")? {
            Some(wrong) => bail!("the bus: {wrong}"),
            None => Ok(()),
        }
    }
}
