//! Whole files of a small site as goldens, so that a change of markup is read in the diff: a page of each kind, and one
//! of each other format. `tests/it/golden_pages/site.txt` is the site, its news invented; the files beside it are the
//! goldens. `HANDBILL_BLESS=1 cargo test --test it golden` renews them.
//!
//! Fingerprints in the names of assets are replaced, so that an edit of a stylesheet changes no golden.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
use handbill::digest::Digest;
use handbill::plan::{OutputFile, OutputKind};
use handbill::time::TimeSpec;

use crate::golden::is_blessing;
use crate::project::{NOW, Project};

/// Files that are no pages, each of a format of its own.
const OTHER_FILES: [&str; 9] = [
    "_headers",
    "_redirects",
    "atom.xml",
    "feed.json",
    "feed.xml",
    "manifest.webmanifest",
    "news-sitemap.xml",
    "robots.txt",
    "sitemap.xml",
];

#[test]
fn pages_of_every_kind_are_as_their_goldens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden_pages");
    let project = Project::new(&fs::read_to_string(folder.join("site.txt")).expect("the site is text"));
    let built = project.build();
    built.expect_clean();
    let pages = first_of_each_kind(&project);
    let missing: Vec<String> = page_kinds().into_iter().filter(|kind| !pages.contains_key(kind)).collect();
    assert!(missing.is_empty(), "golden_pages/site.txt has no page of the kinds {missing:?}");

    let pages = pages.into_iter().map(|(kind, path)| (format!("{}.html", kebab_case(&kind)), path));
    let others = OTHER_FILES.iter().map(|path| (path.trim_start_matches('_').to_owned(), (*path).to_owned()));
    let goldens: BTreeMap<String, String> = pages.chain(others).collect();
    let mut wrong = Vec::new();
    for (name, path) in &goldens {
        let found = without_fingerprints(&built.file(path));
        let golden = folder.join(name);
        if fs::read_to_string(&golden).is_ok_and(|expected| expected == found) {
            continue;
        }
        if is_blessing() {
            fs::write(&golden, found).expect("a golden can be written");
        } else {
            wrong.push(format!("{name} (`{path}`): {}", first_difference(&golden, &found)));
        }
    }
    assert!(wrong.is_empty(), "{}\nHANDBILL_BLESS=1 accepts what is built", wrong.join("\n"));
    let known = |name: &String| name == "site.txt" || goldens.contains_key(name);
    let unused: Vec<String> = names(&folder).into_iter().filter(|name| !known(name)).collect();
    assert!(unused.is_empty(), "goldens of no file: {unused:?}");
}

/// The output path of the first page of each kind, by the name of the variant of `PageKind`.
fn first_of_each_kind(project: &Project) -> BTreeMap<String, String> {
    let clock = Clock::Fixed(TimeSpec::parse(NOW).expect("a time"));
    let options = BuildOptions::of(project.root(), clock, Digest::default(), SystemTime::now());
    let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a sound site");
    let mut pages = BTreeMap::new();
    for OutputFile { kind, output, .. } in &prepared.plan.outputs {
        if let OutputKind::Template(template) = kind {
            pages.entry(format!("{:?}", template.kind)).or_insert_with(|| output.to_string());
        }
    }
    pages
}

/// The variants of `PageKind`, read from its source.
fn page_kinds() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan/page_kinds.rs");
    let file = syn::parse_file(&fs::read_to_string(path).expect("a source file is text")).expect("it is Rust");
    let kinds = file.items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "PageKind" => Some(item.variants),
        _ => None,
    });
    kinds.expect("the file defines `PageKind`").iter().map(|kind| kind.ident.to_string()).collect()
}

/// `ArchiveMonth` as `archive-month`.
fn kebab_case(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.extend(character.to_lowercase());
    }
    words
}

/// `/assets/main.fdb0dfd2.css` as `/assets/main.FINGERPRINT.css`.
fn without_fingerprints(text: &str) -> String {
    let mut parts = text.split("/assets/");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|character: char| !character.is_alphanumeric() && !"-_./".contains(character));
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        let is_fingerprint = |piece: &&str| piece.len() == 8 && piece.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pieces = name.split('.').map(|piece| if is_fingerprint(&piece) { "FINGERPRINT" } else { piece });
        shown.push_str("/assets/");
        shown.push_str(&pieces.collect::<Vec<_>>().join("."));
        shown.push_str(rest);
    }
    shown
}

/// The first line that differs from a golden.
fn first_difference(golden: &PathBuf, found: &str) -> String {
    let Ok(expected) = fs::read_to_string(golden) else { return "there is no golden".to_owned() };
    let lines = expected.lines().map(Some).chain(std::iter::repeat(None));
    let mut pairs = lines.zip(found.lines().map(Some).chain(std::iter::repeat(None))).enumerate();
    let (number, (expected, found)) =
        pairs.find(|(_, (expected, found))| expected != found || expected.is_none()).expect("the lines end");
    format!("line {}\n- {}\n+ {}", number + 1, expected.unwrap_or_default(), found.unwrap_or_default())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    entries.map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned()).collect()
}
