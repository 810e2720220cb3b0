//! The command line: a file for each command. The only module that prints, and reads the clock and the environment.

#![allow(clippy::disallowed_methods, reason = "this module prints, reads the clock and makes new sites")]

mod build;
mod check;
mod clean;
mod comments;
mod deploy;
mod explain;
mod init;
mod list;
mod new;
mod newsletter;
mod output;
mod progress;
mod schema;
mod serve;
mod theme;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::build::{BuildOptions, Clock};
use crate::diagnostic::nearest;
use crate::digest::Digest;
use crate::site::IncludeUnpublished;
use crate::time::TimeSpec;

/// Turns a folder of Markdown into a news site.
#[derive(Debug, Parser)]
#[command(name = "handbill", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    shared: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Begin with:
  handbill init my-paper
  cd my-paper
  handbill serve --open

Every command has a help text: handbill build --help";

/// Flags of every command.
#[derive(Debug, Args)]
struct GlobalArgs {
    /// The site's folder [default: the nearest folder upwards with a site.yaml]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Print errors and nothing else
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Text for people, or on standard output: a JSON object per line, workflow commands of GitHub Actions, SARIF 2.1.0 or
    /// JUnit XML, of which the last two are for `build` and `check`
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
    /// Colours; automatic on a terminal (NO_COLOR is respected)
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Github,
    Sarif,
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a new site that builds at once
    #[command(after_help = "The folder must be new or empty. Then:\n  cd my-paper && handbill build")]
    Init(init::Init),
    /// Write a new file with its front matter filled in, and print its path
    New(new::New),
    /// Publish the site into public/
    #[command(after_help = build::HELP)]
    Build(build::Build),
    /// Check everything that a build checks, and the finished pages; write nothing
    #[command(after_help = check::HELP)]
    Check(check::Check),
    /// Build, check and send the site to a target of site.yaml
    #[command(after_help = deploy::HELP)]
    Deploy(deploy::Deploy),
    /// Show the site in a browser while it is written
    #[command(after_help = serve::HELP)]
    Serve(serve::Serve),
    /// Render or send an issue of a newsletter as an email
    #[command(after_help = newsletter::HELP)]
    Newsletter(newsletter::Newsletter),
    /// List the articles and the state of each
    List(list::List),
    /// Say what a source becomes, or what a URL is rendered from, and why
    #[command(after_help = explain::HELP)]
    Explain(explain::Explain),
    /// Create a theme, override a file of one, check it, see it
    #[command(after_help = theme::HELP)]
    Theme(theme::Theme),
    /// Import comments, queue what readers send, moderate
    #[command(after_help = comments::HELP)]
    Comments(comments::Comments),
    /// Remove what Handbill wrote into public/, and only that
    Clean(clean::Clean),
    /// Print the JSON Schema of site.yaml or of a front matter, for editors
    Schema(schema::PrintSchema),
    /// Print completions for a shell
    #[command(
        after_help = "For bash:\n  handbill completions bash > ~/.local/share/bash-completion/completions/handbill"
    )]
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
}

/// What decides which articles are published: shared by the commands that assemble the site.
#[derive(Debug, Args, Default)]
struct ClockArgs {
    /// The build's clock, which decides what is published [default: now]
    #[arg(long, value_name = "TIME", value_parser = TimeSpec::parse)]
    as_of: Option<TimeSpec>,
    /// Include drafts, marked as such
    #[arg(long)]
    drafts: bool,
    /// Include what is scheduled or under embargo, marked as such
    #[arg(long)]
    future: bool,
}

/// The output folder, for the commands that write into it or read what is known of it.
#[derive(Debug, Args)]
struct OutputArgs {
    /// The output folder [default: public/ in the site's folder]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// The folder as an absolute path; `None` stands for the default.
    fn absolute(&self) -> Option<PathBuf> {
        self.output.as_deref().map(absolute)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Exit status. 0: success; 1: the site has errors; 2: wrong usage, or the environment failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Success,
    SiteHasErrors,
    EnvironmentFailed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::SiteHasErrors => 1,
            Exit::EnvironmentFailed => 2,
        })
    }
}

/// Runs the command of this process, and returns its exit status.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| with_suggestion(error).exit());
    let is_document = matches!(cli.shared.format, Format::Sarif | Format::Junit);
    if is_document && !matches!(cli.command, Command::Build(_) | Command::Check(_)) {
        let message = "`--format sarif` and `--format junit` are for `build` and `check`";
        Cli::command().error(ErrorKind::ArgumentConflict, message).exit();
    }
    let out = output::Output::new(&cli.shared);
    let shared = &cli.shared;
    let exit = match cli.command {
        Command::Init(command) => command.run(&out),
        Command::New(command) => command.run(shared, &out),
        Command::Build(command) => command.run(shared, &out),
        Command::Check(command) => command.run(shared, &out),
        Command::Deploy(command) => command.run(shared, &out),
        Command::Serve(command) => command.run(shared, &out),
        Command::Newsletter(command) => command.run(shared, &out),
        Command::List(command) => command.run(shared, &out),
        Command::Explain(command) => command.run(shared, &out),
        Command::Theme(command) => command.run(shared, &out),
        Command::Comments(command) => command.run(shared, &out),
        Command::Clean(command) => command.run(shared, &out),
        Command::Schema(command) => command.run(shared, &out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "handbill", &mut script);
            out.text(&String::from_utf8_lossy(&script));
            Exit::Success
        }
    };
    if out.is_lost() { Exit::EnvironmentFailed.into() } else { exit.into() }
}

/// Adds to an error about an unknown command the one that is most likely meant.
fn with_suggestion(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    let program = Cli::command();
    let parent = std::env::args().find_map(|argument| program.find_subcommand(argument)).unwrap_or(&program);
    let near = nearest(unknown, parent.get_subcommands().map(clap::Command::get_name)).map(str::to_owned);
    if let Some(near) = near {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::String(near));
    }
    error
}

/// Returns the site's folder for a command.
fn root(shared: &GlobalArgs) -> PathBuf {
    match &shared.root {
        Some(root) => root.clone(),
        None => {
            let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
            crate::source::find_root(&here).unwrap_or(here)
        }
    }
}

/// Returns the build options of a command that assembles the site.
fn options(shared: &GlobalArgs, times: &ClockArgs) -> BuildOptions {
    let now = SystemTime::now();
    let clock = times.as_of.map_or_else(|| Clock::At(seconds(now)), Clock::Fixed);
    let include = IncludeUnpublished { drafts: times.drafts, future: times.future, issues: false };
    BuildOptions { include, ..BuildOptions::of(root(shared), clock, program_digest(), now) }
}

/// Converts a time to Unix seconds.
fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Returns a digest that identifies this program, which may render differently from another: version, size and time of
/// modification.
fn program_digest() -> Digest {
    let file = std::env::current_exe().ok().and_then(|path| path.metadata().ok());
    let stamp = file.map(|metadata| {
        let modified = metadata.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        (metadata.len(), modified.map(|since| since.as_nanos() as u64))
    });
    Digest::of(&(env!("CARGO_PKG_VERSION"), stamp))
}
