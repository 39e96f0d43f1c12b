//! Text that people write: sealed wherever it rests, clear only while it is decided on or answered with.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Error as _, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer},
    ser::Error as _,
};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use zeroize::Zeroize;

/// Personal text, in one of the three states it can be in.
///
/// Its JSON form is what keeps text from being stored by mistake: a sealed one is an object, an erased one `null`,
/// and a clear one *fails to serialise*, except inside [`answering`].
#[derive(Clone, PartialEq, Eq)]
pub enum Personal {
    /// Readable, as it came from a person or was opened for one.
    Clear(String),
    /// As it stands in the log, on the bus, in read models and in backups.
    Sealed(Sealed),
    /// The key is gone, and with it the text.
    Erased,
}

/// Personal text under its owner's key, in one piece that says how to open it.
///
/// The content is opaque here; `event-store` makes and reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// URL-safe base64 of key id, place, nonce and ciphertext.
    pub sealed: String,
}

/// Whatever carries personal text: events, read-model rows, answers.
pub trait HasPersonal {
    /// Calls `visit` with each personal field and the field's name, which is part of what a seal is bound to.
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal));
}

thread_local! {
    static ANSWERING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `serialise` with clear text allowed: the last step of an answer to the person whose text it is.
///
/// It is synchronous on purpose, so that the permission cannot outlive the call or leak to another task.
pub fn answering<T>(serialise: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ANSWERING.set(self.0);
        }
    }
    let _restore = Restore(ANSWERING.replace(true));
    serialise()
}

impl Personal {
    /// Clear text.
    pub fn clear(text: impl Into<String>) -> Self {
        Self::Clear(text.into())
    }

    /// The text, where it can be read.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Clear(text) => Some(text),
            Self::Sealed(_) | Self::Erased => None,
        }
    }
}

impl Drop for Personal {
    fn drop(&mut self) {
        if let Self::Clear(text) = self {
            text.zeroize();
        }
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Clear text must not reach a log by way of `{:?}`.
        f.write_str(match self {
            Self::Clear(_) => "Personal(clear)",
            Self::Sealed(_) => "Personal(sealed)",
            Self::Erased => "Personal(erased)",
        })
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Clear(text) if ANSWERING.get() => serializer.serialize_str(text),
            Self::Clear(_) => Err(S::Error::custom("clear personal text outside an answer")),
            Self::Sealed(sealed) => sealed.serialize(serializer),
            Self::Erased => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Forms)
    }
}

/// Takes any of the three forms for what it is, without keeping it aside to look at first: most of what is read of a log is
/// sealed text.
struct Forms;

impl<'de> Visitor<'de> for Forms {
    type Value = Personal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Personal, E> {
        Ok(Personal::clear(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Personal, E> {
        Ok(Personal::Clear(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Personal, A::Error> {
        // Who sends an object for a text is not told what would make it one that is sealed.
        let sealed = Sealed::deserialize(MapAccessDeserializer::new(map));
        sealed.map(Personal::Sealed).map_err(|_| A::Error::invalid_type(Unexpected::Map, &Self))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Personal, E> {
        Ok(Personal::Erased)
    }
}

impl utoipa::PartialSchema for Personal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        ObjectBuilder::new().schema_type(Type::String).build().into()
    }
}
impl utoipa::ToSchema for Personal {}

impl<T: HasPersonal> HasPersonal for Vec<T> {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.iter_mut().for_each(|item| item.each_personal(visit));
    }
}

impl<T: HasPersonal> HasPersonal for Option<T> {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        if let Some(item) = self {
            item.each_personal(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_is_serialised_only_into_answers() {
        let text = Personal::clear("run a marathon");
        assert!(serde_json::to_string(&text).is_err());
        assert_eq!(answering(|| serde_json::to_string(&text)).expect("answer"), "\"run a marathon\"");
        assert!(serde_json::to_string(&text).is_err(), "the permission ends with the answer");
    }

    #[test]
    fn debug_output_does_not_tell_the_text() {
        assert!(!format!("{:?}", Personal::clear("secret")).contains("secret"));
    }

    #[test]
    fn each_form_is_read_as_what_it_was_written_as() {
        let read = |json: &str| serde_json::from_str::<Personal>(json).map_err(|error| error.to_string());
        assert!(read(r#""a\u0020run""#) == Ok(Personal::clear("a run")));
        assert!(read(r#"{"sealed":"AAAA"}"#) == Ok(Personal::Sealed(Sealed { sealed: "AAAA".into() })));
        assert!(read("null") == Ok(Personal::Erased));
        for json in ["7", "true", "[]", "{}", r#"{"text":"a run"}"#, r#"{"sealed":7}"#] {
            let told = read(json).expect_err(json);
            assert!(told.contains("expected text") && !told.contains("`sealed`"), "{json}: {told}");
        }
    }

    #[test]
    fn a_body_must_not_bring_its_own_seal() {
        let brought: Personal = serde_json::from_str(r#"{"sealed":"AAAA"}"#).expect("form");
        assert_eq!(brought.text(), None, "validation refuses what has no text");
    }
}
