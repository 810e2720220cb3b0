//! References to other parts of the site: files, pages, ids. Whether their target exists is checked when the site is
//! assembled.

use super::text::{any_text, text_type};
use crate::content::body::LinkTarget;
use crate::path::SourcePath;

text_type! {
    /// An image: a file beside the text, a path from `static/` beginning with `/`, or an absolute URL.
    ImageRef { "type": "string" };

    /// An image in `static/`, by its path from there.
    StaticImage { "type": "string" };

    /// A static page, by its path below `content/`.
    PageRef { "type": "string" };

    /// An article, by its path below `content/`, or from this file's folder, beginning with a dot.
    ArticleRef { "type": "string" };

    /// An old URL of a page, from the site's root.
    AliasUrl { "type": "string" };

    /// The id of a section of the settings.
    SectionId { "type": "string" };

    /// The id of a topic: the name of its file in `content/topics/`, if it has one.
    TopicId { "type": "string" };

    /// The id of an author: the name of the file in `content/authors/`, if there is one.
    AuthorId { "type": "string" };

    /// The id of a series: the name of its file in `content/series/`, if it has one.
    SeriesId { "type": "string" };

    /// The id of a newsletter: the name of its file in `content/newsletters/`, or `none`.
    NewsletterId { "type": "string" };
}

any_text!(ImageRef, StaticImage, PageRef, ArticleRef, AliasUrl, SectionId, TopicId, AuthorId, SeriesId, NewsletterId);

impl ImageRef {
    /// Returns the target of the image, relative to the file that names it; `None` when the path leads out of the
    /// site's folder.
    #[must_use]
    pub fn target(&self, file: &SourcePath) -> Option<LinkTarget> {
        if self.starts_with("https://") || self.starts_with("http://") {
            return Some(LinkTarget::External(self.to_string()));
        }
        if self.starts_with('/') {
            return Some(LinkTarget::Root(self.to_string()));
        }
        file.join(self).map(|path| LinkTarget::Source(path, None))
    }
}

impl StaticImage {
    /// Returns the file; `None` when the path leads out of `static/`.
    #[must_use]
    pub fn path(&self) -> Option<SourcePath> {
        SourcePath::new(&format!("static/{}", self.trim_start_matches('/'))).ok()
    }
}

impl PageRef {
    /// Returns the page's file; `None` when the path leads out of `content/`.
    #[must_use]
    pub fn path(&self) -> Option<SourcePath> {
        SourcePath::new(&format!("content/{self}")).ok()
    }
}

impl ArticleRef {
    /// Returns the article's file, relative to the file that names it; `None` when the path leads out of the site's
    /// folder.
    #[must_use]
    pub fn path(&self, file: &SourcePath) -> Option<SourcePath> {
        if self.starts_with('.') { file.join(self) } else { SourcePath::new(&format!("content/{self}")).ok() }
    }
}
