//! A command as it is asked over HTTP, and what is told when it is done.

use axum::{
    RequestPartsExt,
    extract::{FromRequest, Request},
};
use domain::{Refusal, Role};
use event_store::{Command, Decision, Moment, Receipt, Streams};
use garde::Validate;
use identity::{Session, Signed};
use runtime::{
    ApiError,
    http::{Answer, Body, IdempotencyKey, IfMatch, InWorkspace, TraceParent},
    traces,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::AppState;

/// A command: who asks, under which id and condition, and for what.
pub struct Asked<T> {
    /// Who asks.
    pub session: Session,
    /// The facts around the command.
    pub command: Command,
    /// What is asked.
    pub body: T,
}

/// The body of a command that says all in its path.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What is told when a command is done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Done {
    /// What the command was about, made by it or by the client.
    pub id: Uuid,
    /// Its version now, as in `ETag`: send it as `If-Match` to change only what you saw.
    pub version: u32,
    /// Where the log stands, as in `Momentum-Position`: send it with a query to see what was done.
    pub position: String,
    /// Whether anything had to change: then the event at this position is what was done, and can be undone. Else it is
    /// that of whatever came last.
    pub changed: bool,
}

impl<T> FromRequest<AppState> for Asked<T>
where
    T: DeserializeOwned + Validate<Context: Default> + Send,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Signed(session) = parts.extract_with_state::<Signed, _>(api).await?;
        api.pace.check(session.user)?;
        // Whether they are a member there, the workspace says when the command is decided.
        let InWorkspace(chosen) = parts.extract::<InWorkspace>().await?;
        let session = Session { workspace: chosen.unwrap_or(session.personal), ..session };
        let IdempotencyKey(id) = parts.extract_with_state::<IdempotencyKey, _>(api).await?;
        let IfMatch(if_match) = parts.extract::<IfMatch>().await?;
        // What follows from the command follows from this request, as part of whatever the client is at.
        let trace_parent = traces::current().or_else(|| TraceParent::of(&parts.headers));
        let condition = if_match.map(u32::to_le_bytes).unwrap_or_default();
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let (Body(body), bytes) = Body::<T>::with_bytes(Request::from_parts(parts, body), api).await?;
        let workspace = session.workspace.uuid();
        let asked = [method.as_str().as_bytes(), path.as_bytes(), &condition, &bytes, workspace.as_bytes()];
        let fingerprint = api.store.index_key().fingerprint("http", &asked);
        let command = Command {
            id,
            actor: session.user,
            workspace: session.workspace,
            fingerprint,
            if_match,
            correlation: None,
            causation: None,
            trace_parent: trace_parent.map(|trace| trace.to_string()),
        };
        Ok(Self { session, command, body })
    }
}

impl<T> Asked<T> {
    /// The same, whatever workspace was chosen, in the one where the asker's own stream lives.
    pub fn at_home(mut self) -> Self {
        self.session.workspace = self.session.personal;
        self.command.workspace = self.session.personal;
        self
    }

    /// Has the command decided by one who may edit the workspace, and tells what came of it.
    pub async fn execute<S: Streams>(
        &self,
        api: &AppState,
        streams: S,
        decide: impl Fn(&Moment, &S::Loaded) -> Result<Decision, Refusal> + Send + Sync,
    ) -> Result<Answer<Done>, ApiError> {
        self.execute_as(Role::Editor, api, streams, decide).await
    }

    /// The same, where another role is what it takes.
    pub async fn execute_as<S: Streams>(
        &self,
        role: Role,
        api: &AppState,
        streams: S,
        decide: impl Fn(&Moment, &S::Loaded) -> Result<Decision, Refusal> + Send + Sync,
    ) -> Result<Answer<Done>, ApiError> {
        let permitted = |moment: &Moment, loaded: &S::Loaded| {
            moment.permit(role)?;
            decide(moment, loaded)
        };
        let receipt = api.store.execute(&self.command, streams, permitted).await?;
        Ok(done(api, receipt))
    }
}

pub(crate) fn done(api: &AppState, receipt: Receipt) -> Answer<Done> {
    let position = api.store.log().cursor(receipt.position).to_string();
    let Receipt { stream: id, version, changed, .. } = receipt;
    let done = Done { id, version, position: position.clone(), changed };
    Answer::ok(done).version(receipt.version).at(position)
}
