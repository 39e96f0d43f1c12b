//! JetStream topology, the relay, and a gap-free subscription.
//!
//! The log in Postgres is the truth; a stream a shard carries its last events to whoever wants them, and may lose them
//! at any time. A stream's sequence equals the event's position: so a duplicate is refused however late, two relays
//! cannot both win, and where to go on is the stream's own last sequence. [`Relay`] fills the streams and makes them
//! again when they are damaged; [`Subscription`] reads them, and the log wherever they fail.

mod arrivals;
mod bus;
mod config;
mod damage;
mod message;
mod pace;
mod patience;
mod relay;
mod subscription;
mod topology;

pub use self::{
    bus::{Bus, BusError},
    config::BusConfig,
    relay::{Checked, Election, Relay, check},
    subscription::{Subscription, SubscriptionError},
};
