//! The OpenAPI document as tests read it: requests out of its examples, with ids of somebody's own things in them.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use momentum::openapi::{
    self,
    describe::{Api, Operation},
};
use serde_json::Value;
use testkit::app::{App, Asking, Caller};

/// The document.
pub fn api() -> Api {
    Api::new(serde_json::from_str(&openapi::document_json().expect("document")).expect("JSON"))
}

/// What stands for each parameter of a path, and each field of a body that names something: what a person has.
///
/// An operation with a parameter that is not here fails every test that is made out of the document: say here what to
/// send, so that no new operation goes untested.
pub struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// A goal, a log on it, a member and an invitation are made; sessions end, so the one told is another than the caller's;
    /// the code is one that the member made, of their own workspace.
    pub async fn of(app: &App, caller: &Caller<'_>, email: &str) -> Self {
        let goal = caller.goal("Run a marathon").await;
        let log = caller.post("/v1/daily-logs", serde_json::json!({ "goal_id": goal, "minutes": 30 })).await;
        let session = app.sign_in(email).await.session().to_owned();
        let member = app.register(&format!("member-of-{email}")).await;
        member.accept(&caller.invite("viewer").await).await.done();
        let invitation = caller.post("/v1/workspace/invitations", serde_json::json!({ "role": "viewer" })).await;
        let today: NaiveDate = caller.get("/v1/me").await.text("/workspace/today").parse().expect("a day");
        let monday = today.week(Weekday::Mon).first_day();
        let things = [
            ("goals/{id}", goal.clone()),
            ("goal_id", goal),
            ("daily-logs/{id}", log.done()),
            ("history/{position}", log.position().to_owned()),
            ("members/{user_id}", member.user().to_owned()),
            ("invitations/{id}", invitation.text("/id").to_owned()),
            ("code", member.invite("viewer").await),
            ("sessions/{id}", session),
            ("weeks/{first}", monday.to_string()),
        ];
        Self(things.into())
    }

    /// The path of an operation with what belongs there, and the parts of the query that must be there.
    pub fn path(&self, operation: &Operation<'_>) -> String {
        let mut segments: Vec<&str> = vec![];
        for segment in operation.path.split('/') {
            let is_parameter = segment.starts_with('{');
            let before = segments.last().copied().unwrap_or_default();
            segments.push(if is_parameter { self.get(&format!("{before}/{segment}"), operation) } else { segment });
        }
        let example = operation.example().path;
        let query = example.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        segments.join("/") + &query
    }

    /// The same with every part of the query that names something.
    pub fn whole_path(&self, operation: &Operation<'_>) -> String {
        let path = self.path(operation);
        let named = operation.parameters().filter(|it| it.place == "query" && it.name.ends_with("_id"));
        named.fold(path, |path, parameter| {
            let mark = if path.contains('?') { '&' } else { '?' };
            format!("{path}{mark}{}={}", parameter.name, self.get(parameter.name, operation))
        })
    }

    /// The body of an operation, with the ids and the code that belong there.
    pub fn body(&self, operation: &Operation<'_>) -> Option<Value> {
        let mut body = operation.example().body?;
        for (name, value) in body.as_object_mut().into_iter().flatten() {
            if name.ends_with("_id") || name == "code" {
                *value = self.get(name, operation).into();
            }
        }
        Some(body)
    }

    /// Whether an operation is about something of somebody's.
    pub fn are_named_by(operation: &Operation<'_>) -> bool {
        let body = operation.example().body;
        let named = |body: Value| body.as_object().is_some_and(|fields| fields.keys().any(|it| it.ends_with("_id")));
        // A date is nobody's.
        let is_id = |schema: &Value| !["date", "date-time"].contains(&operation.api.shape(schema).format());
        operation.parameters().any(|it| it.place == "path" && is_id(it.schema)) || body.is_some_and(named)
    }

    /// A request out of the operation's example, by whoever asks through `ask`.
    pub fn request<'a>(
        &self,
        app: &App,
        operation: &Operation<'_>,
        ask: impl Fn(&str, &str) -> Asking<'a>,
    ) -> Asking<'a> {
        let mut asking = ask(operation.method, &self.path(operation));
        if operation.example().has_key {
            asking = asking.key(app.new_id());
        }
        match self.body(operation) {
            Some(body) => asking.json(&body),
            None => asking,
        }
    }

    fn get(&self, place: &str, operation: &Operation<'_>) -> &str {
        let known = self.0.get(place);
        known.unwrap_or_else(|| panic!("say in `Things` what stands for {place:?} of {}", operation.id()))
    }
}
