//! Submissions of readers: taken into the queue with `comments add`, decided with `comments review`, and never
//! published before a decision.

use serde_json::Value;

use crate::project::Project;
use crate::run::Run;

const PAGE: &str = "news/2026/06/a/index.html";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\naliases: [/old/tide/]", "Text.");
    project.article("shut", "date: 2026-06-01\ncomments: closed", "Text.");
    project.article("later", "date: 2026-06-01\ndraft: true", "Text.");
    project
}

fn add(project: &Project, fields: &str) -> Run {
    project.program(&["comments", "add", "--format", "json"]).input(fields).run()
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.stdout.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{run:?}"))
}

#[track_caller]
fn taken(project: &Project, fields: &str) -> String {
    let run = add(project, fields);
    assert_eq!((run.code, &json(&run)["taken"]), (0, &Value::Bool(true)), "{run:?}");
    json(&run)["id"].as_str().expect("an id").to_owned()
}

fn queue(project: &Project) -> Vec<Value> {
    let run = project.run(&["comments", "review", "--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn submitted_comment_is_queued_and_leaves_no_trace_in_the_output() {
    let project = sample_site();
    project.build().expect_clean();
    let before = project.output();
    let fields = "article=https%3A%2F%2Fpaper.example%2Fnews%2F2026%2F06%2Fa%2F&author=Ann&text=Quillfeather.%0D%0A%0D%0ATwice.\
                  &email=ann%40elm.example&website=";
    let id = taken(&project, fields);
    let file = project.read(&format!("content/comments/queue/{id}.yaml"));
    assert!(
        file.contains("article: \"a\"")
            && file.contains("  Quillfeather.\n\n  Twice.")
            && !file.contains("elm.example"),
        "{file}"
    );
    project.build().expect_clean().expect_absent_everywhere("uillfeather").expect_rendered(0);
    assert!(project.output().0 == before.0, "the output has changed");
    let queued = queue(&project);
    assert_eq!((queued.len(), &queued[0]["author"], &queued[0]["article"]), (1, &"Ann".into(), &"a".into()));
}

#[test]
fn approved_comment_is_added_after_the_others_and_rejected_one_is_not() {
    let project = sample_site();
    let hand = "# Ours.\n- { id: c1, author: Bo, date: 2026-06-02, text: \"By hand.\" } # kept\n";
    project.write("content/comments/a.yaml", hand);
    let good = taken(
        &project,
        r#"{"article":"/old/tide","author":"Ann & Co: *x","text":"Well said. [More](https://elm.example/)","reply_to":"c1"}"#,
    );
    let bad = taken(&project, "article=a&author=Robot&text=Buy+this");
    project.run(&["comments", "review", "--approve", &good]).expect_exit(0);
    project.run(&["comments", "review", "--reject", &bad]).expect_exit(0);
    assert!(project.read("content/comments/a.yaml").starts_with(hand));
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["By hand.", "Well said.", "Ann &amp; Co: *x", "2 comments"]);
    built.expect_absent_everywhere("Buy this").expect_absent_everywhere("Robot<");
    assert!(queue(&project).is_empty());
    assert!(project.path(&format!("content/comments/queue/rejected/{bad}.yaml")).is_file());
    for again in [
        "article=a&author=Robot&text=Buy+this",
        "article=a&author=Ann+%26+Co:+*x&text=Well+said.+[More](https://elm.example/)",
    ] {
        assert_eq!(json(&add(&project, again))["reason"], "duplicate");
    }
    project.run(&["comments", "review", "--approve", "nothing"]).expect_exit(1);
}

#[test]
fn what_breaks_a_rule_is_refused_with_its_reason() {
    let project = sample_site();
    let check = |fields: &str, reason: &str| {
        let run = add(&project, fields);
        assert_eq!((run.code, json(&run)["reason"].as_str()), (1, Some(reason)), "{fields}: {run:?}");
    };
    check("article=nowhere&author=A&text=T", "article");
    check("article=later&author=A&text=T", "article");
    check("article=../../site&author=A&text=T", "article");
    check("article=shut&author=A&text=T", "closed");
    check("article=a&author=A&text=T&reply_to=c9", "reply_to");
    check("article=a&author=A&text=T&website=https://robot.example", "trap");
    check("article=a&author=A&text=https://a.example+https://b.example+https://c.example", "links");
    check(&format!("article=a&author=A&text={}", "x".repeat(6000)), "length");
    check("article=a&author=A", "missing");
    check("{", "json");
    taken(&project, "article=a&author=A&text=T");
    check("article=a&author=A&text=T", "duplicate");
    assert_eq!(queue(&project).len(), 1);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    let run = project.program(&["comments", "add", "--root", root]).input("article=a&author=A&text=T").run();
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn submission_is_not_lost_while_the_site_has_errors() {
    let project = sample_site();
    project.write("site.yaml", "title: [\n");
    taken(&project, "article=https://paper.example/news/2026/06/a/&author=A&text=T");
}

#[test]
fn many_runs_at_once_lose_nothing() {
    const COUNT: usize = 24;
    let project = sample_site();
    project.article("queue", "date: 2026-06-01", "Its comments are in queue.yaml, beside the folder.");
    let articles = ["a", "queue"];
    let adding: Vec<_> = (0..COUNT)
        .map(|number| {
            let fields = format!("article={}&author=Reader+{number}&text=Said+{number}.", articles[number % 2]);
            project.program(&["comments", "add"]).input(fields).start()
        })
        .collect();
    for mut child in adding {
        assert!(child.wait().unwrap().success());
    }
    let ids: Vec<String> = queue(&project).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), COUNT);
    let start = |id: &String| project.program(&["comments", "review", "--approve", id]).start();
    // Each is approved by two at once, and while more is sent.
    let mut running: Vec<_> = ids.iter().chain(&ids).map(start).collect();
    running.push(project.program(&["comments", "add"]).input("article=a&author=Late&text=Late.").start());
    for mut child in running {
        child.wait().unwrap();
    }
    assert_eq!(queue(&project).len(), 1, "the late one");
    let built = project.build();
    built.expect_exit(0);
    let text = project.read("content/comments/a.yaml") + &project.read("content/comments/queue.yaml");
    for number in 0..COUNT {
        assert_eq!(text.matches(&format!("Said {number}.")).count(), 1, "{text}");
    }
}

#[test]
fn comment_without_a_time_or_with_an_answer_that_waits_is_not_published_yet() {
    let project = sample_site();
    let write = |id: &str, keys: &str| {
        project.write(
            &format!("content/comments/queue/{id}.yaml"),
            format!("article: a\nauthor: Ann\ntext: T {id}\n{keys}"),
        );
    };
    write("x1", "dated: 0000-00-00\n");
    write("x2", "date: 2026-06-03\n");
    write("x3", "date: 2026-06-02\nreply_to: x2\n");
    let reported = project.run(&["comments", "review", "--approve", "x1", "x3"]);
    assert!(
        reported.code == 1
            && reported.stderr.contains("is not a time")
            && reported.stderr.contains("which is in the queue itself"),
        "{reported:?}"
    );
    project.run(&["comments", "review", "--approve", "x2", "x3"]).expect_exit(0);
    project.build().expect_clean().expect_file(PAGE, ["T x2", "T x3"]);
}

#[test]
fn file_that_cannot_be_added_to_stays_and_the_comment_waits() {
    let project = sample_site();
    let id = taken(&project, "article=a&author=A&text=T");
    let flow = "[{ id: c1, author: Bo, date: 2026-06-02, text: x }]\n";
    project.write("content/comments/a.yaml", flow);
    let run = project.run(&["comments", "review", "--approve", &id]);
    assert!(run.code == 1 && run.stderr.contains("begins with `- `"), "{run:?}");
    assert_eq!((project.read("content/comments/a.yaml"), queue(&project).len()), (flow.to_owned(), 1));
}
