//! Load: so many at once, or so many a second whatever becomes of them.

use std::{sync::Arc, thread, time::Duration};

use chaos::times;
use futures::future::join_all;
use tokio::{
    sync::{Mutex, mpsc},
    time::Instant,
};

use crate::machine::{count, millis};

/// Arrivals that can wait for a worker: more than there ever are.
const ARRIVALS_MAX: usize = 1 << 20;

/// What is done over and over, on a connection of its own.
pub trait Work: Send + 'static {
    /// Does it once.
    fn once(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Is told that what it did so far was only to warm up, and is nobody's latency.
    fn warmed_up(&mut self) {}

    /// Is told how long it took under an open load, from when it was due.
    fn took(&mut self, _: Duration) {}
}

/// What came of a load.
#[derive(Debug, Default)]
pub struct Sample {
    /// How long each took, shortest first.
    latencies: Vec<Duration>,
    took: Duration,
}

impl Sample {
    /// One of these latencies, taken in this time.
    #[must_use]
    pub fn new(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort_unstable();
        Self { latencies, took }
    }

    /// How many were done.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.latencies.len()
    }

    /// How many were done a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        count(self.latencies.len()) / self.took.as_secs_f64()
    }

    /// The latency, in ms, that so many of a thousand did not exceed.
    #[must_use]
    pub fn per_mille(&self, per_mille: usize) -> f64 {
        millis(times::per_mille(&self.latencies, per_mille))
    }

    /// The middle latency, in ms.
    #[must_use]
    pub fn p50(&self) -> f64 {
        self.per_mille(500)
    }

    /// The latency, in ms, that one of a hundred exceeds.
    #[must_use]
    pub fn p99(&self) -> f64 {
        self.per_mille(990)
    }
}

/// Closed load: each worker begins again as soon as it is done, and does its work at least once. Each does it once before
/// the time begins: what only a first one pays for, a connection or what is not in a cache yet, is not the load's.
pub async fn closed<W: Work>(workers: Vec<W>, lasts: Duration) -> anyhow::Result<(Sample, Vec<W>)> {
    let (_, mut workers) = again_and_again(workers, Duration::ZERO).await?;
    workers.iter_mut().for_each(Work::warmed_up);
    again_and_again(workers, lasts).await
}

async fn again_and_again<W: Work>(workers: Vec<W>, lasts: Duration) -> anyhow::Result<(Sample, Vec<W>)> {
    let begun = Instant::now();
    let running = workers.into_iter().map(|mut worker| {
        tokio::spawn(async move {
            let mut latencies = vec![];
            let mut now = Instant::now();
            // The time is looked at only afterwards: each has something to tell, however late it was let begin.
            loop {
                worker.once().await?;
                let done = Instant::now();
                latencies.push(done - now);
                now = done;
                if now >= begun + lasts {
                    return anyhow::Ok((worker, latencies));
                }
            }
        })
    });
    gather(join_all(running).await, begun)
}

/// Open load: arrivals come at a steady rate and do not wait for answers. One that finds every worker busy waits, and its
/// latency counts from when it was due, so that a slow answer is not hidden by what it held up.
pub async fn open<W: Work>(workers: Vec<W>, rate: f64, lasts: Duration) -> anyhow::Result<(Sample, Vec<W>)> {
    let begun = Instant::now();
    let (arrive, arrivals) = mpsc::channel(ARRIVALS_MAX);
    // A thread of its own: tokio's timer is a millisecond coarse.
    let pacer = thread::spawn(move || {
        for nth in 0_u32.. {
            let due = begun + Duration::from_secs_f64(f64::from(nth) / rate);
            if due >= begun + lasts {
                return;
            }
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if arrive.try_send(due).is_err() {
                return;
            }
        }
    });
    let arrivals = Arc::new(Mutex::new(arrivals));
    let running = workers.into_iter().map(|mut worker| {
        let arrivals = arrivals.clone();
        tokio::spawn(async move {
            let mut latencies = vec![];
            loop {
                let arrival = arrivals.lock().await.recv().await;
                let Some(due) = arrival else { return anyhow::Ok((worker, latencies)) };
                worker.once().await?;
                let took = due.elapsed();
                worker.took(took);
                latencies.push(took);
            }
        })
    });
    let sample = gather(join_all(running).await, begun);
    drop(arrivals);
    pacer.join().map_err(|_| anyhow::anyhow!("the pacer panicked"))?;
    sample
}

type Ended<W> = Result<anyhow::Result<(W, Vec<Duration>)>, tokio::task::JoinError>;

fn gather<W>(ended: Vec<Ended<W>>, begun: Instant) -> anyhow::Result<(Sample, Vec<W>)> {
    let took = begun.elapsed();
    let (mut workers, mut all) = (vec![], vec![]);
    for ended in ended {
        let (worker, latencies) = ended??;
        workers.push(worker);
        all.extend(latencies);
    }
    Ok((Sample::new(all, took), workers))
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    struct Slow(Duration);

    impl Work for Slow {
        async fn once(&mut self) -> anyhow::Result<()> {
            sleep(self.0).await;
            Ok(())
        }
    }

    #[test]
    fn percentiles_are_taken_from_the_sorted_latencies() {
        let sample = Sample::new((1..=100).rev().map(Duration::from_millis).collect(), Duration::from_secs(2));
        assert_eq!((sample.rate(), sample.p50(), sample.p99()), (50.0, 50.0, 99.0));
        assert_eq!(Sample::default().p99(), 0.0);
    }

    /// Slow at first.
    struct Cold(bool);

    impl Work for Cold {
        async fn once(&mut self) -> anyhow::Result<()> {
            sleep(Duration::from_millis(if std::mem::take(&mut self.0) { 500 } else { 1 })).await;
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_only_a_first_one_pays_for_is_not_the_closed_loads() {
        let (sample, _) = closed(vec![Cold(true)], Duration::from_millis(20)).await.expect("load");
        assert!(sample.per_mille(1_000) < 500.0, "{}", sample.per_mille(1_000));
    }

    #[tokio::test]
    async fn what_waits_for_a_busy_worker_counts_its_wait() {
        let lasts = Duration::from_secs(1);
        let (closed, _) = closed(vec![Slow(Duration::from_millis(10))], lasts).await.expect("load");
        assert!(closed.p50() < 500.0, "{}", closed.p50());
        let (open, _) = open(vec![Slow(Duration::from_millis(10))], 200.0, lasts).await.expect("load");
        assert!(open.p99() > 900.0, "two hundred arrivals, ten ms each, one worker: {}", open.p99());
    }
}
