//! A comment that waits for a moderator: a file of its own, so that many can come at once and none is lost.

use serde::{Deserialize, Serialize};

use super::super::entry::{CommentEntry, block, quoted};
use crate::diagnostic::Diagnostic;
use crate::time::TimeSpec;
use crate::yaml::{self, YamlText};

/// The folder of what waits. The build passes it over.
pub const FOLDER: &str = crate::source::MODERATION_QUEUE;

/// A comment that waits; its id is its file's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueuedComment {
    /// The article's slug.
    pub article: String,
    /// The name shown.
    pub author: String,
    /// When it was written, if that is known.
    pub date: Option<TimeSpec>,
    /// What stood in place of a time.
    pub dated: Option<String>,
    /// The id of the comment that it answers.
    pub reply_to: Option<String>,
    /// The writer's own site.
    pub url: Option<String>,
    /// Restricted Markdown.
    pub text: String,
}

impl QueuedComment {
    /// Reads a file of the queue. Mistakes go into `diagnostics`.
    pub fn read(file: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<QueuedComment> {
        yaml::parse(YamlText::file(file, text, "comments"), diagnostics)
    }

    /// Its file.
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

    /// It as an entry of its article's file, at a time in seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn entry(self, id: &str, date: i64) -> CommentEntry {
        let QueuedComment { author, text, reply_to, url, .. } = self;
        CommentEntry { id: id.to_owned(), author, date, text, reply_to, url }
    }
}
