//! The recipes of `CONTRIBUTING.md`, “What a change costs”, name what the code has: each file of `src`, each symbol
//! in these files or beside them, and the fields of each row of a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

/// The greatest number of files that a change may need, by words of its recipe.
const LIMITS: [(&str, usize); 10] = [
    ("a key of articles", 2),
    ("a kind of text", 8),
    ("a feed format", 2),
    ("a file for a host", 2),
    ("a host", 2),
    ("a newsletter provider", 2),
    ("a comment service", 1),
    ("a command", 2),
    ("a page kind", 3),
    ("an importer", 3),
];

/// A row of the table: what changes, in how many files, and the code that the row names.
struct Recipe {
    change: String,
    count: usize,
    files: Vec<String>,
    symbols: Vec<String>,
}

fn recipes() -> Vec<Recipe> {
    let document = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let section = document.split("## What a change costs").nth(1).expect("the section of recipes");
    let rows = section.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| "));
    let rows = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let recipe = |cells: Vec<&str>| {
        let spans: Vec<String> = cells[3].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let (files, symbols) = spans.into_iter().partition(|span| span.starts_with("src/"));
        Some(Recipe { change: cells[1].to_owned(), count: cells[2].parse().ok()?, files, symbols })
    };
    rows.filter_map(recipe).collect()
}

#[test]
fn recipes_name_what_the_code_has() {
    let mut problems = Vec::new();
    for Recipe { change, count, files, symbols } in recipes() {
        let distinct: BTreeSet<&String> = files.iter().collect();
        if distinct.len() != count {
            problems.push(format!("{change}: {count} files are said, {} are named", distinct.len()));
        }
        let mut code = Definitions::default();
        for file in files {
            // `NAME.rs` stands for a new file.
            let is_there = file.ends_with("/NAME.rs") || root().join(&file).is_file();
            if !is_there {
                problems.push(format!("{change}: there is no `{file}`"));
            }
            code.read_folder(root().join(&file).parent().expect("a file lies in a folder"));
        }
        problems.extend(symbols.iter().filter_map(|symbol| code.problem(symbol)).map(|why| format!("{change}: {why}")));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn changes_cost_no_more_files_than_agreed() {
    let recipes = recipes();
    for (words, most) in LIMITS {
        let mut costs = recipes.iter().filter(|recipe| recipe.change.starts_with(words)).peekable();
        assert!(costs.peek().is_some(), "no recipe for {words}");
        costs.for_each(|recipe| assert!(recipe.count <= most, "{}: {} files", recipe.change, recipe.count));
    }
}

/// What the files of some folders define.
#[derive(Default)]
struct Definitions {
    names: BTreeSet<String>,
    fields: BTreeMap<String, Vec<String>>,
}

impl Definitions {
    fn read_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a recipe names folders that exist") {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "rs") {
                self.visit_file(&syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap());
            }
        }
    }

    /// Why the folders do not have a symbol: `PROVIDERS`, or `Provider { kind, name }` with all its fields.
    fn problem(&self, symbol: &str) -> Option<String> {
        let Some((name, fields)) = symbol.split_once(" {") else {
            return (!self.names.contains(symbol)).then(|| format!("nothing beside defines `{symbol}`"));
        };
        let expected: Vec<&str> = fields.trim_end_matches('}').split(',').map(str::trim).collect();
        let found = self.fields.get(name).map(Vec::as_slice).unwrap_or_default();
        (found != expected).then(|| format!("the fields of `{name}` are {found:?}"))
    }
}

impl<'syntax> Visit<'syntax> for Definitions {
    fn visit_item(&mut self, item: &'syntax syn::Item) {
        let name = match item {
            syn::Item::Const(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Fn(item) => Some(&item.sig.ident),
            syn::Item::Static(item) => Some(&item.ident),
            syn::Item::Struct(item) => Some(&item.ident),
            // A macro that declares structs.
            syn::Item::Macro(item) => {
                if let Ok(file) = syn::parse2::<syn::File>(item.mac.tokens.clone()) {
                    self.visit_file(&file);
                }
                None
            }
            _ => None,
        };
        self.names.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_item_struct(&mut self, item: &'syntax syn::ItemStruct) {
        let fields = item.fields.iter().filter_map(|field| field.ident.as_ref()).map(ToString::to_string).collect();
        self.fields.insert(item.ident.to_string(), fields);
    }

    fn visit_impl_item_fn(&mut self, item: &'syntax syn::ImplItemFn) {
        self.names.insert(item.sig.ident.to_string());
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
