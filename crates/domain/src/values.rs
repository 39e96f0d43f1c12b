//! Limits of what people may enter, and the checks that hold commands to them.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Id, Personal, is_v7};

/// A title or a name: one line.
pub const TITLE_CHARS_MAX: usize = 200;
/// A description or a log's text.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// An e-mail address, by RFC 5321.
pub const EMAIL_CHARS_MAX: usize = 254;
/// A day has so many minutes, and a log at most as many.
pub const LOG_MINUTES_MAX: u16 = 1_440;
/// A goal's total: a hundred years of whole days.
pub const TOTAL_MINUTES_MAX: u32 = 100 * 366 * 1_440;

/// The dates a person may name: far enough back for old diaries, far enough ahead for any plan.
const DATES: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Held by every title and name: some text, one line, not too long.
pub(crate) fn title(text: &Personal, _: &()) -> garde::Result {
    let text = readable(text)?;
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be empty"));
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(garde::Error::new("must be one line without control characters"));
    }
    not_longer(text, TITLE_CHARS_MAX)
}

/// Held by every description and log text: not too long, and nothing that no keyboard makes.
pub(crate) fn text(text: &Personal, _: &()) -> garde::Result {
    let text = readable(text)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(garde::Error::new("must not contain control characters"));
    }
    not_longer(text, TEXT_CHARS_MAX)
}

/// Held by text that is only compared: whatever it is, it can be read.
pub fn written(text: &Personal, _: &()) -> garde::Result {
    readable(text).map(|_| ())
}

/// Held by e-mail addresses.
pub fn email(text: &Personal, _: &()) -> garde::Result {
    let text = readable(text)?;
    not_longer(text, EMAIL_CHARS_MAX)?;
    garde::rules::email::parse_email(text).map_err(|_| garde::Error::new("must be an e-mail address"))
}

/// Held by every id that a client makes: such ids go up with time, and so lists are in the order things were made.
pub fn made_id<T>(id: &Id<T>, _: &()) -> garde::Result {
    if is_v7(id.uuid()) { Ok(()) } else { Err(garde::Error::new("must be a UUIDv7")) }
}

/// Held by every date a person names.
pub fn date(date: &NaiveDate, _: &()) -> garde::Result {
    use chrono::Datelike;
    if DATES.contains(&date.year()) {
        return Ok(());
    }
    Err(garde::Error::new(format!("must lie between the years {} and {}", DATES.start(), DATES.end())))
}

/// Held by every instant a person names: such as lie on dates they may name.
pub fn instant(instant: &DateTime<Utc>, context: &()) -> garde::Result {
    date(&instant.date_naive(), context)
}

/// The same check for a value that may be absent.
pub fn given<T, C>(check: impl Fn(&T, &C) -> garde::Result) -> impl Fn(&Option<T>, &C) -> garde::Result {
    move |value, context| value.as_ref().map_or(Ok(()), |value| check(value, context))
}

/// The same check for a value that may be absent, cleared, or replaced.
pub(crate) fn replaced<T, C>(
    check: impl Fn(&T, &C) -> garde::Result,
) -> impl Fn(&Option<Option<T>>, &C) -> garde::Result {
    move |value, context| value.iter().flatten().try_for_each(|value| check(value, context))
}

/// A sealed text in a command is not the sender's own words: only what can be read is taken.
fn readable(text: &Personal) -> Result<&str, garde::Error> {
    text.text().ok_or_else(|| garde::Error::new("must be text"))
}

fn not_longer(text: &str, chars_max: usize) -> garde::Result {
    if text.chars().count() <= chars_max {
        return Ok(());
    }
    Err(garde::Error::new(format!("must have at most {chars_max} characters")))
}
