//! The request headers that commands and queries understand.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use chrono::TimeDelta;
use domain::{Clock, CommandId, WorkspaceId, is_v7};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
    },
};
use uuid::Uuid;

use crate::{ApiError, ProblemKind};

/// The header that carries a command's id.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header that carries a position of the log: given with a command's answer, and waited for by a query.
pub const MOMENTUM_POSITION: HeaderName = HeaderName::from_static("momentum-position");

/// The header that names the workspace that a request is about.
pub const MOMENTUM_WORKSPACE: HeaderName = HeaderName::from_static("momentum-workspace");

/// How far ahead of ours a client's clock may be. Ids from further ahead would outlive the time they are kept for.
const CLOCK_AHEAD_MAX: TimeDelta = TimeDelta::days(1);
/// The longest position that is looked at.
const POSITION_BYTES_MAX: usize = 128;

/// The command's id, from `Idempotency-Key`: a UUIDv7 that the client makes once for each command.
///
/// 400 when it is missing, twice there, no UUIDv7, or more than a day ahead of the clock. The state must lend its clock:
/// `impl FromRef<AppState> for Arc<dyn Clock>`.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub CommandId);

impl<S> FromRequestParts<S> for IdempotencyKey
where
    S: Sync,
    Arc<dyn Clock>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Some(text) = only_value(&parts.headers, &IDEMPOTENCY_KEY)? else {
            return Err(ApiError::new(
                ProblemKind::IdempotencyKeyMissing,
                "Send the header `Idempotency-Key` with a new UUIDv7, and keep it for retries of this command.",
            ));
        };
        let refused = |detail| ApiError::new(ProblemKind::IdempotencyKeyInvalid, detail);
        let uuid = uuid_v7(text).ok_or_else(|| refused("`Idempotency-Key` must be a UUIDv7 in its usual form."))?;
        if instant_secs(uuid) > (Arc::<dyn Clock>::from_ref(state).now() + CLOCK_AHEAD_MAX).timestamp() {
            return Err(refused(
                "`Idempotency-Key` is from the future; set the clock of this device, and make a new one.",
            ));
        }
        Ok(Self(CommandId::new(uuid)))
    }
}

/// Reads the hyphenated form only, so that one id has one text. The quotes of a structured header are welcome.
fn uuid_v7(text: &str) -> Option<Uuid> {
    const HYPHENATED_CHARS: usize = 36;
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    Uuid::try_parse(text).ok().filter(|uuid| text.len() == HYPHENATED_CHARS && is_v7(*uuid))
}

fn instant_secs(uuid: Uuid) -> i64 {
    let (secs, _) = uuid.get_timestamp().map_or((0, 0), |instant| instant.to_unix());
    i64::try_from(secs).unwrap_or(i64::MAX)
}

/// The version that an edit is meant for, from `If-Match: "3"`; none where the header is absent or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u32>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match only_value(&parts.headers, &header::IF_MATCH)? {
            None | Some("*") => Ok(Self(None)),
            Some(text) => version_of(text).map(|version| Self(Some(version))).ok_or_else(|| {
                ApiError::malformed("`If-Match` must be one `ETag` as it was answered, such as `\"3\"`, or `*`.")
            }),
        }
    }
}

fn version_of(etag: &str) -> Option<u32> {
    let digits = etag.strip_prefix('"')?.strip_suffix('"')?;
    // `parse` alone would take `+3`, of which there is no such ETag.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The position that a query waits for, from `Momentum-Position`: an opaque token out of a command's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtPosition(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for AtPosition {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match only_value(&parts.headers, &MOMENTUM_POSITION)? {
            Some(text) if text.is_empty() || text.len() > POSITION_BYTES_MAX => {
                Err(ApiError::malformed("`Momentum-Position` must be a position as a command answered it."))
            }
            text => Ok(Self(text.map(str::to_owned))),
        }
    }
}

/// The workspace that a request is about, from `Momentum-Workspace`; none where it is the asker's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InWorkspace(pub Option<WorkspaceId>);

impl<S: Sync> FromRequestParts<S> for InWorkspace {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(text) = only_value(&parts.headers, &MOMENTUM_WORKSPACE)? else { return Ok(Self(None)) };
        let id = text.parse().map_err(|_| ApiError::malformed("`Momentum-Workspace` must be the id of a workspace."));
        id.map(|id| Self(Some(id)))
    }
}

/// The header's value where it stands once; two of a kind leave open which is meant.
fn only_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match value.to_str() {
        Ok(text) if values.next().is_none() => Ok(Some(text.trim())),
        _ => Err(ApiError::malformed(format!("The header `{name}` must stand once, in ASCII."))),
    }
}

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        vec![header(
            "Idempotency-Key",
            Required::True,
            "A UUIDv7 made once for each command and kept for its retries.",
            uuid,
        )]
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String).examples(["\"3\""]);
        vec![header(
            "If-Match",
            Required::False,
            "The `ETag` of what is changed: refused if it changed meanwhile.",
            text,
        )]
    }
}

impl IntoParams for InWorkspace {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        vec![header("Momentum-Workspace", Required::False, "The workspace it is about; your own unless given.", uuid)]
    }
}

impl IntoParams for AtPosition {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        vec![header(
            "Momentum-Position",
            Required::False,
            "Wait until what a command answered with this is shown.",
            text,
        )]
    }
}

fn header(name: &str, required: Required, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use chrono::{DateTime, Utc};

    use super::*;

    /// Stands at the instant in whose millisecond `GOOD` was made.
    struct Stopped(DateTime<Utc>);
    impl Clock for Stopped {
        fn now(&self) -> DateTime<Utc> {
            self.0
        }
    }

    const GOOD: &str = "019a0000-0000-7000-8000-000000000000";

    fn parts(name: &str, values: &[&str]) -> Parts {
        let request = values.iter().fold(Request::builder(), |request, value| request.header(name, *value));
        request.body(()).expect("request").into_parts().0
    }

    async fn key(values: &[&str], days_later: i64) -> Result<Uuid, String> {
        let made = DateTime::from_timestamp(instant_secs(GOOD.parse().expect("UUID")), 0).expect("instant");
        let clock: Arc<dyn Clock> = Arc::new(Stopped(made + TimeDelta::days(days_later)));
        let key = IdempotencyKey::from_request_parts(&mut parts("idempotency-key", values), &clock).await;
        key.map(|IdempotencyKey(id)| id.uuid()).map_err(|error| error.problem().code.to_string())
    }

    #[tokio::test]
    async fn a_uuid_v7_is_a_key_quoted_or_not() {
        let good: Uuid = GOOD.parse().expect("UUID");
        assert_eq!(key(&[GOOD], 0).await, Ok(good));
        assert_eq!(key(&[&format!("\"{GOOD}\"")], 0).await, Ok(good));
        assert_eq!(key(&[GOOD], 3650).await, Ok(good), "how old is too old is for the store to say");
    }

    #[tokio::test]
    async fn other_keys_are_refused() {
        assert_eq!(key(&[], 0).await, Err("idempotency-key-missing".into()));
        let v4 = "7b0e4a52-6c39-4f4c-9b6e-1d8e0a3f5c11";
        for bad in ["", "7", v4, &GOOD.replace('-', ""), &format!("{{{GOOD}}}"), &format!("urn:uuid:{GOOD}")] {
            assert_eq!(key(&[bad], 0).await, Err("idempotency-key-invalid".into()), "{bad}");
        }
        assert_eq!(key(&[GOOD, GOOD], 0).await, Err("malformed-request".into()));
    }

    #[tokio::test]
    async fn a_key_from_tomorrow_is_fine_and_one_from_later_is_not() {
        assert!(key(&[GOOD], -1).await.is_ok());
        assert_eq!(key(&[GOOD], -2).await, Err("idempotency-key-invalid".into()));
    }

    #[tokio::test]
    async fn if_match_takes_one_version_or_any() {
        let read = async |values: &[&str]| IfMatch::from_request_parts(&mut parts("if-match", values), &()).await;
        assert_eq!(read(&[]).await.expect("absent"), IfMatch(None));
        assert_eq!(read(&["*"]).await.expect("any"), IfMatch(None));
        assert_eq!(read(&["\"3\""]).await.expect("version"), IfMatch(Some(3)));
        for bad in ["3", "\"\"", "W/\"3\"", "\"+3\"", "\"3\", \"4\"", "\"99999999999\""] {
            assert_eq!(read(&[bad]).await.expect_err(bad).status(), 400, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_position_is_any_short_token() {
        let read =
            async |value: &str| AtPosition::from_request_parts(&mut parts("momentum-position", &[value]), &()).await;
        assert_eq!(read("2-1041").await.expect("position"), AtPosition(Some("2-1041".into())));
        assert!(read(&"9".repeat(129)).await.is_err() && read("").await.is_err());
    }
}
