//! Errors in the settings do not hide those of the rest of the site.

use crate::project::Project;

#[test]
fn wrong_settings_hide_no_error_elsewhere() {
    let project = Project::new(
        "
        -- site.yaml --
        titel: The Paper
        base_url: paper.example
        language: english language
        time_zone: Mars/Base
        listing: { page_size: 0, latest: many }
        theme_settings: { acent: \"#123123\" }
        -- content/newsletters/weekly.md --
        ---
        title: Weekly
        frequency: every week
        consent: One mail a week.
        provider: { kind: buttondown }
        ---
        -- templates/404.html --
        {{ oops }}
        ",
    );
    project.article("a", "date: 2026-06-01\nsection: opinon", "See [b](nowhere.md).\n\n::: fact-bx\n:::");
    let built = project.build();
    built.expect_reported([
        "unknown key `titel`",
        "`paper.example` is not an absolute URL",
        "`english language` is not a language tag",
        "`Mars/Base` is not a time zone",
        "`page_size` is 0",
        "`latest` takes",
        "has no setting `acent`",
        "requires the setting `username`",
        "`oops` is not a variable",
        "there is no section `opinon`",
        "there is no file `content/articles/nowhere.md`",
        "there is no block `fact-bx`",
    ]);
    built.expect_no_file("");
}
