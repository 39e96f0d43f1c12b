//! The `momentum` binary.
fn main() {}
