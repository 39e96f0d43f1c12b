//! Examples out of schemas: values that the service would take, for the page that shows the API and for tests.

use serde_json::{Map, Value, json};

use super::describe::{Api, Operation, Shape};

/// A body has no field of another body's fields of another's, and so on, deeper than this.
const DEPTH_MAX: usize = 8;
/// Minutes, mostly.
const NUMBER: i64 = 30;
/// A date that lies neither ahead of anybody's today nor before any calendar; a Monday, with which weeks begin.
const DATE: &str = "2025-05-19";
const INSTANT: &str = "2025-05-19T16:30:00Z";
const ID: &str = "01990000-0000-7000-8000-000000000003";
const PASSWORD: &str = "correct horse battery";
const NEW_PASSWORD: &str = "battery staple correct";

/// How an operation could be asked.
#[derive(Clone, Debug)]
pub struct Example {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path with ids in it, and the parameters that must be there; percent-encoded.
    pub path: String,
    /// Whether `Idempotency-Key` must be sent.
    pub has_key: bool,
    /// The body, if there is one.
    pub body: Option<Value>,
}

impl Operation<'_> {
    /// How it could be asked.
    pub fn example(&self) -> Example {
        let mut path = self.path.to_owned();
        let mut query = vec![];
        for parameter in self.parameters() {
            let value = parameter.example.cloned().unwrap_or_else(|| value(self.api, parameter.name, parameter.schema));
            let value = value.as_str().map_or_else(|| value.to_string(), encoded);
            match parameter.place {
                "path" => path = path.replace(&format!("{{{}}}", parameter.name), &value),
                "query" if parameter.required => query.push(format!("{}={value}", parameter.name)),
                _ => {}
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let has_key = self.parameters().any(|parameter| parameter.required && parameter.name == "Idempotency-Key");
        let body = self.body().map(|schema| value(self.api, "", schema));
        Example { method: self.method, path, has_key, body }
    }
}

/// As part of an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A value of the field `name` that has this schema.
fn value(api: &Api, name: &str, schema: &Value) -> Value {
    value_within(api, name, schema, DEPTH_MAX)
}

fn value_within(api: &Api, name: &str, schema: &Value, depth: usize) -> Value {
    let shape = api.shape(schema);
    if let Some(example) = schema.get("example").or_else(|| shape.schema.get("example")) {
        return example.clone();
    }
    match shape.kind() {
        "object" if depth > 0 => match shape.forms().next() {
            Some(form) => value_within(api, name, form, depth - 1),
            None => object(api, &shape, depth),
        },
        "array" => shape.items().map_or_else(|| json!([]), |item| json!([value_within(api, name, item, depth)])),
        "integer" | "number" => number(&shape),
        "boolean" => json!(true),
        "string" => json!(text(name, &shape)),
        _ => Value::Null,
    }
}

/// All fields but ids that nobody has to make.
fn object(api: &Api, shape: &Shape<'_>, depth: usize) -> Value {
    let is_wanted = |field: &Value, required: bool| required || api.shape(field).format() != "uuid";
    let fields = shape.fields().filter(|(_, field, required)| is_wanted(field, *required));
    let own = fields.map(|(name, field, _)| (name.to_owned(), value_within(api, name, field, depth - 1)));
    let parts = shape.parts().map(|part| value_within(api, "", part, depth - 1));
    let of_parts = parts.filter_map(|part| part.as_object().cloned()).flatten();
    own.chain(of_parts).collect::<Map<_, _>>().into()
}

fn number(shape: &Shape<'_>) -> Value {
    let limit = |name: &str| shape.schema.get(name).and_then(Value::as_i64);
    json!(NUMBER.max(limit("minimum").unwrap_or(i64::MIN)).min(limit("maximum").unwrap_or(i64::MAX)))
}

fn text(name: &str, shape: &Shape<'_>) -> String {
    if let Some(first) = shape.values().next() {
        return first.to_owned();
    }
    match shape.format() {
        "uuid" => ID.to_owned(),
        "date" => DATE.to_owned(),
        "date-time" => INSTANT.to_owned(),
        "password" if name.starts_with("new_") => NEW_PASSWORD.to_owned(),
        "password" => PASSWORD.to_owned(),
        _ => shape.description.and_then(named).map_or_else(|| format!("A {name}"), ToOwned::to_owned),
    }
}

/// The example that a description names itself: ``…, as in `Europe/Berlin`.``
fn named(description: &str) -> Option<&str> {
    description.split_once("as in `")?.1.split('`').next()
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;
    use chrono::{Datelike, NaiveDate, Weekday};

    use super::*;

    fn examples() -> Vec<(String, Example)> {
        let api = Api::new(serde_json::from_str(&crate::openapi::document_json().expect("document")).expect("JSON"));
        api.operations().map(|operation| (operation.id().to_owned(), operation.example())).collect()
    }

    #[test]
    fn every_address_is_one() {
        for (id, example) in examples() {
            let address: Result<Uri, _> = format!("http://localhost:8080{}", example.path).parse();
            assert!(address.is_ok() && !example.path.contains(['{', '%']), "{id}: {}", example.path);
        }
        assert_eq!(encoded("A position/ü"), "A%20position%2F%C3%BC");
    }

    #[test]
    fn a_week_begins_on_a_monday_and_a_new_password_is_another() {
        let date: NaiveDate = DATE.parse().expect("a date");
        assert_eq!(date.weekday(), Weekday::Mon);
        let body = examples().into_iter().find(|(id, _)| id == "change_password").and_then(|(_, it)| it.body);
        let body = body.expect("a body");
        assert_ne!(body["current_password"], body["new_password"]);
    }
}
