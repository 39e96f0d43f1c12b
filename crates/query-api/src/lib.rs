//! HTTP for reads, history and the live feed.
