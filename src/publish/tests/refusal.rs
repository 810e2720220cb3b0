//! Folders that are no output folders, and builds that must wait.

use super::*;

/// The message with which an output folder is refused.
fn refusal(desk: &Desk, output: &Path) -> String {
    match Publication::open(output, &desk.site.join(".handbill"), &desk.site) {
        Err(PublishError::Refused(diagnostics)) => diagnostics[0].message.clone(),
        other => panic!("`{}`: {other:?}", output.display()),
    }
}

#[test]
fn dangerous_folders_are_refused() {
    let desk = Desk::new();
    let check = |output: &Path, part: &str| {
        let message = refusal(&desk, output);
        assert!(message.contains(part), "`{message}` says nothing of `{part}`");
    };
    for source in ["content/articles", "themes", "static", "templates", ".git"] {
        fs::create_dir_all(desk.site.join(source)).unwrap();
    }
    fs::write(desk.site.join("site.yaml"), "").unwrap();
    fs::write(desk.site.join("file"), "").unwrap();
    let parent = desk.site.parent().unwrap();
    let home = std::env::home_dir().unwrap();
    check(Path::new("/"), "root of the file system");
    check(&home, "home folder");
    check(home.parent().unwrap(), if home.parent() == Some(Path::new("/")) { "root" } else { "home folder" });
    check(&desk.site, "site's own folder");
    check(&desk.site.join("content/.."), "site's own folder");
    check(parent, "site's own folder");
    check(&desk.site.join("content"), "`content`");
    check(&desk.site.join("content/articles/public"), "`content`");
    check(&desk.site.join("themes/public"), "`themes`");
    check(&desk.site.join("static"), "`static`");
    check(&desk.site.join("templates/x"), "`templates`");
    check(&desk.site.join(".git"), "`.git`");
    check(&desk.site.join(".handbill/x"), "`.handbill`");
    check(&desk.site.join("site.yaml"), "`site.yaml`");
    check(&desk.site.join("file"), "not a folder");
    assert!(!desk.site.join(".handbill").exists());
}

#[cfg(unix)]
#[test]
fn symlinks_are_seen_through() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    let elsewhere = desk.site.with_file_name("elsewhere");
    fs::create_dir_all(elsewhere.join("articles")).unwrap();
    symlink(&elsewhere, &desk.output).unwrap();
    assert!(refusal(&desk, &desk.output).contains("is a symlink"));
    symlink(&desk.site, desk.site.with_file_name("alias")).unwrap();
    assert!(refusal(&desk, &desk.site.with_file_name("alias").join("content")).contains("`content`"));
    fs::remove_dir(desk.site.join("content")).unwrap();
    symlink(elsewhere.join("articles"), desk.site.join("content")).unwrap();
    assert!(refusal(&desk, &elsewhere).contains("not apart from"));
    assert!(refusal(&desk, &elsewhere.join("articles/x")).contains("not apart from"));
}

#[test]
fn output_need_not_exist_nor_its_parents() {
    let mut desk = Desk::new();
    desk.output = desk.site.join("a/b/public");
    desk.expect(&[("index.html", "1")], &[]);
}

#[test]
fn second_build_at_once_is_asked_to_wait() {
    let desk = Desk::new();
    let first = desk.open().unwrap();
    let entries = stage(&first, &files(&[("index.html", "1")])).unwrap();
    let Err(PublishError::Io(diagnostic)) = desk.open() else { panic!("two builds at once") };
    assert!(diagnostic.message.starts_with("another build is publishing into"));
    first.commit(entries).unwrap();
    desk.expect(&[("index.html", "2")], &[]);
}

#[test]
fn racing_builds_leave_one_whole_site() {
    let desk = Desk::new();
    let sites: Vec<Files> = ["x", "y", "z"]
        .map(|text| (0..40).map(|page| (format!("{text}/{page}/index.html"), text.to_owned())).collect())
        .into_iter()
        .collect();
    std::thread::scope(|scope| {
        for site in &sites {
            scope.spawn(|| (0..20).for_each(|_| drop(desk.publish(site))));
        }
    });
    assert!(sites.contains(&desk.files()));
    desk.publish(&sites[0]).unwrap();
    assert_eq!(desk.files(), sites[0]);
    desk.expect_tidy();
}
