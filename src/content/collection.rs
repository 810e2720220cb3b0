//! Collections: kinds of texts that a site declares in its settings, with fields of its own. A declared field is as
//! strict as a key of Handbill's: its type checks the value when it is read.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::body::BodyHtml;
use super::fields::Visitor as FieldVisitor;
use super::fields::{ArticleRef, AuthorId, Fields, KeyPath, Prose, SiteUrl, Title, TopicId, Verbatim, fields, inert};
use super::front_matter::Image;
use super::kinds::{EntryFrontMatter, EntryKeys};
use crate::time::TimeSpec;
use crate::yaml;

/// What parsing an entry needs to know of its collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntrySchema {
    /// The folder below `content/`.
    pub folder: String,
    /// Whether each entry needs a `date`.
    pub is_dated: bool,
    /// Whether the declaration has errors, so that unknown keys and missing fields of entries are not reported.
    pub is_uncertain: bool,
    /// The declared fields, in the order of the settings.
    pub fields: IndexMap<String, FieldConfig>,
}

fields! {
    /// A field that a collection declares for its entries.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct FieldConfig {
        /// The type of its values.
        #[serde(rename = "type")]
        pub field_type: FieldType,
        /// Its name for readers; made of the key when absent.
        pub label: Option<Title>,
        /// Whether each entry must have it.
        #[serde(default)]
        pub required: bool,
        /// Whether its value is a list.
        #[serde(default)]
        pub many: bool,
        /// The allowed values of a `choice`.
        #[serde(default)]
        pub choices: Vec<Verbatim>,
        /// What a `ref` names.
        pub to: Option<RefTarget>,
    }
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Plain text with smart punctuation.
    Text,
    /// Markdown, with everything that the text of a file may have.
    Markdown,
    /// A URL: absolute, or of this site from the root.
    Url,
    /// A time: a day, or a day with the time of day.
    Time,
    /// A number.
    Number,
    /// One of `choices`.
    Choice,
    /// An image with its text alternative.
    Image,
    /// An author, topic or article of the site, as `to` says.
    Ref,
}

/// What the values of a `ref` name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RefTarget {
    /// Authors, by id.
    Authors,
    /// Topics, by id.
    Topics,
    /// Articles, by path.
    Articles,
}

inert!(FieldType, RefTarget);

impl FieldType {
    /// Returns the word in settings and templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Markdown => "markdown",
            FieldType::Url => "url",
            FieldType::Time => "time",
            FieldType::Number => "number",
            FieldType::Choice => "choice",
            FieldType::Image => "image",
            FieldType::Ref => "ref",
        }
    }
}

/// A value of a declared field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldValue {
    /// Of the type `text`.
    Text(Prose),
    /// Of the type `markdown`.
    Markdown(MarkdownText),
    /// Of the type `url`.
    Url(SiteUrl),
    /// Of the type `time`.
    Time(TimeSpec),
    /// Of the type `number`.
    Number(f64),
    /// Of the type `choice`.
    Choice(Verbatim),
    /// Of the type `image`.
    Image(Image),
    /// Of the type `ref` to authors.
    Author(AuthorId),
    /// Of the type `ref` to topics.
    Topic(TopicId),
    /// Of the type `ref` to articles.
    Article(ArticleRef),
    /// The values of a field with `many`.
    Many(Vec<FieldValue>),
}

/// Markdown inside front matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkdownText {
    /// The Markdown as written.
    pub source: String,
    /// The HTML, whose placeholders refer to the analysis of the document. Empty until the document is parsed.
    pub body: BodyHtml,
}

impl Fields for FieldValue {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut FieldVisitor<'_, 'a>) {
        match self {
            FieldValue::Text(value) => value.visit(path, visitor),
            FieldValue::Url(value) => value.visit(path, visitor),
            FieldValue::Time(value) => value.visit(path, visitor),
            FieldValue::Image(value) => value.visit(path, visitor),
            FieldValue::Author(value) => value.visit(path, visitor),
            FieldValue::Topic(value) => value.visit(path, visitor),
            FieldValue::Article(value) => value.visit(path, visitor),
            FieldValue::Many(values) => values.visit(path, visitor),
            FieldValue::Markdown(_) | FieldValue::Number(_) | FieldValue::Choice(_) => {}
        }
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        match self {
            FieldValue::Text(value) => value.for_each_prose(edit),
            FieldValue::Image(value) => value.for_each_prose(edit),
            FieldValue::Many(values) => values.for_each_prose(edit),
            FieldValue::Markdown(_)
            | FieldValue::Url(_)
            | FieldValue::Time(_)
            | FieldValue::Number(_)
            | FieldValue::Choice(_)
            | FieldValue::Author(_)
            | FieldValue::Topic(_)
            | FieldValue::Article(_) => {}
        }
    }
}

impl FieldValue {
    /// Iterates over the single values: itself, or those of a field with `many`.
    pub fn each(&self) -> impl Iterator<Item = &FieldValue> {
        if let FieldValue::Many(values) = self { values.as_slice() } else { std::slice::from_ref(self) }.iter()
    }

    /// Calls `edit` for each Markdown text, with the path of its key.
    pub(super) fn for_each_markdown(
        &mut self,
        path: &KeyPath<'_>,
        edit: &mut dyn FnMut(&KeyPath<'_>, &mut MarkdownText),
    ) {
        match self {
            FieldValue::Markdown(text) => edit(path, text),
            FieldValue::Many(values) => {
                for (index, value) in values.iter_mut().enumerate() {
                    value.for_each_markdown(&KeyPath::Item(path, index), edit);
                }
            }
            FieldValue::Text(_)
            | FieldValue::Url(_)
            | FieldValue::Time(_)
            | FieldValue::Number(_)
            | FieldValue::Choice(_)
            | FieldValue::Image(_)
            | FieldValue::Author(_)
            | FieldValue::Topic(_)
            | FieldValue::Article(_) => {}
        }
    }
}

/// Reads the front matter of an entry: the keys of every entry, and the declared fields beside them.
impl<'de> DeserializeSeed<'de> for &EntrySchema {
    type Value = EntryFrontMatter;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EntryFrontMatter, D::Error> {
        deserializer.deserialize_map(EntryVisitor(self))
    }
}

struct EntryVisitor<'s>(&'s EntrySchema);

impl<'de> Visitor<'de> for EntryVisitor<'_> {
    type Value = EntryFrontMatter;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EntryFrontMatter, A::Error> {
        let EntrySchema { fields: declared, is_dated, is_uncertain, .. } = self.0;
        let mut fields = IndexMap::new();
        let others = OtherKeys { map, schema: self.0, fields: &mut fields };
        let keys = EntryKeys::deserialize(MapAccessDeserializer::new(others))?;
        let required = declared.iter().filter(|(_, field)| field.required).map(|(name, _)| name);
        let mut missing: Vec<String> = required.filter(|name| !fields.contains_key(*name)).cloned().collect();
        if *is_dated && keys.date.is_none() {
            missing.push("date".to_owned());
        }
        if *is_uncertain {
            missing.clear();
        }
        // The order of the settings, whatever that of the file.
        fields.sort_by_key(|name, _| declared.get_index_of(name));
        Ok(EntryFrontMatter { keys, fields, missing })
    }
}

/// The keys of a mapping without the declared fields, which it reads on the way.
struct OtherKeys<'s, A> {
    map: A,
    schema: &'s EntrySchema,
    fields: &'s mut IndexMap<String, FieldValue>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OtherKeys<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            if let Some(field) = self.schema.fields.get(&name) {
                if self.fields.contains_key(&name) {
                    return Err(Error::custom(format!("duplicate field `{name}`")));
                }
                if let Some(value) = self.map.next_value_seed(Given(field))? {
                    self.fields.insert(name, value);
                }
                continue;
            }
            if EntryKeys::KEYS.contains(&name.as_str()) {
                let name: StringDeserializer<A::Error> = name.into_deserializer();
                return seed.deserialize(name).map(Some);
            }
            if !self.schema.is_uncertain {
                let known = EntryKeys::KEYS.iter().copied().chain(self.schema.fields.keys().map(String::as_str));
                let known: Vec<String> = known.map(|known| format!("`{known}`")).collect();
                let message = format!("unknown field `{name}`, expected one of {}", known.join(", "));
                return Err(Error::custom(message));
            }
            self.map.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// Reads the value of a field; `None` for null, an empty list, and an empty text that may be missing.
struct Given<'s>(&'s FieldConfig);

impl<'de> DeserializeSeed<'de> for Given<'_> {
    type Value = Option<FieldValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<FieldValue>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Given<'_> {
    type Value = Option<FieldValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_none<E: Error>(self) -> Result<Option<FieldValue>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<FieldValue>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<FieldValue>, D::Error> {
        if self.0.many { deserializer.deserialize_seq(self) } else { One(self.0).deserialize(deserializer) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<FieldValue>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(One(self.0))? {
            values.extend(value);
        }
        Ok((!values.is_empty()).then_some(FieldValue::Many(values)))
    }
}

/// The least number with more digits than are read: 16.
const TOO_LARGE: f64 = 1e15;

/// Reads one value; `None` for an empty text that may be missing.
struct One<'s>(&'s FieldConfig);

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = Option<FieldValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<FieldValue>, D::Error> {
        let text = |deserializer: D| match self.0.required {
            true => yaml::non_empty(deserializer),
            false => String::deserialize(deserializer),
        };
        Ok(Some(match self.0.field_type {
            FieldType::Text | FieldType::Markdown => {
                let source = text(deserializer)?;
                if source.trim().is_empty() {
                    return Ok(None);
                }
                match self.0.field_type {
                    FieldType::Markdown => FieldValue::Markdown(MarkdownText { source, body: BodyHtml::default() }),
                    _ => FieldValue::Text(source.into()), // the only other type of this arm
                }
            }
            FieldType::Url => FieldValue::Url(SiteUrl::deserialize(deserializer)?),
            FieldType::Time => FieldValue::Time(TimeSpec::deserialize(deserializer)?),
            FieldType::Number => {
                let number = f64::deserialize(deserializer)?;
                if !number.is_finite() || number.abs() >= TOO_LARGE {
                    let message = format!("`{number}` is not a number for readers");
                    return Err(D::Error::custom(yaml::error_with_help(&message, "write at most 15 digits")));
                }
                // Without the sign of -0.
                FieldValue::Number(number + 0.0)
            }
            FieldType::Image => FieldValue::Image(Image::deserialize(deserializer)?),
            FieldType::Choice => {
                let value = Verbatim::deserialize(deserializer)?;
                if !self.0.choices.contains(&value) {
                    let known: Vec<String> = self.0.choices.iter().map(|choice| format!("`{choice}`")).collect();
                    let message = format!("unknown variant `{value}`, expected one of {}", known.join(", "));
                    return Err(D::Error::custom(message));
                }
                FieldValue::Choice(value)
            }
            FieldType::Ref => match self.0.to {
                Some(RefTarget::Authors) => FieldValue::Author(AuthorId::deserialize(deserializer)?),
                Some(RefTarget::Topics) => FieldValue::Topic(TopicId::deserialize(deserializer)?),
                // Settings without a target have an error of their own.
                Some(RefTarget::Articles) | None => FieldValue::Article(ArticleRef::deserialize(deserializer)?),
            },
        }))
    }
}

impl EntrySchema {
    /// Returns the JSON Schema of the front matter.
    #[must_use]
    pub fn json_schema(&self) -> schemars::Schema {
        let mut schema = schemars::schema_for!(EntryKeys);
        let root = schema.ensure_object();
        root.insert("title".to_owned(), self.folder.as_str().into());
        root.insert("description".to_owned(), "The front matter of an entry.".into());
        let mut required: Vec<serde_json::Value> = Vec::new();
        let mut properties = serde_json::Map::new();
        let mut definitions = serde_json::Map::new();
        for (name, field) in &self.fields {
            let (value, nested) = field.json_schema();
            properties.insert(name.clone(), value);
            definitions.extend(nested);
            if field.required {
                required.push(name.as_str().into());
            }
        }
        if self.is_dated {
            required.push("date".into());
        }
        for (key, added) in [("properties", properties), ("$defs", definitions)] {
            let object = root.entry(key).or_insert_with(|| serde_json::json!({}));
            object.as_object_mut().expect("schemars writes an object").extend(added);
        }
        let known = root.entry("required").or_insert_with(|| serde_json::json!([]));
        known.as_array_mut().expect("schemars writes an array").extend(required);
        schema
    }
}

impl FieldConfig {
    /// Returns the JSON Schema of its values, and the definitions that it refers to.
    fn json_schema(&self) -> (serde_json::Value, serde_json::Map<String, serde_json::Value>) {
        use schemars::schema_for;
        let of_type = match self.field_type {
            FieldType::Text | FieldType::Markdown | FieldType::Ref => schema_for!(Prose),
            FieldType::Url => schema_for!(SiteUrl),
            FieldType::Time => schema_for!(TimeSpec),
            FieldType::Number => schemars::json_schema!({ "type": "number" }),
            FieldType::Image => schema_for!(Image),
            FieldType::Choice => schemars::json_schema!({ "enum": self.choices }),
        };
        let mut value = of_type.to_value();
        let mut definitions = serde_json::Map::new();
        if let Some(object) = value.as_object_mut() {
            object.remove("$schema");
            object.remove("title");
            if let Some(serde_json::Value::Object(nested)) = object.remove("$defs") {
                definitions = nested;
            }
        }
        if self.many {
            let least = usize::from(self.required);
            value = serde_json::json!({ "type": "array", "minItems": least, "items": value });
        }
        if let (Some(label), Some(object)) = (&self.label, value.as_object_mut()) {
            object.insert("description".to_owned(), label.as_str().into());
        }
        (value, definitions)
    }
}
