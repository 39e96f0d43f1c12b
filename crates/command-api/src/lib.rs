//! HTTP for commands and sign-in; runs the relay.
