//! Sealed text in columns: read models keep it as it stands in the events, and nothing here opens it.

use domain::{Personal, Sealed};

/// A column of sealed text. Empty where there is none, or none any more: no sealed text is empty.
#[derive(Debug, sqlx::Type)]
#[sqlx(transparent)]
pub struct SealedText(String);

impl From<SealedText> for Personal {
    fn from(SealedText(sealed): SealedText) -> Self {
        if sealed.is_empty() { Self::Erased } else { Self::Sealed(Sealed { sealed }) }
    }
}

impl From<SealedText> for Option<Personal> {
    fn from(SealedText(sealed): SealedText) -> Self {
        (!sealed.is_empty()).then_some(Personal::Sealed(Sealed { sealed }))
    }
}

/// What a column holds for this text.
pub(crate) fn column(text: Option<&Personal>) -> String {
    match text {
        Some(Personal::Sealed(sealed)) => sealed.sealed.clone(),
        // Clear text never comes this far: events are read sealed.
        Some(Personal::Clear(_) | Personal::Erased) | None => String::new(),
    }
}
