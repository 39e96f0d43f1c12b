//! The form of a sealed text: a version, the key's name, its place, the nonce, and the ciphertext, in one piece.
//!
//! The place (event and field) is bound into the seal and carried along, so that a copy in a read model opens too,
//! while a text moved under another name does not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{EventId, Sealed};
use uuid::Uuid;

use crate::keyring::{DataKey, NONCE_BYTES};

/// The first byte of every sealed text: which form the rest has.
const FORM: u8 = 1;
const ID_BYTES: usize = 16;

/// What a seal says about itself, before it is opened.
pub(crate) struct SealParts {
    /// Whose key opens it.
    pub owner: Uuid,
    place: Vec<u8>,
    nonce: [u8; NONCE_BYTES],
    ciphertext: Vec<u8>,
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

impl SealParts {
    /// Takes a sealed text apart; none, if it has not the form of one.
    pub fn of(sealed: &Sealed) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&sealed.sealed).ok()?;
        let (form, rest) = bytes.split_first().filter(|(form, _)| **form == FORM)?;
        debug_assert_eq!(*form, FORM);
        let (owner, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (_event, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (field_bytes, rest) = rest.split_first()?;
        let rest = rest.get(usize::from(*field_bytes)..)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let place = bytes.get(..bytes.len() - rest.len())?.to_vec();
        let owner = Uuid::from_bytes(*owner);
        Some(Self { owner, place, nonce: *nonce, ciphertext: ciphertext.to_vec() })
    }

    /// The text; none, if it was altered.
    pub fn open(&self, key: &DataKey) -> Option<String> {
        key.decrypt(self.nonce, &self.place, &self.ciphertext)
    }
}

fn place(owner: Uuid, event: EventId, field: &str) -> Option<Vec<u8>> {
    let field_bytes = u8::try_from(field.len()).ok()?;
    let mut place = Vec::with_capacity(2 + 2 * ID_BYTES + field.len());
    place.push(FORM);
    place.extend_from_slice(owner.as_bytes());
    place.extend_from_slice(event.uuid().as_bytes());
    place.push(field_bytes);
    place.extend_from_slice(field.as_bytes());
    Some(place)
}
