//! Foreign files: never changed, never followed, and an error where they are in the way.

use super::*;

#[test]
fn foreign_files_are_kept() {
    let fixture = Fixture::new();
    let foreign = [("CNAME", "example.org"), (".git/HEAD", "ref"), ("news/notes.txt", "mine")];
    for (path, text) in foreign {
        fixture.put(path, text);
    }
    fixture.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &foreign);
    fixture.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &foreign);
    fixture.expect(&[], &foreign);
}

#[test]
fn foreign_files_in_the_way_are_all_named_and_nothing_changes() {
    let fixture = Fixture::new();
    fixture.expect(&[("index.html", "1")], &[]);
    fixture.put("CNAME", "example.org");
    fixture.put("news/a/index.html", "mine");
    fixture.put("topics", "a file");
    fixture.put("robots.txt/file", "a folder");
    let site = [
        ("CNAME", "other"),
        ("index.html", "2"),
        ("news/a/index.html", "A"),
        ("robots.txt", "robots"),
        ("topics/housing/index.html", "housing"),
        ("topics/labor/index.html", "labor"),
    ];
    assert_eq!(
        fixture.expect_refusal(&site),
        [
            "`public/CNAME` would be overwritten, and Handbill did not write it",
            "`public/news/a/index.html` would be overwritten, and Handbill did not write it",
            "`public/robots.txt` must be a file, but is a folder with files that Handbill did not write",
            "`public/topics/housing/index.html` cannot be written: `public/topics` is not a folder of the output",
        ]
    );
}

#[test]
fn foreign_file_with_the_same_bytes_is_adopted() {
    let fixture = Fixture::new();
    fixture.put("index.html", "front");
    fixture.put("CNAME", "example.org");
    assert_eq!(fixture.expect(&[("index.html", "front")], &[("CNAME", "example.org")]).unchanged, 1);
    fixture.expect(&[("index.html", "changed")], &[("CNAME", "example.org")]);
    assert_eq!(fixture.expect(&[], &[("CNAME", "example.org")]).removed.len(), 1);
}

#[test]
fn lost_cache_loses_no_owned_path() {
    let fixture = Fixture::new();
    fixture.put("CNAME", "example.org");
    let foreign = [("CNAME", "example.org")];
    fixture.expect(&[("a.html", "a"), ("b/c.html", "c"), ("d.html", "d")], &foreign);
    fs::remove_dir_all(fixture.site.join(".handbill")).unwrap();
    let report = fixture.expect(&[("a.html", "A"), ("d.html", "d")], &foreign);
    assert_eq!((report.written, report.unchanged, report.removed.len()), (1, 1, 1));
    assert!(!fixture.output.join("b").exists());
    fs::remove_dir_all(fixture.site.join(".handbill")).unwrap();
    let cleaned = crate::publish::clean(&fixture.output, &fixture.site.join(".handbill"), &fixture.site).unwrap();
    assert_eq!((cleaned.removed.len(), cleaned.left), (2, vec!["CNAME".to_owned()]));
    assert!(!fixture.owned_copy().exists());
}

#[test]
fn owned_paths_of_another_site_are_not_read() {
    let mut fixture = Fixture::new();
    fixture.output = fixture.site.with_file_name("www");
    fixture.expect(&[("a.html", "a"), ("b.html", "b")], &[]);
    let mut other = Fixture::at(&fixture.site.with_file_name("other"));
    other.output = fixture.output.clone();
    assert_eq!(other.expect_refusal(&[("a.html", "A")]).len(), 1);
    other.expect(&[("c.html", "c")], &[("a.html", "a"), ("b.html", "b")]);
}

#[test]
fn lost_cache_and_list_make_what_differs_foreign() {
    let fixture = Fixture::new();
    fixture.expect(&[("a.html", "a"), ("b.html", "b")], &[]);
    fs::remove_dir_all(fixture.site.join(".handbill")).unwrap();
    fs::remove_file(fixture.owned_copy()).unwrap();
    let refused = fixture.expect_refusal(&[("a.html", "a"), ("b.html", "B")]);
    assert_eq!(refused, ["`public/b.html` would be overwritten, and Handbill did not write it"]);
    assert_eq!(fixture.expect(&[("a.html", "a"), ("b.html", "b")], &[]).written, 0);
}

#[test]
fn folder_of_ours_with_a_foreign_file_is_not_made_a_file() {
    let fixture = Fixture::new();
    fixture.expect(&[("news/a", "A"), ("news/b/c", "C")], &[]);
    fixture.put("news/b/notes.txt", "mine");
    assert_eq!(fixture.expect_refusal(&[("news", "all")]).len(), 1);
    fs::remove_file(fixture.output.join("news/b/notes.txt")).unwrap();
    fs::create_dir(fixture.output.join("news/empty")).unwrap();
    assert_eq!(fixture.expect_refusal(&[("news", "all")]).len(), 1);
}

#[cfg(unix)]
mod symlinks {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn pages_are_not_written_through_symlinks() {
        let fixture = Fixture::new();
        let elsewhere = fixture.site.with_file_name("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fixture.expect(&[("index.html", "1"), ("news/index.html", "1")], &[]);
        fs::remove_dir_all(fixture.output.join("news")).unwrap();
        symlink(&elsewhere, fixture.output.join("news")).unwrap();
        fs::remove_file(fixture.output.join("index.html")).unwrap();
        symlink(elsewhere.join("target.html"), fixture.output.join("index.html")).unwrap();
        let site = [("index.html", "2"), ("news/index.html", "2"), ("news/a/index.html", "2")];
        let refused = [
            "`public/index.html` must be a file, but is a symbolic link or a special file",
            "`public/news/a/index.html` cannot be written: `public/news` is not a folder of the output",
        ];
        assert_eq!(fixture.expect_refusal(&site), refused);
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);

        fs::write(elsewhere.join("index.html"), "theirs").unwrap();
        fs::write(elsewhere.join("target.html"), "theirs").unwrap();
        assert_eq!(fixture.expect_refusal(&site).len(), 2);
        assert_eq!(fs::read_to_string(elsewhere.join("index.html")).unwrap(), "theirs");
    }

    #[test]
    fn nothing_is_removed_through_symlinks() {
        let fixture = Fixture::new();
        fixture.expect(&[("index.html", "1"), ("news/a/index.html", "1"), ("logo.svg", "1")], &[]);
        let elsewhere = fixture.site.with_file_name("elsewhere");
        fs::rename(fixture.output.join("news"), &elsewhere).unwrap();
        fs::create_dir(elsewhere.join("a/empty")).unwrap();
        symlink(&elsewhere, fixture.output.join("news")).unwrap();
        fs::rename(fixture.output.join("logo.svg"), elsewhere.join("logo.svg")).unwrap();
        symlink(elsewhere.join("logo.svg"), fixture.output.join("logo.svg")).unwrap();
        let report = fixture.publish(&files(&[("index.html", "2")])).unwrap();
        assert!(report.removed.is_empty());
        assert_eq!(fs::read_to_string(elsewhere.join("a/index.html")).unwrap(), "1");
        assert_eq!(fs::read_to_string(elsewhere.join("logo.svg")).unwrap(), "1");
        assert!(elsewhere.join("a/empty").exists());
        assert!(fixture.output.join("news").is_symlink() && fixture.output.join("logo.svg").is_symlink());
    }

    #[test]
    fn staging_folder_that_is_a_symlink_is_not_entered() {
        let fixture = Fixture::new();
        let elsewhere = fixture.site.with_file_name("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("file"), "theirs").unwrap();
        symlink(&elsewhere, fixture.site.join(".public.handbill-stage")).unwrap();
        assert!(matches!(fixture.publish(&files(&[("index.html", "1")])), Err(PublishError::Io(_))));
        assert_eq!(fs::read_to_string(elsewhere.join("file")).unwrap(), "theirs");
    }
}

/// On a file system that ignores letter case, both names lead to one file; a hard link has the same effect here.
#[test]
fn file_of_ours_under_a_name_in_other_case_is_ours_and_not_removed() {
    for text in ["1", "2"] {
        let fixture = Fixture::new();
        fixture.expect(&[("Logo.svg", "1")], &[]);
        fs::hard_link(fixture.output.join("Logo.svg"), fixture.output.join("logo.svg")).unwrap();
        assert!(fixture.publish(&files(&[("logo.svg", text)])).unwrap().removed.is_empty());
        assert_eq!(fixture.files()["logo.svg"], text);
        assert!(fixture.files().contains_key("Logo.svg"));
    }
    let fixture = Fixture::new();
    fixture.expect(&[("Logo.svg", "1")], &[]);
    assert_eq!(fixture.expect(&[("logo.svg", "1")], &[]).removed.len(), 1);
    fixture.put("Logo.svg", "mine");
    assert_eq!(fixture.expect_refusal(&[("Logo.svg", "2"), ("logo.svg", "1")]).len(), 1);
}
