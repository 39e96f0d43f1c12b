//! The log taken out of one installation and into another.

use std::{fs, path::PathBuf};

use domain::Ids;
use proptest::{prelude::*, test_runner::TestRunner};
use runtime::RandomIds;
use sqlx::AssertSqlSafe;
use testkit::TestDatabase;
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::{Digest, digest};

use crate::{
    PEOPLE,
    people::{Person, log_a_year},
    product::Product,
    program::{done, refused},
    roles::KEYS,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_of_three_people_moves_to_another_installation() {
    let mut old = Product::cold();
    old.up().await;
    let mut people = Person::register_all(&old.address(), &PEOPLE).await;
    log_a_year(&mut people, 0..365).await;
    let file = old.data().join("exported.jsonl");
    let file = file.to_str().expect("a path");
    let early = old.beside("early.jsonl");
    old.does(&["events", "export", "--with-vault", &early]).await;
    old.stop().await;
    old.does(&["rebuild"]).await;
    old.does(&["events", "export", "--with-vault", file]).await;
    let digests = old.verify_is_clean().await;

    let mut new = Product::cold().with_keys_of(&old);
    new.does(&["events", "import", file]).await;
    new.does(&["rebuild"]).await;
    assert_eq!(new.verify_is_clean().await, digests);
    new.up().await;
    let beside = new.fails(&["events", "import", file]).await;
    assert!(beside.contains("stop it first"), "{beside}");
    for person in &mut people {
        person.moves_to(&new.address()).await;
        person.sees_a_year().await;
    }
    new.stop().await;
    new.verify_is_clean().await;
    let again = new.fails(&["events", "import", file]).await;
    assert!(again.contains("not empty"), "{again}");

    let mut stranger = Product::cold();
    stranger.up().await;
    stranger.stop().await;
    let other_keys = stranger.fails(&["events", "import", file]).await;
    assert!(other_keys.contains("another index key"), "{other_keys}");
    let keyless = Product::cold();
    let no_keys = keyless.fails(&["events", "import", file]).await;
    assert!(no_keys.contains("put the keys of the installation in place first"), "{no_keys}");
    assert!(!keyless.data().join("keys").exists(), "none are made, which would be taken for them");

    // What was exported while people logged is whole as well.
    let other = Product::cold().with_keys_of(&old);
    other.does(&["events", "import", &early]).await;
}

const TABLES: [&str; 5] = ["es.events", "es.shard", "vault.keys", "identity.accounts", "identity.erasures"];

/// An installation that nothing runs on.
struct Store {
    database: TestDatabase,
    shards: i16,
}

impl Store {
    async fn new(shards: i16) -> Self {
        let database = testkit::database().await;
        event_store::install(database.pool(), &RandomIds, shards).await.expect("installed");
        Self { database, shards }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.database.url().to_owned()),
            ("NATS_URL", "nats://127.0.0.1:1".to_owned()),
            ("MOMENTUM_SHARDS", self.shards.to_string()),
            ("MOMENTUM_VAULT__MASTER_KEY", KEYS.0.to_owned()),
            ("MOMENTUM_VAULT__INDEX_KEY", KEYS.1.to_owned()),
        ]
    }

    async fn digest(&self) -> (Digest, u64) {
        let mut connection = self.database.pool().acquire().await.expect("connection");
        digest(&mut connection, &TABLES).await.expect("digest")
    }

    async fn history(&self) -> Uuid {
        sqlx::query_scalar("select history from es.log").fetch_one(self.database.pool()).await.expect("history")
    }

    /// Random events, as this version may not even know them, in streams of random lengths.
    async fn fill(&self, streams: &[(u128, u8)], seed: u32) {
        for (nth, (workspace, events)) in streams.iter().enumerate() {
            let workspace = Uuid::from_u128(*workspace);
            let shard = domain::Shard::of(workspace.into(), 2).0;
            let sql = format!(
                "insert into es.events (shard, position, stream_id, version, id, type, schema, workspace, actor, command_id,
                                        undoes, correlation, causation, trace_parent, recorded_at, local_day, data)
                 select {shard}, head + n, '{stream}', n, gen_random_uuid(), 'Type' || (n + {seed}) % 7, n % 3, '{workspace}',
                        gen_random_uuid(), gen_random_uuid(), case when n % 4 = 0 then gen_random_uuid() end,
                        case when n % 3 = 0 then gen_random_uuid() end, null, case when n % 2 = 0 then 'trace ü' end,
                        timestamptz '2026-01-01 00:00:00.123456Z' + {nth} * interval '7 s', date '2026-01-01' + n,
                        ('{{\"n\":  ' || n || ', \"text\": \"' || repeat('\\u00e4\\n', n) || '\"}}')::json
                 from es.heads, generate_series(1, {events}) as n where shard = {shard}",
                stream = RandomIds.uuid(),
            );
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(self.database.pool()).await.expect("filled");
        }
        let people =
            "insert into identity.accounts (user_id, workspace_id, email_hash, password, created_at, activated_at)
                      select gen_random_uuid(), gen_random_uuid(), sha256(n::text::bytea), 'hash', now(), now()
                      from generate_series(1, 5) as n;
             insert into identity.erasures select gen_random_uuid(), gen_random_uuid(), now()";
        sqlx::raw_sql(people).execute(self.database.pool()).await.expect("filled");
    }
}

/// A file that is not there yet.
fn new_file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join(RandomIds.uuid().to_string())
}

#[test]
fn random_histories_come_out_and_go_in_byte_for_byte() {
    let runtime = Runtime::new().expect("runtime");
    let folder = tempfile::tempdir().expect("folder");
    let streams = proptest::collection::vec((any::<u128>(), 1..40_u8), 0..12);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(6));
    let same = runner.run(&(streams, 0..100_u32), |(streams, seed)| {
        runtime.block_on(async {
            let (from, to) = (Store::new(2).await, Store::new(2).await);
            from.fill(&streams, seed).await;
            let file = new_file(&folder);
            let file = file.to_str().expect("a path");
            done(&["events", "export", "--with-vault", file], &from.environment()).await;
            done(&["events", "import", file], &to.environment()).await;
            prop_assert_eq!(from.digest().await, to.digest().await);
            prop_assert_ne!(from.history().await, to.history().await);
            Ok(())
        })
    });
    same.expect("the same");
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_nothing_of_it_stays() {
    let (from, to, other) = (Store::new(2).await, Store::new(2).await, Store::new(3).await);
    from.fill(&[(1, 30), (2, 30), (1, 5)], 0).await;
    let folder = tempfile::tempdir().expect("folder");
    let whole = new_file(&folder);
    done(&["events", "export", whole.to_str().expect("a path")], &from.environment()).await;
    let text = fs::read_to_string(&whole).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let without = |nth: usize| [&lines[..nth], &lines[nth + 1..]].concat().join("\n") + "\n";
    let damaged = [
        ("", "does not begin with a header"),
        (&text[..text.len() - 1], "cut off"),
        (&text[..text.rfind("\"version\"").expect("an event")], "cut off"),
        (&(lines[..20].join("\n") + "\n"), "cut off"),
        (&without(0), "does not begin with a header"),
        (&without(7), "not in its place"),
        (&without(lines.len() - 2), "its trailer"),
        (&text.replacen("trace ü", "trace ö", 1), "its trailer"),
        (&text.replacen("\"version\":2,", "\"version\":3,", 1), "its trailer"),
        (&text.replacen("\"format\":1", "\"format\":9", 1), "its format is 9"),
        (&format!("{text}{{}}\n"), "follows the trailer"),
        (&text.replacen("\"event\"", "\"evenement\"", 1), "is damaged"),
    ];
    let empty = to.digest().await;
    for (text, told) in damaged {
        let file = new_file(&folder);
        fs::write(&file, text).expect("written");
        let said = refused(&["events", "import", file.to_str().expect("a path")], &to.environment()).await;
        assert!(said.contains(told), "{told}: {said}");
        assert_eq!(to.digest().await, empty, "{told}");
    }
    let said = refused(&["events", "import", whole.to_str().expect("a path")], &other.environment()).await;
    assert!(said.contains("2 shards"), "{said}");
    let said = refused(&["events", "export", whole.to_str().expect("a path")], &from.environment()).await;
    assert!(said.contains("cannot be made"), "{said}");
}
