//! A gap-free subscription: the events of a shard after a position, each once and in order, whatever NATS does.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use domain::{Position, RawEvent, Recorded, Shard};
use event_store::{Log, PAGE_EVENTS_MAX, StoreError};
use metrics::counter;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::{
    Bus,
    arrivals::{Arrival, Arrivals, Surprise},
    message::Stamp,
    pace::Pace,
    patience::in_time,
};

/// After so long without a message, the log is asked whether one is due.
const SILENCE_MAX: Duration = Duration::from_secs(1);
/// What the log had at that moment may have been on its way; so much longer is it waited for.
const GRACE: Duration = Duration::from_millis(100);
/// While NATS cannot be read, the log is: so long after there was something in it, and after there was nothing.
const BUSY_POLL_INTERVAL: Duration = Duration::from_millis(20);
const IDLE_POLL_INTERVAL: Duration = Duration::from_millis(200);
/// More than so many events behind, pages from the log are faster than messages.
const BEHIND_EVENTS_MAX: u64 = 20_000;
/// So long may NATS take to let us in; events wait meanwhile.
const OPEN_WAIT_MAX: Duration = Duration::from_millis(500);
/// The pause before NATS is tried again, doubling between these.
const RETRY_PAUSE_MIN: Duration = Duration::from_millis(50);
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(2);
/// Having failed is forgotten after so long without a failure.
const CALM_AFTER: Duration = Duration::from_secs(10);

/// Reads a shard from a position on. Keeps nothing in NATS: where it stands is its reader's to keep.
pub struct Subscription {
    bus: Option<Arc<Bus>>,
    log: Log,
    shard: Shard,
    /// The last event that was read, handed out or not.
    read: i64,
    /// Events that were read and not yet handed out.
    ready: VecDeque<Recorded<RawEvent>>,
    source: Source,
    /// When the log is polled again.
    poll_at: Instant,
    retries: Pace,
    /// Not before this is NATS tried again.
    retry_at: Instant,
    /// Until then silence means nothing.
    quiet_until: Instant,
    /// What the log held when it was last asked after a silence, if that had not arrived.
    overdue: Option<i64>,
    /// What the log held when it was last asked while messages came, and when it is asked again.
    owed: i64,
    ask_at: Instant,
    /// Whether NATS had more than had arrived.
    has_more: bool,
}

/// Where the next events come from.
enum Source {
    /// The log, and whether its last page went up to the head: then NATS takes over.
    Log { near: bool },
    /// NATS.
    Bus(Box<Arrivals>),
}

/// Why there are no events.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    /// Its reader stands where the log has not come yet: the log was restored, and the reader was not.
    #[error("the reader stands at {reader}, and the log ends at {head}: it is another history")]
    Ahead {
        /// Where the reader stands.
        reader: Position,
        /// The end of the log.
        head: Position,
    },
    /// The log cannot be read. The subscription goes on where it was.
    #[error(transparent)]
    Log(#[from] StoreError),
}

impl Subscription {
    /// Subscribes to what comes after the event with the number `after`. Without a bus, all of it is read from the log.
    pub async fn open(
        bus: impl Into<Option<Arc<Bus>>>,
        log: Log,
        shard: Shard,
        after: i64,
    ) -> Result<Self, SubscriptionError> {
        let head = in_time(log.head(shard)).await?;
        if after > head.number {
            return Err(SubscriptionError::Ahead { reader: Position { shard, number: after }, head });
        }
        let now = Instant::now();
        Ok(Self {
            bus: bus.into(),
            log,
            shard,
            read: after,
            ready: VecDeque::new(),
            source: Source::Log { near: false },
            poll_at: now,
            retries: Pace::new(RETRY_PAUSE_MIN, RETRY_PAUSE_MAX, CALM_AFTER),
            retry_at: now,
            quiet_until: now,
            overdue: None,
            owed: after,
            ask_at: now,
            has_more: false,
        })
    }

    /// The next events, as soon as there are any: few when it is quiet, up to `max_events` when it is busy. None, if
    /// none came within `max_wait`.
    ///
    /// Giving up waiting for this loses nothing: the next call goes on where it was.
    pub async fn next_batch(
        &mut self,
        max_events: usize,
        max_wait: Duration,
    ) -> Result<Vec<Recorded<RawEvent>>, SubscriptionError> {
        let (max_events, deadline) = (max_events.max(1), Instant::now() + max_wait);
        loop {
            self.take_arrived(max_events);
            if self.ready.len() < max_events {
                self.ask_while_messages_come().await?;
            }
            let events: Vec<_> = self.ready.drain(..max_events.min(self.ready.len())).collect();
            if !events.is_empty() {
                return Ok(events);
            }
            match self.source {
                Source::Log { near } => self.read_log(near, deadline).await?,
                Source::Bus(_) => self.await_arrival(deadline).await?,
            }
            if self.ready.is_empty() && Instant::now() >= deadline {
                return Ok(vec![]);
            }
        }
    }

    /// Takes what NATS has brought already.
    fn take_arrived(&mut self, max_events: usize) {
        while self.ready.len() < max_events
            && let Source::Bus(arrivals) = &mut self.source
            && let Some(arrival) = arrivals.next_arrived()
        {
            self.take(arrival);
        }
    }

    fn take(&mut self, arrival: Result<Arrival, Surprise>) {
        match arrival {
            Ok(Arrival { event, pending }) => {
                self.push(event);
                self.heard();
                self.has_more = pending > 0;
                if pending > BEHIND_EVENTS_MAX {
                    self.turn_to_log("behind");
                }
            }
            Err(Surprise::Gap) => self.give_up_bus("gap"),
            Err(Surprise::Foreign) => self.give_up_bus("foreign"),
            Err(Surprise::Failed(error)) => {
                tracing::debug!(%error, shard = %self.shard, "the consumer failed");
                self.give_up_bus("failed");
            }
        }
    }

    fn push(&mut self, event: Recorded<RawEvent>) {
        self.read = event.position.number;
        self.ready.push_back(event);
    }

    /// There is nothing to worry about for a while.
    fn heard(&mut self) {
        self.quiet_until = Instant::now() + SILENCE_MAX;
        self.overdue = None;
    }

    /// Reads the log from now on, until its end is near and NATS is back.
    fn turn_to_log(&mut self, reason: &'static str) {
        counter!("momentum_bus_turned_to_log_total", "reason" => reason).increment(1);
        self.source = Source::Log { near: false };
    }

    /// The same because NATS failed: it is not asked again at once, if it fails again and again.
    fn give_up_bus(&mut self, reason: &'static str) {
        self.turn_to_log(reason);
        self.retry_at = Instant::now() + self.retries.failed();
    }

    async fn read_log(&mut self, near: bool, deadline: Instant) -> Result<(), SubscriptionError> {
        if near {
            if self.turn_to_bus().await {
                return Ok(());
            }
            sleep_until(deadline.min(self.poll_at)).await;
            if Instant::now() < self.poll_at {
                return Ok(());
            }
        }
        let page = in_time(self.log.read_shard(self.shard, self.read, PAGE_EVENTS_MAX)).await?;
        let full = i64::try_from(page.len()).is_ok_and(|events| events >= PAGE_EVENTS_MAX);
        self.source = Source::Log { near: !full };
        self.poll_at = Instant::now() + if page.is_empty() { IDLE_POLL_INTERVAL } else { BUSY_POLL_INTERVAL };
        page.into_iter().for_each(|event| self.push(event));
        Ok(())
    }

    /// Turns to NATS, if it is there.
    async fn turn_to_bus(&mut self) -> bool {
        let Some(bus) = self.bus.as_ref().filter(|bus| bus.is_connected() && Instant::now() >= self.retry_at) else {
            return false;
        };
        let stamp = Stamp::new(&bus.key, self.log.history(), self.shard);
        let opened = timeout(OPEN_WAIT_MAX, Arrivals::open(bus, self.shard, stamp, self.read)).await;
        match opened.unwrap_or(Err("no answer".into())) {
            Ok(arrivals) => {
                self.source = Source::Bus(Box::new(arrivals));
                self.heard();
                self.asked(self.read);
                true
            }
            Err(error) => {
                tracing::debug!(%error, shard = %self.shard, "no consumer");
                self.retry_at = Instant::now() + self.retries.failed();
                false
            }
        }
    }

    async fn await_arrival(&mut self, deadline: Instant) -> Result<(), SubscriptionError> {
        let Source::Bus(arrivals) = &mut self.source else { return Ok(()) };
        if let Ok(arrival) = timeout_at(deadline.min(self.quiet_until), arrivals.next()).await {
            self.take(arrival);
        } else if Instant::now() >= self.quiet_until {
            self.ask_after_silence().await?;
        }
        Ok(())
    }

    /// Finds out whether it is quiet because nothing happens, or because NATS does not bring it.
    async fn ask_after_silence(&mut self) -> Result<(), SubscriptionError> {
        if self.overdue.is_some_and(|overdue| overdue > self.read) {
            self.give_up_bus("silence");
            return Ok(());
        }
        let head = self.head().await?;
        let missing = head > self.read;
        self.overdue = missing.then_some(head);
        self.quiet_until = Instant::now() + if missing { GRACE } else { SILENCE_MAX };
        Ok(())
    }

    /// Finds out whether messages come as fast as events are written: there may always be one, and each later than the last.
    async fn ask_while_messages_come(&mut self) -> Result<(), SubscriptionError> {
        if !matches!(self.source, Source::Bus(_)) || Instant::now() < self.ask_at {
            return Ok(());
        }
        // What has arrived is taken, and NATS had no more: so it is not we who are slow.
        if self.owed > self.read && !self.has_more {
            self.give_up_bus("late");
            return Ok(());
        }
        self.head().await.map(drop)
    }

    /// Where the log ends, which is not before what was read of it.
    async fn head(&mut self) -> Result<i64, SubscriptionError> {
        let head = in_time(self.log.head(self.shard)).await?;
        if self.read > head.number {
            return Err(SubscriptionError::Ahead { reader: Position { shard: self.shard, number: self.read }, head });
        }
        self.asked(head.number);
        Ok(head.number)
    }

    /// The log was found to end there.
    fn asked(&mut self, head: i64) {
        self.owed = head;
        // Where it is quiet, silence is asked about before.
        self.ask_at = Instant::now() + SILENCE_MAX + GRACE;
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { shard, read, ready, .. } = self;
        f.debug_struct("Subscription").field("shard", shard).field("read", read).field("ready", &ready.len()).finish()
    }
}
