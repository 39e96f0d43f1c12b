//! A workspace: the tenant, which owns goals, logs and everything below.

mod commands;
mod events;
mod members;
mod undo;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    commands::{ChangeRole, RenameWorkspace},
    events::WorkspaceEvent,
    members::MEMBERS_MAX,
};
use crate::{Aggregate, Calendar, CalendarSettings, HasPersonal, Id, Personal, Refusal, UserId, Week, patch::changed};

/// The id of a workspace.
pub type WorkspaceId = Id<Workspace>;

/// What a member may do, each role including the one before.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and changes goals and logs.
    Editor,
    /// Does everything.
    Owner,
}

/// What a workspace's events amount to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Workspace {
    /// What it is called; a personal one may go without.
    pub name: Option<Personal>,
    /// Who may do what. Empty until it is created: there is always an owner.
    pub members: BTreeMap<UserId, Role>,
    /// Whose own it is; none until it is created. They stay its owner.
    #[serde(skip)]
    pub person: Option<UserId>,
    /// Its dated calendar facts.
    pub calendar: Calendar,
    /// The last week that was closed.
    pub closed_week: Option<Week>,
}

impl Aggregate for Workspace {
    const KIND: &'static str = "workspace";
    type Event = WorkspaceEvent;

    fn evolve(&mut self, event: &WorkspaceEvent) {
        match event {
            WorkspaceEvent::WorkspaceCreated { owner, name, calendar } => {
                self.members.insert(*owner, Role::Owner);
                self.person = Some(*owner);
                self.name.clone_from(name);
                self.calendar = Calendar::new(calendar.clone());
            }
            WorkspaceEvent::WorkspaceRenamed { name } => self.name.clone_from(name),
            WorkspaceEvent::WorkspaceCalendarSet { calendar } => self.calendar.set(calendar.clone()),
            WorkspaceEvent::WeekClosed { first, last, ends_at: _ } => {
                self.closed_week = Some(Week { first: *first, last: *last });
            }
            WorkspaceEvent::MemberAdded { user, role, .. } | WorkspaceEvent::MemberRoleChanged { user, role } => {
                self.members.insert(*user, *role);
            }
            WorkspaceEvent::MemberRemoved { user } => {
                self.members.remove(user);
            }
        }
    }
}

/// Decisions.
impl Workspace {
    /// Makes it, for its owner, at `now`.
    pub fn create(
        &self,
        owner: UserId,
        calendar: CalendarSettings,
        now: DateTime<Utc>,
    ) -> Result<Vec<WorkspaceEvent>, Refusal> {
        if !self.members.is_empty() {
            return Err(Refusal::id_taken::<Self>());
        }
        Ok(vec![WorkspaceEvent::WorkspaceCreated { owner, name: None, calendar: calendar.beginning(now)? }])
    }

    /// Calls it something else; nothing, if it is the same.
    pub fn rename(&self, command: &RenameWorkspace) -> Result<Vec<WorkspaceEvent>, Refusal> {
        self.check_created()?;
        let name = changed(Some(&command.name), &self.name);
        Ok(name.into_iter().map(|name| WorkspaceEvent::WorkspaceRenamed { name }).collect())
    }

    /// Puts other calendar settings in force, from the next day that begins under them; nothing, if they are in force.
    pub fn set_calendar(
        &self,
        settings: &CalendarSettings,
        now: DateTime<Utc>,
    ) -> Result<Vec<WorkspaceEvent>, Refusal> {
        self.check_created()?;
        if self.calendar.facts().last().is_some_and(|last| last.settings == *settings) {
            return Ok(vec![]);
        }
        let calendar = self.calendar.change(settings.clone(), now)?;
        Ok(vec![WorkspaceEvent::WorkspaceCalendarSet { calendar }])
    }

    /// The weeks to be closed at `now`, in order, where `active_on` is the local day of the last event of any other kind.
    pub fn weeks_to_close(&self, active_on: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Week>, Refusal> {
        let weeks = self.calendar.weeks_to_close(self.closed_week, active_on, now)?;
        Ok(weeks.into_iter().map(|(week, _)| week).collect())
    }

    /// Closes the week that begins on `first`, if it is the next one and over; nothing, if it is closed already.
    pub fn close_week(
        &self,
        first: NaiveDate,
        active_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Vec<WorkspaceEvent>, Refusal> {
        self.check_created()?;
        if self.closed_week.is_some_and(|closed| first <= closed.last) {
            return Ok(vec![]);
        }
        let over = self.calendar.weeks_to_close(self.closed_week, active_on, now)?.into_iter().next();
        let (Week { first, last }, ends_at) =
            over.filter(|(week, _)| week.first == first).ok_or(Refusal::WeekNotOver { first })?;
        Ok(vec![WorkspaceEvent::WeekClosed { first, last, ends_at }])
    }

    /// Holds `user` to at least this role. A stranger learns nothing, not even that the workspace exists.
    pub fn permit(&self, user: UserId, role: Role) -> Result<(), Refusal> {
        match self.members.get(&user) {
            None => Err(Refusal::not_found::<Self>()),
            Some(held) if *held < role => Err(Refusal::NotAllowed),
            Some(_) => Ok(()),
        }
    }

    fn check_created(&self) -> Result<(), Refusal> {
        if self.members.is_empty() { Err(Refusal::not_found::<Self>()) } else { Ok(()) }
    }

    /// The day it is at `now`.
    pub fn today(&self, now: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
        self.calendar.today(now)
    }
}

impl HasPersonal for Workspace {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.name.iter_mut().for_each(|text| visit("name", text));
    }
}
