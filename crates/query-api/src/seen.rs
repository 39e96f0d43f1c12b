//! Reading one's writes, and opening what is read.

use std::time::Duration;

use domain::{HasPersonal, Position};
use event_store::NotACursor;
use identity::Session;
use runtime::{ApiError, ProblemKind, http::AtPosition};
use worker::Checkpoints;

use crate::QueryState;

/// When it is worth asking again for what is saved and not yet shown.
const NOT_YET_SHOWN_RETRY: Duration = Duration::from_secs(1);

impl QueryState {
    /// Waits until these read models of the projector show what the query's position names.
    pub(crate) async fn shown(
        &self,
        session: &Session,
        at: &AtPosition,
        models: &[&'static str],
    ) -> Result<(), ApiError> {
        self.reached(session, at, &self.seen.read, models).await
    }

    /// The same for read models of the analytics worker.
    pub(crate) async fn figured(
        &self,
        session: &Session,
        at: &AtPosition,
        models: &[&'static str],
    ) -> Result<(), ApiError> {
        self.reached(session, at, &self.seen.analytics, models).await
    }

    async fn reached(
        &self,
        session: &Session,
        at: &AtPosition,
        checkpoints: &Checkpoints,
        models: &[&'static str],
    ) -> Result<(), ApiError> {
        let position = match &at.0 {
            Some(token) => self.position(session, token)?,
            None if models.is_empty() || !self.standing.is_far_behind(self.log.shard_of(session.workspace)) => {
                return Ok(());
            }
            // What was true long ago is not told as if it were so today.
            None => self.log.last_of(session.workspace).await?,
        };
        let Err(behind) = checkpoints.reached(models, position).await else { return Ok(()) };
        self.is_past(position).await?;
        Err(not_yet_shown().caused_by(behind))
    }

    /// Refuses a position that the log has not come to: what is there by then need not be what its asker believes to know.
    pub(crate) async fn is_past(&self, position: Position) -> Result<(), ApiError> {
        if self.log.head(position.shard).await?.number >= position.number {
            return Ok(());
        }
        let detail = "The log does not go as far as this position; begin again without it.";
        Err(ApiError::new(ProblemKind::CursorGone, detail))
    }

    /// The position that a token names, which must lie where the asker's workspace does.
    pub(crate) fn position(&self, session: &Session, token: &str) -> Result<Position, ApiError> {
        let position = self.log.parse_cursor(token).map_err(|error| match error {
            NotACursor::Malformed => ApiError::malformed("This is not a position as a command or page answered it."),
            NotACursor::OtherHistory => ApiError::new(
                ProblemKind::CursorGone,
                "This position is from before the service was restored from a backup; begin again without it.",
            ),
        })?;
        if position.shard != self.log.shard_of(session.workspace) {
            return Err(ApiError::malformed("This position belongs to another workspace."));
        }
        Ok(position)
    }

    /// Opens the personal text of what is answered.
    pub(crate) async fn opened<T: HasPersonal + Send>(&self, mut content: T) -> Result<T, ApiError> {
        self.vault.open(&mut content).await?;
        Ok(content)
    }
}

/// Something is in the log, and read models have yet to come there.
pub(crate) fn not_yet_shown() -> ApiError {
    ApiError::new(ProblemKind::NotYetShown, "It is saved, and not yet shown; ask again in a moment.")
        .retry_after(NOT_YET_SHOWN_RETRY)
}
