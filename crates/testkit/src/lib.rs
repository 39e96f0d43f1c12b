//! For tests: servers, databases, an app with typed callers.
