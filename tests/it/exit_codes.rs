//! Wrong usage and failures of the environment end with 2, errors of the site with 1.

use crate::project::Project;

#[test]
fn missing_folder_is_no_error_of_the_site() {
    let project = Project::new("");
    let nowhere = project.path("nowhere");
    for command in ["build", "list", "explain"] {
        let page = (command == "explain").then_some("/");
        let arguments = [Some(command), page, Some("--root"), nowhere.to_str()];
        let run = project.run(&arguments.into_iter().flatten().collect::<Vec<_>>());
        assert_eq!(run.code, 2, "{command}");
    }
}

#[test]
fn invalid_url_is_wrong_usage() {
    let project = Project::new("");
    assert_eq!(project.run(&["build", "--base-url", "paper.example"]).code, 2);
}

#[test]
fn unknown_command_suggests_the_one_that_is_meant() {
    let project = Project::new("");
    project.run(&["theme", "preview"]).expect_exit(2).expect_stderr(["unrecognized subcommand", "'demo'"]);
    project.run(&["preview"]).expect_exit(2).expect_stderr(["unrecognized subcommand", "'serve'"]);
    project.run(&["biuld"]).expect_exit(2).expect_stderr(["'build'"]);
}
