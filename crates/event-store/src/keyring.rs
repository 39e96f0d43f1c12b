//! The master keys that wrap people's data keys.

use std::collections::BTreeMap;

use aes_gcm_siv::{
    Aes256GcmSiv, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// 96 bits, as AES-GCM-SIV wants them.
pub(crate) const NONCE_BYTES: usize = 12;

/// The master keys there are, and the one that wraps new data keys: the one with the highest version.
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

    /// Adds another master key, as while all data keys are wrapped anew.
    #[must_use]
    pub fn with(mut self, version: i16, master: &Zeroizing<[u8; 32]>) -> Self {
        self.masters.insert(version, cipher(master));
        self
    }

    /// The version that wraps new data keys.
    pub fn current(&self) -> i16 {
        self.masters.keys().next_back().copied().unwrap_or(0)
    }

    /// Wraps a data key, bound to its owner.
    pub(crate) fn wrap(&self, owner: uuid::Uuid, key: &[u8; 32], nonce: [u8; NONCE_BYTES]) -> Option<Vec<u8>> {
        let (_, master) = self.masters.last_key_value()?;
        let payload = Payload { msg: key, aad: owner.as_bytes() };
        let ciphertext = master.encrypt(&Nonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &ciphertext].concat())
    }

    /// Unwraps a data key that the named master key wraps.
    pub(crate) fn unwrap(&self, owner: uuid::Uuid, master: i16, wrapped: &[u8]) -> Option<DataKey> {
        let (nonce, ciphertext) = wrapped.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        let key = Zeroizing::new(self.masters.get(&master)?.decrypt(&Nonce::from(*nonce), payload).ok()?);
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(key.as_slice().try_into().ok()?);
        Some(DataKey(cipher(&key)))
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
