//! What every service shares at boot: configuration, telemetry, pools, clock and ids, health, shutdown, the HTTP error.
