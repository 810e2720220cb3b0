//! The texts of diagnostics. Each file in `tests/it/golden/` is a site and, below the line `== it says ==`, the report
//! of its build. `HANDBILL_BLESS=1 cargo test --test it golden` renews that part; read the diff.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;

const MARK: &str = "\n== it says ==\n";

fn goldens() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    files
}

/// Whether goldens are to be renewed.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("HANDBILL_BLESS").is_some_and(|value| value == "1")
}

/// Returns what a build of a site reports to people, and its exit code.
fn report(site: &str) -> String {
    let project = Project::new(site);
    let run = project.run(&["build", "--as-of", crate::project::NOW]);
    assert_eq!(run.stdout, "", "people read standard error");
    // How many pages there are and how long they take is no part of it.
    let reported = run.stderr.lines().filter(|line| !line.contains(" pages in public: "));
    format!("{}\n(exit {})\n", reported.collect::<Vec<_>>().join("\n").trim_end(), run.code)
}

#[test]
fn reports_equal_the_goldens() {
    let bless = is_blessing();
    let mut wrong = Vec::new();
    for path in goldens() {
        let text = fs::read_to_string(&path).expect("a golden is text");
        let (site, expected) = text.split_once(MARK).unwrap_or((text.trim_end(), ""));
        let reported = report(&format!("{site}\n"));
        if reported == expected {
            continue;
        }
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        wrong.push(format!("--- {name}, expected\n{expected}+++ {name}, reported\n{reported}"));
        if bless {
            fs::write(&path, format!("{site}{MARK}{reported}")).expect("a golden can be written");
        }
    }
    assert!(wrong.is_empty() || bless, "{}\nHANDBILL_BLESS=1 accepts what was reported", wrong.join("\n"));
}
