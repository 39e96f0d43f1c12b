//! What a command reads: one stream or several, loaded at a version, and what is decided on them.

use std::{ops::Deref, sync::Arc, time::Instant};

use domain::{Aggregate, Event, EventId, Id, WorkspaceId};
use uuid::Uuid;

use crate::{Store, StoreError};

/// An aggregate as of a version of its stream.
#[derive(Clone, Debug)]
pub struct Loaded<A> {
    /// The stream's id.
    pub id: Id<A>,
    /// The version; 0 where nothing has happened yet.
    pub version: u32,
    pub(crate) state: Arc<A>,
    /// Whether the stream belongs to another workspace or aggregate: then the state is as if there were none.
    pub(crate) foreign: bool,
    /// When it was read from Postgres; what it became since by our own events does not make it younger.
    pub(crate) read_at: Instant,
}

impl<A> Deref for Loaded<A> {
    type Target = A;
    fn deref(&self) -> &A {
        &self.state
    }
}

/// Ids of the streams that a command reads beside its workspace: none, one, or two.
pub trait Streams: Copy + Send + Sync {
    /// The aggregates, loaded.
    type Loaded: Send + Sync;

    /// Loads them. A stream of another workspace reads as one that does not exist.
    fn load(
        self,
        store: &Store,
        workspace: WorkspaceId,
    ) -> impl Future<Output = Result<Self::Loaded, StoreError>> + Send;

    /// Which versions were read.
    fn versions(loaded: &Self::Loaded) -> Vec<ReadVersion>;

    /// Keeps what the streams have become, once the events are in the log.
    fn remember(store: &Store, workspace: WorkspaceId, loaded: &Self::Loaded, appended: &[(Uuid, Event)]);

    /// Forgets what was kept, because it turned out stale.
    fn forget(self, store: &Store);
}

/// A version that a decision relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadVersion {
    /// The stream.
    pub stream: Uuid,
    /// Its version when it was read.
    pub version: u32,
    /// Whether it is another workspace's, so that nothing may be appended to it.
    pub foreign: bool,
    /// The kind of aggregate it was read as.
    pub kind: &'static str,
}

impl Streams for () {
    type Loaded = ();

    async fn load(self, _: &Store, _: WorkspaceId) -> Result<(), StoreError> {
        Ok(())
    }
    fn versions((): &()) -> Vec<ReadVersion> {
        vec![]
    }
    fn remember(_: &Store, _: WorkspaceId, (): &(), _: &[(Uuid, Event)]) {}
    fn forget(self, _: &Store) {}
}

impl<A: Aggregate> Streams for Id<A> {
    type Loaded = Loaded<A>;

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<Loaded<A>, StoreError> {
        store.load(workspace, self).await
    }
    fn versions(loaded: &Loaded<A>) -> Vec<ReadVersion> {
        vec![ReadVersion { stream: loaded.id.uuid(), version: loaded.version, foreign: loaded.foreign, kind: A::KIND }]
    }
    fn remember(store: &Store, workspace: WorkspaceId, loaded: &Loaded<A>, appended: &[(Uuid, Event)]) {
        store.cache.advance(workspace, loaded, appended);
    }
    fn forget(self, store: &Store) {
        store.cache.forget::<A>(self);
    }
}

impl<A: Aggregate, B: Aggregate> Streams for (Id<A>, Id<B>) {
    type Loaded = (Loaded<A>, Loaded<B>);

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<Self::Loaded, StoreError> {
        Ok((store.load(workspace, self.0).await?, store.load(workspace, self.1).await?))
    }
    fn versions((first, second): &Self::Loaded) -> Vec<ReadVersion> {
        [Id::<A>::versions(first), Id::<B>::versions(second)].concat()
    }
    fn remember(store: &Store, workspace: WorkspaceId, loaded: &Self::Loaded, appended: &[(Uuid, Event)]) {
        Id::<A>::remember(store, workspace, &loaded.0, appended);
        Id::<B>::remember(store, workspace, &loaded.1, appended);
    }
    fn forget(self, store: &Store) {
        self.0.forget(store);
        self.1.forget(store);
    }
}

/// What a command decided: events for one stream or several, all of one shard.
#[derive(Debug)]
pub struct Decision {
    /// The stream the command is about, whose version is told.
    pub(crate) subject: Uuid,
    pub(crate) events: Vec<(Uuid, Event)>,
    pub(crate) undoes: Option<EventId>,
}

impl Decision {
    /// These events happened to `id`, which the command is about. No events: nothing had to change.
    pub fn on<A: Aggregate>(id: Id<A>, events: Vec<A::Event>) -> Self {
        Self { subject: id.uuid(), events: vec![], undoes: None }.and(id, events)
    }

    /// And these happened to another.
    #[must_use]
    pub fn and<A: Aggregate>(mut self, id: Id<A>, events: Vec<A::Event>) -> Self {
        self.events.extend(events.into_iter().map(|event| (id.uuid(), event.into())));
        self
    }

    /// All of it takes back this event.
    #[must_use]
    pub fn undoing(mut self, event: EventId) -> Self {
        self.undoes = Some(event);
        self
    }
}
