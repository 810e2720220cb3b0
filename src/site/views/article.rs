//! The article as its own page shows it: [`ArticleData`] is the raw value of page metadata, structured data and feed
//! items, [`ArticleView`] what the template sees beside the card.

use serde::Serialize;

use super::super::Site;
use super::super::terms::{TermFile, TermKind};
use super::card::CardRef;
use super::globals::Globals;
use super::view::DateView;
use crate::content::body::Heading;
use crate::content::document::Metadata;
use crate::content::fields::AuthorId;
use crate::content::front_matter::{Citation, CommentsState};
use crate::content::kinds::ArticleFrontMatter;
use crate::digest::Digested;

/// Everything that outputs show of an article besides its text.
#[derive(Serialize)]
pub struct ArticleData<'s> {
    /// The card.
    pub card: CardRef<'s>,
    /// The front matter, headings and word count.
    pub metadata: Digested<Metadata<'s, ArticleFrontMatter>>,
    /// Whether comments are open, closed or off.
    pub comments_state: CommentsState,
    /// The fediverse handles of the authors; empty if a byline is shown instead of the authors.
    pub fediverse: Vec<&'s str>,
}

impl ArticleData<'_> {
    /// Returns the last time, in Unix seconds, at which the article was updated or corrected; `None` if it never was.
    #[must_use]
    pub fn modified(&self, globals: &Globals<'_>) -> Option<i64> {
        let ArticleFrontMatter { updated, corrections, .. } = self.metadata.front_matter;
        let times = corrections.iter().map(|correction| correction.date).chain(*updated);
        times.map(|time| globals.seconds(time)).max()
    }
}

/// The variables of an article beyond those of its card.
#[derive(Debug, Serialize)]
pub struct ArticleView<'s> {
    /// The summary from the front matter.
    pub summary: Option<&'s str>,
    /// The place from which the report comes.
    pub dateline: Option<&'s str>,
    /// The URL of its first publication on another site.
    pub canonical_url: Option<&'s str>,
    /// The table of contents: its headings.
    pub toc: &'s [Heading],
    /// The number of words in the text.
    pub word_count: u32,
    /// The citations.
    pub sources: &'s [Citation],
    /// The corrections.
    pub corrections: Vec<CorrectionView<'s>>,
}

/// A correction, clarification or update.
#[derive(Debug, Serialize)]
pub struct CorrectionView<'s> {
    /// The date of the correction.
    pub date: DateView,
    /// `correction`, `clarification` or `update`.
    pub kind: &'static str,
    /// What was corrected.
    pub text: &'s str,
}

impl<'s> ArticleView<'s> {
    /// Makes the view from the metadata.
    #[must_use]
    pub fn of(metadata: &Metadata<'s, ArticleFrontMatter>, globals: &Globals<'_>) -> ArticleView<'s> {
        let Metadata { front_matter, headings, word_count } = *metadata;
        let corrections = front_matter.corrections.iter().map(|correction| CorrectionView {
            date: globals.date(globals.seconds(correction.date)),
            kind: correction.kind.as_str(),
            text: &correction.text,
        });
        ArticleView {
            summary: front_matter.summary.as_deref(),
            dateline: front_matter.dateline.as_deref(),
            canonical_url: front_matter.canonical_url.as_deref(),
            toc: headings,
            word_count,
            sources: &front_matter.sources,
            corrections: corrections.collect(),
        }
    }
}

impl Site {
    /// Returns the data of an article's page, by the article's index.
    #[must_use]
    pub fn article_data(&self, index: usize) -> ArticleData<'_> {
        let article = &self.model.articles[index];
        let front_matter = &article.document.front_matter;
        let authors: &[AuthorId] = if front_matter.byline.is_none() { &front_matter.authors } else { &[] };
        let terms = authors.iter().filter_map(|id| self.model.terms.get(TermKind::Author, id));
        let handles = terms.filter_map(|term| match &term.file {
            TermFile::Author(document) => document.front_matter.fediverse.as_deref(),
            _ => None,
        });
        ArticleData {
            card: self.card(index),
            metadata: article.document.metadata(),
            comments_state: self.model.comments_state(article),
            fediverse: handles.collect(),
        }
    }
}
