//! Saying so where an answer is incomplete: a read model had to leave events of the workspace aside.

use std::error::Error;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::WorkspaceId;
use identity::Signed;
use sqlx::PgPool;
use utoipa::openapi::{Header, HeaderBuilder, ObjectBuilder, RefOr, schema::Type};
use utoipa_axum::router::OpenApiRouter;

use crate::QueryState;

/// The header of an answer that lacks something: the read models that left events of the workspace aside.
const MOMENTUM_INCOMPLETE: HeaderName = HeaderName::from_static("momentum-incomplete");

/// The header, with what it says.
pub(crate) type Told = [(HeaderName, HeaderValue); 1];

/// Adds the header to what is answered to a member of a workspace that has anything parked.
pub(crate) async fn tell(State(state): State<QueryState>, request: Request, next: Next) -> Response {
    if !state.standing.is_any_parked() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let session = Signed::from_request_parts(&mut parts, &state).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    match session {
        Ok(Signed(session)) if response.status().is_success() => {
            (told(&state, session.workspace).await, response).into_response()
        }
        _ => response,
    }
}

/// The header for what is answered about a workspace; none, if it lacks nothing.
pub(crate) async fn told(state: &QueryState, workspace: WorkspaceId) -> Option<Told> {
    if !state.standing.is_any_parked() {
        return None;
    }
    let models = parked(&state.tables, workspace).await;
    let models =
        models.inspect_err(|error| tracing::warn!(error = error as &dyn Error, "what is parked cannot be read"));
    let models = models.ok().filter(|models| !models.is_empty())?;
    Some([(MOMENTUM_INCOMPLETE, HeaderValue::try_from(models.join(", ")).ok()?)])
}

/// Says in the OpenAPI document that the answers of these endpoints may carry the header.
pub(crate) fn documented(mut routes: OpenApiRouter<QueryState>) -> OpenApiRouter<QueryState> {
    let queries = routes.get_openapi_mut().paths.paths.values_mut().filter_map(|path| path.get.as_mut());
    for query in queries {
        if let Some(RefOr::T(answer)) = query.responses.responses.get_mut("200") {
            answer.headers.insert("Momentum-Incomplete".to_owned(), header().into());
        }
    }
    routes
}

fn header() -> Header {
    let description = "There where the answer lacks something: names the read models that could not take in an event of \
                       the workspace. Nothing is lost; whoever runs the service is told, and mends it.";
    let text = ObjectBuilder::new().schema_type(Type::String).examples(["goals, daily_logs"]);
    HeaderBuilder::new().schema(Some(text)).description(Some(description)).build()
}

async fn parked(pool: &PgPool, workspace: WorkspaceId) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select model as "model!" from read.parked where workspace = $1
           union select model from analytics.parked where workspace = $1 order by 1"#,
        workspace.uuid(),
    )
    .fetch_all(pool)
    .await
}
