//! `momentum demo`: fills an account with believable years, through the API as any client would.
//!
//! Only what a client may do is done: days are logged late, as with an old diary; pauses name past days; schedules,
//! weekly targets and the calendar hold from today on, as everybody's do.

mod chance;
mod client;
mod diary;
mod habits;
mod plan;
mod texts;

use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::{NaiveDate, TimeDelta};
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use reqwest::{Method, StatusCode};
use runtime::config::Config;
use serde_json::{Value, json};

use self::{
    chance::Seed,
    client::{Client, Credentials},
    plan::{Ask, Chain, Plan},
};
use crate::progress;

/// So many chains of commands are under way at once.
const CHAINS_AT_ONCE: usize = 12;
/// Answers to commands are kept for 90 days; with less than this left, a second run could not be told from a first.
const FILLED_DAYS_AGO_MAX: i64 = 80;
/// The demo's person, where an account is made.
const NAME: &str = "Robin";
/// Where they live at first.
const ZONE: &str = "Europe/Lisbon";

/// Fill an account with two believable years.
#[derive(Args)]
pub struct DemoCommand {
    /// Where Momentum serves; the configured address, unless given
    #[arg(long)]
    address: Option<String>,
    /// The account to fill; one is made, unless given
    #[arg(long, requires = "password_file")]
    email: Option<String>,
    /// A file with the account's password
    #[arg(long, requires = "email")]
    password_file: Option<PathBuf>,
    /// The same seed gives the same years
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many years
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=10))]
    years: u16,
    /// The last day of them, at most 80 days ago; today, unless given
    #[arg(long)]
    today: Option<NaiveDate>,
}

/// Fills the account, and tells how to sign in.
pub async fn run(config: &Config, asked: &DemoCommand) -> anyhow::Result<()> {
    let configured = || config.server.public_url_at(config.server.listen).as_str().to_owned();
    let address = asked.address.clone().unwrap_or_else(configured);
    let mut client = Client::new(&address)?;
    let credentials = signed_in(&mut client, asked).await?;
    let seed = Seed::new(asked.seed, asked.years, &credentials.email);
    let today = today(&client, &seed, asked).await?;
    let plan = Plan::new(&seed, asked.years, today);
    fill(&client, &seed, &plan, today).await?;
    println!("{} logs, from {} to {today}.\n\n  Open      {address}", plan.logs, plan.first_day);
    println!("  E-mail    {}", credentials.email);
    if asked.email.is_none() {
        println!("  Password  {}", credentials.password);
    }
    Ok(())
}

/// Signs in to the account that was named, or to the demo's own, which is made unless it is there.
async fn signed_in(client: &mut Client, asked: &DemoCommand) -> anyhow::Result<Credentials> {
    if let (Some(email), Some(file)) = (&asked.email, &asked.password_file) {
        let password = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let named = Credentials { email: email.clone(), password: password.trim_end_matches(['\r', '\n']).to_owned() };
        if !client.sign_in(&named).await? {
            bail!("nobody signs in with this e-mail address and password; leave both out to have an account made");
        }
        return Ok(named);
    }
    if !client.is_on_loopback() {
        // Whoever knows the seed knows the password of the account that would be made.
        bail!("an account is made on this machine only; elsewhere, name one with --email and --password-file");
    }
    let email = format!("demo-{}@example.org", asked.seed);
    let password = blake3::derive_key("momentum demo password", email.as_bytes());
    let password = blake3::Hash::from_bytes(password).to_hex()[..16].to_owned();
    let own = Credentials { email, password };
    if client.sign_in(&own).await? || client.register(&own, NAME, ZONE).await? {
        return Ok(own);
    }
    bail!("{} has another password by now; choose another --seed, or name the account with --email", own.email)
}

/// The day as of which the account is filled: once it was begun, always the same.
async fn today(client: &Client, seed: &Seed, asked: &DemoCommand) -> anyhow::Result<NaiveDate> {
    let day = |answer: &Value, pointer| answer.pointer(pointer).and_then(Value::as_str).and_then(|it| it.parse().ok());
    let me = client.get("/v1/me").await?.context("there is no such account")?;
    let current: NaiveDate = day(&me, "/workspace/today").context("the account tells no day")?;
    let begun = client.get(&format!("/v1/goals/{}", plan::first_goal(seed))).await?;
    let filled = begun.and_then(|goal| day(&goal, "/target_date"));
    let filled = filled.map(|target_date| plan::filled_as_of(asked.years, target_date));
    let oldest = current - TimeDelta::days(FILLED_DAYS_AGO_MAX);
    match (filled, asked.today) {
        (Some(filled), Some(asked)) if filled != asked => {
            bail!("the account was filled with this seed as of {filled}; another --seed fills it once more")
        }
        (Some(filled), _) if filled < oldest => {
            bail!("the account was filled with this seed long ago, as of {filled}; another --seed fills it once more")
        }
        (_, Some(asked)) if asked > current => bail!("{asked} is still to come: it is {current} there"),
        (_, Some(asked)) if asked < oldest => bail!("{asked} is too long ago: {oldest} at the earliest"),
        (filled, asked) => Ok(filled.or(asked).unwrap_or(current)),
    }
}

/// Has all of it done that is not done yet.
async fn fill(client: &Client, seed: &Seed, plan: &Plan, today: NaiveDate) -> anyhow::Result<()> {
    let bar = progress::bar_of("filling the account", "commands");
    bar.set_length(u64::try_from(plan.steps())?);
    for stage in &plan.stages {
        let chains = stage.iter().map(|chain| chain_done(client, seed, chain, today, &bar));
        stream::iter(chains).buffer_unordered(CHAINS_AT_ONCE).try_collect::<()>().await?;
    }
    bar.finish_and_clear();
    Ok(())
}

async fn chain_done(
    client: &Client,
    seed: &Seed,
    chain: &Chain,
    today: NaiveDate,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut position = String::new();
    for step in chain {
        let id = seed.command(&step.name, today);
        let done = match &step.ask {
            Ask::Send(method, path, body) => client.command(id, method, path, body).await?,
            Ask::Undo => {
                let path = format!("/v1/history/{position}/undo");
                client.command(id, &Method::POST, &path, &json!({})).await?
            }
        };
        let done = match done {
            Ok(done) => done,
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => {
                bail!("the session has ended; run it again, and it goes on where it stopped")
            }
            Err(problem) => return Err(anyhow::Error::from(problem).context(format!("refused: {}", step.name))),
        };
        done["position"].as_str().unwrap_or_default().clone_into(&mut position);
        bar.inc(1);
    }
    Ok(())
}
