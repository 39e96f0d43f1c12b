//! What the domain decides, how its events are written, and that both stay as they are.

mod calendars;
mod daily_logs;
mod given;
mod goals;
mod history;
mod limits;
mod passing_through;
mod random;
mod streaks;
mod users;
mod wire;
mod workspaces;
