//! A comments file: a list of what readers wrote under one article, in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::front_matter::CommentFrontMatter;
use super::markdown;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::time::TimeSpec;
use crate::yaml::{self, YamlText};

/// A comment, its text made safe.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comment {
    /// Unique within its file; letters, digits, `-` and `_`.
    pub id: String,
    /// The name shown.
    pub author: String,
    /// When it was written.
    pub date: TimeSpec,
    /// Its text as sanitised HTML.
    pub html: String,
    /// The id of the comment it answers.
    pub reply_to: Option<String>,
    /// The writer's own site, if its scheme is http or https.
    pub url: Option<String>,
}

/// Reads a comments file. Mistakes go into `diagnostics`; `None` when there are errors.
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

/// Tells which links of a comment are left out. What readers send is no reason to publish nothing.
fn warn_of_links(
    path: &SourcePath,
    index: usize,
    url: Option<&str>,
    refused: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut warn = |key: &str, message: String, help: &str| {
        let spot = Span::Value(vec![index.to_string(), key.to_owned()]);
        diagnostics.push(Diagnostic::warning("comments", message).at(path, spot).help(help));
    };
    if let Some(url) = url.filter(|url| !is_web(url)) {
        let message = format!("`{url}` is no address of the web, so the name stays without a link");
        warn("url", message, "write it with `https://`, or take `url` out");
    }
    for to in refused {
        let message = format!("a link to `{to}` is left out; its words stay");
        warn("text", message, "comments may link to `https://`, `http://` and `mailto:`");
    }
}

fn check_threads(path: &SourcePath, comments: &[CommentFrontMatter], diagnostics: &mut Vec<Diagnostic>) {
    let spot = |index: usize, key: &str| Span::Value(vec![index.to_string(), key.to_owned()]);
    let mut parents: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let is_known = |comment: &CommentFrontMatter| comment.id != yaml::DUMMY_VALUE;
    for (index, comment) in comments.iter().enumerate().filter(|(_, comment)| is_known(comment)) {
        let plain = !comment.id.is_empty() && comment.id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if !plain {
            let message = format!("the id `{}` may hold only letters, digits, `-` and `_`", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, spot(index, "id"))
                    .help("it becomes part of the comment's address: `c12`, or `2026-11-24-anna`"),
            );
        }
        if parents.insert(&comment.id, comment.reply_to.as_deref()).is_some() {
            let message = format!("the id `{}` is used twice", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message).at(path, spot(index, "id")).help("give each comment its own"),
            );
        }
    }
    let circles = in_circles(&parents);
    for (index, comment) in comments.iter().enumerate() {
        let Some(parent) = comment.reply_to.as_deref() else { continue };
        if !parents.contains_key(parent) {
            if !comments.iter().all(is_known) {
                // It may be the id that could not be read.
                continue;
            }
            let message = format!("`reply_to` names `{parent}`, which no comment here has as its id");
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, spot(index, "reply_to"))
                    .help("name the `id` of the comment that it answers, or take `reply_to` out")
                    .suggest(parent, parents.keys().copied()),
            );
        } else if circles.contains(comment.id.as_str()) {
            let message = format!("the comment `{}` answers itself in the end", comment.id);
            diagnostics.push(
                Diagnostic::error("comments", message)
                    .at(path, spot(index, "reply_to"))
                    .help("name the `id` of an earlier comment, or take `reply_to` out"),
            );
        }
    }
}

/// The comments whose answers lead round in a circle. Each is followed upwards only as far as nobody was before.
fn in_circles<'a>(parents: &BTreeMap<&'a str, Option<&'a str>>) -> BTreeSet<&'a str> {
    let mut circles = BTreeSet::new();
    let mut done = BTreeSet::new();
    for &id in parents.keys() {
        let mut way = BTreeSet::new();
        let mut at = Some(id);
        while let Some(here) = at.filter(|here| !done.contains(here)) {
            if !way.insert(here) {
                break;
            }
            at = parents.get(here).copied().flatten();
        }
        if at.is_some_and(|here| way.contains(here) || circles.contains(here)) {
            circles.extend(way.iter().copied());
        }
        done.extend(way);
    }
    circles
}
