//! Reading the log: pages both ways, filters, instants, and cursors.

use chrono::TimeDelta;
use domain::{GoalId, Ids, Position, Recorded, Shard};
use event_store::{Corruption, HistoryFilter, Log, NotACursor, Page, StoreError};

use crate::{
    given::beginning,
    world::{Person, World, complete, count_up, read_all},
};

on_each_postgres![
    a_workspace_is_read_in_pages,
    pages_of_a_workspace_are_known_before_they_are_read,
    history_is_filtered_by_stream_name_and_time,
    an_instant_is_a_position,
    streams_are_read_in_the_order_of_their_versions,
    a_page_is_never_larger_than_the_largest,
    an_event_that_cannot_be_read_is_told_by_its_position,
    a_cursor_names_a_position_of_this_history_alone,
];

fn numbers<E>(events: &[Recorded<E>]) -> Vec<i64> {
    events.iter().map(|event| event.position.number).collect()
}

/// Two people in one shard who take turns: Ada has the odd positions, as many as wanted, and Bert the even ones.
async fn taking_turns(world: &World, turns: usize) -> (Log, [Person; 2]) {
    let store = world.store().await;
    let people = [world.person(&store).await, world.person(&store).await];
    for turn in 0..2 * (turns - 1) {
        people[turn % 2].goal(&store, "Run").await;
    }
    (store.log().clone(), people)
}

async fn a_workspace_is_read_in_pages(world: World) {
    let (log, [ada, bert]) = taking_turns(&world, 5).await;
    let read = async |workspace, after, limit| numbers(&log.read_workspace(workspace, after, limit).await.unwrap());
    assert_eq!(read(ada.workspace, 0, 3).await, [1, 3, 5]);
    assert_eq!(read(ada.workspace, 5, 3).await, [7, 9]);
    assert_eq!(read(ada.workspace, 9, 3).await, [0; 0]);
    assert_eq!(read(bert.workspace, 0, 9).await, [2, 4, 6, 8, 10]);
    assert_eq!(read(world.id(), 0, 3).await, [0; 0], "nobody's");
}

async fn pages_of_a_workspace_are_known_before_they_are_read(world: World) {
    let (log, [ada, _]) = taking_turns(&world, 5).await;
    let pages = async |until, limit| log.pages_of_workspace(ada.workspace, until, 2, limit).await.unwrap();
    let page = |after, events| Page { after, events };
    assert_eq!(pages(i64::MAX, 10).await, [page(0, 2), page(3, 2), page(7, 1)]);
    assert_eq!(pages(8, 10).await, [page(0, 2), page(3, 2)], "until a position of somebody else");
    assert_eq!(pages(5, 10).await, [page(0, 2), page(3, 1)]);
    assert_eq!(pages(i64::MAX, 3).await, [page(0, 2), page(3, 1)], "no more than the limit");
    assert_eq!(pages(0, 10).await, []);
    let mut read = vec![];
    for Page { after, events } in pages(8, 10).await {
        read.extend(numbers(&log.read_workspace(ada.workspace, after, events).await.unwrap()));
    }
    assert_eq!(read, [1, 3, 5, 7]);
}

async fn history_is_filtered_by_stream_name_and_time(world: World) {
    let store = world.store().await;
    let (ada, bert) = (world.person(&store).await, world.person(&store).await);
    let (run, hour) = (ada.goal(&store, "Run").await, TimeDelta::hours(1));
    bert.goal(&store, "Sing").await;
    world.clock.pass(hour);
    let read = ada.goal(&store, "Read").await;
    count_up(&store, &ada.command(), run).await.unwrap();
    world.clock.pass(hour);
    complete(&store, &ada.command(), run).await.unwrap();
    let log = store.log();
    let found = async |filter: HistoryFilter, before, limit| {
        numbers(&log.read_history(ada.workspace, &filter, before, limit).await.unwrap())
    };
    let (all, end) = (HistoryFilter::default(), i64::MAX);
    assert_eq!(found(all.clone(), end, 10).await, [7, 6, 5, 3, 1]);
    assert_eq!(found(all.clone(), end, 2).await, [7, 6]);
    assert_eq!(found(all.clone(), 6, 2).await, [5, 3]);
    let of = |streams: &[_]| HistoryFilter { streams: Some(streams.to_vec()), ..all.clone() };
    assert_eq!(found(of(&[run.uuid()]), end, 10).await, [7, 6, 3]);
    assert_eq!(found(of(&[run.uuid(), read.uuid()]), end, 10).await, [7, 6, 5, 3]);
    assert_eq!(found(of(&[]), end, 10).await, [0; 0], "no stream is not every stream");
    let created = HistoryFilter { name: Some("GoalCreated".into()), ..all.clone() };
    assert_eq!(found(created.clone(), end, 10).await, [5, 3]);
    let (first, second) = (beginning() + hour, beginning() + hour * 2);
    assert_eq!(found(HistoryFilter { from: Some(first), ..all.clone() }, end, 10).await, [7, 6, 5], "from then on");
    assert_eq!(found(HistoryFilter { to: Some(first), ..all.clone() }, end, 10).await, [3, 1], "before then");
    let within = HistoryFilter { from: Some(first), to: Some(second), ..of(&[run.uuid()]) };
    assert_eq!(found(within, end, 10).await, [6]);
    assert_eq!(found(HistoryFilter { from: Some(second), ..created }, end, 10).await, [0; 0]);
}

async fn an_instant_is_a_position(world: World) {
    let store = world.store().await;
    let log = store.log();
    let at = async |shard, seconds: i64| {
        log.position_at(Shard(shard), beginning() + TimeDelta::seconds(seconds)).await.unwrap().number
    };
    assert_eq!([at(0, -1).await, at(0, 100).await], [0, 0], "nothing has happened yet");
    let person = world.person(&store).await;
    for _ in 0..3 {
        world.clock.pass(TimeDelta::seconds(10));
        person.goal(&store, "Run").await;
        person.goal(&store, "Read").await;
    }
    let mut found = vec![];
    for seconds in [-1, 0, 9, 10, 11, 20, 29, 30, 1_000_000] {
        found.push(at(0, seconds).await);
    }
    assert_eq!(found, [0, 1, 1, 3, 3, 5, 5, 7, 7]);
    assert_eq!(at(1, 1_000).await, 0, "another shard");
}

async fn streams_are_read_in_the_order_of_their_versions(world: World) {
    let store = world.store().await;
    let person = world.person(&store).await;
    let goals = [person.goal(&store, "Run").await, person.goal(&store, "Read").await];
    for goal in [goals[1], goals[0], goals[1]] {
        count_up(&store, &person.command(), goal).await.unwrap();
    }
    let log = store.log();
    let versions = |events: &[Recorded]| events.iter().map(|event| (event.stream, event.version)).collect::<Vec<_>>();
    let second = goals[1].uuid();
    let stream = log.read_stream(Shard(0), second).await.unwrap();
    assert_eq!(versions(&stream), [(second, 1), (second, 2), (second, 3)]);
    let mut both = log.read_streams(Shard(0), &goals.map(GoalId::uuid)).await.unwrap();
    assert_eq!(both.len(), 5);
    both.retain(|event| event.stream == second);
    assert_eq!(both, stream);
    assert!(log.read_stream(Shard(1), second).await.unwrap().is_empty());
}

async fn a_page_is_never_larger_than_the_largest(world: World) {
    let (log, _) = taking_turns(&world, 3).await;
    let all = read_all(&log, Shard(0), 2).await;
    assert_eq!(all.len(), 6);
    assert_eq!(log.read_shard(Shard(0), 0, 0).await.unwrap().len(), 1, "at least one");
    assert_eq!(log.read_shard(Shard(0), 0, i64::MAX).await.unwrap().len(), 6);
    assert_eq!(log.read_shard(Shard(0), -1, 2).await.unwrap()[0].position.number, 1);
    assert!(log.read_shard(Shard(7), 0, 2).await.unwrap().is_empty());
}

async fn an_event_that_cannot_be_read_is_told_by_its_position(world: World) {
    let (log, [ada, bert]) = taking_turns(&world, 2).await;
    let newer = sqlx::query("update es.events set type = 'GoalDreamtOf' where position = 3");
    newer.execute(world.pool()).await.unwrap();
    let read = log.read_workspace(ada.workspace, 0, 10).await;
    let Err(StoreError::Corrupt(Corruption::Event { position, .. })) = read else { panic!("{read:?}") };
    assert_eq!(position, Position { shard: Shard(0), number: 3 });
    assert_eq!(log.read_workspace(bert.workspace, 0, 10).await.unwrap().len(), 2, "others go on");
    assert_eq!(log.read_shard(Shard(0), 2, 1).await.unwrap()[0].event.name, "GoalDreamtOf", "it passes through");
}

async fn a_cursor_names_a_position_of_this_history_alone(world: World) {
    let log = world.log().await;
    for position in [(0, 0), (1, 41), (1, i64::MAX)].map(|(shard, number)| Position { shard: Shard(shard), number }) {
        let token = log.cursor(position).to_string();
        assert_eq!(log.parse_cursor(&token), Ok(position), "{token}");
    }
    let token = log.cursor(Position { shard: Shard(1), number: 41 }).to_string();
    let (history, place) = token.split_once('-').unwrap();
    let malformed = ["", "-", "1-41", place, history, "0123456-1-41", "ghijklmn-1-41", &format!("{token} "), "é-1-41"];
    let places = ["", "1", "1-", "-41", "1-041", "1-+41", "1--41", "-1-41", "2-41", "1-9223372036854775808", "1-41-1"];
    let places = places.map(|place| format!("{history}-{place}"));
    for text in malformed.into_iter().chain(places.iter().map(String::as_str)) {
        assert_eq!(log.parse_cursor(text), Err(NotACursor::Malformed), "{text}");
    }
    let restored = sqlx::query("update es.log set history = $1").bind(world.ids.uuid());
    restored.execute(world.pool()).await.unwrap();
    assert_eq!(world.log().await.parse_cursor(&token), Err(NotACursor::OtherHistory));
}
