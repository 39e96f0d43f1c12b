//! `GET /v1/me` and `GET /v1/workspace`: the person who asks, and a workspace of theirs, straight from the log.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Aggregate, CalendarSettings, HasPersonal, Personal, Role, User, UserId, Workspace, WorkspaceId,
    calendar::CalendarFact,
    user::{Language, Theme},
};
use identity::{Session, Signed};
use runtime::{ApiError, http::Answer};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::QueryState;

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(get_me)).routes(routes!(get_workspace))
}

/// The person who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The user.
    #[schema(value_type = Uuid)]
    id: UserId,
    /// The address you sign in with.
    email: Option<Personal>,
    /// What you are called.
    name: Option<Personal>,
    /// The language you read.
    language: Language,
    /// How things look to you.
    theme: Theme,
    /// The version of your account, as `If-Match` for your profile and preferences.
    version: u32,
    /// Your personal workspace.
    workspace: MyWorkspace,
}

/// A workspace, as a member sees it.
#[derive(Serialize, ToSchema)]
struct MyWorkspace {
    /// The workspace.
    #[schema(value_type = Uuid)]
    id: WorkspaceId,
    /// What it is called.
    name: Option<Personal>,
    /// What you may do there.
    role: Role,
    /// The day it is there.
    today: NaiveDate,
    /// The settings that hold today.
    calendar: CalendarSettings,
    /// Settings that hold from a later day on.
    upcoming: Option<DatedCalendar>,
    /// All settings that ever held or will, in the order of their days.
    calendars: Vec<DatedCalendar>,
    /// The version of the workspace, as `If-Match`.
    version: u32,
}

/// Settings of a calendar, and since when they hold.
#[derive(Serialize, ToSchema)]
struct DatedCalendar {
    /// The first day under them.
    from: NaiveDate,
    /// The instant that day begins.
    starts_at: DateTime<Utc>,
    /// The settings.
    calendar: CalendarSettings,
}

impl From<&CalendarFact> for DatedCalendar {
    fn from(fact: &CalendarFact) -> Self {
        Self { from: fact.from, starts_at: fact.starts_at, calendar: fact.settings.clone() }
    }
}

/// Get your account
#[utoipa::path(
    get, path = "/v1/me", tag = "me",
    responses((status = 200, description = "You, and your workspace.", body = Me), ApiError)
)]
async fn get_me(State(state): State<QueryState>, Signed(session): Signed) -> Result<Answer<Me>, ApiError> {
    let (me, version) = of(&state, &session).await?;
    Ok(Answer::ok(me).version(version))
}

/// Get the workspace
///
/// Its name, its calendar, and what you may do there.
#[utoipa::path(
    get, path = "/v1/workspace", tag = "workspace",
    responses((status = 200, description = "The workspace, as you see it.", body = MyWorkspace), ApiError)
)]
async fn get_workspace(
    State(state): State<QueryState>,
    Signed(session): Signed,
) -> Result<Answer<MyWorkspace>, ApiError> {
    let workspace = seen(&state, &session).await?;
    let version = workspace.version;
    Ok(Answer::ok(workspace).version(version))
}

/// Who asks, and the version of their account.
pub(crate) async fn of(state: &QueryState, session: &Session) -> Result<(Me, u32), ApiError> {
    let (user, version) = load::<User>(state, session.personal, session.user.uuid()).await?;
    let me = Me {
        id: session.user,
        email: user.email.clone(),
        name: user.name.clone(),
        language: user.language,
        theme: user.theme,
        version,
        workspace: seen(state, &session.home()).await?,
    };
    Ok((me, version))
}

/// The workspace that is asked about, as whoever asks sees it.
async fn seen(state: &QueryState, session: &Session) -> Result<MyWorkspace, ApiError> {
    let not_there = || ApiError::not_found(Workspace::KIND);
    let (workspace, version) = load::<Workspace>(state, session.workspace, session.workspace.uuid()).await?;
    let now = state.clock.now();
    Ok(MyWorkspace {
        id: session.workspace,
        name: workspace.name.clone(),
        role: *workspace.members.get(&session.user).ok_or_else(not_there)?,
        today: workspace.today(now)?,
        calendar: workspace.calendar.settings(now).ok_or_else(not_there)?.clone(),
        upcoming: workspace.calendar.facts().iter().find(|fact| fact.starts_at > now).map(Into::into),
        calendars: workspace.calendar.facts().iter().map(Into::into).collect(),
        version,
    })
}

/// An aggregate of few events, folded from them.
async fn load<A>(state: &QueryState, workspace: WorkspaceId, stream: Uuid) -> Result<(A, u32), ApiError>
where
    A: Aggregate + HasPersonal,
{
    let events = state.log.read_stream(state.log.shard_of(workspace), stream).await?;
    let mut aggregate = A::default();
    let mut version = 0;
    for recorded in events {
        version = recorded.version;
        if let Ok(event) = A::Event::try_from(recorded.event) {
            aggregate.evolve(&event);
        }
    }
    Ok((state.opened(aggregate).await?, version))
}
