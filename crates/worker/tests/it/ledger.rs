//! The read models of these tests: ledgers of every event that each stream has had, which differ in what they refuse.
//!
//! What a ledger must hold follows from the log by one statement, so that any reader can check it at any time.

use std::{collections::BTreeSet, marker::PhantomData, time::Duration};

use domain::{Event, Recorded, WorkspaceId, goal::GoalEvent};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;
use worker::{CannotApply, Fold, ReadModel, Rows};

/// A goal with so many minutes in all is what some ledgers do not take.
pub const MARK: u32 = 13;

/// What sets one ledger apart from another.
pub trait Kind: Send + Sync + 'static {
    const NAME: &'static str;
    const TABLES: &'static [&'static str];
    /// What its table demands of a row.
    const CONSTRAINT: &'static str = "true";

    /// Says what it thinks of a marked event.
    fn meet_mark() -> Result<(), CannotApply> {
        Ok(())
    }

    /// The same in the middle of its work.
    fn meet_mark_halfway() {}
}

/// Takes everything.
pub struct Plain;
/// Refuses marked events as it folds them.
pub struct Strict;
/// Has a table that refuses marked rows.
pub struct Checked;
/// Panics halfway through marked events.
pub struct Jumpy;
/// Thinks long about marked events.
pub struct Slow;

impl Kind for Plain {
    const NAME: &'static str = "plain";
    const TABLES: &'static [&'static str] = &["plain"];
}

impl Kind for Strict {
    const NAME: &'static str = "strict";
    const TABLES: &'static [&'static str] = &["strict"];

    fn meet_mark() -> Result<(), CannotApply> {
        Err(CannotApply("it is marked".into()))
    }
}

impl Kind for Checked {
    const NAME: &'static str = "checked";
    const TABLES: &'static [&'static str] = &["checked"];
    const CONSTRAINT: &'static str = "not marked";
}

impl Kind for Jumpy {
    const NAME: &'static str = "jumpy";
    const TABLES: &'static [&'static str] = &["jumpy"];

    fn meet_mark_halfway() {
        // A panic of which the test's output has no word.
        std::panic::resume_unwind(Box::new("a mark"))
    }
}

impl Kind for Slow {
    const NAME: &'static str = "slow";
    const TABLES: &'static [&'static str] = &["slow"];

    fn meet_mark() -> Result<(), CannotApply> {
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    }
}

/// A ledger of some kind. Its `write` waits while a test holds its gate.
pub struct Ledger<K>(PhantomData<fn() -> K>);

/// A stream, as far as it was applied.
pub struct LedgerRow {
    workspace: WorkspaceId,
    /// The numbers of its events, in the order in which they were applied.
    numbers: Vec<String>,
    marked: bool,
}

impl<K: Kind> Fold for Ledger<K> {
    type Rows = Rows<Uuid, LedgerRow>;

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        let marked = is_marked(&event.event);
        if marked {
            K::meet_mark()?;
        }
        let new = || LedgerRow { workspace: event.workspace, numbers: vec![], marked: false };
        let row = rows.entry(event.stream, new);
        row.numbers.push(event.position.number.to_string());
        if marked {
            K::meet_mark_halfway();
        }
        row.marked |= marked;
        Ok(())
    }
}

impl<K: Kind> ReadModel for Ledger<K> {
    const NAME: &'static str = K::NAME;
    const TABLES: &'static [&'static str] = K::TABLES;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let streams: BTreeSet<Uuid> = events.iter().map(|event| event.stream).collect();
        let query = format!("select stream_id, workspace, numbers, marked from {} where stream_id = any($1)", K::NAME);
        let rows: Vec<(Uuid, Uuid, String, bool)> = sqlx::query_as(AssertSqlSafe(query))
            .bind(streams.into_iter().collect::<Vec<_>>())
            .fetch_all(connection)
            .await?;
        Ok(Rows::loaded(rows.into_iter().map(|(stream, workspace, numbers, marked)| {
            let numbers = numbers.split(' ').map(str::to_owned).collect();
            (stream, LedgerRow { workspace: workspace.into(), numbers, marked })
        })))
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        sqlx::query("select pg_advisory_xact_lock_shared(hashtext($1), hashtext(current_schema()))")
            .bind(K::NAME)
            .execute(&mut *connection)
            .await?;
        let changed: Vec<(&Uuid, &LedgerRow)> = rows.changed().collect();
        let query = format!(
            "insert into {} (stream_id, workspace, numbers, marked)
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[])
             on conflict (stream_id) do update set numbers = excluded.numbers, marked = excluded.marked",
            K::NAME,
        );
        sqlx::query(AssertSqlSafe(query))
            .bind(changed.iter().map(|(stream, _)| **stream).collect::<Vec<_>>())
            .bind(changed.iter().map(|(_, row)| row.workspace.uuid()).collect::<Vec<_>>())
            .bind(changed.iter().map(|(_, row)| row.numbers.join(" ")).collect::<Vec<_>>())
            .bind(changed.iter().map(|(_, row)| row.marked).collect::<Vec<_>>())
            .execute(connection)
            .await?;
        Ok(())
    }
}

fn is_marked(event: &Event) -> bool {
    match event {
        Event::Goal(GoalEvent::GoalCreated { total_minutes, .. }) => *total_minutes == Some(MARK),
        Event::Goal(GoalEvent::GoalRevised { total_minutes, .. }) => *total_minutes == Some(Some(MARK)),
        _ => false,
    }
}

/// Makes the tables of all ledgers, with what a table can have: an index of its own name, an option, a grant.
pub async fn create_tables(pool: &PgPool) {
    for (name, constraint) in [
        (Plain::NAME, Plain::CONSTRAINT),
        (Strict::NAME, Strict::CONSTRAINT),
        (Checked::NAME, Checked::CONSTRAINT),
        (Jumpy::NAME, Jumpy::CONSTRAINT),
        (Slow::NAME, Slow::CONSTRAINT),
    ] {
        let script = format!(
            "create table read.{name} (
                 stream_id uuid primary key, gone integer, workspace uuid not null, numbers text not null,
                 marked boolean not null constraint {name}_takes check ({constraint})
             ) with (fillfactor = 70, autovacuum_enabled = off);
             alter table read.{name} drop column gone;
             create index {name}_of_workspace on read.{name} (workspace, stream_id);
             create unique index {name}_by_workspace on read.{name} (workspace, stream_id) where not marked;
             grant select on read.{name} to pg_monitor;
             grant select, insert on read.{name} to public;"
        );
        sqlx::raw_sql(AssertSqlSafe(script)).execute(pool).await.unwrap();
    }
}

/// Holds a ledger to being what the log says: every event up to its checkpoint, once and in order, but for parked streams.
/// Tells how many streams it has.
///
/// One statement sees rows, parked streams and checkpoints at one moment, so this holds at any.
pub async fn check(pool: &PgPool, model: &str) -> i64 {
    let query = format!(
        "with due as (
             select stream_id, string_agg(events.position::text, ' ' order by events.position) as numbers
             from es.events join checkpoint using (shard)
             where model = $1 and events.position <= checkpoint.position and not exists (
                 select from parked
                 where parked.model = $1 and parked.shard = events.shard and parked.stream_id = events.stream_id
                 and parked.position <= events.position)
             group by stream_id
         )
         select count({model}.stream_id),
                array_agg(format('%s: %s, not %s', stream_id, {model}.numbers, due.numbers))
                filter (where {model}.numbers is distinct from due.numbers)
         from due full join {model} using (stream_id)"
    );
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(model);
    let (streams, differences): (i64, Option<Vec<String>>) = query.fetch_one(pool).await.unwrap();
    assert_eq!(differences, None, "{model} is not what the log says");
    streams
}
