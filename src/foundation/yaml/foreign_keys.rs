//! Keys of other site generators, with their names in Handbill.

/// Keys of other generators, in lower case without `_` and `-`, and their names here, the most likely first.
const KEYS: &[(&str, &[&str])] = &[
    ("tags", &["topics"]),
    ("categories", &["topics", "section"]),
    ("category", &["section", "topics"]),
    ("description", &["summary", "promise", "preheader"]),
    ("excerpt", &["summary", "promise", "preheader"]),
    ("subject", &["title"]),
    ("headline", &["title"]),
    ("name", &["title"]),
    ("title", &["name", "label"]),
    ("lastmod", &["updated"]),
    ("modified", &["updated"]),
    ("publishdate", &["date", "embargo"]),
    ("pubdate", &["date", "embargo"]),
    ("published", &["date", "draft"]),
    ("expirydate", &["expires"]),
    ("weight", &["pinned", "order"]),
    ("author", &["authors"]),
    ("permalink", &["slug", "aliases"]),
    ("url", &["slug", "aliases", "src", "base_url"]),
    ("redirectfrom", &["aliases"]),
    ("cover", &["image"]),
    ("thumbnail", &["image"]),
    ("languagecode", &["language"]),
    ("timezone", &["time_zone"]),
];

/// Keys of other generators for what the file's folder or the theme decides here.
const NEEDLESS: [&str; 3] = ["layout", "type", "template"];

/// Returns the names here of another generator's key, among the `known` keys.
pub(crate) fn native_names<'k>(key: &str, known: &[&'k str]) -> Vec<&'k str> {
    let key = normalized(key);
    let ours = KEYS.iter().find(|(theirs, _)| *theirs == key).map_or(&[][..], |(_, ours)| ours);
    ours.iter().filter_map(|ours| known.iter().copied().find(|known| known == ours)).collect()
}

/// Returns whether a key of another generator has no counterpart here, because the folder or the theme decides.
pub(crate) fn is_needless(key: &str) -> bool {
    NEEDLESS.contains(&normalized(key).as_str())
}

fn normalized(key: &str) -> String {
    key.to_lowercase().replace(['_', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::native_names;

    #[test]
    fn keys_of_others_have_names_here_where_such_a_key_is_known() {
        let check =
            |key: &str, known: &[&str], expected: &[&str]| assert_eq!(native_names(key, known), expected, "{key}");
        let article = ["title", "date", "slug", "section", "summary", "topics", "updated", "embargo", "aliases"];
        check("tags", &article, &["topics"]);
        check("categories", &article, &["topics", "section"]);
        check("publishDate", &article, &["date", "embargo"]);
        check("redirect_from", &article, &["aliases"]);
        check("tags", &["title", "summary"], &[]);
        check("colour", &article, &[]);
    }
}
