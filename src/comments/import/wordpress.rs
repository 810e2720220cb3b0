//! Parses WordPress eXtended RSS: items with their comments.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::export::{Export, ExportFormat, ImportedComment, ModerationState};
use super::html::to_markdown;
use super::xml::{Record, records};

/// Parses an export. `zone` applies to comments without a time in UTC.
///
/// # Errors
/// If it contains no item; the message is worded for the user.
pub fn read(xml: &str, zone: &TimeZone) -> Result<Export, String> {
    let (found, broken) = records(xml, &["rss/channel/item", "rss/channel/item/comment"], &[]);
    if found.is_empty() {
        return Err(broken.unwrap_or_else(|| "there are no posts in this export of WordPress".to_owned()));
    }
    let mut notes: Vec<String> =
        broken.into_iter().map(|why| format!("the file is invalid, and read up to {why}")).collect();
    let mut comments = Vec::new();
    for comment in found.iter().filter(|record| record.path.ends_with("/comment")) {
        let Some(item) = comment.within.map(|item| &found[item]) else { continue };
        let id = comment.text("comment_id");
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_digit()) {
            notes.push(format!("a comment on `{}` has no id, and is skipped", item.text("title")));
            continue;
        }
        let parent = comment.text("comment_parent");
        let url = comment.text("comment_author_url");
        comments.push(ImportedComment {
            id: name(id),
            article: item.text("link").to_owned(),
            title: item.text("title").to_owned(),
            author: comment.text("comment_author").to_owned(),
            date: date(comment, zone),
            text: to_markdown(&paragraphs(comment.text("comment_content"))),
            reply_to: Some(parent).filter(|parent| !parent.is_empty() && *parent != "0").map(name),
            url: Some(url).filter(|url| url.starts_with("http")).map(str::to_owned),
            state: state(comment),
        });
    }
    Ok(Export { system: ExportFormat::WordPress, comments, notes })
}

fn name(id: &str) -> String {
    format!("{}-{id}", ExportFormat::WordPress.prefix())
}

fn state(comment: &Record) -> ModerationState {
    let is_answer = matches!(comment.text("comment_type"), "" | "comment");
    match comment.text("comment_approved") {
        "1" | "approved" if is_answer => ModerationState::Approved,
        "0" | "hold" if is_answer => ModerationState::Pending,
        "spam" => ModerationState::Spam,
        // Pingbacks and trackbacks are not comments of readers; other values mean trash.
        _ => ModerationState::Deleted,
    }
}

fn date(comment: &Record, zone: &TimeZone) -> Result<i64, String> {
    let (utc, local) = (comment.text("comment_date_gmt"), comment.text("comment_date"));
    let read = |text: &str, zone: &TimeZone| {
        let at = text.replacen(' ', "T", 1).parse::<DateTime>().ok()?;
        Some(zone.to_ambiguous_timestamp(at).compatible().ok()?.as_second())
    };
    read(utc, &TimeZone::UTC).or_else(|| read(local, zone)).ok_or_else(|| utc.to_owned())
}

/// Converts line breaks as WordPress does: an empty line separates paragraphs, any other is a line break.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let parts = text.split("\n\n").map(|part| part.trim_matches('\n')).filter(|part| !part.trim().is_empty());
    parts.map(|part| format!("<p>{}</p>", part.replace('\n', "<br>"))).collect()
}
