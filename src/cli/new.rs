//! `handbill new`

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Subcommand};
use jiff::tz::TimeZone;

use super::output::Output;
use super::{ClockArgs, Exit, GlobalArgs, options, root, seconds};
use crate::build::{NoObserver, Outcome, prepare};
use crate::config::Config;
use crate::content::collection::EntrySchema;
use crate::content::document::Document;
use crate::content::fields::Verbatim;
use crate::content::kinds::IssueFrontMatter;
use crate::content::kinds::{CONTENT_KINDS, ContentKind};
use crate::content::{ParsedSource, SourceKind};
use crate::diagnostic::nearest;
use crate::path::{Slug, SourcePath};
use crate::site::{Article, newsletter_id_of};
use crate::time::{TimeSpec, zoned};

/// Write a new file with its front matter filled in, and print its path
#[derive(Debug, Args)]
#[command(after_help = "A collection that site.yaml declares is a command too: handbill new COLLECTION TITLE")]
pub(super) struct New {
    #[command(subcommand)]
    what: NewContent,
}

#[derive(Debug, Subcommand)]
enum NewContent {
    /// An article, as a draft dated now
    Article {
        /// The headline
        title: String,
        /// The section's id in site.yaml
        #[arg(long, value_name = "ID")]
        section: Option<String>,
        /// The id of an author; can be repeated
        #[arg(long = "author", value_name = "ID")]
        authors: Vec<String>,
        /// Create a folder with the text as index.md, for images beside it
        #[arg(long)]
        bundle: bool,
    },
    /// An issue of a newsletter, as a draft with the articles published since the last one
    Issue {
        /// The newsletter's id
        newsletter: String,
        /// The subject [default: the newsletter's name and the date]
        title: Option<String>,
        /// Include articles published from this time on [default: since the last issue]
        #[arg(long, value_name = "TIME", value_parser = TimeSpec::parse)]
        since: Option<TimeSpec>,
        /// Include articles of earlier issues
        #[arg(long)]
        again: bool,
        /// The clock: articles published by then [default: now]
        #[arg(long, value_name = "TIME", value_parser = TimeSpec::parse)]
        as_of: Option<TimeSpec>,
    },
    #[command(flatten)]
    Plain(PlainFile),
    /// An entry of a collection of the site, as a draft: its id, then the title
    #[command(external_subcommand)]
    Entry(Vec<String>),
}

/// A file of a kind that needs nothing but a title: a command for each such row of [`CONTENT_KINDS`].
#[derive(Debug)]
struct PlainFile {
    kind: &'static ContentKind,
    title: String,
}

/// The rows with a command of their own, and those of files that are not made by hand.
const OTHER_KINDS: [SourceKind; 2] = [SourceKind::Article, SourceKind::Issue];

fn plain_kinds() -> impl Iterator<Item = &'static ContentKind> {
    CONTENT_KINDS.iter().copied().filter(|row| row.starter.is_some() && !OTHER_KINDS.contains(&row.kind))
}

impl Subcommand for PlainFile {
    fn augment_subcommands(command: Command) -> Command {
        let title = || Arg::new("title").value_name("TITLE").help("The title; the name of an author").required(true);
        command.subcommands(plain_kinds().map(|row| Command::new(row.name).about(row.about).arg(title())))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        PlainFile::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        plain_kinds().any(|row| row.name == name)
    }
}

impl FromArgMatches for PlainFile {
    fn from_arg_matches(matches: &ArgMatches) -> Result<PlainFile, clap::Error> {
        let named = matches.subcommand().and_then(|(name, of_kind)| Some((ContentKind::named(name)?, of_kind)));
        let (kind, of_kind) = named.ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidSubcommand))?;
        let title = of_kind.get_one::<String>("title").cloned().unwrap_or_default();
        Ok(PlainFile { kind, title })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = PlainFile::from_arg_matches(matches)?;
        Ok(())
    }
}

impl NewContent {
    /// Checks that the named section, newsletter or collection exists, since a build would refuse the file; the error is
    /// message and help. For authors and topics a build only warns.
    fn check(&self, root: &Path, config: Option<&Config>) -> Result<(), (String, String)> {
        match (self, config) {
            (NewContent::Article { section: Some(section), .. }, Some(config)) if !config.is_invalid("sections") => {
                let known: Vec<&str> = config.sections.iter().map(|section| section.id.as_str()).collect();
                is_among("section", section, &known)
            }
            (NewContent::Issue { newsletter, .. }, _) => {
                let known = newsletter_ids(root);
                is_among("newsletter", newsletter, &known.iter().map(String::as_str).collect::<Vec<_>>())
            }
            (NewContent::Entry(words), config) => {
                let own = CONTENT_KINDS.iter().filter(|row| row.starter.is_some()).map(|row| row.name);
                let collections = config.into_iter().flat_map(|config| config.collections.keys().map(String::as_str));
                let known: Vec<&str> = own.chain(collections).collect();
                let kind = words.first().map_or("", String::as_str);
                match words.as_slice() {
                    [_, title] if !title.starts_with("--") => is_among("kind of text", kind, &known),
                    _ => {
                        is_among("kind of text", kind, &known)?;
                        let help = format!(
                            "write `handbill new {kind} \"TITLE\"`, with the title in quotes and options before `new`"
                        );
                        Err((format!("`handbill new {kind}` takes a title"), help))
                    }
                }
            }
            _ => Ok(()),
        }
    }
}

fn is_among(what: &str, id: &str, known: &[&str]) -> Result<(), (String, String)> {
    if known.contains(&id) {
        return Ok(());
    }
    let help = match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("create one with `handbill new {what}`"),
        None => format!("known: {}", known.join(", ")),
    };
    Err((format!("there is no {what} `{id}`"), help))
}

/// Returns the ids of the site's newsletters, including those with errors.
fn newsletter_ids(root: &Path) -> Vec<String> {
    let files = std::fs::read_dir(root.join("content/newsletters")).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut ids: Vec<String> = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
    ids.sort();
    ids
}

impl New {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let folder = root(shared);
        if !folder.join(crate::config::FILE).is_file() {
            out.error("there is no `site.yaml` here", Some("go to a site's folder, or name one with `--root`"));
            return Exit::EnvironmentFailed;
        }
        let config = settings(&folder);
        if let Err((message, help)) = self.what.check(&folder, config.as_ref()) {
            out.error(&message, Some(&help));
            return Exit::EnvironmentFailed;
        }
        let zone = config.as_ref().map_or(TimeZone::UTC, Config::zone);
        let as_of = if let NewContent::Issue { as_of, .. } = &self.what { *as_of } else { None };
        let now = as_of.map_or_else(|| seconds(SystemTime::now()), |time| time.unix_seconds(&zone));
        let draft = self.draft_issue(shared, out);
        let (path, text) = match self.file(&zoned(now, &zone), &draft, config.as_ref()) {
            Ok(file) => file,
            Err(name) => {
                out.error(
                    &format!("`{name}` results in an empty file name"),
                    Some("use a title with at least one letter or digit"),
                );
                return Exit::EnvironmentFailed;
            }
        };
        match write_new(&folder.join(&path), &text) {
            Ok(()) => {
                if out.json {
                    out.object(&serde_json::json!({ "path": path }))
                } else {
                    out.text(&format!("{path}\n"))
                }
                Exit::Success
            }
            Err(error) => {
                let help = (error.kind() == std::io::ErrorKind::AlreadyExists)
                    .then_some("choose another title, or edit that file");
                out.error(&format!("cannot write `{path}`: {}", crate::source::io_error_text(&error)), help);
                Exit::EnvironmentFailed
            }
        }
    }

    /// Returns path and content of the new file.
    fn file(
        self,
        now: &jiff::ZonedDateTime,
        draft: &IssueDraft,
        config: Option<&Config>,
    ) -> Result<(String, String), String> {
        let minute = now.strftime("%Y-%m-%d %H:%M").to_string();
        match self.what {
            NewContent::Article { title, section, authors, bundle } => {
                let file = if bundle { "/index.md" } else { ".md" };
                let path = format!("content/articles/{:04}/{}{file}", now.year(), slug(&title)?);
                let section = section.map(|section| format!("section: {}\n", quoted(&section))).unwrap_or_default();
                let authors = authors.iter().map(|author| quoted(author)).collect::<Vec<_>>().join(", ");
                let values = [("date", minute), ("section", section), ("authors", authors)];
                Ok((path, starter(SourceKind::Article, &title, &values)))
            }
            NewContent::Plain(PlainFile { kind, title }) => {
                Ok((format!("content/{}/{}.md", kind.folder, slug(&title)?), starter(kind.kind, &title, &[])))
            }
            NewContent::Entry(words) => {
                let collection =
                    config.zip(words.first()).and_then(|(config, id)| config.collections.get_key_value(id));
                let ((id, collection), title) = collection.zip(words.get(1)).expect("checked before");
                let schema = collection.entry_schema(id);
                Ok((format!("content/{}/{}.md", schema.folder, slug(title)?), entry_starter(&schema, title, &minute)))
            }
            NewContent::Issue { newsletter, title, .. } => {
                let day = now.strftime("%Y-%m-%d").to_string();
                let name = match &title {
                    Some(title) => format!("{day}-{}", slug(title)?),
                    None => day.clone(),
                };
                let title =
                    title.unwrap_or_else(|| format!("{}, {day}", draft.newsletter.as_deref().unwrap_or(&newsletter)));
                let articles: String = draft.articles.iter().map(|path| format!("\n  - {path}")).collect();
                let articles = if articles.is_empty() { " []".to_owned() } else { articles };
                let path = format!("content/newsletters/{}/{name}.md", slug(&newsletter)?);
                Ok((path, starter(SourceKind::Issue, &title, &[("date", minute), ("articles", articles)])))
            }
        }
    }
}

/// Returns what a new entry begins with: the required fields without a value, which a build reports until they have
/// one, and the others as comments.
fn entry_starter(schema: &EntrySchema, title: &str, minute: &str) -> String {
    let mut text = format!("---\ntitle: {}\n", quoted(title));
    if schema.is_dated {
        text += &format!("date: {minute}\n");
    }
    text += "summary: \"\"\ntopics: []\n";
    for (name, field) in &schema.fields {
        let choices: Vec<&str> = field.choices.iter().map(Verbatim::as_str).collect();
        let what = if choices.is_empty() { field.field_type.as_str().to_owned() } else { choices.join(", ") };
        let sign = if field.required { "" } else { "# " };
        let many = if field.many { ", a list" } else { "" };
        let note = format!("{} ({what}{many})", field.label.as_deref().unwrap_or(name));
        text += &format!("{sign}{name}: # {}\n", note.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    text + "draft: true\n---\n\n"
}

/// What a new file of a kind begins with: the kind's own text with these values in their places.
fn starter(kind: SourceKind, title: &str, values: &[(&str, String)]) -> String {
    let text = ContentKind::of(kind).and_then(|row| row.starter).unwrap_or_default();
    let mut rest = text;
    let mut filled = String::with_capacity(text.len() + title.len());
    while let Some((before, name, after)) = rest
        .split_once('{')
        .and_then(|(before, inside)| inside.split_once('}').map(|(name, after)| (before, name, after)))
    {
        filled.push_str(before);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None if name == "title" => filled.push_str(&quoted(title)),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    filled + rest
}

fn slug(words: &str) -> Result<Slug, String> {
    Slug::slugify(words).ok_or_else(|| words.to_owned())
}

/// What a new issue is filled with.
#[derive(Default)]
struct IssueDraft {
    /// Title of the newsletter.
    newsletter: Option<String>,
    /// Articles, the latest first, by their paths below `content/`.
    articles: Vec<String>,
}

impl New {
    /// Collects for an issue the articles published since the last issue of its newsletter, without those that an issue
    /// contains already, unless `--again` is given. Nothing if the site has errors: the file is written all the same.
    fn draft_issue(&self, shared: &GlobalArgs, out: &Output) -> IssueDraft {
        let NewContent::Issue { newsletter, since, again, as_of, .. } = &self.what else {
            return IssueDraft::default();
        };
        let options = options(shared, &ClockArgs { as_of: *as_of, drafts: false, future: false });
        let Some(planned) = prepare(&options, &NoObserver, &mut Outcome::default()) else {
            return IssueDraft::default();
        };
        let site = &planned.site;
        let issues = planned.parsed.sources.values().filter_map(|input| match &input.parsed {
            ParsedSource::Issue(document) => Some(document),
            _ => None, // only issues are asked for
        });
        let issues: Vec<_> = issues.filter(|issue| newsletter_id_of(&issue.path) == newsletter).collect();
        let last = issues
            .iter()
            .map(|issue| issue.front_matter.date.unix_seconds(&site.model.zone))
            .filter(|at| *at <= site.model.clock)
            .max();
        let from = since.map(|time| time.unix_seconds(&site.model.zone)).or_else(|| last.map(|last| last + 1));
        let named = |issue: &Arc<Document<IssueFrontMatter>>| {
            let paths = issue.front_matter.articles.iter().filter_map(|written| written.path(&issue.path));
            paths.collect::<Vec<_>>()
        };
        let included: Vec<SourcePath> = issues.iter().flat_map(|issue| named(issue)).collect();
        let published_at = |article: &Article| {
            let embargo = article.document.front_matter.embargo.map(|time| time.unix_seconds(&site.model.zone));
            embargo.map_or(article.date, |end| end.max(article.date))
        };
        let articles = site.model.articles.iter().filter(|article| {
            from.is_none_or(|from| published_at(article) >= from)
                && (*again || !included.contains(&article.document.path))
        });
        let articles: Vec<String> =
            articles.map(|article| article.document.path.as_str().trim_start_matches("content/").to_owned()).collect();
        if articles.is_empty() {
            out.info("no article was published since the last issue: name some under `articles`, or include old ones with `--since` and `--again`");
        }
        let newsletter = site.model.newsletters.iter().find(|known| known.id == *newsletter);
        IssueDraft {
            newsletter: newsletter.map(|newsletter| newsletter.document.front_matter.title.to_string()),
            articles,
        }
    }
}

/// Returns the site's settings, as far as they are valid.
fn settings(root: &Path) -> Option<Config> {
    let text = crate::source::text(root, crate::config::FILE).unwrap_or_default();
    Config::parse(&text, &mut Vec::new())
}

/// Returns a text in quotes, valid as YAML.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

/// Writes a file that does not exist, and creates its folders.
pub(super) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
