//! Reading a whole stream for a command that decides on its past, not only on what it has come to.

use std::{collections::HashMap, sync::Arc};

use domain::{
    Aggregate, Event, Id, Recorded, UserId, WorkspaceId,
    undo::{Link, Past},
};
use uuid::Uuid;

use crate::{ReadVersion, Store, StoreError, Streams, vault::owners};

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
    pub events: Arc<[Past<A::Event>]>,
    /// The owners of the texts in each of them, by field.
    owners: Vec<Vec<(&'static str, UserId)>>,
    read: ReadVersion,
}

impl<A: Aggregate> WholeStream<A> {
    /// Whose text each field had before the event with this version: that of who wrote it last.
    pub fn owners_before(&self, version: u32) -> HashMap<&'static str, UserId> {
        let before = usize::try_from(version).unwrap_or(usize::MAX).saturating_sub(1);
        self.owners.iter().take(before).flatten().copied().collect()
    }
}

impl<A: Aggregate<Event: Send + Sync>> Streams for Whole<A> {
    type Loaded = WholeStream<A>;

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<WholeStream<A>, StoreError> {
        let (version, mut events) = store.read_own_as_written(workspace, self.0.uuid()).await?;
        let owners = events.iter_mut().flatten().map(owners).collect();
        if let Some(events) = &mut events {
            store.vault.open_events(events).await?;
        }
        let past = |recorded: Recorded| {
            Some(Past { link: Link::of(&recorded), event: A::Event::try_from(recorded.event).ok()? })
        };
        let events: Option<Arc<[_]>> = events.and_then(|events| events.into_iter().map(past).collect());
        let read = ReadVersion { stream: self.0.uuid(), version, foreign: events.is_none(), kind: A::KIND };
        Ok(WholeStream { id: self.0, events: events.unwrap_or_default(), owners, read })
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
