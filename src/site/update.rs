//! The short path for an edit: an article of which only display text changed replaces its former version. The rest of
//! the assembled site stays valid.
//!
//! Invariant: an updated site answers every query like a site that is assembled from scratch.

use std::sync::Arc;

use super::Site;
use crate::content::body::TextAnalysis;
use crate::content::document::Document;
use crate::content::fields::Title;
use crate::content::kinds::ArticleFrontMatter;
use crate::digest::Digest;
use crate::path::SourcePath;

impl Site {
    /// Returns the index of the published article if `new` differs from it only in display text (title, summary,
    /// kicker, dateline, byline, image except `src`, prose), so that URLs, listings, checks and the plan stay valid.
    #[must_use]
    pub fn can_update(&self, path: &SourcePath, new: &Document<ArticleFrontMatter>) -> Option<usize> {
        let index = self.urls.article(path)?;
        (structure_digest(&self.model.articles[index].document) == structure_digest(new)).then_some(index)
    }

    /// Replaces an article by a new version, for which [`Site::can_update`] returned `index`.
    pub fn update_article(&mut self, index: usize, new: Arc<Document<ArticleFrontMatter>>) {
        self.urls.texts.replace(new.clone());
        self.model.articles[index].document = new;
        self.derived.update_article(&self.model, &self.urls, index);
    }
}

/// Returns the digest of everything in an article on which URLs, listings and checks depend: all but the text that only
/// cards and its own page show.
fn structure_digest(document: &Document<ArticleFrontMatter>) -> Digest {
    let front_matter = document.front_matter.clone();
    let image = front_matter.image.map(|image| (image.src, image.focus, image.alt.is_some()));
    // A key that is not named here is part of the digest, so a new key is safe until it is added here.
    let front_matter = ArticleFrontMatter {
        title: Title::default(),
        summary: None,
        kicker: None,
        dateline: None,
        byline: None,
        image: None,
        ..front_matter
    };
    // Only the page and cards show the word count, the headings and the excerpt; the ids of headings are in `anchors`.
    let TextAnalysis { anchors, links, images, blocks, csp_requirements, word_count: _, headings: _, excerpt: _ } =
        &document.analysis;
    let links: Vec<_> = links.iter().map(|link| &link.target).collect();
    let images: Vec<_> = images.iter().map(|image| (&image.target, image.focus, image.alt.is_empty())).collect();
    let arguments = |block: &'_ crate::content::body::BlockCall| {
        let arguments = block.arguments.iter().map(|argument| (argument.name.clone(), argument.value.clone()));
        (block.name.clone(), arguments.collect::<Vec<_>>(), block.has_body)
    };
    let blocks: Vec<_> = blocks.iter().map(arguments).collect();
    let csp_requirements: Vec<_> = csp_requirements.iter().map(|it| (it.directive, &it.source)).collect();
    Digest::of(&(front_matter, image, anchors, links, images, blocks, csp_requirements))
}
