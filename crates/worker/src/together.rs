//! The shards that a process follows are taken in together: what a transaction costs is paid once for all of them.

use std::{convert::Infallible, future::pending, time::Duration};

use domain::{Position, RawEvent, Recorded};
use event_bus::Subscription;
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use runtime::Progress;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};

use crate::{
    batch::{AtOnce, Group, take_in_together},
    checkpoint::NotMoved,
    follow::{Interrupted, NotCaughtUp},
};

/// So many events of a shard wait to be taken in.
const WAITING_EVENTS_MAX: usize = 5_000;
/// With as many, what a transaction costs beside them is no longer much.
const BATCH_EVENTS_WORTH: usize = 256;
/// After a batch of fewer a worker rests, unless somebody of its process waits: what comes meanwhile shares the next one.
/// Else it would keep the processors busy with tiny batches, and commands waiting. It rests as many times as long as the
/// batch took as that had events, so next to not at all where little happens; at most so many times, and so long.
const REST_TIMES_MAX: u32 = 10;
const REST_MAX: Duration = Duration::from_millis(50);
/// So long is waited for a first event before looking around.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// So many shards wait to be followed.
const GIVEN_MAX: usize = 16;

/// Where shards are given that are to be followed.
#[derive(Clone)]
pub(crate) struct Together(mpsc::Sender<Following>);

/// Takes in what they bring.
pub(crate) struct Given(mpsc::Receiver<Following>);

/// A shard that is followed.
struct Following {
    group: Group,
    /// Ends when nobody holds the shard any more.
    arriving: mpsc::Receiver<Recorded<RawEvent>>,
    /// Told why it is followed no longer.
    holder: oneshot::Sender<NotMoved>,
}

/// Both ends of it.
pub(crate) fn together() -> (Together, Given) {
    let (give, given) = mpsc::channel(GIVEN_MAX);
    (Together(give), Given(given))
}

impl Together {
    /// Has these read models follow a shard, until they are interrupted; while this is waited for.
    pub async fn follow(&self, group: Group, mut subscription: Subscription) -> Result<Infallible, Interrupted> {
        let (bring, arriving) = mpsc::channel(WAITING_EVENTS_MAX);
        let (holder, interrupted) = oneshot::channel();
        // Nobody takes it, nobody tells: seen below.
        let _ = self.0.send(Following { group, arriving, holder }).await;
        let bringing = async {
            loop {
                for event in subscription.next_batch(WAITING_EVENTS_MAX, IDLE_WAIT).await? {
                    if bring.send(event).await.is_err() {
                        return pending().await;
                    }
                }
            }
        };
        tokio::select! {
            told = interrupted => Err(told.map_or(Interrupted::Unattended, |error| NotCaughtUp::from(error).into())),
            brought = bringing => brought,
        }
    }
}

impl Given {
    /// Takes in what arrives, for as long as shards may be given.
    pub async fn take_in(mut self, progress: Progress) {
        let (mut following, mut at_once) = (Vec::<Following>::new(), AtOnce::first());
        loop {
            let arrived = tokio::select! {
                given = self.0.recv() => match given {
                    Some(given) => {
                        given.tell(&progress);
                        following.push(given);
                        continue;
                    }
                    None => return,
                },
                arrived = arrived(&mut following, at_once.number().into()) => arrived,
            };
            let begun = Instant::now();
            let (mut which, mut taking, mut events) = (vec![], vec![], 0);
            for ((nth, it), arrived) in following.iter_mut().enumerate().zip(arrived) {
                if !arrived.is_empty() {
                    events += arrived.len();
                    which.push(nth);
                    taking.push((&mut it.group, arrived));
                }
            }
            let taken_in = take_in_together(taking).await;
            at_once.learn(begun.elapsed());
            // From the last on, so that those before keep their numbers.
            for (nth, taken_in) in which.into_iter().zip(taken_in).rev() {
                match taken_in {
                    Ok(()) => following[nth].tell(&progress),
                    // Nobody is told if nobody holds it any more.
                    Err(error) => drop(following.swap_remove(nth).holder.send(error)),
                }
            }
            if (1..BATCH_EVENTS_WORTH).contains(&events) {
                let times = u32::try_from(events).map_or(REST_TIMES_MAX, |events| events.min(REST_TIMES_MAX));
                let models: Vec<&str> = following.iter().flat_map(Following::models).collect();
                // Rested enough, or somebody waits for what it keeps: either way it goes on.
                let _ = timeout((begun.elapsed() * times).min(REST_MAX), progress.awaited(&models)).await;
            }
        }
    }
}

/// What has arrived of each, at most so many in all, as soon as anything has; those that nobody holds any more are left out
/// from then on.
async fn arrived(following: &mut Vec<Following>, events_max: usize) -> Vec<Vec<Recorded<RawEvent>>> {
    loop {
        following.retain(|it| !it.holder.is_closed());
        // Each has its share, so that none waits behind another that has much to catch up with.
        let share = (events_max / following.len().max(1)).max(1);
        let mut all: Vec<Vec<_>> = following.iter().map(|_| vec![]).collect();
        let mut arriving: FuturesUnordered<_> = following
            .iter_mut()
            .zip(&mut all)
            .map(|(it, events)| async move { it.arriving.recv_many(events, share).await })
            .collect();
        let Some(number) = arriving.next().await else { return pending().await };
        // What the others have by now.
        while arriving.next().now_or_never().flatten().is_some() {}
        drop(arriving);
        if number > 0 || all.iter().any(|events| !events.is_empty()) {
            return all;
        }
    }
}

impl Following {
    fn models(&self) -> impl Iterator<Item = &'static str> {
        self.group.intakes.iter().map(|intake| intake.model.name())
    }

    fn tell(&self, progress: &Progress) {
        progress.tell(self.models(), Position { shard: self.group.shard, number: self.group.position });
    }
}
