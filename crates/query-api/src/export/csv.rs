//! Rows as CSV (RFC 4180), harmless where a spreadsheet opens them.

use serde_json::Value;

/// What a spreadsheet takes for the beginning of a formula, in the usual width and in the wide one of East Asian text.
const BEGINS_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// What a spreadsheet may take for the end of a cell, though it stands in the middle of a text: with a comma for decimals, it
/// splits lines at semicolons, and does not know a quote that a cell does not begin with.
const MAY_END_CELL: [char; 5] = [';', ',', '\t', '\r', '\n'];

/// The names of the columns, as the first line.
pub(super) fn head(columns: &[&str]) -> String {
    line(columns.iter().map(|column| (*column).to_owned()))
}

/// A row's values in these columns.
pub(super) fn row(columns: &[&str], row: &Value) -> String {
    line(columns.iter().map(|column| cell(row.get(column).unwrap_or(&Value::Null))))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => quoted(&harmless(text)),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => quoted(&value.to_string()),
    }
}

/// What would begin a formula gets an apostrophe in front, by which spreadsheets know it for text.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for part in text.split_inclusive(MAY_END_CELL) {
        let begins = part.trim_start_matches([' ', '"', '\'']);
        // A line break is one only where there is something on it.
        if begins.starts_with(BEGINS_FORMULA) && (harmless.is_empty() || !begins.starts_with(MAY_END_CELL)) {
            harmless.push('\'');
        }
        harmless.push_str(part);
    }
    harmless
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_a_line_in_the_order_of_the_columns() {
        let columns = ["title", "minutes", "completed_on", "withdrawn", "none"];
        let told = row(&columns, &json!({ "withdrawn": false, "minutes": 30, "title": "Run", "completed_on": null }));
        assert_eq!((head(&columns[..2]), told), ("title,minutes\r\n".into(), "Run,30,,false,\r\n".into()));
    }

    #[test]
    fn what_would_end_a_cell_is_quoted() {
        for (text, expected) in [
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            (" padded", "\" padded\""),
            ("plain", "plain"),
        ] {
            assert_eq!(cell(&json!(text)), expected);
        }
    }

    #[test]
    fn nothing_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1"] {
            assert!(cell(&json!(text)).trim_start_matches('"').starts_with('\''), "{text}");
        }
        for (text, told) in [
            ("done;=1+1;x", "done;'=1+1;x"),
            ("x\n=1+1", "\"x\n'=1+1\""),
            ("x, -1", "\"x,' -1\""),
            ("x; \"=1", "\"x;' \"\"=1\""),
            ("two\r\nlines\r\n\r\n", "\"two\r\nlines\r\n\r\n\""),
            ("a\t\tb", "a\t\tb"),
        ] {
            assert_eq!(cell(&json!(text)), told);
        }
        assert_eq!(cell(&json!(-5)), "-5", "a number is none");
        assert_eq!(cell(&json!("a=b")), "a=b");
    }
}
