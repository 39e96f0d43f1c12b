//! Ways that bytes do not take, or not as they should.

use std::time::Duration;

use anyhow::Context;
use tokio::time::sleep;

use super::{Outcome, Scene};
use crate::{
    chance::Chance,
    cluster::{Flow, Link, Proxy},
    plan::{Fault, Kind},
};

/// Bytes are late by this, in ms.
const LATE_MS: (u64, u64) = (20, 400);
/// So many bytes pass a second.
const SLOW_BYTES: [u32; 3] = [4_096, 16_384, 65_536];

impl Scene {
    pub(super) async fn hurt_network(&self, fault: Fault, mut chance: Chance) -> anyhow::Result<Outcome> {
        if fault.kind == Kind::Redeliver {
            return self.redeliver(fault.lasts).await;
        }
        let way = self.some_way(fault.target)?;
        let (up, down) = match fault.kind {
            Kind::HalfOpen => {
                way.lose();
                return Ok(Outcome::done());
            }
            Kind::Reset => {
                way.reset();
                return Ok(Outcome::done());
            }
            Kind::CutOneWay if chance.one_in(2) => (Flow::Held, Flow::Open),
            Kind::CutOneWay => (Flow::Open, Flow::Held),
            Kind::Delay => {
                let late = Flow::Delayed(chance.millis(LATE_MS.0, LATE_MS.1));
                (late, late)
            }
            Kind::Throttle => {
                let slow = Flow::Throttled(*chance.pick(&SLOW_BYTES).unwrap_or(&0));
                (slow, slow)
            }
            _ => (Flow::Held, Flow::Held),
        };
        way.set(up, down);
        sleep(fault.lasts).await;
        way.set(Flow::Open, Flow::Open);
        Ok(Outcome::done())
    }

    /// Every process is delivered messages twice, late and out of order; some only long after this is over.
    async fn redeliver(&self, lasts: Duration) -> anyhow::Result<Outcome> {
        self.on_ways_from_nats(Flow::Redelivered(self.aged_after));
        sleep(lasts).await;
        self.on_ways_from_nats(Flow::Open);
        Ok(Outcome::done())
    }

    fn on_ways_from_nats(&self, flow: Flow) {
        let ways = self.cluster.links.iter().filter(|(link, _)| matches!(link, Link::Nats(_)));
        ways.for_each(|(_, way)| way.set(Flow::Open, flow));
    }

    fn some_way(&self, target: usize) -> anyhow::Result<&Proxy> {
        let links = &self.cluster.links;
        links.values().nth(target % links.len().max(1)).context("there are no ways")
    }
}
