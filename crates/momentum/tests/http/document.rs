//! The OpenAPI document as tests read it: requests out of its examples, with ids of somebody's own things in them.

use std::collections::BTreeMap;

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

/// The operation with this id.
pub fn operation<'a>(api: &'a Api, id: &str) -> Operation<'a> {
    api.operations().find(|operation| operation.id() == id).unwrap_or_else(|| panic!("no operation {id}"))
}

/// Ids of what a person has, by the place they take: a segment of a path, or a field of a body.
pub struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// A goal and a log on it are made; sessions end, so the one told is another than the caller's.
    pub async fn of(app: &App, caller: &Caller<'_>, email: &str) -> Self {
        let goal = caller.goal("Run a marathon").await;
        let log = caller.log(&goal, 30).await;
        let session = app.sign_in(email).await.session().to_owned();
        Self([("goals", goal.clone()), ("daily-logs", log), ("sessions", session), ("goal_id", goal)].into())
    }

    /// The path of an operation, with the ids that belong there.
    pub fn path(&self, operation: &Operation<'_>) -> String {
        let mut segments: Vec<&str> = vec![];
        for segment in operation.path.split('/') {
            let is_id = segment.starts_with('{');
            segments.push(if is_id { self.get(segments.last().copied().unwrap_or_default()) } else { segment });
        }
        let query = operation.example().path;
        let query = query.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        segments.join("/") + &query
    }

    /// The body of an operation, with the ids that belong there.
    pub fn body(&self, operation: &Operation<'_>) -> Option<Value> {
        let mut body = operation.example().body?;
        for (name, value) in body.as_object_mut().expect("an object") {
            if name.ends_with("_id") {
                *value = self.get(name).into();
            }
        }
        Some(body)
    }

    /// Whether an operation is about something that has an id.
    pub fn are_named_by(operation: &Operation<'_>) -> bool {
        let example = operation.example();
        let named = |body: Value| body.as_object().is_some_and(|fields| fields.keys().any(|name| name.ends_with("_id")));
        operation.path.contains('{') || example.body.is_some_and(named)
    }

    /// A request out of the operation's example, by whoever asks through `ask`.
    pub fn request<'a>(&self, operation: &Operation<'_>, ask: impl Fn(&str, &str) -> Asking<'a>) -> Asking<'a> {
        let asking = ask(operation.method, &self.path(operation));
        match self.body(operation) {
            Some(body) => asking.json(&body),
            None => asking,
        }
    }

    fn get(&self, place: &str) -> &str {
        self.0.get(place).unwrap_or_else(|| panic!("say in `Things` whose id stands for {place:?}"))
    }
}
