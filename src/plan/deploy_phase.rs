//! The phases of a deployment to a host that takes one file after another.

use super::{OutputFile, OutputKind, PageKind};

/// When a file is sent, so that a reader never gets a page before what the page needs: assets, then pages, then the
/// listings that lead to them, then what is read from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeployPhase {
    /// What pages load: the theme's files, images, other copies.
    Asset,
    /// Pages with a text of their own, and pages that redirect.
    Page,
    /// Pages that list others, the front page among them.
    Listing,
    /// Feeds, sitemaps and files for hosts and crawlers.
    Index,
}

impl OutputFile {
    /// Returns the phase in which the file is sent.
    #[must_use]
    pub fn deploy_phase(&self) -> DeployPhase {
        match &self.kind {
            OutputKind::Asset(_) | OutputKind::Copy(_) => DeployPhase::Asset,
            OutputKind::Template(template) => of_page(template.kind),
            OutputKind::Feed(_)
            | OutputKind::Sitemap(_)
            | OutputKind::SitemapIndex(_)
            | OutputKind::NewsSitemap
            | OutputKind::Text(_) => DeployPhase::Index,
        }
    }
}

fn of_page(kind: PageKind) -> DeployPhase {
    match kind {
        PageKind::Article
        | PageKind::Entry
        | PageKind::Issue
        | PageKind::Newsletter
        | PageKind::NewsletterConfirmed
        | PageKind::NewsletterThanks
        | PageKind::NotFound
        | PageKind::Page
        | PageKind::Redirect => DeployPhase::Page,
        PageKind::Archive
        | PageKind::ArchiveMonth
        | PageKind::Author
        | PageKind::Collection
        | PageKind::Corrections
        | PageKind::FrontPage
        | PageKind::Issues
        | PageKind::Latest
        | PageKind::Newsletters
        | PageKind::Section
        | PageKind::Series
        | PageKind::Topic => DeployPhase::Listing,
    }
}
