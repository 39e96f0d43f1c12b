//! The fields of an event as the JSON they were written as, and how serde makes an enum of a name and these.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, EnumAccess, Error, VariantAccess, Visitor, value::StrDeserializer},
};
use serde_json::{de::StrRead, value::RawValue};

/// The fields of an event, as the JSON they were written as.
///
/// It is made of what somebody knows to be JSON: Postgres, which keeps nothing else in such a column, or serde. So it is not
/// looked through again before it is read, or becomes part of other JSON; both fail if it is none.
#[derive(Clone, Debug)]
pub struct EventData(Box<str>);

impl EventData {
    /// The text.
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for EventData {
    fn from(written: String) -> Self {
        Self(written.into())
    }
}

impl Serialize for EventData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EventData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(deserializer)?.into()))
    }
}

/// An object with a single entry: what serde makes of an enum variant.
pub(crate) struct OneEntry<'a>(pub &'a str, pub EventData);

impl<'de> Deserialize<'de> for OneEntry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = OneEntry<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with one entry")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                map.next_entry()?.map(|(name, data)| OneEntry(name, data)).ok_or_else(|| A::Error::custom("no entry"))
            }
        }
        deserializer.deserialize_map(Entry)
    }
}

/// Lets serde read an enum whose variant's name and data are kept apart, without putting them together first.
pub(crate) struct Tagged<'de> {
    pub name: &'de str,
    pub data: &'de EventData,
}

impl<'de> Deserializer<'de> for Tagged<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Tagged<'de> {
    type Error = serde_json::Error;
    type Variant = Variant<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Variant<'de>), Self::Error> {
        let name = seed.deserialize(StrDeserializer::new(self.name))?;
        Ok((name, Variant(&self.data.0)))
    }
}

/// The data of a variant.
pub(crate) struct Variant<'de>(&'de str);

type Json<'de> = serde_json::Deserializer<StrRead<'de>>;

impl<'de> Variant<'de> {
    /// Reads all of it.
    fn read<T>(self, read: impl FnOnce(&mut Json<'de>) -> serde_json::Result<T>) -> serde_json::Result<T> {
        let mut json = Json::from_str(self.0);
        let value = read(&mut json)?;
        json.end().map(|()| value)
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = serde_json::Error;

    fn unit_variant(self) -> serde_json::Result<()> {
        self.read(|json| Deserialize::deserialize(json))
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> serde_json::Result<T::Value> {
        self.read(|json| seed.deserialize(json))
    }
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> serde_json::Result<V::Value> {
        self.read(|json| json.deserialize_tuple(len, visitor))
    }
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.read(|json| json.deserialize_struct("", fields, visitor))
    }
}
