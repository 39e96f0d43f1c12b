//! What holds for all operations, with what a shell needs to try the examples.

use maud::{Markup, html};

/// Makes UUIDv7s, of which every command takes one; needs nothing but bash and date.
const KEY: &str = r#"key() {
  local t=$(printf %012x "$(date +%s%3N)")
  printf '%s-%s-7%03x-8%03x-%04x%08x\n' "${t:0:8}" "${t:8}" \
    $((SRANDOM % 4096)) $((SRANDOM % 4096)) $((SRANDOM % 65536)) "$SRANDOM"
}"#;

/// The section.
pub fn guide(address: &str) -> Markup {
    html! {
        section id="guide" {
            h2 { "What holds everywhere" }
            (signing_in(address))
            (commands())
            h3 { "Seeing what you did" }
            p {
                "Commands are answered when they are safe in the log; lists and figures follow a moment later. A command's "
                "answer names its place in the log as " code { "position" } " and as the header " code { "Momentum-Position" }
                ". Send that header along with a query, and the query waits until it shows what was done."
            }
            h3 { "Changing only what you saw" }
            p {
                "What is read has its version in " code { "ETag" } ". Sent back as " code { "If-Match" }
                ", it makes a change conditional: whoever was slower gets a " code { "version-conflict" } ", and nothing is overwritten."
            }
            h3 { "Pages" }
            p {
                "Lists that come in pages answer with " code { "items" } " and " code { "next" } ". Send " code { "next" }
                " as " code { "cursor" } " to get the following page, until it is " code { "null" } ". "
                a href="#list_events" { code { "GET /v1/events" } } " takes it as " code { "after" } "."
            }
            h3 { "Following along" }
            p {
                a href="#list_events" { code { "GET /v1/events" } } " with " code { "Accept: text/event-stream" }
                " goes on with whatever happens. Each message's " code { "id" }
                " is a position: sent back as " code { "Last-Event-ID" } ", it resumes right after it, however long ago that was."
            }
        }
    }
}

fn signing_in(address: &str) -> Markup {
    let sign_in = format!(
        "TOKEN=$(curl -s {address}/v1/sessions -H 'Content-Type: application/json' \\\n  \
         -d '{{\"email\":\"ada@example.org\",\"password\":\"correct horse battery\",\"tokens\":\"bearer\"}}' \\\n  \
         | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    html! {
        h3 { "Signing in" }
        p {
            a href="#register" { "Register" } " once, then " a href="#sign_in" { "sign in" }
            ". A browser gets its tokens as cookies. A program asks for " code { "\"tokens\": \"bearer\"" }
            " and sends the access token along, for fifteen minutes; then it " a href="#refresh" { "refreshes" } " the session."
        }
        pre tabindex="0" { code { (sign_in) } }
    }
}

fn commands() -> Markup {
    html! {
        h3 { "Commands, and trying again" }
        p {
            "Every command carries an " code { "Idempotency-Key" } ": a UUIDv7 that the client makes once and keeps for its retries. "
            "The same key gives the same answer, and the command is carried out once, however often it is sent. "
            "What is about accounts and invitations takes none, but for " a href="#erase_me" { "erasing yourself" }
            ": sent again, it does no harm. "
            "In bash, this makes keys for the examples below:"
        }
        pre tabindex="0" { code { (KEY) } }
        p {
            "Goals and logs may come with an " code { "id" } " of the client's own making, too, so that it can refer to "
            "what it made before anybody answered."
        }
    }
}
