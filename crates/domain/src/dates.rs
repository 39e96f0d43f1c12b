//! Dates as they are written in requests: `2026-01-31`, the one form of ISO 8601 that RFC 3339 has. chrono alone would
//! take `2026-1-31` for it, and `2026 - 01 - 31`, which the OpenAPI document does not tell.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use crate::patch;

/// A date in that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenDate(pub NaiveDate);

impl WrittenDate {
    /// Reads it; none, if it has another form, or no calendar has it.
    pub fn parse(text: &str) -> Option<Self> {
        let date: NaiveDate = text.parse().ok()?;
        (date.to_string() == text).then_some(Self(date))
    }
}

impl<'de> Deserialize<'de> for WrittenDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = WrittenDate;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a date as in 2026-01-31")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenDate, E> {
                WrittenDate::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// For fields of type `NaiveDate`: `#[serde(deserialize_with = "dates::written")]`.
pub fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    WrittenDate::deserialize(deserializer).map(|WrittenDate(date)| date)
}

/// For fields of type `Option<NaiveDate>`: `#[serde(default, deserialize_with = "dates::given")]`.
pub fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let written: Option<WrittenDate> = Option::deserialize(deserializer)?;
    Ok(written.map(|WrittenDate(date)| date))
}

/// For fields of type `Option<NaiveDate>` that nothing clears, as [`patch::present`] has it.
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    written(deserializer).map(Some)
}

/// For fields of type `Option<Option<NaiveDate>>`, which `null` clears, as [`patch::given`] has it.
pub(crate) fn replaced<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<NaiveDate>>, D::Error> {
    let written: Option<Option<WrittenDate>> = patch::given(deserializer)?;
    Ok(written.map(|cleared| cleared.map(|WrittenDate(date)| date)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_one_way() {
        assert_eq!(WrittenDate::parse("2026-01-31"), NaiveDate::from_ymd_opt(2026, 1, 31).map(WrittenDate));
        assert!(WrittenDate::parse("0001-12-31").is_some());
        for other in [
            "2026-1-31",
            "2026-01-1",
            "26-01-31",
            "2026 - 01-31",
            " 2026-01-31",
            "2026-01-31 ",
            "20260131",
            "2026-02-30",
            "",
        ] {
            assert_eq!(WrittenDate::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn what_is_expected_is_told() {
        let error = serde_json::from_str::<WrittenDate>(r#""2026-1-31""#).unwrap_err().to_string();
        assert!(error.contains("expected a date as in 2026-01-31"), "{error}");
    }
}
