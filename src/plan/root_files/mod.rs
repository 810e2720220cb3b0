//! Files at the root of the output that crawlers, browsers and hosts read: a module and a row of [`ROOT_FILES`] for each.

mod cname;
mod headers;
mod indexnow;
mod no_jekyll;
mod redirects;
mod robots;
mod security_txt;
mod static_web_app;
mod vercel;
mod web_manifest;

use super::host_rules::HostRules;
use super::{OutputFile, OutputKind, Planner};
use crate::path::UrlPath;

/// A file at the root of the output.
struct RootFile {
    /// The name of the file: `robots.txt`.
    name: &'static str,
    /// Returns the text of the file; `None` when the site does not need it.
    write: fn(&Planner<'_>) -> Option<String>,
}

/// All root files.
const ROOT_FILES: &[&RootFile] = &[
    &robots::ROBOTS,
    &security_txt::SECURITY_TXT,
    &headers::HEADERS,
    &web_manifest::WEB_MANIFEST,
    &redirects::REDIRECTS,
    &no_jekyll::NO_JEKYLL,
    &cname::CNAME,
    &indexnow::INDEXNOW,
    &vercel::VERCEL,
    &static_web_app::STATIC_WEB_APP,
];

impl Planner<'_> {
    /// Plans the root files, after all other files. A file of this name in `static/` (`is_given`) replaces the generated
    /// one.
    pub(super) fn root_files(&mut self, is_given: &dyn Fn(&str) -> bool) {
        for file in ROOT_FILES.iter().filter(|file| !is_given(file.name)) {
            if let Some(text) = (file.write)(self) {
                self.add(OutputFile::new(url(file.name), OutputKind::Text(text)));
            }
        }
    }

    /// Whether a target's host reads a file at the root of the output.
    fn is_read(&self, name: &str) -> bool {
        self.site.model.targets.iter().any(|target| target.reads(name))
    }

    fn host_rules(&self) -> HostRules {
        HostRules::of(self.site, &self.pages)
    }
}

fn url(name: &str) -> UrlPath {
    UrlPath::new(&format!("/{name}")).expect("plain")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROOT_FILES;
    use crate::providers::hosts::files_of_hosts;

    #[test]
    fn every_file_that_a_host_reads_is_known() {
        let known: BTreeSet<&str> = ROOT_FILES.iter().map(|file| file.name).collect();
        assert!(files_of_hosts().is_subset(&known), "{:?}", files_of_hosts());
    }
}
