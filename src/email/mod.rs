//! An issue of a newsletter as an email: HTML for mail programs, a plain text for reading, and both as one message.
//!
//! The same issue gives the same bytes. Nothing is sent from here.

mod message;
mod plain_text;

use std::borrow::Cow;

use serde::Serialize;
use tera::Value;
use url::Url;

pub use self::message::to_mime;
use crate::diagnostic::{Diagnostic, Span};
use crate::render::{PageRenderer, TextStore};
use crate::site::{Issue, Newsletter, Site};
use crate::theme::Theme;
use crate::time::{weekday_and_date, zoned};

/// An issue, ready for the post.
#[derive(Clone, Debug)]
pub struct Email {
    /// The subject.
    pub subject: String,
    /// The sender, as a mailbox: `The Paper <friday@paper.example>`.
    pub from: String,
    /// When it is sent, in seconds since 1970-01-01T00:00:00Z.
    pub date: i64,
    /// What tells it from all other messages, without the brackets.
    pub id: String,
    /// Where one leaves the list: the placeholder of its provider, else a mail to the sender.
    pub unsubscribe: String,
    /// Whether one press is enough, as RFC 8058 has it: so it is where the provider puts its own address.
    pub has_one_click_unsubscribe: bool,
    /// The HTML part.
    pub html: String,
    /// The plain part.
    pub text: String,
}

/// The template of the HTML part, and the stylesheet that is put into its elements.
const TEMPLATE: &str = "email/issue.mjml";
const SHEET: &str = "email/issue.css";

/// The variables of both.
const VARIABLES: [&str; 6] = ["articles", "email", "issue", "newsletter", "site", "theme"];

/// Stands for the editor's note until the template is HTML: MJML reads no HTML as browsers do.
const NOTE: &str = "@@note@@";

/// The largest HTML part, in bytes. Gmail cuts what is longer than some 102 KB.
const LARGEST: usize = 100 * 1000;

/// The variable `email` of the templates of an email.
#[derive(Serialize)]
struct EmailContext<'a> {
    note: &'static str,
    preheader: &'a str,
    date: String,
    archive_url: String,
    unsubscribe: &'a str,
    publisher: &'a str,
    address: &'a str,
}

/// Makes the email of an issue, by the index of the issue.
///
/// # Errors
/// What the settings, the newsletter or the issue lack for it, all of it; a template that fails; an email that is too large.
pub fn compose(
    site: &Site,
    theme: &Theme,
    session: &PageRenderer<'_>,
    index: usize,
    texts: &TextStore,
) -> Result<Email, Vec<Diagnostic>> {
    let issue = &site.issues[index];
    let newsletter = site
        .newsletters
        .iter()
        .find(|newsletter| newsletter.id == issue.newsletter_id)
        .expect("an issue's list is there");
    let (from, address) = sender(site, newsletter)?;
    let note = session.issue_note(index, texts).map_err(|diagnostic| vec![diagnostic])?;
    let view = site.issue_view(issue);
    let unsubscribe = newsletter.sign_up.unsubscribe.clone().unwrap_or_else(|| by_mail(&from));
    let facts = EmailContext {
        note: NOTE,
        preheader: view.summary.unwrap_or_default(),
        date: weekday_and_date(&zoned(issue.date, &site.zone), &site.config.language),
        archive_url: view.permalink.clone(),
        unsubscribe: &unsubscribe,
        publisher: site.config.publisher(),
        address: &address,
    };
    let html = html(site, theme, issue, newsletter, &facts, &note).map_err(|error| vec![error])?;
    check_size(&html, &note, issue).map_err(|error| vec![error])?;
    let digest = crate::digest::Digest::of(&(issue.document.path.as_str(), issue.date, view.title));
    let origin = Url::parse(&site.base.origin).ok();
    let host = origin.as_ref().and_then(Url::host_str).unwrap_or("localhost");
    Ok(Email {
        subject: view.title.to_owned(),
        from,
        date: issue.date,
        id: format!("{digest}.{}@{host}", newsletter.id),
        text: plain(site, issue, newsletter, &facts, &note),
        has_one_click_unsubscribe: newsletter.sign_up.unsubscribe.is_some(),
        unsubscribe,
        html,
    })
}

/// A mail with which one leaves a list whose provider has no address for that (RFC 2369).
fn by_mail(from: &str) -> String {
    let address = from.parse::<lettre::message::Mailbox>().map(|mailbox| mailbox.email.to_string());
    format!("mailto:{}?subject=unsubscribe", address.unwrap_or_default())
}

/// The list's sender and the publisher's postal address, which the law of many countries wants in every mail.
fn sender(site: &Site, newsletter: &Newsletter) -> Result<(String, String), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let path = &newsletter.document.path;
    let from = newsletter.document.front_matter.from.clone().unwrap_or_default();
    if from.is_empty() {
        let diagnostic = Diagnostic::error("newsletter", "the list has no sender").at(path, Span::Whole);
        diagnostics.push(diagnostic.help("add `from: \"The Paper <friday@paper.example>\"` to its front matter"));
    } else if from.parse::<lettre::message::Mailbox>().is_err() {
        let diagnostic =
            Diagnostic::error("newsletter", format!("`{from}` is no sender")).at(path, Span::value("from"));
        diagnostics.push(diagnostic.help("write a name and an address: `The Paper <friday@paper.example>`"));
    }
    let address = site.config.organization.address.clone().unwrap_or_default();
    if address.trim().is_empty() {
        let message = "there is no postal address for the foot of the email";
        let help = "add `organization: { address: … }`: in many countries every mail of a list must carry one";
        diagnostics.push(Diagnostic::error("settings", message).at(crate::config::FILE, Span::Whole).help(help));
    }
    let address = address.lines().map(str::trim).collect::<Vec<_>>().join(", ");
    if diagnostics.is_empty() { Ok((from, address)) } else { Err(diagnostics) }
}

/// The HTML part: the theme's MJML, then the note, then the stylesheet put into the elements.
fn html(
    site: &Site,
    theme: &Theme,
    issue: &Issue,
    newsletter: &Newsletter,
    facts: &EmailContext<'_>,
    note: &str,
) -> Result<String, Diagnostic> {
    let problem = |why: String| {
        let diagnostic = Diagnostic::error("template", format!("`{TEMPLATE}`: {why}"));
        diagnostic.help("`handbill explain --template email/issue.mjml` says which file it is")
    };
    let cards = site.articles_of(issue).into_iter().map(|index| Value::from_serializable(&site.card(index)));
    let mut context = tera::Context::new();
    context.insert("email", facts);
    context.insert("issue", &site.issue_view(issue));
    context.insert("newsletter", &site.newsletter_view(newsletter, None));
    context.insert_value("articles", Value::from(cards.collect::<Vec<_>>()));
    let render = |name: &str| {
        check_variables(theme, name)?;
        theme.tera.render(name, &context).map_err(|error| problem(error.to_string()))
    };
    let (mjml, sheet) = (render(TEMPLATE)?, render(SHEET)?);
    let parsed = mrml::parse(&mjml).map_err(|error| problem(error.to_string()))?;
    let html = parsed.element.render(&mrml::prelude::render::RenderOptions::default());
    let html = html.map_err(|error| problem(error.to_string()))?.replace(NOTE, note);
    let inliner = css_inline::CSSInliner::options()
        .inline_style_tags(false)
        .keep_style_tags(true)
        .load_remote_stylesheets(false)
        .extra_css(Some(Cow::Owned(sheet)))
        .build();
    inliner.inline(&html).map_err(|error| problem(error.to_string()))
}

/// Reports a variable that the templates of an email do not have.
fn check_variables(theme: &Theme, template: &str) -> Result<(), Diagnostic> {
    let named = theme.tera.get_template_variables(template).unwrap_or_default();
    match named.into_iter().find(|name| !VARIABLES.contains(name) && !name.starts_with("__tera")) {
        Some(unknown) => {
            let message = format!("`{unknown}` is no variable of the template `{template}`");
            let help = format!("it has {}", VARIABLES.join(", "));
            Err(Diagnostic::error("template", message).help(help).suggest(unknown, VARIABLES))
        }
        None => Ok(()),
    }
}

/// Reports an email that mail programs would cut, with the part that makes it so long.
fn check_size(html: &str, note: &str, issue: &Issue) -> Result<(), Diagnostic> {
    if html.len() <= LARGEST {
        return Ok(());
    }
    let kilobytes = |bytes: usize| bytes.div_ceil(1000);
    let rest = html.len().saturating_sub(note.len());
    let message = format!(
        "the email is {} KB long: the note {} KB, articles and frame {} KB",
        kilobytes(html.len()),
        kilobytes(note.len()),
        kilobytes(rest)
    );
    let help = match note.len() > rest {
        true => "shorten the note: mail programs cut an email after 100 KB",
        false => "name fewer articles: mail programs cut an email after 100 KB",
    };
    let spot = if note.len() > rest { Span::Whole } else { Span::key("articles") };
    Err(Diagnostic::error("newsletter", message).at(&issue.document.path, spot).help(help))
}

/// The plain part: what a person would type.
fn plain(site: &Site, issue: &Issue, newsletter: &Newsletter, facts: &EmailContext<'_>, note: &str) -> String {
    let say = |key: &str| site.translate(key);
    let title = &issue.document.front_matter.title;
    let mut text = format!("{}\n{}\n\n", newsletter.document.front_matter.title, facts.date);
    text.push_str(&plain_text::heading(title, '='));
    text.push_str(&plain_text::of_html(note));
    let cards: Vec<_> = site.articles_of(issue).into_iter().map(|index| site.card(index)).collect();
    if !cards.is_empty() {
        text.push_str(&plain_text::heading(&say("issue_articles"), '-'));
    }
    for card in cards {
        match card.label {
            Some(label) => text.push_str(&plain_text::paragraph(&format!("{}: {}", label.text, card.title))),
            None => text.push_str(&plain_text::paragraph(card.title)),
        }
        card.summary.into_iter().for_each(|summary| text.push_str(&plain_text::paragraph(summary)));
        text.push_str(&format!("{}\n\n", card.permalink));
    }
    text.push_str("-- \n");
    text.push_str(&format!("{}:\n{}\n\n", say("email_view_online"), facts.archive_url));
    text.push_str(&format!("{}:\n{}\n\n", say("email_unsubscribe"), facts.unsubscribe));
    text.push_str(&format!("{}\n{}\n", facts.publisher, facts.address.trim()));
    text
}
