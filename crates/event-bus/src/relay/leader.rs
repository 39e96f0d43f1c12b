//! What the relay of a shard does: finds the stream right or makes it so, then pumps, until something is the matter.

use std::{convert::Infallible, time::Duration};

use event_store::Store;
use metrics::counter;
use tokio::time::{Instant, sleep};

use super::{
    audit::{Audit, verify},
    pump::Pump,
    stream::{Created, Found, ShardStream},
    trouble::Trouble,
};
use crate::{damage::Damage, pace::Pace, patience::in_time};

/// The pause after NATS or Postgres failed, doubling between these.
const FAILURE_PAUSE_MIN: Duration = Duration::from_millis(50);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(1);
/// The pause after the stream turned out to be touched by another, doubling between these while it goes on so.
const DOUBT_PAUSE_MIN: Duration = Duration::from_millis(1);
const DOUBT_PAUSE_MAX: Duration = Duration::from_millis(100);
/// Doubts are forgotten after so long without one.
const DOUBT_CALM_AFTER: Duration = Duration::from_secs(1);
/// The pause after a stream that had just been made again was damaged again, as by another installation of our name.
const HEALING_PAUSE_MIN: Duration = Duration::from_millis(250);
const HEALING_PAUSE_MAX: Duration = Duration::from_secs(4);
/// A stream that takes nothing for so long, of what it lacks, is made again: one that met a full disk stores nothing any
/// more, however much space there is since.
const STALLED_MAX: Duration = Duration::from_secs(5);
/// Failures and healings are forgotten after so long without another.
const CALM_AFTER: Duration = Duration::from_secs(20);

/// The relay of one shard.
pub(crate) struct Leader<'a> {
    stream: &'a ShardStream,
    store: &'a Store,
    /// Which making of the stream is known, and up to where it is known to be right.
    known: Option<(Created, i64)>,
    /// Whether the whole stream is to be read back.
    audit_due: bool,
    audit: Audit,
    /// Which making of the stream lacks something after which message, and since when that is so.
    stalled: Option<(Created, i64, Instant)>,
    failures: Pace,
    doubts: Pace,
    healings: Pace,
}

impl<'a> Leader<'a> {
    pub const fn new(stream: &'a ShardStream, store: &'a Store) -> Self {
        Self {
            stream,
            store,
            known: None,
            audit_due: true,
            audit: Audit::none(),
            stalled: None,
            failures: Pace::new(FAILURE_PAUSE_MIN, FAILURE_PAUSE_MAX, CALM_AFTER),
            doubts: Pace::new(DOUBT_PAUSE_MIN, DOUBT_PAUSE_MAX, DOUBT_CALM_AFTER),
            healings: Pace::new(HEALING_PAUSE_MIN, HEALING_PAUSE_MAX, CALM_AFTER),
        }
    }

    /// Relays for ever.
    pub async fn lead(mut self) {
        loop {
            let Err(trouble) = self.relay().await;
            match trouble {
                Trouble::Damaged(damage) => {
                    if let Err(trouble) = self.heal(damage).await {
                        self.pause(&trouble).await;
                    }
                }
                Trouble::Unsure(why) => {
                    tracing::debug!(shard = %self.stream.shard, why, "looking at the stream");
                    sleep(self.doubts.failed()).await;
                }
                trouble @ (Trouble::Nats(_) | Trouble::NotStored(_) | Trouble::Log(_)) => self.pause(&trouble).await,
            }
        }
    }

    /// Takes a stream for damaged that stands still, though it is there and there is something for it to take.
    fn check_progress(&mut self, found: &Found) -> Result<(), Damage> {
        let (now, last) = (Instant::now(), found.extent.last);
        let lacks = found.head > last;
        self.stalled = match self.stalled {
            Some((created, at, since)) if lacks && (created, at) == (found.created, last) => {
                if now - since > STALLED_MAX {
                    self.stalled = None;
                    return Err(Damage::Unwritable);
                }
                Some((created, at, since))
            }
            _ => lacks.then_some((found.created, last, now)),
        };
        Ok(())
    }

    /// Waits a while for NATS, or Postgres; no longer than NATS is away.
    async fn pause(&mut self, trouble: &Trouble) {
        let (shard, pause) = (self.stream.shard, self.failures.failed());
        if pause.is_zero() {
            tracing::warn!(error = trouble as &dyn std::error::Error, %shard, "not relaying for the moment");
        }
        if matches!(trouble, Trouble::Nats(_) | Trouble::Log(_)) {
            // Who cannot be reached is not the one who stands still.
            self.stalled = None;
        }
        // Who knows what became of the stream while NATS was away; and where the log cannot be read, reading it back has
        // ended early.
        self.audit_due |= matches!(trouble, Trouble::Nats(_) | Trouble::NotStored(_) | Trouble::Log(_));
        if let Ok(head) = in_time(self.stream.log.head(shard)).await {
            let last = self.known.map_or(0, |(_, known)| known);
            self.stream.tell_lag(head.number - last);
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = self.stream.bus.returns() => {}
        }
    }

    /// Looks at the stream, then relays until there is trouble.
    async fn relay(&mut self) -> Result<Infallible, Trouble> {
        if !self.stream.bus.is_connected() {
            return Err(Trouble::nats("away"));
        }
        let found = self.stream.inspect().await?;
        self.check_progress(&found)?;
        self.check(&found).await?;
        let mut pump = Pump::new(self.stream, self.store, &found).await?;
        let ended = pump.run(&mut self.audit).await;
        self.known = Some((found.created, pump.known));
        self.audit_due |= pump.unasked.is_some();
        ended
    }

    /// Holds against the log what is not known to be right. That its last message is right is enough to go on; the rest
    /// is read back meanwhile, where there is reason to.
    async fn check(&mut self, found: &Found) -> Result<(), Trouble> {
        let (first, last) = (found.extent.first, found.extent.last);
        let known = self.known.filter(|(created, _)| *created == found.created).map(|(_, known)| known);
        self.audit_due |= known.is_none_or(|known| known > last);
        let from = known.map_or(last, |known| (known + 1).min(last)).max(first);
        verify(self.stream, found.created, (from, last), Duration::ZERO).await?;
        self.known = Some((found.created, last));
        if self.audit_due {
            self.audit.begin(self.stream, found.created, (first, last));
            self.audit_due = false;
        }
        Ok(())
    }

    async fn heal(&mut self, damage: Damage) -> Result<(), Trouble> {
        let shard = self.stream.shard;
        sleep(self.healings.failed()).await;
        self.audit = Audit::none();
        let head = self.stream.make_again().await?;
        if damage == Damage::Missing && head == 0 {
            tracing::info!(%shard, "stream made");
            return Ok(());
        }
        tracing::warn!(%shard, reason = %damage, "stream made again");
        counter!("momentum_bus_healed_total", "reason" => <&str>::from(damage)).increment(1);
        Ok(())
    }
}
