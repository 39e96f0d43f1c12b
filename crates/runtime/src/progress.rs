//! How far read models have come, as far as this process knows: told by its own workers as soon as they are further, and
//! by whoever looks.

use std::{collections::HashMap, sync::Arc};

use domain::{Position, Shard};
use tokio::sync::watch;

/// What is known of a read model in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    number: i64,
    /// Whether a worker of this process tells it.
    is_told: bool,
}

type Positions = HashMap<Shard, HashMap<String, Known>>;

/// How far read models have come, as far as this process knows. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    positions: watch::Sender<Positions>,
    /// How many wait for each read model to come further. None of those nobody waits for are in it.
    waiting: watch::Sender<HashMap<&'static str, usize>>,
}

/// One who waits for read models, for as long as it lives.
struct Waiting<'p>(&'p Progress, &'p [&'static str]);

impl<'p> Waiting<'p> {
    fn new(progress: &'p Progress, models: &'p [&'static str]) -> Self {
        progress.0.waiting.send_modify(|waiting| {
            for model in models {
                *waiting.entry(model).or_default() += 1;
            }
        });
        Self(progress, models)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // Nobody waits for there to be fewer.
        self.0.0.waiting.send_if_modified(|waiting| {
            for model in self.1 {
                if let Some(count) = waiting.get_mut(model) {
                    *count -= 1;
                }
            }
            waiting.retain(|_, count| *count > 0);
            false
        });
    }
}

impl Progress {
    /// A worker of this process has brought a read model to `position`, and it is committed.
    pub fn tell<'a>(&self, models: impl IntoIterator<Item = &'a str>, position: Position) {
        self.put(models.into_iter().map(|model| (model, position)), true);
    }

    /// Read models were seen at these positions. Tells whether that was news.
    pub fn see<'a>(&self, seen: impl IntoIterator<Item = (&'a str, Position)>) -> bool {
        self.put(seen, false)
    }

    fn put<'a>(&self, positions: impl IntoIterator<Item = (&'a str, Position)>, is_told: bool) -> bool {
        self.0.positions.send_if_modified(|known| {
            let mut moved = false;
            for (model, Position { shard, number }) in positions {
                let models = known.entry(shard).or_default();
                match models.get_mut(model) {
                    Some(known) => {
                        moved |= known.number != number;
                        *known = Known { number, is_told: known.is_told || is_told };
                    }
                    None => {
                        moved = true;
                        models.insert(model.to_owned(), Known { number, is_told });
                    }
                }
            }
            moved
        })
    }

    /// The first of `models` that is not known to have come as far as `position`.
    pub fn behind(&self, models: &[&'static str], position: Position) -> Option<&'static str> {
        behind(&self.0.positions.borrow(), models, position)
    }

    /// Whether workers of this process tell of all of `models`.
    pub fn is_told(&self, models: &[&'static str], shard: Shard) -> bool {
        let known = self.0.positions.borrow();
        let told = |model: &str| known.get(&shard).and_then(|models| models.get(model)).is_some_and(|it| it.is_told);
        models.iter().all(|model| told(model))
    }

    /// Returns when each of `models` is known to have come as far as `position`.
    pub async fn reached(&self, models: &[&'static str], position: Position) {
        let _waiting = Waiting::new(self, models);
        // It ends with an error only when the sender is gone, which this holds.
        drop(self.0.positions.subscribe().wait_for(|known| behind(known, models, position).is_none()).await);
    }

    /// Returns when somebody waits for one of `models` to come further: at once, if somebody does.
    pub async fn awaited(&self, models: &[&'static str]) {
        let of_them = |waiting: &HashMap<&str, usize>| models.iter().any(|model| waiting.contains_key(model));
        drop(self.0.waiting.subscribe().wait_for(of_them).await);
    }
}

fn behind(known: &Positions, models: &[&'static str], position: Position) -> Option<&'static str> {
    let shard = known.get(&position.shard);
    let at = |model: &str| shard.and_then(|models| models.get(model)).map_or(0, |known| known.number);
    models.iter().copied().find(|model| at(model) < position.number)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const fn at(number: i64) -> Position {
        Position { shard: Shard(0), number }
    }

    #[tokio::test]
    async fn who_waits_is_told_when_every_read_model_is_there() {
        let progress = Progress::default();
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.reached(&["goals", "logs"], at(2)).await }
        });
        progress.tell(["goals"], at(3));
        assert_eq!(progress.behind(&["goals", "logs"], at(2)), Some("logs"));
        assert!(progress.see([("logs", at(2))]));
        waiting.await.expect("told");
        assert_eq!(progress.behind(&["goals", "logs"], at(2)), None);
    }

    #[tokio::test]
    async fn a_worker_learns_that_somebody_waits_before_or_after_it_asks() {
        let progress = Progress::default();
        let (later, reader) = (progress.clone(), progress.clone());
        let asking = tokio::spawn(async move { later.awaited(&["goals"]).await });
        tokio::task::yield_now().await;
        assert!(!asking.is_finished(), "nobody waits");
        let waiting = tokio::spawn(async move { reader.reached(&["goals"], at(1)).await });
        asking.await.expect("told");
        progress.awaited(&["logs", "goals"]).await;
        assert_eq!(progress.awaited(&["logs"]).now_or_never(), None, "nobody waits for these");
        progress.tell(["goals"], at(1));
        waiting.await.expect("reached");
        assert_eq!(progress.awaited(&["goals"]).now_or_never(), None, "nobody waits any more");
    }

    #[test]
    fn what_was_only_seen_is_not_told() {
        let progress = Progress::default();
        progress.see([("goals", at(1))]);
        assert!(!progress.is_told(&["goals"], Shard(0)));
        progress.tell(["goals"], at(2));
        assert!(progress.is_told(&["goals"], Shard(0)) && !progress.is_told(&["goals"], Shard(1)));
        assert!(!progress.see([("goals", at(2))]), "nothing new");
        assert!(progress.is_told(&["goals"], Shard(0)));
    }
}
