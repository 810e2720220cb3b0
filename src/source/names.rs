//! Which paths can be those of sources, by their names alone.

/// The name of the settings file, which makes a folder a site's.
pub const CONFIG_FILE: &str = "site.yaml";

/// The folder of comments that wait for a moderator. It is never looked into: nothing of it is part of the site.
pub const MODERATION_QUEUE: &str = "content/comments/queue";

/// The folders of a site that are walked.
pub const SOURCE_FOLDERS: [&str; 6] = ["content", "static", "templates", "assets", "i18n", "themes"];

/// Whether a path from the site's folder, with `/`, is where a source could be: the settings, or in one of the folders
/// that are walked, and with no part that is left out. Says nothing of whether something is there.
#[must_use]
pub fn is_source_path(path: &str) -> bool {
    let room = path.split('/').next().unwrap_or(path);
    let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let is_out = |end: usize| is_ignored(&path[..end]) || path[..end] == *MODERATION_QUEUE;
    path == CONFIG_FILE || SOURCE_FOLDERS.contains(&room) && !ends.any(is_out)
}

/// Whether a file or a folder is left out because of its name; the folders above it are not looked at.
pub(super) fn is_ignored(path: &str) -> bool {
    is_private(path.rsplit('/').next().unwrap_or(path)) && path != "static/.well-known"
}

/// Dot files, and what editors and systems leave behind: never read, never published.
fn is_private(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with('.')
        || name.starts_with('#') && name.ends_with('#')
        || name.ends_with('~')
        || [
            ".swp",
            ".swo",
            ".swx",
            ".bak",
            ".orig",
            ".rej",
            ".tmp",
            ".crdownload",
            ".part",
            "___jb_tmp___",
            "___jb_old___",
        ]
        .iter()
        .any(|end| lower.ends_with(end))
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini" | "__macosx" | "4913")
}

#[cfg(test)]
mod tests {
    use super::{is_private, is_source_path};

    #[test]
    fn what_editors_leave_is_private() {
        for name in [".DS_Store", ".hidden.md", "a.md~", "#a.md#", "a.md.swp", "Thumbs.db", "A.BAK", "a.md___jb_tmp___"]
        {
            assert!(is_private(name), "{name}");
        }
        for name in ["a.md", "swp.md", "c#.md", "index.md"] {
            assert!(!is_private(name), "{name}");
        }
    }

    #[test]
    fn settings_and_the_folders_of_a_site_belong_to_it() {
        for path in ["site.yaml", "content", "content/a/b.md", "static/.well-known/x", "i18n/en.yaml"] {
            assert!(is_source_path(path), "{path}");
        }
        for path in
            ["", "README.md", "public/content/a.md", "content/.git/a.md", "content/a/.b", "content/a.md~", "contents"]
        {
            assert!(!is_source_path(path), "{path}");
        }
    }
}
