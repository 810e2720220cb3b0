//! What the front matter of several kinds has in common: the traits, the common keys, and the structures in them. The
//! keys of each kind are with its row, in [`kinds`](super::kinds).

mod choices;
mod common_keys;
mod extra;
mod parts;

pub use self::choices::{CommentsState, Label, Menu, SeriesOrder};
pub(super) use self::common_keys::undated;
pub use self::common_keys::{CommonKeys, HasCommonKeys};
pub use self::extra::Extra;
pub use self::parts::{Citation, Correction, CorrectionKind, LabeledLink};
use super::collection::MarkdownText;
use super::fields::{Fields, KeyPath, inert};
pub use crate::content::fields::{Image, ImageData};
use crate::time::TimeSpec;

/// The front matter of a Markdown file.
pub trait FrontMatter: Fields {
    /// Whether the summary is missing, so that the beginning of the text is used instead.
    fn lacks_summary(&self) -> bool {
        false
    }

    /// Returns pairs of keys whose times contradict each other: the key with the time that is too early, and the key
    /// that it must not precede.
    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// Returns the names of required fields that it does not have, beside those that its type requires.
    fn missing_fields(&self) -> &[String] {
        &[]
    }

    /// Calls `edit` for each Markdown text in it, with the path of its key.
    fn for_each_markdown(&mut self, _edit: &mut dyn FnMut(&KeyPath<'_>, &mut MarkdownText)) {}
}

/// A key with the time that may be too early, and the key that it must not precede with its time.
pub(super) type TimePair = (&'static str, Option<TimeSpec>, &'static str, Option<TimeSpec>);

/// Returns the pairs whose times contradict each other.
pub(super) fn conflicts(pairs: &[TimePair]) -> Vec<(&'static str, &'static str)> {
    let contradict = |early: Option<TimeSpec>, late: Option<TimeSpec>| {
        early.zip(late).is_some_and(|(early, late)| early.is_surely_before(&late))
    };
    pairs.iter().filter(|(_, early, _, late)| contradict(*early, *late)).map(|(a, _, b, _)| (*a, *b)).collect()
}

inert!(CommentsState, Extra, Label, Menu, SeriesOrder);
