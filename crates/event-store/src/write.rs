//! Writing a batch: heads, answers and events, in one statement.

use domain::{RawEvent, Recorded};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::Plan;

impl Plan<'_> {
    /// Writes what the batch has come to.
    pub async fn write(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let events = &self.events;
        let answers = &self.answers;
        let signed = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let of = |get: fn(&Recorded<RawEvent>) -> Uuid| events.iter().map(get).collect::<Vec<_>>();
        // Null where it is the command's own id, which is the rule: sixteen bytes saved, twice an event.
        let chained = |get: fn(&Recorded<RawEvent>) -> Uuid| {
            let own = |event: &Recorded<RawEvent>| Some(get(event)).filter(|id| *id != event.command.uuid());
            events.iter().map(own).collect::<Vec<_>>()
        };
        // As text: what is declared JSON to sqlx goes by way of `jsonb`, which is slow and does not keep it as it is.
        let refusals = answers.iter().map(|answer| answer.refusal.map(serde_json::to_string).transpose());
        let refusals = refusals.collect::<Result<Vec<_>, _>>().map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query!(
            r#"with heads as (
                   update es.shard set head = moved.head, last_recorded_at = moved.recorded_at
                   from unnest($1::smallint[], $2::bigint[], $3::timestamptz[]) as moved(shard, head, recorded_at)
                   where shard.shard = moved.shard and shard.head <> moved.head
               ), answers as (
                   insert into es.commands (id, actor, fingerprint, shard, position, stream_id, version, refusal)
                   select * from unnest($4::uuid[], $5::uuid[], $6::bytea[], $7::smallint[], $8::bigint[], $9::uuid[],
                                        $10::integer[], $11::text[]::json[])
               )
               insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor,
                                      command_id, undoes, correlation, causation, trace_parent, recorded_at,
                                      local_day, data)
               select * from unnest($12::smallint[], $13::bigint[], $14::uuid[], $15::integer[], $16::uuid[],
                                    $17::text[], $18::smallint[], $19::uuid[], $20::uuid[], $21::uuid[], $22::uuid[],
                                    $23::uuid[], $24::uuid[], $25::text[], $26::timestamptz[], $27::date[],
                                    $28::text[]::json[])"#,
            &self.heads().map(|(shard, _)| shard).collect::<Vec<_>>(),
            &self.heads().map(|(_, head)| head.number).collect::<Vec<_>>(),
            &self.heads().map(|(_, head)| head.recorded_at).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.command.id.uuid()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.command.actor.uuid()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.command.fingerprint.0.to_vec()).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.receipt.position.shard.0).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.receipt.position.number).collect::<Vec<_>>(),
            &answers.iter().map(|answer| answer.receipt.stream).collect::<Vec<_>>(),
            &answers.iter().map(|answer| signed(answer.receipt.version)).collect::<Vec<_>>(),
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
            &events.iter().map(|event| event.event.data.get()).collect::<Vec<_>>() as &[&str],
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}
