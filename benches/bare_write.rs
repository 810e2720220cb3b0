//! The bare write: how long the machine needs to write a finished site, and nothing else.
//!
//! Reads an output tree into memory, then writes the same files into a fresh folder with a few
//! threads, each folder made once, and prints the seconds of each round. No generator that writes
//! the same files can be faster, so this is what `benches/run` holds a build against.
//!
//! No round's folder is removed before the last round is over: ext4 without a journal passes over
//! every inode freed within the last minute, so making files just after removing as many takes up
//! to ten times as long.
//!
//! It uses the standard library only: `cargo bench --bench bare_write -- TREE FRESH` runs it, and so
//! does `rustc -O` without the crate (which is what `benches/run` does).
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring program: it reads the clock, writes files and prints, outside the site's pipeline"
)]

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

const USAGE: &str = "\
usage: bare_write TREE FRESH [--rounds N] [--threads N] [--keep]

Reads the output tree TREE into memory, then times writing it into FRESH/1, FRESH/2 and so on. FRESH
must not exist; it is removed in the end, unless --keep is given. Prints the seconds of each round,
one a line.";

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to the arguments of every target.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if arguments.is_empty() {
        eprintln!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match Options::parse(&arguments).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

struct Options {
    tree: PathBuf,
    fresh: PathBuf,
    rounds: usize,
    threads: usize,
    keep: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Box<dyn Error>> {
        let (mut folders, mut rounds, mut threads, mut keep) = (Vec::new(), 3, 2, false);
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let value = arguments.next().ok_or(format!("`{argument}` needs a number"))?;
                value.parse().map_err(|_| format!("`{value}` is not a number"))
            };
            match argument.as_str() {
                "--rounds" => rounds = number()?,
                "--threads" => threads = number()?,
                "--keep" => keep = true,
                _ => folders.push(PathBuf::from(argument)),
            }
        }
        let [tree, fresh] = <[PathBuf; 2]>::try_from(folders).map_err(|_| "two folders are needed, TREE and FRESH")?;
        if fresh.exists() {
            return Err(format!("`{}` exists: the folder must be fresh", fresh.display()).into());
        }
        Ok(Self { tree, fresh, rounds, threads: threads.max(1), keep })
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let tree = Tree::read(&options.tree)?;
    eprintln!(
        "{} files in {} folders, {:.1} MB",
        tree.folders.iter().map(|folder| folder.files.len()).sum::<usize>(),
        tree.folders.len(),
        tree.bytes as f64 / 1e6
    );
    fs::create_dir(&options.fresh)?;
    for round in 1..=options.rounds {
        // What earlier work left for the disk to do must not be charged to this round.
        Command::new("sync").status()?;
        let start = Instant::now();
        tree.write(&options.fresh.join(round.to_string()), options.threads)?;
        println!("{:.4}", start.elapsed().as_secs_f64());
    }
    if !options.keep {
        fs::remove_dir_all(&options.fresh)?;
    }
    Ok(())
}

/// A finished output tree in memory, its folders in path order.
struct Tree {
    /// Folders that hold folders: made first, by one thread, parents before children.
    branches: Vec<PathBuf>,
    /// All folders with their files, the work that the threads share.
    folders: Vec<Folder>,
    bytes: u64,
}

struct Folder {
    path: PathBuf,
    is_branch: bool,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Tree {
    fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self { branches: Vec::new(), folders: Vec::new(), bytes: 0 };
        tree.read_folder(root, Path::new(""))?;
        Ok(tree)
    }

    fn read_folder(&mut self, root: &Path, path: &Path) -> io::Result<()> {
        let mut entries = fs::read_dir(root.join(path))?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        let (subfolders, files): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));

        let mut read = Vec::with_capacity(files.len());
        for file in files {
            let bytes = fs::read(file.path())?;
            self.bytes += bytes.len() as u64;
            read.push((path.join(file.file_name()), bytes));
        }
        let is_branch = !subfolders.is_empty() || path == Path::new("");
        if is_branch {
            self.branches.push(path.to_owned());
        }
        self.folders.push(Folder { path: path.to_owned(), is_branch, files: read });
        subfolders.iter().try_for_each(|folder| self.read_folder(root, &path.join(folder.file_name())))
    }

    /// Writes the tree into `root`, which does not exist yet. Each thread takes the next few
    /// folders in path order, makes them and writes their files while they are at hand.
    fn write(&self, root: &Path, threads: usize) -> io::Result<()> {
        const FOLDERS_AT_A_TIME: usize = 32;
        for branch in &self.branches {
            fs::create_dir(root.join(branch))?;
        }
        let portions: Vec<&[Folder]> = self.folders.chunks(FOLDERS_AT_A_TIME).collect();
        let next = AtomicUsize::new(0);
        let work = || -> io::Result<()> {
            while let Some(portion) = portions.get(next.fetch_add(1, Ordering::Relaxed)) {
                portion.iter().try_for_each(|folder| folder.write(root))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().expect("a worker returns its error, it does not panic"))
        })
    }
}

impl Folder {
    fn write(&self, root: &Path) -> io::Result<()> {
        if !self.is_branch {
            fs::create_dir(root.join(&self.path))?;
        }
        self.files.iter().try_for_each(|(path, bytes)| fs::write(root.join(path), bytes))
    }
}
