//! What a deployment changes: a function of the site's files and the record of the last deployment.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::files::{SiteFile, is_fingerprinted, is_page, is_picture};
use super::record::{Record, RecordedFile, Superseded};
use crate::diagnostic::Diagnostic;
use crate::path::{OutputLayout, OutputPath};

/// What a deployment changes at a target.
#[derive(Debug)]
pub(super) struct Changes<'a> {
    /// Files to send, in steps: each is complete before the next begins.
    pub(super) steps: Vec<Vec<&'a SiteFile>>,
    /// Files to remove before anything is sent: each is in the way of a file that becomes a folder, or the reverse.
    pub(super) obstructions: Vec<OutputPath>,
    /// Files to remove, after all others are sent.
    pub(super) removals: Vec<OutputPath>,
    /// Files that a deployment that was stopped has sent.
    pub(super) resumed: Vec<OutputPath>,
    /// Number of files that the target has already.
    pub(super) unchanged: usize,
    /// The record once all of it is done.
    pub(super) next: Record,
}

/// A file of the site with what identifies it at the target.
pub(super) type Identified<'a> = (&'a SiteFile, String);

impl<'a> Changes<'a> {
    /// Compares a site with a record. `same` has the files that the target is known to have although the record does not
    /// say so; `force` sends all the same. Fingerprinted files that the site no longer has are removed `keep` seconds
    /// after.
    pub(super) fn of(
        files: &[Identified<'a>],
        record: &Record,
        same: &BTreeSet<OutputPath>,
        force: bool,
        now: i64,
        keep: i64,
    ) -> Changes<'a> {
        let mut next = Record::new(now);
        let mut steps: BTreeMap<_, Vec<&SiteFile>> = BTreeMap::new();
        let mut unchanged = 0;
        let mut resumed = Vec::new();
        for (file, identity) in files {
            let path = &file.path;
            let superseded = || record.superseded.get(path).map(|superseded| &superseded.file);
            let known = record.files.get(path).or_else(superseded);
            let is_recorded = !record.pending.contains(path) && known.is_some_and(|known| known.identity == *identity);
            if !force && (is_recorded || same.contains(path)) {
                unchanged += 1;
                if !is_recorded && record.pending.contains(path) {
                    resumed.push(path.clone());
                    next.before.insert(path.clone(), known.cloned());
                }
                let kept = known.filter(|known| known.identity == *identity).cloned();
                let kept = kept.unwrap_or_else(|| RecordedFile::new(identity, file.layout));
                next.files.insert(path.clone(), RecordedFile { layout: file.layout, ..kept });
                continue;
            }
            // New pages go before changed ones, which may link to them.
            steps.entry((file.phase, known.is_some())).or_default().push(file);
            next.before.insert(path.clone(), known.cloned());
            next.files.insert(path.clone(), RecordedFile::new(identity, file.layout));
        }
        let mut removals = Vec::new();
        let is_gone = |path: &OutputPath| !next.files.contains_key(path);
        let (mut superseded, mut before) = (BTreeMap::new(), BTreeMap::new());
        for (path, file) in record.files.iter().filter(|(path, _)| is_gone(path)) {
            before.insert(path.clone(), Some(file.clone()));
            match is_fingerprinted(path) && !is_picture(path) && keep > 0 {
                true => _ = superseded.insert(path.clone(), Superseded { since: now, file: file.clone() }),
                false => removals.push(path.clone()),
            }
        }
        for (path, known) in record.superseded.iter().filter(|(path, _)| is_gone(path)) {
            match now.saturating_sub(known.since) < keep {
                true => _ = superseded.insert(path.clone(), known.clone()),
                false => removals.push(path.clone()),
            }
        }
        // What a deployment that was stopped may have sent, and the site no longer has.
        let strays = record.pending.iter().filter(|path| is_gone(path) && !superseded.contains_key(*path));
        removals.extend(strays.cloned());
        removals.sort();
        removals.dedup();
        next.superseded = superseded;
        next.before.append(&mut before);
        // What readers have is that of the deployment before, and so is the way back.
        if next.before.is_empty() {
            next.before.clone_from(&record.before);
        }
        let steps: Vec<Vec<&SiteFile>> = steps.into_values().collect();
        let (obstructions, removals) = {
            let sent: BTreeSet<&str> = steps.iter().flatten().map(|file| file.path.as_str()).collect();
            removals.into_iter().partition(|path| is_obstruction(path.as_str(), &sent))
        };
        Changes { steps, obstructions, removals, resumed, unchanged, next }
    }

    /// Returns whether the target is as it should be.
    pub(super) fn is_empty(&self, record: &Record) -> bool {
        self.steps.is_empty()
            && self.removed().next().is_none()
            && record.pending.is_empty()
            && self.next.superseded.keys().all(|path| record.superseded.contains_key(path))
    }

    /// Returns all files to send, in order.
    pub(super) fn sent(&self) -> impl Iterator<Item = &'a SiteFile> {
        self.steps.iter().flatten().copied()
    }

    /// Returns all files to remove.
    pub(super) fn removed(&self) -> impl Iterator<Item = &OutputPath> {
        self.obstructions.iter().chain(&self.removals)
    }

    /// Returns the files to remove whose URLs no file has afterwards, each with its layout.
    pub(super) fn gone(&self) -> Vec<(&OutputPath, OutputLayout)> {
        let mut removed = self.removed().peekable();
        if removed.peek().is_none() {
            return Vec::new();
        }
        let known: HashSet<String> = self.next.files.iter().map(|(path, file)| path.url(file.layout)).collect();
        let with_layout = |path| {
            let before = self.next.before.get(path).and_then(Option::as_ref);
            (path, before.map(|file| file.layout).unwrap_or_default())
        };
        removed.map(with_layout).filter(|(path, layout)| !known.contains(&path.url(*layout))).collect()
    }

    /// Returns the record to write before anything changes: what is there, and what is about to change.
    pub(super) fn pending(&self, record: &Record) -> Record {
        let mut pending = record.clone();
        pending.pending.extend(self.sent().map(|file| file.path.clone()).chain(self.removed().cloned()));
        pending
    }

    /// Returns an error if more than a quarter of the pages would be removed.
    pub(super) fn refuse_removals(&self, record: &Record) -> Option<Diagnostic> {
        let pages = record.files.keys().filter(|path| is_page(path)).count();
        let is_known_page = |path: &OutputPath| is_page(path) && record.files.contains_key(path);
        let removed = self.gone().into_iter().filter(|(path, _)| is_known_page(path)).count();
        (removed * 4 > pages).then(|| {
            super::error(format!("{removed} of the {pages} pages at the target would be removed"))
                .help("if that is meant, say so with `--allow-removals`; `--dry-run` names them")
        })
    }
}

/// Returns whether a file is where a file that is sent has a folder, or in a folder where one is sent.
fn is_obstruction(path: &str, sent: &BTreeSet<&str>) -> bool {
    let folder = format!("{path}/");
    let is_folder = sent.range(folder.as_str()..).next().is_some_and(|next| next.starts_with(&folder));
    is_folder || path.match_indices('/').any(|(end, _)| sent.contains(&path[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::plan::DeployPhase;

    const DAY: i64 = 24 * 60 * 60;

    fn path(text: &str) -> OutputPath {
        OutputPath::new(text).unwrap()
    }

    fn file(name: &str, phase: DeployPhase) -> SiteFile {
        SiteFile {
            path: path(name),
            file: name.into(),
            length: 1,
            digest: Digest::default(),
            layout: OutputLayout::Folders,
            phase,
            is_variant: false,
        }
    }

    fn recorded(identity: &str) -> RecordedFile {
        RecordedFile::new(identity, OutputLayout::Folders)
    }

    fn record(files: &[(&str, &str)]) -> Record {
        let mut record = Record::new(0);
        record.files = files.iter().map(|(name, identity)| (path(name), recorded(identity))).collect();
        record
    }

    fn names(step: &[&SiteFile]) -> Vec<String> {
        step.iter().map(|file| file.path.to_string()).collect()
    }

    #[test]
    fn steps_are_assets_then_new_pages_then_changed_ones_then_listings_then_the_rest() {
        let files = [
            file("feed.xml", DeployPhase::Index),
            file("index.html", DeployPhase::Listing),
            file("new/index.html", DeployPhase::Page),
            file("old/index.html", DeployPhase::Page),
            file("same/index.html", DeployPhase::Page),
            file("assets/a.0123abcd.css", DeployPhase::Asset),
        ];
        let identified: Vec<Identified<'_>> = files.iter().map(|file| (file, "2".to_owned())).collect();
        let known = [("old/index.html", "1"), ("same/index.html", "2"), ("gone/index.html", "1"), ("index.html", "1")];
        let record = record(&known);
        let changes = Changes::of(&identified, &record, &BTreeSet::new(), false, 100, DAY);
        let steps: Vec<_> = changes.steps.iter().map(|step| names(step)).collect();
        let expected = ["assets/a.0123abcd.css", "new/index.html", "old/index.html", "index.html", "feed.xml"];
        assert_eq!(steps, expected.map(|name| vec![name.to_owned()]));
        assert_eq!((changes.removals.as_slice(), changes.unchanged), ([path("gone/index.html")].as_slice(), 1));
        assert_eq!(changes.next.before.len(), 6);
        let forced = Changes::of(&identified, &record, &BTreeSet::new(), true, 100, DAY);
        assert_eq!((forced.sent().count(), forced.unchanged), (6, 0));
    }

    #[test]
    fn superseded_files_stay_for_their_time_and_pages_go_at_once() {
        let first = record(&[("assets/a.0123abcd.css", "1"), ("a/index.html", "1")]);
        let changes = Changes::of(&[], &first, &BTreeSet::new(), false, 100, DAY);
        assert_eq!(changes.removals, [path("a/index.html")]);
        let second = changes.next;
        let changes = Changes::of(&[], &second, &BTreeSet::new(), false, 99 + DAY, DAY);
        assert!(changes.removals.is_empty() && changes.is_empty(&second));
        assert_eq!(
            Changes::of(&[], &second, &BTreeSet::new(), false, 100 + DAY, DAY).removals,
            [path("assets/a.0123abcd.css")]
        );
        // What comes back is not sent again.
        let back = file("assets/a.0123abcd.css", DeployPhase::Asset);
        assert!(Changes::of(&[(&back, "1".into())], &second, &BTreeSet::new(), false, 200, DAY).steps.is_empty());
    }

    #[test]
    fn what_is_pending_is_sent_again_unless_the_target_has_it_and_strays_are_removed() {
        let mut record = record(&[("a.html", "1")]);
        record.pending = [path("a.html"), path("b.html"), path("stray.html")].into();
        let files = [file("a.html", DeployPhase::Page), file("b.html", DeployPhase::Page)];
        let identified: Vec<Identified<'_>> = files.iter().map(|file| (file, "1".to_owned())).collect();
        let changes = Changes::of(&identified, &record, &[path("b.html")].into(), false, 1, DAY);
        assert_eq!(names(&changes.steps.concat()), ["a.html"]);
        assert_eq!((changes.resumed.as_slice(), changes.next.before.len()), ([path("b.html")].as_slice(), 2));
        assert_eq!(changes.removals, [path("stray.html")]);
        let pending = changes.pending(&record);
        assert_eq!((pending.files.len(), pending.pending.len()), (1, 3));
    }

    #[test]
    fn file_that_becomes_a_folder_and_the_reverse_are_removed_first() {
        let record = record(&[("a", "1"), ("b/c/d", "1"), ("e", "1")]);
        let files = [file("a/x", DeployPhase::Asset), file("b", DeployPhase::Asset), file("ab", DeployPhase::Asset)];
        let identified: Vec<Identified<'_>> = files.iter().map(|file| (file, "1".to_owned())).collect();
        let changes = Changes::of(&identified, &record, &BTreeSet::new(), false, 1, DAY);
        assert_eq!(changes.obstructions, [path("a"), path("b/c/d")]);
        assert_eq!(changes.removals, [path("e")]);
    }

    #[test]
    fn way_back_stays_while_readers_get_the_same() {
        let mut record = record(&[("a.html", "2")]);
        record.before.insert(path("a.html"), Some(recorded("1")));
        record.superseded.insert(path("assets/a.0123abcd.css"), Superseded { since: i64::MIN, file: recorded("1") });
        let a = file("a.html", DeployPhase::Page);
        let changes = Changes::of(&[(&a, "2".into())], &record, &BTreeSet::new(), false, 1, DAY);
        assert_eq!((changes.removals.len(), &changes.next.before), (1, &record.before));
    }

    #[test]
    fn removal_of_more_than_a_quarter_of_the_pages_is_refused() {
        let check = |gone: usize, refused: bool| {
            let all: Vec<String> = (0..8).map(|number| format!("{number}.html")).collect();
            let record = record(&all.iter().map(|name| (name.as_str(), "1")).collect::<Vec<_>>());
            let files: Vec<SiteFile> = all[gone..].iter().map(|name| file(name, DeployPhase::Page)).collect();
            let identified: Vec<Identified<'_>> = files.iter().map(|file| (file, "1".to_owned())).collect();
            let changes = Changes::of(&identified, &record, &BTreeSet::new(), false, 1, DAY);
            assert_eq!(changes.refuse_removals(&record).is_some(), refused, "{gone}");
        };
        check(2, false);
        check(3, true);
    }
}
