//! What the HTTP services share: extractors, answers, and the layers around every route.

mod answer;
mod decode;
mod extract;
mod headers;
mod trace_parent;

pub use answer::Answer;
pub use extract::{Body, Params, Path};
pub use headers::{AtPosition, IDEMPOTENCY_KEY, IdempotencyKey, IfMatch, MOMENTUM_POSITION};
pub use trace_parent::{NotATraceParent, TraceParent};
