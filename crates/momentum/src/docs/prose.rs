//! Prose of the OpenAPI document: paragraphs, and code between backticks.

use maud::{Markup, html};

/// Paragraphs, which blank lines divide.
pub fn paragraphs(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            p { (line(paragraph)) }
        }
    }
}

/// Text within a line. Every second part between backticks is code.
pub fn line(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_make_code_and_nothing_makes_markup() {
        assert_eq!(line("send `{}` <now>").into_string(), "send <code>{}</code> &lt;now&gt;");
        assert_eq!(paragraphs("One\ntwo.\n\nThree.").into_string(), "<p>One\ntwo.</p><p>Three.</p>");
        assert_eq!(paragraphs("").into_string(), "");
    }
}
