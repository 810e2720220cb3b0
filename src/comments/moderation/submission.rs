//! Parses what a comment form submits, and checks its limits.

use std::collections::BTreeMap;

use serde_json::Value;

/// Greatest size of a submission, in bytes.
pub const MAX_SUBMISSION_BYTES: usize = 64 * 1024;

/// A comment as submitted. The email address that a form asks for is not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// URL or slug of the article.
    pub article: String,
    /// Displayed name.
    pub author: String,
    /// Text.
    pub text: String,
    /// Id of the comment that it answers.
    pub reply_to: Option<String>,
    /// URL of the writer.
    pub url: Option<String>,
}

/// Limits of a submission.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Greatest number of characters of the text.
    pub text: usize,
    /// Greatest number of characters of the name.
    pub author: usize,
    /// Greatest number of links in the text.
    pub links: usize,
}

/// Why a submission is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionError {
    /// One word, for programs.
    pub reason: &'static str,
    /// A sentence, for people.
    pub message: String,
}

/// Encoding of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A JSON object; the fields may be in its member `data` or `submission`, as in webhooks.
    Json,
    /// `application/x-www-form-urlencoded`, as forms post.
    Form,
}

fn refused<T>(reason: &'static str, message: impl Into<String>) -> Result<T, SubmissionError> {
    Err(SubmissionError { reason, message: message.into() })
}

/// Parses a submission. Without `encoding`, what begins with `{` is JSON.
///
/// # Errors
/// If a field is missing, a limit is exceeded, or the honeypot is filled in.
pub fn read(bytes: &[u8], encoding: Option<Encoding>, limits: Limits) -> Result<Submission, SubmissionError> {
    if bytes.len() > MAX_SUBMISSION_BYTES {
        return refused("size", format!("a submission has at most {MAX_SUBMISSION_BYTES} bytes"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return refused("encoding", "this is not UTF-8") };
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let fields = match encoding.unwrap_or(if is_json { Encoding::Json } else { Encoding::Form }) {
        Encoding::Json => json(text)?,
        Encoding::Form => form_urlencoded::parse(text.trim().as_bytes()).into_owned().collect(),
    };
    let get = |name: &str| fields.get(name).map(|value| clean(value)).filter(|value| !value.is_empty());
    if get("website").is_some() {
        return refused("trap", "the field `website` is filled in, as bots do");
    }
    let need = |name: &'static str| {
        get(name).ok_or_else(|| SubmissionError {
            reason: "missing",
            message: format!("the field `{name}` is missing or empty"),
        })
    };
    let submission = Submission {
        article: need("article")?,
        author: need("author")?.split_whitespace().collect::<Vec<_>>().join(" "),
        text: need("text")?,
        reply_to: get("reply_to"),
        url: get("url").filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    };
    for (name, value, limit) in [("author", &submission.author, limits.author), ("text", &submission.text, limits.text)]
    {
        if value.chars().count() > limit {
            return refused("length", format!("the field `{name}` has at most {limit} characters"));
        }
    }
    let lower = submission.text.to_lowercase();
    let links = lower.matches("://").count() + lower.matches("www.").count();
    if links > limits.links {
        return refused("links", format!("a comment has at most {} links, and this one {links}", limits.links));
    }
    Ok(submission)
}

fn json(text: &str) -> Result<BTreeMap<String, String>, SubmissionError> {
    let Ok(Value::Object(map)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return refused("json", "this is not a JSON object");
    };
    let inner = ["data", "submission"].iter().find_map(|name| map.get(*name)?.as_object());
    let fields = inner.unwrap_or(&map).iter();
    Ok(fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
}

/// Removes control characters and outer spaces, and normalizes line breaks.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { text: 20, author: 8, links: 1 };

    #[test]
    fn forms_and_json_are_read_alike() {
        let expected = Submission {
            article: "tide".into(),
            author: "Ann B".into(),
            text: "One\ntwo".into(),
            ..Submission::default()
        };
        for text in [
            "article=tide&author=Ann++B&text=One%0D%0Atwo&email=ann%40elm.example&website=",
            r#"{"article":"tide","author":" Ann B ","text":"One\r\ntwo","email":"ann@elm.example"}"#,
            r#"{"data":{"article":"tide","author":"Ann B","text":"One\ntwo\u0000"},"id":3}"#,
        ] {
            assert_eq!(read(text.as_bytes(), None, LIMITS), Ok(expected.clone()), "{text}");
        }
    }

    #[test]
    fn limits_are_kept() {
        let check = |text: &[u8], reason: &str| {
            assert_eq!(read(text, None, LIMITS).map_err(|error| error.reason), Err(reason), "{text:?}");
        };
        check(b"article=a&author=b", "missing");
        check(b"article=a&author=b&text=+%0A", "missing");
        check(b"article=a&author=b&text=c&website=x", "trap");
        check(b"article=a&author=bbbbbbbbb&text=c", "length");
        check(b"article=a&author=b&text=ccccccccccccccccccccc", "length");
        check(b"article=a&author=b&text=://a+www.b", "links");
        check(b"{\"article\":", "json");
        check(b"article=\xff", "encoding");
        check(&[b'a'; MAX_SUBMISSION_BYTES + 1], "size");
        check(b"", "missing");
    }
}
