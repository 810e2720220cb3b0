//! Deployments to parts of this machine: a branch of a repository, and a program that stands in for a host's own.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::project::Project;
use crate::run::Run;

/// Runs git in a folder, without the settings of this machine, and returns what it printed.
#[track_caller]
fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git").arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").output();
    let run = run.expect("git is installed");
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("git prints UTF-8")
}

/// A site with a target in a branch of a repository beside it.
fn site_with_branch(settings: &str) -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    project.settings(&format!("publish: {{ live: {{ kind: git, remote: ../pages.git, {settings} }} }}"));
    git(&project.root(), &["init", "--quiet", "--bare", "../pages.git"]);
    project
}

fn deploy(project: &Project, arguments: &[&str]) -> Run {
    let program = project.program(&[&["deploy"], arguments].concat());
    program.env("GIT_CONFIG_GLOBAL", "/dev/null").run()
}

fn files_of(project: &Project) -> Vec<String> {
    let listed = git(&project.root(), &["--git-dir", "../pages.git", "ls-tree", "-r", "--name-only", "gh-pages"]);
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn deployment_into_a_branch_is_one_commit_and_unchanged_it_is_none() {
    let project = site_with_branch("branch: gh-pages");
    let log = || git(&project.root(), &["--git-dir", "../pages.git", "log", "--format=%an: %s", "gh-pages"]);
    deploy(&project, &[]).expect_exit(0);
    deploy(&project, &[]).expect_exit(0).expect_stderr(["0 files sent"]);
    let mut expected: Vec<String> = project.output().0.into_keys().collect();
    assert_eq!(log(), format!("Handbill: Deploy the site: {} sent, 0 removed\n", expected.len()));
    expected.push(".handbill/deploy.json.gz".to_owned());
    expected.sort();
    assert_eq!(files_of(&project), expected);
    deploy(&project, &["--rollback"]).expect_exit(2).expect_stderr(["has no earlier deployment"]);
    deploy(&project, &["--rollback", "--dry-run"]).expect_exit(2).expect_stderr(["has no earlier deployment"]);
}

/// Adds a file to the branch as somebody else, on top of what is there.
fn commit_of_somebody_else(project: &Project, path: &str) {
    let clone = project.path("../clone");
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    git(&project.root(), &["clone", "--quiet", "--branch", "gh-pages", "../pages.git", "../clone"]);
    fs::write(clone.join(path), "of somebody else").expect("a file can be written");
    git(&clone, &["add", path]);
    git(&clone, &[&author[..], &["commit", "--quiet", "-m", path]].concat());
    git(&clone, &["push", "--quiet"]);
    fs::remove_dir_all(clone).expect("the clone is there");
}

#[test]
fn branch_goes_back_over_commits_of_somebody_else_and_forward_again() {
    let project = site_with_branch("branch: gh-pages");
    let page = || git(&project.root(), &["--git-dir", "../pages.git", "show", "gh-pages:news/2026/06/a/index.html"]);
    let has = |path: &str| files_of(&project).iter().any(|file| file == path);
    project.write("static/one", "1").write("static/two/file", "2");
    deploy(&project, &[]).expect_exit(0);
    let first = files_of(&project);
    commit_of_somebody_else(&project, "CNAME");
    deploy(&project, &["--rollback", "--dry-run"]).expect_exit(2).expect_stderr(["has no earlier deployment"]);
    deploy(&project, &["--rollback"]).expect_exit(2).expect_stderr(["has no earlier deployment"]);
    project.edit("content/articles/a.md", "Text.", "Edited.");
    project.remove("static/one").remove("static/two").write("static/one/file", "1").write("static/two", "2");
    deploy(&project, &[]).expect_exit(0);
    let second = files_of(&project);
    ["CONTRIBUTING", "LICENSE", "README"].iter().for_each(|path| commit_of_somebody_else(&project, path));
    let foreign = ["CNAME", "CONTRIBUTING", "LICENSE", "README"];
    let ours = || files_of(&project).into_iter().filter(|file| !foreign.contains(&file.as_str())).collect::<Vec<_>>();
    let tip = || git(&project.root(), &["--git-dir", "../pages.git", "rev-parse", "gh-pages"]);

    let before = tip();
    deploy(&project, &["--rollback", "--dry-run"]).expect_exit(0);
    assert_eq!(tip(), before);
    deploy(&project, &["--rollback"]).expect_exit(0);
    assert!(page().contains("Text.") && !page().contains("Edited."));
    assert_eq!(ours(), first);
    assert!(foreign.iter().all(|path| has(path)));

    commit_of_somebody_else(&project, "NOTES");
    // From a checkout that has nothing of the branch.
    project.remove(".handbill/deploy");
    deploy(&project, &["--rollback"]).expect_exit(0);
    assert!(page().contains("Edited."));
    assert!(foreign.iter().all(|path| has(path)) && has("NOTES"));
    assert!(second.iter().all(|path| has(path)) && !has("two/file"));
    deploy(&project, &[]).expect_exit(0).expect_stderr(["0 files sent"]);
}

#[test]
fn file_of_a_branch_becomes_a_folder_and_a_folder_a_file() {
    let project = site_with_branch("history: false");
    project.write("static/one", "1").write("static/two/file", "2");
    deploy(&project, &[]).expect_exit(0);
    project.remove("static/one").remove("static/two").write("static/one/file", "1").write("static/two", "2");
    deploy(&project, &[]).expect_exit(0);
    let files = files_of(&project);
    let found: Vec<&str> = files.iter().map(String::as_str).filter(|file| file.starts_with(['o', 't'])).collect();
    assert_eq!(found, ["one/file", "two"]);
    assert_eq!(git(&project.root(), &["--git-dir", "../pages.git", "rev-list", "--count", "gh-pages"]), "1\n");
    deploy(&project, &["--rollback"]).expect_exit(2).expect_stderr(["keeps no history"]);
}

#[test]
fn branch_that_is_damaged_here_is_fetched_again() {
    let project = site_with_branch("branch: gh-pages");
    deploy(&project, &[]).expect_exit(0);
    // As a deployment leaves it that is killed while git writes.
    project.write(".handbill/deploy/live.git/shallow.lock", "").write(".handbill/deploy/live.git.lock", "1");
    deploy(&project, &[]).expect_exit(0).expect_stderr(["0 files sent"]);
    assert!(!project.path(".handbill/deploy/live.git/shallow.lock").exists());
}

#[cfg(unix)]
#[test]
fn program_of_a_host_gets_the_files_of_the_site_and_no_others() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    project.settings("publish: { live: { kind: cloudflare, project: my-paper } }");
    let run = || project.program(&["deploy"]).env("PATH", "/usr/bin:/bin").run();
    run().expect_exit(2).expect_stderr(["there is no program `wrangler` here", "npm install --global wrangler"]);
    project.write("node_modules/.bin/wrangler", "#!/bin/sh\necho \"$@\" > given\ncp -r \"$3\" got\n");
    let script = project.path("node_modules/.bin/wrangler");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a script can be run");
    project.write("public/foreign.txt", "of somebody else");
    run().expect_exit(0);
    let given = project.read("given");
    assert!(given.ends_with("/my-paper --project-name my-paper --branch main --commit-dirty=true\n"), "{given}");
    assert!(!project.path("got/foreign.txt").exists());
    fs::remove_file(project.path("public/foreign.txt")).expect("the file is there");
    let compared = Command::new("diff").arg("-r").args([project.path("got"), project.path("public")]).output();
    assert!(compared.expect("diff is installed").stdout.is_empty());
    assert!(!project.path(".handbill/deploy/live").exists());

    project.write("node_modules/.bin/wrangler", "#!/bin/sh\necho \"bad token $CLOUDFLARE_API_TOKEN\" >&2\nexit 1\n");
    project.article("b", "date: 2026-06-02", "Text.");
    let program = project.program(&["deploy"]).env("PATH", "/usr/bin:/bin");
    let refused = program.env("CLOUDFLARE_API_TOKEN", "hunter22").run();
    assert!(refused.code == 2 && refused.stderr.contains("bad token …"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("hunter22"), "{}", refused.stderr);
}
