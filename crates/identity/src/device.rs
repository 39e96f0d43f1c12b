//! A session's label: which browser or program, on which system, as far as its `User-Agent` tells.

/// Longer names say no more.
const LABEL_CHARS_MAX: usize = 40;

/// What marks a program, the more specific before those whose mark it bears, too.
const PROGRAMS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// What marks a system, in the same order of things.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("Darwin", "Mac"),
];

/// Such as `Firefox, Linux`, or `curl/8.14`, or nothing. Short, printable, and nothing that singles a person out.
pub(crate) fn label(user_agent: Option<&str>) -> String {
    let text = user_agent.unwrap_or_default();
    let named =
        |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    match (named(&PROGRAMS), named(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program}, {system}"),
        (Some(program), None) => program.to_owned(),
        (None, _) => text.chars().take_while(char::is_ascii_graphic).take(LABEL_CHARS_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_user_agent_becomes_a_short_label() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1";
        assert_eq!(label(Some(firefox)), "Firefox, Linux");
        assert_eq!(label(Some(edge)), "Edge, Windows");
        assert_eq!(label(Some(iphone)), "Safari, iPhone");
        assert_eq!(label(Some("curl/8.14.1")), "curl/8.14.1");
        assert_eq!(label(Some(&"x".repeat(500))).len(), 40);
        assert_eq!(label(Some("\u{1b}[2J evil")), "");
        assert_eq!(label(None), "");
    }
}
