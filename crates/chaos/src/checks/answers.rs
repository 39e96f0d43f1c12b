//! However often a command is sent, it is told the same, and that is what is kept.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    held::Held,
    history::{Line, Subject, Told},
};

/// Commands that were told two things, or another than is kept.
pub(super) fn differ(history: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let kept: HashMap<Uuid, _> = held.answers.iter().map(|answer| (answer.command, answer)).collect();
    let mut first: HashMap<Uuid, &Told> = HashMap::new();
    let mut found = vec![];
    for line in history {
        let Line::Told { command, told, .. } = line else { continue };
        if matches!(told, Told::Unknown { .. }) {
            continue;
        }
        let before = first.entry(*command).or_insert(told);
        if *before != told {
            found.push((format!("{command} was told {before:?}, and then {told:?}"), Subject::Command(*command)));
        }
        let as_kept = match (told, kept.get(command)) {
            (Told::Done { place, stream, version }, Some(kept)) => {
                (*place, *stream, *version, false) == (kept.place, kept.stream, kept.version, kept.refused)
            }
            (Told::Refused { .. }, Some(kept)) => kept.refused,
            (Told::Done { .. }, None) => false,
            // What is refused before it is a command leaves no answer.
            (Told::Refused { .. } | Told::Unknown { .. }, _) => true,
        };
        if !as_kept {
            let kept = kept.get(command);
            found.push((format!("{command} was told {told:?}, and {kept:?} is kept"), Subject::Command(*command)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{done, event, held, id, place, refused},
        held::HeldAnswer,
    };

    fn with_answer(refused: bool) -> Held {
        let (command, actor, stream) = (id(1), id(1), id(7));
        let answer = HeldAnswer { command, actor, place: place(1), stream, version: 1, refused };
        Held { answers: vec![answer], ..held([event(1, 1, 7, 1)]) }
    }

    #[test]
    fn the_same_answer_twice_is_no_finding() {
        assert_eq!(differ(&[done(1, 1, 7, 1, 5), done(1, 1, 7, 1, 9)], &with_answer(false)), vec![]);
        assert_eq!(differ(&[refused(1, 5)], &with_answer(true)), vec![]);
    }

    #[test]
    fn another_answer_is_found() {
        assert_eq!(differ(&[done(1, 1, 7, 1, 5), refused(1, 9)], &with_answer(false)).len(), 2);
        assert_eq!(differ(&[done(1, 1, 7, 1, 5), done(1, 2, 7, 1, 9)], &with_answer(false)).len(), 2);
    }

    #[test]
    fn an_answer_that_is_not_kept_is_found() {
        assert_eq!(differ(&[done(1, 1, 7, 1, 5)], &held([event(1, 1, 7, 1)])).len(), 1);
        assert_eq!(differ(&[refused(1, 5)], &with_answer(false)).len(), 1);
    }
}
