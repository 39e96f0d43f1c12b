//! The form of a sealed text: a version, the key's name, its place, the nonce, and the ciphertext, in one piece.
//!
//! The place (event and field) is bound into the seal and carried along, so that a copy in a read model opens too,
//! while a text moved to another field or event does not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{EventId, Sealed};
use uuid::Uuid;

use crate::keyring::{DataKey, NONCE_BYTES};

/// The first byte of every sealed text: which form the rest has.
const FORM: u8 = 1;
const ID_BYTES: usize = 16;
/// What stands in front of the field's name: form, owner, event, and the length of the name.
const HEAD_BYTES: usize = 1 + ID_BYTES + ID_BYTES + 1;

/// A sealed text, and what it says about itself before it is opened.
pub(crate) struct Seal {
    /// Whose key opens it.
    pub owner: Uuid,
    /// The event it was sealed for.
    pub event: Uuid,
    bytes: Vec<u8>,
    /// So many of them are its place: all that is in front of the nonce.
    place_bytes: usize,
}

/// Seals `text`, which stands in `field` of `event`.
pub(crate) fn seal(
    key: &DataKey,
    owner: Uuid,
    (event, field): (EventId, &str),
    nonce: [u8; NONCE_BYTES],
    text: &str,
) -> Option<Sealed> {
    let place = place(owner, event, field)?;
    let ciphertext = key.encrypt(nonce, &place, text)?;
    let sealed = BASE64_URL_SAFE_NO_PAD.encode([&place[..], &nonce, &ciphertext].concat());
    Some(Sealed { sealed })
}

impl Seal {
    /// Reads what a sealed text says about itself; none, if it has not the form of one.
    pub fn of(sealed: &Sealed) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&sealed.sealed).ok()?;
        let (_, rest) = bytes.split_first().filter(|(form, _)| **form == FORM)?;
        let (owner, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (event, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (field_bytes, rest) = rest.split_first()?;
        let place_bytes = HEAD_BYTES + usize::from(*field_bytes);
        if rest.len() < usize::from(*field_bytes) + NONCE_BYTES {
            return None;
        }
        Some(Self { owner: Uuid::from_bytes(*owner), event: Uuid::from_bytes(*event), bytes, place_bytes })
    }

    /// The name of the field it was sealed for.
    pub fn field(&self) -> &[u8] {
        &self.bytes[HEAD_BYTES..self.place_bytes]
    }

    /// The text; none, if it was altered.
    pub fn open(&self, key: &DataKey) -> Option<String> {
        let (place, rest) = self.bytes.split_at(self.place_bytes);
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>()?;
        key.decrypt(*nonce, place, ciphertext)
    }
}

fn place(owner: Uuid, event: EventId, field: &str) -> Option<Vec<u8>> {
    let field_bytes = u8::try_from(field.len()).ok()?;
    let mut place = Vec::with_capacity(HEAD_BYTES + field.len());
    place.push(FORM);
    place.extend_from_slice(owner.as_bytes());
    place.extend_from_slice(event.uuid().as_bytes());
    place.push(field_bytes);
    place.extend_from_slice(field.as_bytes());
    Some(place)
}
