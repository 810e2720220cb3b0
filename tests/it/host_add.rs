//! `handbill host add`: what it writes is read again, by Handbill and as YAML.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::project::Project;
use crate::run::Run;

/// A site without targets.
fn site() -> Project {
    let project = Project::new("");
    project.settings("");
    project
}

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) {
    let run = Command::new("git").arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").output();
    let run = run.expect("git is installed");
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

/// Adds a host to the site in a folder.
#[track_caller]
fn add(project: &Project, folder: &Path, arguments: &[&str]) -> Run {
    let run = project.program(&[&["host", "add"], arguments].concat()).within(folder).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// A file as YAML.
#[track_caller]
fn yaml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// The step of a workflow with this name.
#[track_caller]
fn step(workflow: &Value, name: &str) -> Value {
    let steps = workflow["jobs"]["publish"]["steps"].as_array().expect("a job has steps");
    steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step {name}: {workflow:#}")).clone()
}

#[test]
fn branch_of_any_name_is_a_text_of_the_workflow_that_matches_nothing_else() {
    for (branch, pattern) in [
        ("main", "main"),
        ("x],y", r"x\],y"),
        ("true", "true"),
        ("1.0", "1.0"),
        ("{a}", "{a}"),
        ("!r", r"\!r"),
        ("&a", "&a"),
        ("o'x", "o'x"),
        ("c++", r"c\+\+"),
        ("<target>", "<target>"),
        ("a#b", "a#b"),
    ] {
        let project = site();
        git(&project.root(), &["init", "--quiet"]);
        git(&project.root(), &["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]);
        add(&project, &project.root(), &["vercel"]);
        let workflow = yaml(&project.path(".github/workflows/publish.yml"));
        assert_eq!(workflow["on"]["push"]["branches"], json!([pattern]), "{branch}");
    }
}

#[test]
fn site_in_a_folder_of_a_repository_gets_its_workflow_at_the_root() {
    let project = Project::new("");
    project.write("my papers/a/site.yaml", "title: The Paper\nbase_url: https://paper.example/\n");
    let folder = project.path("my papers/a");
    git(&project.root(), &["init", "--quiet"]);
    git(&project.root(), &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let run = add(&project, &folder, &["github-pages"]);
    assert_eq!(run.stdout, "../../.github/workflows/publish.yml\nsite.yaml\n");
    let workflow = yaml(&project.path(".github/workflows/publish.yml"));
    assert_eq!(workflow["on"]["push"]["branches"], json!(["trunk"]));
    assert_eq!(workflow["defaults"]["run"]["working-directory"], "my papers/a");
    let steps = workflow["jobs"]["publish"]["steps"].as_array().unwrap();
    let paths: Vec<&Value> = steps.iter().map(|step| &step["with"]["path"]).filter(|path| path.is_string()).collect();
    assert_eq!(paths, ["my papers/a/.handbill", "my papers/a/public"]);

    add(&project, &folder, &["s3", "--set", "bucket=paper", "--ci", "forgejo", "--target", "more"]);
    let workflow = yaml(&project.path(".forgejo/workflows/publish.yml"));
    assert_eq!(workflow["defaults"]["run"]["working-directory"], "my papers/a");

    add(&project, &folder, &["gitlab-pages", "--ci", "gitlab", "--target", "pages"]);
    let job = &yaml(&project.path(".gitlab-ci.yml"))["pages"];
    assert_eq!(job["before_script"][0], "cd 'my papers/a'");
    assert_eq!(job["cache"]["paths"], json!(["my papers/a/.handbill"]));
    assert_eq!(job["artifacts"]["paths"], json!(["public"]));
    let script = job["script"][0].as_str().unwrap();
    assert!(script.ends_with("build --strict --output \"$CI_PROJECT_DIR/public\""), "{script}");
}

#[test]
fn branch_of_a_worktree_is_found_and_a_repository_that_ignores_the_site_is_not() {
    let project = site();
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    git(&project.root(), &["init", "--quiet"]);
    git(&project.root(), &["add", "."]);
    git(&project.root(), &[&author[..], &["commit", "--quiet", "-m", "The paper"]].concat());
    git(&project.root(), &["worktree", "add", "--quiet", "-b", "next", "../tree"]);
    let tree = project.path("../tree");
    add(&project, &tree, &["vercel"]);
    assert_eq!(yaml(&tree.join(".github/workflows/publish.yml"))["on"]["push"]["branches"], json!(["next"]));

    project.write(".gitignore", "drafts/\n").write("drafts/paper/site.yaml", project.read("site.yaml"));
    let run = add(&project, &project.path("drafts/paper"), &["vercel"]);
    assert_eq!(run.stdout, ".github/workflows/publish.yml\nsite.yaml\n");
    let workflow = yaml(&project.path("drafts/paper/.github/workflows/publish.yml"));
    assert_eq!((&workflow["on"]["push"]["branches"], &workflow["defaults"]), (&json!(["main"]), &Value::Null));
}

#[test]
fn workflow_gives_the_deployment_the_credentials_of_caches() {
    let project = site();
    let caches = ["--set", "cloudflare_zone=z", "--set", "fastly=true"];
    let server = ["rsync", "--set", "host=paper@example.org", "--set", "path=/srv/paper"];
    let run = add(&project, &project.root(), &[&server[..], &caches].concat());
    let names = "set DEPLOY_KEY, DEPLOY_KNOWN_HOSTS, CLOUDFLARE_API_TOKEN and FASTLY_API_TOKEN.";
    assert!(run.stderr.contains(names), "{}", run.stderr);
    let workflow = yaml(&project.path(".github/workflows/publish.yml"));
    let names = |name: &str| {
        let variables = step(&workflow, name)["env"].as_object().expect("the step has variables").clone();
        variables.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let mut found = names("Check and deploy");
    found.sort();
    assert_eq!(found, ["CLOUDFLARE_API_TOKEN", "FASTLY_API_TOKEN"]);
    found = names("Write the key of the server");
    found.sort();
    assert_eq!(found, ["DEPLOY_KEY", "DEPLOY_KNOWN_HOSTS"]);

    let bucket = ["s3", "--set", "bucket=paper", "--ci", "forgejo", "--target", "more"];
    add(&project, &project.root(), &[&bucket[..], &caches].concat());
    let workflow = yaml(&project.path(".forgejo/workflows/publish.yml"));
    assert_eq!(step(&workflow, "Check and deploy")["env"].as_object().unwrap().len(), 4);
}

#[test]
fn settings_are_read_back_as_they_were_given() {
    for (given, expected) in [
        ("bucket=True", json!("True")),
        ("bucket=Null", json!("Null")),
        ("bucket=2024", json!("2024")),
        ("bucket=1.0", json!("1.0")),
        ("bucket=0x1f", json!("0x1f")),
        ("bucket=off", json!("off")),
        ("keep=3", json!(3)),
        ("gzip=true", json!(true)),
    ] {
        let project = site();
        add(&project, &project.root(), &["s3", "--set", "bucket=paper", "--set", given, "--target", "2024"]);
        let (key, _) = given.split_once('=').unwrap();
        assert_eq!(yaml(&project.path("site.yaml"))["publish"]["2024"][key], expected, "{given}");
        let checked = project.run(&["check"]);
        assert_eq!(checked.code, 0, "{given}: {}", checked.stderr);
    }
    let run = site().run(&["host", "add", "s3", "--set", "bucket=paper", "--set", "gzip=yes"]);
    assert!(run.code == 1 && run.stderr.contains("`gzip` takes `true` or `false`"), "{}", run.stderr);
}

#[test]
fn line_of_a_crontab_has_the_folder_as_one_word() {
    let project = Project::new("");
    project.write("my 100% paper/site.yaml", "title: The Paper\nbase_url: https://paper.example/\n");
    let run = add(&project, &project.path("my 100% paper"), &["folder", "--set", "path=/srv/paper"]);
    let root = project.root().canonicalize().unwrap();
    let line = format!("`7 * * * *  cd '{}/my 100\\% paper' && handbill deploy live --quiet`", root.display());
    assert!(run.stderr.contains(&line), "{}", run.stderr);
}
