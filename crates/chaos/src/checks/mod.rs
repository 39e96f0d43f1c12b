//! The checks: pure functions over a history and what is held at the end, each of which can be seen to fail.

mod acknowledged;
mod acts;
mod answers;
mod conditions;
mod dense;
mod errors;
mod order;
mod reads;
mod reasons;
#[cfg(test)]
mod samples;
mod uninvited;
mod weeks;

use crate::{
    held::Held,
    history::{Line, Subject},
};

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that found it.
    pub check: &'static str,
    /// What it found.
    pub what: String,
    /// What that is about.
    pub about: Subject,
}

/// A check, by its name.
pub type Check = (&'static str, fn(&[Line], &Held) -> Vec<(String, Subject)>);

/// All checks of a history.
pub const ALL: [Check; 15] = [
    ("no acknowledged command is lost", acknowledged::lost),
    ("no command is applied twice", acknowledged::twice),
    ("no refused command is applied", acknowledged::refused_and_applied),
    ("a command has one answer", answers::differ),
    ("nothing happens that nobody asked for", uninvited::uninvited),
    ("positions and versions are dense", dense::holes),
    ("what is told first comes first", order::out_of_order),
    ("a condition is held", conditions::passed_over),
    ("a condition that holds is no reason to refuse", conditions::refused_in_vain),
    ("what is refused has a reason", reasons::refused_for_nothing),
    ("who asks for their own writes is shown them", reads::stale),
    ("a version looks the same to everybody", reads::differ),
    ("a week is closed once", weeks::closed_twice),
    ("nobody is told of an internal error", errors::told),
    ("no acknowledged account is lost", errors::shut_out),
];

/// Everything that the checks find.
#[must_use]
pub fn run(history: &[Line], held: &Held) -> Vec<Finding> {
    let found = ALL
        .iter()
        .flat_map(|(check, find)| find(history, held).into_iter().map(|(what, about)| Finding { check, what, about }));
    found.collect()
}

/// The lines of a history that show what was found.
#[must_use]
pub fn shortest<'a>(history: &'a [Line], about: &Subject) -> Vec<&'a Line> {
    history.iter().filter(|line| line.is_about(about)).collect()
}
