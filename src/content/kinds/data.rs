//! The row of data files, YAML of any structure.

use super::{ContentKind, Nesting, YAML};
use crate::content::{ParsedSource, SourceKind};
use crate::yaml::{self, YamlText};

pub(super) const DATA: ContentKind = ContentKind {
    kind: SourceKind::Data,
    name: "data",
    about: "A data file",
    folder: "data",
    nesting: Nesting::Any,
    extensions: YAML,
    location: "data files are `content/data/NAME.yaml`",
    heading_key: "title",
    schema: None,
    parse: |file, diagnostics| {
        let text = YamlText::file(file.path.as_str(), file.text, "data");
        (yaml::parse(text, diagnostics).map(ParsedSource::Data), None)
    },
    starter: None,
};
