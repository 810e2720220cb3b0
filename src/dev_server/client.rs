//! The browser part of the dev server: scripts and a stylesheet built into the program, and the `<script>` that is
//! added to a page's response, never to the page itself.

use bytes::Bytes;
use include_dir::{Dir, include_dir};

use super::http::respond::{FileKind, ServedFile};
use crate::digest::Digest;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/dev_server/client");

/// Returns a file of the browser part by name.
pub(super) fn file(name: &str) -> Option<ServedFile> {
    FILES.get_file(name).map(|file| ServedFile::new(FileKind::Asset, Bytes::from_static(file.contents())))
}

/// Adds the `<script>` of the browser part to a page, before the end of its body. `digest` is that of the unchanged
/// page.
pub(super) fn with_script(page: &str, digest: Digest, base: &str, follow: bool) -> String {
    let (base, follow) = (crate::html::escape_xml(base), if follow { " data-follow=\"true\"" } else { "" });
    let line = format!(
        "<script type=\"module\" src=\"{base}.handbill/client/main.js\" data-page=\"{digest}\" data-base=\"{base}\"{follow}></script>\n"
    );
    let (head, tail) = page.split_at(page.rfind("</body>").unwrap_or(page.len()));
    [head, &line, tail].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_is_before_the_end_of_the_body_or_of_the_page() {
        let digest = Digest::of_bytes(b"x");
        let check = |page: &str, begins: &str, ends: &str| {
            let with = with_script(page, digest, "/paper/", false);
            assert!(with.starts_with(begins) && with.ends_with(ends) && with.contains(&digest.to_string()), "{with}");
            assert!(with.contains("src=\"/paper/.handbill/client/main.js\""), "{with}");
        };
        check("<body>Text</body></html>", "<body>Text<script", "</script>\n</body></html>");
        check("Text", "Text<script", "</script>\n");
    }

    #[test]
    fn every_script_that_another_names_is_carried() {
        for file in FILES.files().filter(|file| file.path().extension().is_some_and(|end| end == "js")) {
            let text = file.contents_utf8().expect("scripts are text");
            for named in text.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(super::file(named).is_some(), "{named}");
            }
        }
    }
}
