//! Writing a batch: answers and events, in one statement, which looks first whether what it relies on is so.

use domain::{RawEvent, Recorded};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::plan::{Beliefs, Plan};

impl Plan<'_> {
    /// Writes what the batch has come to. False, and nothing is written, if any of the beliefs is wrong.
    ///
    /// It locks the shards, as every way to append does. What was appended while it waited for that, it does not see, for its
    /// snapshot is older; but then its positions are taken, and it fails as a whole. Without events it takes none: an answer
    /// alone is right of the moment of the snapshot.
    pub async fn write(&self, connection: &mut PgConnection, beliefs: &Beliefs) -> Result<bool, sqlx::Error> {
        let events = &self.events;
        let answers = &self.answers;
        let signed = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let of = |get: fn(&Recorded<RawEvent>) -> Uuid| events.iter().map(get).collect::<Vec<_>>();
        // Null where it is the command's own id, which is the rule: sixteen bytes saved, twice an event.
        let chained = |get: fn(&Recorded<RawEvent>) -> Uuid| {
            let own = |event: &Recorded<RawEvent>| Some(get(event)).filter(|id| *id != event.command.uuid());
            events.iter().map(own).collect::<Vec<_>>()
        };
        let kept = || answers.iter().map(|answer| Some(answer.receipt).filter(|_| !answer.is_told_by_event));
        // As text: what is declared JSON to sqlx goes by way of `jsonb`, which is slow and does not keep it as it is.
        let refusals = answers.iter().map(|answer| answer.refusal.map(serde_json::to_string).transpose());
        let refusals = refusals.collect::<Result<Vec<_>, _>>().map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query_scalar!(
            r#"with held as materialized (
                   select shard from es.shard where shard = any($26) order by shard for update
               ), verdict as materialized (
                   select (select count(*) from held) = cardinality($26) and not exists (
                       select from unnest($26::smallint[], $27::bigint[]) as believed(shard, head)
                       left join es.heads using (shard) where heads.head is distinct from believed.head
                   ) and not exists (
                       select from unnest($28::smallint[], $29::uuid[], $30::integer[]) as believed(shard, stream, version)
                       where version <> coalesce((select version from es.events
                                                  where events.shard = believed.shard and stream_id = stream
                                                  order by version desc limit 1), 0)
                   ) and not exists (
                       select from unnest($31::uuid[], $32::uuid[]) as asked(id, actor)
                       cross join lateral (
                           select from es.commands where id = asked.id and actor = asked.actor limit 1
                       ) as answered
                   ) as holds
               ), answers as (
                   insert into es.commands (id, actor, fingerprint, shard, position, stream_id, version, refusal)
                   select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::smallint[], $5::bigint[], $6::uuid[],
                                        $7::integer[], $8::text[]::json[])
                   where (select holds from verdict)
               ), events as (
                   insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor,
                                          command_id, undoes, correlation, causation, trace_parent, recorded_at,
                                          local_day, data)
                   select * from unnest($9::smallint[], $10::bigint[], $11::uuid[], $12::integer[], $13::uuid[],
                                        $14::text[], $15::smallint[], $16::uuid[], $17::uuid[], $18::uuid[], $19::uuid[],
                                        $20::uuid[], $21::uuid[], $22::text[], $23::timestamptz[], $24::date[],
                                        $25::text[]::json[])
                   where (select holds from verdict)
               )
               select holds as "holds!" from verdict"#,
            &answers.iter().map(|answer| answer.command.id.uuid()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.command.actor.uuid()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.command.fingerprint.0.to_vec()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.receipt.position.shard.0).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.receipt.position.number).collect::<Vec<_>>(),
            &kept().map(|kept| kept.map(|receipt| receipt.stream)).collect::<Vec<_>>() as &[Option<Uuid>],
            &kept().map(|kept| kept.map(|receipt| signed(receipt.version))).collect::<Vec<_>>() as &[Option<i32>],
            &refusals as &[Option<String>],
            &events.iter().map(|event| event.position.shard.0).collect::<Vec<_>>(),
            &events.iter().map(|event| event.position.number).collect::<Vec<_>>(),
            &of(|event| event.stream),
            &events.iter().map(|event| signed(event.version)).collect::<Vec<_>>(),
            &of(|event| event.id.uuid()),
            &events.iter().map(|event| event.event.name.clone()).collect::<Vec<_>>(),
            &events.iter().map(|event| event.event.schema).collect::<Vec<_>>(),
            &of(|event| event.workspace.uuid()),
            &of(|event| event.actor.uuid()),
            &of(|event| event.command.uuid()),
            &events.iter().map(|event| event.undoes.map(domain::EventId::uuid)).collect::<Vec<_>>()
                as &[Option<Uuid>],
            &chained(|event| event.correlation) as &[Option<Uuid>],
            &chained(|event| event.causation) as &[Option<Uuid>],
            &events.iter().map(|event| event.trace_parent.clone()).collect::<Vec<_>>() as &[Option<String>],
            &events.iter().map(|event| event.recorded_at).collect::<Vec<_>>(),
            &events.iter().map(|event| event.local_day).collect::<Vec<_>>(),
            &events.iter().map(|event| event.event.data.as_str()).collect::<Vec<_>>() as &[&str],
            &beliefs.heads.iter().map(|(shard, _)| *shard).collect::<Vec<_>>(),
            &beliefs.heads.iter().map(|(_, head)| *head).collect::<Vec<_>>(),
            &beliefs.versions.iter().map(|((shard, _), _)| *shard).collect::<Vec<_>>(),
            &beliefs.versions.iter().map(|((_, stream), _)| *stream).collect::<Vec<_>>(),
            &beliefs.versions.iter().map(|(_, version)| signed(*version)).collect::<Vec<_>>(),
            &beliefs.commands.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            &beliefs.commands.iter().map(|(_, actor)| *actor).collect::<Vec<_>>(),
        )
        .fetch_one(connection)
        .await
    }
}
