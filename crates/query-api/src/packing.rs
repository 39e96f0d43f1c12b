//! Packing of answers, for clients that take them so.
//!
//! Only what queries answer is packed. The length of a packed answer tells whoever listens how much of it repeats, and so,
//! to someone who can have it repeat words of their own, what else is in it. Answers to sign-in hold tokens, are given by
//! command-api, and are never packed; those to queries hold no secret but what belongs to all who may ask.

use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

/// What fits into one packet is not worth the work.
const PACKED_BYTES_MIN: u64 = 1_024;

/// The layer that packs what is asked for packed, as fast as it can: a year of days becomes a sixth, or less.
pub(crate) fn packing() -> CompressionLayer<impl Predicate> {
    // A stream must not wait for more to pack; an archive is packed.
    let streams_and_archives =
        NotForContentType::const_new("text/event-stream").and(NotForContentType::const_new("application/zip"));
    let worth_it = SizeAbove::new(PACKED_BYTES_MIN).and(streams_and_archives);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it)
}
