//! What this program is.

use serde_json::{Value, json};

/// The version, as `--version` prints it.
pub const LONG: &str = env!("CARGO_PKG_VERSION");

/// The version, as `/version` tells it.
pub fn tell() -> Value {
    json!({ "version": LONG, "time_zones": domain::calendar::zones_version() })
}
