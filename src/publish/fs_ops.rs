//! The operations that change the disk, one function each.
//!
//! A file is written only under an unused name and then renamed, never in place. A rename is atomic for readers, and
//! each one used here can be undone by another.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rayon::prelude::*;

use super::stamp::Stamp;

/// Creates a folder and its parents.
pub(super) fn make_folders(path: &Path) -> io::Result<()> {
    fault::point()?;
    fs::create_dir_all(path)
}

/// Creates a folder, which must not exist.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fault::point()?;
    fs::create_dir(path)
}

/// Writes a file under an unused name and returns its stamp.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<Stamp> {
    fault::point()?;
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.metadata().map(|metadata| Stamp::of(&metadata))
}

/// Replaces a file of the cache through a temporary file beside it, so that readers see the old bytes or the new.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_over_in_pieces(path, [bytes])
}

/// Like [`write_over`], for bytes in several pieces.
pub(super) fn write_over_in_pieces<'b>(path: &Path, pieces: impl IntoIterator<Item = &'b [u8]>) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let write = |mut file: File| pieces.into_iter().try_for_each(|piece| file.write_all(piece));
    let written = fault::point().and_then(|()| File::create(&temporary)).and_then(write);
    let renamed = written.and_then(|()| fault::point()).and_then(|()| fs::rename(&temporary, path));
    renamed.inspect_err(|_| {
        // A partial file is useless; if it cannot be removed, the next write replaces it.
        let _ = fs::remove_file(&temporary);
    })
}

/// Moves a file or folder to an unused name. If the name is used, that is an error where the system can detect it.
pub(super) fn place(from: &Path, to: &Path) -> io::Result<()> {
    fault::point()?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    match rename_with(from, to, rustix::fs::RenameFlags::NOREPLACE) {
        Err(error) if is_unsupported(&error) => {}
        result => return result,
    }
    fs::rename(from, to)
}

/// Exchanges two files atomically.
///
/// A system without such an operation takes three, after each of which both names have a complete file. Without hard
/// links too, the file at `to` is lost.
pub(super) fn exchange(from: &Path, to: &Path) -> io::Result<()> {
    fault::point()?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    match rename_with(from, to, rustix::fs::RenameFlags::EXCHANGE) {
        Err(error) if is_unsupported(&error) => {}
        result => return result,
    }
    let old = from.with_extension("old");
    let kept = fs::hard_link(to, &old);
    fs::rename(from, to)?;
    // If this fails, the new file is in place all the same, but the exchange cannot be undone.
    let _ = kept.and_then(|()| fs::rename(old, from));
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_with(from: &Path, to: &Path, flags: rustix::fs::RenameFlags) -> io::Result<()> {
    fault::unsupported()?;
    rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, flags).map_err(io::Error::from)
}

/// Returns whether an error means that the operating system or file system does not support this kind of rename.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// Removes a folder if it is empty; returns whether it is gone.
pub(super) fn remove_if_empty(path: &Path) -> io::Result<bool> {
    fault::point()?;
    match fs::remove_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file if it exists.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    fault::point()?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a folder with its content, in parallel: a file system takes longer to remove a file than to write it.
/// Symlinks are removed, not followed. A folder that does not exist is no error.
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

/// Fault injection, compiled for tests only.
#[cfg(not(test))]
mod fault {
    pub(super) fn point() -> std::io::Result<()> {
        Ok(())
    }

    pub(super) fn unsupported() -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) use fault::count as operation_count;

/// Fault injection for tests. The operation with the number in `HANDBILL_FAIL_AT` fails, the one in `HANDBILL_DIE_AT`
/// aborts the process, and `HANDBILL_PLAIN_RENAMES` disables all renames with flags. With `HANDBILL_PRINT_OPERATIONS`
/// each operation prints a line before it is done, for a test that kills the process.
#[cfg(test)]
mod fault {
    use std::io::{self, ErrorKind, Write};
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static OPERATIONS: AtomicUsize = AtomicUsize::new(0);
    static FAIL_AT: LazyLock<Option<usize>> = LazyLock::new(|| number("HANDBILL_FAIL_AT"));
    static DIE_AT: LazyLock<Option<usize>> = LazyLock::new(|| number("HANDBILL_DIE_AT"));
    static PRINT_OPERATIONS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("HANDBILL_PRINT_OPERATIONS").is_some());

    fn number(variable: &str) -> Option<usize> {
        std::env::var(variable).ok()?.parse().ok()
    }

    pub(super) fn point() -> io::Result<()> {
        let operation = OPERATIONS.fetch_add(1, Ordering::SeqCst) + 1;
        if *PRINT_OPERATIONS {
            io::stdout().write_all(b"OPERATION\n")?;
        }
        if Some(operation) == *DIE_AT {
            std::process::abort();
        }
        match Some(operation) == *FAIL_AT {
            true => Err(io::Error::from(ErrorKind::StorageFull)),
            false => Ok(()),
        }
    }

    pub(super) fn unsupported() -> io::Result<()> {
        match std::env::var_os("HANDBILL_PLAIN_RENAMES").is_some() {
            true => Err(io::Error::from(ErrorKind::Unsupported)),
            false => Ok(()),
        }
    }

    /// Returns the number of operations that this process has done.
    pub(crate) fn count() -> usize {
        OPERATIONS.load(Ordering::SeqCst)
    }
}
