//! Ada, who registers and signs in throughout the tests of accounts.

use serde_json::{Value, json};

use crate::testing::{App, Reply};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// What Ada sends to register.
pub(crate) fn registration() -> Value {
    json!({ "email": "ada@example.org", "password": PASSWORD, "name": "Ada", "zone": "Europe/Berlin" })
}

/// What Ada sends, with fields replaced or added.
pub(crate) fn registration_with(fields: &Value) -> Value {
    let mut body = registration();
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

impl App {
    /// Ada registers as an API client.
    pub(crate) async fn ada(&self) -> Reply {
        let reply = self.post("/v1/accounts", registration_with(&json!({ "tokens": "bearer" }))).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply
    }

    /// Somebody signs in as an API client.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post("/v1/sessions", json!({ "email": email, "password": password, "tokens": "bearer" })).await
    }
}
