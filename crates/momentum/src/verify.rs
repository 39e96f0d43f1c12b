//! `momentum verify`: whether log, bus and read models are as they must be.

use std::collections::HashMap;

use anyhow::bail;
use clap::Args;
use domain::{Event, Recorded, Shard, Week, WorkspaceId, workspace::WorkspaceEvent};
use event_bus::{Checked, check};
use event_store::{Log, PAGE_EVENTS_MAX, understood};
use sqlx::PgPool;
use worker::Rebuild;

use crate::{
    migrate::administration,
    progress,
    rebuild::{homes, rebuilds},
    roles,
    servers::Servers,
};

/// What to check.
#[derive(Args)]
pub struct VerifyCommand {
    /// Leave out the read models, which are made again to be compared
    #[arg(long)]
    log_only: bool,
}

/// Checks everything, tells each finding, and fails if there is one.
pub async fn run(servers: &Servers, asked: &VerifyCommand) -> anyhow::Result<()> {
    let pool = administration(servers, "es").await?;
    let log = Log::open(pool.clone()).await?;
    let mut findings = vec![];
    for shard in log.shards() {
        findings.extend(numbering(&pool, shard).await?);
    }
    findings.extend(unreadable(&log).await?);
    findings.extend(unequal_bus(servers, &log).await?);
    if !asked.log_only {
        findings.extend(unequal(servers).await?);
    }
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    println!("clean");
    Ok(())
}

/// Positions and versions must be dense.
async fn numbering(pool: &PgPool, shard: Shard) -> anyhow::Result<Vec<String>> {
    let mut snapshot = runtime::pool::begin_with(pool, "begin isolation level repeatable read").await?;
    let there = sqlx::query!(
        r#"select count(*) as "count!", coalesce(min(position), 1) as "first!", coalesce(max(position), 0) as "last!"
           from es.events where shard = $1"#,
        shard.0,
    )
    .fetch_one(&mut *snapshot)
    .await?;
    let streams = sqlx::query_scalar!(
        "select stream_id from es.events where shard = $1 group by stream_id
         having min(version) <> 1 or max(version) <> count(*)",
        shard.0,
    )
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let mut findings: Vec<String> = streams
        .into_iter()
        .map(|stream| format!("shard {shard}: the versions of stream {stream} have a hole"))
        .collect();
    if (there.first, there.last) != (1, there.count) {
        findings.push(format!("shard {shard}: {} events from {} to {}", there.count, there.first, there.last));
    }
    Ok(findings)
}

/// The last closed week of each workspace, as far as the log was read.
#[derive(Default)]
struct ClosedWeeks(HashMap<WorkspaceId, Week>);

impl ClosedWeeks {
    /// Each week must be closed once, right after the one before it.
    fn take(&mut self, event: &Recorded) -> Option<String> {
        let Event::Workspace(WorkspaceEvent::WeekClosed { first, last, .. }) = event.event else { return None };
        let before = self.0.insert(event.workspace, Week { first, last });
        let follows = before.is_none_or(|before| before.last.succ_opt() == Some(first)) && first <= last;
        let (position, workspace) = (event.position, event.workspace);
        (!follows).then(|| format!("{position}: the week of {first} is closed out of order in workspace {workspace}"))
    }
}

/// Every event must be readable by this version, and weeks be closed in order.
async fn unreadable(log: &Log) -> anyhow::Result<Vec<String>> {
    let bar = progress::bar("reading the log");
    let (mut findings, mut closed) = (vec![], ClosedWeeks::default());
    let (mut done, mut all) = (0, 0);
    for shard in log.shards() {
        all += log.head(shard).await?.number.unsigned_abs();
    }
    for shard in log.shards() {
        let mut position = 0;
        loop {
            let page = log.read_shard(shard, position, PAGE_EVENTS_MAX).await?;
            let Some(last) = page.last().map(|event| event.position.number) else { break };
            position = last;
            done += page.len() as u64;
            findings.extend(page.into_iter().filter_map(|event| match understood(event) {
                Ok(event) => closed.take(&event),
                Err(error) => Some(error.to_string()),
            }));
            progress::show(&bar, done, all);
        }
    }
    bar.finish_and_clear();
    Ok(findings)
}

/// Every message on the bus must be the event that the log has at its number.
async fn unequal_bus(servers: &Servers, log: &Log) -> anyhow::Result<Vec<String>> {
    let bus = roles::connect_bus(&servers.base(), "administration").await?;
    let mut findings = vec![];
    for shard in log.shards() {
        match check(bus.clone(), log.clone(), shard, u64::MAX).await {
            Checked::Equal { behind } => println!("bus {shard:<16} {behind:>10} events behind"),
            // Where the product does not run, there is no relay either, which makes a stream anew as it starts.
            Checked::Unequal(why) if servers.are_ours() => println!("bus {shard:<16} to be made anew: {why}"),
            Checked::Unequal(why) => findings.push(format!("bus of shard {shard}: {why}")),
        }
    }
    Ok(findings)
}

/// Every read model must be what a rebuild makes of the log.
async fn unequal(servers: &Servers) -> anyhow::Result<Vec<String>> {
    let bar = progress::bar("making the read models again");
    let rebuilds = rebuilds(servers, homes()).await?;
    let compared = Rebuild::compare(&rebuilds, |done, all| progress::show(&bar, done, all)).await?;
    bar.finish_and_clear();
    let mut findings = vec![];
    for model in compared {
        println!("{:20} {:>10} rows  {}", model.model, model.rows, model.rebuilt);
        if model.living != model.rebuilt {
            findings.push(format!("{}: {} is there, {} is right", model.model, model.living, model.rebuilt));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use domain::{Position, user::SYSTEM};
    use uuid::Uuid;

    use super::*;

    fn closed(first: &str, last: &str) -> Recorded {
        let id = Uuid::nil();
        let date = |text: &str| text.parse::<chrono::NaiveDate>().expect("a date");
        let ends_at = date(last).and_time(chrono::NaiveTime::MIN).and_utc();
        let event = WorkspaceEvent::WeekClosed { first: date(first), last: date(last), ends_at };
        Recorded {
            id: id.into(),
            position: Position { shard: Shard(0), number: 1 },
            stream: id,
            version: 1,
            workspace: id.into(),
            actor: SYSTEM,
            command: id.into(),
            undoes: None,
            correlation: id,
            causation: id,
            trace_parent: None,
            recorded_at: ends_at,
            local_day: date(last),
            event: Event::Workspace(event),
        }
    }

    #[test]
    fn weeks_that_are_closed_twice_or_out_of_order_are_findings() {
        let findings = |weeks: &[(&str, &str)]| {
            let mut known = ClosedWeeks::default();
            weeks.iter().filter_map(|(first, last)| known.take(&closed(first, last))).count()
        };
        let (one, short, three) =
            (("2026-05-04", "2026-05-10"), ("2026-05-11", "2026-05-16"), ("2026-05-17", "2026-05-23"));
        assert_eq!(findings(&[one, short, three]), 0);
        assert_eq!(findings(&[one, one]), 1);
        assert_eq!(findings(&[one, three]), 1);
        assert_eq!(findings(&[short, one]), 1);
    }
}
