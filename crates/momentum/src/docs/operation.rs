//! One operation: what it does, what it takes, how it answers, and how to try it.

use maud::{Markup, html};

use super::{curl::curl, prose, schema::Told};
use crate::openapi::describe::{Answer, Operation};

/// The operation, at the anchor of its id.
pub fn operation(operation: &Operation<'_>, address: &str) -> Markup {
    html! {
        article.operation id=(operation.id()) {
            h3 { a href={ "#" (operation.id()) } { (operation.summary()) } }
            p.route { span class={ "method " (operation.method.to_lowercase()) } { (operation.method) } " " code { (operation.path) } }
            (prose::paragraphs(operation.description()))
            p.access { (access(operation)) }
            (parameters(operation))
            @if let Some(body) = operation.body() {
                h4 { "Body" }
                (Told::asked(operation.api).body(body))
            }
            h4 { "Answers" }
            @for answer in operation.answers() { (answered(operation, &answer)) }
            h4 { "Try it" }
            pre tabindex="0" { code { (curl(operation, address)) } }
        }
    }
}

fn access(operation: &Operation<'_>) -> &'static str {
    match (operation.is_open(), operation.security().is_empty()) {
        (true, true) => "Anybody may ask.",
        (true, false) => "Works with and without being signed in.",
        (false, _) => "For whoever is signed in, by access token or cookie.",
    }
}

fn parameters(operation: &Operation<'_>) -> Markup {
    let parameters: Vec<_> = operation.parameters().collect();
    html! {
        @if !parameters.is_empty() {
            h4 { "Parameters" }
            ul.fields {
                @for parameter in &parameters { (Told::asked(operation.api).named(parameter)) }
            }
        }
    }
}

/// An answer; how failures look is the same everywhere, and shown once.
fn answered(operation: &Operation<'_>, answer: &Answer<'_>) -> Markup {
    html! {
        @if answer.status == "default" {
            p.answer { span.status { "4xx, 5xx" } " " a href="#problems" { "A problem." } }
        } @else {
            p.answer { span.status { (answer.status) } " " (prose::line(answer.description)) }
            @for (kind, content) in answer.contents() {
                details open {
                    summary { code { (kind) } }
                    (Told::answered(operation.api).body(content))
                }
            }
        }
    }
}
