//! The faults: how each is done, and undone. What this machine cannot do is said, and never passed over.

mod database;
mod disks;
mod nats;
mod network;
mod poison;
mod processes;
mod streams;
mod volume;

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

pub use self::poison::POISON_COMMAND;
pub(crate) use self::volume::{Volume, unmount_below};
use crate::{
    chance::Chance,
    cluster::{Cluster, Observer},
    plan::{Fault, Kind},
    recovery::Prober,
};

/// What became of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The product was hurt, until then.
    Done(Instant),
    /// It was, and what had to come of it took so long.
    Timed(Instant, Vec<(&'static str, Duration)>),
    /// It was not, since this machine cannot do that.
    NotHere(String),
    /// It was, and did not do what it has to under that.
    Wrong(String),
}

impl Outcome {
    /// It was hurt until now.
    fn done() -> Self {
        Self::Done(Instant::now())
    }
}

/// Where faults happen.
#[derive(Clone)]
pub(crate) struct Scene {
    pub cluster: Arc<Cluster>,
    pub observer: Arc<Observer>,
    pub prober: Arc<tokio::sync::Mutex<Prober>>,
    /// Where the servers' files lie, if that is a volume of their own.
    pub volume: Option<Arc<Volume>>,
    /// So late are messages that come when everybody has forgotten them.
    pub aged_after: Duration,
}

impl Scene {
    /// Does it, for as long as it lasts, and undoes what a machine, a network or an intruder would undo by itself. An error
    /// is that of this harness, which cannot go on; never one of the product. What must come of it while it lasts may take
    /// longer where it is not alone.
    pub async fn inflict(&self, fault: Fault, is_alone: bool) -> anyhow::Result<Outcome> {
        sleep(fault.after).await;
        let chance = Chance::new(fault.target as u64);
        match fault.kind {
            Kind::Kill | Kind::KillEach | Kind::KillAll | Kind::Pause => self.hurt_processes(fault, chance).await,
            Kind::Rebuild => self.rebuild(chance).await,
            Kind::NextVersion => self.run_next_version(fault.lasts).await,
            Kind::ClockJump => self.jump(fault, chance).await,
            Kind::PostgresStop => self.stop_postgres().await,
            Kind::SlowTransaction => self.hold_transactions(fault.lasts, chance).await,
            Kind::NatsKill | Kind::NatsAway | Kind::NatsPause => self.hurt_nats(fault).await,
            Kind::NatsWipe | Kind::NatsRollback | Kind::NatsFlip => self.hurt_store(fault, chance).await,
            Kind::NatsFull => self.fill_store(fault.lasts).await,
            Kind::PowerCut => self.cut_power().await,
            Kind::StreamDelete => self.delete_stream(chance).await,
            Kind::Intruder => self.publish_foreign(chance).await,
            Kind::Cut
            | Kind::CutOneWay
            | Kind::Delay
            | Kind::Throttle
            | Kind::HalfOpen
            | Kind::Reset
            | Kind::Redeliver => self.hurt_network(fault, chance).await,
            Kind::Poison => Ok(self.poison(fault.lasts, is_alone).await),
        }
    }
}
