//! What the HTTP services share: extractors, answers, and the layers around every route.

mod answer;
mod client_address;
mod decode;
mod extract;
mod headers;
mod layers;
pub mod limits;
mod names;
mod observe;
mod problem_page;
mod security;
mod trace_parent;

pub use answer::Answer;
pub use client_address::{ClientAddress, Network, NotANetwork};
pub use extract::{Body, Params, Path};
pub use headers::{
    AtPosition, IDEMPOTENCY_KEY, IdempotencyKey, IfMatch, InWorkspace, MOMENTUM_POSITION, MOMENTUM_WORKSPACE,
};
pub use layers::{Edge, UnusableOrigin, layers};
pub use observe::{RequestId, X_REQUEST_ID};
pub use trace_parent::{NotATraceParent, TraceParent};
