//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use runtime::config::ConfigFlags;

use crate::{
    admin::AdminCommand,
    backup::{BackupCommand, RestoreCommand},
    demo::DemoCommand,
    events::EventsCommand,
    parked::UnparkCommand,
    rebuild::RebuildCommand,
    vault::VaultCommand,
    verify::VerifyCommand,
    version,
};

/// Momentum: goals, days and streaks, each fact an event.
#[derive(Parser)]
#[command(name = "momentum", version = version::LONG, propagate_version = true)]
pub struct Cli {
    /// How it is configured.
    #[command(flatten)]
    pub config: ConfigFlags,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Commands, apart by what they stand on.
#[derive(Subcommand)]
pub enum Command {
    #[command(flatten)]
    OnServers(OnServers),
    #[command(flatten)]
    Configured(Configured),
    #[command(flatten)]
    Alone(Alone),
}

/// What needs Postgres and NATS.
#[derive(Subcommand)]
pub enum OnServers {
    /// Run everything in one process, with its own Postgres and NATS unless others are configured
    Up,
    /// Run the API for commands and sign-in, and the relay
    CommandApi,
    /// Run the API for reads, history and the live feed
    QueryApi,
    /// Run the worker that keeps the read models
    Projector,
    /// Run the worker that keeps the figures
    Analytics,
    /// Bring the database to the shape that this version needs
    Migrate,
    /// Make read models again from the log, beside the living ones, and move them in
    Rebuild(RebuildCommand),
    /// List the streams that read models left aside, because they cannot apply an event, and why
    Parked,
    /// Take parked streams up again, once what was wrong is mended
    Unpark(UnparkCommand),
    /// Check that everything is as it must be: log, bus and read models
    Verify(VerifyCommand),
    /// Take the log out of one installation, or into another
    #[command(subcommand)]
    Events(EventsCommand),
    /// Help people with their accounts
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Look after the keys that personal text is sealed with
    #[command(subcommand)]
    Vault(VaultCommand),
}

impl OnServers {
    /// Whether it makes an installation where there is none; everything else is about one that is there.
    pub fn may_begin(&self) -> bool {
        match self {
            Self::Up | Self::CommandApi | Self::QueryApi | Self::Projector | Self::Analytics | Self::Migrate => true,
            Self::Events(command) => matches!(command, EventsCommand::Import(_)),
            Self::Rebuild(_) | Self::Parked | Self::Unpark(_) | Self::Verify(_) | Self::Admin(_) | Self::Vault(_) => {
                false
            }
        }
    }
}

/// What needs the configuration, and sees to the servers itself if it needs any.
#[derive(Subcommand)]
pub enum Configured {
    /// Copy the whole database into a folder, while it serves, and on later runs what happened since
    Backup(BackupCommand),
    /// Make the database again from a backup's folder, as it was at any instant since the first copy
    Restore(RestoreCommand),
    /// Ask the running process whether it is ready; exit code 0 if it is
    Healthcheck,
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Fill an account with two believable years, to look around in
    Demo(DemoCommand),
}

/// What needs nothing, not even a configuration.
#[derive(Subcommand)]
pub enum Alone {
    /// Make the nkeys that each role signs in to NATS with, and print their public halves as nats.conf wants them
    NatsKeys {
        /// Where they are kept; those that are there already stay
        folder: PathBuf,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print what a shell needs to complete commands, as for /etc/bash_completion.d
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Write the manual pages into a folder, as for /usr/share/man/man1
    Man {
        /// The folder; it is made if it is missing
        folder: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Print every setting, its value, and where it was set
    Print,
}
