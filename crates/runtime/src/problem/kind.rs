//! The one table of everything that can go wrong over HTTP: code, status, title, and what it means.

use axum::http::StatusCode;
use strum::IntoEnumIterator;

/// A kind of problem. To add one, add a variant and its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
#[expect(missing_docs, reason = "each variant is explained by its row, in words that clients read too")]
pub enum ProblemKind {
    AddressTaken,
    BodyTimeout,
    CommandIdExpired,
    CommandIdReused,
    CrossSite,
    CursorGone,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    Internal,
    InvalidInput,
    MalformedJson,
    MalformedRequest,
    MethodNotAllowed,
    Misdirected,
    NotFound,
    NotSignedIn,
    NotYetShown,
    Overloaded,
    PayloadTooLarge,
    RegistrationClosed,
    SessionEnded,
    Timeout,
    TooManyEvents,
    TooManyInvitations,
    TooManyRequests,
    Unavailable,
    UnknownRoute,
    UnreadableEvent,
    UnsupportedMediaType,
    UriTooLong,
    VersionConflict,
    WrongCredentials,
}

/// What is the same each time a kind of problem occurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub code: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    pub meaning: &'static str,
}

/// The `type` of the problem with this code.
pub(crate) fn type_uri(code: &str) -> String {
    format!("/problems/{code}")
}

const fn row(code: &'static str, status: StatusCode, title: &'static str, meaning: &'static str) -> Row {
    Row { code, status, title, meaning }
}

impl ProblemKind {
    /// The kind with this slug.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::iter().find(|kind| kind.code() == code)
    }

    /// The slug that programs tell it by.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        self.row().status
    }

    /// The few words that are the same each time.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// What it means and what to do, for whoever follows the problem's type.
    pub fn meaning(self) -> &'static str {
        self.row().meaning
    }

    #[rustfmt::skip]
    pub(super) const fn row(self) -> Row {
        use StatusCode as S;
        match self {
            Self::AddressTaken => row("address-taken", S::CONFLICT, "Address taken", "There is an account with this e-mail address. Sign in, or use another address."),
            Self::BodyTimeout => row("body-timeout", S::REQUEST_TIMEOUT, "Body came too slowly", "The body did not arrive within the time limit, so nothing was done. Send the request again."),
            Self::CommandIdExpired => row("command-id-expired", S::UNPROCESSABLE_ENTITY, "Command id too old", "Command ids are kept 90 days, and this one is older, so nobody can tell whether the command was carried out. Look at the current state, then decide and send a new command with a new id."),
            Self::CommandIdReused => row("command-id-reused", S::UNPROCESSABLE_ENTITY, "Command id reused", "The same Idempotency-Key came before with another request. Make a new UUIDv7 for each command, and keep it for retries of that command only."),
            Self::CrossSite => row("cross-site", S::FORBIDDEN, "Request from another site", "A browser sent this request on behalf of a page of another site. Changes are accepted from Momentum's own pages, and from programs that send a bearer token and no Origin."),
            Self::CursorGone => row("cursor-gone", S::GONE, "Cursor of another history", "The log was restored since this cursor was handed out, so its positions no longer mean the same events. Read again from the beginning."),
            Self::IdempotencyKeyInvalid => row("idempotency-key-invalid", S::BAD_REQUEST, "Unusable Idempotency-Key", "The Idempotency-Key must be a UUIDv7 made by the client at about the time of sending, once for each command."),
            Self::IdempotencyKeyMissing => row("idempotency-key-missing", S::BAD_REQUEST, "Idempotency-Key missing", "Every command needs the header Idempotency-Key with a UUIDv7 made by the client, so that a retry is never carried out twice."),
            Self::Internal => row("internal", S::INTERNAL_SERVER_ERROR, "Fault of the server", "Something went wrong that is not the client's fault. The log of the server has the cause under the trace_id."),
            Self::InvalidInput => row("invalid-input", S::UNPROCESSABLE_ENTITY, "Some fields cannot be accepted", "The request could be read, but the fields under `errors` are missing, unknown, of the wrong type or out of range. Each is named by a JSON pointer."),
            Self::MalformedJson => row("malformed-json", S::BAD_REQUEST, "Malformed JSON", "The body is not JSON, or is nested too deep. The detail says at which line and column."),
            Self::MalformedRequest => row("malformed-request", S::BAD_REQUEST, "Malformed request", "The path, the query string or a header cannot be read. The detail says which and how it should look."),
            Self::MethodNotAllowed => row("method-not-allowed", S::METHOD_NOT_ALLOWED, "Method not allowed", "The path exists, but not with this method. The header Allow lists those it has."),
            Self::Misdirected => row("misdirected", S::MISDIRECTED_REQUEST, "Asked by another name", "This installation is set up for the machine it runs on, and was asked by a name that others can lead to it, as a page of another site may do. Open it as localhost, or have its operator set server.public_url."),
            Self::NotFound => row("not-found", S::NOT_FOUND, "Not found", "What the request is about does not exist, or belongs to a workspace that is not yours."),
            Self::NotSignedIn => row("not-signed-in", S::UNAUTHORIZED, "Not signed in", "The request has no valid access token. Sign in, or refresh the session, and try again."),
            Self::NotYetShown => row("not-yet-shown", S::SERVICE_UNAVAILABLE, "Saved, not yet shown", "The read model has not reached the position that Momentum-Position asks for. What was saved is safe; ask again after Retry-After, or without that header."),
            Self::Overloaded => row("overloaded", S::SERVICE_UNAVAILABLE, "Too busy", "The server works on as many requests as it can. Try again after Retry-After."),
            Self::PayloadTooLarge => row("payload-too-large", S::PAYLOAD_TOO_LARGE, "Body too large", "The body exceeds 64 KiB. Send less at once."),
            Self::RegistrationClosed => row("registration-closed", S::FORBIDDEN, "Registration is closed", "This installation takes no new accounts by itself. Ask its operator for one."),
            Self::SessionEnded => row("session-ended", S::UNAUTHORIZED, "Session ended", "The session was signed out, revoked or has run out. Sign in again."),
            Self::Timeout => row("timeout", S::SERVICE_UNAVAILABLE, "Took too long", "The server gave up after its time limit. Whether a command was carried out is open: repeat it with the same Idempotency-Key to learn its answer."),
            Self::TooManyEvents => row("too-many-events", S::UNPROCESSABLE_ENTITY, "Too much to replay", "What was known at a past moment, and what history tells of changes, is made anew from events, and there are more of them than one answer may take. Ask for an earlier moment, for the present, or for fewer changes at once."),
            Self::TooManyInvitations => row("too-many-invitations", S::CONFLICT, "Too many open invitations", "The workspace has as many open invitations as there can be. Revoke some, or wait until they are taken or end."),
            Self::TooManyRequests => row("too-many-requests", S::TOO_MANY_REQUESTS, "Too many requests", "This was asked too often in a short time. Try again after Retry-After."),
            Self::Unavailable => row("unavailable", S::SERVICE_UNAVAILABLE, "Unavailable for the moment", "Something the server depends on is away. Try again after Retry-After; commands with the same Idempotency-Key."),
            Self::UnknownRoute => row("unknown-route", S::NOT_FOUND, "No such path", "Nothing is served under this path. The paths there are stand at /docs."),
            Self::UnreadableEvent => row("unreadable-event", S::NOT_IMPLEMENTED, "Event of another version", "What was asked depends on an event that this version of Momentum cannot read, as one of a newer version that ran before. Nothing is lost: a version that reads it answers. /v1/history and /v1/events show where it stands."),
            Self::UnsupportedMediaType => row("unsupported-media-type", S::UNSUPPORTED_MEDIA_TYPE, "Not JSON", "The body must be JSON and say so with Content-Type: application/json."),
            Self::UriTooLong => row("uri-too-long", S::URI_TOO_LONG, "Address too long", "The path and query string exceed the limit. Send fewer or shorter filters."),
            Self::VersionConflict => row("version-conflict", S::CONFLICT, "Changed meanwhile", "It was changed since the version that If-Match names. Read it again, and repeat the change on what it is now."),
            Self::WrongCredentials => row("wrong-credentials", S::UNAUTHORIZED, "Wrong address or password", "No account has this e-mail address with this password. Check both; repeated failures slow further attempts down."),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_slugs_and_every_row_explains_itself() {
        let mut codes = HashSet::new();
        for kind in ProblemKind::iter() {
            let row = kind.row();
            assert!(row.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", row.code);
            assert!(codes.insert(row.code), "{} stands twice", row.code);
            assert!(row.status.is_client_error() || row.status.is_server_error());
            assert!(row.meaning.ends_with('.') && !row.title.ends_with('.'), "{}", row.code);
        }
    }
}
