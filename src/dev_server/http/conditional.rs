//! Conditions of a request on the version of a file that its sender has (RFC 9110, section 13).
//!
//! A file's only validator is its strong `ETag`, the digest of its bytes: there are no dates to compare, so conditions
//! on dates are overlooked, and an `If-Range` with a date never holds.

use http::HeaderMap;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE};

use crate::digest::Digest;

/// What the conditions of a request come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ConditionOutcome {
    /// The file is to be sent.
    Send,
    /// Its reader has it: 304.
    Same,
    /// It is no longer the one that was asked for: 412.
    Another,
}

/// The strong `ETag` of bytes with this digest.
pub(crate) fn etag(digest: &Digest) -> String {
    format!("\"{digest}\"")
}

/// Holds a GET or a HEAD to its conditions, in the order of section 13.2.2.
pub(crate) fn judge(headers: &HeaderMap, etag: &str) -> ConditionOutcome {
    let weakly = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag) == etag;
    match (any(headers, IF_MATCH, |tag| tag == etag), any(headers, IF_NONE_MATCH, weakly)) {
        (Some(false), _) => ConditionOutcome::Another,
        (_, Some(true)) => ConditionOutcome::Same,
        _ => ConditionOutcome::Send,
    }
}

/// Whether a range may be answered with a part: there is no `If-Range`, or its tag is this very one.
pub(crate) fn range_holds(headers: &HeaderMap, etag: &str) -> bool {
    headers.get(IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag.as_bytes())
}

/// Whether any tag of a header's list passes, `*` always; `None` without the header.
fn any(headers: &HeaderMap, name: HeaderName, passes: impl Fn(&str) -> bool) -> Option<bool> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    // A tag may hold a comma, but none of ours does: whatever comes of cutting such a one equals none of them.
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
    fn tags_are_compared_as_the_standard_says() {
        let check = |lines: &[(HeaderName, &str)], expected: ConditionOutcome| {
            assert_eq!(judge(&headers(lines), "\"abc\""), expected, "{lines:?}");
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
