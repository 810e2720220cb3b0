//! Parses a comments file: a YAML list of the comments on one article, in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::kinds::CommentFrontMatter;
use super::markdown;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::time::TimeSpec;
use crate::yaml::{self, YamlText};

/// A comment with sanitised text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comment {
    /// Id, unique in its file: letters, digits, `-` and `_`.
    pub id: String,
    /// Displayed name.
    pub author: String,
    /// Time of writing.
    pub date: TimeSpec,
    /// Text as sanitised HTML.
    pub html: String,
    /// Id of the comment that it answers.
    pub reply_to: Option<String>,
    /// URL of the writer; only `http` and `https`.
    pub url: Option<String>,
}

/// Parses a comments file. Errors are added to `diagnostics`; with any, the result is `None`.
pub fn parse(path: &SourcePath, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Comment>> {
    let before = diagnostics.len();
    let empty = text.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
    if empty {
        return Some(Vec::new());
    }
    let fronts: Vec<CommentFrontMatter> =
        yaml::parse_lenient(YamlText::file(path.as_str(), text, "comments"), diagnostics)?;
    check_threads(path, &fronts, diagnostics);
    let mut comments = Vec::with_capacity(fronts.len());
    for (index, front_matter) in fronts.into_iter().enumerate() {
        let text = markdown::comment(&front_matter.text);
        warn_of_links(path, index, front_matter.url.as_deref(), &text.refused, diagnostics);
        comments.push(Comment {
            html: text.html,
            url: front_matter.url.filter(|url| is_web(url)),
            id: front_matter.id,
            author: front_matter.author,
            date: front_matter.date,
            reply_to: front_matter.reply_to,
        });
    }
    (!diagnostics[before..].iter().any(Diagnostic::is_error)).then_some(comments)
}

fn is_web(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Warns of links in a comment that are removed. They are not errors: what readers send must not stop a build.
fn warn_of_links(
    path: &SourcePath,
    index: usize,
    url: Option<&str>,
    refused: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut warn = |key: &str, message: String, help: &str| {
        let span = Span::Value(vec![index.to_string(), key.to_owned()]);
        diagnostics.push(Diagnostic::warning("comments", message).at(path, span).help(help));
    };
    if let Some(url) = url.filter(|url| !is_web(url)) {
        let message = format!("`{url}` is not a web URL, so the name is shown without a link");
        warn("url", message, "write it with `https://`, or remove `url`");
    }
    for to in refused {
        let message = format!("the link to `{to}` is removed; its text is kept");
        warn("text", message, "comments may link to `https://`, `http://` and `mailto:`");
    }
}

fn check_threads(path: &SourcePath, comments: &[CommentFrontMatter], diagnostics: &mut Vec<Diagnostic>) {
    let span = |index: usize, key: &str| Span::Value(vec![index.to_string(), key.to_owned()]);
    let mut parents: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let is_known = |comment: &CommentFrontMatter| comment.id != yaml::DUMMY_VALUE;
    for (index, comment) in comments.iter().enumerate().filter(|(_, comment)| is_known(comment)) {
        let plain = !comment.id.is_empty() && comment.id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if !plain {
            let message = format!("the id `{}` may hold only letters, digits, `-` and `_`", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, span(index, "id"))
                    .help("it becomes part of the comment's URL: `c12`, or `2026-11-24-anna`"),
            );
        }
        if parents.insert(&comment.id, comment.reply_to.as_deref()).is_some() {
            let message = format!("the id `{}` is used twice", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message).at(path, span(index, "id")).help("give each comment its own"),
            );
        }
    }
    let cycles = in_cycles(&parents);
    for (index, comment) in comments.iter().enumerate() {
        let Some(parent) = comment.reply_to.as_deref() else { continue };
        if !parents.contains_key(parent) {
            if !comments.iter().all(is_known) {
                // The missing id may be one that could not be parsed.
                continue;
            }
            let message = format!("`reply_to` names `{parent}`, which no comment here has as its id");
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, span(index, "reply_to"))
                    .help("name the `id` of the comment that it answers, or remove `reply_to`")
                    .suggest(parent, parents.keys().copied()),
            );
        } else if cycles.contains(comment.id.as_str()) {
            let message = format!("the comment `{}` answers itself in the end", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, span(index, "reply_to"))
                    .help("name the `id` of an earlier comment, or remove `reply_to`"),
            );
        }
    }
}

/// Returns the ids of comments whose `reply_to` forms a cycle. Each chain is followed only to comments that were not
/// visited before.
fn in_cycles<'a>(parents: &BTreeMap<&'a str, Option<&'a str>>) -> BTreeSet<&'a str> {
    let mut cycles = BTreeSet::new();
    let mut visited = BTreeSet::new();
    for &id in parents.keys() {
        let mut chain = BTreeSet::new();
        let mut at = Some(id);
        while let Some(current) = at.filter(|current| !visited.contains(current)) {
            if !chain.insert(current) {
                break;
            }
            at = parents.get(current).copied().flatten();
        }
        if at.is_some_and(|current| chain.contains(current) || cycles.contains(current)) {
            cycles.extend(chain.iter().copied());
        }
        visited.extend(chain);
    }
    cycles
}
