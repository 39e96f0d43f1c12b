//! For tests: servers, databases, an app with typed callers.
//!
//! ```no_run
//! # async fn test() {
//! let database = testkit::database().await;
//! sqlx::query("select 1").execute(database.pool()).await.unwrap();
//! # }
//! ```
//!
//! `cargo run --bin testkit -- COMMAND…` starts the servers once for everything that the command runs; without it, each test
//! program starts its own.

#[cfg(feature = "app")]
pub mod app;
mod certificate;
mod clock;
mod database;
mod nats_own;
pub mod servers;

pub use certificate::Certificate;
pub use clock::TestClock;
pub use database::{TestDatabase, database, database_on};
pub use nats_own::NatsOwn;
pub use servers::{TestServers, postgres_15, servers};
