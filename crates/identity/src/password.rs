//! What a password is, and which ones are too weak.

use std::{collections::HashSet, fmt, sync::LazyLock};

use serde::{Deserialize, Deserializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};
use zeroize::Zeroizing;

/// Long enough that guessing over the network is hopeless, given the throttle.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Room for any passphrase, and a bound on what is hashed.
pub const PASSWORD_CHARS_MAX: usize = 200;

/// The passwords seen most often in public breaches that are long enough to be chosen here, in lower case.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password as a person typed it: not shown by `{:?}`, and wiped when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// What is wrong with a password somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Shorter than [`PASSWORD_CHARS_MIN`].
    #[error("it needs at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// Longer than [`PASSWORD_CHARS_MAX`].
    #[error("it may have at most {PASSWORD_CHARS_MAX} characters")]
    TooLong,
    /// Among the first that anybody would guess.
    #[error("it is among the most common passwords")]
    Common,
    /// The same as the address.
    #[error("it is the same as the e-mail address")]
    SameAsAddress,
}

impl Weakness {
    /// It as a slug, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::Common => "too-common",
            Self::SameAsAddress => "same-as-address",
        }
    }
}

impl Password {
    /// A password that does not come out of a request's body.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, to be shown once to whoever had it made.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Holds it to the rules for new passwords. Length counts most; no rule asks for kinds of characters, since those
    /// make passwords harder to remember and no harder to guess (NIST SP 800-63B, 3.1.1.2).
    pub(crate) fn check(&self) -> Result<(), Weakness> {
        match self.0.chars().count() {
            ..PASSWORD_CHARS_MIN => return Err(Weakness::TooShort),
            PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX => {}
            _ => return Err(Weakness::TooLong),
        }
        let lower = Zeroizing::new(self.0.to_lowercase());
        let mut chars = lower.chars();
        let first = chars.next();
        if COMMON.contains(lower.as_str()) || chars.all(|char| Some(char) == first) {
            return Err(Weakness::Common);
        }
        Ok(())
    }

    /// The same, where the address is at hand.
    pub(crate) fn check_for(&self, address: &str) -> Result<(), Weakness> {
        let same = self.0.trim().eq_ignore_ascii_case(address.trim());
        if same { Err(Weakness::SameAsAddress) } else { self.check() }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(PASSWORD_CHARS_MIN))
            .max_length(Some(PASSWORD_CHARS_MAX))
            .build()
            .into()
    }
}
impl ToSchema for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_what_is_wrong_with_them() {
        let check = |text: &str| Password::new(text).check_for("ada@example.org");
        assert_eq!(check("tiny"), Err(Weakness::TooShort));
        assert_eq!(check("äöüäöüäöü"), Err(Weakness::TooShort), "characters count, not bytes");
        assert_eq!(check(&"ab".repeat(101)), Err(Weakness::TooLong));
        assert_eq!(check("Password123"), Err(Weakness::Common));
        assert_eq!(check("zzzzzzzzzzzz"), Err(Weakness::Common));
        assert_eq!(check("Ada@example.org"), Err(Weakness::SameAsAddress));
        assert_eq!(check("correct horse battery"), Ok(()));
    }

    #[test]
    fn every_common_password_could_be_chosen_otherwise() {
        for line in COMMON.iter() {
            assert!(line.chars().count() >= PASSWORD_CHARS_MIN && *line == line.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn debug_output_does_not_tell_the_password() {
        assert_eq!(format!("{:?}", Password::new("correct horse")), "Password");
    }
}
