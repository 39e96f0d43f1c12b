//! Backups taken under load, and restored as everything was at an instant.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::Clock;
use embedded::{Folder, Postgres, PostgresOptions};
use reqwest::StatusCode;
use runtime::SystemClock;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};

use crate::{
    PATIENCE, PEOPLE,
    people::{Person, log_a_year},
    product::Product,
    program::{done, events_of, refused},
    roles::{Roles, tools},
};

/// Longer than between an event's instant and its commit.
const COMMIT_TIME_MAX: TimeDelta = TimeDelta::seconds(5);
const LOOK_PAUSE: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_restored_as_of_an_instant_and_as_of_its_end() {
    let mut old = Product::cold();
    old.up().await;
    let mut people = Person::register_all(&old.address(), &PEOPLE).await;
    let erased = Person::register_all(&old.address(), &[("gone@example.org", "Europe/Paris")]).await.remove(0);
    log_a_year(&mut people, 0..60).await;
    // Whoever looks for a slow statement may leave this behind.
    let url = Postgres::url_beside(&old.data()).expect("it runs");
    let mut postgres = PgConnection::connect(&url).await.expect("connected");
    sqlx::query("alter system set log_statement = 'all'").execute(&mut postgres).await.expect("set");
    postgres.close().await.expect("closed");
    let backup = old.beside("backup");
    let taken = ["backup", backup.as_str()];
    // The files are copied while people log, and the instant lies in the middle of it.
    tokio::join!(log_a_year(&mut people, 60..160), old.does(&taken));
    let begun = SystemClock.now();
    log_a_year(&mut people, 160..260).await;
    let at = begun + (SystemClock.now() - begun) / 2;
    tokio::join!(log_a_year(&mut people, 260..365), old.does(&taken));
    erase_the_last_to_register(&old).await;
    // After the instant, and before the dump; the next one only in the WAL.
    people[0].changes_address("countess@example.org").await;
    old.does(&taken).await;
    let (dump, earlier_dump) = (format!("{backup}/vault.jsonl"), old.beside("vault.jsonl"));
    fs::copy(&dump, &earlier_dump).expect("copied");
    // As a run leaves it that was killed over a file of the WAL, or whose disk was full then.
    let wal = || fs::read_dir(format!("{backup}/wal")).expect("folder").map(|file| file.expect("file").file_name());
    let last = wal().max().and_then(|name| name.into_string().ok()).expect("a file of the WAL");
    let mut parts = last.split('-');
    let (timeline, number) = (parts.next().expect("a timeline"), parts.next().expect("a number"));
    let next = u64::from_str_radix(number, 16).expect("a number") + 1;
    let unfinished = format!("{backup}/wal/{timeline}-{next:016x}-{:032x}.unfinished", 0);
    fs::write(unfinished, "torn").expect("written");
    people[1].changes_address("admiral@example.org").await;
    let late = Person::register_all(&old.address(), &[("late@example.org", "Europe/Rome")]).await.remove(0);
    old.kill().await;
    // Beside a Postgres that has just recovered from the crash.
    old.does(&taken).await;
    assert!(wal().all(|name| !name.to_string_lossy().ends_with("unfinished")), "it is not in the way of the next run");
    let all = old.exported().await;
    let digests = old.verify_is_clean().await;

    let mut then = Product::cold().with_keys_of(&old);
    then.does(&["restore", &backup, "--at", &at.to_rfc3339()]).await;
    let restored = then.exported().await;
    is_the_log_as_of(at, &restored, &all);
    then.verify_is_clean().await;
    then.up().await;
    for person in &mut people {
        person.moves_to(&then.address()).await;
    }
    assert_eq!(erased.signs_in_at(&then.address()).await, StatusCode::UNAUTHORIZED);
    // What was done since is done again: an erasure, too.
    log_a_year(&mut people, 0..10).await;
    let is_erased = |line: &String| line.contains("\"UserErased\"");
    assert!(!restored.iter().any(is_erased));
    let erased_again = async {
        while !then.exported().await.iter().any(is_erased) {
            sleep(LOOK_PAUSE).await;
        }
    };
    timeout(PATIENCE, erased_again).await.expect("erased again");
    then.stop().await;
    then.verify_is_clean().await;
    let in_the_way = then.fails(&["restore", &backup]).await;
    assert!(in_the_way.contains("replaces none"), "{in_the_way}");

    let last = Product::cold().with_keys_of(&old);
    last.does(&["restore", &backup]).await;
    let logged = fs::read_to_string(last.data().join("logs/restore.log")).expect("a log");
    let password = fs::read_to_string(last.data().join("postgres.password")).expect("a password");
    assert!(!logged.contains("argon2id") && !logged.contains(password.trim()), "{logged}");
    assert_eq!(last.exported().await, all);
    assert_eq!(last.verify_is_clean().await, digests);

    // As where a backup was copied elsewhere while it was added to: what was written is newer than the dump.
    fs::copy(&earlier_dump, &dump).expect("copied");
    let mut torn = Product::cold().with_keys_of(&old);
    torn.does(&["restore", &backup]).await;
    torn.up().await;
    for person in [&late, &people[0], &people[1]] {
        assert_eq!(person.signs_in_at(&torn.address()).await, StatusCode::CREATED);
    }
    assert_eq!(erased.signs_in_at(&torn.address()).await, StatusCode::UNAUTHORIZED);
    torn.stop().await;
    assert_eq!(torn.exported().await, all);

    let never = Product::cold().with_keys_of(&old);
    let later = (SystemClock.now() + TimeDelta::days(1)).to_rfc3339();
    for (at, told) in [("2020-01-01T00:00:00Z", "begins at"), (&later, "goes up to")] {
        let said = never.fails(&["restore", &backup, "--at", at]).await;
        assert!(said.contains(told), "{said}");
    }
    let keyless = Product::cold();
    let said = keyless.fails(&["restore", &backup]).await;
    assert!(said.contains("put the keys of the installation in place first"), "{said}");
    assert!(!keyless.data().join("keys").exists(), "none are made, which would be taken for them");
    let other = keyless.with_keys_of(&old);
    let keys = other.data().join("keys");
    for (from, to) in [("index.key", "kept"), ("master.key", "index.key"), ("kept", "master.key")] {
        fs::rename(keys.join(from), keys.join(to)).expect("renamed");
    }
    let said = other.fails(&["restore", &backup]).await;
    assert!(said.contains("another index key"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_on_one_folder_wait_for_each_other_and_one_that_goes_on_outlives_the_product() {
    let mut product = Product::cold();
    product.up().await;
    let backup = product.beside("backup");
    product.does(&["backup", &backup]).await;
    // As a run leaves it whose disk was full.
    fs::create_dir_all(format!("{backup}/base/20260101T000000.000000Z/files")).expect("folder");
    let again = ["backup", backup.as_str(), "--base"];
    tokio::join!(product.does(&again), product.does(&again));
    let copies = || fs::read_dir(format!("{backup}/base")).expect("folder").count();
    assert_eq!(copies(), 3, "each of the two made one, and what was not finished is gone");

    let until = || fs::read_to_string(format!("{backup}/until.json")).expect("an instant");
    let data = product.data();
    let grows = async |since: String| {
        let url = Postgres::url_beside(&data).expect("it runs");
        let mut postgres = PgConnection::connect(&url).await.expect("connected");
        let grown = async {
            while until() == since {
                // Where nothing happens, nothing is added.
                sqlx::query("select pg_current_xact_id()").execute(&mut postgres).await.expect("done");
                sleep(LOOK_PAUSE).await;
            }
        };
        timeout(PATIENCE, grown).await.expect("more is added");
        postgres.close().await.expect("closed");
    };
    let going_on = product.begins(&["backup", &backup, "--every", "1"]);
    grows(until()).await;
    product.stop().await;
    let stopped_at = until();
    product.up().await;
    grows(stopped_at).await;
    assert_eq!(copies(), 3, "the WAL went on");
    // As where the disk of the backup is away for some turns.
    let away = product.beside("away");
    fs::rename(&backup, &away).expect("renamed");
    sleep(Duration::from_secs(3)).await;
    fs::rename(&away, &backup).expect("no other backup was begun in its place");
    grows(until()).await;
    going_on.kill().await;
    product.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_elsewhere_is_backed_up_and_restored_as_a_cluster_of_its_own() {
    let roles = Roles::cold().await;
    let mut people = Person::register_all(&roles.command_address(), &PEOPLE[..1]).await;
    let backup = roles.beside("backup");
    let backup = backup.to_str().expect("a path");
    log_a_year(&mut people, 0..20).await;
    done(&["backup", backup], &roles.environment()).await;
    log_a_year(&mut people, 20..40).await;
    done(&["backup", backup], &roles.environment()).await;
    let all = events_of(&done(&["events", "export", "-"], &roles.environment()).await);

    let elsewhere = roles.beside("elsewhere");
    let cluster = elsewhere.join("postgres/cluster");
    fs::create_dir_all(&elsewhere).expect("folder");
    let into = ["restore", backup, "--into", cluster.to_str().expect("a path")];
    done(&into, &roles.environment()).await;
    fs::copy(roles.beside("servers/postgres.password"), elsewhere.join("postgres.password")).expect("copied");
    let folder = Folder::open(&elsewhere).expect("folder");
    let bin = tools().postgres_bin().expect("tools");
    let postgres = Postgres::start(&folder, &bin, &PostgresOptions::default()).await.expect("Postgres");
    let mut environment = roles.environment();
    environment[0].1 = postgres.url();
    assert_eq!(events_of(&done(&["events", "export", "-"], &environment).await), all);
    // The folder is of the database it was begun with, and a damaged file is told.
    let again = done(&["backup", backup], &environment).await;
    assert!(again.contains("copied"), "another timeline begins with all files: {again}");
    done(&["backup", backup, "--give-up"], &roles.environment()).await;
    let base = fs::read_dir(roles.beside("backup/base")).expect("folder").flatten().map(|it| it.path()).max();
    let base = base.expect("a copy");
    fs::write(base.join("files/global/pg_filenode.map"), "else").expect("written");
    let other = elsewhere.join("other");
    let damaged = refused(&["restore", backup, "--into", other.to_str().expect("a path")], &environment).await;
    assert!(damaged.contains("global/pg_filenode.map of the backup is damaged"), "{damaged}");
    let is_left = || other.exists() || other.with_extension("unfinished").exists();
    assert!(!is_left());
    // As where a petabyte is to be placed.
    let about = fs::read_to_string(base.join("base.json")).expect("read");
    let mut about: Value = serde_json::from_str(&about).expect("JSON");
    about["files"][0]["bytes"] = (1_u64 << 50).into();
    fs::write(base.join("base.json"), about.to_string()).expect("written");
    let roomless = refused(&["restore", backup, "--into", other.to_str().expect("a path")], &environment).await;
    assert!(roomless.contains("make room, or restore to another disk"), "{roomless}");
    assert!(!is_left());
    postgres.stop().await;
    roles.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_restores_once_more_from_the_same_files_goes_on_apart_from_what_was_restored_before() {
    let mut old = Product::cold();
    old.up().await;
    let mut people = Person::register_all(&old.address(), &PEOPLE[..1]).await;
    let backup = old.beside("backup");
    let taken = ["backup", backup.as_str()];
    old.does(&taken).await;
    log_a_year(&mut people, 0..10).await;
    let at = SystemClock.now().to_rfc3339();
    log_a_year(&mut people, 10..20).await;
    old.does(&taken).await;
    old.stop().await;

    let mut lives = vec![];
    // Each backup ends a file of the WAL, so that the first life has more of them than the second.
    for (days, backups) in [(20..30, 4), (20..40, 1)] {
        let mut life = Product::cold().with_keys_of(&old);
        life.does(&["restore", &backup, "--at", &at]).await;
        life.up().await;
        people[0].moves_to(&life.address()).await;
        log_a_year(&mut people, days).await;
        for _ in 0..backups {
            life.does(&taken).await;
        }
        life.stop().await;
        lives.push(life.exported().await);
    }
    let restored = Product::cold().with_keys_of(&old);
    restored.does(&["restore", &backup]).await;
    assert_eq!(Some(restored.exported().await), lives.pop());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_copies_stay_as_a_run_was_told_and_the_others_make_room_before_the_next() {
    let mut product = Product::cold();
    product.up().await;
    let backup = product.beside("backup");
    let copies = || fs::read_dir(format!("{backup}/base")).expect("folder").count();
    let again = ["backup", backup.as_str(), "--base"];
    product.does(&["backup", &backup, "--keep", "6"]).await;
    for _ in 0..4 {
        product.does(&again).await;
    }
    assert_eq!(copies(), 5, "runs that say nothing of it keep as many as the one that did");
    // As where there is no room: what cannot be copied is begun only after the older copies are gone.
    let url = Postgres::url_beside(&product.data()).expect("it runs");
    let mut postgres = PgConnection::connect(&url).await.expect("connected");
    for statement in ["set allow_in_place_tablespaces = on", "create tablespace elsewhere location ''"] {
        sqlx::query(statement).execute(&mut postgres).await.expect(statement);
    }
    let told = product.fails(&[&again[..], &["--keep", "2"]].concat()).await;
    assert!(told.contains("tablespaces"), "{told}");
    assert_eq!(copies(), 2);
    sqlx::query("drop tablespace elsewhere").execute(&mut postgres).await.expect("dropped");
    postgres.close().await.expect("closed");
    product.does(&again).await;
    assert_eq!(copies(), 2);
    product.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_given_up_by_its_folder_or_where_that_is_lost_by_its_id() {
    let mut product = Product::cold();
    product.up().await;
    let (lost, kept) = (product.beside("lost"), product.beside("kept"));
    let told = product.fails(&["backup", &lost, "--give-up"]).await;
    assert!(told.contains("there is no backup in"), "{told}");
    assert!(!Path::new(&lost).exists());
    let told = product.does(&["backup", &lost]).await;
    assert!(!told.contains("also keeps"), "{told}");
    fs::remove_dir_all(&lost).expect("removed");
    let told = product.does(&["backup", &kept]).await;
    let (_, id) = told.trim().rsplit_once("momentum backup --give-up-lost ").unwrap_or_else(|| panic!("{told}"));
    product.does(&["backup", "--give-up-lost", id]).await;
    let told = product.fails(&["backup", "--give-up-lost", id]).await;
    assert!(told.contains("keeps nothing for the backup"), "{told}");
    let told = product.does(&["backup", &kept]).await;
    assert!(!told.contains("also keeps"), "{told}");
    product.does(&["backup", &kept, "--give-up"]).await;
    let told = product.fails(&["backup", &kept, "--give-up"]).await;
    assert!(told.contains("keeps nothing for"), "{told}");
    product.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_happens_a_backup_writes_nothing() {
    let mut product = Product::cold();
    product.up().await;
    let mut people = Person::register_all(&product.address(), &PEOPLE[..1]).await;
    log_a_year(&mut people, 0..3).await;
    let backup = product.beside("backup");
    let taken = ["backup", backup.as_str()];
    let url = Postgres::url_beside(&product.data()).expect("it runs");
    let mut postgres = PgConnection::connect(&url).await.expect("connected");
    // It looks at new tables when they are a minute old, and notes what it sees.
    for statement in ["alter system set autovacuum = off", "select pg_reload_conf()"] {
        sqlx::query(statement).execute(&mut postgres).await.expect(statement);
    }
    product.does(&taken).await;
    // What Postgres writes by itself, sooner or later.
    sqlx::query("checkpoint").execute(&mut postgres).await.expect("done");
    let written = async |postgres: &mut PgConnection| {
        let file = "select pg_walfile_name(pg_current_wal_lsn())";
        let file: String = sqlx::query_scalar(file).fetch_one(postgres).await.expect("a file of the WAL");
        let at = |name| fs::metadata(format!("{backup}/{name}")).and_then(|file| file.modified()).expect("an instant");
        (file, at("vault.jsonl"), at("until.json"))
    };
    let before = written(&mut postgres).await;
    for _ in 0..2 {
        let told = product.does(&taken).await;
        assert!(told.contains("nothing was written since"), "{told}");
    }
    assert_eq!(written(&mut postgres).await, before);
    // What says the same as the last dump is not written again.
    log_a_year(&mut people, 3..6).await;
    product.does(&taken).await;
    let after = written(&mut postgres).await;
    assert_eq!((after.1, after.0 > before.0, after.2 > before.2), (before.1, true, true));
    people[0].changes_address("countess@example.org").await;
    product.does(&taken).await;
    assert!(written(&mut postgres).await.1 > before.1);
    postgres.close().await.expect("closed");
    product.stop().await;
}

#[tokio::test]
async fn who_is_in_the_wrong_folder_is_told_so_and_nothing_is_made_there() {
    let product = Product::cold();
    let backup = product.beside("backup");
    for asked in [
        &["verify"][..],
        &["parked"],
        &["rebuild"],
        &["events", "export", "-"],
        &["admin", "reset-password", "ada@example.org"],
        &["vault", "rotate"],
        &["backup", &backup],
    ] {
        let told = product.fails(asked).await;
        assert!(told.contains("is it the right folder (--data)?"), "{asked:?}: {told}");
    }
    assert!(!product.data().exists() && !Path::new(&backup).exists());
}

/// What an erasure does to credentials and keys; what it says in the log does not matter here.
async fn erase_the_last_to_register(product: &Product) {
    let url = Postgres::url_beside(&product.data()).expect("running");
    let mut connection = PgConnection::connect(&url).await.expect("connected");
    let gone = "with gone as (delete from identity.accounts
                              where created_at = (select max(created_at) from identity.accounts) returning user_id)
                update vault.keys set master = null, wrapped = null, erased_at = now() from gone where owner = user_id";
    let gone = sqlx::query(gone).execute(&mut connection).await.expect("erased");
    assert_eq!(gone.rows_affected(), 1);
}

/// Every shard's events from the first on, of which none was recorded later, and none before is missing.
fn is_the_log_as_of(at: DateTime<Utc>, restored: &[String], all: &[String]) {
    let (restored, all) = (by_shard(restored), by_shard(all));
    let mut more = 0;
    for (shard, all) in &all {
        let restored = restored.get(shard).cloned().unwrap_or_default();
        assert!(all.starts_with(&restored), "shard {shard}: the first {} events", restored.len());
        let recorded_by = |at: DateTime<Utc>| all.partition_point(|(recorded_at, _)| *recorded_at <= at);
        let (least, most) = (recorded_by(at - COMMIT_TIME_MAX), recorded_by(at));
        assert!((least..=most).contains(&restored.len()), "{least} <= {} <= {most}", restored.len());
        more += all.len() - restored.len();
    }
    assert!(more > 0, "something happened after {at}");
    assert!(restored.values().map(Vec::len).sum::<usize>() > 0);
}

type ByShard = BTreeMap<String, Vec<(DateTime<Utc>, String)>>;

fn by_shard(lines: &[String]) -> ByShard {
    let mut shards = ByShard::new();
    for line in lines {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let event = &event["event"];
        let (shard, _) = event["position"].as_str().expect("a position").split_once('-').expect("a shard");
        let recorded_at = event["recorded_at"].as_str().and_then(|at| at.parse().ok()).expect("an instant");
        shards.entry(shard.to_owned()).or_default().push((recorded_at, line.clone()));
    }
    shards
}
