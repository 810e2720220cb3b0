//! From one edition of a site to the next without planning it again, for previews: when articles changed and nothing
//! of them but their words.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use super::Planned;
use super::remember::{self, Entry};
use crate::content::{Kind, Language, Source, kind};
use crate::diagnostic::Diagnostic;
use crate::path::ContentPath;
use crate::site::Input;

impl Planned {
    /// Takes in files that may have changed. `diagnostics` are all of this edition, and are those of the new one
    /// afterwards.
    ///
    /// `None` when more has to be done than exchanging the words of articles; then nothing has changed but the stamps
    /// of these files. Otherwise the files that are not as they were, none when all are.
    pub(crate) fn revise(
        &mut self,
        paths: &BTreeSet<ContentPath>,
        now: SystemTime,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Vec<ContentPath>> {
        let language = Language::from(&self.config);
        let mut revised = Vec::new();
        for path in paths {
            let input = self.parsed.inputs.get(path)?;
            if kind(path) != Kind::Article || !matches!(input.source, Source::Article(_)) {
                return None;
            }
            self.folder.renew(path).ok()?;
            let stamp = *self.folder.files.get(path)?;
            let before = self.parsed.entry(path)?;
            // What only the assembled site could tell of this file would have to be found again.
            if told_of(path, diagnostics).count() != before.warnings.len() {
                return None;
            }
            let entry = remember::look(&self.folder, path, stamp, Some(before.clone()), &language, now).entry.ok()?;
            let Source::Article(document) = &entry.source else { return None };
            let index = self.site.revisable(path, document)?;
            revised.push((index, path.clone(), entry));
        }
        let mut changed = Vec::new();
        for (index, path, entry) in revised {
            let known = self.parsed.entry_mut(&path)?;
            if known.digest == entry.digest {
                *known = entry;
                continue;
            }
            diagnostics.retain(|told| told.place.as_ref().is_none_or(|place| place.file != path.as_str()));
            diagnostics.extend(entry.warnings.iter().cloned());
            if let Source::Article(document) = &entry.source {
                self.site.revise(index, Arc::clone(document));
            }
            self.take(path.clone(), entry);
            changed.push(path);
        }
        super::sort(diagnostics);
        Some(changed)
    }

    fn take(&mut self, path: ContentPath, entry: Entry) {
        let input = Input { source: entry.source.clone(), digest: entry.digest };
        if let Some(known) = self.parsed.entry_mut(&path) {
            *known = entry;
        }
        self.parsed.inputs.insert(path, input);
    }
}

fn told_of<'a>(path: &'a ContentPath, diagnostics: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    diagnostics.iter().filter(move |told| told.place.as_ref().is_some_and(|place| place.file == path.as_str()))
}
