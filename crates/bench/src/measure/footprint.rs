//! Footprint: memory of each role, how long it takes to start, and what an event takes on disk.

use sqlx::{Connection, PgConnection};

use super::{Posting, Service, Stage};
use crate::{
    load::closed,
    machine::{count, millis},
    report::{Bound, Table},
    servers::{Addresses, place},
};

/// The roles that run alone, by the words that start them.
const ROLES: [&str; 4] = ["command-api", "query-api", "projector", "analytics"];
/// As many as put it under load.
const AT_ONCE: usize = 64;
const EVERYTHING: &str = "up";
const WARM: &str = "up, with its own servers, from a warm folder";
const DISK: &str = "a daily log on disk";
const HOW: &str = "Each role as a process of its own, on servers that run: how long until `/readyz` says so, and its memory \
    (resident) then and under the load of 64 clients who log days. On disk: all of the table, indexes included, by the \
    events in it, after the loads of the measurements above.";
const BOUND: &str = "Memory, by the program itself, its pools, and caches that are bounded by number.";

pub(super) async fn measure(stage: &Stage, service: Service) -> anyhow::Result<Table> {
    let mut table = Table::new("footprint", HOW, BOUND);
    table.add(EVERYTHING, "loaded MB", service.product.resident_mb());
    let Service { addresses, product, baseline, people } = service;
    product.stop().await?;
    drop(baseline);
    for _ in 0..stage.plan.rounds {
        let product = stage.program.start(&addresses, EVERYTHING).await?;
        table.add(EVERYTHING, "start-up ms", millis(product.start_up));
        table.add(EVERYTHING, "at rest MB", product.resident_mb());
        product.stop().await?;
    }
    let mut roles = vec![];
    for role in ROLES {
        for _ in 0..stage.plan.rounds {
            let process = stage.program.start(&addresses, role).await?;
            table.add(role, "start-up ms", millis(process.start_up));
            process.stop().await?;
        }
        let process = stage.program.start(&addresses, role).await?;
        table.add(role, "at rest MB", process.resident_mb());
        table.target(role, "start-up ms", Bound::AtMost, 500.0);
        roles.push((role, process));
    }
    closed(Posting::many(&roles[0].1, &people, AT_ONCE).await?, stage.plan.lasts).await?;
    for (role, process) in roles {
        table.add(role, "loaded MB", process.resident_mb());
        process.stop().await?;
    }
    from_a_folder(stage, &mut table).await?;
    on_disk(&addresses, &mut table).await?;
    table.add("the program", "MB", count(std::fs::metadata(stage.program.path())?.len()) / 1e6);
    table.target(EVERYTHING, "at rest MB", Bound::AtMost, 150.0);
    table.target(WARM, "start-up ms", Bound::AtMost, 2_000.0);
    Ok(table)
}

/// How long it takes until everything is there, servers included.
async fn from_a_folder(stage: &Stage, table: &mut Table) -> anyhow::Result<()> {
    let place = place()?;
    let product = stage.program.start_in(place.path()).await?;
    table.add("up, with its own servers, the first time", "start-up ms", millis(product.start_up));
    product.stop().await?;
    for _ in 0..stage.plan.rounds {
        let product = stage.program.start_in(place.path()).await?;
        table.add(WARM, "start-up ms", millis(product.start_up));
        product.stop().await?;
    }
    Ok(())
}

async fn on_disk(addresses: &Addresses, table: &mut Table) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&addresses.postgres).await?;
    let (events, heap, indexes, commands): (i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(head) from es.heads)::bigint, pg_table_size('es.events'), pg_indexes_size('es.events'),
                pg_total_relation_size('es.commands')",
    )
    .fetch_one(&mut connection)
    .await?;
    for (what, bytes) in [("its row", heap), ("its index entries", indexes), ("the command's answer", commands)] {
        table.add(DISK, &format!("{what}, bytes"), count(bytes) / count(events.max(1)));
    }
    table.add(DISK, "in all, bytes", count(heap + indexes + commands) / count(events.max(1)));
    table.target(DISK, "in all, bytes", Bound::AtMost, 800.0);
    Ok(())
}
