//! Aggregates kept between commands. What it says is never trusted: each batch checks every version in Postgres.

use std::{
    any::{Any, TypeId},
    sync::Arc,
    time::Duration,
};

use domain::{Aggregate, Event, Id, WorkspaceId};
use moka::sync::Cache;
use uuid::Uuid;

use crate::Loaded;

/// How many aggregates are kept at most.
const AGGREGATES_MAX: u64 = 100_000;
/// How long one is kept at most: it holds personal text in the clear, which an erasure elsewhere must reach within 60
/// seconds. The key that opened it may have been kept for the other half of them.
const AGGREGATE_AGE_MAX: Duration = Duration::from_secs(30);

type Key = (TypeId, Uuid);

/// An aggregate, and the workspace its stream belongs to; none before its first event.
struct Kept<A> {
    workspace: Option<WorkspaceId>,
    loaded: Loaded<A>,
}

pub(crate) struct AggregateCache {
    kept: Cache<Key, Arc<dyn Any + Send + Sync>>,
}

impl AggregateCache {
    pub fn new() -> Self {
        Self { kept: Cache::builder().max_capacity(AGGREGATES_MAX).time_to_live(AGGREGATE_AGE_MAX).build() }
    }

    /// The aggregate, if it is kept, still young, and of `workspace`.
    pub fn get<A: Aggregate>(&self, workspace: WorkspaceId, id: Id<A>) -> Option<Loaded<A>> {
        let kept = self.kept.get(&Self::key(id))?.downcast::<Kept<A>>().ok()?;
        let ours = kept.workspace.is_none_or(|owner| owner == workspace);
        let young = kept.loaded.read_at.elapsed() < AGGREGATE_AGE_MAX;
        (ours && young).then(|| kept.loaded.clone())
    }

    /// Keeps what was loaded.
    pub fn put<A: Aggregate>(&self, workspace: Option<WorkspaceId>, loaded: Loaded<A>) {
        self.kept.insert(Self::key(loaded.id), Arc::new(Kept { workspace, loaded }));
    }

    /// Keeps what `loaded` has become by the events of its stream among those appended.
    pub fn advance<A: Aggregate>(&self, workspace: WorkspaceId, loaded: &Loaded<A>, appended: &[(Uuid, Event)]) {
        let own = appended.iter().filter(|(stream, _)| *stream == loaded.id.uuid());
        let events: Vec<A::Event> = own.filter_map(|(_, event)| event.clone().try_into().ok()).collect();
        if events.is_empty() {
            return;
        }
        let mut state = A::clone(loaded);
        events.iter().for_each(|event| state.evolve(event));
        let version = loaded.version + u32::try_from(events.len()).unwrap_or(u32::MAX);
        self.put(Some(workspace), Loaded { version, state: Arc::new(state), ..loaded.clone() });
    }

    pub fn forget<A: Aggregate>(&self, id: Id<A>) {
        self.kept.invalidate(&Self::key(id));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.kept.invalidate_all();
    }

    fn key<A: Aggregate>(id: Id<A>) -> Key {
        (TypeId::of::<A>(), id.uuid())
    }
}
