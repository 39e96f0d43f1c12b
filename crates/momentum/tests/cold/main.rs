//! The real program, as someone runs it: cold start, a year of three people's days, faults in the middle, and `verify`;
//! and the demo.

mod backups;
mod demo;
mod erasure;
mod moved;
mod parked;
mod people;
mod product;
mod program;
mod readme;
mod roles;
mod rolled;
mod secrets;
mod watched;

use std::time::Duration;

use crate::{
    people::{Person, log_a_year},
    product::Product,
    roles::Roles,
};

/// Three people, in time zones far apart.
const PEOPLE: [(&str, &str); 3] = [
    ("ada@example.org", "Europe/Berlin"),
    ("grace@example.org", "America/New_York"),
    ("lin@example.org", "Asia/Tokyo"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_of_three_people_outlives_kills_and_a_wiped_bus() {
    let mut product = Product::cold();
    product.up().await;
    let mut people = Person::register_all(&product.address(), &PEOPLE).await;

    log_a_year(&mut people, 0..180).await;
    product.kill().await;
    product.up().await;
    people.iter_mut().for_each(|person| person.address = product.address());

    log_a_year(&mut people, 180..270).await;
    product.wipe_bus();
    log_a_year(&mut people, 270..365).await;

    for person in &people {
        person.sees_a_year().await;
    }
    product.stop().await;
    product.verify_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_apart_lose_nothing_when_workers_die_and_the_bus_is_wiped() {
    let mut roles = Roles::cold().await;
    let mut people = Person::register_all(&roles.command_address(), &PEOPLE).await;
    people.iter_mut().for_each(|person| person.query_address = Some(roles.query_address()));

    log_a_year(&mut people, 0..100).await;
    roles.kill_workers().await;
    log_a_year(&mut people, 100..200).await;
    roles.start_workers();
    roles.restart_bus_empty().await;
    log_a_year(&mut people, 200..300).await;
    roles.kill_workers().await;
    roles.start_workers();
    log_a_year(&mut people, 300..365).await;

    for person in &people {
        person.sees_a_year().await;
    }
    roles.verify_is_clean().await;
    roles.stop().await;
}

/// So long may anything take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
