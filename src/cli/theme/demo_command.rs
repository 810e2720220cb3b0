//! `handbill theme demo`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::super::output::Output;
use super::super::progress::Progress;
use super::super::serve::Serve;
use super::super::{ClockArgs, Exit, GlobalArgs, absolute, build, options, root};
use super::demo::{CLOCK, DemoSite};
use crate::build::Clock;
use crate::site;
use crate::time::TimeSpec;

pub(super) const HELP: &str = "\
The demo site is a small site that shows every part of a theme in every state, drafts too.
It uses theme, settings, language and overrides of the site; outside a site it shows broadsheet.

  handbill theme demo --serve --open     shows each change of a template or stylesheet as you save it";

/// Interval at which changes of the theme are looked for.
const INTERVAL: Duration = Duration::from_millis(300);

/// Build the demo site with the site's theme: every part of it in every state
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The output folder [default: .handbill/demo/public in the site's folder]
    #[arg(long, short, value_name = "DIR", conflicts_with = "serve")]
    output: Option<PathBuf>,
    /// Show it in a browser instead, with each change as it is saved
    #[arg(long)]
    serve: bool,
    /// The port of --serve [default: 1517, or the next free one]
    #[arg(long, value_name = "N", requires = "serve", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Open it in a browser
    #[arg(long, requires = "serve")]
    open: bool,
    /// The clock of the demo site [default: the day after its latest article]
    #[arg(long, value_name = "TIME", value_parser = TimeSpec::parse)]
    as_of: Option<TimeSpec>,
}

impl Demo {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        let mut demo = DemoSite::of(&site, None);
        let mut diagnostics = Vec::new();
        let laid_out = demo.write_to_disk(&mut diagnostics);
        out.diagnostics(&diagnostics, |path| crate::source::text(&site, path));
        match laid_out {
            Ok(true) if diagnostics.iter().all(|diagnostic| !diagnostic.is_error()) => {}
            Ok(_) => return Exit::SiteHasErrors,
            Err(why) => {
                out.error(&format!("the demo site cannot be written: {why}"), None);
                return Exit::EnvironmentFailed;
            }
        }
        let mut options = options(shared, &ClockArgs { as_of: None, drafts: true, future: true });
        options.root.clone_from(&demo.root);
        let clock = self.as_of.unwrap_or_else(|| TimeSpec::parse(CLOCK).expect("a time"));
        options.clock = Clock::Fixed(clock);
        options.include = site::IncludeUnpublished { drafts: true, future: true, issues: false };
        if self.serve {
            std::thread::spawn(move || sync_demo(demo));
            return Serve::of(self.port, self.open).show(options, out);
        }
        options.output = self.output.as_deref().map(absolute);
        let progress = Progress::new(out.has_progress(), false);
        let outcome = crate::build::build(&options, &progress);
        progress.finish();
        build::report_outcome(&outcome, &progress, &options, out)
    }
}

/// Writes the demo site again whenever the site has changed. The dev server reports errors in its files.
fn sync_demo(mut demo: DemoSite) {
    loop {
        std::thread::sleep(INTERVAL);
        let _ = demo.write_to_disk(&mut Vec::new());
    }
}
