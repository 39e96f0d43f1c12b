//! Append, load, execute, read, and sealing of personal text, on Postgres.
