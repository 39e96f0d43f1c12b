//! What the log says about a batch: heads, stream versions, and answers given before.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::{Position, Refusal, Shard};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    Command, Receipt,
    batch::{Outcome, Proposal},
};

/// What the log says about the batch.
#[derive(Default)]
pub(crate) struct State {
    pub heads: BTreeMap<i16, Head>,
    /// By shard and stream: ids are made by clients, and shards know nothing of each other's.
    pub versions: HashMap<(i16, Uuid), u32>,
    pub answers: HashMap<(Uuid, Uuid), Answered>,
}

/// Where a shard ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub number: i64,
    pub recorded_at: DateTime<Utc>,
}

/// The stored answer to a command.
pub(crate) struct Answered {
    pub fingerprint: Vec<u8>,
    pub receipt: Receipt,
    pub refusal: Option<Refusal>,
}

impl State {
    /// Three questions in one round trip, told apart by `kind`.
    pub async fn read(
        connection: &mut PgConnection,
        shards: &[i16],
        proposals: &[Proposal],
    ) -> Result<Self, sqlx::Error> {
        let (stream_shards, streams): (Vec<i16>, Vec<Uuid>) =
            proposals.iter().flat_map(|p| p.reads.iter().map(|(stream, _)| (p.shard.0, *stream))).unzip();
        let (ids, actors): (Vec<Uuid>, Vec<Uuid>) =
            proposals.iter().map(|p| (p.command.id.uuid(), p.command.actor.uuid())).unzip();
        let rows = sqlx::query!(
            r#"select 0 as "kind!", shard as "shard!", null::uuid as id, null::uuid as actor, head as "number!",
                      last_recorded_at as instant, null::bytea as fingerprint, null::uuid as stream, 0 as "version!",
                      null::json as "refusal: Json<Refusal>", false as "changed!"
               from es.heads where shard = any($1)
               union all
               select 1, asked.shard, asked.stream, null, 0, null, null, null,
                      coalesce((select version from es.events
                                where events.shard = asked.shard and stream_id = asked.stream
                                order by version desc limit 1), 0),
                      null, false
               from unnest($2::smallint[], $3::uuid[]) as asked(shard, stream)
               union all
               select 2, shard, commands.id, commands.actor, position, null, fingerprint,
                      coalesce(commands.stream_id, told.stream_id), coalesce(commands.version, told.version, 0), refusal,
                      (told.command_id, told.actor) is not distinct from (commands.id, commands.actor)
               from unnest($4::uuid[], $5::uuid[]) as asked(id, actor)
               -- Lateral and limited, so that a plan made while the table was empty still goes by its key later.
               cross join lateral (
                   select * from es.commands where id = asked.id and actor = asked.actor limit 1
               ) as commands
               left join es.events as told using (shard, position)"#,
            shards,
            &stream_shards,
            &streams,
            &ids,
            &actors,
        )
        .fetch_all(connection)
        .await?;
        let mut state = Self::default();
        for row in rows {
            let id = row.id.unwrap_or_default();
            match row.kind {
                0 => {
                    let recorded_at = row.instant.unwrap_or_default();
                    state.heads.insert(row.shard, Head { number: row.number, recorded_at });
                }
                1 => drop(state.versions.insert((row.shard, id), row.version.unsigned_abs())),
                _ => {
                    let position = Position { shard: Shard(row.shard), number: row.number };
                    let stream = row.stream.unwrap_or_default();
                    let receipt =
                        Receipt { stream, version: row.version.unsigned_abs(), position, changed: row.changed };
                    let fingerprint = row.fingerprint.unwrap_or_default();
                    let answered = Answered { fingerprint, receipt, refusal: row.refusal.map(|Json(it)| it) };
                    state.answers.insert((id, row.actor.unwrap_or_default()), answered);
                }
            }
        }
        Ok(state)
    }
}

impl Answered {
    /// The same answer once more, if it is the same command.
    pub fn again(&self, command: &Command) -> Outcome {
        if self.fingerprint != command.fingerprint.0 {
            return Outcome::CommandIdReused;
        }
        self.refusal.clone().map_or(Outcome::Known(self.receipt), Outcome::Refused)
    }
}
