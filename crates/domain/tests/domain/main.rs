//! What the domain decides, how its events are written, and that both stay as they are.

mod calendars;
mod cases;
mod daily_logs;
mod dated_facts;
mod due;
mod expectations;
mod figures;
mod given;
mod goals;
mod history;
mod limits;
mod members;
mod passing_through;
mod random;
mod streaks;
mod undoing;
mod undoing_at_random;
mod users;
mod wire;
mod workspaces;
