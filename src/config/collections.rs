//! The collections of a site: kinds of texts that it declares, each with a folder, a listing and fields of its own.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Config, FILE, permalink};
use crate::content::collection::{EntrySchema, FieldConfig, FieldType};
use crate::content::fields::{Prose, Title, Verbatim, fields, inert};
use crate::content::front_matter::Menu;
use crate::content::kinds::EntryKeys;
use crate::content::kinds::{CONTENT_KINDS, ContentKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::Slug;
use crate::yaml;

fields! {
    /// A kind of text that the site declares.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Collection {
        /// The heading of its listing.
        pub title: Title,
        /// One or two sentences about it.
        pub summary: Option<Prose>,
        /// The folder below `content/`, which is also the URL of the listing; the collection's id when absent.
        pub folder: Option<Verbatim>,
        /// The key by which entries are listed: `title`, `date` or a field, descending with `-` before it.
        pub order: Option<Verbatim>,
        /// The number of entries on a page of the listing; that of `listing` when absent.
        pub page_size: Option<usize>,
        /// The template of an entry; `entry.html` when absent.
        pub template: Option<Verbatim>,
        /// The template of the listing; `collection.html` when absent.
        pub listing_template: Option<Verbatim>,
        /// Whether it has feeds.
        #[serde(default)]
        pub feed: bool,
        /// The pattern of its entries' URLs: `{slug}`, `{year}`, `{month}` and `{day}` are replaced; `/FOLDER/{slug}/` when absent.
        pub permalink: Option<Verbatim>,
        /// The menu that links to its listing.
        pub menu: Option<Menu>,
        /// The type of an entry in structured data (schema.org).
        #[serde(default)]
        pub schema_type: SchemaType,
        /// The fields of its entries, by name.
        #[serde(default, deserialize_with = "yaml::unique_keys")]
        pub fields: IndexMap<String, FieldConfig>,
    }
}

/// A type of schema.org that needs no more than an entry has: title, summary, image, authors and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are those of schema.org")]
pub enum SchemaType {
    #[default]
    WebPage,
    AboutPage,
    Article,
    CreativeWork,
    DigitalDocument,
    Guide,
    ItemPage,
    LearningResource,
    Legislation,
    Report,
    TechArticle,
}

inert!(SchemaType);

/// The key by which entries are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryOrder<'c> {
    /// `title`, `date` or the name of a field.
    pub key: &'c str,
    /// Whether the greatest value is first.
    pub is_descending: bool,
}

impl Collection {
    /// Returns the folder below `content/`, for the collection's id.
    #[must_use]
    pub fn folder<'c>(&'c self, id: &'c str) -> &'c str {
        self.folder.as_deref().unwrap_or(id)
    }

    /// Returns the pattern of its entries' URLs, for the collection's id.
    #[must_use]
    pub fn permalink(&self, id: &str) -> String {
        self.permalink.as_deref().map_or_else(|| format!("/{}/{{slug}}/", self.folder(id)), str::to_owned)
    }

    /// Returns the key by which its entries are listed.
    #[must_use]
    pub fn order(&self) -> EntryOrder<'_> {
        let written = self.order.as_deref().unwrap_or("title");
        let key = written.strip_prefix('-');
        EntryOrder { key: key.unwrap_or(written), is_descending: key.is_some() }
    }

    /// Returns the shape of its entries' front matter, for the collection's id.
    #[must_use]
    pub fn entry_schema(&self, id: &str) -> EntrySchema {
        let pattern = self.permalink(id);
        let has_date = ["{year}", "{month}", "{day}"].iter().any(|part| pattern.contains(part));
        EntrySchema {
            folder: self.folder(id).to_owned(),
            is_uncertain: false,
            is_dated: self.feed || has_date || self.order().key == "date",
            fields: self.fields.clone(),
        }
    }
}

/// Returns the name of a field for readers, made of its key: `valid_until` becomes `Valid until`.
fn label_of(key: &str) -> String {
    let mut words = key.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

impl Config {
    /// Returns whether the site has a section with this id; without `sections` there is one, `news`.
    fn has_section(&self, id: &str) -> bool {
        self.sections.iter().any(|section| *section.id == *id) || (self.sections.is_empty() && id == "news")
    }

    /// Returns the shapes of the entries of all collections.
    pub(super) fn entry_schemas(&self) -> Vec<EntrySchema> {
        let is_uncertain = self.is_invalid("collections");
        let schemas = self.collections.iter().map(|(id, collection)| collection.entry_schema(id));
        schemas.map(|schema| EntrySchema { is_uncertain, ..schema }).collect()
    }

    /// Gives each field without a label one made of its key.
    pub(super) fn label_fields(&mut self) {
        for (key, field) in self.collections.values_mut().flat_map(|collection| &mut collection.fields) {
            field.label.get_or_insert_with(|| label_of(key).as_str().into());
        }
    }

    /// Removes collections and fields that cannot be used. Their errors have been reported.
    pub(super) fn remove_invalid_collections(&mut self) {
        let mut taken: Vec<String> = Vec::new();
        self.collections.retain(|id, collection| {
            let folder = collection.folder(id).to_owned();
            let is_usable = Slug::new(id).is_ok()
                && is_folder(&folder)
                && !RESERVED_FOLDERS.contains(&folder.as_str())
                && !taken.contains(&folder);
            taken.push(folder);
            is_usable
        });
        for (id, collection) in &mut self.collections {
            collection.fields.retain(|name, _| field_name_error(name).is_none());
            if permalink::check(&collection.permalink(id), &permalink::ENTRY_PARTS).is_err() {
                collection.permalink = None;
            }
            collection.page_size = collection.page_size.map(|size| size.max(1));
            let key = collection.order().key.to_owned();
            if !is_orderable(collection, &key) {
                collection.order = None;
            }
        }
    }

    pub(super) fn check_collections(&self, diagnostics: &mut Vec<Diagnostic>) {
        for (index, (id, collection)) in self.collections.iter().enumerate() {
            let mut report = |key: &[&str], message: String, help: String| {
                let path = ["collections", id].iter().chain(key).map(|part| (*part).to_owned()).collect();
                // An error of a name is at the name.
                let is_name = key.is_empty() || (key.len() == 2 && key[0] == "fields");
                let span = if is_name { Span::Key(path) } else { Span::Value(path) };
                diagnostics.push(Diagnostic::error("settings", message).at(FILE, span).help(help));
            };
            if let Err(why) = Slug::new(id) {
                let fitting = Slug::slugify(id).map(|id| format!(": write `{id}`")).unwrap_or_default();
                let why = why.to_string().replacen("the slug", "the id", 1);
                report(&[], why, format!("ids are part of URLs{fitting}"));
                continue;
            }
            if is_reserved(id) {
                let help = "give the collection another id; commands already know one of this name";
                report(&[], format!("`{id}` is a name of Handbill's own"), help.into());
            }
            let folder = collection.folder(id);
            let folder_key: &[&str] = if collection.folder.is_some() { &["folder"] } else { &[] };
            if ContentKind::in_folder(folder).next().is_some() {
                let message = format!("`content/{folder}/` is a folder of Handbill's own");
                let own = CONTENT_KINDS.iter().map(|row| row.folder).collect::<indexmap::IndexSet<_>>();
                let own = own.into_iter().collect::<Vec<_>>().join(", ");
                report(folder_key, message, format!("give the collection another folder; Handbill has {own}"));
            } else if self.has_section(folder) {
                let message = format!("the section `{folder}` has the URL `/{folder}/` already");
                report(folder_key, message, "give the collection another `folder`".into());
            } else if RESERVED_FOLDERS.contains(&folder) {
                let message = format!("`/{folder}/` is a URL of Handbill's own");
                report(folder_key, message, "give the collection another `folder`".into());
            } else if !is_folder(folder) {
                report(
                    folder_key,
                    format!("`{folder}` is not the name of a folder"),
                    "write a name in lower case, with hyphens between words".into(),
                );
            } else if self.collections.iter().take(index).any(|(other, earlier)| earlier.folder(other) == folder) {
                report(
                    folder_key,
                    format!("two collections have the folder `content/{folder}/`"),
                    "give one of them a `folder` of its own".into(),
                );
            }
            if collection.page_size == Some(0) {
                report(&["page_size"], "`page_size` is 0".into(), "a page of a listing has at least one entry".into());
            }
            if let Some(written) = &collection.permalink
                && let Err((message, help)) = permalink::check(written, &permalink::ENTRY_PARTS)
            {
                report(&["permalink"], message, help);
            }
            for (key, template) in
                [("template", &collection.template), ("listing_template", &collection.listing_template)]
            {
                if template.as_ref().is_some_and(|name| !name.ends_with(".html")) {
                    let message = format!("`{key}` is not the name of a template");
                    report(&[key], message, "write the name of a file in `templates/`, `entry.html` say".into());
                }
            }
            let order = collection.order();
            if !is_orderable(collection, order.key) {
                let known = ["title", "date"].into_iter().map(str::to_owned);
                let fields = collection.fields.keys().filter(|name| is_orderable(collection, name)).cloned();
                let known: Vec<String> = known.chain(fields).collect();
                let message = format!("entries cannot be ordered by `{}`", order.key);
                report(&["order"], message, format!("write one of {}; `-` before it reverses", known.join(", ")));
            }
            for (name, field) in &collection.fields {
                check_field(name, field, &mut report);
            }
        }
    }
}

fn check_field(name: &str, field: &FieldConfig, report: &mut dyn FnMut(&[&str], String, String)) {
    if let Some((message, help)) = field_name_error(name) {
        report(&["fields", name], message, help);
        return;
    }
    let is_choice = field.field_type == FieldType::Choice;
    if is_choice && field.choices.is_empty() {
        let message = format!("the field `{name}` is a choice of nothing");
        report(&["fields", name], message, "add `choices: [one, two]`".into());
    }
    let mut seen = BTreeSet::new();
    if let Some(choice) = field.choices.iter().find(|choice| choice.trim().is_empty() || !seen.insert(choice.as_str()))
    {
        let message = format!("`{choice}` is empty or given twice");
        report(&["fields", name, "choices"], message, "write each choice once".into());
    }
    if !is_choice && !field.choices.is_empty() {
        let message = format!("`choices` have no effect on a field of the type `{}`", field.field_type.as_str());
        report(&["fields", name, "choices"], message, "write `type: choice`, or remove them".into());
    }
    let is_ref = field.field_type == FieldType::Ref;
    if is_ref && field.to.is_none() {
        let message = format!("the field `{name}` does not say what it refers to");
        report(&["fields", name], message, "add `to: authors`, `to: topics` or `to: articles`".into());
    }
    if !is_ref && field.to.is_some() {
        let message = format!("`to` has no effect on a field of the type `{}`", field.field_type.as_str());
        report(&["fields", name, "to"], message, "write `type: ref`, or remove it".into());
    }
}

/// Returns why a field cannot have a name, and a hint.
fn field_name_error(name: &str) -> Option<(String, String)> {
    if EntryKeys::KEYS.contains(&name) {
        let message = format!("every entry has the key `{name}` already");
        return Some((message, "give the field another name".into()));
    }
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (!is_name && name != yaml::DUMMY_VALUE).then(|| {
        let fitting = Slug::slugify(name).map(|slug| slug.as_str().to_lowercase().replace('-', "_"));
        let fitting = fitting.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
        let example = fitting.map(|name| format!(": write `{name}`")).unwrap_or_default();
        (
            format!("`{name}` is not the name of a field"),
            format!("names are words in lower case joined by underscores, so that templates can use them{example}"),
        )
    })
}

/// First segments of URLs that the site has in any case.
const RESERVED_FOLDERS: [&str; 4] = ["archive", "assets", "corrections", "page"];

/// Returns whether commands have another meaning for an id.
fn is_reserved(id: &str) -> bool {
    CONTENT_KINDS.iter().any(|row| row.name == id) || matches!(id, "all" | "site" | "theme")
}

fn is_folder(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || c == '-';
    ContentKind::in_folder(name).next().is_none()
        && Slug::new(name).is_ok()
        && name == name.to_lowercase()
        && name.chars().all(is_plain)
}

/// Whether entries can be ordered by a key.
fn is_orderable(collection: &Collection, key: &str) -> bool {
    matches!(key, "title" | "date")
        || collection.fields.get(key).is_some_and(|field| {
            let kind = field.field_type;
            !field.many && matches!(kind, FieldType::Text | FieldType::Time | FieldType::Number | FieldType::Choice)
        })
}
