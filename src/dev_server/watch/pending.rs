//! What has changed and is not told yet: filled by the thread that hears of it, emptied by the one that waits.
//!
//! It holds each path once, so it does not grow with the number of saves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::Changes;
use crate::path::SourcePath;
use crate::source::is_source_path;

/// The events of one save (truncate, write, close, rename …) follow each other faster than this.
const QUIET: Duration = Duration::from_millis(3);

/// A file that is written without a pause is told of after this time.
const BOUND: Duration = Duration::from_millis(30);

/// More paths than this are no list of hints any more.
const MOST_PATHS: usize = 50_000;

/// A batch of changes.
#[derive(Debug)]
pub(super) struct ChangeBatch {
    pub(super) changes: Changes,
    /// The site's folder itself was removed or renamed.
    pub(super) is_uprooted: bool,
}

#[derive(Debug, Default)]
pub(super) struct PendingChanges {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct State {
    changes: Changes,
    is_uprooted: bool,
    /// When the first and the latest of the changes were heard of.
    heard: Option<(Instant, Instant)>,
    /// Where links lead, with the links.
    links: BTreeMap<SourcePath, PathBuf>,
    is_stopped: bool,
}

impl PendingChanges {
    /// Notes that something happened at an absolute path, if that is part of the site.
    pub(super) fn record(&self, root: &Path, path: &Path) {
        let mut state = self.lock();
        let mut found: Vec<SourcePath> = path.strip_prefix(root).ok().and_then(source_at).into_iter().collect();
        for (link, target) in &state.links {
            if let Ok(rest) = path.strip_prefix(target) {
                let link = Path::new(link.as_str());
                found.extend(source_at(&if rest.as_os_str().is_empty() { link.to_owned() } else { link.join(rest) }));
            }
        }
        if !found.is_empty() {
            state.add(found);
            self.bell.notify_all();
        }
    }

    /// Notes that sources changed.
    pub(super) fn add(&self, paths: impl IntoIterator<Item = SourcePath>) {
        let mut paths = paths.into_iter().peekable();
        if paths.peek().is_some() {
            self.lock().add(paths);
            self.bell.notify_all();
        }
    }

    /// Notes that something was missed.
    pub(super) fn events_lost(&self) {
        let mut state = self.lock();
        state.changes.everything = true;
        state.touch();
        self.bell.notify_all();
    }

    /// Notes that the site's folder was removed or renamed.
    pub(super) fn root_removed(&self) {
        self.lock().is_uprooted = true;
        self.events_lost();
    }

    /// Which links lead where; what happens there is told as if it happened at the link.
    pub(super) fn set_links(&self, links: &BTreeMap<SourcePath, PathBuf>) {
        let mut state = self.lock();
        if state.links != *links {
            state.links.clone_from(links);
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.lock().heard.is_some()
    }

    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
        self.bell.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Takes what changed, once it has been quiet for [`QUIET`] or [`BOUND`] is over. `None` when nothing was heard
    /// of within `timeout`, or the watch was stopped.
    pub(super) fn wait(&self, timeout: Duration, root: &Path) -> Option<ChangeBatch> {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let due = match state.heard {
                _ if state.is_stopped => return None,
                None if now >= deadline => return None,
                None => deadline,
                Some((first, latest)) => (latest + QUIET).min(first + BOUND),
            };
            if let Some((first, _)) = state.heard
                && now >= due
            {
                if now >= first + BOUND || !is_half_written(root, &state.changes) {
                    state.heard = None;
                    let changes = std::mem::take(&mut state.changes);
                    return Some(ChangeBatch { changes, is_uprooted: std::mem::take(&mut state.is_uprooted) });
                }
                state.touch();
                continue;
            }
            let waited = self.bell.wait_timeout(state, due - now);
            state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        }
    }

    /// No step leaves the state half changed, so it is sound even if a thread died holding it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, paths: impl IntoIterator<Item = SourcePath>) {
        self.changes.paths.extend(paths);
        if self.changes.paths.len() > MOST_PATHS {
            self.changes = Changes { paths: BTreeSet::new(), everything: true };
        }
        self.touch();
    }

    fn touch(&mut self) {
        let now = Instant::now();
        let first = self.heard.map_or(now, |(first, _)| first);
        self.heard = Some((first, now));
    }
}

/// Whether a file is empty: most probably it was truncated a moment ago and its text is on the way.
fn is_half_written(root: &Path, changes: &Changes) -> bool {
    // More files than an editor saves at once are not worth the looks.
    changes.paths.iter().take(16).any(|path| {
        let metadata = root.join(path.as_str()).symlink_metadata();
        metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
    })
}

/// The source at a path from the site's folder. For a name that no source can have it is the folder around: that
/// one's walk says what is wrong with the name.
fn source_at(path: &Path) -> Option<SourcePath> {
    let named = path.ancestors().find_map(|path| {
        let text = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        SourcePath::new(&text).ok()
    })?;
    is_source_path(named.as_str()).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(events: &[&str], links: &[(&str, &str)]) -> Vec<String> {
        let waiting = PendingChanges::default();
        let links = links.iter().map(|(link, target)| (SourcePath::new(link).unwrap(), PathBuf::from(target)));
        waiting.set_links(&links.collect());
        for event in events {
            waiting.record(Path::new("/site"), Path::new(event));
        }
        let heard = waiting.wait(Duration::ZERO, Path::new("/site"));
        heard.map(|heard| heard.changes.paths.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    #[test]
    fn only_what_is_part_of_the_site_is_heard() {
        assert_eq!(heard(&["/site/content/a.md", "/site/content/a.md", "/site/site.yaml"], &[]).len(), 2);
        let other =
            ["/site/public/a", "/site/.git/x", "/site/content/a.md.swp", "/site/content/4913", "/elsewhere/content"];
        assert_eq!(heard(&other, &[]), Vec::<String>::new());
    }

    #[test]
    fn what_happens_behind_a_link_happens_at_the_link() {
        let links = [("content/articles/shared", "/site/drafts"), ("content/pages/a.md", "/site/a.md")];
        assert_eq!(heard(&["/site/drafts/b/c.md"], &links), ["content/articles/shared/b/c.md"]);
        assert_eq!(heard(&["/site/drafts"], &links), ["content/articles/shared"]);
        assert_eq!(heard(&["/site/a.md"], &links), ["content/pages/a.md"]);
        assert_eq!(heard(&["/site/drafts/.c.md"], &links), Vec::<String>::new());
    }

    #[cfg(unix)]
    #[test]
    fn name_that_no_source_can_have_stands_for_its_folder() {
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"content/a/\xff.md"));
        assert_eq!(source_at(odd).unwrap().as_str(), "content/a");
        assert_eq!(source_at(Path::new("content/a\\b")).unwrap().as_str(), "content");
        assert_eq!(source_at(Path::new("")), None);
    }

    #[test]
    fn too_many_paths_become_everything() {
        let waiting = PendingChanges::default();
        waiting.add((0..=MOST_PATHS).map(|n| SourcePath::new(&format!("content/{n}.md")).unwrap()));
        let heard = waiting.wait(Duration::ZERO, Path::new("/nowhere")).unwrap();
        assert!(heard.changes.everything && heard.changes.paths.is_empty());
        assert!(!waiting.is_pending());
    }
}
