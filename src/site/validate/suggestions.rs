//! The help of diagnostics about files and URLs that do not exist.

use crate::content::document;
use crate::diagnostic::nearest_path;
use crate::path::SourcePath;
use crate::site::{SiteModel, TermKind, UrlIndex};

const HELP_IMAGES: &str = "put the file beside the text, or into `static/`";
const HELP_URLS: &str = "write a URL as the browser shows it, from its first `/` on";

/// Returns the help for a file that does not exist, named in `named_in`. With `may_search`, a similar name is searched
/// among all files.
pub(super) fn for_file(
    model: &SiteModel,
    urls: &UrlIndex,
    code: &'static str,
    named_in: &SourcePath,
    file: &SourcePath,
    may_search: bool,
) -> String {
    if let Some(text) = text_meant(urls, file) {
        return format!("did you mean `{}`?", relative(named_in, &text));
    }
    if let Some(url) = term_page(model, file) {
        return format!("add that file, or link to `{url}`");
    }
    if let Some(near) = may_search.then(|| urls.nearest_file(file)).flatten() {
        return format!("did you mean `{}`?", relative(named_in, &near));
    }
    match code {
        "article" => "name files of `content/articles/`: `articles/2024/strike.md`".to_owned(),
        "image" => HELP_IMAGES.to_owned(),
        _ => "write links from this file's own folder, for example `../2024/strike.md`".to_owned(),
    }
}

/// Returns the help for a root-relative URL, decoded, that is none of the output's URLs, `known`. If `known` is empty,
/// no similar name is searched.
pub(crate) fn rooted<'a>(
    urls: &UrlIndex,
    code: &'static str,
    named_in: &str,
    url: &str,
    known: impl Iterator<Item = &'a str>,
) -> String {
    let named_in = SourcePath::new(named_in).expect("diagnostics name files by their paths");
    let as_source = url.strip_prefix('/').and_then(|path| SourcePath::new(path).ok());
    if let Some(file) = as_source.as_ref().filter(|file| exists(urls, file)) {
        return format!("did you mean `{}`?", relative(&named_in, file));
    }
    let mut known = known.peekable();
    let may_search = known.peek().is_some();
    let in_static = SourcePath::new(&format!("static{url}")).ok();
    let is_file = code == "image" || in_static.as_ref().is_some_and(|file| is_plain_file(file.extension()));
    if let Some(near) = nearest_path(url, known.filter(|near| !is_file || !near.ends_with('/'))) {
        return format!("did you mean `{near}`?");
    }
    if let Some(near) = in_static.filter(|_| is_file && may_search).and_then(|file| urls.nearest_file(&file)) {
        return format!("did you mean `{}`?", relative(&named_in, &near));
    }
    match (code, is_file) {
        ("image", _) => HELP_IMAGES.to_owned(),
        (_, true) => format!("put the file into `static/`, as `static{url}`, or beside the text"),
        _ if named_in.as_str() == crate::config::FILE => HELP_URLS.to_owned(),
        _ => "link to the other text's file, for example `../2024/strike.md`, and the link stays valid".to_owned(),
    }
}

/// Returns whether an extension is that of a file which is published unchanged.
fn is_plain_file(extension: &str) -> bool {
    !matches!(extension, "" | "md" | "html" | "htm")
}

/// Returns whether a path is that of a text or file of the site.
fn exists(urls: &UrlIndex, file: &SourcePath) -> bool {
    urls.is_document(file) || urls.file(file).is_some()
}

/// Returns the text for a path that lacks `.md`, or ends with `.html` instead; `None` if there is none.
fn text_meant(urls: &UrlIndex, file: &SourcePath) -> Option<SourcePath> {
    let path = file.as_str();
    let stem = path.strip_suffix(".html").or(path.strip_suffix(".md")).unwrap_or(path);
    let texts = [format!("{stem}.md"), format!("{stem}/index.md")];
    texts.into_iter().filter_map(|text| SourcePath::new(&text).ok()).find(|text| urls.is_document(text))
}

/// Returns the URL of the term whose file a path would be; `None` if it is not that of a term.
fn term_page(model: &SiteModel, file: &SourcePath) -> Option<String> {
    let kinds = [TermKind::Author, TermKind::Topic, TermKind::Series];
    let folder = file.folder().strip_prefix("content/")?;
    let kind = kinds.into_iter().find(|kind| kind.folder() == folder)?;
    let term = model.terms.get(kind, document::name(file)).filter(|_| file.extension() == "md")?;
    Some(term.url.as_str().to_owned())
}

/// Returns the relative link from one file to another.
fn relative(from: &SourcePath, to: &SourcePath) -> String {
    let here: Vec<&str> = from.folder().split('/').collect();
    let there: Vec<&str> = to.as_str().split('/').collect();
    let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(here.len() - common);
    format!("{up}{}", there[common..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_files_are_relative() {
        let path = |text: &str| SourcePath::new(text).unwrap();
        let check = |from: &str, to: &str, link: &str| assert_eq!(relative(&path(from), &path(to)), link);
        check("content/articles/2026/a.md", "content/articles/2024/b.md", "../2024/b.md");
        check("content/articles/a.md", "content/articles/b.md", "b.md");
        check("content/articles/a.md", "static/x.png", "../../static/x.png");
    }
}
