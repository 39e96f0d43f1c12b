//! Credentials, sessions, tokens and login throttling: plain tables, not events.
