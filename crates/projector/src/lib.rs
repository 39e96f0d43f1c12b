//! Worker: runs the read models, rebuilds them, reports lag.
