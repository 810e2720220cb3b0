//! `handbill init`

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::host::{self, HostArgs};
use super::new::write_new;
use super::output::Output;
use super::{Exit, seconds};
use crate::time::zoned;

/// Create a new site that builds at once
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to create
    dir: PathBuf,
    /// Set up where it is published, as `handbill host add` does: netlify, s3, rsync …
    #[arg(long, value_name = "KIND")]
    host: Option<String>,
    #[command(flatten)]
    setup: HostArgs,
}

/// Files of a new site; `{title}`, `{date}` and `{year}` are filled in.
const FILES: &[(&str, &str)] = &[
    ("site.yaml", include_str!("init/site.yaml")),
    (".gitignore", "public/\n.handbill/\n.*.handbill-*\n"),
    ("content/articles/{year}/a-first-article.md", include_str!("init/article.md")),
    ("content/authors/the-editors.md", include_str!("init/author.md")),
    ("content/topics/how-we-work.md", include_str!("init/topic.md")),
    ("content/pages/about.md", include_str!("init/about.md")),
    ("content/pages/privacy.md", include_str!("init/privacy.md")),
];

impl Init {
    pub(super) fn run(self, out: &Output) -> Exit {
        if self.host.is_none() && !self.setup.is_empty() {
            out.error("`--set`, `--target` and `--ci` are about a host", Some("name it: `--host netlify`"));
            return Exit::EnvironmentFailed;
        }
        let is_taken =
            std::fs::read_dir(&self.dir).is_ok_and(|mut entries| entries.next().is_some()) || self.dir.is_file();
        if is_taken {
            let message = format!("`{}` exists already, and is not empty", self.dir.display());
            out.error(&message, Some("choose a folder that does not exist yet"));
            return Exit::EnvironmentFailed;
        }
        if self.host.as_ref().is_some_and(|kind| host::check(kind, &self.setup, "", out).is_none()) {
            return Exit::SiteHasErrors;
        }
        // Yesterday in UTC is past in every time zone, so the article is published whatever zone is set.
        let yesterday = zoned(seconds(SystemTime::now()) - 24 * 3600, &jiff::tz::TimeZone::UTC);
        // `.` and `..` have no names.
        let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
        let folder = real(&self.dir).unwrap_or_else(|_| self.dir.clone());
        let is_here = std::env::current_dir().and_then(|here| real(&here)).is_ok_and(|here| here == folder);
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let title = title_of(&name);
        for (path, text) in FILES {
            let path = path.replace("{year}", &format!("{:04}", yesterday.year()));
            let text = text.replace("{title}", &title).replace("{date}", &yesterday.strftime("%Y-%m-%d").to_string());
            if let Err(error) = write_new(&self.dir.join(&path), &text) {
                let message = format!("cannot write `{path}`: {}", crate::source::io_error_text(&error));
                out.error(&message, None);
                return Exit::EnvironmentFailed;
            }
        }
        let shown = if is_here { name } else { self.dir.display().to_string() };
        out.info(&format!("{} is ready. Next:", out.bold(&shown)));
        if !is_here {
            out.info(&format!("  cd {}", self.dir.display()));
        }
        out.info("  handbill serve --open    shows it in a browser while you write");
        out.info("  handbill build           publishes it into public/");
        if out.json {
            out.object(&serde_json::json!({ "path": self.dir }));
        }
        let Some(kind) = &self.host else { return Exit::Success };
        let settings = crate::source::text(&self.dir, crate::config::FILE).unwrap_or_default();
        host::add(kind, &self.setup, &self.dir, &settings, out)
    }
}

/// Makes a title of a folder name: `my-paper` becomes `My Paper`.
fn title_of(name: &str) -> String {
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).map(|word| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    });
    let title = words.collect::<Vec<_>>().join(" ").replace(['"', '\\'], "");
    if title.is_empty() { "My Paper".to_owned() } else { title }
}
