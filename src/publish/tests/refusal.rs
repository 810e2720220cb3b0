//! Folders that cannot be an output folder, and builds that must wait.

use super::*;

/// Returns the message with which an output folder is refused.
fn refusal(fixture: &Fixture, output: &Path) -> String {
    match Publication::open(output, &fixture.site.join(".handbill"), &fixture.site) {
        Err(PublishError::Refused(diagnostics)) => diagnostics[0].message.clone(),
        other => panic!("`{}`: {other:?}", output.display()),
    }
}

#[test]
fn dangerous_folders_are_refused() {
    let fixture = Fixture::new();
    let check = |output: &Path, part: &str| {
        let message = refusal(&fixture, output);
        assert!(message.contains(part), "`{message}` says nothing of `{part}`");
    };
    for source in ["content/articles", "themes", "static", "templates", ".git"] {
        fs::create_dir_all(fixture.site.join(source)).unwrap();
    }
    fs::write(fixture.site.join("site.yaml"), "").unwrap();
    fs::write(fixture.site.join("file"), "").unwrap();
    let parent = fixture.site.parent().unwrap();
    let home = std::env::home_dir().unwrap();
    check(Path::new("/"), "root of the file system");
    check(&home, "home folder");
    check(home.parent().unwrap(), if home.parent() == Some(Path::new("/")) { "root" } else { "home folder" });
    check(&fixture.site, "site's own folder");
    check(&fixture.site.join("content/.."), "site's own folder");
    check(parent, "site's own folder");
    check(&fixture.site.join("content"), "`content`");
    check(&fixture.site.join("content/articles/public"), "`content`");
    check(&fixture.site.join("themes/public"), "`themes`");
    check(&fixture.site.join("static"), "`static`");
    check(&fixture.site.join("templates/x"), "`templates`");
    check(&fixture.site.join(".git"), "`.git`");
    check(&fixture.site.join(".handbill/x"), "`.handbill`");
    check(&fixture.site.join("site.yaml"), "`site.yaml`");
    check(&fixture.site.join("file"), "not a folder");
    assert!(!fixture.site.join(".handbill").exists());
}

#[cfg(unix)]
#[test]
fn symlinks_are_seen_through() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new();
    let elsewhere = fixture.site.with_file_name("elsewhere");
    fs::create_dir_all(elsewhere.join("articles")).unwrap();
    symlink(&elsewhere, &fixture.output).unwrap();
    assert!(refusal(&fixture, &fixture.output).contains("is a symbolic link"));
    symlink(&fixture.site, fixture.site.with_file_name("alias")).unwrap();
    assert!(refusal(&fixture, &fixture.site.with_file_name("alias").join("content")).contains("`content`"));
    fs::remove_dir(fixture.site.join("content")).unwrap();
    symlink(elsewhere.join("articles"), fixture.site.join("content")).unwrap();
    assert!(refusal(&fixture, &elsewhere).contains("overlap"));
    assert!(refusal(&fixture, &elsewhere.join("articles/x")).contains("overlap"));
}

#[test]
fn output_need_not_exist_nor_its_parents() {
    let mut fixture = Fixture::new();
    fixture.output = fixture.site.join("a/b/public");
    fixture.expect(&[("index.html", "1")], &[]);
}

#[test]
fn second_build_at_once_is_asked_to_wait() {
    let fixture = Fixture::new();
    let first = fixture.open().unwrap();
    let entries = stage(&first, &files(&[("index.html", "1")])).unwrap();
    let Err(PublishError::Io(diagnostic)) = fixture.open() else { panic!("two builds at once") };
    assert!(diagnostic.message.starts_with("another build is publishing into"));
    first.commit(entries).unwrap();
    fixture.expect(&[("index.html", "2")], &[]);
}

#[test]
fn racing_builds_leave_one_complete_site() {
    let fixture = Fixture::new();
    let sites: Vec<Files> = ["x", "y", "z"]
        .map(|text| (0..40).map(|page| (format!("{text}/{page}/index.html"), text.to_owned())).collect())
        .into_iter()
        .collect();
    std::thread::scope(|scope| {
        for site in &sites {
            scope.spawn(|| (0..20).for_each(|_| drop(fixture.publish(site))));
        }
    });
    assert!(sites.contains(&fixture.files()));
    fixture.publish(&sites[0]).unwrap();
    assert_eq!(fixture.files(), sites[0]);
    fixture.expect_tidy();
}
