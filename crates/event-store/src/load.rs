//! Loading an aggregate: its stream, opened and folded.

use std::{sync::Arc, time::Instant};

use domain::{Aggregate, Id, Recorded, WorkspaceId};
use uuid::Uuid;

use crate::{Loaded, Store, StoreError};

impl Store {
    /// The aggregate as it is now, or was a moment ago: what is decided on it is checked when it is appended.
    pub async fn load<A: Aggregate>(&self, workspace: WorkspaceId, id: Id<A>) -> Result<Loaded<A>, StoreError> {
        match self.cache.get(workspace, id) {
            Some(loaded) => Ok(loaded),
            None => self.load_anew(workspace, id).await,
        }
    }

    /// The aggregate as it is now, whatever this process knew: for what is answered and not appended.
    pub async fn load_anew<A: Aggregate>(&self, workspace: WorkspaceId, id: Id<A>) -> Result<Loaded<A>, StoreError> {
        let read_at = Instant::now();
        let (version, events) = self.read_own(workspace, id.uuid()).await?;
        let foreign = Loaded { id, version, state: Arc::default(), foreign: true, read_at };
        let Some(state) = events.and_then(fold::<A>) else { return Ok(foreign) };
        let loaded = Loaded { state: Arc::new(state), foreign: false, ..foreign };
        self.cache.put((version > 0).then_some(workspace), loaded.clone());
        Ok(loaded)
    }

    /// The version of a stream, and its events, opened; none of them, if it is another workspace's.
    async fn read_own(&self, workspace: WorkspaceId, stream: Uuid) -> Result<(u32, Option<Vec<Recorded>>), StoreError> {
        let (version, mut events) = self.read_own_as_written(workspace, stream).await?;
        if let Some(events) = &mut events {
            self.vault.open_events(events).await?;
        }
        Ok((version, events))
    }

    /// The same, with texts sealed.
    pub(crate) async fn read_own_as_written(
        &self,
        workspace: WorkspaceId,
        stream: Uuid,
    ) -> Result<(u32, Option<Vec<Recorded>>), StoreError> {
        let events = self.log.read_stream(self.log.shard_of(workspace), stream).await?;
        let version = events.last().map_or(0, |last| last.version);
        let is_own = events.iter().all(|event| event.workspace == workspace);
        Ok((version, is_own.then_some(events)))
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
