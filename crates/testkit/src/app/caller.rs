//! A person who is signed in, and calls the product as a program of theirs would.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{App, Asking, Reply};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";
/// What only changes what it names needs the id of a command.
const METHODS_OF_COMMANDS: [&str; 3] = ["POST", "PUT", "PATCH"];
/// So long may it take until what was done is shown, on however busy a machine.
const SHOWN_WITHIN: Duration = Duration::from_secs(30);

/// A person who is signed in.
pub struct Caller<'a> {
    app: &'a App,
    /// What was answered as they signed in.
    pub signed_in: Reply,
}

impl App {
    /// A person registers, and is signed in.
    pub async fn register(&self, email: &str) -> Caller<'_> {
        let body = json!({
            "email": email, "password": PASSWORD, "name": "Ada", "zone": "Europe/Berlin", "tokens": "bearer",
        });
        Caller::of(self, self.ask("POST", "/v1/accounts").json(&body).send().await)
    }

    /// A person signs in once more.
    pub async fn sign_in(&self, email: &str) -> Caller<'_> {
        let body = json!({ "email": email, "password": PASSWORD, "tokens": "bearer" });
        Caller::of(self, self.ask("POST", "/v1/sessions").json(&body).send().await)
    }
}

impl<'a> Caller<'a> {
    fn of(app: &'a App, signed_in: Reply) -> Self {
        assert_eq!(signed_in.status, 201, "{}", signed_in.body);
        Self { app, signed_in }
    }

    /// The access token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.signed_in.text("/tokens/access_token")
    }

    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> &str {
        self.signed_in.text("/workspace_id")
    }

    /// The user.
    #[must_use]
    pub fn user(&self) -> &str {
        self.signed_in.text("/user_id")
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &str {
        self.signed_in.text("/session_id")
    }

    /// A request of theirs; a command gets a new id.
    pub fn ask(&self, method: &str, path: &str) -> Asking<'a> {
        let asking = self.app.ask(method, path).header("authorization", format!("Bearer {}", self.token()));
        if METHODS_OF_COMMANDS.contains(&method) { asking.key(self.app.new_id()) } else { asking }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path).send().await
    }

    /// Reads what shows this position. The product waits for it, but not as long as a busy machine may need: then it is
    /// asked again.
    pub async fn get_at(&self, path: &str, position: &str) -> Reply {
        let give_up = Instant::now() + SHOWN_WITHIN;
        loop {
            let reply = self.ask("GET", path).at(position).send().await;
            if reply.problem() != (503, "not-yet-shown", "") || Instant::now() > give_up {
                return reply;
            }
        }
    }

    /// Sends a command.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.ask("POST", path).json(&body).send().await
    }

    /// Changes a part.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.ask("PATCH", path).json(&body).send().await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.ask("PUT", path).json(&body).send().await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path).send().await
    }

    /// Names a goal, and tells its id.
    pub async fn goal(&self, title: &str) -> String {
        self.post("/v1/goals", json!({ "title": title })).await.done()
    }

    /// Logs minutes on a goal today, and tells the log's id.
    pub async fn log(&self, goal: &str, minutes: u16) -> String {
        self.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": minutes })).await.done()
    }

    /// Invites somebody into their workspace, and tells the code.
    pub async fn invite(&self, role: &str) -> String {
        let invited = self.post("/v1/workspace/invitations", json!({ "role": role })).await;
        assert_eq!(invited.status, 201, "{}", invited.raw);
        invited.text("/code").to_owned()
    }

    /// Comes with the code of an invitation.
    pub async fn accept(&self, code: &str) -> Reply {
        self.post("/v1/invitations/accept", json!({ "code": code })).await
    }
}
