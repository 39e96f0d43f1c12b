//! `momentum parked` and `momentum unpark`: what read models had to leave aside, and taking it up again.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use clap::Args;
use domain::WorkspaceId;
use event_store::Log;
use tokio::time::sleep;
use uuid::Uuid;
use worker::{Parked, unpark};

use crate::{migrate::administration, rebuild::homes, servers::Servers};

/// Each workspace interrupts who follows its shard: after so long, they are given time to take in what came meanwhile.
const TAKE_UP_MAX: Duration = Duration::from_millis(500);
const TAKE_UP_PAUSE: Duration = Duration::from_secs(1);

/// What to take up again.
#[derive(Args)]
pub struct UnparkCommand {
    /// Only in these workspaces
    workspaces: Vec<Uuid>,
}

/// Lists every stream that is parked, and why.
pub async fn list(servers: &Servers) -> anyhow::Result<()> {
    let mut streams = 0;
    for (schema, _) in homes() {
        let pool = administration(servers, schema.living).await?;
        for (model, parked) in Parked::all(&pool).await? {
            println!("{}", line(&model, &parked));
            streams += 1;
        }
    }
    match streams {
        0 => println!("nothing is parked"),
        _ => println!("{streams} streams are parked: mend what is wrong, and `momentum unpark`"),
    }
    Ok(())
}

/// Makes the rows of every workspace with a parked stream anew. Fails if one is parked again.
pub async fn take_up(servers: &Servers, asked: &UnparkCommand) -> anyhow::Result<()> {
    let (mut taken_up, mut still, mut begun) = (0, 0, Instant::now());
    for (schema, models) in homes() {
        let pool = administration(servers, schema.living).await?;
        let log = Log::open(pool.clone()).await?;
        let parked = Parked::all(&pool).await?;
        let is_asked = |it: WorkspaceId| asked.workspaces.is_empty() || asked.workspaces.contains(&it.uuid());
        let workspaces: BTreeSet<(&str, Uuid)> = parked
            .iter()
            .filter(|(_, parked)| is_asked(parked.workspace))
            .map(|(model, parked)| (model.as_str(), parked.workspace.uuid()))
            .collect();
        for (name, workspace) in workspaces {
            let Some(model) = models.iter().find(|model| model.name() == name) else {
                bail!("{name} is no read model of this version");
            };
            let left = unpark(&pool, &log, &**model, workspace.into()).await?;
            for parked in &left {
                println!("{}", line(name, parked));
            }
            if left.is_empty() {
                println!("{name}: workspace {workspace} is whole again");
            }
            taken_up += 1;
            still += left.len();
            if begun.elapsed() > TAKE_UP_MAX {
                sleep(TAKE_UP_PAUSE).await;
                begun = Instant::now();
            }
        }
    }
    if taken_up == 0 {
        println!("nothing is parked{}", if asked.workspaces.is_empty() { "" } else { " there" });
    }
    ensure!(still == 0, "{still} streams are parked still");
    Ok(())
}

fn line(model: &str, Parked { stream, workspace, position, cause }: &Parked) -> String {
    format!("{model}: stream {stream} of workspace {workspace} from position {position} on: {cause}")
}
