//! `_redirects`: all aliases in one file, for hosts that send redirects (Netlify, Cloudflare Pages, GitLab
//! Pages).
//!
//! The formats: <https://docs.netlify.com/routing/redirects/>,
//! <https://developers.cloudflare.com/pages/configuration/redirects/>,
//! <https://docs.gitlab.com/user/project/pages/redirects/>.

use super::super::Planner;
use super::super::host_rules::HostRules;
use super::RootFile;

pub(super) const REDIRECTS: RootFile = RootFile { name: "_redirects", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let targets = &planner.site.model.targets;
    if !targets.is_empty() && !planner.is_read(REDIRECTS.name) {
        return None;
    }
    // Netlify redirects from where there is a page only with `!`, which the others do not know.
    let mut readers = targets.iter().filter(|target| target.reads(REDIRECTS.name)).peekable();
    let status =
        if readers.peek().is_some() && readers.all(|target| target.kind() == "netlify") { "301!" } else { "301" };
    let HostRules { redirects, .. } = planner.host_rules();
    let mut lines: Vec<String> =
        redirects.iter().map(|(alias, target)| format!("{alias} {target} {status}\n")).collect();
    lines.sort();
    (!lines.is_empty()).then(|| lines.concat())
}
