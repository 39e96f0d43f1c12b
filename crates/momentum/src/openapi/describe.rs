//! The OpenAPI document as its readers see it: operations, parameters, and schemas without references.

use serde_json::Value;

/// The methods that an operation can stand under.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// References lead to schemas that hold further ones; no honest document goes deeper than this.
const REFERENCES_MAX: usize = 16;

/// The document.
pub struct Api(Value);

/// What can be asked of one path with one method.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// The document it stands in.
    pub api: &'a Api,
    /// In capitals.
    pub method: &'static str,
    /// The path's template, as in `/v1/goals/{id}`.
    pub path: &'a str,
    /// The operation itself.
    pub value: &'a Value,
}

/// A named value: a parameter of an operation, or a field of a body.
#[derive(Clone, Copy)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// `path`, `query` or `header`; empty for a field of a body.
    pub place: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// Whether the operation fails without it.
    pub required: bool,
    /// What it takes.
    pub schema: &'a Value,
    /// What could be sent, where the schema alone does not tell.
    pub example: Option<&'a Value>,
}

/// A way in which an operation answers.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The status, or `default`.
    pub status: &'a str,
    /// What it means.
    pub description: &'a str,
    /// The answer itself.
    value: &'a Value,
}

/// A schema that leads to no other: references followed, and "or nothing" told apart.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    /// The schema.
    pub schema: &'a Value,
    /// Whether `null` is fine, too.
    pub nullable: bool,
    /// What is said where it is used, or else of the schema itself.
    pub description: Option<&'a str>,
}

impl Api {
    /// Of this document.
    pub const fn new(document: Value) -> Self {
        Self(document)
    }

    /// The document as it is.
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// All operations, by path and method.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        entries(&self.0["paths"]).flat_map(move |(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let value = item.get(method)?;
                Some(Operation { api: self, method: in_capitals(method), path, value })
            })
        })
    }

    /// The tags, in the order in which they are declared, each with what it is about.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        list(&self.0["tags"]).map(|tag| (text(&tag["name"]), text(&tag["description"])))
    }

    /// The schema that a reference names.
    pub fn referred(&self, reference: &str) -> Option<&Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }

    /// What a schema comes to.
    pub fn shape<'a>(&'a self, schema: &'a Value) -> Shape<'a> {
        let mut shape = Shape { schema, nullable: false, description: None };
        for _ in 0..REFERENCES_MAX {
            let own = shape.schema.get("description").and_then(Value::as_str);
            shape.description = shape.description.or(own);
            if let Some(reference) = shape.schema.get("$ref").and_then(Value::as_str) {
                shape.schema = self.referred(reference).unwrap_or(&Value::Null);
            } else if let Some(one) = or_null(shape.schema) {
                (shape.schema, shape.nullable) = (one, true);
            } else {
                break;
            }
        }
        shape.nullable |= list(&shape.schema["type"]).any(|kind| kind == "null");
        shape
    }
}

/// The one schema that is meant where the other is `null`.
fn or_null(schema: &Value) -> Option<&Value> {
    let [one, other] = schema.get("oneOf")?.as_array()?.as_slice() else { return None };
    let is_null = |schema: &Value| schema["type"] == "null";
    match (is_null(one), is_null(other)) {
        (false, true) => Some(one),
        (true, false) => Some(other),
        _ => None,
    }
}

impl<'a> Operation<'a> {
    /// Its unique id, as in `log_day`.
    pub fn id(&self) -> &'a str {
        text(&self.value["operationId"])
    }

    /// The group it belongs to.
    pub fn tag(&self) -> &'a str {
        text(&self.value["tags"][0])
    }

    /// What it does, in a line.
    pub fn summary(&self) -> &'a str {
        text(&self.value["summary"])
    }

    /// What else there is to say.
    pub fn description(&self) -> &'a str {
        text(&self.value["description"])
    }

    /// Its parameters, in the order in which they are declared.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'a>> + use<'a> {
        list(&self.value["parameters"]).map(|parameter| Parameter {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            description: text(&parameter["description"]),
            required: parameter["required"] == true,
            schema: &parameter["schema"],
            example: parameter.get("example"),
        })
    }

    /// The schema of the JSON body it takes, if it takes one.
    pub fn body(&self) -> Option<&'a Value> {
        self.value.pointer("/requestBody/content/application~1json/schema")
    }

    /// Its answers.
    pub fn answers(&self) -> impl Iterator<Item = Answer<'a>> + use<'a> {
        entries(&self.value["responses"]).map(|(status, value)| Answer {
            status,
            description: text(&value["description"]),
            value,
        })
    }

    /// What a caller may sign in with: any one of these.
    pub fn security(&self) -> Vec<&'a str> {
        list(self.requirements()).flat_map(entries).map(|(scheme, _)| scheme).collect()
    }

    /// Whether it works without signing in.
    pub fn is_open(&self) -> bool {
        let requirements = self.requirements();
        list(requirements).next().is_none() || list(requirements).any(|one| entries(one).next().is_none())
    }

    fn requirements(&self) -> &'a Value {
        self.value.get("security").unwrap_or(&self.api.0["security"])
    }
}

impl<'a> Answer<'a> {
    /// The kinds of content it comes in, each with its schema.
    pub fn contents(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        entries(&self.value["content"]).map(|(kind, content)| (kind, &content["schema"]))
    }
}

impl<'a> Shape<'a> {
    /// The JSON type; empty where any will do.
    pub fn kind(&self) -> &'a str {
        let kind = &self.schema["type"];
        let kind = kind.as_str().or_else(|| list(kind).filter_map(Value::as_str).find(|kind| *kind != "null"));
        // What has several forms, or is put together from several, are objects.
        let of_parts = || self.forms().chain(self.parts()).next().map(|_| "object");
        kind.or_else(of_parts).unwrap_or_default()
    }

    /// The forms it may have, of which each value has one.
    pub fn forms(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        list(&self.schema["oneOf"])
    }

    /// What it is put together from.
    pub fn parts(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        list(&self.schema["allOf"])
    }

    /// The format of a text; empty where any will do.
    pub fn format(&self) -> &'a str {
        text(&self.schema["format"])
    }

    /// The fields of an object, each with whether it is required.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a Value, bool)> + use<'a> {
        let required = &self.schema["required"];
        entries(&self.schema["properties"])
            .map(move |(name, field)| (name, field, list(required).any(|one| one == name)))
    }

    /// The schema of each item of a list.
    pub fn items(&self) -> Option<&'a Value> {
        self.schema.get("items")
    }

    /// The values there are, where there are only a few.
    pub fn values(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(&self.schema["enum"]).filter_map(Value::as_str)
    }
}

fn in_capitals(method: &str) -> &'static str {
    match method {
        "get" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        _ => "DELETE",
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> + use<'_> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> + use<'_> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
