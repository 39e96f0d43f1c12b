//! Turns what serde says about a body or a query string into a problem that names the field and what is wrong with it.

use garde::Validate;
use serde::{Deserializer, de::DeserializeOwned};

use crate::{ApiError, FieldError, ProblemKind, problem::pointer};

/// An instant, as it is written.
const INSTANT: &str = "an instant as in 2026-01-31T08:00:00Z";
/// How many unknown fields are named; a body full of them needs no answer of the same size.
const UNKNOWN_FIELDS_TOLD_MAX: usize = 20;

/// Reads and validates a JSON body.
pub(super) fn json<T>(bytes: &[u8]) -> Result<T, ApiError>
where
    T: DeserializeOwned + Validate<Context: Default>,
{
    // Derived code would read a list as the fields in their order, which nobody means.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(json_fault(bytes, "", &serde::de::Error::custom("a list, expected an object")));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = fields(&mut json, |path, error| json_fault(bytes, path, &error))?;
    json.end().map_err(|error| malformed_json(&error))?;
    validated(value)
}

/// Reads and validates a query string.
pub(super) fn query<T>(query: &str) -> Result<T, ApiError>
where
    T: DeserializeOwned + Validate<Context: Default>,
{
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    validated(fields(pairs, |path, error: serde::de::value::Error| data_fault(path, &error.to_string()))?)
}

fn validated<T: Validate<Context: Default>>(value: T) -> Result<T, ApiError> {
    value.validate()?;
    Ok(value)
}

/// Deserialises `T`, refusing fields that `T` does not have even where `T` itself would pass over them: a misspelt
/// optional field must not be lost in silence.
fn fields<'de, T, D>(source: D, fault: impl FnOnce(&str, D::Error) -> ApiError) -> Result<T, ApiError>
where
    T: serde::Deserialize<'de>,
    D: Deserializer<'de>,
{
    let mut unknown = Vec::new();
    let mut ignored = |path: serde_ignored::Path<'_>| {
        if unknown.len() < UNKNOWN_FIELDS_TOLD_MAX {
            unknown.push(unknown_field(pointer(&path.to_string()), ""));
        }
    };
    let value = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(source, &mut ignored))
        .map_err(|error| fault(&error.path().to_string(), error.into_inner()))?;
    if unknown.is_empty() { Ok(value) } else { Err(ApiError::invalid(unknown)) }
}

/// Whether a body is JSON at all comes first, and only the whole of it tells: what serde stumbles on in the middle may be
/// a wrong type that it calls an error of syntax, or a wrong field of a body that breaks off later.
fn json_fault(bytes: &[u8], path: &str, error: &serde_json::Error) -> ApiError {
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(_) => data_fault(path, &error.to_string()),
        Err(error) => malformed_json(&error),
    }
}

fn malformed_json(error: &serde_json::Error) -> ApiError {
    let error = error.to_string();
    let detail = match error.strip_prefix("recursion limit exceeded") {
        Some(place) => format!("The body is nested too deep{place}; send it flatter."),
        None => format!("The body is not JSON: {error}."),
    };
    ApiError::new(ProblemKind::MalformedJson, detail)
}

/// A value that can be read but is not what the field takes. serde has only words for it, so they are taken apart.
fn data_fault(path: &str, message: &str) -> ApiError {
    let message = without_place(message);
    // The root's path is a dot, and so is every step that has no name.
    let at = pointer(path.trim_matches('.'));
    let error = if let Some(field) = quoted_after(message, "missing field `") {
        FieldError::new(format!("{at}{}", pointer(field)), "missing", "This field is required.")
    } else if let Some((field, hint)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        let own = pointer(field);
        let at = if at.ends_with(&own) { at } else { at + &own };
        unknown_field(at, hint.trim_start_matches(", "))
    } else if let Some(field) = quoted_after(message, "duplicate field `") {
        FieldError::new(format!("{at}{}", pointer(field)), "duplicate", "This field stands twice.")
    } else {
        unfit(at, message)
    };
    ApiError::invalid(vec![error])
}

/// A value of another type, or beyond what the type can hold. What was sent is not told back: it may be a password in the
/// wrong place, and answers end up in logs of clients.
fn unfit(at: String, message: &str) -> FieldError {
    if message.starts_with("invalid value: integer `-") {
        return FieldError::new(at, "too-small", "This number is too small.");
    }
    if message.starts_with("invalid value: integer `") || message.starts_with("number too large") {
        return FieldError::new(at, "too-large", "This number is too large.");
    }
    let detail = expected(message).map_or("This value cannot be read.".into(), |it| format!("Must be {it}."));
    FieldError::new(at, "wrong-type", detail)
}

/// What should have come, in the words of clients: serde tells it in those of Rust.
fn expected(message: &str) -> Option<&str> {
    // Some complain of the text that they parse, and do not say what they expect.
    const COMPLAINTS: &[(&str, &str)] = &[
        ("UUID parsing failed", "a UUID"),
        ("invalid digit found in string", "a whole number"),
        ("cannot parse integer", "a whole number"),
        ("provided string was not `true` or `false`", "true or false"),
        ("input ", INSTANT),
        ("premature end of input", INSTANT),
        ("trailing input", INSTANT),
    ];
    if let Some((_, words)) = COMPLAINTS.iter().find(|(start, _)| message.starts_with(start)) {
        return Some(words);
    }
    let (_, expected) = message.rsplit_once("expected ")?;
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => Some("a whole number"),
        "a boolean" => Some("true or false"),
        "a formatted UUID string" => Some("a UUID"),
        "an RFC 3339 formatted date and time string" => Some(INSTANT),
        "a sequence" => Some("a list"),
        // Of an enum, the first two where it is a name, and the last where it has fields.
        "a string" | "text" | "string or map" | "value" | "variant identifier" => Some("text"),
        "an object" | "internally tagged enum" => Some("an object"),
        other if other.starts_with("struct ") || other.starts_with("internally tagged enum ") => Some("an object"),
        // Names that there are, and what our own types say.
        other if ["`", "one of `", "a date as in "].iter().any(|start| other.starts_with(start)) => Some(other),
        _ => None,
    }
}

fn unknown_field(at: String, hint: &str) -> FieldError {
    let hint = if hint.is_empty() { String::new() } else { format!(" ({hint})") };
    FieldError::new(at, "unknown-field", format!("There is no such field{hint}."))
}

/// Line and column say less than the pointer that stands beside the message.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}

fn quoted_after<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.split_once('`').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    struct Log {
        #[garde(range(max = 1440))]
        minutes: u32,
        #[garde(length(chars, max = 5))]
        text: Option<String>,
        #[serde(default)]
        #[garde(dive)]
        items: Vec<Item>,
        #[garde(skip)]
        #[serde(rename = "any")]
        _any: Option<serde_json::Value>,
        #[garde(skip)]
        #[serde(rename = "theme")]
        _theme: Option<Theme>,
        #[garde(skip)]
        #[serde(rename = "goal")]
        _goal: Option<uuid::Uuid>,
        #[garde(skip)]
        #[serde(rename = "at")]
        _at: Option<chrono::DateTime<chrono::Utc>>,
        #[garde(skip)]
        #[serde(rename = "form")]
        _form: Option<Form>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Form {
        Plain {},
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Theme {
        Dark,
    }

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[garde(skip)]
        #[serde(rename = "day")]
        _day: bool,
    }

    fn refused(body: &str) -> (u16, Vec<(String, String)>) {
        let error = json::<Log>(body.as_bytes()).expect_err(body);
        let fields = error.problem().errors.iter();
        (error.status().as_u16(), fields.map(|e| (e.pointer.clone(), e.code.to_string())).collect())
    }

    fn one(pointer: &str, code: &str) -> (u16, Vec<(String, String)>) {
        (422, vec![(pointer.to_owned(), code.to_owned())])
    }

    #[test]
    fn a_good_body_is_read() {
        let log: Log = json(br#"{"minutes": 30, "text": "ran"}"#).expect("good");
        assert_eq!((log.minutes, log.text.as_deref(), log.items.len()), (30, Some("ran"), 0));
    }

    #[test]
    fn what_is_not_json_is_400() {
        for body in [
            "",
            "{",
            r#"{"other":"#,
            r#"{"minutes": "1", "#,
            r#"{"minutes": 1}}"#,
            r#"{"minutes": 1} 2"#,
            "{'minutes': 1}",
            "\u{feff}{}",
        ] {
            assert_eq!(refused(body), (400, vec![]), "{body}");
        }
        let error = json::<Log>(b"{\"minutes\":\xff}").expect_err("not UTF-8");
        assert_eq!(error.status(), 400);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!(r#"{{"minutes": 1, "any": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refused(&deep).0, 400);
        let detail = json::<Log>(deep.as_bytes()).expect_err("deep").problem().detail.clone();
        assert!(detail.starts_with("The body is nested too deep at line 1 column "), "{detail}");
    }

    #[test]
    fn each_fault_names_its_field() {
        assert_eq!(refused(r#"{}"#), one("/minutes", "missing"));
        assert_eq!(refused(r#"{"minutes": "1"}"#), one("/minutes", "wrong-type"));
        assert_eq!(refused(r#"{"minutes": 1.5}"#), one("/minutes", "wrong-type"));
        assert_eq!(refused(r#"{"minutes": 1e99}"#), one("/minutes", "wrong-type"));
        for theme in ["{}", "7", r#""pink""#, "[]"] {
            assert_eq!(refused(&format!(r#"{{"minutes": 1, "theme": {theme}}}"#)), one("/theme", "wrong-type"));
        }
        assert_eq!(refused(r#"{"minutes": 1, "minutes": 2}"#), one("/minutes", "duplicate"));
        assert_eq!(refused(r#"{"minutes": 1, "a/b": 2}"#), one("/a~1b", "unknown-field"));
        assert_eq!(
            refused(r#"{"minutes": 1, "items": [{"day": true}, {"day": 1}]}"#),
            one("/items/1/day", "wrong-type")
        );
        assert_eq!(refused(r#"{"minutes": 1, "items": [{}]}"#), one("/items/0/day", "missing"));
        assert_eq!(refused(r#"{"minutes": 1, "items": [{"dya": 1}]}"#), one("/items/0/dya", "unknown-field"));
        assert_eq!(refused("[]"), one("", "wrong-type"));
        assert_eq!(refused("[30, \"ran\"]"), one("", "wrong-type"));
        assert_eq!(refused("null"), one("", "wrong-type"));
    }

    #[test]
    fn what_was_sent_is_not_told_back() {
        for body in
            [r#"{"minutes": "hush"}"#, r#"{"minutes": 1, "theme": "hush"}"#, r#"{"minutes": 1, "items": "hush"}"#]
        {
            let error = json::<Log>(body.as_bytes()).expect_err(body);
            let told = serde_json::to_string(error.problem()).expect("problem");
            assert!(!told.contains("hush") && told.contains("Must be "), "{told}");
        }
    }

    #[test]
    fn what_is_expected_is_told_in_words_that_clients_know() {
        let told = |field: &str, value: &str| {
            let minutes = if field == "minutes" { "" } else { "\"minutes\": 1, " };
            let refused = json::<Log>(format!("{{{minutes}\"{field}\": {value}}}").as_bytes()).err()?;
            Some(refused.problem().errors[0].detail.clone())
        };
        let values = [
            "null",
            "true",
            "7",
            "-7",
            "1.5",
            "99999999999",
            "1e99",
            "\"x\"",
            "\"\"",
            "[]",
            "[7]",
            "{}",
            "{\"kind\": 7}",
        ];
        let fields = ["minutes", "text", "items", "theme", "goal", "at", "form"];
        let texts: BTreeSet<String> =
            fields.iter().flat_map(|field| values.iter().filter_map(|value| told(field, value))).collect();
        assert_eq!(
            texts.iter().collect::<Vec<_>>(),
            [
                "Must be `dark`.",
                "Must be a UUID.",
                "Must be a list.",
                "Must be a whole number.",
                "Must be an instant as in 2026-01-31T08:00:00Z.",
                "Must be an object.",
                "Must be text.",
                "This field is required.",
                "This number is too large.",
                "This number is too small.",
            ]
        );
        let query = |text: &str| query::<Log>(text).expect_err(text).problem().errors[0].detail.clone();
        assert_eq!(query("minutes=x"), "Must be a whole number.");
        assert_eq!(query("minutes=99999999999"), "This number is too large.");
        assert_eq!(query("minutes=1&at=yesterday"), "Must be an instant as in 2026-01-31T08:00:00Z.");
        assert_eq!(query("minutes=1&goal=7"), "Must be a UUID.");
    }

    #[test]
    fn rules_are_checked_after_reading() {
        assert_eq!(refused(r#"{"minutes": 1441}"#), one("/minutes", "too-large"));
    }

    #[test]
    fn a_query_string_gets_the_same_care() {
        let fault = |text: &str| {
            let error = query::<Log>(text).expect_err(text);
            (error.problem().errors[0].pointer.clone(), error.problem().errors[0].code.to_string())
        };
        assert_eq!(query::<Log>("minutes=3&text=a%20b").expect("good").text.as_deref(), Some("a b"));
        assert_eq!(fault("minutes=x"), ("/minutes".into(), "wrong-type".into()));
        assert_eq!(fault("minutes=1&other=2"), ("/other".into(), "unknown-field".into()));
        assert_eq!(fault("minutes=1&minutes=2"), ("/minutes".into(), "duplicate".into()));
        assert_eq!(fault(""), ("/minutes".into(), "missing".into()));
        assert_eq!(fault("minutes=2000"), ("/minutes".into(), "too-large".into()));
    }
}
