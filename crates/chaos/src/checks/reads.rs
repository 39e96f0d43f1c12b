//! Who asks for their own writes is shown them.

use crate::{
    held::Held,
    history::{Line, Subject},
};

/// Queries that showed less than the position they were asked at; or, of what nobody else changes, anything else.
pub(super) fn stale(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let mut found = vec![];
    for line in history {
        let Line::Saw { stream, place, expected, seen, shared, .. } = line else { continue };
        let newer = *shared && seen.version > expected.version;
        if seen != expected && !newer {
            let what = format!("{stream} at {place:?} was shown as {seen:?}, where it was {expected:?}");
            found.push((what, Subject::Stream(*stream)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{held, saw};

    #[test]
    fn what_is_shown_is_what_was_written_or_what_others_wrote_since() {
        assert_eq!(stale(&[saw(7, 2, 2, false), saw(7, 2, 2, true), saw(7, 2, 3, true)], &held([])), vec![]);
        for lie in [saw(7, 2, 1, false), saw(7, 2, 1, true), saw(7, 2, 3, false)] {
            assert_eq!(stale(&[lie], &held([])).len(), 1);
        }
    }
}
