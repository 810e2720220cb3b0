//! Corrections are shown in the site's language on every page that has them.

use crate::project::Project;

#[test]
fn feeds_name_the_kind_of_a_correction_in_the_sites_language() {
    for (language, words) in [("en", ["Correction", "Update"]), ("es", ["Corrección", "Actualización"])] {
        let project = Project::new("");
        project.settings(&format!("language: {language}"));
        let corrections = "[{ date: 2026-06-02, text: One }, { date: 2026-06-03, text: Two, kind: update }]";
        project.article("a", &format!("date: 2026-06-01\ncorrections: {corrections}"), "Text.");
        let built = project.build();
        built.expect_clean();
        for word in words {
            for feed in ["feed.xml", "atom.xml", "feed.json"] {
                let text = built.file(feed).replace("&lt;", "<").replace("&gt;", ">");
                assert!(text.contains(&format!("<strong>{word}</strong> (")), "{feed} lacks {word}");
            }
            for feed in ["corrections/feed.xml", "corrections/atom.xml", "corrections/feed.json"] {
                assert!(built.file(feed).contains(&format!("{word}: ")), "{feed} lacks {word}");
            }
        }
    }
}
