//! What is not ours: never touched, never followed, and an error where it is in the way.

use super::*;

#[test]
fn foreign_files_are_kept() {
    let desk = Desk::new();
    let foreign = [("CNAME", "example.org"), (".git/HEAD", "ref"), ("news/notes.txt", "mine")];
    for (path, text) in foreign {
        desk.put(path, text);
    }
    desk.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &foreign);
    desk.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &foreign);
    desk.expect(&[], &foreign);
}

#[test]
fn foreign_files_in_the_way_are_all_named_and_nothing_changes() {
    let desk = Desk::new();
    desk.expect(&[("index.html", "1")], &[]);
    desk.put("CNAME", "example.org");
    desk.put("news/a/index.html", "mine");
    desk.put("topics", "a file");
    desk.put("robots.txt/file", "a folder");
    let site = [
        ("CNAME", "other"),
        ("index.html", "2"),
        ("news/a/index.html", "A"),
        ("robots.txt", "robots"),
        ("topics/housing/index.html", "housing"),
        ("topics/labor/index.html", "labor"),
    ];
    assert_eq!(
        desk.expect_refusal(&site),
        [
            "`public/CNAME` would be overwritten, and Handbill did not write it",
            "`public/news/a/index.html` would be overwritten, and Handbill did not write it",
            "`public/robots.txt` should be a file, but a folder stands there that is not Handbill's alone",
            "`public/topics/housing/index.html` cannot be written: `public/topics` is not a folder of the output",
        ]
    );
}

#[test]
fn foreign_file_with_the_same_bytes_is_adopted() {
    let desk = Desk::new();
    desk.put("index.html", "front");
    desk.put("CNAME", "example.org");
    assert_eq!(desk.expect(&[("index.html", "front")], &[("CNAME", "example.org")]).unchanged, 1);
    desk.expect(&[("index.html", "changed")], &[("CNAME", "example.org")]);
    assert_eq!(desk.expect(&[], &[("CNAME", "example.org")]).removed.len(), 1);
}

#[test]
fn lost_cache_loses_no_owned_path() {
    let desk = Desk::new();
    desk.put("CNAME", "example.org");
    let foreign = [("CNAME", "example.org")];
    desk.expect(&[("a.html", "a"), ("b/c.html", "c"), ("d.html", "d")], &foreign);
    fs::remove_dir_all(desk.site.join(".handbill")).unwrap();
    let report = desk.expect(&[("a.html", "A"), ("d.html", "d")], &foreign);
    assert_eq!((report.written, report.unchanged, report.removed.len()), (1, 1, 1));
    assert!(!desk.output.join("b").exists());
    fs::remove_dir_all(desk.site.join(".handbill")).unwrap();
    let cleaned = crate::publish::clean(&desk.output, &desk.site.join(".handbill"), &desk.site).unwrap();
    assert_eq!((cleaned.removed.len(), cleaned.left), (2, vec!["CNAME".to_owned()]));
    assert!(!desk.owned_copy().exists());
}

#[test]
fn list_of_another_site_is_not_read() {
    let mut desk = Desk::new();
    desk.output = desk.site.with_file_name("www");
    desk.expect(&[("a.html", "a"), ("b.html", "b")], &[]);
    let mut other = Desk::at(&desk.site.with_file_name("other"));
    other.output = desk.output.clone();
    assert_eq!(other.expect_refusal(&[("a.html", "A")]).len(), 1);
    other.expect(&[("c.html", "c")], &[("a.html", "a"), ("b.html", "b")]);
}

#[test]
fn lost_cache_and_list_make_what_differs_foreign() {
    let desk = Desk::new();
    desk.expect(&[("a.html", "a"), ("b.html", "b")], &[]);
    fs::remove_dir_all(desk.site.join(".handbill")).unwrap();
    fs::remove_file(desk.owned_copy()).unwrap();
    let refused = desk.expect_refusal(&[("a.html", "a"), ("b.html", "B")]);
    assert_eq!(refused, ["`public/b.html` would be overwritten, and Handbill did not write it"]);
    assert_eq!(desk.expect(&[("a.html", "a"), ("b.html", "b")], &[]).written, 0);
}

#[test]
fn folder_of_ours_with_a_foreign_file_is_not_made_a_file() {
    let desk = Desk::new();
    desk.expect(&[("news/a", "A"), ("news/b/c", "C")], &[]);
    desk.put("news/b/notes.txt", "mine");
    assert_eq!(desk.expect_refusal(&[("news", "all")]).len(), 1);
    fs::remove_file(desk.output.join("news/b/notes.txt")).unwrap();
    fs::create_dir(desk.output.join("news/empty")).unwrap();
    assert_eq!(desk.expect_refusal(&[("news", "all")]).len(), 1);
}

#[cfg(unix)]
mod symlinks {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn pages_are_not_written_through_symlinks() {
        let desk = Desk::new();
        let elsewhere = desk.site.with_file_name("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        desk.expect(&[("index.html", "1"), ("news/index.html", "1")], &[]);
        fs::remove_dir_all(desk.output.join("news")).unwrap();
        symlink(&elsewhere, desk.output.join("news")).unwrap();
        fs::remove_file(desk.output.join("index.html")).unwrap();
        symlink(elsewhere.join("target.html"), desk.output.join("index.html")).unwrap();
        let site = [("index.html", "2"), ("news/index.html", "2"), ("news/a/index.html", "2")];
        let refused = [
            "`public/index.html` should be a file, but a symlink or something like it stands there",
            "`public/news/a/index.html` cannot be written: `public/news` is not a folder of the output",
        ];
        assert_eq!(desk.expect_refusal(&site), refused);
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);

        fs::write(elsewhere.join("index.html"), "theirs").unwrap();
        fs::write(elsewhere.join("target.html"), "theirs").unwrap();
        assert_eq!(desk.expect_refusal(&site).len(), 2);
        assert_eq!(fs::read_to_string(elsewhere.join("index.html")).unwrap(), "theirs");
    }

    #[test]
    fn nothing_is_removed_through_symlinks() {
        let desk = Desk::new();
        desk.expect(&[("index.html", "1"), ("news/a/index.html", "1"), ("logo.svg", "1")], &[]);
        let elsewhere = desk.site.with_file_name("elsewhere");
        fs::rename(desk.output.join("news"), &elsewhere).unwrap();
        fs::create_dir(elsewhere.join("a/empty")).unwrap();
        symlink(&elsewhere, desk.output.join("news")).unwrap();
        fs::rename(desk.output.join("logo.svg"), elsewhere.join("logo.svg")).unwrap();
        symlink(elsewhere.join("logo.svg"), desk.output.join("logo.svg")).unwrap();
        let report = desk.publish(&files(&[("index.html", "2")])).unwrap();
        assert!(report.removed.is_empty());
        assert_eq!(fs::read_to_string(elsewhere.join("a/index.html")).unwrap(), "1");
        assert_eq!(fs::read_to_string(elsewhere.join("logo.svg")).unwrap(), "1");
        assert!(elsewhere.join("a/empty").exists());
        assert!(desk.output.join("news").is_symlink() && desk.output.join("logo.svg").is_symlink());
    }

    #[test]
    fn staging_folder_that_is_a_symlink_is_not_entered() {
        let desk = Desk::new();
        let elsewhere = desk.site.with_file_name("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("file"), "theirs").unwrap();
        symlink(&elsewhere, desk.site.join(".public.handbill-stage")).unwrap();
        assert!(matches!(desk.publish(&files(&[("index.html", "1")])), Err(PublishError::Io(_))));
        assert_eq!(fs::read_to_string(elsewhere.join("file")).unwrap(), "theirs");
    }
}

/// Where letter case does not count, both names lead to one file; here a hard link makes them do so.
#[test]
fn file_of_ours_under_a_name_in_other_case_is_ours_and_not_removed() {
    for text in ["1", "2"] {
        let desk = Desk::new();
        desk.expect(&[("Logo.svg", "1")], &[]);
        fs::hard_link(desk.output.join("Logo.svg"), desk.output.join("logo.svg")).unwrap();
        assert!(desk.publish(&files(&[("logo.svg", text)])).unwrap().removed.is_empty());
        assert_eq!(desk.files()["logo.svg"], text);
        assert!(desk.files().contains_key("Logo.svg"));
    }
    let desk = Desk::new();
    desk.expect(&[("Logo.svg", "1")], &[]);
    assert_eq!(desk.expect(&[("logo.svg", "1")], &[]).removed.len(), 1);
    desk.put("Logo.svg", "mine");
    assert_eq!(desk.expect_refusal(&[("Logo.svg", "2"), ("logo.svg", "1")]).len(), 1);
}
