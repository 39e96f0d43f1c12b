//! Queries of the whole product, asked over HTTP.

mod as_of;
mod figures;
mod packing;
