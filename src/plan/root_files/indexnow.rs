//! `indexnow.txt`: the key that proves to search engines that pings are the site's own.
//!
//! Source: <https://www.indexnow.org/documentation>

use super::super::Planner;
use super::RootFile;

pub(super) const INDEXNOW: RootFile = RootFile { name: "indexnow.txt", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    Some(planner.site.model.config.pings.indexnow.as_ref()?.key.to_string())
}
