//! Observes a build for the command line: shows a progress bar for long builds, and measures stages for `--profile`.

#![allow(clippy::disallowed_types, reason = "threads that render report to one bar")]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::build::{BuildObserver, Work};

/// Time before the progress bar is shown.
const BAR_DELAY: Duration = Duration::from_millis(400);

pub(super) struct Progress {
    began: Instant,
    shows_bar: bool,
    is_profiling: bool,
    stages: Mutex<Vec<(&'static str, Instant)>>,
    timings: Mutex<BTreeMap<String, (usize, Duration)>>,
    is_encoding: AtomicBool,
    planned: AtomicUsize,
    done: AtomicU64,
    bar: Mutex<Option<ProgressBar>>,
}

/// Exit code of a program that was interrupted, as shells have it: 128 and the number of the signal.
const EXIT_INTERRUPTED: i32 = 130;

/// Set by Ctrl-C: the build stops before the output changes, a deployment before the next files. A second one ends the
/// program at once, as a kill does.
static STOPPED: AtomicBool = AtomicBool::new(false);

impl Progress {
    pub(super) fn new(shows_bar: bool, is_profiling: bool) -> Progress {
        // A second handler in one process is refused; the first one is used.
        let _ = ctrlc::set_handler(|| {
            if STOPPED.swap(true, Ordering::Relaxed) {
                std::process::exit(EXIT_INTERRUPTED);
            }
        });
        Progress {
            began: Instant::now(),
            shows_bar,
            is_profiling,
            stages: Mutex::new(Vec::new()),
            timings: Mutex::new(BTreeMap::new()),
            is_encoding: AtomicBool::new(false),
            planned: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            bar: Mutex::new(None),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.lock().expect("no panic while drawing").take() {
            bar.finish_and_clear();
        }
    }

    /// Formats the time of each stage, then of each kind of file, the most expensive first.
    pub(super) fn profile(&self) -> String {
        let stages = self.stages.lock().expect("no panic while timing");
        let ends = stages.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
        let mut text = String::from("stage        seconds\n");
        for ((name, at), end) in stages.iter().zip(ends) {
            text.push_str(&format!("{name:<12} {:>7.3}\n", (end - *at).as_secs_f64()));
        }
        let timings = self.timings.lock().expect("no panic while timing");
        let mut rows: Vec<_> = timings.iter().collect();
        rows.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
        text.push_str("\noutput                      files  seconds of CPU\n");
        for (name, (count, time)) in rows {
            text.push_str(&format!("{name:<26} {count:>6} {:>8.3}\n", time.as_secs_f64()));
        }
        text
    }
}

impl BuildObserver for Progress {
    fn stage(&self, name: &'static str) {
        self.stages.lock().expect("no panic while timing").push((name, Instant::now()));
    }

    fn planned(&self, work: Work, count: usize) {
        self.finish();
        self.is_encoding.store(work == Work::Variants, Ordering::Relaxed);
        self.planned.store(count, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // A page takes far less time than a variant.
        let step = if self.is_encoding.load(Ordering::Relaxed) { 1 } else { 64 };
        if !self.shows_bar || !done.is_multiple_of(step) || self.began.elapsed() < BAR_DELAY {
            return;
        }
        let mut bar = self.bar.lock().expect("no panic while drawing");
        let bar = bar.get_or_insert_with(|| {
            let template = match self.is_encoding.load(Ordering::Relaxed) {
                true => "{bar:32} encoding {human_pos} of {human_len}, {eta} left",
                false => "{bar:32} {pos}/{len} pages",
            };
            let style = ProgressStyle::with_template(template).expect("a fixed template");
            ProgressBar::new(self.planned.load(Ordering::Relaxed) as u64).with_style(style)
        });
        bar.set_position(done);
    }

    fn make(&self, kind: &str, work: &mut dyn FnMut()) {
        if !self.is_profiling {
            return work();
        }
        let began = Instant::now();
        work();
        let took = began.elapsed();
        let mut all = self.timings.lock().expect("no panic while timing");
        let entry = all.entry(kind.to_owned()).or_default();
        *entry = (entry.0 + 1, entry.1 + took);
    }

    fn is_stopped(&self) -> bool {
        is_stopped()
    }
}

/// Returns whether Ctrl-C was pressed.
pub(super) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}
