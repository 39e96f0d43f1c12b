//! What was done, as who asked for it knows: when it was asked and told, and where it stands.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::history::{Line, Place, Told};

/// A command that was done: first asked, first told, and where it stands.
pub(super) struct Act {
    pub asked_us: u64,
    pub told_us: u64,
    pub command: Uuid,
    pub stream: Uuid,
    pub version: i64,
    pub place: Place,
}

pub(super) fn acts(history: &[Line]) -> Vec<Act> {
    let (mut asked, mut acts): (HashMap<Uuid, u64>, HashMap<Uuid, Act>) = Default::default();
    for line in history {
        match line {
            Line::Asked { at_us, command, .. } => {
                asked.entry(*command).or_insert(*at_us);
            }
            Line::Told { at_us, command, told: Told::Done { place, stream, version }, .. } => {
                let asked_us = asked.get(command).copied().unwrap_or_default();
                let (command, stream, version) = (*command, *stream, i64::from(*version));
                let act = Act { asked_us, told_us: *at_us, command, stream, version, place: *place };
                acts.entry(command).or_insert(act);
            }
            _ => {}
        }
    }
    acts.into_values().collect()
}

/// A command that was refused: as it was first asked, and first told so.
pub(super) struct Refused<'a> {
    pub asked_us: u64,
    pub told_us: u64,
    pub command: Uuid,
    pub stream: Uuid,
    pub what: &'a str,
    pub if_match: Option<u32>,
    pub status: u16,
    pub code: &'a str,
}

/// All of them. Whatever a command is told later is the same answer.
pub(super) fn refused(history: &[Line]) -> Vec<Refused<'_>> {
    let (mut asked, mut told, mut refused) = (HashMap::new(), HashSet::new(), vec![]);
    for line in history {
        match line {
            Line::Asked { at_us, command, stream, what, if_match, .. } => {
                asked.entry(*command).or_insert((*at_us, *stream, what.as_str(), *if_match));
            }
            Line::Told { at_us, command, told: Told::Refused { status, code }, .. } => {
                let Some((asked_us, stream, what, if_match)) = asked.get(command).copied() else { continue };
                if told.insert((*command, code)) {
                    let (told_us, command, status) = (*at_us, *command, *status);
                    refused.push(Refused { asked_us, told_us, command, stream, what, if_match, status, code });
                }
            }
            _ => {}
        }
    }
    refused
}
