//! Everything in the log was asked for by somebody, or is what the system does by itself.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    held::{Held, SYSTEM},
    history::{Line, Subject},
};

/// What follows from signing up, under a command of its own.
const OF_REGISTRATION: [&str; 2] = ["UserRegistered", "WorkspaceCreated"];

/// Events by a command that no client wrote down, or by another person than who asked.
pub(super) fn uninvited(history: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let asked: HashSet<(Uuid, Uuid)> = history
        .iter()
        .filter_map(|line| match line {
            Line::Asked { command, actor, .. } => Some((*command, *actor)),
            _ => None,
        })
        .collect();
    let known = |event: &&crate::held::HeldEvent| {
        asked.contains(&(event.command, event.actor))
            || event.actor == SYSTEM
            || event.command == crate::faults::POISON_COMMAND
            || OF_REGISTRATION.contains(&event.name.as_str())
    };
    let found = held.events.iter().filter(|event| !known(event));
    found.map(|event| (format!("nobody asked for {event:?}"), Subject::Stream(event.stream))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::samples::{asked, event, held},
        held::HeldEvent,
    };

    #[test]
    fn what_was_asked_for_may_be_there_and_nothing_else() {
        let log = held([event(1, 1, 7, 1), event(2, 2, 7, 2)]);
        assert_eq!(uninvited(&[asked(1, 7, 0), asked(2, 7, 1)], &log), vec![]);
        assert_eq!(uninvited(&[asked(1, 7, 0)], &log).len(), 1);
        let another = held([HeldEvent { actor: Uuid::from_u128(2), ..event(1, 1, 7, 1) }]);
        assert_eq!(uninvited(&[asked(1, 7, 0)], &another).len(), 1);
    }
}
