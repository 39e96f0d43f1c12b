//! Loading an aggregate: its stream, opened and folded.

use std::{sync::Arc, time::Instant};

use domain::{Aggregate, Id, Recorded, WorkspaceId};

use crate::{Loaded, Store, StoreError};

impl Store {
    /// The aggregate as it is now, or was a moment ago: what is decided on it is checked when it is appended.
    pub async fn load<A: Aggregate>(&self, workspace: WorkspaceId, id: Id<A>) -> Result<Loaded<A>, StoreError> {
        if let Some(loaded) = self.cache.get(workspace, id) {
            return Ok(loaded);
        }
        let read_at = Instant::now();
        let mut events = self.log.read_stream(self.log.shard_of(workspace), id.uuid()).await?;
        self.vault.open(&mut events).await?;
        let version = events.last().map_or(0, |last| last.version);
        let owner = events.first().map(|first| first.workspace);
        let ours = owner.is_none_or(|owner| owner == workspace);
        match fold::<A>(events) {
            Some(state) if ours => {
                let loaded = Loaded { id, version, state: Arc::new(state), foreign: false, read_at };
                self.cache.put(owner, loaded.clone());
                Ok(loaded)
            }
            Some(_) | None => Ok(Loaded { id, version, state: Arc::default(), foreign: true, read_at }),
        }
    }
}

/// The aggregate; none, if the stream is of another kind.
fn fold<A: Aggregate>(events: Vec<Recorded>) -> Option<A> {
    events.into_iter().try_fold(A::default(), |mut state, recorded| {
        let event = A::Event::try_from(recorded.event).ok()?;
        state.evolve(&event);
        Some(state)
    })
}
