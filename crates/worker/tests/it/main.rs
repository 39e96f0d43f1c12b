//! The worker on a real Postgres and a real nats-server, with read models of the tests' own.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

mod leases;
mod ledger;
mod levelling;
mod new_rows;
mod parking;
mod rebuilds;
mod swaps;
mod transactions;
mod waiting;
mod world;
