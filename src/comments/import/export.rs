//! An export of another comment system, as that system's comments in plain terms.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::{disqus, isso, wordpress};

/// The systems whose exports are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Disqus XML.
    Disqus,
    /// WordPress eXtended RSS.
    WordPress,
    /// Isso's SQLite database.
    Isso,
}

impl ExportFormat {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::Disqus => "Disqus",
            ExportFormat::WordPress => "WordPress",
            ExportFormat::Isso => "Isso",
        }
    }

    /// What the ids of its comments begin with here.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            ExportFormat::Disqus => "disqus",
            ExportFormat::WordPress => "wp",
            ExportFormat::Isso => "isso",
        }
    }
}

/// A comment as another system had it. Addresses of mail and network were never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedComment {
    /// Its id, with the system's prefix.
    pub id: String,
    /// The article, as an address or a path.
    pub article: String,
    /// The article's title, as far as the export tells.
    pub title: String,
    /// The name shown; empty for who gave none.
    pub author: String,
    /// When it was written, in seconds since 1970-01-01T00:00:00Z; what was there instead when it is no time.
    pub date: Result<i64, String>,
    /// Restricted Markdown.
    pub text: String,
    /// The id of the comment that it answers.
    pub reply_to: Option<String>,
    /// The writer's own site.
    pub url: Option<String>,
    /// What moderators said of it.
    pub state: ModerationState,
}

/// What moderators said of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModerationState {
    /// Readers saw it.
    Approved,
    /// Nobody has looked yet.
    Pending,
    /// It was deleted, or a pingback.
    Deleted,
    /// It is spam.
    Spam,
}

/// An export, read.
#[derive(Clone, Debug)]
pub struct Export {
    /// Whose it is.
    pub system: ExportFormat,
    /// All its comments.
    pub comments: Vec<ImportedComment>,
    /// What could not be read as it should, a sentence each.
    pub notes: Vec<String>,
}

/// Reads an export; which one it is shows in its first bytes. `zone` is that of times without one.
///
/// # Errors
/// In words, when it is none of the known ones or cannot be read.
pub fn read(bytes: &[u8], zone: &TimeZone) -> Result<Export, String> {
    if bytes.starts_with(b"SQLite format 3\0") {
        return isso::read(bytes);
    }
    let mut notes = Vec::new();
    let text = text(bytes, &mut notes);
    let head: String = text.chars().take(4096).collect();
    let mut export = if head.contains("http://disqus.com") || head.contains("<disqus") {
        disqus::read(&text)
    } else if head.contains("wordpress.org/export") || head.contains("<rss") {
        wordpress::read(&text, zone)
    } else {
        Err("this is no export of Disqus or WordPress, and no database of Isso".to_owned())
    }?;
    notes.append(&mut export.notes);
    export.notes = notes;
    Ok(export)
}

/// The text of an XML file, in the encoding that its first line names.
fn text<'a>(bytes: &'a [u8], notes: &mut Vec<String>) -> Cow<'a, str> {
    let declared = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let label = head.split("encoding=").nth(1)?.get(1..)?.split(['"', '\'']).next()?.to_owned();
        encoding_rs::Encoding::for_label(label.as_bytes())
    };
    let encoding = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = encoding.or_else(declared).unwrap_or(encoding_rs::UTF_8);
    let (text, used, is_faulty) = encoding.decode(bytes);
    if is_faulty {
        let name = used.name();
        notes.push(format!("some bytes are no text in {name}; each became `\u{fffd}`"));
    }
    text
}
