//! The bus against a real Postgres and a real nats-server, and what can be done to it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

mod healing;
mod outages;
mod proxy;
mod relays;
mod subscriptions;
mod tls;
mod world;
