//! HTTP for reads, history and the live feed.
//!
//! An endpoint is a file, or a tight group of them one: its path, its OpenAPI text, a short handler. A query that
//! carries `Momentum-Position` waits until the read models it is answered from have come that far.

mod as_of;
mod daily_logs;
mod daily_totals;
mod dashboard;
mod event_stream;
mod events;
mod export;
mod feed;
mod goals;
mod history;
mod incomplete;
mod legible;
mod me;
mod membership;
mod packing;
mod page;
mod progress;
mod range;
mod recorded_event;
mod seen;
mod shares;
mod standing;
mod start;
mod streaks;
mod subject;
mod weeks;
mod workspaces;

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use domain::{Clock, UserId, WorkspaceId};
use event_store::{Log, Vault};
use identity::Identity;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use worker::Checkpoints;

pub use self::{
    as_of::Replays,
    dashboard::Dashboards,
    feed::{Feed, FeedLimits},
    membership::Members,
    page::Page,
    shares::Shares,
    standing::Standing,
    start::start,
};

/// What the endpoints share. Cheap to clone, as each layer and handler does for every request.
#[derive(Clone)]
pub struct QueryState(Arc<Parts>);

impl Deref for QueryState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<QueryState> for Arc<Identity> {
    fn from_ref(state: &QueryState) -> Self {
        state.identity.clone()
    }
}

/// What is in a [`QueryState`].
pub struct Parts {
    /// Reads the read models of the projector and of the analytics worker, by unqualified names.
    pub tables: PgPool,
    /// The log.
    pub log: Log,
    /// Opens what is answered.
    pub vault: Arc<Vault>,
    /// Who is asking.
    pub identity: Arc<Identity>,
    /// Who may read another's workspace.
    pub members: Members,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How far the read models have come.
    pub seen: Seen,
    /// How they stand.
    pub standing: Standing,
    /// Whose turn it is to look at the past.
    pub replays: Replays,
    /// How many who look at the past there are of each workspace.
    pub replaying: Shares<WorkspaceId>,
    /// How many queries of each person are being answered.
    pub queries: Shares<UserId>,
    /// How many streams each person has open.
    pub streams: Shares<UserId>,
    /// What happens now.
    pub feed: Feed,
    /// How many more exports may be made at once.
    pub exports: Arc<Semaphore>,
    /// How many each person is making.
    pub exporters: Shares<UserId>,
    /// Dashboards that were made.
    pub dashboards: Dashboards,
    /// Ends the open feeds.
    pub shutdown: CancellationToken,
}

/// How far the read models of each worker have come.
#[derive(Clone)]
pub struct Seen {
    /// The projector's.
    pub read: Checkpoints,
    /// The analytics worker's.
    pub analytics: Checkpoints,
}

/// All endpoints, with their OpenAPI text.
pub fn routes() -> OpenApiRouter<QueryState> {
    from_read_models().merge(from_log())
}

/// Those that answer from read models, and so may lack something.
fn from_read_models() -> OpenApiRouter<QueryState> {
    let routes = OpenApiRouter::new()
        .merge(workspaces::routes())
        .merge(goals::routes())
        .merge(daily_logs::routes())
        .merge(daily_totals::routes())
        .merge(streaks::routes())
        .merge(weeks::routes())
        .merge(progress::routes())
        .merge(dashboard::routes())
        .merge(export::routes());
    incomplete::documented(routes)
}

/// Those that answer from the log itself. History asks a read model only for the logs of a goal, and then tells by itself
/// what that lacks.
fn from_log() -> OpenApiRouter<QueryState> {
    let history = incomplete::documented(history::routes());
    OpenApiRouter::new().merge(me::routes()).merge(history).merge(events::routes())
}
