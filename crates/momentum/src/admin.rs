//! `momentum admin`: help for people with their accounts.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use event_store::{Store, Vault};
use identity::Identity;
use runtime::{ApiError, ProblemKind};

use crate::{migrate::administration, servers::Servers};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an account, also where registration is closed, and print its first password
    AddUser {
        /// The address they will sign in with
        address: String,
        /// The time zone of their calendar, as in Europe/Berlin; they can change it
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// What they like to be called
        #[arg(long)]
        name: Option<String>,
    },
    /// Give an account a new password, and end its sessions
    ResetPassword {
        /// The address they sign in with
        address: String,
    },
    /// Erase a person for ever: their account, their sessions, and every text they wrote
    EraseUser {
        /// The address they sign in with
        address: String,
    },
}

/// Does what is asked. Works while the product runs elsewhere, and while it does not.
pub async fn run(servers: &Servers, asked: AdminCommand) -> anyhow::Result<()> {
    match asked {
        AdminCommand::AddUser { address, zone, name } => add_user(servers, address, zone, name).await,
        AdminCommand::ResetPassword { address } => reset_password(servers, &address).await,
        AdminCommand::EraseUser { address } => erase_user(servers, &address).await,
    }
}

async fn add_user(servers: &Servers, address: String, zone: String, name: Option<String>) -> anyhow::Result<()> {
    let base = servers.base();
    let (store, identity) = accounts(servers).await?;
    let added = command_api::add_account(&store, &identity, &*base.clock, address, name, zone).await;
    let password = added.map_err(in_operators_words)?;
    println!("Password: {}\nThey can change it in their settings.", password.expose());
    Ok(())
}

/// What a client of the API would be told, to who has typed it.
fn in_operators_words(error: ApiError) -> anyhow::Error {
    let problem = error.problem();
    if problem.code == ProblemKind::AddressTaken.code() {
        return anyhow!("somebody signs in with this address already");
    }
    let Some(field) = problem.errors.first() else { return error.into() };
    let argument = match &*field.pointer {
        "/email" => "ADDRESS",
        "/zone" => "--zone",
        "/name" => "--name",
        other => other,
    };
    anyhow!("{argument}: {}", field.detail)
}

/// The accounts, and the log that they are in.
async fn accounts(servers: &Servers) -> anyhow::Result<(Store, Identity)> {
    let base = servers.base();
    let pool = administration(servers, "es").await?;
    let keys = base.keys()?;
    let identity = Identity::start(&base, pool.clone(), &keys);
    let vault = Vault::new(pool.clone(), keys.keyring, base.clock.clone(), base.ids.clone());
    let store = Store::open(pool, Arc::new(vault), keys.index_key, base.clock.clone(), base.ids.clone()).await?;
    Ok((store, identity))
}

async fn reset_password(servers: &Servers, address: &str) -> anyhow::Result<()> {
    let base = servers.base();
    let pool = administration(servers, "identity").await?;
    let identity = Identity::start(&base, pool, &base.keys()?);
    let Some(user) = identity.user_by_address(address).await.context("the accounts cannot be read")? else {
        bail!("nobody signs in with this address");
    };
    let password = identity.reset_password(user).await?;
    println!(
        "New password: {}\nEvery session of the account has ended, and every open invitation that it made.",
        password.expose()
    );
    Ok(())
}

/// Cut off, it is finished by the product, when that next runs or within half a minute.
async fn erase_user(servers: &Servers, address: &str) -> anyhow::Result<()> {
    let (store, identity) = accounts(servers).await?;
    if !command_api::erase_address(&store, &identity, address).await? {
        bail!("nobody signs in with this address");
    }
    println!("Erased. Processes that run forget what they had opened within a minute.");
    println!("Old backups are reached when the master key rotates next: momentum vault rotate");
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::Refusal;

    use super::*;

    #[test]
    fn what_stands_in_the_way_is_told_to_who_typed_it() {
        let told = |error: ApiError| in_operators_words(error).to_string();
        let taken = ApiError::conflict(ProblemKind::AddressTaken, "Sign in with this e-mail address.");
        assert_eq!(told(taken), "somebody signs in with this address already");
        let zone = told(Refusal::UnknownZone { zone: "Mars".into() }.into());
        assert!(zone.starts_with("--zone: \"Mars\" is not a time zone"), "{zone}");
        assert_eq!(
            told(ApiError::invalid_field("/email", "invalid", "must be an address")),
            "ADDRESS: Must be an address."
        );
    }
}
