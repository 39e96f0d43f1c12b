//! The W3C `traceparent` that a request came with, kept so that the events it causes can name it.

use std::{fmt, str::FromStr};

use axum::http::HeaderMap;

/// A valid `traceparent` of version 00, after <https://www.w3.org/TR/trace-context/>.
///
/// One that is absent or broken fails no request, as the standard asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    const HEADER: &str = "traceparent";

    /// The one that a request came with.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(Self::HEADER).iter();
        let (first, second) = (values.next(), values.next());
        // Two parents are as good as none.
        first.filter(|_| second.is_none()).and_then(|value| value.to_str().ok()?.parse().ok())
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the whole trace, as 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.0[3..35]
    }
}

/// The text is not a `traceparent`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a W3C traceparent")]
pub struct NotATraceParent;

impl FromStr for TraceParent {
    type Err = NotATraceParent;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split('-').collect();
        let [version, trace, parent, flags, later @ ..] = fields.as_slice() else { return Err(NotATraceParent) };
        let is_hex = |field: &str, digits| {
            field.len() == digits && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_set = |field: &str| field.bytes().any(|byte| byte != b'0');
        // Later versions may append fields; version ff is invalid for ever, and 00 has exactly four.
        let version_is_good = is_hex(version, 2) && *version != "ff" && (*version != "00" || later.is_empty());
        let ids_are_good = is_hex(trace, 32) && is_set(trace) && is_hex(parent, 16) && is_set(parent);
        if version_is_good && ids_are_good && is_hex(flags, 2) {
            Ok(Self(format!("00-{trace}-{parent}-{flags}")))
        } else {
            Err(NotATraceParent)
        }
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_good_one_is_kept_as_it_is() {
        let parent: TraceParent = GOOD.parse().expect("good");
        assert_eq!((parent.as_str(), parent.trace_id()), (GOOD, "4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    #[test]
    fn a_later_version_is_read_as_ours() {
        let later = GOOD.replacen("00", "01", 1) + "-more";
        assert_eq!(later.parse::<TraceParent>().expect("good").as_str(), GOOD);
    }

    #[test]
    fn broken_ones_are_refused() {
        let zero_trace = format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32));
        for bad in ["", "00", &GOOD.to_uppercase(), &GOOD.replacen("00", "ff", 1), &format!("{GOOD}-x"), &zero_trace] {
            assert_eq!(bad.parse::<TraceParent>(), Err(NotATraceParent), "{bad}");
        }
    }
}
