//! An operation as a line for a shell, to be tried as it stands.

use crate::openapi::describe::Operation;

/// The command. `$TOKEN`, and `key` for ids of commands, are what the guide at the top of the page sets up.
pub fn curl(operation: &Operation<'_>, address: &str) -> String {
    let example = operation.example();
    let mut parts = vec![match example.method {
        "GET" => "curl".to_owned(),
        method => format!("curl -X {method}"),
    }];
    if !operation.is_open() || operation.security().contains(&"bearer") {
        parts.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if example.has_key {
        parts.push("-H \"Idempotency-Key: $(key)\"".to_owned());
    }
    if let Some(body) = example.body {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!("-d {}", quoted(&body.to_string())));
    }
    parts.push(quoted(&format!("{address}{}", example.path)));
    parts.join(" \\\n  ")
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quote_does_not_end_the_word() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
