//! Links that open a position of a file in the author's editor.

use std::path::Path;

/// Pattern of a link that opens a file, with `{path}`, `{line}` and `{column}`.
#[derive(Clone, Debug)]
pub struct Editor(String);

/// Link patterns of known editors. The first is the default.
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
    /// Parses the name of a known editor, or a link pattern that contains `{path}`.
    ///
    /// # Errors
    /// If the text is neither; the message is worded for the command line.
    pub fn parse(text: &str) -> Result<Editor, String> {
        if let Some((_, link)) = EDITORS.iter().find(|(name, _)| *name == text) {
            return Ok(Editor((*link).to_owned()));
        }
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let runs_code = ["javascript", "data", "vbscript"].contains(&scheme.to_ascii_lowercase().as_str());
        if text.contains("{path}") && is_scheme && !runs_code {
            return Ok(Editor(text.to_owned()));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).collect();
        Err(format!("`{text}` is not an editor: use {}, or a link with `{{path}}` in it", names.join(", ")))
    }

    /// Returns the link to a position in a file of a site; line and column are 1-based.
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
        let link = |text: &str| Editor::parse(text).map(|editor| editor.link(Path::new("/a b"), "c/d.md", 3, 7));
        assert_eq!(link("vscode").unwrap(), "vscode://file/a%20b/c/d.md:3:7");
        assert_eq!(link("zed").unwrap(), "zed://file/a%20b/c/d.md:3:7");
        assert_eq!(link("my-editor://{path}#{line}").unwrap(), "my-editor:///a%20b/c/d.md#3");
        for wrong in ["emcas", "javascript:alert('{path}')", "{path}", "x:no"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
    }
}
