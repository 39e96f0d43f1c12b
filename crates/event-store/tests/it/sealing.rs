//! Personal text: sealed wherever it rests, opened for its place alone, and gone with its key.

use domain::{Event, Goal, GoalId, Id, Personal, Recorded, Sealed, goal::GoalEvent};
use event_store::{Corruption, Decision, Store, StoreError, Vault};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::world::{Opening, Person, World, complete, count_up, create};

on_each_postgres![
    no_word_of_it_stands_in_any_table,
    it_opens_on_load_for_every_process,
    a_seal_that_was_altered_or_moved_is_corruption,
    a_copy_opens_in_the_field_it_was_sealed_for,
    a_deleted_key_erases_the_text_and_leaves_the_rest,
    a_damaged_data_key_is_told_and_concerns_its_owner_alone,
    clear_text_cannot_be_written_down,
    a_text_that_is_sealed_already_is_not_taken,
    where_the_vault_stays_shut_text_is_neither_read_nor_written,
];

const TITLE: &str = "Marathonlauf";
const DESCRIPTION: &str = "Herzensangelegenheit";

/// A goal with both of its texts.
async fn described_goal(store: &Store, person: &Person, goal: GoalId) {
    let event = GoalEvent::GoalCreated {
        title: Personal::clear(TITLE),
        description: Some(Personal::clear(DESCRIPTION)),
        target_date: None,
        total_minutes: Some(600),
    };
    let command = person.command();
    let created = store.execute(&command, goal, |_, _| Ok(Decision::on(goal, vec![event.clone()])));
    created.await.unwrap();
}

fn texts(goal: &Goal) -> [Option<&Personal>; 2] {
    [goal.title.as_ref(), goal.description.as_ref()]
}

async fn no_word_of_it_stands_in_any_table(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goal = world.id();
    described_goal(&store, &person, goal).await;
    create(&store, &person.command(), goal, TITLE).await.expect_err("its id is taken");
    complete(&store, &person.command(), goal).await.unwrap();
    let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
                  where schemaname not in ('pg_catalog', 'information_schema')";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(world.pool()).await.unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let mut dump = String::new();
    for table in tables {
        let rows = format!("select coalesce(string_agg(it::text, E'\\n'), '') from {table} it");
        let rows: String = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(world.pool()).await.unwrap();
        dump.push_str(&rows.to_lowercase());
    }
    assert!(dump.contains("goalcreated") && dump.contains("id-taken"), "the rest is there");
    for word in [TITLE, DESCRIPTION] {
        let hex = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [word.to_lowercase(), hex] {
            assert!(!dump.contains(&form), "{form} stands in the clear");
        }
    }
}

async fn it_opens_on_load_for_every_process(world: World) {
    let store = world.store().await;
    let (person, goal) = (world.person(&store).await, world.id());
    described_goal(&store, &person, goal).await;
    for store in [store, world.store().await] {
        let loaded = store.load(person.workspace, goal).await.unwrap();
        assert_eq!(texts(&loaded).map(|text| text.and_then(Personal::text)), [Some(TITLE), Some(DESCRIPTION)]);
    }
}

/// Changes what stands in the log, as only an intruder does.
async fn tamper(world: &World, goal: GoalId, data: &Value) {
    let tampered = sqlx::query("update es.events set data = $2 where stream_id = $1 and version = 1");
    tampered.bind(goal.uuid()).bind(data).execute(world.pool()).await.unwrap();
}

async fn data_of(world: &World, goal: GoalId) -> Value {
    let data = sqlx::query_scalar("select data from es.events where stream_id = $1 and version = 1");
    data.bind(goal.uuid()).fetch_one(world.pool()).await.unwrap()
}

/// One character of a sealed text changed, and whether that is beyond its head, which says whose it is.
fn altered(seal: &Value) -> Vec<Value> {
    let text = seal["sealed"].as_str().unwrap();
    let alter = |at: usize| {
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        json!({ "sealed": format!("{}{other}{}", &text[..at], &text[at + 1..]) })
    };
    (0..text.len()).map(alter).collect()
}

async fn a_seal_that_was_altered_or_moved_is_corruption(world: World) {
    let store = world.store().await;
    let (person, goal, other) = (world.person(&store).await, world.id(), world.id());
    described_goal(&store, &person, goal).await;
    described_goal(&store, &person, other).await;
    let (whole, elsewhere) = (data_of(&world, goal).await, data_of(&world, other).await);
    let with = |field: &str, seal: &Value| {
        let mut data = whole.clone();
        data[field] = seal.clone();
        data
    };
    let moved = [with("description", &whole["title"]), with("title", &elsewhere["title"])];
    let misformed =
        ["", "A", "AQ", "not base64", &"A".repeat(500)].map(|text| with("title", &json!({ "sealed": text })));
    let altered = altered(&whole["title"]).into_iter().map(|seal| with("title", &seal));
    for data in moved.into_iter().chain(misformed).chain(altered) {
        tamper(&world, goal, &data).await;
        let vault = Opening { ..world.opening() };
        let vault = Vault::new(vault.pool, vault.keyring, vault.clock, vault.ids);
        let mut events = store.log().read_stream(domain::Shard(0), goal.uuid()).await.unwrap();
        let opened = vault.open_events(&mut events).await;
        assert!(matches!(opened, Err(StoreError::Corrupt(Corruption::Seal { .. }))), "{data}: {opened:?}");
    }
    let loaded = world.store().await.load(person.workspace, goal).await;
    assert!(matches!(loaded, Err(StoreError::Corrupt(Corruption::Seal { .. }))), "{loaded:?}");
    let changed = count_up(&world.store().await, &person.command(), goal).await;
    assert!(matches!(changed, Err(StoreError::Corrupt(_))), "nor is it decided on: {changed:?}");
    tamper(&world, goal, &whole).await;
    assert!(world.store().await.load(person.workspace, goal).await.is_ok());
}

async fn a_copy_opens_in_the_field_it_was_sealed_for(world: World) {
    let store = world.store().await;
    let (person, goal) = (world.person(&store).await, world.id());
    described_goal(&store, &person, goal).await;
    let data = data_of(&world, goal).await;
    let sealed = |field: &str| Personal::Sealed(Sealed { sealed: data[field]["sealed"].as_str().unwrap().into() });
    // As a read model keeps them, which knows the event no more.
    let copy = |title, description| Goal { title: Some(title), description: Some(description), ..Goal::default() };
    let mut right = copy(sealed("title"), sealed("description"));
    store.vault().open(&mut right).await.unwrap();
    assert_eq!(texts(&right).map(|text| text.and_then(Personal::text)), [Some(TITLE), Some(DESCRIPTION)]);
    let mut swapped = copy(sealed("description"), sealed("title"));
    let opened = store.vault().open(&mut swapped).await;
    assert!(matches!(opened, Err(StoreError::Corrupt(Corruption::Seal { .. }))), "{opened:?}");
}

async fn a_deleted_key_erases_the_text_and_leaves_the_rest(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    let (hers, his) = (world.id(), world.id());
    described_goal(&store, &ada, hers).await;
    described_goal(&store, &bert, his).await;
    let delete = sqlx::query("delete from vault.keys where owner = $1").bind(ada.actor.uuid());
    delete.execute(world.pool()).await.unwrap();
    let other = world.store().await;
    let erased = other.load(ada.workspace, hers).await.unwrap();
    assert_eq!(texts(&erased), [Some(&Personal::Erased); 2]);
    assert_eq!((erased.total_minutes, erased.version), (Some(600), 1));
    let kept = other.load(bert.workspace, his).await.unwrap();
    assert_eq!(texts(&kept)[0].and_then(Personal::text), Some(TITLE));
    let mut events = other.log().read_workspace(ada.workspace, 0, 10).await.unwrap();
    other.vault().open_events(&mut events).await.unwrap();
    let Event::Goal(GoalEvent::GoalCreated { title, total_minutes, .. }) = &events[1].event else { panic!() };
    assert_eq!((title, *total_minutes), (&Personal::Erased, Some(600)));
    assert_eq!(complete(&other, &ada.command(), hers).await.unwrap().version, 2, "it can still be changed");
}

async fn a_damaged_data_key_is_told_and_concerns_its_owner_alone(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    let goals: [GoalId; 2] = [ada.goal(&store, TITLE).await, bert.goal(&store, TITLE).await];
    // Another's key is as wrong as noise: each is bound to its owner.
    let damage = "update vault.keys set wrapped = (select wrapped from vault.keys where owner = $2) where owner = $1";
    let damage = sqlx::query(damage).bind(ada.actor.uuid()).bind(bert.actor.uuid());
    damage.execute(world.pool()).await.unwrap();
    let store = world.store().await;
    let damaged = store.load(ada.workspace, goals[0]).await;
    let Err(StoreError::Corrupt(Corruption::DataKey { owner, master: 1 })) = damaged else { panic!("{damaged:?}") };
    assert_eq!(owner, ada.actor.uuid());
    assert!(store.load(bert.workspace, goals[1]).await.is_ok());
}

async fn clear_text_cannot_be_written_down(world: World) {
    let store = world.store().await;
    let (person, goal) = (world.person(&store).await, world.id());
    described_goal(&store, &person, goal).await;
    let mut events: Vec<Recorded> = store.log().read_stream(domain::Shard(0), goal.uuid()).await.unwrap();
    assert!(serde_json::to_string(&events).unwrap().contains("sealed"));
    store.vault().open_events(&mut events).await.unwrap();
    assert!(serde_json::to_string(&events).is_err(), "opened, it is for answers alone");
    assert!(events[0].event.to_raw().is_err());
}

async fn a_text_that_is_sealed_already_is_not_taken(world: World) {
    let store = world.store().await;
    let (person, goal) = (world.person(&store).await, world.id());
    described_goal(&store, &person, goal).await;
    let stolen = data_of(&world, goal).await["title"]["sealed"].as_str().unwrap().to_owned();
    let (eve, mine) = (world.person(&store).await, Id::<Goal>::new(world.id::<Goal>().uuid()));
    let event = GoalEvent::GoalCreated {
        title: Personal::Sealed(Sealed { sealed: stolen }),
        description: None,
        target_date: None,
        total_minutes: None,
    };
    let command = eve.command();
    let brought = store.execute(&command, mine, |_, _| Ok(Decision::on(mine, vec![event.clone()]))).await;
    assert!(matches!(brought, Err(StoreError::Corrupt(Corruption::Unwritable(_)))), "{brought:?}");
    assert_eq!(world.events().await.len(), 3, "nothing was appended");
}

async fn where_the_vault_stays_shut_text_is_neither_read_nor_written(world: World) {
    let store = world.store().await;
    let (person, goal) = (world.person(&store).await, world.id::<Goal>());
    let goal = GoalId::new(goal.uuid());
    described_goal(&store, &person, goal).await;
    let Opening { pool, index_key, clock, ids, .. } = world.opening();
    let shut = std::sync::Arc::new(Vault::shut(pool.clone(), clock.clone(), ids.clone()));
    let store = Store::open(pool, shut, index_key, clock, ids).await.unwrap();
    let loaded = store.load(person.workspace, goal).await.unwrap();
    assert!(texts(&loaded).iter().all(|text| matches!(text, Some(Personal::Sealed(_)))));
    complete(&store, &person.command(), goal).await.expect("what is nobody's text can be appended");
    let other = world.id();
    let refused = create(&store, &person.command(), other, TITLE).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(Corruption::Unwritable(_)))), "{refused:?}");
}
