//! For measurement: Momentum's speed against baselines taken in the same run, on the same Postgres and nats-server.
//!
//! Each measurement is a file under `measure/` and answers with a [`report::Table`]. Product and baseline take turns,
//! round by round, so that what else the machine does meets both; the ratio of each round is what counts.

pub mod baseline;
pub mod document;
pub mod fill;
pub mod followers;
pub mod http;
pub mod load;
pub mod machine;
pub mod measure;
pub mod people;
pub mod plan;
pub mod product;
pub mod rebuild_killed;
pub mod redelivered;
pub mod report;
pub mod servers;
pub mod soak;
pub mod world;
