//! The master keys that wrap people's data keys.

use std::collections::BTreeMap;

use aes_gcm_siv::{
    Aes256GcmSiv, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// 96 bits, as AES-GCM-SIV wants them.
pub(crate) const NONCE_BYTES: usize = 12;

/// The master keys that this process has. Which of them wraps new data keys is the vault's to say.
#[derive(Clone)]
pub struct Keyring {
    masters: BTreeMap<i16, Aes256GcmSiv>,
}

/// A data key: seals the text of one person.
#[derive(Clone)]
pub(crate) struct DataKey(Aes256GcmSiv);

impl Keyring {
    /// A keyring that begins with one master key of 32 bytes.
    pub fn new(version: i16, master: &Zeroizing<[u8; 32]>) -> Self {
        Self { masters: BTreeMap::from([(version, cipher(master))]) }
    }

    /// A keyring without any.
    pub(crate) const fn none() -> Self {
        Self { masters: BTreeMap::new() }
    }

    /// Adds another master key, as while all data keys are wrapped anew.
    #[must_use]
    pub fn with(mut self, version: i16, master: &Zeroizing<[u8; 32]>) -> Self {
        self.masters.insert(version, cipher(master));
        self
    }

    /// The highest version: what a rotation leads to.
    pub fn newest(&self) -> i16 {
        self.masters.keys().next_back().copied().unwrap_or(0)
    }

    /// The versions there are, the oldest first.
    pub fn versions(&self) -> impl Iterator<Item = i16> {
        self.masters.keys().copied()
    }

    /// Whether there is this version.
    pub(crate) fn has(&self, master: i16) -> bool {
        self.masters.contains_key(&master)
    }

    /// All keys of both.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.masters.extend(other.masters);
        self
    }

    /// Drops the keys of versions before this one, unless none would be left.
    pub(crate) fn forget_before(&mut self, oldest: i16) {
        if self.newest() >= oldest {
            self.masters.retain(|version, _| *version >= oldest);
        }
    }

    /// Wraps a data key under the named master key, bound to its owner.
    pub(crate) fn wrap(
        &self,
        owner: uuid::Uuid,
        master: i16,
        key: &[u8; 32],
        nonce: [u8; NONCE_BYTES],
    ) -> Option<Vec<u8>> {
        let payload = Payload { msg: key, aad: owner.as_bytes() };
        let ciphertext = self.masters.get(&master)?.encrypt(&Nonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &ciphertext].concat())
    }

    /// Whether a wrapped data key opens.
    pub fn opens(&self, owner: uuid::Uuid, master: i16, wrapped: &[u8]) -> bool {
        self.unwrap(owner, master, wrapped).is_some()
    }

    /// Unwraps a data key that the named master key wraps.
    pub(crate) fn unwrap(&self, owner: uuid::Uuid, master: i16, wrapped: &[u8]) -> Option<DataKey> {
        Some(DataKey(cipher(&self.bare(owner, master, wrapped)?)))
    }

    /// Wraps a data key under another master key.
    pub(crate) fn wrap_anew(
        &self,
        owner: uuid::Uuid,
        (from, wrapped): (i16, &[u8]),
        to: i16,
        nonce: [u8; NONCE_BYTES],
    ) -> Option<Vec<u8>> {
        self.wrap(owner, to, &*self.bare(owner, from, wrapped)?, nonce)
    }

    fn bare(&self, owner: uuid::Uuid, master: i16, wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let (nonce, ciphertext) = wrapped.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        let key = Zeroizing::new(self.masters.get(&master)?.decrypt(&Nonce::from(*nonce), payload).ok()?);
        Some(Zeroizing::new(key.as_slice().try_into().ok()?))
    }
}

impl DataKey {
    pub fn encrypt(&self, nonce: [u8; NONCE_BYTES], place: &[u8], text: &str) -> Option<Vec<u8>> {
        self.0.encrypt(&Nonce::from(nonce), Payload { msg: text.as_bytes(), aad: place }).ok()
    }

    pub fn decrypt(&self, nonce: [u8; NONCE_BYTES], place: &[u8], ciphertext: &[u8]) -> Option<String> {
        let text = self.0.decrypt(&Nonce::from(nonce), Payload { msg: ciphertext, aad: place }).ok()?;
        String::from_utf8(text).ok()
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("versions", &self.masters.keys()).finish()
    }
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> Aes256GcmSiv {
    Aes256GcmSiv::new(&Key::<Aes256GcmSiv>::from(**key))
}
