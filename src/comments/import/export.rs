//! Exports of other comment services, converted to a common form.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::{disqus, isso, wordpress};

/// Services whose exports can be parsed.
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
    /// Returns the name of the service.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::Disqus => "Disqus",
            ExportFormat::WordPress => "WordPress",
            ExportFormat::Isso => "Isso",
        }
    }

    /// Returns the prefix of the ids that imported comments get.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            ExportFormat::Disqus => "disqus",
            ExportFormat::WordPress => "wp",
            ExportFormat::Isso => "isso",
        }
    }
}

/// A comment of another service. Email and network addresses are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedComment {
    /// Id with the service's prefix.
    pub id: String,
    /// URL or path of the article.
    pub article: String,
    /// Title of the article; empty if the export does not have it.
    pub title: String,
    /// Displayed name; empty if none was given.
    pub author: String,
    /// Time of writing in Unix seconds; the given text if it is not a time.
    pub date: Result<i64, String>,
    /// Text in restricted Markdown.
    pub text: String,
    /// Id of the comment that it answers.
    pub reply_to: Option<String>,
    /// URL of the writer.
    pub url: Option<String>,
    /// Decision of the moderators.
    pub state: ModerationState,
}

/// Decision of moderators on a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModerationState {
    /// Published.
    Approved,
    /// Not decided.
    Pending,
    /// Deleted, or not a reader's comment (a pingback).
    Deleted,
    /// Marked as spam.
    Spam,
}

/// A parsed export.
#[derive(Clone, Debug)]
pub struct Export {
    /// Service of the export.
    pub system: ExportFormat,
    /// All comments.
    pub comments: Vec<ImportedComment>,
    /// What could not be parsed correctly, as sentences.
    pub notes: Vec<String>,
}

/// Parses an export; the format is recognized by the first bytes. `zone` applies to times without one.
///
/// # Errors
/// If the format is unknown or the export cannot be parsed; the message is worded for the user.
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
        Err("this is neither an export of Disqus or WordPress nor a database of Isso".to_owned())
    }?;
    notes.append(&mut export.notes);
    export.notes = notes;
    Ok(export)
}

/// Decodes an XML file by its byte order mark, or by the encoding in its declaration.
fn text<'a>(bytes: &'a [u8], notes: &mut Vec<String>) -> Cow<'a, str> {
    let declared = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let label = head.split("encoding=").nth(1)?.get(1..)?.split(['"', '\'']).next()?.to_owned();
        encoding_rs::Encoding::for_label(label.as_bytes())
    };
    let encoding = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = encoding.or_else(declared).unwrap_or(encoding_rs::UTF_8);
    let (text, used, has_errors) = encoding.decode(bytes);
    if has_errors {
        let name = used.name();
        notes.push(format!("some bytes are not valid {name}; each became `\u{fffd}`"));
    }
    text
}
