//! Parses Disqus XML: threads and posts below one root, linked by `dsq:id`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::export::{Export, ExportFormat, ImportedComment, ModerationState};
use super::html::to_markdown;
use super::xml::{Record, records};

/// Parses an export.
///
/// # Errors
/// If it contains neither a thread nor a post; the message is worded for the user.
pub fn read(xml: &str) -> Result<Export, String> {
    let (found, broken) = records(xml, &["disqus/thread", "disqus/post"], &[]);
    if found.is_empty() {
        return Err(broken.unwrap_or_else(|| "there are no threads in this export of Disqus".to_owned()));
    }
    let is = |path: &'static str| move |record: &&Record| record.path == path;
    let threads: BTreeMap<&str, &Record> = found
        .iter()
        .filter(is("disqus/thread"))
        .filter_map(|thread| Some((thread.attribute("", "id")?, thread)))
        .collect();
    let mut notes: Vec<String> =
        broken.into_iter().map(|why| format!("the file is invalid, and read up to {why}")).collect();
    let mut comments = Vec::new();
    for (number, post) in found.iter().filter(is("disqus/post")).enumerate() {
        let Some(id) = post.attribute("", "id").filter(|id| !id.is_empty()) else {
            notes.push(format!("post {} of the file has no id, and is skipped", number + 1));
            continue;
        };
        let thread = post.attribute("thread", "id").and_then(|id| threads.get(id));
        let is_true = |path: &str| post.text(path) == "true";
        let created = post.text("createdAt");
        comments.push(ImportedComment {
            id: name(id),
            article: thread.map_or("", |thread| url(thread)).to_owned(),
            title: thread.map_or("", |thread| thread.text("title")).to_owned(),
            author: post.text("author/name").to_owned(),
            date: created.parse::<Timestamp>().map(|at| at.as_second()).map_err(|_| created.to_owned()),
            text: to_markdown(post.text("message")),
            reply_to: post.attribute("parent", "id").map(name),
            url: None,
            state: match () {
                () if is_true("isSpam") => ModerationState::Spam,
                () if is_true("isDeleted") => ModerationState::Deleted,
                () if post.text("isApproved") == "false" => ModerationState::Pending,
                () => ModerationState::Approved,
            },
        });
    }
    Ok(Export { system: ExportFormat::Disqus, comments, notes })
}

/// Returns the URL of a thread; in older exports it is the thread's id.
fn url(thread: &Record) -> &str {
    let link = thread.text("link");
    if link.is_empty() { thread.text("id") } else { link }
}

fn name(id: &str) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{plain}", ExportFormat::Disqus.prefix())
}
