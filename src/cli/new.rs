//! `handbill new`

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;

use super::output::Output;
use super::{Exit, Shared, root, seconds};
use crate::config::Config;
use crate::path::Slug;
use crate::time::zoned;

/// Write a new file with its front matter filled in, and print its path
#[derive(Debug, Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// An article, as a draft dated now
    Article {
        /// The headline
        title: String,
        /// The section's id in site.yaml
        #[arg(long, value_name = "ID")]
        section: Option<String>,
        /// The id of an author; can be given several times
        #[arg(long = "author", value_name = "ID")]
        authors: Vec<String>,
        /// Make a folder with the text as index.md, for pictures beside it
        #[arg(long)]
        bundle: bool,
    },
    /// A standing page
    Page {
        /// The heading
        title: String,
    },
    /// An author
    Author {
        /// The name
        name: String,
    },
    /// A topic
    Topic {
        /// The name
        title: String,
    },
    /// A newsletter
    Newsletter {
        /// The list's name
        title: String,
    },
    /// An issue of a newsletter, as a draft
    Issue {
        /// The newsletter's id
        list: String,
        /// The subject
        title: String,
    },
}

impl New {
    pub(super) fn run(self, shared: &Shared, out: &Output) -> Exit {
        let folder = root(shared);
        if !folder.join(crate::config::FILE).is_file() {
            out.error("there is no `site.yaml` here", Some("go to a site's folder, or name one with `--root`"));
            return Exit::Refused;
        }
        let now = zoned(seconds(SystemTime::now()), &zone_of(&folder));
        let (path, text) = match self.file(&now) {
            Ok(file) => file,
            Err(name) => {
                out.error(&format!("`{name}` gives no file name"), Some("use at least one letter or digit"));
                return Exit::Refused;
            }
        };
        match write_new(&folder.join(&path), &text) {
            Ok(()) => {
                if out.json {
                    out.object(&serde_json::json!({ "path": path }))
                } else {
                    out.text(&format!("{path}\n"))
                }
                Exit::Fine
            }
            Err(error) => {
                let help = (error.kind() == std::io::ErrorKind::AlreadyExists)
                    .then_some("choose another title, or edit that file");
                out.error(&format!("cannot write `{path}`: {}", crate::source::describe(&error)), help);
                Exit::Refused
            }
        }
    }

    /// Where it goes and what is in it.
    fn file(self, now: &jiff::ZonedDateTime) -> Result<(String, String), String> {
        let slug = |words: &str| Slug::from_words(words).ok_or_else(|| words.to_owned());
        let minute = now.strftime("%Y-%m-%d %H:%M").to_string();
        Ok(match self.what {
            What::Article { title, section, authors, bundle } => {
                let name = slug(&title)?;
                let folder = format!("content/articles/{:04}", now.year());
                let path = if bundle { format!("{folder}/{name}/index.md") } else { format!("{folder}/{name}.md") };
                let section = section.map(|section| format!("section: {}\n", quoted(&section))).unwrap_or_default();
                let authors: Vec<String> = authors.iter().map(|author| quoted(author)).collect();
                let text = format!(
                    "---\ntitle: {}\ndate: {minute}\n{section}authors: [{}]\ntopics: []\nsummary: \"\"\ndraft: true\n---\n\nThe first sentence says what happened.\n",
                    quoted(&title),
                    authors.join(", ")
                );
                (path, text)
            }
            What::Page { title } => (
                format!("content/pages/{}.md", slug(&title)?),
                format!("---\ntitle: {}\nmenu: footer\n---\n\n", quoted(&title)),
            ),
            What::Author { name } => (
                format!("content/authors/{}.md", slug(&name)?),
                format!("---\nname: {}\nrole: Reporter\n---\n\n", quoted(&name)),
            ),
            What::Topic { title } => (
                format!("content/topics/{}.md", slug(&title)?),
                format!("---\ntitle: {}\nsummary: \"\"\n---\n\n", quoted(&title)),
            ),
            What::Newsletter { title } => {
                let text = format!(
                    "---\ntitle: {}\npromise: What readers get, in one line\nfrequency: every Friday\nprovider: {{ kind: buttondown, username: your-name }}\nconsent: We send this letter every Friday. You can leave with one click.\nbutton: Sign up\n---\n\nWhy somebody should want this letter.\n",
                    quoted(&title)
                );
                (format!("content/newsletters/{}.md", slug(&title)?), text)
            }
            What::Issue { list, title } => {
                let text = format!(
                    "---\ntitle: {}\npreheader: \"\"\ndate: {minute}\ndraft: true\narticles: []\n---\n\nA few words from the editor.\n",
                    quoted(&title)
                );
                (
                    format!("content/newsletters/{}/{}-{}.md", slug(&list)?, now.strftime("%Y-%m-%d"), slug(&title)?),
                    text,
                )
            }
        })
    }
}

/// The site's zone, as far as its settings can be read.
fn zone_of(root: &Path) -> TimeZone {
    let text = crate::source::text(root, crate::config::FILE).unwrap_or_default();
    Config::parse(&text, &mut Vec::new()).map_or(TimeZone::UTC, |config| config.zone())
}

/// A text in quotes, as YAML reads it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

/// Writes a file that is not there yet, with its folders.
pub(super) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
