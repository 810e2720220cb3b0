//! `CNAME`: the domain under which GitHub Pages publishes a branch.

use super::super::Planner;
use super::RootFile;
use crate::config::BaseUrl;

pub(super) const CNAME: RootFile = RootFile { name: "CNAME", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let domain = domain(&planner.site.model.base)?;
    planner.is_read(CNAME.name).then(|| format!("{domain}\n"))
}

/// Returns the domain of the site's own; `None` if the host is GitHub's or no domain. Below a path, the domain belongs
/// to another repository, that of the site at its root.
fn domain(base: &BaseUrl) -> Option<&str> {
    let (_, host) = base.origin.split_once("://")?;
    let is_domain = host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let is_number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    (is_domain && !is_number && !host.ends_with(".github.io") && base.path.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_is_the_sites_own() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(domain(&BaseUrl::parse(url).unwrap()), expected, "{url}");
        };
        check("https://paper.example/", Some("paper.example"));
        check("https://News.Paper.Example/", Some("news.paper.example"));
        check("https://me.github.io/", None);
        check("https://paper.example/weekly/", None);
        check("http://127.0.0.1/", None);
        check("http://localhost/", None);
        check("https://paper.example:8443/", None);
    }
}
