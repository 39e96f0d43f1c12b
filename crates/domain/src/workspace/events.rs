//! What can happen to a workspace.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::uuid;

use crate::{
    CalendarSettings, Event, HasPersonal, Personal, Role, UserId,
    calendar::{CalendarFact, Weekday},
};

/// An event of a workspace's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
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
    /// It is called something else: `null` for no name.
    WorkspaceRenamed {
        /// The new name.
        name: Option<Personal>,
    },
    /// Another time zone, week start or day start holds from a day on.
    WorkspaceCalendarSet {
        /// The settings, and since when they hold.
        calendar: CalendarFact,
    },
    /// A week was over: what it came to is fixed, and what changes it afterwards is a correction.
    WeekClosed {
        /// Its first date, which is its name.
        first: NaiveDate,
        /// Its last date.
        last: NaiveDate,
        /// The instant it ended, however much later this was recorded.
        ends_at: DateTime<Utc>,
    },
    /// Somebody belongs to it from now on.
    MemberAdded {
        /// Who.
        user: UserId,
        /// What they may do.
        role: Role,
        /// The owner whose invitation they accepted; none where they were added before there were any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invited_by: Option<UserId>,
    },
    /// A member may do something else.
    MemberRoleChanged {
        /// Who.
        user: UserId,
        /// What they may do now.
        role: Role,
    },
    /// Somebody belongs to it no longer: an owner said so, or they left.
    MemberRemoved {
        /// Who.
        user: UserId,
    },
}

impl WorkspaceEvent {
    /// One of each, as examples in documents and tests.
    pub fn samples() -> Vec<Self> {
        // A first calendar in Honolulu, left for Kiritimati across the date line at 10:30 UTC on 20 May.
        let honolulu = CalendarFact {
            from: NaiveDate::from_ymd_opt(2026, 5, 1).unwrap_or_default(),
            starts_at: DateTime::from_timestamp(1_777_629_600, 0).unwrap_or_default(),
            set_at: DateTime::from_timestamp(1_777_636_800, 0).unwrap_or_default(),
            left_out: 0,
            settings: CalendarSettings {
                zone: "Pacific/Honolulu".into(),
                week_start: Weekday::Sunday,
                day_start_minute: 0,
            },
        };
        let kiritimati = CalendarFact {
            from: NaiveDate::from_ymd_opt(2026, 5, 22).unwrap_or_default(),
            starts_at: DateTime::from_timestamp(1_779_357_600, 0).unwrap_or_default(),
            set_at: DateTime::from_timestamp(1_779_273_000, 0).unwrap_or_default(),
            left_out: 1,
            settings: CalendarSettings { zone: "Pacific/Kiritimati".into(), ..honolulu.settings.clone() },
        };
        let ada = UserId::new(uuid!("01990000-0000-7000-8000-000000000002"));
        let grace = UserId::new(uuid!("01990000-0000-7000-8000-000000000005"));
        vec![
            Self::WorkspaceCreated { owner: ada, name: Some(Personal::clear("Ada's")), calendar: honolulu },
            Self::WorkspaceRenamed { name: Some(Personal::clear("At home")) },
            Self::WorkspaceCalendarSet { calendar: kiritimati },
            Self::WeekClosed {
                first: NaiveDate::from_ymd_opt(2026, 5, 10).unwrap_or_default(),
                last: NaiveDate::from_ymd_opt(2026, 5, 16).unwrap_or_default(),
                ends_at: DateTime::from_timestamp(1_779_012_000, 0).unwrap_or_default(),
            },
            Self::MemberAdded { user: grace, role: Role::Viewer, invited_by: Some(ada) },
            Self::MemberRoleChanged { user: grace, role: Role::Editor },
            Self::MemberRemoved { user: grace },
        ]
    }
}

impl HasPersonal for WorkspaceEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::WorkspaceCreated { name, .. } | Self::WorkspaceRenamed { name } => {
                name.iter_mut().for_each(|text| visit("name", text));
            }
            Self::WorkspaceCalendarSet { .. }
            | Self::WeekClosed { .. }
            | Self::MemberAdded { .. }
            | Self::MemberRoleChanged { .. }
            | Self::MemberRemoved { .. } => {}
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
