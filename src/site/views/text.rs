//! Texts, each with the values of its placeholders.

use super::super::Site;
use super::super::articles::Article;
use super::super::texts::PublishedText;
use super::super::unpublished::UnpublishedText;
use super::super::urls::ResolvedLink;
use super::query::{Query, TextRef};
use super::view_tree::{ContentNode, ViewTree};
use crate::content::body::{ArgumentValue, TextAnalysis};
use crate::path::SourcePath;

impl Site {
    /// Returns the text of a file with the values of its placeholders.
    pub(crate) fn content(&self, document: &TextRef) -> ViewTree<'_> {
        let file = &document.0;
        let Some(text) = self.text(file) else { return ViewTree::None };
        let (owner, analysis) = (&text.url, text.analysis());
        let resolve = |target| self.urls.resolve(target, file, owner).unwrap_or(ResolvedLink::Unpublished);
        let links = analysis.links.iter().map(|link| resolve(&link.target));
        let images = analysis.images.iter().map(|image| self.image_of_target(&image.target, file, owner));
        let blocks = analysis.blocks.iter().map(|block| self.block_data(block, analysis, file));
        ViewTree::Content(Box::new(ContentNode {
            document: document.clone(),
            url: owner,
            text: text.digest(),
            analysis,
            links: links.collect(),
            images: images.collect(),
            blocks: blocks.collect(),
        }))
    }

    /// Returns what the site adds to a block's arguments: the cards of `articles`, the newsletter of `newsletter`.
    fn block_data(
        &self,
        block: &crate::content::body::BlockCall,
        analysis: &TextAnalysis,
        file: &SourcePath,
    ) -> Vec<(String, ViewTree<'_>)> {
        let mut data = Vec::new();
        let mut newsletter_id = None;
        for argument in &block.arguments {
            match &argument.value {
                ArgumentValue::Articles(links) => {
                    let targets = links.iter().filter_map(|link| analysis.links.get(*link as usize));
                    let indexes = targets.filter_map(|link| self.article_at(&link.target));
                    data.push((argument.name.clone(), self.card_list(&indexes.collect::<Vec<_>>())));
                }
                ArgumentValue::Text(text) if argument.name == "id" => newsletter_id = Some(text.clone()),
                _ => {}
            }
        }
        if block.name == "newsletter" {
            let named = newsletter_id.or_else(|| self.newsletter_named_in(file));
            data.push(("newsletter".to_owned(), {
                let page = self.text(file).and_then(|text| self.source_of(named.as_deref(), &text.url));
                self.answer(&Query::Newsletter(named, page))
            }));
        }
        data
    }

    fn newsletter_named_in(&self, file: &SourcePath) -> Option<String> {
        self.newsletter_for(&self.articles[self.urls.article(file)?])
    }

    /// Returns the id of the newsletter that an article or its section names; `None` if neither does.
    #[must_use]
    pub fn newsletter_for(&self, article: &Article) -> Option<String> {
        let section = &self.config.sections[article.section];
        article.document.front_matter.newsletter.clone().or_else(|| section.newsletter.clone()).map(String::from)
    }

    /// Returns the index of the published article that a link leads to.
    #[must_use]
    pub fn article_at(&self, target: &crate::content::body::LinkTarget) -> Option<usize> {
        let crate::content::body::LinkTarget::Source(path, _) = target else { return None };
        self.urls.article(path)
    }

    /// Returns the published text of a file, of any kind.
    #[must_use]
    pub fn text(&self, path: &SourcePath) -> Option<&PublishedText> {
        self.urls.texts.get(path)
    }

    /// Returns all published texts, by kind: articles first, the latest first.
    #[must_use]
    pub fn texts(&self) -> &[PublishedText] {
        self.urls.texts.published()
    }

    /// Returns all unpublished texts: articles, static pages and issues, each by path.
    #[must_use]
    pub fn unpublished(&self) -> &[UnpublishedText] {
        &self.urls.texts.unpublished
    }
}
