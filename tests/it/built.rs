//! The result of a build, its report and its output folder, with the expectations of tests.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::Run;
use crate::snapshot::Snapshot;

/// A finished build.
pub(crate) struct Built {
    /// The process.
    pub(crate) run: Run,
    /// The diagnostics, in order.
    pub(crate) diagnostics: Vec<Value>,
    /// The last line of its report.
    pub(crate) summary: Value,
    output: PathBuf,
    /// Keeps the output while a test may read it.
    _folder: Arc<TempDir>,
}

impl Built {
    /// Reads what a build with `--format json` said.
    #[track_caller]
    pub(crate) fn of(run: Run, output: PathBuf, folder: Arc<TempDir>) -> Built {
        let mut lines = run.json_lines();
        let last = lines.pop().unwrap_or_else(|| panic!("no report: {run:?}"));
        let summary = last.get("summary").unwrap_or_else(|| panic!("no summary: {run:?}")).clone();
        Built { run, diagnostics: lines, summary, output, _folder: folder }
    }

    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn expect_exit(&self, code: i32) -> &Built {
        self.run.expect_exit(code);
        self
    }

    /// Expects a build without errors and warnings.
    #[track_caller]
    pub(crate) fn expect_clean(&self) -> &Built {
        self.expect_exit(0);
        assert!(self.diagnostics.is_empty(), "{:#?}", self.diagnostics);
        self
    }

    /// Expects a file of the output that holds these texts.
    #[track_caller]
    pub(crate) fn expect_file<'a>(&self, path: &str, parts: impl IntoIterator<Item = &'a str>) -> &Built {
        let text = self.file(path);
        for part in parts {
            assert!(text.contains(part), "no {part:?} in `{path}`:\n{text}");
        }
        self
    }

    /// Expects that a file of the output holds none of these texts.
    #[track_caller]
    pub(crate) fn expect_file_without<'a>(&self, path: &str, parts: impl IntoIterator<Item = &'a str>) -> &Built {
        let text = self.file(path);
        for part in parts {
            assert!(!text.contains(part), "{part:?} is in `{path}`:\n{text}");
        }
        self
    }

    /// Expects that the output has no such file or folder.
    #[track_caller]
    pub(crate) fn expect_no_file(&self, path: &str) -> &Built {
        assert!(self.output.join(path).symlink_metadata().is_err(), "`{path}` is there");
        self
    }

    /// Expects that no path and no byte of the output contains a word, in any letter case.
    #[track_caller]
    pub(crate) fn expect_absent_everywhere(&self, word: &str) -> &Built {
        let files = self.files();
        assert!(!files.0.is_empty(), "there is no output; it said {}", self.run.stdout);
        let found = files.holding(word);
        assert!(found.is_empty(), "`{word}` is in {found:?}");
        self
    }

    /// Expects the number of rendered files.
    #[track_caller]
    pub(crate) fn expect_rendered(&self, count: usize) -> &Built {
        assert_eq!(self.count("rendered"), count, "rendered {:?}", self.list("rendered_urls"));
        self
    }

    /// Expects that exactly these URLs were rendered.
    #[track_caller]
    pub(crate) fn expect_rendered_urls<'a>(&self, urls: impl IntoIterator<Item = &'a str>) -> &Built {
        self.expect_exit(0);
        let expected: BTreeSet<&str> = urls.into_iter().collect();
        let rendered = self.list("rendered_urls");
        let rendered: BTreeSet<&str> = rendered.iter().map(String::as_str).collect();
        let missing: Vec<_> = expected.difference(&rendered).collect();
        let surplus: Vec<_> = rendered.difference(&expected).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "not rendered: {missing:?}\nfor nothing: {surplus:?}");
        self
    }

    /// Expects the number of written files.
    #[track_caller]
    pub(crate) fn expect_written(&self, count: usize) -> &Built {
        assert_eq!(self.count("written"), count, "written; rendered {:?}", self.list("rendered_urls"));
        self
    }

    /// Expects that nothing was rendered, written or removed.
    #[track_caller]
    pub(crate) fn expect_idle(&self) -> &Built {
        self.expect_exit(0).expect_rendered(0).expect_written(0).expect_removed([])
    }

    /// Expects that exactly these URLs were removed.
    #[track_caller]
    pub(crate) fn expect_removed<'a>(&self, urls: impl IntoIterator<Item = &'a str>) -> &Built {
        let expected: BTreeSet<String> = urls.into_iter().map(str::to_owned).collect();
        assert_eq!(self.list("removed_urls").into_iter().collect::<BTreeSet<_>>(), expected, "removed");
        assert_eq!(self.count("removed"), expected.len(), "removed");
        self
    }

    /// Expects that just these articles are unpublished, each as `path: state`.
    #[track_caller]
    pub(crate) fn expect_unpublished<'a>(&self, articles: impl IntoIterator<Item = &'a str>) -> &Built {
        let unpublished = self.summary["unpublished_articles"].as_array().expect("a list");
        let unpublished = unpublished
            .iter()
            .map(|unpublished| format!("{}: {}", text(&unpublished["path"]), text(&unpublished["state"])));
        let expected: Vec<String> = articles.into_iter().map(str::to_owned).collect();
        assert_eq!(unpublished.collect::<Vec<_>>(), expected, "unpublished");
        assert_eq!(self.count("unpublished"), expected.len(), "unpublished");
        self
    }

    /// Expects an error with this code and location, whose message contains this text.
    #[track_caller]
    pub(crate) fn expect_error(&self, code: &str, file: &str, line: u64, column: u64, text: &str) -> &Built {
        let place = (Some(file), Some(line), Some(column));
        let is_it = |found: &Value| {
            found["level"] == "error" && found["code"] == code && place_of(found) == place && has_message(found, text)
        };
        assert!(
            self.diagnostics.iter().any(is_it),
            "no error[{code}] at {file}:{line}:{column} with {text:?}:\n{:#?}",
            self.diagnostics
        );
        self
    }

    /// Expects that exactly one diagnostic has this text in its message, and returns it.
    #[track_caller]
    pub(crate) fn only(&self, text: &str) -> &Value {
        let found: Vec<&Value> = self.diagnostics.iter().filter(|found| has_message(found, text)).collect();
        assert_eq!(found.len(), 1, "diagnostics with {text:?} among\n{:#?}", self.diagnostics);
        found[0]
    }

    /// Expects that each of these texts is in the message of just one diagnostic, that there are no others, and that
    /// nothing was published.
    #[track_caller]
    pub(crate) fn expect_reported<'a>(&self, reported: impl IntoIterator<Item = &'a str>) -> &Built {
        let reported: Vec<&str> = reported.into_iter().collect();
        for text in &reported {
            self.only(text);
        }
        assert_eq!(self.diagnostics.len(), reported.len(), "{:#?}", self.diagnostics);
        self.expect_exit(1)
    }

    /// Expects a warning whose message contains this text.
    #[track_caller]
    pub(crate) fn expect_warning(&self, text: &str) -> &Built {
        assert_eq!(self.only(text)["level"], "warning", "{text:?}");
        self
    }

    /// A count of the summary.
    #[track_caller]
    pub(crate) fn count(&self, name: &str) -> usize {
        self.summary[name].as_u64().unwrap_or_else(|| panic!("no `{name}`: {}", self.summary)) as usize
    }

    /// An array of strings of the summary.
    #[track_caller]
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let list = self.summary[name].as_array().unwrap_or_else(|| panic!("no `{name}`: {}", self.summary));
        list.iter().map(text).collect()
    }

    /// A file of the output as text.
    #[track_caller]
    pub(crate) fn file(&self, path: &str) -> String {
        let bytes = std::fs::read(self.output.join(path)).unwrap_or_else(|error| {
            panic!("`{path}`: {error}; it said {}\n{}", self.run.stdout, self.run.stderr);
        });
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Every file of the output.
    #[track_caller]
    pub(crate) fn files(&self) -> Snapshot {
        Snapshot::of(&self.output)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn has_message(diagnostic: &Value, text: &str) -> bool {
    diagnostic["message"].as_str().is_some_and(|message| message.contains(text))
}

fn place_of(diagnostic: &Value) -> (Option<&str>, Option<u64>, Option<u64>) {
    (diagnostic["file"].as_str(), diagnostic["line"].as_u64(), diagnostic["column"].as_u64())
}
