//! What stands at `/` as long as there is nothing else to see there.

use maud::{Markup, html};

use super::page::shell;

/// The page.
pub fn page() -> Markup {
    let content = html! {
        main.home {
            h1 { "Momentum" }
            p { "Keeps at the goals that matter to you, and tells the truth about how it went." }
            p { "It is running. What it has so far is its API:" }
            p { a.button href="/docs" { "Read how it is used" } }
        }
    };
    shell("Momentum", &content)
}
