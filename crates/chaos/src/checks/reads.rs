//! Who asks for their own writes is shown them, and what is shown of a version is the same for all.

use std::collections::HashMap;

use crate::{
    held::Held,
    history::{Line, Seen, Subject},
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

/// Versions that were shown to one as something else than to another, or than who made them asked for.
pub(super) fn differ(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let (mut known, mut found) = (HashMap::new(), vec![]);
    for line in history {
        let Line::Saw { stream, expected, seen, .. } = line else { continue };
        for Seen { version, content } in [expected, seen] {
            let before: &String = known.entry((*stream, *version)).or_insert(content);
            if before != content {
                let what = format!("version {version} of {stream} is {before:?} to one, and {content:?} to another");
                found.push((what, Subject::Stream(*stream)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{held, saw};

    #[test]
    fn a_version_that_looks_otherwise_to_another_is_found() {
        assert_eq!(differ(&[saw(7, 2, 3, true), saw(7, 3, 3, true), saw(8, 2, 2, true)], &held([])), vec![]);
        let Line::Saw { at_us, client, stream, place, expected, seen, shared } = saw(7, 3, 3, true) else { return };
        let seen = Seen { content: "something else".to_owned(), ..seen };
        let otherwise = Line::Saw { at_us, client, stream, place, expected, seen, shared };
        assert_eq!(differ(&[saw(7, 2, 3, true), otherwise], &held([])).len(), 1);
    }

    #[test]
    fn what_is_shown_is_what_was_written_or_what_others_wrote_since() {
        assert_eq!(stale(&[saw(7, 2, 2, false), saw(7, 2, 2, true), saw(7, 2, 3, true)], &held([])), vec![]);
        for lie in [saw(7, 2, 1, false), saw(7, 2, 1, true), saw(7, 2, 3, false)] {
            assert_eq!(stale(&[lie], &held([])).len(), 1);
        }
    }
}
