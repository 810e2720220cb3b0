//! Files at the root of the output that robots, browsers and hosts look for: a file and a row of [`ROOT_FILES`] for
//! each.

mod headers;
mod redirects;
mod robots;
mod web_manifest;

use super::{OutputFile, OutputKind, Planner};
use crate::path::UrlPath;

/// A file at the root of the output.
struct RootFile {
    /// Its name.
    name: &'static str,
    /// Its text; `None` when the site has no such file.
    write: fn(&Planner<'_>) -> Option<String>,
}

const ROOT_FILES: &[&RootFile] =
    &[&robots::ROBOTS, &headers::HEADERS, &web_manifest::WEB_MANIFEST, &redirects::REDIRECTS];

impl Planner<'_> {
    /// Plans these files, but for those which the site has in `static/`.
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
