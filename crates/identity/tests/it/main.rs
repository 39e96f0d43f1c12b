//! Identity against a real Postgres.

mod accounts;
mod http;
mod invitations;
mod passwords;
mod sessions;
mod support;
mod throttle;
