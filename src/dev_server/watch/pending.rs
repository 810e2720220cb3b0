//! Changes that are detected and not yet reported: filled by the detecting thread, emptied by the pending one.
//!
//! Each path is held once, so the size does not grow with the number of saves.

#![allow(clippy::disallowed_types, reason = "the watching thread and its reader share what is pending")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::Changes;
use crate::path::SourcePath;
use crate::source::is_source_path;

/// The events of one save (truncate, write, close, rename …) follow each other faster than this.
const QUIET: Duration = Duration::from_millis(3);

/// A file that is written without a pause is reported after this time.
const MAX_DELAY: Duration = Duration::from_millis(30);

/// Above this number of paths, everything is read again instead.
const MOST_PATHS: usize = 50_000;

/// A batch of changes.
#[derive(Debug)]
pub(super) struct ChangeBatch {
    pub(super) changes: Changes,
    /// Whether the site's folder itself was removed or renamed.
    pub(super) is_root_removed: bool,
}

#[derive(Debug, Default)]
pub(super) struct PendingChanges {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    changes: Changes,
    is_root_removed: bool,
    /// Times at which the first and the latest of the changes were detected.
    detected: Option<(Instant, Instant)>,
    /// Symlinks with their targets.
    links: BTreeMap<SourcePath, PathBuf>,
    is_stopped: bool,
}

impl PendingChanges {
    /// Records a change at an absolute path, if a source can be there.
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
            self.changed.notify_all();
        }
    }

    /// Records changes of sources.
    pub(super) fn add(&self, paths: impl IntoIterator<Item = SourcePath>) {
        let mut paths = paths.into_iter().peekable();
        if paths.peek().is_some() {
            self.lock().add(paths);
            self.changed.notify_all();
        }
    }

    /// Records that events were lost.
    pub(super) fn events_lost(&self) {
        let mut state = self.lock();
        state.changes.everything = true;
        state.touch();
        self.changed.notify_all();
    }

    /// Records that the site's folder was removed or renamed.
    pub(super) fn root_removed(&self) {
        self.lock().is_root_removed = true;
        self.events_lost();
    }

    /// Sets the symlinks and their targets. A change at a target is reported as one at the link.
    pub(super) fn set_links(&self, links: &BTreeMap<SourcePath, PathBuf>) {
        let mut state = self.lock();
        if state.links != *links {
            state.links.clone_from(links);
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.lock().detected.is_some()
    }

    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    /// Takes the changes once it has been quiet for [`QUIET`], or [`MAX_DELAY`] has passed. `None` if nothing changes
    /// within `timeout`, or the watcher was stopped.
    pub(super) fn wait(&self, timeout: Duration, root: &Path) -> Option<ChangeBatch> {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let due = match state.detected {
                _ if state.is_stopped => return None,
                None if now >= deadline => return None,
                None => deadline,
                Some((first, latest)) => (latest + QUIET).min(first + MAX_DELAY),
            };
            if let Some((first, _)) = state.detected
                && now >= due
            {
                if now >= first + MAX_DELAY || !is_half_written(root, &state.changes) {
                    state.detected = None;
                    let changes = std::mem::take(&mut state.changes);
                    return Some(ChangeBatch { changes, is_root_removed: std::mem::take(&mut state.is_root_removed) });
                }
                state.touch();
                continue;
            }
            let waited = self.changed.wait_timeout(state, due - now);
            state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        }
    }

    /// No operation leaves the state inconsistent, so it is valid even if a thread panicked while holding it.
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
        let first = self.detected.map_or(now, |(first, _)| first);
        self.detected = Some((first, now));
    }
}

/// Returns whether a changed file is empty: most likely it was just truncated and its text follows.
fn is_half_written(root: &Path, changes: &Changes) -> bool {
    // Checking more files than an editor saves at once is not worth the time.
    changes.paths.iter().take(16).any(|path| {
        let metadata = root.join(path.as_str()).symlink_metadata();
        metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
    })
}

/// Returns the source at a path from the site's folder. For a name that no source can have, it is the parent folder:
/// walking that reports what is wrong with the name.
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

    fn detected(events: &[&str], links: &[(&str, &str)]) -> Vec<String> {
        let pending = PendingChanges::default();
        let links = links.iter().map(|(link, target)| (SourcePath::new(link).unwrap(), PathBuf::from(target)));
        pending.set_links(&links.collect());
        for event in events {
            pending.record(Path::new("/site"), Path::new(event));
        }
        let detected = pending.wait(Duration::ZERO, Path::new("/site"));
        detected.map(|detected| detected.changes.paths.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    #[test]
    fn only_what_is_part_of_the_site_is_heard() {
        assert_eq!(detected(&["/site/content/a.md", "/site/content/a.md", "/site/site.yaml"], &[]).len(), 2);
        let other =
            ["/site/public/a", "/site/.git/x", "/site/content/a.md.swp", "/site/content/4913", "/elsewhere/content"];
        assert_eq!(detected(&other, &[]), Vec::<String>::new());
    }

    #[test]
    fn what_happens_behind_a_link_happens_at_the_link() {
        let links = [("content/articles/shared", "/site/drafts"), ("content/pages/a.md", "/site/a.md")];
        assert_eq!(detected(&["/site/drafts/b/c.md"], &links), ["content/articles/shared/b/c.md"]);
        assert_eq!(detected(&["/site/drafts"], &links), ["content/articles/shared"]);
        assert_eq!(detected(&["/site/a.md"], &links), ["content/pages/a.md"]);
        assert_eq!(detected(&["/site/drafts/.c.md"], &links), Vec::<String>::new());
    }

    #[cfg(unix)]
    #[test]
    fn name_that_no_source_can_have_becomes_its_folder() {
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"content/a/\xff.md"));
        assert_eq!(source_at(odd).unwrap().as_str(), "content/a");
        assert_eq!(source_at(Path::new("content/a\\b")).unwrap().as_str(), "content");
        assert_eq!(source_at(Path::new("")), None);
    }

    #[test]
    fn too_many_paths_become_everything() {
        let pending = PendingChanges::default();
        pending.add((0..=MOST_PATHS).map(|n| SourcePath::new(&format!("content/{n}.md")).unwrap()));
        let detected = pending.wait(Duration::ZERO, Path::new("/nowhere")).unwrap();
        assert!(detected.changes.everything && detected.changes.paths.is_empty());
        assert!(!pending.is_pending());
    }
}
