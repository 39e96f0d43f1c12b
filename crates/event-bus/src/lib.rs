//! JetStream topology, the relay, and a gap-free subscription.
