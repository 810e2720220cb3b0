//! The rooms of the house stand in one order, and each uses only those before it.

use std::path::{Path, PathBuf};

/// The rooms in their order: the first column of the table "Rooms" in `ARCHITECTURE.md`.
fn rooms() -> Vec<String> {
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let table = document.split("## Rooms").nth(1).expect("the document has a table of rooms");
    let rows = table.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn modules_use_only_the_modules_before_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rooms = rooms();
    let place = |room: &str| rooms.iter().position(|known| known == room);
    let mut problems = Vec::new();
    for file in rust_files(&source) {
        let below = file.strip_prefix(&source).unwrap();
        let room = below.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        let Some(here) = place(&room) else { continue };
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let used =
                line.split("crate::").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            for used in used.filter(|used| place(used).is_some_and(|there| there > here)) {
                problems.push(format!("{}:{}: {room} uses {used}", below.display(), number + 1));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Files below a folder of `src` whose code names a word.
fn files_that_name(folder: &str, word: &str) -> Vec<PathBuf> {
    let is_named = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        !line.trim_start().starts_with("//") && words.any(|named| named == word)
    };
    let mut files = rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder));
    files.retain(|file| std::fs::read_to_string(file).unwrap().lines().any(is_named));
    files
}

#[test]
fn the_template_engine_is_unknown_to_the_site_and_its_plan() {
    for module in ["foundation", "content", "providers", "config", "site", "plan"] {
        assert_eq!(files_that_name(module, "tera"), Vec::<PathBuf>::new(), "{module}");
    }
}

#[test]
fn what_writes_feeds_and_sitemaps_sees_answers_and_not_the_site() {
    assert_eq!(files_that_name("render/feeds", "Site"), Vec::<PathBuf>::new());
}

#[test]
fn every_module_is_in_the_list() {
    let library = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut there: Vec<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut listed = rooms();
    there.sort_unstable();
    listed.sort_unstable();
    assert_eq!(there, listed);
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
