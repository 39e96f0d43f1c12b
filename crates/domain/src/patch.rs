//! Telling "leave it" from "clear it" in partial changes.

use serde::{Deserialize, Deserializer};

/// For fields of type `Option<Option<T>>`: an absent field leaves the value, `null` clears it, a value replaces it.
///
/// Used as `#[serde(default, deserialize_with = "crate::patch::given")]`, since serde alone reads `null` as absent.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// For fields of type `Option<T>` that nothing clears: an absent field leaves the value, and `null` is no value.
///
/// Used as `#[serde(default, deserialize_with = "crate::patch::present")]`, since serde alone reads `null` as absent.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The new value where it differs from the old one: what a partial change really changes.
pub(crate) fn changed<T: PartialEq + Clone>(asked: Option<&T>, current: &T) -> Option<T> {
    asked.filter(|asked| *asked != current).cloned()
}
