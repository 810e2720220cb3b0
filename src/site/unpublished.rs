//! What keeps a text out of the output at the build's clock, and until when.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::content::any_document::AnyDocument;
use crate::content::document;
use crate::content::front_matter::CommonKeys;
use crate::path::{Slug, UrlPath};
use crate::time::TimeSpec;

/// Which unpublished texts are shown all the same, marked as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncludeUnpublished {
    /// Drafts.
    pub drafts: bool,
    /// Texts whose time has not come.
    pub future: bool,
    /// Issues of newsletters, whatever keeps them out, as an email is made before it is sent.
    pub issues: bool,
}

/// Why a text is not published. Times are in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "time")]
pub enum UnpublishedReason {
    /// It says `draft: true`.
    Draft,
    /// Its date is to come.
    Scheduled(i64),
    /// Its embargo ends later.
    Embargoed(i64),
    /// It expired.
    Expired(i64),
}

impl UnpublishedReason {
    /// Why a text with these keys is not published at a time; `None` when it is.
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

    /// The word for lists and templates.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            UnpublishedReason::Draft => "draft",
            UnpublishedReason::Scheduled(_) => "scheduled",
            UnpublishedReason::Embargoed(_) => "embargoed",
            UnpublishedReason::Expired(_) => "expired",
        }
    }

    /// Whether a text is shown although it is unpublished for this reason.
    pub(super) fn is_shown(self, include: IncludeUnpublished) -> bool {
        match self {
            UnpublishedReason::Draft => include.drafts,
            UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_) => include.future,
            UnpublishedReason::Expired(_) => false,
        }
    }

    /// Whether its author may have left the text unfinished.
    pub(super) fn is_unfinished(self) -> bool {
        match self {
            UnpublishedReason::Draft | UnpublishedReason::Expired(_) => true,
            UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_) => false,
        }
    }
}

/// A text that is not published.
#[derive(Clone, Debug)]
pub struct UnpublishedText {
    /// Its document.
    pub document: Arc<dyn AnyDocument>,
    /// The URL that it would have, if it has one.
    pub url: Option<UrlPath>,
    /// Why it is not published.
    pub reason: UnpublishedReason,
}

impl UnpublishedText {
    /// The last part of the URL that it would have, if it has one.
    #[must_use]
    pub fn slug(&self) -> Option<Slug> {
        document::slug(self.document.path(), self.document.keys().slug).ok()
    }
}
