//! The pump: publishes the feed with many messages under way, and watches the stream meanwhile.

use std::{convert::Infallible, time::Duration, vec};

use domain::{RawEvent, Recorded};
use event_store::Store;
use metrics::counter;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until, timeout};

use super::{
    acks::Acks,
    audit::Audit,
    feed::Feed,
    stream::{Created, Found, ShardStream},
    trouble::Trouble,
};
use crate::message::Outgoing;

/// So many messages are under way that are not known to be stored.
const UNDER_WAY_MESSAGES_MAX: i64 = 1_024;
/// Where many follow each other, every so many are answered.
const ANSWERED_EVERY: i64 = 64;
/// So long may an answer stay away.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);
/// How often the stream is looked at. Whatever is done to it is noticed within this.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Publishes what is after a position.
pub(crate) struct Pump<'a> {
    stream: &'a ShardStream,
    created: Created,
    feed: Feed,
    waiting: vec::IntoIter<Recorded<RawEvent>>,
    acks: Acks,
    /// The number of the last message that was sent.
    sent: i64,
    /// The number up to which the stream is known to be right.
    pub known: i64,
    /// The first message that no answer was asked for to, and that was not read back since. One that somebody else's came
    /// before, at its very number, was not stored, and nobody said so.
    pub unasked: Option<i64>,
    /// The last message that was sent when the stream was looked at.
    sent_at_last_look: i64,
    /// Until then an answer is due.
    answer_due: Instant,
    look: Interval,
}

impl<'a> Pump<'a> {
    /// A pump for a stream that was found right up to its last message.
    pub async fn new(stream: &'a ShardStream, store: &Store, found: &Found) -> Result<Self, Trouble> {
        let last = found.extent.last;
        let mut look = interval(LOOK_INTERVAL);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            stream,
            created: found.created,
            feed: Feed::start(stream, store, last).await?,
            waiting: vec![].into_iter(),
            acks: Acks::open(&stream.bus.client).await?,
            sent: last,
            known: last,
            unasked: None,
            sent_at_last_look: last,
            answer_due: Instant::now(),
            look,
        })
    }

    /// Publishes until there is trouble.
    pub async fn run(&mut self, audit: &mut Audit) -> Result<Infallible, Trouble> {
        loop {
            while self.sent - self.known < UNDER_WAY_MESSAGES_MAX
                && let Some(event) = self.waiting.next()
            {
                self.publish(&event).await?;
            }
            tokio::select! {
                // What is rare comes first, so that what is frequent cannot keep it waiting; the deadline comes last, since
                // an answer that is there is in time.
                biased;
                _ = self.look.tick() => {
                    self.look().await?;
                    self.read_back(audit);
                }
                audited = audit.outcome() => audited?,
                stored = self.acks.next(), if self.sent > self.known => self.confirm(stored?)?,
                batch = self.feed.next(), if self.waiting.len() == 0 => {
                    self.waiting = batch.ok_or(Trouble::Unsure("the feed died"))?;
                }
                () = sleep_until(self.answer_due), if self.sent > self.known => {
                    return Err(Trouble::NotStored("answers stay away".into()));
                }
            }
        }
    }

    async fn publish(&mut self, event: &Recorded<RawEvent>) -> Result<(), Trouble> {
        let number = event.position.number;
        let subject = self.stream.bus.topology.subject(event);
        let Outgoing { headers, body } = self.stream.stamp.seal(&subject, event).map_err(Trouble::nats)?;
        let (client, asks) = (&self.stream.bus.client, self.asks(number));
        if !asks {
            self.unasked.get_or_insert(number);
        }
        let sending = async {
            if asks {
                client.publish_with_reply_and_headers(subject, self.acks.inbox_of(number), headers, body).await
            } else {
                client.publish_with_headers(subject, headers, body).await
            }
        };
        let sent = timeout(ANSWER_WAIT_MAX, sending).await;
        sent.map_err(|_| Trouble::nats("the connection takes no more"))?.map_err(Trouble::nats)?;
        if self.sent == self.known {
            self.answer_due = Instant::now() + ANSWER_WAIT_MAX;
        }
        self.sent = number;
        Ok(())
    }

    /// Whether an answer is asked for to the next message. To the last one at hand, for it tells of all before it; to the
    /// first one under way, for if that cannot be stored, its answer tells why; and in between, so that more can follow.
    fn asks(&self, number: i64) -> bool {
        self.waiting.len() == 0 || self.sent == self.known || number % ANSWERED_EVERY == 0
    }

    /// Takes in that the message with this number was stored where it belongs; and so all before it were, for each is
    /// stored only behind the one that it follows, unless somebody else's stands there.
    fn confirm(&mut self, stored: i64) -> Result<(), Trouble> {
        let new = u64::try_from(stored - self.known).ok().filter(|new| *new > 0);
        let new = new.ok_or(Trouble::Unsure("an answer came twice"))?;
        self.known = stored;
        self.answer_due = Instant::now() + ANSWER_WAIT_MAX;
        counter!("momentum_bus_published_total").increment(new);
        Ok(())
    }

    /// Once there is nothing else to do, what was sent without asking is held against the log.
    fn read_back(&mut self, audit: &mut Audit) {
        let is_idle = self.sent == self.known && self.sent == self.sent_at_last_look;
        self.sent_at_last_look = self.sent;
        if is_idle
            && audit.is_over()
            && let Some(first) = self.unasked.take()
        {
            audit.begin(self.stream, self.created, (first, self.known));
        }
    }

    /// Looks whether the stream is what it would be if nobody but this pump had touched it.
    async fn look(&mut self) -> Result<(), Trouble> {
        let Found { created, extent, head } = self.stream.inspect().await?;
        self.stream.tell_lag(head - extent.last);
        if created != self.created {
            return Err(Trouble::Unsure("the stream was made again by another"));
        }
        if extent.last > self.sent {
            return Err(Trouble::Unsure("another has published"));
        }
        if extent.last < self.known {
            return Err(Trouble::Unsure("the stream has lost its end"));
        }
        Ok(())
    }
}
