//! Compressed files beside texts: what they decode to, when they are made again, and when they go.

use std::io::Read;

use crate::project::Project;

fn paper() -> Project {
    let project = Project::new("");
    project.settings("compress: [br, gzip, gzip]");
    project.article("a", "date: 2026-06-01", "A text of some length, of some length, of some length.");
    project.article("b", "date: 2026-06-02", "Another text of some length, of some length.");
    project.write("static/tiny.txt", "x").write("static/own.txt", "own ".repeat(99)).write("static/own.txt.gz", "mine");
    project.write("static/data.csv", "a,b\n".repeat(99));
    project
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut decoded).unwrap();
    decoded
}

fn unbrotli(mut bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    brotli::BrotliDecompress(&mut bytes, &mut decoded).unwrap();
    decoded
}

/// Expects that each text has compressed files, with its bytes, if they are smaller, and that nothing else has.
#[track_caller]
fn expect_compressed(project: &Project) {
    let output = project.output();
    let texts = ["html", "css", "js", "xml", "json", "svg", "txt", "webmanifest"];
    let mut found = 0;
    for (path, bytes) in &output.0 {
        let is_text = path.rsplit_once('.').is_some_and(|(_, extension)| texts.contains(&extension));
        for (extension, decode) in [("gz", gunzip as fn(&[u8]) -> Vec<u8>), ("br", unbrotli)] {
            let beside = output.0.get(&format!("{path}.{extension}"));
            match beside {
                Some(_) if path == "own.txt" && extension == "gz" => {}
                Some(beside) => {
                    assert!(is_text && beside.len() < bytes.len(), "{path}.{extension}");
                    assert_eq!(decode(beside), *bytes, "{path}.{extension}");
                    found += 1;
                }
                None => assert!(!is_text || path == "tiny.txt", "{path} has no .{extension}"),
            }
        }
    }
    assert!(found > 40, "{found}");
    let originals = |path: &str| path.strip_suffix(".gz").or_else(|| path.strip_suffix(".br")).map(str::to_owned);
    for original in output.0.keys().filter_map(|path| originals(path)) {
        assert!(output.0.contains_key(&original), "{original} is gone");
    }
}

#[test]
fn every_text_has_compressed_files_that_are_smaller() {
    let project = paper();
    project.build().expect_clean();
    expect_compressed(&project);
    assert_eq!(project.output().0["own.txt.gz"], b"mine");
    // The header of gzip (RFC 1952, section 2.3.1) has no time.
    assert_eq!(&project.output().0["index.html.gz"][4..8], [0; 4]);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn what_has_not_changed_is_not_compressed_again() {
    let project = paper();
    project.build().expect_clean();
    project.build().expect_idle();
    // The next build is a whole one, with nothing to do.
    std::fs::remove_file(project.path("public/tiny.txt")).unwrap();
    project.build().expect_rendered(1).expect_written(1);
    project.edit("content/articles/b.md", "Another", "One more");
    let built = project.build();
    built.expect_clean();
    let before = built.count("written");
    assert!(before > 3, "{before}");
    expect_compressed(&project);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn compressed_files_go_with_their_originals_and_come_back_when_they_are_lost() {
    let project = paper();
    project.build().expect_clean();
    let lost = project.path("public/index.html.br");
    std::fs::remove_file(&lost).unwrap();
    project.build().expect_written(1);
    assert!(lost.is_file());
    std::fs::write(&lost, "damaged").unwrap();
    project.build().expect_written(1);
    expect_compressed(&project);
    project.remove("content/articles/b.md").remove("static/own.txt.gz");
    project.build().expect_clean();
    assert!(!project.output().0.keys().any(|path| path.starts_with("news/2026/06/b/")));
    assert_eq!(gunzip(&project.output().0["own.txt.gz"]), "own ".repeat(99).as_bytes());
    project.output().expect_same(&project.cold_output(&[]));
    project.settings("compress: [gzip]");
    project.build().expect_clean();
    assert!(!project.output().0.keys().any(|path| path.ends_with(".br")));
    project.settings("");
    project.build().expect_clean();
    assert!(!project.output().0.keys().any(|path| path.ends_with(".gz")));
}

#[test]
fn checks_and_explanations_are_not_confused_by_compressed_files() {
    let project = paper();
    project.build().expect_clean();
    project.run(&["check", "--as-of", crate::project::NOW]).expect_exit(0);
    let explained = project.run(&["explain", "/news/2026/06/a/", "--as-of", crate::project::NOW]);
    explained.expect_exit(0).expect_stdout(["published, and unchanged since"]);
}
