//! What Momentum is about: events, commands, decisions, values and the streak rules. Pure and synchronous, no IO.

mod aggregate;
pub mod calendar;
mod clock;
pub mod daily_log;
mod event;
pub mod goal;
mod id;
mod patch;
mod personal;
mod position;
mod refusal;
mod upcast;
pub mod user;
pub mod values;
pub mod workspace;

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
pub use workspace::{Role, Workspace, WorkspaceId};
