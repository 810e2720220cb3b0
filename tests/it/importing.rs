//! Exports of other systems, written here in the vendors' formats with what is awkward in them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::project::Project;

const PAGE: &str = "news/2026/06/tide/index.html";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("tide", "date: 2026-06-01\naliases: [/2019/05/the-tide.html]", "Text.");
    project.article("harbour", "date: 2026-06-01", "Text.");
    project
}

#[track_caller]
fn import(project: &Project, file: &str) -> Value {
    let run = project.run(&["comments", "import", file, "--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"))
}

/// Every file below `content/`, with its text.
fn content(project: &Project) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(project.path("content")).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), std::fs::read_to_string(entry.path()).unwrap())).collect()
}

/// Expects that no email or network address is imported, and that a second import changes nothing.
#[track_caller]
fn expect_private_and_settled(project: &Project, file: &str) {
    let before = content(project);
    for (path, text) in &before {
        for word in ["secret@", "192.0.2.7"] {
            assert!(!text.contains(word), "{path}: {text}");
        }
    }
    let again = import(project, file);
    assert_eq!((&again["published"], &again["queued"]), (&0.into(), &0.into()), "{again}");
    assert_eq!(content(project), before);
}

const DISQUS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="9"><forum>elm</forum><title>General</title></category>
<thread dsq:id="1"><id>tide</id><link>https://elm.example/2019/05/the-tide.html?utm=1</link><title>The tide &amp; us</title></thread>
<thread dsq:id="2"><id /><link>https://elm.example/gone/</link><title>Gone</title></thread>
<post dsq:id="11"><id>wp_id=3</id><message><![CDATA[<p>Ünion <b>yes</b> 🎉 &lt;3 a]]]]><![CDATA[> b</p><p><a href="https://a.example/">there</a></p>]]></message><createdAt>2019-05-02T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><email>secret@elm.example</email><name>Ann "A" O&#39;Neil</name><isAnonymous>false</isAnonymous></author><ipAddress>192.0.2.7</ipAddress><thread dsq:id="1" /></post>
<post dsq:id="12"><message><![CDATA[<p>Deleted words</p>]]></message><createdAt>2019-05-02T11:00:00Z</createdAt><isDeleted>true</isDeleted><isSpam>false</isSpam><author><name>Bo</name></author><thread dsq:id="1" /><parent dsq:id="11" /></post>
<post dsq:id="13"><message>&lt;p&gt;Answer to a deleted one&lt;/p&gt;</message><createdAt>2019-05-02T12:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name /></author><thread dsq:id="1" /><parent dsq:id="12" /></post>
<post dsq:id="14"><message><![CDATA[<p>Cheap pills</p>]]></message><createdAt>2019-05-02T12:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>true</isSpam><author><name>Robot</name></author><thread dsq:id="1" /></post>
<post dsq:id="15"><message><![CDATA[<p>When was this?</p>]]></message><createdAt>yesterday</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Cy</name></author><thread dsq:id="1" /></post>
<post dsq:id="11"><message><![CDATA[<p>The same id</p>]]></message><createdAt>2019-05-03T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Dee</name></author><thread dsq:id="1" /></post>
<post dsq:id="16"><message><![CDATA[<p>No article</p>]]></message><createdAt>2019-05-03T10:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Eve</name></author><thread dsq:id="2" /></post>
</disqus>
"#;

#[test]
fn disqus_comes_with_threads_and_without_what_was_taken_out() {
    let project = sample_site();
    let hand = "- { id: c1, author: Bo, date: 2019-05-01, text: By hand. }\n";
    project.write("content/comments/tide.yaml", hand).write("d.xml", DISQUS);
    let dry = project.run(&["comments", "import", "d.xml", "--dry-run"]);
    dry.expect_exit(0);
    assert_eq!(project.read("content/comments/tide.yaml"), hand);
    let report = import(&project, "d.xml");
    for (name, count) in
        [("comments", 7), ("published", 2), ("queued", 1), ("unmatched", 1), ("deleted", 1), ("spam", 1)]
    {
        assert_eq!(report[name], count, "{name}: {report}");
    }
    let notes = report["notes"].to_string();
    for part in ["`disqus-11` is in the export twice", "`disqus-13` answers `disqus-11`", "`yesterday`, is not a time"]
    {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let built = project.build();
    built.expect_clean().expect_file(
        PAGE,
        ["By hand.", "Ünion <strong>yes</strong> 🎉 &lt;3 a]]&gt; b", "O&#39;Neil", "Anonymous", "3 comments"],
    );
    built
        .expect_absent_everywhere("Deleted words")
        .expect_absent_everywhere("pills")
        .expect_absent_everywhere("When was");
    assert!(project.read("content/comments/tide.yaml").contains("reply_to: \"disqus-11\""));
    expect_private_and_settled(&project, "d.xml");

    // With the URL as an alias, comments without an article find theirs.
    project.article("harbour", "date: 2026-06-01\naliases: [/gone/]", "Text.");
    assert_eq!(import(&project, "d.xml")["published"], 1);
    assert!(!project.path("content/comments/queue/unmatched/disqus-16.yaml").exists());
    project.build().expect_clean().expect_file("news/2026/06/harbour/index.html", ["No article"]);
}

fn wxr(comments: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- generator=\"WordPress/6.5\" -->\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel>\
         <title>Elm</title><wp:wxr_version>1.2</wp:wxr_version><item><title><![CDATA[Tide]]></title>\
         <link>https://elm.example/2019/05/tide/</link><content:encoded><![CDATA[<p>x</p>]]></content:encoded>{comments}</item></channel></rss>"
    )
}

fn wp(id: u32, parent: u32, approved: &str, text: &str) -> String {
    format!(
        "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author><![CDATA[Reader {id}]]></wp:comment_author>\
         <wp:comment_author_email>secret@elm.example</wp:comment_author_email><wp:comment_author_url>https://r.example/</wp:comment_author_url>\
         <wp:comment_author_IP>192.0.2.7</wp:comment_author_IP><wp:comment_date>2019-05-02 12:00:00</wp:comment_date>\
         <wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt><wp:comment_content><![CDATA[{text}]]></wp:comment_content>\
         <wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{}</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>",
        if approved == "ping" { "pingback" } else { "comment" }
    )
}

#[test]
fn wordpress_comes_with_its_states() {
    let project = sample_site();
    let comments = [
        wp(1, 0, "1", "One\n\nTwo\nthree *not* <em>is</em>"),
        wp(2, 1, "spam", "Pills"),
        wp(3, 2, "1", "Under spam"),
        wp(4, 0, "0", "Waits"),
        wp(5, 4, "1", "Under one that waits"),
        wp(6, 0, "trash", "Trash"),
        wp(7, 0, "ping", "Ping"),
        wp(8, 9, "1", "Round one"),
        wp(9, 8, "1", "Round two"),
    ];
    project.write("w.xml", wxr(&comments.concat()));
    let report = import(&project, "w.xml");
    for (name, count) in [("comments", 9), ("published", 5), ("queued", 1), ("deleted", 2), ("spam", 1)] {
        assert_eq!(report[name], count, "{name}: {report}");
    }
    let built = project.build();
    built
        .expect_clean()
        .expect_file(PAGE, ["<p>Two<br>\nthree *not* <em>is</em></p>", "https://r.example/", "5 comments"]);
    assert!(project.read("content/comments/tide.yaml").contains("date: 2019-05-02T12:00:00Z"));
    expect_private_and_settled(&project, "w.xml");
    project.run(&["comments", "review", "--reject", "wp-4"]).expect_exit(0);
    expect_private_and_settled(&project, "w.xml");
}

#[test]
fn isso_comes_from_its_database() {
    let project = sample_site();
    let database = rusqlite::Connection::open(project.path("comments.db")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
             CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
               modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR,
               website VARCHAR, likes INTEGER, dislikes INTEGER, voters BLOB NOT NULL, notification INTEGER);
             INSERT INTO threads VALUES (1, '/news/2026/06/tide/', 'Tide');
             INSERT INTO comments VALUES (1, 1, NULL, 1780000000.5, NULL, 1, '192.0.2.7', '**Yes** <script>x</script>', 'Ann',
               'secret@elm.example', 'https://ann.example/', 0, 0, x'00', 0);
             INSERT INTO comments VALUES (1, 2, 1, 1780000001, NULL, 4, '192.0.2.7', '', NULL, NULL, NULL, 0, 0, x'00', 0);
             INSERT INTO comments VALUES (1, 3, 2, 1780000002, NULL, 1, '192.0.2.7', 'Under it', NULL, NULL, NULL, 0, 0, x'00', 0);
             INSERT INTO comments VALUES (1, 4, NULL, 1780000003, NULL, 2, '192.0.2.7', 'Waits', 'Bo', NULL, NULL, 0, 0, x'00', 0);",
        )
        .unwrap();
    drop(database);
    let report = import(&project, "comments.db");
    for (name, count) in [("comments", 4), ("published", 2), ("queued", 1), ("deleted", 1)] {
        assert_eq!(report[name], count, "{name}: {report}");
    }
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["<strong>Yes</strong> &lt;script&gt;", "https://ann.example/", "Under it"]);
    expect_private_and_settled(&project, "comments.db");
}

#[test]
fn what_is_no_export_is_refused_and_what_is_damaged_is_reported() {
    let project = sample_site();
    for (name, bytes) in [
        ("a", &b""[..]),
        ("b", b"hello"),
        ("c", b"<rss><channel></channel></rss>"),
        ("d", b"SQLite format 3\0 but no more"),
        ("e", b"\xff\xfe\x00<\x00r"),
        ("f", b"<disqus xmlns=\"http://disqus.com\"></disqus>"),
    ] {
        project.write(name, bytes);
        let run = project.run(&["comments", "import", name]);
        assert_eq!(run.code, 1, "{name}: {run:?}");
    }
    assert_eq!(project.run(&["comments", "import", "nowhere.xml"]).code, 2);
    let cut = DISQUS.split("<post dsq:id=\"14\">").next().unwrap();
    project.write("cut.xml", cut);
    let report = import(&project, "cut.xml");
    assert!(report["published"] == 2 && report["notes"].to_string().contains("the file is invalid"), "{report}");
    let project = sample_site();
    let latin = wxr(&wp(1, 0, "1", "Caf\u{e9}")).replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin 1")).collect();
    project.write("latin.xml", latin);
    assert_eq!(import(&project, "latin.xml")["published"], 1);
    project.build().expect_file(PAGE, ["Café"]);
    let project = sample_site();
    let invalid = [wxr(&wp(1, 0, "1", "Caf")).replace("Caf", "Caf%").as_bytes().to_vec()].concat();
    let invalid: Vec<u8> = invalid.into_iter().map(|byte| if byte == b'%' { 0xe9 } else { byte }).collect();
    project.write("invalid.xml", invalid);
    let report = import(&project, "invalid.xml");
    assert!(report["published"] == 1 && report["notes"].to_string().contains("are not valid UTF-8"), "{report}");
}

#[test]
fn huge_threads_and_deep_answers_come_whole() {
    let project = sample_site();
    let comments: String = (1..=5000).map(|id| wp(id, id - 1, "1", "Deep")).collect();
    project.write("w.xml", wxr(&comments));
    assert_eq!(import(&project, "w.xml")["published"], 5000);
    project.build().expect_clean().expect_file(PAGE, ["5,000 comments"]);
}

#[test]
fn file_with_errors_keeps_its_comments_out_and_stops_no_other() {
    let project = sample_site();
    project.write("content/comments/tide.yaml", "- { id: c1, author: Bo, text: no date }\n").write("d.xml", DISQUS);
    let two = DISQUS.replace("/gone/", "/harbour/");
    project.write("d.xml", two);
    let run = project.run(&["comments", "import", "d.xml"]);
    assert!(run.code == 1 && run.stderr.contains("content/comments/tide.yaml"), "{run:?}");
    assert!(project.read("content/comments/harbour.yaml").contains("No article"));
    project.write("content/comments/tide.yaml", "");
    assert_eq!(import(&project, "d.xml")["published"], 2);
}
