//! `momentum admin`: help for people with their accounts.

use anyhow::{Context, bail};
use clap::Subcommand;
use identity::Identity;

use crate::{migrate::administration, servers::Servers};

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Give an account a new password, and end its sessions
    ResetPassword {
        /// The address they sign in with
        email: String,
    },
}

/// Does what is asked. Works while the product runs elsewhere, and while it does not.
pub async fn run(servers: &Servers, asked: AdminCommand) -> anyhow::Result<()> {
    match asked {
        AdminCommand::ResetPassword { email } => reset_password(servers, &email).await,
    }
}

async fn reset_password(servers: &Servers, email: &str) -> anyhow::Result<()> {
    let base = servers.base();
    let pool = administration(servers, "identity").await?;
    let identity = Identity::start(&base, pool, &base.keys()?);
    let Some(user) = identity.user_by_address(email).await.context("the accounts cannot be read")? else {
        bail!("nobody signs in with this address");
    };
    let password = identity.reset_password(user).await?;
    println!("New password: {}\nEvery session of the account has ended.", password.expose());
    Ok(())
}
