//! Texts, each with the values of its placeholders.

use super::super::terms::Term;
use super::super::urls::{ResolvedLink, UrlIndex};
use super::card::Cards;
use super::query::TextRef;
use super::view::AuthorView;
use super::view_tree::{ContentNode, ViewTree};
use crate::content::body::{ArgumentValue, BlockCall, BodyHtml, LinkTarget, TextAnalysis};
use crate::digest::Digest;
use crate::path::SourcePath;

/// Texts, whose blocks may show cards.
impl<'s> Cards<'s> {
    /// Returns the text of a file with the values of its placeholders.
    pub(crate) fn content(self, document: &TextRef) -> ViewTree<'s> {
        self.node(document, None).map_or(ViewTree::None, ViewTree::Content)
    }

    /// Returns a text inside the front matter of a file; `None` if the file has no page.
    pub(crate) fn part(self, document: &TextRef, body: &'s BodyHtml) -> Option<Box<ContentNode<'s>>> {
        self.node(document, Some(body))
    }

    fn node(self, document: &TextRef, part: Option<&'s BodyHtml>) -> Option<Box<ContentNode<'s>>> {
        let file = &document.0;
        let text = self.urls.text(file)?;
        let (owner, analysis) = (&text.url, text.analysis());
        let resolve = |target| self.urls.resolve(target, file, owner).unwrap_or(ResolvedLink::Unpublished);
        let links = analysis.links.iter().map(|link| resolve(&link.target));
        let images =
            analysis.images.iter().map(|image| self.urls.image_of_target(&image.target, image.focus, file, owner));
        let blocks = analysis.blocks.iter().map(|block| self.block_data(block, analysis, file));
        Some(Box::new(ContentNode {
            document: document.clone(),
            url: owner,
            text: part.map_or_else(|| text.digest(), |part| Digest::of(&part)),
            part,
            analysis,
            links: links.collect(),
            images: images.collect(),
            blocks: blocks.collect(),
        }))
    }

    /// Returns what the site adds to a block's arguments: the cards of `articles`, the newsletter of `newsletter`.
    fn block_data(self, block: &BlockCall, analysis: &TextAnalysis, file: &SourcePath) -> Vec<(String, ViewTree<'s>)> {
        let mut data = Vec::new();
        let mut newsletter_id = None;
        for argument in &block.arguments {
            match &argument.value {
                ArgumentValue::Articles(links) => {
                    let targets = links.iter().filter_map(|link| analysis.links.get(*link as usize));
                    let indexes = targets.filter_map(|link| self.urls.article_at(&link.target));
                    data.push((argument.name.clone(), self.list(&indexes.collect::<Vec<_>>())));
                }
                ArgumentValue::Text(text) if argument.name == "id" => newsletter_id = Some(text.clone()),
                _ => {}
            }
        }
        if block.name == "newsletter" {
            let named = newsletter_id.or_else(|| self.newsletter_named_in(file));
            data.push(("newsletter".to_owned(), {
                let page = self.urls.text(file).and_then(|text| self.model.source_of(named.as_deref(), &text.url));
                self.model.newsletter_node(named.as_deref(), page.as_ref())
            }));
        }
        data
    }

    /// Returns the id of the newsletter that an article or its section names; `None` for other texts.
    fn newsletter_named_in(self, file: &SourcePath) -> Option<String> {
        self.model.newsletter_for(&self.model.articles[self.urls.article(file)?])
    }

    /// Returns the text of a term's file; [`ViewTree::None`] for a term without one.
    pub(crate) fn text_of(self, term: &Term) -> ViewTree<'s> {
        match term.file.path() {
            Some(path) => self.content(&TextRef(path.clone())),
            None => ViewTree::None,
        }
    }

    /// Returns an author with everything that an author box shows.
    pub(crate) fn author(self, term: &'s Term) -> ViewTree<'s> {
        let view = ViewTree::of(AuthorView::of(term, self.urls));
        ViewTree::Merged(Box::new(view), Box::new(ViewTree::Map(vec![("bio", self.text_of(term))])))
    }
}

impl UrlIndex {
    /// Returns the index of the published article that a link leads to.
    #[must_use]
    pub fn article_at(&self, target: &LinkTarget) -> Option<usize> {
        let LinkTarget::Source(path, _) = target else { return None };
        self.article(path)
    }
}
