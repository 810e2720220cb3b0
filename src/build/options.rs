//! Options of a build, and its clock.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::digest::Digest;
use crate::site::IncludeUnpublished;
use crate::time::{TimeSpec, zoned};

/// Options of a build.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The site's folder.
    pub root: PathBuf,
    /// Output folder; `None` for `public/` in the site's folder.
    pub output: Option<PathBuf>,
    /// Base URL that replaces that of the settings.
    pub base_url: Option<String>,
    /// Clock of the build.
    pub clock: Clock,
    /// Which unpublished articles to include, marked as such.
    pub include: IncludeUnpublished,
    /// Whether to ignore the parse cache and the manifest.
    pub force: bool,
    /// Whether warnings make the build fail.
    pub strict: bool,
    /// Digest of the running program. Another version may render other bytes, so it is part of every trace.
    pub program: Digest,
    /// Current time of the machine, to recognize files too recent for their stamps to be trusted.
    pub now: SystemTime,
}

impl BuildOptions {
    /// Options of a plain build: the default output folder, the site's own settings, nothing unpublished included.
    #[must_use]
    pub fn of(root: PathBuf, clock: Clock, program: Digest, now: SystemTime) -> BuildOptions {
        let include = IncludeUnpublished::default();
        BuildOptions { root, output: None, base_url: None, clock, include, force: false, strict: false, program, now }
    }

    /// Returns the output folder: the one that is set, else `public/` in the site's folder.
    #[must_use]
    pub fn output_folder(&self) -> PathBuf {
        output_folder(&self.root, self.output.as_deref())
    }
}

/// Returns the output folder of a site: `set`, else `public/` in the site's folder `root`.
#[must_use]
pub fn output_folder(root: &Path, set: Option<&Path>) -> PathBuf {
    set.map_or_else(|| root.join("public"), Path::to_path_buf)
}

/// The time for which a site is built.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// Unix seconds.
    At(i64),
    /// A time given with `--as-of`; a date means its start in the site's zone.
    Fixed(TimeSpec),
}

impl Clock {
    /// Returns the day in a time zone; in UTC without one.
    #[must_use]
    pub fn today(self, zone: Option<&TimeZone>) -> Date {
        let zone = zone.cloned().unwrap_or(TimeZone::UTC);
        zoned(self.seconds(&zone), &zone).date()
    }

    /// Returns the time in Unix seconds.
    pub(super) fn seconds(self, zone: &TimeZone) -> i64 {
        match self {
            Clock::At(seconds) => seconds,
            Clock::Fixed(time) => time.unix_seconds(zone),
        }
    }
}
