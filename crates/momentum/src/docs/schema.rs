//! A schema, expanded: each field with its type, its limits, what it is for, and the fields within it.

use maud::{Markup, html};
use serde_json::Value;

use super::prose;
use crate::openapi::describe::{Api, Parameter, Shape};

/// Fields within fields are shown down to here.
const DEPTH_MAX: usize = 6;

/// A way to tell schemas: as what is asked for, where it matters which fields are required, or as what is answered.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    api: &'a Api,
    is_asked: bool,
}

impl<'a> Told<'a> {
    /// As what is asked for.
    pub const fn asked(api: &'a Api) -> Self {
        Self { api, is_asked: true }
    }

    /// As what is answered.
    pub const fn answered(api: &'a Api) -> Self {
        Self { api, is_asked: false }
    }

    /// What a body holds.
    pub fn body(self, schema: &Value) -> Markup {
        let shape = self.api.shape(schema);
        html! {
            p.kind {
                @if shape.kind() != "object" { (kind(self.api, &shape)) ". " }
                (prose::line(shape.description.unwrap_or_default()))
            }
            (self.within(&shape, DEPTH_MAX))
        }
    }

    /// One value.
    pub fn named(self, value: &Parameter<'_>) -> Markup {
        self.field(value, DEPTH_MAX)
    }

    fn field(self, field: &Parameter<'_>, depth: usize) -> Markup {
        let shape = self.api.shape(field.schema);
        let own = Some(field.description).filter(|text| !text.is_empty());
        html! {
            li {
                code.name { (field.name) } " "
                @if !field.place.is_empty() { span.place { (field.place) } " " }
                span.kind { (kind(self.api, &shape)) }
                @if self.is_asked && field.required { " " span.required { "required" } }
                @for limit in limits(&shape) { " " span.limit { (limit) } }
                (prose::paragraphs(own.or(shape.description).unwrap_or_default()))
                (values(&shape))
                (self.within(&shape, depth))
            }
        }
    }

    /// The fields of an object, or of each object of a list.
    fn within(self, shape: &Shape<'_>, depth: usize) -> Markup {
        let items = shape.items().map(|items| self.api.shape(items));
        let shape = items.as_ref().unwrap_or(shape);
        let mut fields: Vec<_> = shape.fields().collect();
        for part in shape.parts() {
            let others =
                self.api.shape(part).fields().filter(|(name, ..)| fields.iter().all(|(known, ..)| known != name));
            fields.extend(others.collect::<Vec<_>>());
        }
        if self.is_asked {
            // Sorting keeps the order of those that are alike.
            fields.sort_by_key(|(_, _, required)| !required);
        }
        html! {
            @if depth > 0 && !fields.is_empty() {
                ul.fields {
                    @for (name, schema, required) in fields {
                        (self.field(&Parameter { name, place: "", schema, description: "", required, example: None }, depth - 1))
                    }
                }
            }
            @if depth > 0 {
                @for form in shape.forms().map(|form| self.api.shape(form)) {
                    p.form { (prose::line(form.description.unwrap_or("Or:"))) }
                    (self.within(&form, depth))
                }
            }
        }
    }
}

fn kind(api: &Api, shape: &Shape<'_>) -> String {
    let kind = match (shape.kind(), shape.format()) {
        ("array", _) => match shape.items() {
            Some(items) => format!("list of {}", kind(api, &api.shape(items))),
            None => "list".to_owned(),
        },
        ("string", "date") => "date".to_owned(),
        ("string", "date-time") => "instant".to_owned(),
        ("string", "uuid") => "UUID".to_owned(),
        ("string", "email") => "e-mail address".to_owned(),
        ("string", _) => "text".to_owned(),
        ("integer", _) => "whole number".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        ("", _) => "any value".to_owned(),
        (other, _) => other.to_owned(),
    };
    if shape.nullable { format!("{kind} or null") } else { kind }
}

/// What bounds a value, in words.
fn limits(shape: &Shape<'_>) -> Vec<String> {
    let limit = |name: &str| shape.schema.get(name).and_then(Value::as_i64);
    let range = |least: Option<i64>, most: Option<i64>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{} to {}{unit}", grouped(least), grouped(most))),
        // Of a number without a sign this says nothing.
        (Some(0), None) => None,
        (Some(least), None) => Some(format!("at least {}{unit}", grouped(least))),
        (None, Some(most)) => Some(format!("at most {}{unit}", grouped(most))),
        (None, None) => None,
    };
    let length = range(limit("minLength"), limit("maxLength"), " characters");
    [range(limit("minimum"), limit("maximum"), ""), length].into_iter().flatten().collect()
}

fn values(shape: &Shape<'_>) -> Markup {
    let values: Vec<_> = shape.values().collect();
    html! {
        @if !values.is_empty() {
            p.values { @if values.len() == 1 { "Always " } @else { "One of " } @for (index, value) in values.iter().enumerate() {
                @if index > 0 { ", " } code { (value) }
            } }
        }
    }
}

/// Thousands are set apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "−".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(schema: &Value) -> String {
        let api = Api::new(json!({ "components": { "schemas": { "Theme": {
            "type": "string", "enum": ["light", "dark"], "description": "How it looks."
        } } } }));
        let named = Parameter { name: "it", place: "", schema, description: "", required: false, example: None };
        Told::asked(&api).named(&named).into_string()
    }

    #[test]
    fn limits_are_told_in_words() {
        assert!(shown(&json!({ "type": "integer", "minimum": 0, "maximum": 1440 })).contains("0 to 1,440"));
        assert!(shown(&json!({ "type": "string", "maxLength": 200 })).contains("at most 200 characters"));
        assert!(shown(&json!({ "type": ["string", "null"], "format": "date" })).contains("date or null"));
    }

    #[test]
    fn references_are_followed() {
        let html = shown(&json!({ "oneOf": [{ "$ref": "#/components/schemas/Theme" }, { "type": "null" }] }));
        assert!(html.contains("text or null") && html.contains("How it looks.") && html.contains("<code>dark</code>"));
    }

    #[test]
    fn each_form_is_shown_by_itself_with_what_it_requires() {
        let form = |kind: &str, field: &str| {
            json!({ "type": "object", "description": format!("By {field}."), "required": ["kind", field], "properties": {
                "kind": { "type": "string", "enum": [kind] }, field: { "type": "integer" },
            } })
        };
        let html = shown(&json!({ "oneOf": [form("some-days", "weekdays"), form("so-many", "days")] }));
        let [_, first, second] = html.split("<p class=\"form\">").collect::<Vec<_>>()[..] else { panic!("{html}") };
        assert!(first.starts_with("By weekdays.") && first.contains("Always <code>some-days</code>"), "{first}");
        assert!(first.contains(">weekdays<") && !first.contains(">days<") && !first.contains("so-many"), "{first}");
        assert!(second.contains(">days<") && second.contains("<code>so-many</code>"), "{second}");
        assert_eq!(second.matches("class=\"required\"").count(), 2, "{second}");
    }

    #[test]
    fn fields_of_fields_are_shown_those_required_first() {
        let html = shown(&json!({ "type": "array", "items": { "type": "object", "required": ["b"], "properties": {
            "a": { "type": "boolean" }, "b": { "type": "string", "format": "uuid" },
        } } }));
        assert!(html.contains("list of object"));
        assert!(html.find(">b<").expect("b") < html.find(">a<").expect("a"), "{html}");
    }
}
