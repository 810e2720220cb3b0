//! The pattern of article URLs.

use crate::content::fields::Verbatim;
use crate::path::UrlPath;

/// The pattern when the settings have none.
pub(super) fn default_pattern() -> Verbatim {
    "/{section}/{year}/{month}/{slug}/".into()
}

/// The placeholders of an article's pattern.
pub(super) const ARTICLE_PARTS: [&str; 5] = ["section", "year", "month", "day", "slug"];

/// The placeholders of an entry's pattern.
pub(super) const ENTRY_PARTS: [&str; 4] = ["year", "month", "day", "slug"];

/// Checks that a pattern of these placeholders gives each text a URL of its own; the error has a message and a hint.
pub(super) fn check(pattern: &str, parts: &[&str]) -> Result<(), (String, String)> {
    let known: Vec<String> = parts.iter().map(|part| format!("{{{part}}}")).collect();
    let known = format!("known: {}", known.join(", "));
    if !pattern.contains("{slug}") {
        return Err(("a permalink without `{slug}` gives every text the same URL".into(), "add `{slug}`".into()));
    }
    let mut sample = String::new();
    for (index, piece) in pattern.split('{').enumerate() {
        match (index, piece.split_once('}')) {
            (0, _) => sample.push_str(piece),
            (_, Some((name, rest))) if parts.contains(&name) => {
                sample.push('x');
                sample.push_str(rest);
            }
            (_, Some((name, _))) => return Err((format!("unknown part `{{{name}}}` in a permalink"), known)),
            (_, None) => return Err(("a `{` without its `}`".into(), known)),
        }
    }
    match UrlPath::new(&sample) {
        Ok(_) if !sample.ends_with('/') => Err(("a permalink ends with `/`".into(), "each page is a folder".into())),
        Ok(_) => Ok(()),
        Err(why) => Err((why.to_string(), format!("write `/{{{}}}/{{slug}}/`, for example", parts[0]))),
    }
}
