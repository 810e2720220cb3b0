//! What a build is asked to do.

use std::path::PathBuf;
use std::time::SystemTime;

use jiff::tz::TimeZone;

use crate::digest::Digest;
use crate::site::IncludeUnpublished;
use crate::time::TimeSpec;

/// What a build is asked to do.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// Where the output goes; `public/` in the site's folder when absent.
    pub output: Option<PathBuf>,
    /// In place of the settings' base URL.
    pub base_url: Option<String>,
    /// The build's clock.
    pub clock: Clock,
    /// Which of the articles held back are shown all the same.
    pub include: IncludeUnpublished,
    /// Whether to forget what is known.
    pub force: bool,
    /// Whether warnings fail.
    pub strict: bool,
    /// The running program's digest: another program may render otherwise.
    pub program: Digest,
    /// The machine's clock, for telling which files are too young to be trusted by their times.
    pub now: SystemTime,
}

impl BuildOptions {
    /// A plain build of a site: into its own folder, by its own settings, nothing shown that is held back.
    #[must_use]
    pub fn of(root: PathBuf, clock: Clock, program: Digest, now: SystemTime) -> BuildOptions {
        let preview = IncludeUnpublished::default();
        BuildOptions {
            root,
            output: None,
            base_url: None,
            clock,
            include: preview,
            force: false,
            strict: false,
            program,
            now,
        }
    }

    /// Where the output goes.
    pub(super) fn output(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| self.root.join("public"))
    }
}

/// The build's clock.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    At(i64),
    /// As written on the command line; a date means its start in the site's zone.
    Fixed(TimeSpec),
}

impl Clock {
    /// In seconds since 1970-01-01T00:00:00Z.
    pub(super) fn seconds(self, zone: &TimeZone) -> i64 {
        match self {
            Clock::At(seconds) => seconds,
            Clock::Fixed(when) => when.unix_seconds(zone),
        }
    }
}
