//! `momentum rebuild`: read models made again from the log, while the living ones serve.

use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use event_store::Log;
use runtime::pool::{self, Work};
use worker::{AnyReadModel, Rebuild, Schema};

use crate::{
    migrate::{ADMINISTRATION, administration},
    progress,
    servers::Servers,
};

/// Which read models to make again.
#[derive(Args)]
pub struct RebuildCommand {
    /// Their names; all of them, unless given
    names: Vec<String>,
}

/// A schema, and the read models that live there.
pub type Home = (Schema, Vec<Arc<dyn AnyReadModel>>);

/// Where every read model lives.
pub fn homes() -> [Home; 2] {
    [(Schema::READ, read_models::all()), (Schema::ANALYTICS, analytics::all())]
}

/// Rebuilds those asked for, all from one reading of the log.
pub async fn run(servers: &Servers, asked: &RebuildCommand) -> anyhow::Result<()> {
    let homes = chosen(&asked.names)?;
    let names = homes.iter().flat_map(|(_, models)| models).map(|model| model.name()).collect::<Vec<_>>().join(", ");
    let bar = progress::bar(&format!("rebuilding {names}"));
    Rebuild::run(&rebuilds(servers, homes).await?, |done, all| progress::show(&bar, done, all)).await?;
    bar.finish();
    println!("rebuilt {names}");
    Ok(())
}

/// The read models of these names, by where they live; all, if there are no names.
fn chosen(names: &[String]) -> anyhow::Result<Vec<Home>> {
    let known: Vec<&str> = homes().iter().flat_map(|(_, models)| models.iter().map(|it| it.name())).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no read model {unknown:?}; there are {}", known.join(", "));
    }
    let wanted = |model: &Arc<dyn AnyReadModel>| names.is_empty() || names.iter().any(|name| name == model.name());
    let chosen = homes().map(|(schema, models)| (schema, models.into_iter().filter(wanted).collect::<Vec<_>>()));
    Ok(chosen.into_iter().filter(|(_, models)| !models.is_empty()).collect())
}

/// Rebuilds of these read models, a schema each.
pub async fn rebuilds(servers: &Servers, homes: impl IntoIterator<Item = Home>) -> anyhow::Result<Vec<Rebuild>> {
    let mut rebuilds = vec![];
    for (schema, models) in homes {
        let living = administration(servers, schema.living).await?;
        let next = pool::connect_for(Work::FILLING, &servers.config.database, ADMINISTRATION, schema.next).await?;
        let log = Log::open(living.clone()).await?;
        rebuilds.push(Rebuild { models, schema, living, next, log });
    }
    Ok(rebuilds)
}
