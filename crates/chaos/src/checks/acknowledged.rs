//! What was told about a command, and what the log holds of it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    held::{Held, HeldEvent},
    history::{Line, Subject, Told},
};

type Found = Vec<(String, Subject)>;

/// Commands that were told to be done, and people to be registered, of which the log knows nothing, or something else.
pub(super) fn lost(history: &[Line], held: &Held) -> Found {
    let by_place: HashMap<_, _> = held.events.iter().map(|event| (event.place, event)).collect();
    let mut found = vec![];
    for line in history {
        match line {
            Line::Told { command, told: Told::Done { place, stream, version }, .. } => {
                // Every command of the load changes something, so its event stands where it was told.
                let is_there = by_place
                    .get(place)
                    .is_some_and(|event| (event.command, event.stream, event.version) == (*command, *stream, *version));
                if !is_there {
                    let there = by_place.get(place).map_or("nothing".to_owned(), |event| format!("{event:?}"));
                    found.push((
                        format!("{command} was done at {place:?}, where there is {there}"),
                        Subject::Command(*command),
                    ));
                }
            }
            Line::Registered { user, workspace, place, .. } => {
                let is_there = by_place.get(place).is_some_and(|event| event.workspace == *workspace);
                if !is_there {
                    found.push((
                        format!("{user} was registered at {place:?}, where that is not"),
                        Subject::Place(*place),
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

/// Commands with more than one event: each of the load makes one, however often it is sent.
pub(super) fn twice(history: &[Line], held: &Held) -> Found {
    let events = events_of_commands(held);
    asked(history)
        .filter_map(|command| {
            let count = events.get(&command).map_or(0, Vec::len);
            (count > 1).then(|| (format!("{command} has {count} events"), Subject::Command(command)))
        })
        .collect()
}

/// Commands that were refused and have an event all the same.
pub(super) fn refused_and_applied(history: &[Line], held: &Held) -> Found {
    let events = events_of_commands(held);
    let mut found = vec![];
    for line in history {
        let Line::Told { command, told: Told::Refused { code, .. }, .. } = line else { continue };
        if let Some(event) = events.get(command).and_then(|events| events.first()) {
            let what = format!("{command} was refused ({code}) and is applied at {:?}", event.place);
            found.push((what, Subject::Command(*command)));
        }
    }
    found
}

fn events_of_commands(held: &Held) -> HashMap<Uuid, Vec<&HeldEvent>> {
    let mut events: HashMap<Uuid, Vec<&HeldEvent>> = HashMap::new();
    held.events.iter().for_each(|event| events.entry(event.command).or_default().push(event));
    events
}

/// The commands of a history, each once.
fn asked(history: &[Line]) -> impl Iterator<Item = Uuid> {
    let mut met = std::collections::HashSet::new();
    history.iter().filter_map(move |line| match line {
        Line::Asked { command, .. } => met.insert(*command).then_some(*command),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{asked, done, event, held, refused};

    #[test]
    fn a_command_that_was_done_and_is_there_is_no_finding() {
        let history = [asked(1, 7, 0), done(1, 1, 7, 1, 5), asked(2, 7, 6), refused(2, 7)];
        let held = held([event(1, 1, 7, 1)]);
        assert_eq!((lost(&history, &held), twice(&history, &held)), (vec![], vec![]));
        assert_eq!(refused_and_applied(&history, &held), vec![]);
    }

    #[test]
    fn a_command_that_was_done_and_is_not_there_is_lost() {
        let history = [asked(1, 7, 0), done(1, 1, 7, 1, 5)];
        assert_eq!(lost(&history, &held([])).len(), 1);
        assert_eq!(lost(&history, &held([event(2, 1, 7, 1)])).len(), 1, "another stands in its place");
        assert_eq!(lost(&history, &held([event(1, 1, 7, 2)])).len(), 1, "it is there with another version");
    }

    #[test]
    fn somebody_who_was_registered_is_there() {
        let place = crate::history::Place { shard: 0, number: 1 };
        let (user, workspace) = (Uuid::from_u128(1), Uuid::from_u128(100));
        let history = [Line::Registered { at_us: 0, user, workspace, place }];
        assert_eq!(lost(&history, &held([])).len(), 1);
        assert_eq!(lost(&history, &held([event(1, 1, 7, 1)])), vec![]);
    }

    #[test]
    fn a_command_with_two_events_was_applied_twice() {
        let history = [asked(1, 7, 0), done(1, 1, 7, 1, 5)];
        assert_eq!(twice(&history, &held([event(1, 1, 7, 1), event(1, 2, 7, 2)])).len(), 1);
    }

    #[test]
    fn a_command_that_was_refused_and_has_an_event_is_found() {
        let history = [asked(1, 7, 0), refused(1, 6)];
        assert_eq!(refused_and_applied(&history, &held([event(1, 1, 7, 1)])).len(), 1);
    }
}
