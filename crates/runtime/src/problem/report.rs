//! What other crates' errors become over HTTP: validation reports and the database's errors.

use std::{borrow::Cow, time::Duration};

use super::{ApiError, FieldError, ProblemKind};

/// How long a client waits before it asks a service again whose database was away.
const DATABASE_RETRY: Duration = Duration::from_secs(2);

impl From<garde::Report> for ApiError {
    fn from(report: garde::Report) -> Self {
        Self::invalid(report.iter().map(|(path, error)| field_error(path, error)).collect())
    }
}

fn field_error(path: &garde::Path, error: &garde::Error) -> FieldError {
    let (code, detail) = in_our_words(error.message());
    FieldError::new(pointer(&path.to_string()), code, detail)
}

/// Turns a dotted path such as `items[2].day` into a JSON pointer such as `/items/2/day`.
pub(crate) fn pointer(path: &str) -> String {
    let steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
    steps.fold(String::new(), |pointer, step| pointer + "/" + &step.replace('~', "~0").replace('/', "~1"))
}

/// The library's rules have messages but no codes, and words of their own; so have the domain's limits, in the words that
/// all are told in.
fn in_our_words(message: &str) -> (&'static str, Cow<'_, str>) {
    const RULES: &[(&str, &str, &str)] = &[
        ("length is lower than ", "too-short", "Its length must be at least "),
        ("length is greater than ", "too-long", "Its length must be at most "),
        ("lower than ", "too-small", "Must be at least "),
        ("greater than ", "too-large", "Must be at most "),
        ("must have at most ", "too-long", "Must have at most "),
        ("must be at most ", "too-large", "Must be at most "),
    ];
    let rule = |(theirs, code, ours): &(&str, &'static str, &str)| {
        message.strip_prefix(theirs).map(|limit| (*code, format!("{ours}{limit}").into()))
    };
    RULES.iter().find_map(rule).unwrap_or(("invalid", message.into()))
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if is_statement_timeout(&error) {
            Self::new(ProblemKind::Timeout, "The database took too long. Try again, or ask for less at once.")
                .retry_after(DATABASE_RETRY)
                .caused_by(error)
        } else if is_database_away(&error) {
            Self::unavailable("The database does not answer. Try again after `Retry-After`.", DATABASE_RETRY)
                .caused_by(error)
        } else {
            Self::internal(error)
        }
    }
}

/// Whether asking again later can help, because the database or the way to it is gone for the moment.
fn is_database_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| event_store::passes(&code)),
        _ => false,
    }
}

fn is_statement_timeout(error: &sqlx::Error) -> bool {
    const QUERY_CANCELED: &str = "57014";
    matches!(error, sqlx::Error::Database(database) if database.code().is_some_and(|code| code == QUERY_CANCELED))
}

#[cfg(test)]
mod tests {
    use domain::Personal;
    use garde::Validate;

    use super::*;

    #[derive(Validate)]
    struct Sample {
        #[garde(length(chars, min = 1, max = 3))]
        title: String,
        #[garde(range(min = 0, max = 1440))]
        minutes: i32,
        #[garde(custom(domain::values::email))]
        email: Personal,
        #[garde(dive)]
        items: Vec<Item>,
    }

    #[derive(Validate)]
    struct Item {
        #[garde(length(chars, min = 2))]
        name: String,
    }

    #[test]
    fn a_report_names_each_field_by_pointer_and_code() {
        let sample = Sample {
            title: "long".into(),
            minutes: -1,
            email: Personal::clear("nobody"),
            items: vec![Item { name: "ok".into() }, Item { name: "x".into() }],
        };
        let error = ApiError::from(sample.validate().expect_err("invalid"));
        let told = error.problem().errors.iter().map(|error| (&*error.pointer, &*error.code, &*error.detail));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("/email", "invalid", "Must be an e-mail address."),
                ("/items/1/name", "too-short", "Its length must be at least 2."),
                ("/minutes", "too-small", "Must be at least 0."),
                ("/title", "too-long", "Its length must be at most 3."),
            ]
        );
    }

    #[test]
    fn a_lost_database_is_503_and_a_wrong_query_500() {
        assert_eq!(ApiError::from(sqlx::Error::PoolTimedOut).status(), 503);
        assert_eq!(ApiError::from(sqlx::Error::RowNotFound).status(), 500);
    }
}
