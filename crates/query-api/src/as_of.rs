//! Answering *as of* a moment that has passed: the read models' own folds, over the workspace's events up to there.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{Position, Recorded, WorkspaceId};
use event_store::{NotACursor, Page, StoreError};
use futures::{StreamExt, stream};
use garde::Validate;
use identity::Session;
use runtime::{ApiError, ProblemKind};
use serde::Deserialize;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;
use utoipa::IntoParams;
use worker::{Fold, Replay};

use crate::QueryState;

/// So many events are replayed for an answer at most, since each answer replays them anew: a matter of seconds.
const AS_OF_EVENTS_MAX: i64 = 100_000;
/// So many are read at once: taking them in holds up other queries of the process for a few milliseconds at most.
const PAGE_EVENTS: i64 = 2_000;
/// So many pages are read, or wait to be taken in: to read one takes longer than to take one in.
const PAGES_AT_ONCE_MAX: usize = 3;
/// So many replays run at once in a process; each may take a core, and tens of megabytes.
const REPLAYS_AT_ONCE_MAX: usize = 2;
/// So many replays of one workspace run, or wait for their turn.
pub(crate) const REPLAYS_A_WORKSPACE_MAX: usize = 8;
/// So long does a query wait for its turn to replay.
const TURN_WAIT_MAX: Duration = Duration::from_secs(3);
/// When it is worth asking again.
const TURN_RETRY: Duration = Duration::from_secs(2);

/// Whose turn it is to replay. Cheap to clone.
#[derive(Clone)]
pub struct Replays(Arc<Semaphore>);

impl Default for Replays {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(REPLAYS_AT_ONCE_MAX)))
    }
}

/// For which moment a query is answered, where it has no other parameters.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AsOf {
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    pub as_of: Option<String>,
}

/// The moment that a query is answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What time it is then.
    pub now: DateTime<Utc>,
    /// Where the log stood then, unless it is the present.
    pub past: Option<Position>,
}

impl QueryState {
    /// The moment that the parameter `as_of` names; the present without it.
    pub(crate) async fn moment(&self, session: &Session, as_of: Option<&str>) -> Result<Moment, ApiError> {
        let now = self.clock.now();
        let Some(text) = as_of else { return Ok(Moment { now, past: None }) };
        let shard = self.log.shard_of(session.workspace);
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            let instant = instant.to_utc();
            if instant > now {
                return Err(unusable("future", "Must not lie in the future."));
            }
            let position = self.log.position_at(shard, instant).await?;
            return Ok(Moment { now: instant, past: Some(position) });
        }
        let position = self.log.parse_cursor(text).map_err(|error| match error {
            NotACursor::Malformed => unusable(
                "unreadable",
                "Must be an instant, as in 2026-05-20T08:00:00Z, or a position as a command answers it.",
            ),
            NotACursor::OtherHistory => ApiError::new(
                ProblemKind::CursorGone,
                "This position is from before the service was restored from a backup; ask for an instant instead.",
            ),
        })?;
        if position.shard != shard {
            return Err(unusable("foreign", "Must be a position of your workspace."));
        }
        let recorded_at = self.log.recorded_at(position).await?;
        let recorded_at = recorded_at.ok_or_else(|| unusable("unknown", "Must be the position of an event."))?;
        Ok(Moment { now: recorded_at, past: Some(position) })
    }

    /// The rows of a read model as they were at `until`.
    pub(crate) async fn replayed<F: Fold>(&self, workspace: WorkspaceId, until: Position) -> Result<F::Rows, ApiError> {
        let mut replay = Replay::<F>::default();
        self.replay(workspace, until, |event| replay.take_in(event)).await?;
        Ok(replay.rows)
    }

    /// Hands every event of the workspace up to `until` to `take_in`, in order.
    pub(crate) async fn replay(
        &self,
        workspace: WorkspaceId,
        until: Position,
        mut take_in: impl FnMut(&Recorded) + Send,
    ) -> Result<(), ApiError> {
        let many = "Too much is asked of the past at once; ask again once something is answered.";
        let _share = self.replaying.take(workspace, many)?;
        let _turn = self.turn().await?;
        let one_too_many = AS_OF_EVENTS_MAX + 1;
        let pages = self.log.pages_of_workspace(workspace, until.number, PAGE_EVENTS, one_too_many).await?;
        match pages.iter().map(|page| page.events).sum() {
            0 => return Err(unusable("too-early", "Must not lie before your workspace began.")),
            1..=AS_OF_EVENTS_MAX => {}
            _ => return Err(too_many_events()),
        }
        let mut reading = stream::iter(pages).map(|page| self.read(workspace, page)).buffered(PAGES_AT_ONCE_MAX);
        while let Some(page) = reading.next().await {
            page.map_err(ApiError::internal)??.iter().for_each(&mut take_in);
            // Others' queries come in between.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Begins to read a page.
    fn read(&self, workspace: WorkspaceId, page: Page) -> AbortOnDropHandle<Result<Vec<Recorded>, StoreError>> {
        let log = self.log.clone();
        let reading = async move { log.read_workspace(workspace, page.after, page.events).await };
        AbortOnDropHandle::new(tokio::spawn(reading))
    }

    /// Waits until this may look at much of the log.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        let turn = timeout(TURN_WAIT_MAX, self.replays.0.acquire()).await;
        let turn = turn.map_err(|_| {
            let detail = "Others are looking at the past already; ask again in a moment.";
            ApiError::new(ProblemKind::Overloaded, detail).retry_after(TURN_RETRY)
        })?;
        turn.map_err(ApiError::internal)
    }
}

fn unusable(code: &'static str, detail: &str) -> ApiError {
    ApiError::invalid_field("/as_of", code, detail)
}

fn too_many_events() -> ApiError {
    let detail =
        format!("Up to then the workspace has more than {AS_OF_EVENTS_MAX} events; ask for an earlier moment.");
    ApiError::new(ProblemKind::TooManyEvents, detail).with("events_max", AS_OF_EVENTS_MAX)
}
