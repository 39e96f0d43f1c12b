//! Holds every answer against the OpenAPI document: nothing is answered that it does not tell.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use momentum::openapi::{
    self,
    describe::{Api, Operation, Shape},
};
use serde_json::Value;

use super::Reply;

/// The document, read once: every request of every test asks it.
static API: LazyLock<Api> = LazyLock::new(|| {
    let document = openapi::document_json().expect("document");
    Api::new(serde_json::from_str(&document).expect("JSON"))
});

/// Fails on an answer that the document does not tell: another status, another kind of content, another form.
///
/// # Panics
/// When it is one.
pub fn hold(method: &str, path: &str, reply: &Reply) {
    if let Err(fault) = check(method, path, reply) {
        panic!("{method} {path} answered {}, which openapi.json does not tell: {fault}: {}", reply.status, reply.raw);
    }
}

fn check(method: &str, path: &str, reply: &Reply) -> Result<(), String> {
    if !reply.status.is_success() {
        check_problem(reply)?;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let Some(operation) = API.operations().find(|it| it.method == method && is_of(it, path)) else { return Ok(()) };
    let status = reply.status.as_str();
    let listed = |status: &str| operation.answers().find(|answer| answer.status == status);
    let answer = listed(status).or_else(|| listed("default").filter(|_| !reply.status.is_success()));
    let answer = answer.ok_or("no such status")?;
    let kind = reply.header("content-type").split(';').next().unwrap_or_default().trim();
    if answer.contents().next().is_none() {
        return if reply.raw.is_empty() { Ok(()) } else { Err("it has a body".to_owned()) };
    }
    let (kind, schema) = answer.contents().find(|(known, _)| *known == kind).ok_or("another kind of content")?;
    if kind.ends_with("json") { fits(schema, &reply.body, "") } else { Ok(()) }
}

/// Whether the path is one of this operation's. Of `/v1/sessions/current` and `/v1/sessions/{id}`, the first that stands
/// in the document is the one without a parameter.
fn is_of(operation: &Operation<'_>, path: &str) -> bool {
    let (mut template, mut given) = (operation.path.split('/'), path.split('/'));
    loop {
        match (template.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(other)) if part == other || (part.starts_with('{') && !other.is_empty()) => {}
            _ => return false,
        }
    }
}

/// A failure is a problem (RFC 9457), whatever failed: with a stable code, and the request's id to look it up by.
fn check_problem(reply: &Reply) -> Result<(), String> {
    let (code, kind) = (reply.text("/code"), reply.text("/type"));
    let is_problem = reply.header("content-type") == "application/problem+json";
    if !is_problem || kind != format!("/problems/{code}") || reply.at("/status") != reply.status.as_u16() {
        return Err("it is no problem with code, type and status".to_owned());
    }
    if ["/title", "/detail", "/trace_id"].iter().any(|member| reply.text(member).is_empty()) {
        return Err("it says too little".to_owned());
    }
    let names_fields = reply.at("/errors").as_array().is_some_and(|errors| !errors.is_empty());
    if code == "invalid-input" && !names_fields { Err("it names no field".to_owned()) } else { Ok(()) }
}

/// Whether a value has the form that a schema tells, and no field that it does not tell.
fn fits(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    has_form(schema, value, at)?;
    let mut names = value.as_object().into_iter().flatten().map(|(name, _)| name);
    names.find(|name| !tells(schema, value, name)).map_or(Ok(()), |name| Err(format!("{at}/{name} is not told")))
}

/// Whether a field of this name may be there: it is told of, maybe by a part or by the form that the value has, or any may.
fn tells(schema: &Value, value: &Value, name: &str) -> bool {
    let shape = API.shape(schema);
    let forms = shape.forms().filter(|form| has_form(form, value, "").is_ok());
    let names_none = [shape.fields().count(), shape.parts().count(), shape.forms().count()] == [0; 3];
    let any_may = shape.schema.get("additionalProperties").map_or(names_none, |others| *others != false);
    any_may
        || shape.fields().any(|(known, ..)| known == name)
        || shape.parts().chain(forms).any(|part| tells(part, value, name))
}

fn has_form(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let shape = API.shape(schema);
    if value.is_null() && (shape.nullable || shape.kind().is_empty()) {
        return Ok(());
    }
    shape.parts().try_for_each(|part| has_form(part, value, at))?;
    if shape.forms().next().is_some() && !shape.forms().any(|form| has_form(form, value, at).is_ok()) {
        return Err(format!("{at} has none of the forms there are"));
    }
    let is_right = match shape.kind() {
        "object" => return has_fields(&shape, value, at),
        "array" => {
            let items = value.as_array().ok_or_else(|| format!("{at} is no list"))?;
            let each = |(index, item)| shape.items().map_or(Ok(()), |it| fits(it, item, &format!("{at}/{index}")));
            return items.iter().enumerate().try_for_each(each);
        }
        "string" => value.as_str().is_some_and(|text| is_text(&shape, text)),
        "integer" => value.as_i64().is_some_and(|number| is_within(&shape, number)),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => true,
    };
    if is_right { Ok(()) } else { Err(format!("{at} is {value}")) }
}

fn has_fields(shape: &Shape<'_>, value: &Value, at: &str) -> Result<(), String> {
    let fields = value.as_object().ok_or_else(|| format!("{at} is no object"))?;
    for (name, schema, required) in shape.fields() {
        match fields.get(name) {
            Some(value) => fits(schema, value, &format!("{at}/{name}"))?,
            None if required => return Err(format!("{at}/{name} is missing")),
            None => {}
        }
    }
    Ok(())
}

fn is_text(shape: &Shape<'_>, text: &str) -> bool {
    let is_known = shape.values().next().is_none() || shape.values().any(|value| value == text);
    is_known
        && match shape.format() {
            "uuid" => text.parse::<uuid::Uuid>().is_ok(),
            "date" => text.parse::<NaiveDate>().is_ok(),
            "date-time" => text.parse::<DateTime<Utc>>().is_ok(),
            _ => true,
        }
}

fn is_within(shape: &Shape<'_>, number: i64) -> bool {
    let limit = |name: &str| shape.schema.get(name).and_then(Value::as_i64);
    limit("minimum").is_none_or(|least| least <= number) && limit("maximum").is_none_or(|most| number <= most)
}
