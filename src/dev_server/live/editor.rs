//! Links that open a place of a file in its author's editor.

use std::path::Path;

/// How a place in a file is opened: a link with `{path}`, `{line}` and `{column}`.
#[derive(Clone, Debug)]
pub struct Editor(String);

/// Links that editors take. The first is used when nothing else is said.
const EDITORS: &[(&str, &str)] = &[
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
];

impl Default for Editor {
    fn default() -> Editor {
        Editor(EDITORS[0].1.to_owned())
    }
}

impl Editor {
    /// By the name of a known editor, or by a link of one's own with `{path}` in it.
    ///
    /// # Errors
    /// In words, when it is neither.
    pub fn parse(written: &str) -> Result<Editor, String> {
        if let Some((_, link)) = EDITORS.iter().find(|(name, _)| *name == written) {
            return Ok(Editor((*link).to_owned()));
        }
        let scheme = written.split_once(':').map_or("", |(scheme, _)| scheme);
        let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let runs_code = ["javascript", "data", "vbscript"].contains(&scheme.to_ascii_lowercase().as_str());
        if written.contains("{path}") && is_scheme && !runs_code {
            return Ok(Editor(written.to_owned()));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).collect();
        Err(format!("`{written}` is no editor: give {}, or a link with `{{path}}` in it", names.join(", ")))
    }

    /// The link to a place in a file of a site, line and column counted from 1.
    #[must_use]
    pub fn link(&self, root: &Path, file: &str, line: usize, column: usize) -> String {
        let path = root.join(file).to_string_lossy().replace('\\', "/");
        let path = format!("/{}", crate::path::encode_path(path.trim_start_matches('/')));
        let link = self.0.replace("{path}", &path);
        link.replace("{line}", &line.to_string()).replace("{column}", &column.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_known_by_name_or_by_their_link() {
        let link = |written: &str| Editor::parse(written).map(|editor| editor.link(Path::new("/a b"), "c/d.md", 3, 7));
        assert_eq!(link("vscode").unwrap(), "vscode://file/a%20b/c/d.md:3:7");
        assert_eq!(link("zed").unwrap(), "zed://file/a%20b/c/d.md:3:7");
        assert_eq!(link("my-editor://{path}#{line}").unwrap(), "my-editor:///a%20b/c/d.md#3");
        for wrong in ["emcas", "javascript:alert('{path}')", "{path}", "x:no"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
    }
}
