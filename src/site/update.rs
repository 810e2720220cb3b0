//! The quick way for an edit: an article whose words changed, and nothing that decides where it stands, takes the
//! place of its former self. Everything else in an assembled site stays true.
//!
//! Invariant: a revised site answers every query as one that was assembled from scratch.

use std::sync::Arc;

use super::Site;
use crate::content::body::TextAnalysis;
use crate::content::document::Document;
use crate::content::fields::Title;
use crate::content::front_matter::ArticleFrontMatter;
use crate::digest::Digest;
use crate::path::SourcePath;

impl Site {
    /// The published article that a new version of its file can take the place of: all that addresses, listings,
    /// checks and the plan look at is the same in both.
    #[must_use]
    pub fn can_update(&self, path: &SourcePath, new: &Document<ArticleFrontMatter>) -> Option<usize> {
        let index = self.urls.article(path)?;
        (structure_digest(&self.articles[index].document) == structure_digest(new)).then_some(index)
    }

    /// Puts a new version of an article in its place, which must be [revisable](Site::can_update).
    pub fn update_article(&mut self, index: usize, new: Arc<Document<ArticleFrontMatter>>) {
        self.urls.texts.replace(new.clone());
        self.articles[index].document = new;
        self.card_digests[index] = Digest::of(&self.card_data(index));
    }
}

/// The digest of all that decides where an article stands among the others, and what is checked: everything but
/// words that only cards and its own page show.
fn structure_digest(document: &Document<ArticleFrontMatter>) -> Digest {
    let front_matter = document.front_matter.clone();
    let image = front_matter.image.map(|image| image.src);
    // A key that is not named here decides something until somebody has decided that it does not.
    let front_matter = ArticleFrontMatter {
        title: Title::default(),
        summary: None,
        kicker: None,
        dateline: None,
        byline: None,
        image: None,
        ..front_matter
    };
    // The page alone shows the number of words, the headings and the excerpt; the ids of the headings are anchors.
    let TextAnalysis { anchors, links, images, blocks, csp_requirements: loads, words: _, headings: _, excerpt: _ } =
        &document.analysis;
    let links: Vec<_> = links.iter().map(|link| &link.target).collect();
    let images: Vec<_> = images.iter().map(|image| (&image.target, image.alt.is_empty())).collect();
    let arguments = |block: &'_ crate::content::body::BlockCall| {
        let arguments = block.arguments.iter().map(|argument| (argument.name.clone(), argument.value.clone()));
        (block.name.clone(), arguments.collect::<Vec<_>>(), block.has_body)
    };
    let blocks: Vec<_> = blocks.iter().map(arguments).collect();
    let loads: Vec<_> = loads.iter().map(|load| (load.directive, &load.source)).collect();
    Digest::of(&(front_matter, image, anchors, links, images, blocks, loads))
}
