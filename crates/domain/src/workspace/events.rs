//! What can happen to a workspace.

use serde::{Deserialize, Serialize};

use crate::{Event, HasPersonal, Personal, UserId, calendar::CalendarFact};

/// An event of a workspace's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
#[expect(clippy::enum_variant_names, reason = "the names are the wire names")]
pub enum WorkspaceEvent {
    /// A workspace was made for its owner.
    WorkspaceCreated {
        /// Who it belongs to.
        owner: UserId,
        /// What it is called; a personal one may go without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Personal>,
        /// The calendar it begins with.
        calendar: CalendarFact,
    },
    /// It is called something else.
    WorkspaceRenamed {
        /// The new name.
        name: Personal,
    },
    /// Another time zone, week start or day start holds from a day on.
    WorkspaceCalendarSet {
        /// The settings, and since when they hold.
        calendar: CalendarFact,
    },
}

impl HasPersonal for WorkspaceEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::WorkspaceCreated { name, .. } => name.iter_mut().for_each(|text| visit("name", text)),
            Self::WorkspaceRenamed { name } => visit("name", name),
            Self::WorkspaceCalendarSet { .. } => {}
        }
    }
}

impl From<WorkspaceEvent> for Event {
    fn from(event: WorkspaceEvent) -> Self {
        Self::Workspace(event)
    }
}

impl TryFrom<Event> for WorkspaceEvent {
    type Error = Event;
    fn try_from(event: Event) -> Result<Self, Event> {
        if let Event::Workspace(event) = event { Ok(event) } else { Err(event) }
    }
}
