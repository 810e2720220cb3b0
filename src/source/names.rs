//! Decides by name alone which paths can be sources.

/// Name of the settings file; the folder that contains it is a site's.
pub const CONFIG_FILE: &str = "site.yaml";

/// Name of the file of known problems, beside the settings.
pub const KNOWN_PROBLEMS_FILE: &str = "known-problems.yaml";

/// The files of a site's folder that are sources; all others are in folders.
pub(super) const TOP_FILES: [&str; 2] = [CONFIG_FILE, KNOWN_PROBLEMS_FILE];

/// Folder of the moderation queue. It is never walked: nothing in it is part of the site.
pub const MODERATION_QUEUE: &str = "content/comments/queue";

/// Folders of a site that are walked.
pub const SOURCE_FOLDERS: [&str; 6] = ["content", "static", "templates", "assets", "i18n", "themes"];

/// Returns whether a path (from the site's folder, with `/`) can be a source: it is the settings file or that
/// of known problems, or it is in one of the walked folders and no segment is ignored. Whether a file exists there is not checked.
#[must_use]
pub fn is_source_path(path: &str) -> bool {
    let top_folder = path.split('/').next().unwrap_or(path);
    let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let is_excluded = |end: usize| is_ignored(&path[..end]) || path[..end] == *MODERATION_QUEUE;
    TOP_FILES.contains(&path) || SOURCE_FOLDERS.contains(&top_folder) && !ends.any(is_excluded)
}

/// Returns whether a file or folder is ignored because of its own name; the folders above it are not considered.
pub(super) fn is_ignored(path: &str) -> bool {
    is_private(path.rsplit('/').next().unwrap_or(path)) && path != "static/.well-known"
}

/// Returns whether a name is that of a dot file or a temporary or backup file of an editor or operating system.
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
