//! A private Postgres and nats-server as supervised children in one folder.
