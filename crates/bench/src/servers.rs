//! The Postgres and the nats-server that product and baselines share: durable, as the product runs them.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::PathBuf};

use anyhow::ensure;
use embedded::{Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

use crate::machine::file_system;

/// Roles, baselines, and as many sessions as the greatest load of plain inserts has.
const CONNECTIONS_MAX: u16 = 200;
/// What is there outlives a restart, so it is on a disk, as a folder for temporary files need not be.
const PLACES: &str = "/var/tmp";
/// Where it can be known for what it is.
const PLACE_PREFIX: &str = "momentum-bench-";
/// No durable commit takes any time there.
const IN_MEMORY: [&str; 2] = ["tmpfs", "ramfs"];

/// Where the servers are.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// A database of Postgres, as its superuser.
    pub postgres: String,
    /// The nats-server.
    pub nats: String,
    /// The folder of the keys that it lets roles in with.
    pub nats_keys: PathBuf,
    /// The file system that their files are on.
    pub file_system: String,
}

/// Servers of this run's own, in a folder that goes with them.
pub struct Servers {
    postgres: Postgres,
    nats: NatsServer,
    place: TempDir,
}

impl Servers {
    /// Starts them, with the settings that `momentum up` has.
    pub async fn start() -> anyhow::Result<Self> {
        let place = place()?;
        let folder = Folder::open(place.path())?;
        let tools = Tools::find(None, None);
        let options = PostgresOptions { connections_max: CONNECTIONS_MAX, ..PostgresOptions::default() };
        let postgres = Postgres::start(&folder, &tools.postgres_bin()?, &options).await?;
        let nats = NatsServer::start(&folder, &tools.nats_server()?, &NatsOptions::default()).await?;
        Ok(Self { postgres, nats, place })
    }

    /// Where they are.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        Addresses {
            postgres: self.postgres.near_url_of("postgres"),
            nats: self.nats.url(),
            nats_keys: self.nats.keys().to_path_buf(),
            file_system: file_system(self.place.path()),
        }
    }

    /// Ends them.
    pub async fn stop(self) {
        self.nats.stop().await;
        self.postgres.stop().await;
    }
}

impl Addresses {
    /// An empty database beside this one; what a former run left of it is dropped.
    pub async fn database(&self, name: &str) -> anyhow::Result<Self> {
        let options: PgConnectOptions = self.postgres.parse()?;
        let mut connection = PgConnection::connect_with(&options).await?;
        // The names are this program's own.
        for statement in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        connection.close().await?;
        let (server, rest) = self.postgres.rsplit_once('/').unwrap_or((&self.postgres, ""));
        let parameters = rest.split_once('?').map(|(_, parameters)| format!("?{parameters}")).unwrap_or_default();
        Ok(Self { postgres: format!("{server}/{name}{parameters}"), ..self.clone() })
    }

    /// How Postgres tells its version, and how far its compiler went: one that is made to be small is slower.
    pub async fn version(&self) -> anyhow::Result<String> {
        let mut connection = PgConnection::connect(&self.postgres).await?;
        let version: String = sqlx::query_scalar("show server_version").fetch_one(&mut connection).await?;
        let flags = sqlx::query_scalar("select setting from pg_config where name = 'CFLAGS'");
        let flags: String = flags.fetch_one(&mut connection).await?;
        // The last one given is the one that counts.
        let optimised = flags.split(' ').rfind(|flag| flag.starts_with("-O"));
        Ok(match optimised {
            Some(flag) => format!("{version}, compiled with `{flag}`"),
            None => version,
        })
    }
}

/// A folder on a disk that the user who runs Postgres can enter, and that goes when it is let go of.
pub fn place() -> anyhow::Result<TempDir> {
    let mut place = tempfile::Builder::new();
    let place = place.prefix(PLACE_PREFIX).permissions(Permissions::from_mode(0o755)).tempdir_in(PLACES)?;
    let file_system = file_system(place.path());
    ensure!(!IN_MEMORY.contains(&&*file_system), "{PLACES} is in memory ({file_system}): mount a disk there");
    Ok(place)
}
