//! What Momentum is about: events, commands, decisions, values and the streak rules. Pure and synchronous, no IO.

mod aggregate;
pub mod calendar;
mod clock;
pub mod daily_log;
mod event;
pub mod figures;
pub mod goal;
mod id;
pub mod pace;
mod patch;
pub mod pauses;
mod personal;
mod position;
mod refusal;
pub mod schedule;
pub mod streaks;
pub mod target;
mod upcast;
pub mod user;
pub mod values;
mod weeks;
pub mod workspace;
mod zones;

pub use aggregate::Aggregate;
pub use calendar::{Calendar, CalendarSettings};
pub use clock::{Clock, Ids};
pub use daily_log::{DailyLog, DailyLogId};
pub use event::{Event, RawEvent, Recorded, UnreadableEvent};
pub use goal::{Goal, GoalId};
pub use id::{CommandId, EventId, Id};
pub use personal::{HasPersonal, Personal, Sealed, answering};
pub use position::{Position, Shard};
pub use refusal::{Refusal, RefusalKind};
pub use user::{User, UserId};
pub use weeks::Week;
pub use workspace::{Role, Workspace, WorkspaceId};
