//! Reading a whole stream for a command that decides on its past, not only on what it has come to.

use std::sync::Arc;

use domain::{Aggregate, Event, Id, WorkspaceId};
use uuid::Uuid;

use crate::{ReadVersion, Store, StoreError, Streams};

/// Asks for the events of a stream rather than for the aggregate they amount to.
#[derive(Debug)]
pub struct Whole<A>(pub Id<A>);

// Written out because a derive would ask the same of `A`.
impl<A> Clone for Whole<A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A> Copy for Whole<A> {}

/// All events of a stream, opened.
#[derive(Debug)]
pub struct WholeStream<A: Aggregate> {
    /// The stream's id.
    pub id: Id<A>,
    /// Its events, from the first on.
    pub events: Arc<[A::Event]>,
    read: ReadVersion,
}

impl<A: Aggregate<Event: Send + Sync>> Streams for Whole<A> {
    type Loaded = WholeStream<A>;

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<WholeStream<A>, StoreError> {
        let (version, events) = store.read_own(workspace, self.0.uuid()).await?;
        let events: Option<Arc<[A::Event]>> = events
            .and_then(|events| events.into_iter().map(|recorded| A::Event::try_from(recorded.event).ok()).collect());
        let read = ReadVersion { stream: self.0.uuid(), version, foreign: events.is_none(), kind: A::KIND };
        Ok(WholeStream { id: self.0, events: events.unwrap_or_default(), read })
    }

    fn versions(loaded: &WholeStream<A>) -> Vec<ReadVersion> {
        vec![loaded.read]
    }

    fn remember(store: &Store, _: WorkspaceId, loaded: &WholeStream<A>, _: &[(Uuid, Event)]) {
        store.cache.forget(loaded.id);
    }

    fn doubt(&mut self, store: &Store) {
        store.cache.forget(self.0);
    }
}
