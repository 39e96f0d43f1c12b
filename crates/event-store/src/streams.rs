//! What a command reads: one stream or several, loaded at a version, and what is decided on them.

use std::{collections::HashMap, ops::Deref, sync::Arc, time::Instant};

use domain::{Aggregate, Event, EventId, Id, UserId, WorkspaceId};
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

impl<A: Aggregate> Loaded<A> {
    /// What there is before the first event.
    fn empty(id: Id<A>) -> Self {
        Self { id, version: 0, state: Arc::default(), foreign: false, read_at: Instant::now() }
    }
}

// Written out because a derive would ask the same of `A`, of which it only holds the id.
impl<A> Clone for New<A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A> Copy for New<A> {}

impl<A> New<A> {
    /// The stream with this id.
    pub const fn stream(id: Id<A>) -> Self {
        Self { id, is_doubted: false }
    }
}

impl<A> Deref for Loaded<A> {
    type Target = A;
    fn deref(&self) -> &A {
        &self.state
    }
}

/// A stream whose id was made for it just now, by us or by the client: it is taken for empty unread. That is checked, as
/// everything is, when the command is appended, and where it turns out wrong the stream is read after all.
#[derive(Debug)]
pub struct New<A> {
    id: Id<A>,
    is_doubted: bool,
}

/// The streams that a command reads beside its workspace: none, one, or two.
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

    /// Has them read anew the next time, because what was known of them turned out stale.
    fn doubt(&mut self, store: &Store);
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
    fn doubt(&mut self, _: &Store) {}
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
    fn doubt(&mut self, store: &Store) {
        store.cache.forget::<A>(*self);
    }
}

impl<A: Aggregate> Streams for New<A> {
    type Loaded = Loaded<A>;

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<Loaded<A>, StoreError> {
        if self.is_doubted { store.load(workspace, self.id).await } else { Ok(Loaded::empty(self.id)) }
    }
    fn versions(loaded: &Loaded<A>) -> Vec<ReadVersion> {
        Id::<A>::versions(loaded)
    }
    fn remember(store: &Store, workspace: WorkspaceId, loaded: &Loaded<A>, appended: &[(Uuid, Event)]) {
        Id::<A>::remember(store, workspace, loaded, appended);
    }
    fn doubt(&mut self, store: &Store) {
        self.is_doubted = true;
        self.id.doubt(store);
    }
}

impl<S: Streams, T: Streams> Streams for (S, T) {
    type Loaded = (S::Loaded, T::Loaded);

    async fn load(self, store: &Store, workspace: WorkspaceId) -> Result<Self::Loaded, StoreError> {
        Ok((self.0.load(store, workspace).await?, self.1.load(store, workspace).await?))
    }
    fn versions((first, second): &Self::Loaded) -> Vec<ReadVersion> {
        [S::versions(first), T::versions(second)].concat()
    }
    fn remember(store: &Store, workspace: WorkspaceId, loaded: &Self::Loaded, appended: &[(Uuid, Event)]) {
        S::remember(store, workspace, &loaded.0, appended);
        T::remember(store, workspace, &loaded.1, appended);
    }
    fn doubt(&mut self, store: &Store) {
        self.0.doubt(store);
        self.1.doubt(store);
    }
}

/// What a command decided: events for one stream or several, all of one shard.
#[derive(Debug)]
pub struct Decision {
    /// The stream the command is about, whose version is told.
    pub(crate) subject: Uuid,
    pub(crate) events: Vec<(Uuid, Event)>,
    pub(crate) undoes: Option<EventId>,
    /// Whose their texts are, by field, where they are not the actor's.
    pub(crate) owners: HashMap<&'static str, UserId>,
}

impl Decision {
    /// These events happened to `id`, which the command is about. No events: nothing had to change.
    pub fn on<A: Aggregate>(id: Id<A>, events: Vec<A::Event>) -> Self {
        Self { subject: id.uuid(), events: vec![], undoes: None, owners: HashMap::new() }.and(id, events)
    }

    /// And these happened to another.
    #[must_use]
    pub fn and<A: Aggregate>(mut self, id: Id<A>, events: Vec<A::Event>) -> Self {
        self.events.extend(events.into_iter().map(|event| (id.uuid(), event.into())));
        self
    }

    /// All of it takes back this event, whose fields had these owners' texts before: what somebody wrote stays theirs,
    /// whoever gives it back.
    #[must_use]
    pub fn undoing(mut self, event: EventId, owners: HashMap<&'static str, UserId>) -> Self {
        (self.undoes, self.owners) = (Some(event), owners);
        self
    }
}
