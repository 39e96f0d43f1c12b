//! Who may read a workspace: asked of its aggregate before every query, and known for a second at most.

use std::{sync::Arc, time::Duration};

use axum::{
    RequestPartsExt,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Aggregate, Clock, Recorded, Role, Workspace, WorkspaceId, workspace::WorkspaceEvent};
use event_store::{Log, StoreError};
use identity::{Session, Signed};
use moka::sync::Cache;
use runtime::{ApiError, http::InWorkspace};

use crate::{
    QueryState,
    legible::{Legible, is_of_a_person},
};

/// Who was removed elsewhere is let in for so long at most.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(1);
/// A few kilobytes each; a query of a workspace that does not fit costs a look-up.
const KNOWN_MAX: u64 = 10_000;

/// The workspaces that are asked about by others than their own person.
#[derive(Clone)]
pub struct Members {
    log: Log,
    clock: Arc<dyn Clock>,
    known: Cache<WorkspaceId, Known>,
}

/// A workspace, its text sealed, and since when it is known to be so.
#[derive(Clone)]
struct Known {
    workspace: Arc<Workspace>,
    at: DateTime<Utc>,
}

impl Members {
    /// Of the workspaces in this log. They are dropped by the cache's own, monotonic time as well, in case the clock is
    /// set back.
    pub fn new(log: Log, clock: Arc<dyn Clock>) -> Self {
        let known_for = KNOWN_FOR.to_std().unwrap_or(Duration::ZERO);
        Self { log, clock, known: Cache::builder().max_capacity(KNOWN_MAX).time_to_live(known_for).build() }
    }

    /// Whether the one who asks may read what they ask about. Nobody can be kept out of their own workspace, so that
    /// needs no look.
    pub(crate) async fn may_read(&self, session: &Session) -> Result<bool, StoreError> {
        if !session.is_away() {
            return Ok(true);
        }
        Ok(self.workspace(session.workspace).await?.permit(session.user, Role::Viewer).is_ok())
    }

    /// The workspace as it was at most a second ago; without members, if there is none.
    pub(crate) async fn workspace(&self, id: WorkspaceId) -> Result<Arc<Workspace>, StoreError> {
        // From before the look, so that what is kept never counts as newer than it is.
        let now = self.clock.now();
        if let Some(known) = self.known.get(&id).filter(|known| now - known.at < KNOWN_FOR) {
            return Ok(known.workspace);
        }
        let events = self.log.read_stream(self.log.shard_of(id), id.uuid()).await?;
        let mut workspace = Workspace::default();
        for event in events.into_iter().filter(|event| event.workspace == id) {
            if let Ok(event) = WorkspaceEvent::try_from(event.event) {
                workspace.evolve(&event);
            }
        }
        let workspace = Arc::new(workspace);
        self.known.insert(id, Known { workspace: workspace.clone(), at: now });
        Ok(workspace)
    }

    /// Looks again at the next question: something happened to its members.
    pub(crate) fn forget(&self, id: WorkspaceId) {
        self.known.invalidate(&id);
    }
}

/// One person has so many queries answered at once, so that nobody takes the places of all. An open browser has a few.
pub(crate) const QUERIES_A_PERSON_MAX: usize = 64;

/// Stands before every query: nobody asks too much at once, and where `Momentum-Workspace` names a workspace, only its
/// members get any further.
pub(crate) async fn choose(
    State(state): State<QueryState>,
    InWorkspace(chosen): InWorkspace,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let Signed(mut session) = parts.extract_with_state::<Signed, _>(&state).await?;
    let many = "You have many queries under way; wait until some are answered.";
    let _share = state.queries.take(session.user, many)?;
    session.workspace = chosen.unwrap_or(session.personal);
    if !state.members.may_read(&session).await? {
        // A stranger learns nothing, not even that it exists.
        return Err(ApiError::not_found(Workspace::KIND));
    }
    parts.extensions.insert(Signed(session));
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Whether an event is for the one who asks: what happened to a person (their address, their preferences) is their own
/// business, though it lies in their workspace.
pub(crate) fn is_for(session: &Session, event: &Recorded<Legible>) -> bool {
    !is_of_a_person(event) || event.stream == session.user.uuid()
}
