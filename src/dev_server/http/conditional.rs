//! Conditional requests (RFC 9110, section 13).
//!
//! The only validator of a file is its strong `ETag`, the digest of its bytes. There are no dates to compare, so
//! conditions on dates are ignored, and an `If-Range` with a date is never true.

use http::HeaderMap;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE};

use crate::digest::Digest;

/// Result of evaluating the conditions of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ConditionOutcome {
    /// Send the file.
    Send,
    /// The client has the current version: 304.
    Same,
    /// A precondition is false: 412.
    Another,
}

/// Returns the strong `ETag` for a digest.
pub(crate) fn etag(digest: &Digest) -> String {
    format!("\"{digest}\"")
}

/// Evaluates the conditions of a GET or HEAD in the order of section 13.2.2.
pub(crate) fn evaluate(headers: &HeaderMap, etag: &str) -> ConditionOutcome {
    let weakly = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag) == etag;
    match (any(headers, IF_MATCH, |tag| tag == etag), any(headers, IF_NONE_MATCH, weakly)) {
        (Some(false), _) => ConditionOutcome::Another,
        (_, Some(true)) => ConditionOutcome::Same,
        _ => ConditionOutcome::Send,
    }
}

/// Returns whether a range request may be answered with a part: there is no `If-Range`, or its tag is the current one.
pub(crate) fn range_holds(headers: &HeaderMap, etag: &str) -> bool {
    headers.get(IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag.as_bytes())
}

/// Returns whether any tag in a header's list passes; `*` always does. `None` without the header.
fn any(headers: &HeaderMap, name: HeaderName, passes: impl Fn(&str) -> bool) -> Option<bool> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    // Splitting at commas also splits tags that contain one. Ours contain none, so no piece of such a tag equals ours.
    let mut tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim);
    Some(tags.any(|tag| tag == "*" || passes(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn tags_are_compared_as_the_standard_requires() {
        let check = |lines: &[(HeaderName, &str)], expected: ConditionOutcome| {
            assert_eq!(evaluate(&headers(lines), "\"abc\""), expected, "{lines:?}");
        };
        check(&[], ConditionOutcome::Send);
        check(&[(IF_NONE_MATCH, "\"abc\"")], ConditionOutcome::Same);
        check(&[(IF_NONE_MATCH, "W/\"abc\"")], ConditionOutcome::Same);
        check(&[(IF_NONE_MATCH, "\"x\", W/\"y\" ,\"abc\"")], ConditionOutcome::Same);
        check(&[(IF_NONE_MATCH, "*")], ConditionOutcome::Same);
        check(&[(IF_NONE_MATCH, "\"x\"")], ConditionOutcome::Send);
        check(&[(IF_NONE_MATCH, "abc")], ConditionOutcome::Send);
        check(&[(IF_NONE_MATCH, "")], ConditionOutcome::Send);
        check(&[(IF_MATCH, "\"x\"")], ConditionOutcome::Another);
        check(&[(IF_MATCH, "W/\"abc\"")], ConditionOutcome::Another);
        check(&[(IF_MATCH, "*"), (IF_NONE_MATCH, "\"x\"")], ConditionOutcome::Send);
        check(&[(IF_MATCH, "\"abc\""), (IF_NONE_MATCH, "\"abc\"")], ConditionOutcome::Same);
    }

    #[test]
    fn part_is_sent_of_the_same_version_only() {
        let check = |value: &str, holds: bool| {
            assert_eq!(range_holds(&headers(&[(IF_RANGE, value)]), "\"abc\""), holds, "{value}");
        };
        assert!(range_holds(&HeaderMap::new(), "\"abc\""));
        check("\"abc\"", true);
        check("W/\"abc\"", false);
        check("\"x\"", false);
        check("Tue, 24 Nov 2026 08:00:00 GMT", false);
    }
}
