//! The OpenAPI document, made from the endpoints themselves.

pub mod describe;
mod example;

use runtime::{FieldError, Problem, http::InWorkspace};
use utoipa::{
    IntoParams, OpenApi,
    openapi::{
        Header, HeaderBuilder, Object, RefOr, Response, Schema, Type,
        path::Operation,
        schema::AdditionalProperties,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

pub use self::example::Example;

/// What the document says besides the endpoints.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Momentum",
        description = "Goals, days and streaks, each fact an event. Commands answer with a position; a query that \
                       carries it as `Momentum-Position` shows what was done. Every failure of a request that could be \
                       read is a problem (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, FieldError)),
    security(("bearer" = []), ("cookie" = [])),
    tags(
        (name = "accounts", description = "Registering, signing in and out, and where you are signed in."),
        (name = "me", description = "You: what you are called, and how things look to you."),
        (name = "workspace", description = "What goals and logs live in: its name, its calendar, and who belongs to it."),
        (name = "invitations", description = "Links by which others come to belong to a workspace, each once."),
        (name = "goals", description = "What you keep at."),
        (name = "daily logs", description = "What you did for a goal on a day. A log can be corrected, withdrawn and restored any time."),
        (name = "figures", description = "What the logs add up to."),
        (name = "history", description = "Everything that ever happened, as it is told and as it is recorded."),
    )
)]
struct Frame;

/// What is not about the workspace that is chosen, or says itself where it is.
const ELSEWHERE: [&str; 3] = ["accounts", "me", "invitations"];

/// What is read with its version.
const VERSIONED: [&str; 4] = ["get_daily_log", "get_goal", "get_me", "get_workspace"];

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Frame::openapi();
    document.info.version = crate::version::LONG.to_owned();
    document.merge(command_api::routes().into_openapi());
    document.merge(query_api::routes().into_openapi());
    in_workspaces(&mut document);
    tell_headers(&mut document);
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An access token.")).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description("__Host-momentum_access", "What a browser holds.");
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    close_bodies(&mut document);
    document
}

/// The headers of answers: of what was done, its position and version; of what is read, its version; of what was made, its
/// path.
fn tell_headers(document: &mut utoipa::openapi::OpenApi) {
    let position = header("The command's place in the log: a query that carries it shows what was done.");
    let version = header("The version it has now, for `If-Match`.");
    let location = header("The path of what was made.");
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else { continue };
                let is_done = is_done(response);
                let has_version = is_done || status == "200" && VERSIONED.contains(&id);
                let has_path = status == "201" && id != "sign_in";
                let told = [
                    ("Momentum-Position", &position, is_done),
                    ("ETag", &version, has_version),
                    ("Location", &location, has_path),
                ];
                let told = told.into_iter().filter(|(.., is_there)| *is_there);
                response.headers.extend(told.map(|(name, header, _)| (name.to_owned(), header.clone().into())));
            }
        }
    }
}

fn header(about: &str) -> Header {
    HeaderBuilder::new().schema(Some(Object::with_type(Type::String))).description(Some(about)).build()
}

/// Whether this is how a command is answered.
fn is_done(response: &Response) -> bool {
    response.content.values().any(|content| {
        let RefOr::T(content) = content else { return false };
        matches!(&content.schema, Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Done"))
    })
}

/// Each operation that is about a workspace takes the header that names it. Accounts and people are in none; and of
/// invitations, some are.
fn in_workspaces(document: &mut utoipa::openapi::OpenApi) {
    let about = |operation: &Operation| operation.tags.iter().flatten().all(|tag| !ELSEWHERE.contains(&tag.as_str()));
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten().filter(|operation| about(operation)) {
            operation
                .parameters
                .get_or_insert_default()
                .extend(InWorkspace::into_params(|| None).into_iter().map(RefOr::T));
        }
    }
}

/// Says of bodies that have several forms what utoipa says only of those with one: fields that are not told are refused.
fn close_bodies(document: &mut utoipa::openapi::OpenApi) {
    let operations = document.paths.paths.values().flat_map(|item| [&item.post, &item.put, &item.patch, &item.delete]);
    let names: Vec<String> = operations.flatten().filter_map(body_of).collect();
    for name in names {
        let schema = document.components.as_mut().and_then(|components| components.schemas.get_mut(&name));
        let Some(RefOr::T(Schema::OneOf(forms))) = schema else { continue };
        for form in &mut forms.items {
            if let RefOr::T(Schema::Object(object)) = form {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// The name of the schema of an operation's body.
fn body_of(operation: &Operation) -> Option<String> {
    let Some(RefOr::T(body)) = &operation.request_body else { return None };
    let Some(RefOr::T(content)) = body.content.values().next() else { return None };
    let Some(RefOr::Ref(reference)) = &content.schema else { return None };
    reference.ref_location.rsplit('/').next().map(str::to_owned)
}

/// The document, as it is committed.
pub fn document_json() -> anyhow::Result<String> {
    Ok(document().to_pretty_json()?)
}
