//! `.well-known/security.txt` (RFC 9116): where to report a vulnerability of the site.

use jiff::tz::TimeZone;

use super::super::Planner;
use super::{RootFile, url};
use crate::time::{rfc3339, zoned};

pub(super) const SECURITY_TXT: RootFile = RootFile { name: ".well-known/security.txt", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let model = &planner.site.model;
    let (contact, expires) = model.config.security.contact.as_ref().zip(model.config.security.expires)?;
    let expires = rfc3339(&zoned(expires.unix_seconds(&model.zone), &TimeZone::UTC));
    let languages = &model.config.language;
    let canonical = model.base.absolute(&url(SECURITY_TXT.name));
    Some(format!(
        "Contact: {}\nExpires: {expires}\nPreferred-Languages: {languages}\nCanonical: {canonical}\n",
        contact.as_str()
    ))
}
