//! A private Postgres and nats-server as supervised children in one folder.
//!
//! ```no_run
//! # async fn up() -> embedded::Result<()> {
//! use embedded::{Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
//!
//! let tools = Tools::find(None, None);
//! let folder = Folder::open("data".as_ref())?;
//! let postgres = Postgres::start(&folder, &tools.postgres_bin()?, &PostgresOptions::default()).await?;
//! let nats = NatsServer::start(&folder, &tools.nats_server()?, &NatsOptions::default()).await?;
//! println!("{} {}", postgres.url(), nats.url());
//! nats.stop().await;
//! postgres.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! A server that dies is started again on its port and folder. Both die with the process that started them, even when that
//! one is killed. A second process on the same folder is refused. Nothing here reads the environment.

mod cluster;
mod error;
mod folder;
mod log_file;
mod memory;
mod nats;
mod nats_keys;
mod port;
mod postgres;
mod predecessor;
mod private;
mod recovery;
mod server;
mod start;
mod supervisor;
mod tools;
mod user;

pub use error::{Error, Result};
pub use folder::{Folder, ensure_own};
pub use memory::memory;
pub use nats::{NATS_CONF, NatsOptions, NatsServer};
pub use nats_keys::{NATS_ROLES, NatsKeys, seed_path};
pub use port::free_port;
pub use postgres::{Durability, Postgres, PostgresOptions};
pub use private::{UNFINISHED, keep_private};
pub use recovery::Recovery;
pub use tools::Tools;
