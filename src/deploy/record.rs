//! The record that a deployment leaves at its target: every file that it put there, by digest, so that the next one
//! sends what has changed and removes what is gone, whatever machine it runs on.
//!
//! The record names the paths and digests of a published site, which are public. It is written before the first file
//! changes, with what is about to change, and after the last; what is pending in it is in an unknown state.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};

use super::Result;
use crate::diagnostic::Diagnostic;
use crate::path::{OutputLayout, OutputPath};

/// Path of the record at the target.
pub(super) const RECORD: &str = ".handbill/deploy.json.gz";

/// Greatest size of a record that is read, in bytes: a site of a million files has less.
const MAX_RECORD_BYTES: u64 = 256 << 20;

/// The version of the format.
const VERSION: u32 = 1;

/// A file at the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RecordedFile {
    /// The digest of the file's bytes and of what the target stores with them ([`super::host::Host::identity`]).
    pub(super) identity: String,
    /// The target's name for this version of the file, with which it can be restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// The layout by which the file's URL comes from its path.
    #[serde(default, skip_serializing_if = "OutputLayout::is_default")]
    pub(super) layout: OutputLayout,
}

impl RecordedFile {
    /// Returns a file with this identity and layout, and without a version.
    pub(super) fn new(identity: impl Into<String>, layout: OutputLayout) -> RecordedFile {
        RecordedFile { identity: identity.into(), version: None, layout }
    }
}

/// What a target has of us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// When the deployment began, in Unix seconds.
    pub(super) deployed: i64,
    /// The files of the site.
    pub(super) files: BTreeMap<OutputPath, RecordedFile>,
    /// Fingerprinted files that the site no longer has, with the time since when, in Unix seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) superseded: BTreeMap<OutputPath, Superseded>,
    /// Files that a deployment was about to send or remove.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) pending: BTreeSet<OutputPath>,
    /// What the last deployment changed, as it was before; `None` for files that were new.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) before: BTreeMap<OutputPath, Option<RecordedFile>>,
}

/// A file that is kept although the site no longer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Superseded {
    pub(super) since: i64,
    pub(super) file: RecordedFile,
}

impl Record {
    /// Returns an empty record.
    pub(super) fn new(deployed: i64) -> Record {
        Record { version: VERSION, deployed, ..Record::default() }
    }

    /// Returns the layout of a file of the site; the default if the record does not have it.
    pub(super) fn layout(&self, path: &OutputPath) -> OutputLayout {
        self.files.get(path).map(|file| file.layout).unwrap_or_default()
    }

    /// Encodes the record. Equal records have equal bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let json = serde_json::to_vec(self).expect("our own types encode");
        let mut writer = GzBuilder::new().mtime(0).write(Vec::with_capacity(json.len() / 2), Compression::fast());
        let written = writer.write_all(&json).and_then(|()| writer.finish());
        written.expect("a buffer in memory takes all bytes")
    }

    /// Decodes a record.
    ///
    /// # Errors
    /// If it is damaged or of another version: a deployment that ignored it could remove nothing.
    pub(super) fn decode(bytes: &[u8]) -> Result<Record> {
        let mut json = Vec::new();
        let read = GzDecoder::new(bytes).take(MAX_RECORD_BYTES).read_to_end(&mut json);
        let record = read.ok().and_then(|_| serde_json::from_slice::<Record>(&json).ok());
        record.filter(|record| record.version == VERSION).ok_or_else(damage)
    }
}

fn damage() -> Diagnostic {
    super::error(format!("the record of the last deployment, `{RECORD}`, is damaged or of another version"))
        .help("`--force` sends all files without it; what an earlier deployment put there, and is gone, then stays")
}

/// Returns whether an error is about a damaged record, and not about reading it.
pub(super) fn is_damage(error: &Diagnostic) -> bool {
    error.message == damage().message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_is_read_as_it_was_written_and_damage_is_an_error() {
        let path = |text: &str| OutputPath::new(text).unwrap();
        let file = |identity: &str| RecordedFile::new(identity, OutputLayout::Folders);
        let mut record = Record::new(1_795_521_600);
        record.files.insert(path("index.html"), file("a"));
        record.superseded.insert(path("assets/a.css"), Superseded { since: 1, file: file("b") });
        record.pending.insert(path("b.html"));
        record.before.insert(path("c.html"), Some(RecordedFile::new("c", OutputLayout::Files)));
        record.before.insert(path("d.html"), None);
        let bytes = record.encode();
        assert_eq!(Record::decode(&bytes).unwrap(), record);
        for damaged in [&bytes[..bytes.len() / 2], b"{}", b""] {
            assert!(is_damage(&Record::decode(damaged).unwrap_err()));
        }
        // Nothing outside of the target is ever touched, whoever wrote the record.
        let mut writer = GzBuilder::new().write(Vec::new(), Compression::fast());
        let text = r#"{"version":1,"deployed":0,"files":{"../b.html":{"identity":"a"}}}"#;
        writer.write_all(text.as_bytes()).unwrap();
        assert!(is_damage(&Record::decode(&writer.finish().unwrap()).unwrap_err()));
    }
}
