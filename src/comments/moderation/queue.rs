//! The moderation queue: each comment has a file of its own, so that simultaneous submissions cannot overwrite each
//! other.

use serde::{Deserialize, Serialize};

use super::super::entry::{CommentEntry, block, quoted};
use crate::diagnostic::Diagnostic;
use crate::time::TimeSpec;
use crate::yaml::{self, YamlText};

/// Folder of the queue, which builds ignore.
pub const FOLDER: &str = crate::source::MODERATION_QUEUE;

/// A comment in the queue; its id is the name of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueuedComment {
    /// Slug of the article.
    pub article: String,
    /// Displayed name.
    pub author: String,
    /// Time of writing, if known.
    pub date: Option<TimeSpec>,
    /// Given date if it is not a valid time.
    pub dated: Option<String>,
    /// Id of the comment that it answers.
    pub reply_to: Option<String>,
    /// URL of the writer.
    pub url: Option<String>,
    /// Text in restricted Markdown.
    pub text: String,
}

impl QueuedComment {
    /// Parses a file of the queue; `None` with errors, which are added to `diagnostics`.
    pub fn read(file: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<QueuedComment> {
        yaml::parse(YamlText::file(file, text, "comments"), diagnostics)
    }

    /// Returns the content of the file.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut yaml = format!("article: {}\nauthor: {}\n", quoted(&self.article), quoted(&self.author));
        if let Some(date) = self.date {
            yaml.push_str(&format!("date: {date}\n"));
        }
        for (key, value) in [("dated", &self.dated), ("reply_to", &self.reply_to), ("url", &self.url)] {
            if let Some(value) = value {
                yaml.push_str(&format!("{key}: {}\n", quoted(value)));
            }
        }
        yaml + &format!("text: {}\n", block(&self.text, 2))
    }

    /// Converts to an entry of the article's file, dated at `date` in Unix seconds.
    #[must_use]
    pub fn entry(self, id: &str, date: i64) -> CommentEntry {
        let QueuedComment { author, text, reply_to, url, .. } = self;
        CommentEntry { id: id.to_owned(), author, date, text, reply_to, url }
    }
}
