//! A folder as a map from path to bytes, and where two of them differ.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file of a folder by its path, with `/`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Snapshot(pub(crate) BTreeMap<String, Vec<u8>>);

impl Snapshot {
    /// Of a folder; of none, it is empty.
    #[track_caller]
    pub(crate) fn of(folder: &Path) -> Snapshot {
        let mut files = BTreeMap::new();
        if folder.exists() {
            gather(folder, "", &mut files);
        }
        Snapshot(files)
    }

    /// Returns the paths of files whose path or bytes contain a word, in any letter case.
    pub(crate) fn holding(&self, word: &str) -> Vec<&str> {
        let word = word.to_lowercase();
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().contains(&word);
        let found = self.0.iter().filter(|(path, bytes)| path.to_lowercase().contains(&word) || holds(bytes));
        found.map(|(path, _)| path.as_str()).collect()
    }

    /// Describes the first differences of two outputs; `None` when they are the same byte for byte.
    pub(crate) fn difference(&self, other: &Snapshot) -> Option<String> {
        let only = |these: &Snapshot, those: &Snapshot| -> Vec<String> {
            these.0.keys().filter(|path| !those.0.contains_key(*path)).cloned().collect()
        };
        let (here, there) = (only(self, other), only(other, self));
        if !here.is_empty() || !there.is_empty() {
            return Some(format!("only in the first: {here:?}\nonly in the second: {there:?}"));
        }
        let (path, bytes) = self.0.iter().find(|(path, bytes)| other.0[*path] != **bytes)?;
        Some(format!("`{path}` differs:\n{}", around(bytes, &other.0[path])))
    }

    /// Expects the same files with the same bytes.
    #[track_caller]
    pub(crate) fn expect_same(&self, other: &Snapshot) {
        if let Some(difference) = self.difference(other) {
            panic!("{difference}");
        }
    }
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let entry = entry.expect("a folder can be listed");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a file has a type").is_dir() {
            gather(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).expect("a file can be read"));
        }
    }
}

/// The bytes of both around the first that differs.
fn around(one: &[u8], other: &[u8]) -> String {
    let at = one.iter().zip(other).position(|(a, b)| a != b).unwrap_or(one.len().min(other.len()));
    let piece = |bytes: &[u8]| {
        let from = at.saturating_sub(120).min(bytes.len());
        String::from_utf8_lossy(&bytes[from..(at + 120).min(bytes.len())]).into_owned()
    };
    format!("--- first\n{}\n--- second\n{}", piece(one), piece(other))
}
