//! Decides whether a text is published at the build's clock, and if not, why and until when.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::content::any_document::AnyDocument;
use crate::content::document;
use crate::content::front_matter::CommonKeys;
use crate::path::{Slug, UrlPath};
use crate::time::TimeSpec;

/// The unpublished texts that are included in the site nevertheless, marked with their state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncludeUnpublished {
    /// Whether drafts are included.
    pub drafts: bool,
    /// Whether scheduled and embargoed texts are included.
    pub future: bool,
    /// Whether all issues of newsletters are included, because an email is rendered before it is sent.
    pub issues: bool,
}

/// Why a text is not published. Times are in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "time")]
pub enum UnpublishedReason {
    /// The front matter has `draft: true`.
    Draft,
    /// The publication date is later than the clock: the date.
    Scheduled(i64),
    /// The embargo ends after the clock: the later of the embargo's end and the publication date.
    Embargoed(i64),
    /// The text expired at or before the clock: the time of expiry.
    Expired(i64),
}

impl UnpublishedReason {
    /// Returns why a text with these keys is not published at `clock`, in Unix seconds; `None` when it is published.
    #[must_use]
    pub(super) fn of(keys: &CommonKeys<'_>, zone: &TimeZone, clock: i64) -> Option<UnpublishedReason> {
        if keys.draft {
            return Some(UnpublishedReason::Draft);
        }
        let seconds = |time: Option<TimeSpec>| time.map(|time| time.unix_seconds(zone));
        let date = seconds(keys.date);
        if let Some(end) = seconds(keys.embargo).filter(|&end| end > clock) {
            return Some(UnpublishedReason::Embargoed(date.map_or(end, |date| end.max(date))));
        }
        if let Some(date) = date.filter(|&date| date > clock) {
            return Some(UnpublishedReason::Scheduled(date));
        }
        seconds(keys.expires).filter(|&end| end <= clock).map(UnpublishedReason::Expired)
    }

    /// Returns the name of the state for lists and templates: `draft`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            UnpublishedReason::Draft => "draft",
            UnpublishedReason::Scheduled(_) => "scheduled",
            UnpublishedReason::Embargoed(_) => "embargoed",
            UnpublishedReason::Expired(_) => "expired",
        }
    }

    /// Returns whether `include` has texts that are unpublished for this reason.
    pub(super) fn is_shown(self, include: IncludeUnpublished) -> bool {
        match self {
            UnpublishedReason::Draft => include.drafts,
            UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_) => include.future,
            UnpublishedReason::Expired(_) => false,
        }
    }

    /// Returns whether the text may be unfinished, so that its errors are not reported.
    pub(super) fn is_unfinished(self) -> bool {
        match self {
            UnpublishedReason::Draft | UnpublishedReason::Expired(_) => true,
            UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_) => false,
        }
    }
}

/// An unpublished text.
#[derive(Clone, Debug)]
pub struct UnpublishedText {
    /// The parsed file.
    pub document: Arc<dyn AnyDocument>,
    /// The URL at which it would be published; `None` if its slug or section is invalid, and for issues.
    pub url: Option<UrlPath>,
    /// The reason why it is not published.
    pub reason: UnpublishedReason,
}

impl UnpublishedText {
    /// Returns the last segment of the URL at which it would be published; `None` if its slug is invalid.
    #[must_use]
    pub fn slug(&self) -> Option<Slug> {
        document::slug(self.document.path(), self.document.keys().slug).ok()
    }
}
