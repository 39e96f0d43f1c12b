//! What every service shares at boot: configuration, telemetry, pools, clock and ids, health, shutdown, the HTTP error.

mod base;
mod clock;
pub mod config;
mod database_role;
pub mod health;
pub mod http;
mod measure;
pub mod pool;
pub mod problem;
mod progress;
mod serve;
mod shutdown;
pub mod telemetry;
pub mod traces;
mod vault_keys;

pub use base::Base;
pub use clock::{RandomIds, SystemClock};
pub use database_role::DatabaseRole;
pub use health::Health;
pub use problem::{ApiError, FieldError, Problem, ProblemKind};
pub use progress::Progress;
pub use serve::serve;
pub use shutdown::{DRAIN_MAX, EndedBadly, Shutdown};
pub use vault_keys::{KeyError, MasterKeyFile, VaultKeys, vault_keys, vault_keys_there};
