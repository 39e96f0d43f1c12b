//! The page at `/docs`: contents beside, then what holds everywhere, every operation by its tag, and the problems.

use maud::{DOCTYPE, Markup, html};

use super::{DOCUMENT_PATH, STYLE_PATH, guide, operation, problems, prose};
use crate::openapi::describe::{Api, Operation};

/// A page with this content.
pub fn shell(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                // No icon yet; without this, browsers ask for one.
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body { (body) }
        }
    }
}

/// The page.
pub fn page(api: &Api, address: &str) -> Markup {
    let info = &api.value()["info"];
    let tags: Vec<Tag<'_>> = api.tags().map(|(name, about)| Tag::of(api, name, about)).collect();
    let content = html! {
        a.skip href="#content" { "To the content" }
        header {
            h1 { "Momentum" span.version { (info["version"].as_str().unwrap_or_default()) } }
            (prose::paragraphs(info["description"].as_str().unwrap_or_default()))
            p { "For programs, the same as " a href=(DOCUMENT_PATH) { "OpenAPI 3.1" } "." }
        }
        (contents(&tags))
        main id="content" {
            (guide::guide(address))
            @for tag in &tags { (tag.section(address)) }
            (problems::problems(api))
        }
    };
    shell("Momentum: the API", &content)
}

/// A group of operations.
struct Tag<'a> {
    name: &'a str,
    about: &'a str,
    operations: Vec<Operation<'a>>,
}

impl<'a> Tag<'a> {
    fn of(api: &'a Api, name: &'a str, about: &'a str) -> Self {
        Self { name, about, operations: api.operations().filter(|operation| operation.tag() == name).collect() }
    }

    fn anchor(&self) -> String {
        format!("tag-{}", self.name.replace(' ', "-"))
    }

    fn title(&self) -> String {
        let mut letters = self.name.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    fn section(&self, address: &str) -> Markup {
        html! {
            section id=(self.anchor()) {
                h2 { (self.title()) }
                (prose::paragraphs(self.about))
                @for one in &self.operations { (operation::operation(one, address)) }
            }
        }
    }
}

fn contents(tags: &[Tag<'_>]) -> Markup {
    html! {
        nav aria-label="Contents" {
            ul {
                li { a href="#guide" { "What holds everywhere" } }
                @for tag in tags {
                    li {
                        a href={ "#" (tag.anchor()) } { (tag.title()) }
                        ul { @for one in &tag.operations { li { a href={ "#" (one.id()) } { (one.summary()) } } } }
                    }
                }
                li { a href="#problems" { "Problems" } }
            }
        }
    }
}
