//! A key as text: read in the forms that tools make it in, and refused where it can be guessed.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::Ids;
use secrecy::zeroize::Zeroizing;

use super::KeyError;

const KEY_BYTES: usize = 32;
/// Random keys have about thirty different bytes; fewer than this is a pattern.
const DIFFERENT_BYTES_MIN: usize = 16;
/// The version of a key that is given without one.
const FIRST_VERSION: i16 = 1;

/// A key, which is wiped from memory when it is no longer used.
pub(super) type Key = Zeroizing<[u8; KEY_BYTES]>;
/// The versions of a key.
pub(super) type Keys = BTreeMap<i16, Key>;

/// The first version of a new key.
pub(super) fn first(ids: &dyn Ids) -> Keys {
    Keys::from([(FIRST_VERSION, random(ids))])
}

pub(super) fn random(ids: &dyn Ids) -> Key {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    ids.fill(key.as_mut_slice());
    key
}

/// How a version of a key stands in a file.
pub(super) fn line(version: i16, key: &Key) -> Zeroizing<String> {
    Zeroizing::new(format!("{version}:{}\n", STANDARD_NO_PAD.encode(**key)))
}

/// Reads `key`, or several as `1:key,2:key`.
pub(super) fn parse(name: &str, text: &str) -> Result<Keys, KeyError> {
    let mut keys = BTreeMap::new();
    for item in text.split([',', '\n', ' ']).map(str::trim).filter(|item| !item.is_empty()) {
        let form = || KeyError::Form(name.to_owned());
        let (version, key) = match item.split_once(':') {
            Some((version, key)) => (version.parse().ok().filter(|version| *version > 0).ok_or_else(form)?, key),
            None => (FIRST_VERSION, item),
        };
        let key = decode(key).ok_or_else(form)?;
        if let Some(why) = weakness(&key) {
            return Err(KeyError::Weak(name.to_owned(), why));
        }
        if keys.insert(version, key).is_some() {
            return Err(KeyError::Twice(name.to_owned(), version));
        }
    }
    if keys.is_empty() { Err(KeyError::Form(name.to_owned())) } else { Ok(keys) }
}

/// Hexadecimal, or base64 of either alphabet, with or without padding.
fn decode(text: &str) -> Option<Key> {
    let bytes = if text.len() == 2 * KEY_BYTES {
        let digits = (0..KEY_BYTES).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok());
        Zeroizing::new(digits.collect::<Option<Vec<u8>>>()?)
    } else {
        let standard = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
        Zeroizing::new(STANDARD_NO_PAD.decode(standard.as_bytes()).ok()?)
    };
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

/// What random bytes never are. Each of these happens to a good key less than once in a million million times.
fn weakness(key: &[u8; KEY_BYTES]) -> Option<&'static str> {
    let different = key.iter().collect::<BTreeSet<_>>().len();
    let step = key[1].wrapping_sub(key[0]);
    if key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) || different < DIFFERENT_BYTES_MIN {
        Some("it is a pattern")
    } else if key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        Some("it is text rather than random bytes")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;
    use crate::RandomIds;

    #[test]
    fn keys_are_read_in_hex_and_in_base64() {
        let key = random(&RandomIds);
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [hex, STANDARD.encode(*key), URL_SAFE_NO_PAD.encode(*key)] {
            assert!(parse("key", &text).expect("a key") == Keys::from([(FIRST_VERSION, key.clone())]), "{text}");
        }
    }
}
