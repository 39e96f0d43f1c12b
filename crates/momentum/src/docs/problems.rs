//! How failures look, and every kind there is.

use domain::RefusalCode;
use maud::{Markup, html};
use runtime::{ProblemKind, problem::explained};
use serde_json::json;
use strum::IntoEnumIterator;

use super::{prose, schema::Told};
use crate::openapi::describe::Api;

/// The section.
pub fn problems(api: &Api) -> Markup {
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let mut kinds: Vec<_> = ProblemKind::iter().collect();
    kinds.sort_by_key(|kind| (kind.status(), kind.code()));
    let mut rules: Vec<(&str, RefusalCode)> = RefusalCode::iter().map(|rule| (rule.into(), rule)).collect();
    rules.retain(|(code, _)| ProblemKind::of_code(code).is_none());
    rules.sort_by_key(|(code, _)| *code);
    html! {
        section id="problems" {
            h2 { "Problems" }
            p {
                "Every failure of a request that could be read is answered as " code { "application/problem+json" }
                " (RFC 9457). Tell cases apart by "
                code { "code" } "; where a rule of the domain refused a command, the code is the rule's, as in "
                code { "goal-archived" } ", and nothing was changed."
            }
            (Told::answered(api).body(&problem))
            dl.problems {
                @for kind in kinds {
                    dt { code { (kind.code()) } " " span.status { (kind.status().as_u16()) } }
                    dd { (prose::line(kind.meaning())) }
                }
            }
            h3 { "Rules that refuse a command" }
            dl.problems {
                @for (code, rule) in rules {
                    dt { code { (code) } }
                    dd { (prose::line(explained(rule).1)) }
                }
            }
        }
    }
}
