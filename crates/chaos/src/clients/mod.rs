//! The load: clients that write down what they ask and are told, and never let go of a command whose outcome is unknown.

mod client;
mod http;
mod person;
mod wishes;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::{StreamExt, TryStreamExt, stream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use self::person::MARK;
pub(crate) use self::{
    client::{Client, Look},
    person::{Door, Person},
    wishes::create_goal,
};
use crate::{
    chance::Chance,
    cluster::{Cluster, Observer, Role},
    history::Recorder,
};

/// So many register at once.
const REGISTER_AT_ONCE: usize = 4;
/// The number of the client who looks again for what could not be shown, which no client of the load has.
const LOOKING_AGAIN: u32 = u32::MAX - 1;
/// So many goals are changed by every client.
const SHARED_GOALS: usize = 20;
/// So many of a hundred commands are about them, unless it is said otherwise.
pub const SHARED_PERCENT: u32 = 12;

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many ask at once.
    pub clients: u32,
    /// How many have an account, and with it a workspace.
    pub people: u32,
    /// Commands a second, all clients together, as long as they are answered.
    pub rate: u32,
    /// How many of a hundred commands are about goals that all clients change.
    pub shared: u32,
}

/// Everything that a client needs besides its own chance.
#[derive(Clone)]
pub(crate) struct World {
    pub people: Arc<Vec<Arc<Person>>>,
    pub recorder: Arc<Recorder>,
    pub counts: Arc<Counts>,
    /// What positions of this log begin with.
    pub history: Arc<str>,
    /// Where commands go, and queries.
    pub commands: Arc<[SocketAddr]>,
    pub queries: Arc<[SocketAddr]>,
    /// Nothing new is begun once this is over.
    pub stop: CancellationToken,
}

/// What came of it all.
#[derive(Debug, Default)]
pub struct Counts {
    /// Commands that were told to be done.
    pub done: AtomicU64,
    /// Commands that were refused.
    pub refused: AtomicU64,
    /// Attempts of which the outcome was not told.
    pub unknown: AtomicU64,
    /// Commands that were told more than once.
    pub repeated: AtomicU64,
    /// Commands of which nobody ever told the outcome.
    pub never_told: AtomicU64,
    /// Queries that showed something: what they had to, or not.
    pub seen: AtomicU64,
    /// Queries that were told to come back, for so long that it was given up, or that something is lacking.
    pub not_seen: AtomicU64,
}

impl Counts {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Relaxed);
    }
}

impl World {
    /// A world in which so many people are registered, and one more, who looks whether all is well.
    pub async fn of(
        cluster: &Cluster,
        observer: &Observer,
        recorder: Arc<Recorder>,
        people: u32,
    ) -> anyhow::Result<Self> {
        let (commands, queries) = (cluster.addresses(Role::CommandApi), cluster.addresses(Role::QueryApi));
        let http = http::client()?;
        let door = Door { http: &http, to: &commands, recorder: &recorder };
        let registered = stream::iter(0..=people).map(|nth| Person::register(door, nth));
        let people: Vec<Person> = registered.buffered(REGISTER_AT_ONCE).try_collect().await?;
        Ok(Self {
            people: Arc::new(people.into_iter().map(Arc::new).collect()),
            recorder,
            counts: Arc::default(),
            history: observer.history().into(),
            commands: commands.into(),
            queries: queries.into(),
            stop: CancellationToken::new(),
        })
    }

    /// By what door people come in.
    pub fn door<'a>(&'a self, http: &'a reqwest::Client) -> Door<'a> {
        Door { http, to: &self.commands, recorder: &self.recorder }
    }

    /// Has everybody sign in, and looks again for what could not be shown. Tells what cannot be shown even now.
    pub async fn look_back(&self, unseen: Vec<Look>, seed: u64) -> anyhow::Result<Vec<Look>> {
        let http = http::client()?;
        let sign_in = async |person: &Arc<Person>| person.sign_in(self.door(&http), &person.token().await).await;
        let signed_in = stream::iter(self.people.iter()).map(sign_in);
        signed_in.buffer_unordered(REGISTER_AT_ONCE).try_collect::<()>().await?;
        Client::new(LOOKING_AGAIN, self.clone(), vec![], Chance::new(seed))?.look_again(unseen).await
    }

    /// The place of the one whom no client of the load acts for.
    pub fn prober(&self) -> usize {
        self.people.len().saturating_sub(1)
    }
}

/// Starts the clients. They end some time after `world.stop`: each with the outcome of its last command, and what it could
/// not be shown.
pub(crate) fn start(world: &World, load: Load, seed: u64) -> anyhow::Result<JoinSet<anyhow::Result<Vec<Look>>>> {
    let mut running = JoinSet::new();
    let every = Duration::from_secs(u64::from(load.clients)) / load.rate.max(1);
    for nth in 0..load.clients {
        let chance = Chance::new(seed).part(u64::from(nth) + 1);
        let client = Client::new(nth, world.clone(), acts_for(nth, load), chance)?;
        running.spawn(client.run(every, load.shared));
    }
    Ok(running)
}

/// The places of those whom a client acts for: where there are enough people, it alone, or else beside other clients.
fn acts_for(nth: u32, load: Load) -> Vec<usize> {
    let hands = (0..load.people.max(load.clients)).filter(|hand| hand % load.clients == nth);
    hands.map(|hand| (hand % load.people) as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_act_for(clients: u32, people: u32) -> Vec<Vec<usize>> {
        let load = Load { clients, people, rate: 1, shared: 0 };
        (0..clients).map(|nth| acts_for(nth, load)).collect()
    }

    #[test]
    fn everybody_has_somebody_who_acts_for_them_and_every_client_somebody_to_act_for() {
        assert_eq!(all_act_for(2, 5), [vec![0, 2, 4], vec![1, 3]]);
        assert_eq!(all_act_for(5, 2), [[0], [1], [0], [1], [0]]);
        assert_eq!(all_act_for(3, 3), [[0], [1], [2]]);
    }
}
