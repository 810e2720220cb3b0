//! The paths that a source file names, read from its syntax and resolved to modules of the crate: imports (grouped,
//! renamed, relative), paths in expressions, types, patterns and attributes, and what looks like a path in the
//! arguments of macros.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

/// A path of names from the root of the crate: `["site", "urls", "UrlIndex"]`. A glob ends in `*`.
pub(crate) type ModulePath = Vec<String>;

/// The paths of the names that a `use` brings into a module, as written, by module and name.
type Aliases = BTreeMap<(ModulePath, String), ModulePath>;

/// A path of the crate that is named in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    /// The module that names it.
    pub(crate) module: ModulePath,
    /// The path.
    pub(crate) path: ModulePath,
}

/// The names that the root of the crate re-exports, with their paths.
#[derive(Clone)]
pub(crate) struct Exports(Aliases);

impl Exports {
    /// Reads them from the text of the root.
    pub(crate) fn of(root: &str) -> Exports {
        let mut reader = Reader { module: Vec::new(), aliases: Aliases::new(), named: Vec::new() };
        reader.visit_file(&syn::parse_file(root).expect("the crate's root is Rust"));
        Exports(reader.aliases)
    }

    /// Reads the paths that a file names, which is `module`.
    pub(crate) fn named_paths(&self, module: &[&str], text: &str) -> Vec<NamedPath> {
        let module = module.iter().map(|name| (*name).to_owned()).collect();
        let mut reader = Reader { module, aliases: self.0.clone(), named: Vec::new() };
        let file = syn::parse_file(text).expect("a source file is Rust");
        // The first pass finds the imports, which may come after the code that uses them.
        reader.visit_file(&file);
        reader.named.clear();
        reader.visit_file(&file);
        reader.named
    }
}

struct Reader {
    module: ModulePath,
    aliases: Aliases,
    named: Vec<NamedPath>,
}

impl Reader {
    fn name(&mut self, path: &[String]) {
        if let Some(path) = self.resolve(&self.module, path, 8) {
            self.named.push(NamedPath { module: self.module.clone(), path });
        }
    }

    /// Resolves a path that is written in a module; `None` for names of other crates, of children and of locals.
    /// `depth` bounds chains of renamed imports.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let is_root = module.is_empty();
        match first.as_str() {
            "crate" => self.resolve(&[], rest, depth),
            "self" => Some([module, rest].concat()),
            "super" => {
                let parent = &module[..module.len().checked_sub(1)?];
                match rest.first().map(String::as_str) {
                    Some("super") => self.resolve(parent, rest, depth),
                    _ if parent.is_empty() => self.resolve(&[], rest, depth),
                    _ => Some([parent, rest].concat()),
                }
            }
            name => {
                let alias = self.aliases.get(&(module.to_vec(), name.to_owned())).filter(|_| depth > 0);
                match alias.filter(|alias| alias.first() != Some(first)) {
                    Some(alias) => self.resolve(module, &[alias, rest].concat(), depth - 1),
                    None => is_root.then(|| path.to_vec()),
                }
            }
        }
    }

    /// An import, with each name that it brings.
    fn import(&mut self, tree: &syn::UseTree) {
        for (path, name) in flatten(tree, &[]) {
            self.name(&path);
            self.aliases.insert((self.module.clone(), name), path);
        }
    }

    /// Paths in a text of tokens.
    fn tokens(&mut self, text: &str) {
        let text = text.replace(" ::", "::").replace(":: ", "::");
        let is_part = |character: char| character.is_alphanumeric() || character == '_' || character == ':';
        let mut rest = text.as_str();
        while let Some(start) = rest.find(is_part) {
            let after = &rest[start..];
            let end = after.find(|character| !is_part(character)).unwrap_or(after.len());
            let written = &after[..end];
            rest = &after[end..];
            if let Some(group) = written.ends_with("::").then(|| braces(rest)).flatten() {
                if let Ok(tree) = syn::parse_str::<syn::UseTree>(&format!("{written}{group}")) {
                    flatten(&tree, &[]).iter().for_each(|(path, _)| self.name(path));
                }
            } else if let Ok(path) = syn::parse_str::<syn::Path>(written.trim_end_matches(':')) {
                self.name(&names(&path));
            }
        }
    }
}

impl<'syntax> Visit<'syntax> for Reader {
    fn visit_item_mod(&mut self, item: &'syntax syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'syntax syn::ItemUse) {
        self.import(&item.tree);
    }

    fn visit_path(&mut self, path: &'syntax syn::Path) {
        self.name(&names(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'syntax syn::Macro) {
        self.tokens(&call.tokens.to_string());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'syntax syn::Attribute) {
        match &attribute.meta {
            // Documentation names modules freely.
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => {}
            syn::Meta::List(list) => self.tokens(&list.tokens.to_string()),
            _ => visit::visit_attribute(self, attribute),
        }
    }
}

/// Each path of an import with the name that it gets; a glob is named `*`.
fn flatten(tree: &syn::UseTree, above: &[String]) -> Vec<(ModulePath, String)> {
    let below = |ident: &syn::Ident| [above, &[ident.to_string()]].concat();
    match tree {
        syn::UseTree::Path(path) => flatten(&path.tree, &below(&path.ident)),
        syn::UseTree::Name(name) if name.ident == "self" => {
            vec![(above.to_vec(), above.last().cloned().unwrap_or_default())]
        }
        syn::UseTree::Name(name) => vec![(below(&name.ident), name.ident.to_string())],
        syn::UseTree::Rename(name) if name.ident == "self" => vec![(above.to_vec(), name.rename.to_string())],
        syn::UseTree::Rename(name) => vec![(below(&name.ident), name.rename.to_string())],
        syn::UseTree::Glob(_) => vec![([above, &["*".to_owned()]].concat(), "*".to_owned())],
        syn::UseTree::Group(group) => group.items.iter().flat_map(|tree| flatten(tree, above)).collect(),
    }
}

fn names(path: &syn::Path) -> ModulePath {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// The text up to the brace that closes the one at its beginning.
fn braces(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&text[..=at]),
            '}' => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
