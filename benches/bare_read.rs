//! The bare read: how long the libraries need for a site's sources, and nothing else.
//!
//! Finds the Markdown files of a folder, reads them, reads their front matter as YAML and their text as Markdown, each
//! on every core, and keeps nothing of what comes out. No generator with these libraries can be faster, so this, with
//! the bare write, is the least that a build takes.
//!
//! `cargo bench --bench bare_read -- SITE/content` prints the milliseconds of each step, a round a line.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring program: it reads the clock and files and prints, outside the site's pipeline"
)]

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;
use walkdir::WalkDir;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to the arguments of every target.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else {
        println!("usage: bare_read FOLDER");
        return ExitCode::SUCCESS;
    };
    println!("walk  read  yaml  markdown   ms");
    for _ in 0..ROUNDS {
        match round(&folder) {
            Ok(steps) => println!("{}", steps.map(|ms| format!("{ms:4.0}")).join("  ")),
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Milliseconds of each step.
fn round(folder: &str) -> Result<[f64; 4], Box<dyn Error + Send + Sync>> {
    let began = Instant::now();
    let found: Vec<_> = WalkDir::new(folder).into_iter().collect::<Result<_, _>>()?;
    let files: Vec<_> = found.iter().filter(|file| file.path().extension().is_some_and(|end| end == "md")).collect();
    let walk = began.elapsed();
    let texts: Vec<String> =
        files.par_iter().map(|file| std::fs::read_to_string(file.path())).collect::<Result<_, _>>()?;
    let read = began.elapsed();
    let parts: Vec<(&str, &str)> = texts.par_iter().map(|text| split(text)).collect();
    parts.par_iter().try_for_each(|(yaml, _)| serde_yaml::from_str::<serde_yaml::Value>(yaml).map(drop))?;
    let yaml = began.elapsed();
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    parts.par_iter().for_each(|(_, text)| Parser::new_ext(text, options).for_each(|event| drop(black_box(event))));
    let markdown = began.elapsed();
    Ok([walk, read - walk, yaml - read, markdown - yaml].map(|step| step.as_secs_f64() * 1000.0))
}

/// Front matter and text.
fn split(file: &str) -> (&str, &str) {
    let rest = file.strip_prefix("---\n").unwrap_or(file);
    rest.split_once("\n---\n").unwrap_or(("", rest))
}
