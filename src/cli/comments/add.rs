//! `handbill comments add`

use std::io::Read;
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::output::Output;
use crate::cli::{ClockArgs, Exit, GlobalArgs, options, root, seconds};
use crate::comments::articles::Articles;
use crate::comments::moderation::queue::{FOLDER, QueuedComment};
use crate::comments::moderation::submission::{
    self, Encoding, Limits, MAX_SUBMISSION_BYTES, Submission, SubmissionError,
};
use crate::comments::store::{self, REJECTED};
use crate::content::front_matter::CommentsState;
use crate::content::markdown;
use crate::digest::Digest;
use crate::path::Slug;
use crate::source::io_error_text;
use crate::time::{TimeSpec, zoned};

pub(super) const HELP: &str = "\
The fields are article (its URL or slug), author, text, and optionally reply_to and url; website must stay empty.
Email addresses are not stored. Nothing is published: see handbill comments review.
Exit code 0: it is queued; 1: it is refused, with a reason; 2: an error of the environment.

  echo '{\"article\": \"tide\", \"author\": \"Ann\", \"text\": \"Well said.\"}' | handbill comments add --format json";

/// Put a reader's comment, given on standard input, into the queue
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The format of the comment [default: detected]
    #[arg(long = "as", value_enum, value_name = "ENCODING")]
    encoding: Option<InputFormat>,
    /// The maximum number of characters in a text
    #[arg(long, value_name = "N", default_value_t = 5000)]
    max_text: usize,
    /// The maximum number of links in a text
    #[arg(long, value_name = "N", default_value_t = 2)]
    max_links: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum InputFormat {
    /// A JSON object
    Json,
    /// application/x-www-form-urlencoded, as forms post
    Form,
}

impl Add {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let mut bytes = Vec::new();
        let limit = MAX_SUBMISSION_BYTES as u64 + 1;
        if let Err(error) = std::io::stdin().lock().take(limit).read_to_end(&mut bytes) {
            out.error(&format!("standard input cannot be read: {}", io_error_text(&error)), None);
            return Exit::EnvironmentFailed;
        }
        let limits = Limits { text: self.max_text, author: 100, links: self.max_links };
        let encoding = self.encoding.map(|encoding| match encoding {
            InputFormat::Json => Encoding::Json,
            InputFormat::Form => Encoding::Form,
        });
        let site = root(shared);
        if !site.join(crate::config::FILE).is_file() {
            out.error("there is no `site.yaml` here", Some("go to a site's folder, or name one with `--root`"));
            return Exit::EnvironmentFailed;
        }
        let read = submission::read(&bytes, encoding, limits);
        let found = read.and_then(|submission| Ok((find_article(&submission, shared, &site)?, submission)));
        let (slug, submission) = match found {
            Ok(found) => found,
            Err(SubmissionError { reason, message }) => {
                match out.json {
                    true => out.object(&json!({ "taken": false, "reason": reason, "message": message })),
                    false => out.error(&message, None),
                }
                return Exit::SiteHasErrors;
            }
        };
        let now = seconds(SystemTime::now());
        let id = format!(
            "{}-{}",
            zoned(now, &jiff::tz::TimeZone::UTC).strftime("%Y%m%d-%H%M%S"),
            fingerprint(&slug, &submission)
        );
        let Submission { author, text, reply_to, url, .. } = submission;
        let comment = QueuedComment {
            article: slug,
            author,
            date: Some(TimeSpec::Instant(now)),
            dated: None,
            reply_to,
            url,
            text,
        };
        let path = store::place(&site, FOLDER, &id);
        if let Err(error) = store::write(&path, &comment.yaml()) {
            out.error(&format!("`{}` cannot be written: {}", path.display(), io_error_text(&error)), None);
            return Exit::EnvironmentFailed;
        }
        match out.json {
            true => out.object(&json!({ "taken": true, "id": id, "path": format!("{FOLDER}/{id}.yaml") })),
            false => out.text(&format!("{FOLDER}/{id}.yaml\n")),
        }
        Exit::Success
    }
}

/// Returns a digest by which a comment is recognized if it is sent again.
fn fingerprint(slug: &str, submission: &Submission) -> String {
    Digest::of(&(slug, &submission.author, &submission.text, &submission.reply_to)).short(12)
}

/// Returns the slug of the article that a submission is for, if its comments are open and the submission is new.
fn find_article(
    submission: &Submission,
    shared: &GlobalArgs,
    site: &std::path::Path,
) -> Result<String, SubmissionError> {
    let refuse = |reason, message: String| Err(SubmissionError { reason, message });
    let unknown = || refuse("article", format!("there is no article `{}`", submission.article));
    let slug = match Articles::of(&options(shared, &ClockArgs::default())) {
        Some(articles) => {
            let slug = articles.find(&submission.article).filter(|slug| articles.states.contains_key(slug));
            let Some(slug) = slug else { return unknown() };
            if articles.states[&slug] != CommentsState::Open {
                return refuse("closed", "comments on this article are closed".to_owned());
            }
            slug
        }
        // A reader's comment must not be lost because the site has errors at the moment.
        None => {
            let last = submission.article.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let Ok(slug) = Slug::new(last) else { return unknown() };
            slug.as_str().to_owned()
        }
    };
    let published = store::published(site, &slug);
    if submission.reply_to.as_ref().is_some_and(|id| published.iter().all(|comment| comment.id != *id)) {
        return refuse("reply_to", "the comment that it answers does not exist".to_owned());
    }
    let html = markdown::comment(&submission.text).html;
    let is_published = published.iter().any(|comment| comment.author == submission.author && comment.html == html);
    let end = format!("-{}.yaml", fingerprint(&slug, submission));
    let is_queued = [FOLDER, REJECTED].iter().any(|folder| {
        let entries = std::fs::read_dir(site.join(folder)).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| name.ends_with(&end))
    });
    if is_published || is_queued {
        return refuse("duplicate", "this comment was sent before".to_owned());
    }
    Ok(slug)
}
