//! A document of whatever kind, for what is done with all texts alike.

use std::fmt::Debug;

use super::body::TextAnalysis;
use super::document::Document;
use super::fields::Fields;
use super::front_matter::{CommonKeys, HasCommonKeys};
use crate::digest::Digest;
use crate::path::SourcePath;

/// A document of any kind.
pub trait AnyDocument: Debug + Send + Sync {
    /// The file.
    fn path(&self) -> &SourcePath;

    /// The keys that front matter of several kinds has.
    fn keys(&self) -> CommonKeys<'_>;

    /// The values of the front matter, for visitors.
    fn fields(&self) -> &dyn Fields;

    /// What is in the text.
    fn analysis(&self) -> &TextAnalysis;

    /// The digest of the text and of all that decides how it is read.
    fn text_digest(&self) -> Digest;
}

impl<F: Fields + HasCommonKeys + Debug + Send + Sync> AnyDocument for Document<F> {
    fn path(&self) -> &SourcePath {
        &self.path
    }

    fn keys(&self) -> CommonKeys<'_> {
        self.front_matter.common_keys()
    }

    fn fields(&self) -> &dyn Fields {
        &self.front_matter
    }

    fn analysis(&self) -> &TextAnalysis {
        &self.analysis
    }

    fn text_digest(&self) -> Digest {
        self.text_digest
    }
}
