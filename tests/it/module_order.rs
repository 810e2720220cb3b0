//! The module order: each module uses only modules before it. The order of the crate is the table “Modules” of
//! `ARCHITECTURE.md`, that within `foundation` is the order in which `src/foundation/mod.rs` declares its modules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::module_paths::{Exports, NamedPath};

/// The modules of the crate in their order.
fn modules() -> Vec<String> {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let table = document.split("## Modules").nth(1).expect("the document has a table of modules");
    let rows = table.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
}

/// The modules that a source file declares, in its order.
fn declared(text: &str) -> Vec<String> {
    let file = syn::parse_file(text).unwrap();
    let modules = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Mod(item) if item.content.is_none() => Some(item.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

/// What is named against an order of the modules below `parent`: `content::document uses crate::site::Site`.
fn violations(parent: &[&str], order: &[String], named: &[NamedPath]) -> Vec<String> {
    let parent: Vec<String> = parent.iter().map(|name| (*name).to_owned()).collect();
    let position = |path: &[String]| {
        let name = path.strip_prefix(parent.as_slice())?.first()?;
        // A glob of the parent reaches all modules.
        if name == "*" { Some(usize::MAX) } else { order.iter().position(|module| module == name) }
    };
    let is_later = |named: &&NamedPath| position(&named.module).is_some_and(|here| position(&named.path) > Some(here));
    let text = |named: &NamedPath| format!("{} uses crate::{}", named.module.join("::"), named.path.join("::"));
    let found: BTreeSet<String> = named.iter().filter(is_later).map(text).collect();
    found.into_iter().collect()
}

#[test]
fn modules_use_only_the_modules_before_them() {
    let exports = Exports::of(&read("lib.rs"));
    let (modules, foundation) = (modules(), declared(&read("foundation/mod.rs")));
    let mut problems = Vec::new();
    for (module, file) in source_files() {
        let module: Vec<&str> = module.iter().map(String::as_str).collect();
        let named = exports.named_paths(&module, &fs::read_to_string(file).unwrap());
        problems.extend(violations(&[], &modules, &named));
        problems.extend(violations(&["foundation"], &foundation, &named));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Files below a folder of `src` whose code names a word.
fn files_that_name(folder: &str, word: &str) -> Vec<PathBuf> {
    let is_named = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        !line.trim_start().starts_with("//") && words.any(|named| named == word)
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let files = source_files().into_iter().map(|(_, file)| file).filter(|file| file.starts_with(&folder));
    files.filter(|file| fs::read_to_string(file).unwrap().lines().any(is_named)).collect()
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
fn crate_declares_its_modules_in_the_order_of_the_document() {
    assert_eq!(declared(&read("lib.rs")), modules());
}

#[test]
fn whatever_names_a_later_module_is_found() {
    let check = |module: &[&str], text: &str, later: bool| {
        let order = ["foundation", "source", "site", "render"].map(str::to_owned);
        let exports = Exports::of("pub mod foundation; pub use foundation::{path, time as clock}; pub mod render;");
        let found = violations(&[], &order, &exports.named_paths(module, text));
        assert_eq!(!found.is_empty(), later, "{module:?} {text:?}: {found:?}");
    };
    let urls = &["site", "urls"][..];
    // Imports.
    check(urls, "use crate::render::PageRenderer;", true);
    check(urls, "use crate::{source, render::{self as pages, feeds}};", true);
    check(urls, "use crate::{path::{SourcePath, UrlPath}, source::{self, Stamp}};", false);
    check(urls, "use super::super::render;", true);
    check(urls, "use super::{super::render, Site};", true);
    check(urls, "use super::render;", false); // a child of `site`
    check(&["site"], "use super::render::feeds;", true);
    check(&["site"], "use self::render::feeds;", false);
    check(urls, "use super::super::*;", true);
    check(&["site"], "mod tests { use super::*; }", false);
    check(&["site"], "mod tests { use super::super::render; }", true);
    check(urls, "pub(crate) use crate::render as drawing;", true);
    check(urls, "fn f() { use crate::render::escape; }", true);
    check(&["foundation", "report"], "use crate::path::SourcePath;", false);
    check(&["source"], "use crate::clock::zoned; use std::path::Path; use serde::render::X;", false);
    check(&["foundation"], "use crate::source;", true);
    check(&["render"], "use crate::{foundation, site, source};", false);
    // Paths.
    check(urls, "fn f() { crate::render::escape(\"x\"); }", true);
    check(urls, "fn f(page: &super::super::render::Page) -> Vec<crate::site::Site> { vec![] }", true);
    check(urls, "fn f(page: &Vec<Option<crate::render::Page>>) {}", true);
    check(urls, "impl crate::render::Fill for Site {}", true);
    check(urls, "fn f() { match x { crate::render::Kind::A => {} _ => {} } }", true);
    check(urls, "fn f() { render::escape(\"x\"); }", false); // a child, or a name of the file's own
    // Renamed modules.
    check(urls, "use super::super as root; fn f() { root::render::escape(); }", true);
    check(urls, "fn f() { all::render::escape(); } use crate as all;", true);
    check(urls, "use crate as all; use all::render::escape;", true);
    // Macros and attributes.
    check(urls, "fn f() { println!(\"{}\", crate::render::escape(x)); }", true);
    check(urls, "fn f() { vec![[(crate :: render :: escape)(x)]] }", true);
    check(urls, "macro_rules! m { () => { use $crate::{source, render::escape}; } }", true);
    check(urls, "#[serde(with = \"crate::render::text\")] struct S;", true);
    check(urls, "#[cfg(test)] mod tests { #[derive(crate::render::Fill)] struct S; }", true);
    check(urls, "//! [`crate::render`] makes pages.\n/// [`crate::render`]\nfn f() {} // crate::render", false);
}

#[test]
fn whatever_names_a_later_module_of_the_foundation_is_found() {
    let order = ["digest", "path", "report"].map(str::to_owned);
    let exports = Exports::of("pub mod foundation; pub use foundation::{digest, path, report};");
    let check = |module: &[&str], text: &str, later: bool| {
        let found = violations(&["foundation"], &order, &exports.named_paths(module, text));
        assert_eq!(!found.is_empty(), later, "{module:?} {text:?}: {found:?}");
    };
    check(&["foundation", "path"], "use super::report::Report;", true);
    check(&["foundation", "path"], "use crate::report::Report;", true);
    check(&["foundation", "path"], "use crate::foundation::report::Report;", true);
    check(&["foundation", "path", "slug"], "use super::super::report::Report;", true);
    check(&["foundation", "path"], "use crate::digest::Digest;", false);
    check(&["foundation", "report"], "use super::{digest::Digest, path};", false);
    check(&["site"], "use crate::report::Report;", false);
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).unwrap()
}

/// The files of the library, each with the path of its module.
fn source_files() -> Vec<(Vec<String>, PathBuf)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(&source).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let module = |file: &Path| {
        let below = file.strip_prefix(&source).unwrap().with_extension("");
        let mut names: Vec<String> = below.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        names.pop_if(|name| matches!(name.as_str(), "mod" | "lib"));
        names
    };
    // The program itself only calls `cli`.
    let files = files.filter(|file| !file.ends_with("src/main.rs"));
    files.map(|file| (module(&file), file)).collect()
}
