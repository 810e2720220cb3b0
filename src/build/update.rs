//! In-place updates of a prepared site for the dev server: edited display text of articles, and edited theme files that
//! change neither site nor plan.
//!
//! Invariant: after an update, pages render to the same bytes as after [`prepare`](super::prepare) from scratch.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::PreparedSite;
use super::parse_cache::{self, CachedSource};
use crate::content::{ParseOptions, ParsedSource, SourceKind, source_kind};
use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::plan::{Pictures, THEME_CONTRACT, plan};
use crate::render::set_globals;
use crate::site::SourceFile;
use crate::source::KNOWN_PROBLEMS_FILE;
use crate::theme::{Layers, Theme};

impl PreparedSite {
    /// Applies edits of articles. `diagnostics` are all those of the site, and are updated.
    ///
    /// Returns the paths of the changed sources, none if the bytes of all are the same. `None` if more must be redone
    /// than the display text of articles; then nothing has changed but the stamps of these files.
    pub(crate) fn update_texts(
        &mut self,
        paths: &BTreeSet<SourcePath>,
        now: SystemTime,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Vec<SourcePath>> {
        // A diagnostic that an edit makes or removes may be a known problem.
        if self.folder.contains(&SourcePath::new(KNOWN_PROBLEMS_FILE).expect("a plain name")) {
            return None;
        }
        let parse_options = ParseOptions::from(&self.config);
        let mut revised = Vec::new();
        for path in paths {
            let Some(input) = self.parsed.sources.get(path) else {
                // Usually a temporary file of an editor, which was created and removed.
                let was_there = self.knows(path);
                self.folder.rescan([path]).ok()?;
                if was_there || self.knows(path) {
                    return None;
                }
                continue;
            };
            if source_kind(path) != SourceKind::Article || !matches!(input.parsed, ParsedSource::Article(_)) {
                return None;
            }
            self.folder.rescan([path]).ok()?;
            let stamp = *self.folder.files.get(path)?;
            let before = self.parsed.entry(path)?;
            // Diagnostics that only the assembled site can find would have to be found again.
            if diagnostics_of(path, diagnostics).count() != before.warnings.len() {
                return None;
            }
            let entry = parse_cache::read_source(&self.folder, path, stamp, Some(before.clone()), &parse_options, now)
                .entry
                .ok()?;
            if entry.warnings.iter().any(Diagnostic::is_error) {
                return None;
            }
            let ParsedSource::Article(document) = &entry.source else { return None };
            let index = self.site.can_update(path, document)?;
            revised.push((index, path.clone(), entry));
        }
        let mut changed = Vec::new();
        for (index, path, entry) in revised {
            let known = self.parsed.entry_mut(&path)?;
            if known.digest == entry.digest {
                *known = entry;
                continue;
            }
            diagnostics.retain(|diagnostic| {
                diagnostic.location.as_ref().is_none_or(|location| location.file != path.as_str())
            });
            diagnostics.extend(entry.warnings.iter().cloned());
            if let ParsedSource::Article(document) = &entry.source {
                self.site.update_article(index, Arc::clone(document));
            }
            self.take(path.clone(), entry);
            changed.push(path);
        }
        if self.site.card_design().is_some() && !changed.is_empty() {
            self.plan.pictures = Pictures::of(&self.site, &self.plan.outputs);
        }
        super::sort(diagnostics);
        Some(changed)
    }

    /// Applies edits of theme files. Returns `false` if more must be redone, or if there are diagnostics of the theme,
    /// before or after; then nothing has changed but the stamps of these files.
    pub(crate) fn update_theme(&mut self, paths: &BTreeSet<SourcePath>, diagnostics: &[Diagnostic]) -> bool {
        let is_of_theme = |path: &str| SourcePath::new(path).is_ok_and(|path| source_kind(&path) == SourceKind::Theme);
        let had_diagnostics =
            diagnostics.iter().any(|diagnostic| diagnostic.location.as_ref().is_some_and(|at| is_of_theme(&at.file)));
        if had_diagnostics
            || !paths.iter().all(|path| source_kind(path) == SourceKind::Theme)
            || self.folder.rescan(paths).is_err()
        {
            return false;
        }
        let mut reported = self.folder.diagnostics.clone();
        let Some(layers) = Layers::gather(&self.folder, &self.config, &mut reported) else { return false };
        let loaded = Theme::load(&layers, &self.config, &self.config.base().path, THEME_CONTRACT, &mut reported);
        let Some(theme) = loaded.filter(|theme| reported.is_empty() && theme.assembles_like(&self.theme)) else {
            return false;
        };
        if !theme.plans_like(&self.theme) {
            let plan = plan(&self.site, &theme, &self.parsed.sources, &self.parsed.invalid, &mut reported);
            if !reported.is_empty() {
                return false;
            }
            self.plan = plan;
        }
        (self.layers, self.theme) = (layers, theme);
        set_globals(&self.site, &mut self.theme);
        true
    }

    /// Returns whether the site knows a file at a path or below it, at least by a diagnostic.
    fn knows(&self, path: &SourcePath) -> bool {
        let is_at = |diagnostic: &Diagnostic| {
            let location = diagnostic.location.as_ref().map(|location| Path::new(&location.file));
            location.is_some_and(|location| location.starts_with(path.as_str()))
        };
        self.folder.files.contains_key(path)
            || self.folder.folders.contains(path)
            || self.parsed.invalid.contains_key(path)
            || self.folder.diagnostics.iter().any(is_at)
    }

    fn take(&mut self, path: SourcePath, entry: CachedSource) {
        let input = SourceFile { parsed: entry.source.clone(), digest: entry.digest };
        if let Some(known) = self.parsed.entry_mut(&path) {
            *known = entry;
        }
        self.parsed.sources.insert(path, input);
    }
}

fn diagnostics_of<'a>(path: &'a SourcePath, diagnostics: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    diagnostics
        .iter()
        .filter(move |diagnostic| diagnostic.location.as_ref().is_some_and(|location| location.file == path.as_str()))
}
