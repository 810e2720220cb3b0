//! The few acts that change the disk, each through one door.
//!
//! A file is only ever written under a name that is not yet taken and then renamed; nothing is written in place.
//! A rename is one step for whoever looks on, and each of those used here can be undone by another.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rayon::prelude::*;

use super::stamp::Stamp;

/// Makes a folder and those it lies in.
pub(super) fn make_folders(path: &Path) -> io::Result<()> {
    fault::point()?;
    fs::create_dir_all(path)
}

/// Makes one folder, which must not be there.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fault::point()?;
    fs::create_dir(path)
}

/// Writes a file under a name that is not taken, and gives its stamp.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<Stamp> {
    fault::point()?;
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.metadata().map(|metadata| Stamp::of(&metadata))
}

/// Writes a file of our own cache, by a temporary one beside it: readers see the old bytes or the new.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_over_in_pieces(path, [bytes])
}

/// The same of bytes in pieces.
pub(super) fn write_over_in_pieces<'b>(path: &Path, pieces: impl IntoIterator<Item = &'b [u8]>) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let write = |mut file: File| pieces.into_iter().try_for_each(|piece| file.write_all(piece));
    let written = fault::point().and_then(|()| File::create(&temporary)).and_then(write);
    let renamed = written.and_then(|()| fault::point()).and_then(|()| fs::rename(&temporary, path));
    renamed.inspect_err(|_| {
        // Half a file is of no use; that it cannot be removed either changes nothing.
        let _ = fs::remove_file(&temporary);
    })
}

/// Moves a file or a folder to a name that is not taken; taken names are an error where the system can say so.
pub(super) fn place(from: &Path, to: &Path) -> io::Result<()> {
    fault::point()?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    match rename_with(from, to, rustix::fs::RenameFlags::NOREPLACE) {
        Err(error) if is_lack(&error) => {}
        result => return result,
    }
    fs::rename(from, to)
}

/// Puts one file in the place of another and the other in its own, in one step.
///
/// Where the system has no such step there are three, after each of which a whole file is in both places; where it
/// has no hard links either, the other file is lost.
pub(super) fn exchange(from: &Path, to: &Path) -> io::Result<()> {
    fault::point()?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    match rename_with(from, to, rustix::fs::RenameFlags::EXCHANGE) {
        Err(error) if is_lack(&error) => {}
        result => return result,
    }
    let aside = from.with_extension("old");
    let kept = fs::hard_link(to, &aside);
    fs::rename(from, to)?;
    // Should this fail, the new file is in place all the same; only it cannot be taken back.
    let _ = kept.and_then(|()| fs::rename(aside, from));
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_with(from: &Path, to: &Path, flags: rustix::fs::RenameFlags) -> io::Result<()> {
    fault::lack()?;
    rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, flags).map_err(io::Error::from)
}

/// Whether an error says that the system or the file system lacks this kind of rename.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn is_lack(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// Removes a folder if it is empty: whether it is gone then.
pub(super) fn remove_if_empty(path: &Path) -> io::Result<bool> {
    fault::point()?;
    match fs::remove_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file if it is there.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    fault::point()?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a folder with all it holds, on every core: the file system takes longer to forget a file than to
/// write it. Symlinks are removed, never followed. Nothing there is no error.
pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    fault::point()?;
    let entries: Vec<fs::DirEntry> = match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?.collect::<io::Result<_>>()?,
    };
    entries.par_iter().try_for_each(|entry| match entry.file_type()?.is_dir() {
        true => remove_tree(&entry.path()),
        false => fs::remove_file(entry.path()),
    })?;
    fs::remove_dir(path)
}

/// Deliberate faults for tests: the act of a given number fails, or the process dies there.
#[cfg(not(test))]
mod fault {
    pub(super) fn point() -> std::io::Result<()> {
        Ok(())
    }

    pub(super) fn lack() -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) use fault::count as acts_so_far;

/// Deliberate faults: the act of the number in `HANDBILL_FAIL_AT` fails, that in `HANDBILL_DIE_AT` kills the process,
/// and with `HANDBILL_PLAIN_RENAMES` there is no other kind of rename. With `HANDBILL_PRINT_ACTS` each act prints a line
/// before it is done, for a test that kills the process.
#[cfg(test)]
mod fault {
    use std::io::{self, ErrorKind, Write};
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static ACTS: AtomicUsize = AtomicUsize::new(0);
    static FAIL_AT: LazyLock<Option<usize>> = LazyLock::new(|| number("HANDBILL_FAIL_AT"));
    static DIE_AT: LazyLock<Option<usize>> = LazyLock::new(|| number("HANDBILL_DIE_AT"));
    static PRINT_ACTS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("HANDBILL_PRINT_ACTS").is_some());

    fn number(variable: &str) -> Option<usize> {
        std::env::var(variable).ok()?.parse().ok()
    }

    pub(super) fn point() -> io::Result<()> {
        let act = ACTS.fetch_add(1, Ordering::SeqCst) + 1;
        if *PRINT_ACTS {
            io::stdout().write_all(b"ACT\n")?;
        }
        if Some(act) == *DIE_AT {
            std::process::abort();
        }
        match Some(act) == *FAIL_AT {
            true => Err(io::Error::from(ErrorKind::StorageFull)),
            false => Ok(()),
        }
    }

    pub(super) fn lack() -> io::Result<()> {
        match std::env::var_os("HANDBILL_PLAIN_RENAMES").is_some() {
            true => Err(io::Error::from(ErrorKind::Unsupported)),
            false => Ok(()),
        }
    }

    /// How many acts this process has done.
    pub(crate) fn count() -> usize {
        ACTS.load(Ordering::SeqCst)
    }
}
