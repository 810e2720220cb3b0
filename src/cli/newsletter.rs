//! `handbill newsletter`: writes an issue as files for the provider, or sends it as one email for testing.

#![allow(clippy::disallowed_types, reason = "this command sends one email")]

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};
use url::Url;

use super::output::Output;
use super::{ClockArgs, Exit, GlobalArgs, options, program_digest, root};
use crate::build::{NoObserver, Outcome, PreparedSite, prepare, sort};
use crate::diagnostic::Diagnostic;
use crate::email::{Email, compose, to_mime};
use crate::path::SourcePath;
use crate::site::IncludeUnpublished;

pub(super) const HELP: &str = "\
  handbill newsletter render weekly/2026-11-20-dec-8 --output emails
  handbill newsletter send weekly/2026-11-20-dec-8 --to me@paper.example --smtp \"smtp://me@mail.paper.example:587?tls=required\"";

/// Environment variable with the password of the mail server's user.
const PASSWORD: &str = "HANDBILL_SMTP_PASSWORD";

/// Render or send an issue of a newsletter as an email
#[derive(Debug, Args)]
pub(super) struct Newsletter {
    #[command(subcommand)]
    what: NewsletterCommand,
}

#[derive(Debug, Subcommand)]
enum NewsletterCommand {
    /// Write an issue as .eml, .html and .txt, and print their paths
    Render {
        /// The issue: its file, or `NEWSLETTER/NAME`
        issue: String,
        /// The folder to write into
        #[arg(long, short, value_name = "DIR")]
        output: PathBuf,
        #[command(flatten)]
        clock: Clock,
    },
    /// Send an issue as one message to one email address, as a test
    Send {
        /// The issue: its file, or `NEWSLETTER/NAME`
        issue: String,
        /// The recipient
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// The mail server: smtps://USER@HOST, smtp://USER@HOST:587?tls=required, smtp://HOST:25; the password of USER
        /// is in the environment, as HANDBILL_SMTP_PASSWORD
        #[arg(long, value_name = "URL")]
        smtp: String,
        #[command(flatten)]
        clock: Clock,
    },
}

#[derive(Debug, Args)]
struct Clock {
    /// The build's clock: articles published by then are in the email [default: now]
    #[arg(long, value_name = "TIME", value_parser = crate::time::TimeSpec::parse)]
    as_of: Option<crate::time::TimeSpec>,
}

impl Newsletter {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        match self.what {
            NewsletterCommand::Render { issue, output, clock } => render(&issue, &output, &clock, shared, out),
            NewsletterCommand::Send { issue, to, smtp, clock } => send(&issue, &to, &smtp, &clock, shared, out),
        }
    }
}

/// Composes the email of an issue, or reports why it cannot.
fn compose_issue(issue: &str, clock: &Clock, shared: &GlobalArgs, out: &Output) -> Result<(Email, SourcePath), Exit> {
    let folder = root(shared);
    let mut options = options(shared, &ClockArgs { as_of: clock.as_of, drafts: false, future: false });
    options.include = IncludeUnpublished { issues: true, ..IncludeUnpublished::default() };
    let mut outcome = Outcome::default();
    let planned = prepare(&options, &NoObserver, &mut outcome);
    sort(&mut outcome.diagnostics);
    let has_errors = outcome.diagnostics.iter().any(Diagnostic::is_error);
    let report = |diagnostics: &[Diagnostic]| out.diagnostics(diagnostics, |path| crate::source::text(&folder, path));
    let Some(mut planned) = planned.filter(|_| !has_errors) else {
        outcome.diagnostics.retain(Diagnostic::is_error);
        report(&outcome.diagnostics);
        return Err(if outcome.environment_failed { Exit::EnvironmentFailed } else { Exit::SiteHasErrors });
    };
    let Some(index) = find(issue, &planned, &folder) else {
        let known: Vec<&str> = planned.site.model.issues.iter().map(|issue| issue.document.path.as_str()).collect();
        let near = crate::diagnostic::nearest_path(issue, known.iter().copied());
        let help = near.map_or_else(
            || "write one with `handbill new issue NEWSLETTER`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        out.error(&format!("there is no issue `{issue}`"), Some(&help));
        return Err(Exit::EnvironmentFailed);
    };
    let path = planned.site.model.issues[index].document.path.clone();
    outcome.diagnostics.retain(|reported| reported.location.as_ref().is_some_and(|place| place.file == path.as_str()));
    report(&outcome.diagnostics);
    let texts = planned.texts(vec![path.clone()]).map_err(|error| {
        report(&[error]);
        Exit::EnvironmentFailed
    })?;
    let renderer = planned.renderer(&planned.plan.outputs, program_digest());
    match compose(&planned.site, &planned.theme, &renderer, index, &texts) {
        Ok(email) => Ok((email, path)),
        Err(found) => {
            report(&found);
            Err(Exit::SiteHasErrors)
        }
    }
}

/// Returns the index of the issue that is named; `None` if there is none.
fn find(name: &str, planned: &PreparedSite, folder: &Path) -> Option<usize> {
    let name = name.replace('\\', "/");
    let below = Path::new(&name).strip_prefix(folder).ok().and_then(Path::to_str).unwrap_or(&name);
    let bare = below.trim_start_matches("./").trim_start_matches("content/newsletters/");
    let bare = bare.trim_end_matches("/index.md").trim_end_matches(".md");
    let name = |path: &SourcePath| {
        let below = path.as_str().trim_start_matches("content/newsletters/");
        below.trim_end_matches("/index.md").trim_end_matches(".md").to_owned()
    };
    planned.site.model.issues.iter().position(|issue| name(&issue.document.path) == bare)
}

fn render(issue: &str, output: &Path, clock: &Clock, shared: &GlobalArgs, out: &Output) -> Exit {
    let (email, path) = match compose_issue(issue, clock, shared, out) {
        Ok(composed) => composed,
        Err(exit) => return exit,
    };
    let eml = match to_mime(&email, None) {
        Ok(message) => message.formatted(),
        Err(reason) => {
            out.error(&reason, Some("fix `from` in the newsletter's front matter"));
            return Exit::SiteHasErrors;
        }
    };
    let name = crate::content::document::name(&path);
    let files = [("eml", eml), ("html", email.html.into_bytes()), ("txt", email.text.into_bytes())];
    for (ending, bytes) in files {
        let file = output.join(format!("{name}.{ending}"));
        let written = std::fs::create_dir_all(output).and_then(|()| std::fs::write(&file, bytes));
        if let Err(error) = written {
            out.error(&format!("cannot write `{}`: {}", file.display(), crate::source::io_error_text(&error)), None);
            return Exit::EnvironmentFailed;
        }
        match out.json {
            true => out.object(&serde_json::json!({ "path": file })),
            false => out.text(&format!("{}\n", file.display())),
        }
    }
    Exit::Success
}

fn send(issue: &str, to: &str, smtp: &str, clock: &Clock, shared: &GlobalArgs, out: &Output) -> Exit {
    let refuse = |message: &str, help: &str| {
        out.error(message, Some(help));
        Exit::EnvironmentFailed
    };
    if to.parse::<lettre::Address>().is_err() {
        return refuse(
            &format!("`{to}` is not one email address"),
            "give one, `--to me@paper.example`: the provider sends the newsletter to its subscribers",
        );
    }
    let transport = match transport(smtp, std::env::var(PASSWORD).ok()) {
        Ok(transport) => transport,
        Err((message, help)) => return refuse(&message, help),
    };
    let (email, _) = match compose_issue(issue, clock, shared, out) {
        Ok(composed) => composed,
        Err(exit) => return exit,
    };
    let message = match to_mime(&email, Some(to)) {
        Ok(message) => message,
        Err(reason) => return refuse(&reason, "fix `from` in the newsletter's front matter"),
    };
    match transport.send(&message) {
        Ok(_) => {
            if out.json {
                out.object(&serde_json::json!({ "to": to, "subject": email.subject }));
            }
            out.info(&format!("sent to {to}: {}", email.subject));
            Exit::Success
        }
        Err(error) => {
            let help = if error.is_tls() {
                "check the server's name and its certificate"
            } else if error.is_permanent() || error.is_transient() {
                "the server refused: check the user, HANDBILL_SMTP_PASSWORD and the email addresses"
            } else {
                "check the host and the port, and whether the server is running"
            };
            let mut causes = vec![error.to_string()];
            let mut cause = std::error::Error::source(&error);
            while let Some(inner) = cause {
                causes.push(inner.to_string());
                cause = inner.source();
            }
            causes.dedup();
            refuse(&format!("the message was not sent: {}", causes.join(": ")), help)
        }
    }
}

/// Connects to a mail server. The password comes from the environment, since command lines are visible to other users.
fn transport(url: &str, password: Option<String>) -> Result<SmtpTransport, (String, &'static str)> {
    const SHAPES: &str = "write `smtps://USER@HOST`, `smtp://USER@HOST:587?tls=required` or `smtp://HOST:25`";
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
    let Some(mut url) = url else { return Err(("this is not the URL of a mail server".to_owned(), SHAPES)) };
    if url.password().is_some() {
        let message = "the URL of the mail server contains a password".to_owned();
        return Err((message, "remove it, and set HANDBILL_SMTP_PASSWORD in the environment"));
    }
    let user = crate::path::decode_path(url.username()).filter(|user| !user.is_empty());
    url.set_username("").expect("a URL with a host can have a user");
    let builder = SmtpTransport::from_url(url.as_str()).map_err(|reason| (format!("`{url}`: {reason}"), SHAPES))?;
    let builder = builder.timeout(Some(std::time::Duration::from_secs(30)));
    let Some(user) = user else { return Ok(builder.build()) };
    let Some(password) = password else {
        let message = format!("there is no password for `{user}`");
        return Err((message, "set HANDBILL_SMTP_PASSWORD in the environment"));
    };
    Ok(builder.credentials(Credentials::new(user, password)).build())
}

#[cfg(test)]
mod tests {
    use super::transport;

    #[test]
    fn passwords_are_not_accepted_in_urls() {
        let check = |url: &str, password: Option<&str>, expected: Result<(), &str>| {
            let composed = transport(url, password.map(str::to_owned)).map(drop);
            assert_eq!(composed.as_ref().map(drop).map_err(|(message, _)| message.as_str()), expected, "{url}");
        };
        check("smtp://localhost:1025", None, Ok(()));
        check("smtps://me@mail.example", Some("x"), Ok(()));
        check("smtps://me@mail.example", None, Err("there is no password for `me`"));
        check("smtps://me:x@mail.example", None, Err("the URL of the mail server contains a password"));
        check("https://mail.example", None, Err("this is not the URL of a mail server"));
    }
}
