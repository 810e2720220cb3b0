//! The rules of a `_redirects` file, as Netlify, Cloudflare Pages and GitLab Pages read it: those that lead to no URL
//! of the site, or in a circle.

use std::collections::{BTreeMap, BTreeSet};

/// A rule from one URL to another, without placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RedirectRule {
    pub(super) from: String,
    pub(super) to: String,
}

/// Returns the rules of a file, in order. Rules with placeholders or conditions are left out: where they lead depends
/// on the request.
pub(super) fn rules(text: &str) -> Vec<RedirectRule> {
    let lines =
        text.lines().map(|line| line.split('#').next().filter(|head| head.trim().is_empty()).map_or(line, |_| ""));
    let rule = |line: &str| {
        let mut words = line.split_whitespace();
        let (from, to) = (words.next()?, words.next()?);
        let is_pattern = |path: &str| path.contains('*') || path.contains("/:");
        let is_conditional = words.any(|word| word.contains('='));
        let is_rule = from.starts_with('/') && !is_pattern(from) && !is_pattern(to) && !is_conditional;
        is_rule.then(|| RedirectRule { from: from.to_owned(), to: to.to_owned() })
    };
    lines.filter_map(rule).collect()
}

/// Where a rule leads in the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RedirectEnd<'a> {
    /// To this URL, for which there is no rule.
    Url(&'a str),
    /// Back to where it was before.
    Circle,
}

/// Returns where each rule leads when its target is requested in turn. Of several rules for a URL the first counts.
pub(super) fn ends(rules: &[RedirectRule]) -> impl Iterator<Item = (&RedirectRule, RedirectEnd<'_>)> {
    let mut next: BTreeMap<&str, &str> = BTreeMap::new();
    for rule in rules {
        next.entry(bare(&rule.from)).or_insert(&rule.to);
    }
    rules.iter().map(move |rule| {
        let mut seen = BTreeSet::from([bare(&rule.from)]);
        let mut to = rule.to.as_str();
        loop {
            if !seen.insert(bare(to)) {
                return (rule, RedirectEnd::Circle);
            }
            match next.get(bare(to)) {
                Some(further) => to = further,
                None => return (rule, RedirectEnd::Url(to)),
            }
        }
    })
}

/// Returns a path without a slash at its end: hosts take both for the same.
fn bare(path: &str) -> &str {
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_followed() {
        let rules = rules(
            "# old\n\n/a /b/ 301\n  /b/ /c 301!\n/c /b\n/d /e/ 302\n/e/ https://other.example/\n/x/* /y/:splat\n\
             /f /g Language=es\nonly\n/h /h/",
        );
        let ends: Vec<_> = ends(&rules).map(|(rule, end)| (rule.from.as_str(), end)).collect();
        let other = || RedirectEnd::Url("https://other.example/");
        use RedirectEnd::Circle;
        assert_eq!(
            ends,
            [("/a", Circle), ("/b/", Circle), ("/c", Circle), ("/d", other()), ("/e/", other()), ("/h", Circle)]
        );
    }
}
