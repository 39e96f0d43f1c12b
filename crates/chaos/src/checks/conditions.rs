//! A command with a condition is done on the version that it names, or not at all, so that no update is lost; and it is
//! done where that version is the newest all the while.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::acts::{Refused, acts, refused};
use crate::{
    held::Held,
    history::{Line, Subject, Told},
};

/// What a command is refused with that names another version than the newest.
const CODE: &str = "version-conflict";

/// Commands that were done on another version than they named.
pub(super) fn passed_over(history: &[Line], _: &Held) -> Vec<(String, Subject)> {
    let conditions: HashMap<Uuid, u32> = history
        .iter()
        .filter_map(|line| match line {
            Line::Asked { command, if_match: Some(version), .. } => Some((*command, *version)),
            _ => None,
        })
        .collect();
    let mut found = vec![];
    for line in history {
        let Line::Told { command, told: Told::Done { version, .. }, .. } = line else { continue };
        // Each of the load makes one event.
        if let Some(named) = conditions.get(command).filter(|named| **named + 1 != *version) {
            let what = format!("{command} was to be done on version {named}, and made version {version}");
            found.push((what, Subject::Command(*command)));
        }
    }
    found
}

/// Commands that were refused for their condition, although what they name was the newest version from before they were
/// asked until after they were told.
pub(super) fn refused_in_vain(history: &[Line], held: &Held) -> Vec<(String, Subject)> {
    let acts = acts(history);
    let acts: HashMap<_, _> = acts.iter().map(|act| ((act.stream, act.version), act)).collect();
    // Some of which nobody was told, so that it may have been done at any time.
    let made: HashSet<_> = held.events.iter().map(|event| (event.stream, i64::from(event.version))).collect();
    let mut found = vec![];
    for Refused { asked_us, told_us, command, stream, if_match, code, .. } in refused(history) {
        let Some(version) = if_match.filter(|_| code == CODE).map(i64::from) else { continue };
        let was_made = acts.get(&(stream, version)).is_some_and(|act| act.told_us < asked_us);
        let next = (stream, version + 1);
        let stayed = acts.get(&next).map_or(!made.contains(&next), |act| act.asked_us > told_us);
        if was_made && stayed {
            let what = format!("{command} was refused, though version {version} was the newest");
            found.push((what, Subject::Command(command)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::samples::{asked, done, event, held, id, refused};

    fn refused_for_its_condition(command: u128, at_us: u64) -> Line {
        let told = Told::Refused { status: 409, code: CODE.to_owned() };
        Line::Told { at_us, client: 1, command: id(command), told }
    }

    fn on(version: u32, line: Line) -> Line {
        match line {
            Line::Asked { at_us, client, command, actor, stream, what, .. } => {
                Line::Asked { at_us, client, command, actor, stream, what, if_match: Some(version) }
            }
            other => other,
        }
    }

    #[test]
    fn a_command_on_the_version_it_names_or_refused_or_without_a_condition_is_no_finding() {
        let history = [on(1, asked(1, 7, 0)), done(1, 2, 7, 2, 5), on(1, asked(2, 7, 6)), refused(2, 7)];
        assert_eq!(passed_over(&history, &held([])), vec![]);
        assert_eq!(passed_over(&[asked(1, 7, 0), done(1, 5, 7, 5, 5)], &held([])), vec![]);
    }

    #[test]
    fn a_command_may_be_refused_where_another_may_have_been_faster() {
        let slower = [on(1, asked(2, 7, 6)), refused_for_its_condition(2, 9)];
        let first = [asked(1, 7, 0), done(1, 1, 7, 1, 5)];
        let another = [asked(3, 7, 8), done(3, 2, 7, 2, 20)];
        assert_eq!(refused_in_vain(&[&first[..], &slower, &another].concat(), &held([])), vec![]);
        let untold = held([event(3, 2, 7, 2)]);
        assert_eq!(refused_in_vain(&[&first[..], &slower].concat(), &untold), vec![]);
        assert_eq!(refused_in_vain(&slower, &held([])), vec![], "nobody knows of the version that it names");
    }

    #[test]
    fn a_command_that_is_refused_on_the_newest_version_is_found() {
        let in_vain = [asked(1, 7, 0), done(1, 1, 7, 1, 5), on(1, asked(2, 7, 6)), refused_for_its_condition(2, 9)];
        let later = [asked(3, 7, 10), done(3, 2, 7, 2, 20)];
        assert_eq!(refused_in_vain(&in_vain, &held([])).len(), 1);
        assert_eq!(refused_in_vain(&[&in_vain[..], &later].concat(), &held([event(3, 2, 7, 2)])).len(), 1);
    }

    #[test]
    fn a_command_on_another_version_is_found() {
        let history = [on(1, asked(1, 7, 0)), done(1, 3, 7, 3, 5)];
        assert_eq!(passed_over(&history, &held([])).len(), 1);
    }
}
