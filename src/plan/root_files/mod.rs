//! Files at the root of the output that crawlers, browsers and hosts read: a module and a row of [`ROOT_FILES`] for each.

mod headers;
mod redirects;
mod robots;
mod web_manifest;

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
const ROOT_FILES: &[&RootFile] =
    &[&robots::ROBOTS, &headers::HEADERS, &web_manifest::WEB_MANIFEST, &redirects::REDIRECTS];

impl Planner<'_> {
    /// Plans the root files. A file of this name in `static/` (`is_given`) replaces the generated one.
    pub(super) fn root_files(&mut self, is_given: &dyn Fn(&str) -> bool) {
        for file in ROOT_FILES.iter().filter(|file| !is_given(file.name)) {
            if let Some(text) = (file.write)(self) {
                self.add(OutputFile::new(url(file.name), OutputKind::Text(text)));
            }
        }
    }
}

fn url(name: &str) -> UrlPath {
    UrlPath::new(&format!("/{name}")).expect("plain")
}
