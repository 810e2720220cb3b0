//! Values for the site's own templates.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::yaml;

/// Any YAML for the site's own templates, kept as JSON text.
///
/// In a self-describing format it is read and written as the value itself; in the manifest's compact format as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra(String);

impl Extra {
    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).expect("written by serde_json")
    }
}

impl Default for Extra {
    fn default() -> Extra {
        Extra("{}".to_owned())
    }
}

impl From<&serde_json::Value> for Extra {
    fn from(value: &serde_json::Value) -> Extra {
        Extra(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
        if deserializer.is_human_readable() {
            yaml::json(deserializer).map(Extra)
        } else {
            String::deserialize(deserializer).map(Extra)
        }
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { self.value().serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

impl JsonSchema for Extra {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extra".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
