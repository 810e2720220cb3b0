//! `.nojekyll`: an empty file by which GitHub Pages publishes a branch as it is. Otherwise it builds the branch with
//! Jekyll, which leaves out files that begin with `_` or a dot.

use super::super::Planner;
use super::RootFile;

pub(super) const NO_JEKYLL: RootFile = RootFile { name: ".nojekyll", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    planner.is_read(NO_JEKYLL.name).then(String::new)
}
