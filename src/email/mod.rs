//! Emails: an issue of a newsletter as HTML for mail programs, as plain text, and as a MIME message of both.
//!
//! [`compose`] makes an [`Email`], [`to_mime`] the message; `cli` sends it. Equal issues give equal bytes.

mod message;
mod plain_text;

use std::borrow::Cow;

use serde::Serialize;
use url::Url;

pub use self::message::to_mime;
use crate::diagnostic::{Diagnostic, Span};
use crate::render::{PageRenderer, TextStore};
use crate::site::{CardData, Issue, Newsletter, Query, Site, SiteModel};
use crate::theme::Theme;
use crate::time::{weekday_and_date, zoned};

/// An issue as an email.
#[derive(Clone, Debug)]
pub struct Email {
    /// Subject.
    pub subject: String,
    /// Sender as a mailbox: `The Paper <friday@paper.example>`.
    pub from: String,
    /// Date in Unix seconds.
    pub date: i64,
    /// Message id, without angle brackets.
    pub id: String,
    /// URL to unsubscribe: the placeholder of the provider, else a `mailto:` URL to the sender.
    pub unsubscribe: String,
    /// Whether the URL supports one-click unsubscribing (RFC 8058), which holds if the provider replaces its
    /// placeholder.
    pub has_one_click_unsubscribe: bool,
    /// HTML part.
    pub html: String,
    /// Plain text part.
    pub text: String,
}

/// Template of the HTML part, and the stylesheet that is inlined into its elements.
const TEMPLATE: &str = "email/issue.mjml";
const STYLESHEET: &str = "email/issue.css";

/// Variables of both.
const VARIABLES: [&str; 6] = ["articles", "email", "issue", "newsletter", "site", "theme"];

/// Placeholder of the editor's note until MJML is converted to HTML: MJML does not parse HTML as browsers do.
const NOTE_PLACEHOLDER: &str = "@@note@@";

/// Greatest size of the HTML part, in bytes. Gmail cuts longer ones at about 102 KB.
const MAX_HTML_BYTES: usize = 100 * 1000;

/// The variable `email` of the email templates.
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

/// Makes the email of an issue, given by its index.
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// # use handbill::digest::Digest;
/// # let program = Digest::of_bytes(b"version 1");
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// # let mut prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
/// use handbill::email::{compose, to_mime};
///
/// let issue = prepared.site.model.issues[0].document.path.clone();
/// let texts = prepared.texts(vec![issue]).expect("the text of the issue");
/// let renderer = prepared.renderer(&prepared.plan.outputs, program);
/// let email = compose(&prepared.site, &prepared.theme, &renderer, 0, &texts).expect("a newsletter with a sender");
/// let message = to_mime(&email, Some("reader@example.org")).expect("a valid address");
/// assert!(String::from_utf8_lossy(&message.formatted()).contains("To: reader@example.org"));
/// ```
///
/// # Errors
/// All settings and keys that are missing for it; a template error; an email that is too large.
pub fn compose(
    site: &Site,
    theme: &Theme,
    renderer: &PageRenderer<'_>,
    index: usize,
    texts: &TextStore,
) -> Result<Email, Vec<Diagnostic>> {
    let issue = &site.model.issues[index];
    let newsletter = site
        .model
        .newsletters
        .iter()
        .find(|newsletter| newsletter.id == issue.newsletter_id)
        .expect("an issue's list is there");
    let (from, address) = sender(&site.model, newsletter)?;
    let note = renderer.issue_note(index, texts).map_err(|diagnostic| vec![diagnostic])?;
    let view = site.model.issue_view(issue);
    let unsubscribe = newsletter.sign_up.unsubscribe.clone().unwrap_or_else(|| mailto_unsubscribe(&from));
    let context = EmailContext {
        note: NOTE_PLACEHOLDER,
        preheader: view.summary.unwrap_or_default(),
        date: weekday_and_date(&zoned(issue.date, &site.model.zone), &site.model.config.language),
        archive_url: view.permalink.clone(),
        unsubscribe: &unsubscribe,
        publisher: site.model.config.publisher(),
        address: &address,
    };
    let needs = [
        ("issue", Query::Issue(index)),
        ("newsletter", Query::Newsletter(Some(newsletter.id.clone()), None)),
        ("articles", Query::Cards(site.urls.articles_of(issue))),
    ];
    let render = |name: &str| {
        check_variables(theme, name)?;
        renderer.template(name, &needs, ("email", &context), texts).map_err(|error| problem(error.to_string()))
    };
    let html = html(render, &note).map_err(|error| vec![error])?;
    check_size(&html, &note, issue).map_err(|error| vec![error])?;
    let digest = crate::digest::Digest::of(&(issue.document.path.as_str(), issue.date, view.title));
    let origin = Url::parse(&site.model.base.origin).ok();
    let host = origin.as_ref().and_then(Url::host_str).unwrap_or("localhost");
    Ok(Email {
        subject: view.title.to_owned(),
        from,
        date: issue.date,
        id: format!("{digest}.{}@{host}", newsletter.id),
        text: plain(site, issue, newsletter, &context, &note),
        has_one_click_unsubscribe: newsletter.sign_up.unsubscribe.is_some(),
        unsubscribe,
        html,
    })
}

/// Returns the `mailto:` URL to unsubscribe (RFC 2369) from a newsletter whose provider has no unsubscribe placeholder.
fn mailto_unsubscribe(from: &str) -> String {
    let address = from.parse::<lettre::message::Mailbox>().map(|mailbox| mailbox.email.to_string());
    format!("mailto:{}?subject=unsubscribe", address.unwrap_or_default())
}

/// Returns the newsletter's sender and the publisher's postal address, which the law of many countries requires in
/// every email.
fn sender(model: &SiteModel, newsletter: &Newsletter) -> Result<(String, String), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let path = &newsletter.document.path;
    let from = newsletter.document.front_matter.from.clone().map(String::from).unwrap_or_default();
    if from.is_empty() {
        let diagnostic = Diagnostic::error("newsletter", "the newsletter has no sender").at(path, Span::Whole);
        diagnostics.push(diagnostic.help("add `from: \"The Paper <friday@paper.example>\"` to its front matter"));
    } else if from.parse::<lettre::message::Mailbox>().is_err() {
        let diagnostic =
            Diagnostic::error("newsletter", format!("`{from}` is not a sender")).at(path, Span::value("from"));
        diagnostics.push(diagnostic.help("write a name and an email address: `The Paper <friday@paper.example>`"));
    }
    let address = model.config.organization.address.clone().unwrap_or_default();
    if address.trim().is_empty() {
        let message = "the email has no postal address";
        let help = "add `organization: { address: … }`: many countries require one in every newsletter";
        diagnostics.push(Diagnostic::error("settings", message).at(crate::config::FILE, Span::Whole).help(help));
    }
    let address = address.lines().map(str::trim).collect::<Vec<_>>().join(", ");
    if diagnostics.is_empty() { Ok((from, address)) } else { Err(diagnostics) }
}

/// Renders the HTML part: the theme's MJML, then the note, then the inlined stylesheet.
fn html(render: impl Fn(&str) -> Result<String, Diagnostic>, note: &str) -> Result<String, Diagnostic> {
    let (mjml, sheet) = (render(TEMPLATE)?, render(STYLESHEET)?);
    let parsed = mrml::parse(&mjml).map_err(|error| problem(error.to_string()))?;
    let html = parsed.element.render(&mrml::prelude::render::RenderOptions::default());
    let html = html.map_err(|error| problem(error.to_string()))?.replace(NOTE_PLACEHOLDER, note);
    let inliner = css_inline::CSSInliner::options()
        .inline_style_tags(false)
        .keep_style_tags(true)
        .load_remote_stylesheets(false)
        .extra_css(Some(Cow::Owned(sheet)))
        .build();
    inliner.inline(&html).map_err(|error| problem(error.to_string()))
}

fn problem(reason: String) -> Diagnostic {
    let diagnostic = Diagnostic::error("template", format!("`{TEMPLATE}`: {reason}"));
    diagnostic.help("`handbill explain --template email/issue.mjml` says which file is used")
}

/// Reports a variable that the templates of an email do not have.
fn check_variables(theme: &Theme, template: &str) -> Result<(), Diagnostic> {
    let named = theme.tera.get_template_variables(template).unwrap_or_default();
    match named.into_iter().find(|name| !VARIABLES.contains(name) && !name.starts_with("__tera")) {
        Some(unknown) => {
            let message = format!("`{unknown}` is not a variable of the template `{template}`");
            let help = format!("it has {}", VARIABLES.join(", "));
            Err(Diagnostic::error("template", message).help(help).suggest(unknown, VARIABLES))
        }
        None => Ok(()),
    }
}

/// Reports an email that mail programs would cut, and which part of it is the longest.
fn check_size(html: &str, note: &str, issue: &Issue) -> Result<(), Diagnostic> {
    if html.len() <= MAX_HTML_BYTES {
        return Ok(());
    }
    let kilobytes = |bytes: usize| bytes.div_ceil(1000);
    let rest = html.len().saturating_sub(note.len());
    let message = format!(
        "the email is {} KB long: the note {} KB, articles and layout {} KB",
        kilobytes(html.len()),
        kilobytes(note.len()),
        kilobytes(rest)
    );
    let help = match note.len() > rest {
        true => "shorten the note: email programs truncate an email after 100 KB",
        false => "name fewer articles: email programs truncate an email after 100 KB",
    };
    let span = if note.len() > rest { Span::Whole } else { Span::key("articles") };
    Err(Diagnostic::error("newsletter", message).at(&issue.document.path, span).help(help))
}

/// Renders the plain text part.
fn plain(site: &Site, issue: &Issue, newsletter: &Newsletter, email_context: &EmailContext<'_>, note: &str) -> String {
    let translate = |key: &str| site.translate(key);
    let title = &issue.document.front_matter.title;
    let mut text = format!("{}\n{}\n\n", newsletter.document.front_matter.title, email_context.date);
    text.push_str(&plain_text::heading(title, '='));
    text.push_str(&plain_text::of_html(note));
    let cards: Vec<CardData<'_>> =
        site.urls.articles_of(issue).into_iter().map(|index| site.card(index).data()).collect();
    if !cards.is_empty() {
        text.push_str(&plain_text::heading(&translate("issue_articles"), '-'));
    }
    for card in cards {
        match site.globals().label(card.label) {
            Some(label) => text.push_str(&plain_text::paragraph(&format!("{}: {}", label.text, card.title))),
            None => text.push_str(&plain_text::paragraph(card.title)),
        }
        card.summary.into_iter().for_each(|summary| text.push_str(&plain_text::paragraph(summary)));
        text.push_str(&format!("{}\n\n", site.model.base.absolute(card.url)));
    }
    text.push_str("-- \n");
    text.push_str(&format!("{}:\n{}\n\n", translate("email_view_online"), email_context.archive_url));
    text.push_str(&format!("{}:\n{}\n\n", translate("email_unsubscribe"), email_context.unsubscribe));
    text.push_str(&format!("{}\n{}\n", email_context.publisher, email_context.address.trim()));
    text
}
