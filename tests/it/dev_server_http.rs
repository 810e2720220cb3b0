//! The dev server as an HTTP host: URLs, conditional requests, ports, allowed hosts and origins, and its shutdown.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::dev_server::{DevServer, until};
use crate::html::Html;
use crate::project::Project;

const HEARING: &str = "/news/2026/06/hearing/";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("hearing", "date: 2026-06-01\naliases: [/old/hearing/]", "The hearing begins.");
    project.write("static/film.mp4", "0123456789");
    project
}

#[test]
fn urls_are_answered_as_a_good_host_does() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let page = server.get(HEARING);
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let tag = page.header("etag").expect("a tag").to_owned();
    let same = server.ask(&format!("GET {HEARING}"), &format!("If-None-Match: {tag}\r\n"), "");
    assert_eq!((same.status, same.bytes.len()), (304, 0));
    let head = server.ask(&format!("HEAD {HEARING}"), "", "");
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(page.bytes.len().to_string().as_str()));
    assert_eq!(head.header("etag"), Some(tag.as_str()));
    for (path, to) in [
        (HEARING.trim_end_matches('/'), HEARING),
        ("/old/hearing/", HEARING),
        ("/old/hearing", HEARING),
        ("/news/2026/06/hearing/index.html", HEARING),
    ] {
        let moved = server.get(path);
        assert_eq!((moved.status, moved.header("location")), (301, Some(to)), "{path}");
    }
    let missing = server.get("/nothing/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("The Paper") && missing.text().contains("main.js"), "{}", missing.text());
    let part = server.ask("GET /film.mp4", "Range: bytes=2-4\r\n", "");
    assert_eq!((part.status, part.text().as_str(), part.header("content-range")), (206, "234", Some("bytes 2-4/10")));
    assert_eq!(server.ask("GET /film.mp4", "Range: bytes=20-\r\n", "").status, 416);
    assert_eq!(server.get("/film.mp4").header("content-type"), Some("video/mp4"));
    for method in ["PUT", "DELETE", "POST", "OPTIONS"] {
        assert_eq!(server.ask(&format!("{method} {HEARING}"), "", "").status, 405, "{method}");
    }
    for path in ["/../site.yaml", "/%2e%2e/site.yaml", "/..%2fsite.yaml", "/site.yaml", "/content/articles/hearing.md"]
    {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn site_below_a_path_is_served_there_with_links_that_work() {
    let project = sample_site();
    project.edit("site.yaml", "paper.example/", "paper.example/the/paper/");
    let server = DevServer::of(&project);
    assert_eq!(server.base, "/the/paper/");
    assert_eq!((server.get("/").status, server.get("/").header("location")), (302, Some("/the/paper/")));
    let page = server.shows("/the/paper/news/2026/06/hearing/", ["src=\"/the/paper/.handbill/client/main.js\""]);
    for tag in Html::read(&page.text()).tags {
        let links = ["href", "src"].into_iter().filter_map(|name| tag.get(name)).filter(|link| link.starts_with('/'));
        for link in links {
            let path = link.split('#').next().expect("there is a first part");
            assert_eq!(server.get(path).status, 200, "{link}");
        }
    }
    assert_eq!(server.get("/the/paper/old/hearing/").header("location"), Some("/the/paper/news/2026/06/hearing/"));
    let events = server.events("/the/paper/news/2026/06/hearing/");
    events.last("about");
    project.edit("content/articles/hearing.md", "begins", "is over");
    assert!(until(|| (events.count("page") == 2).then_some(())).is_some());
    assert_eq!(server.get("/news/2026/06/hearing/").status, 404);
}

#[test]
fn only_the_author_is_answered() {
    let project = sample_site();
    let server = DevServer::of(&project);
    assert_eq!(server.ask("GET /", "Host: evil.example\r\n", "").status, 421);
    assert_eq!(server.ask("GET /", "Host: 192.0.2.7:1517\r\n", "").status, 421);
    assert_eq!(server.ask("GET /", "Host: localhost:9\r\n", "").status, 200);
    let events = format!("GET /.handbill/events?page={HEARING}");
    for header in ["Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert_eq!(server.ask(&events, header, "").status, 403, "{header}");
        assert_eq!(server.ask("POST /.handbill/clock", header, "as_of=2027-01-01").status, 403, "{header}");
    }
    assert_eq!(server.ask("GET /.handbill/events?page=nowhere", "", "").status, 400);
    assert_eq!(server.ask("GET /.handbill/client/../../site.yaml", "", "").status, 404);
    assert_eq!(server.get("/.handbill/outbox/").status, 404);
}

#[test]
fn port_that_is_taken_is_passed_over_unless_it_was_asked_for() {
    let project = sample_site();
    let first = DevServer::of(&project);
    let second = DevServer::of(&project);
    assert_ne!(first.address(), second.address());
    second.shows("/", ["Title of hearing"]);
    let mut third = project.program(&["serve"]).start();
    let mut said = String::new();
    let mut lines = BufReader::new(third.stderr.take().unwrap());
    while !said.contains("Ctrl-C") && lines.read_line(&mut said).unwrap() > 0 {}
    third.kill().unwrap();
    third.wait().unwrap();
    assert!(said.contains("port 1517 is in use"), "{said}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = project.run(&["serve", "--port", &port]);
    refused.expect_exit(2).expect_stderr([port.as_str(), "in use", "--port"]);
}

#[test]
fn wrong_use_is_refused() {
    let project = sample_site();
    project.run(&["serve", "--port", "0"]).expect_exit(2);
    project.run(&["serve", "--editor", "emcas"]).expect_exit(2).expect_stderr(["vscode"]);
    project.run(&["serve", "--as-of", "yesterday"]).expect_exit(2);
    project.run(&["serve", "--poll", "1"]).expect_exit(2);
    project.run(&["serve", "--root", "nowhere"]).expect_exit(2);
}

#[test]
fn files_are_looked_at_where_no_events_arrive() {
    let project = sample_site();
    let server = DevServer::with(&project, &["--poll", "20"]);
    server.shows("/", ["Title of hearing"]);
    project.edit("content/articles/hearing.md", "Title of hearing", "Called to order");
    server.shows("/", ["Called to order"]);
    project.article("vote", "date: 2026-06-03", "They vote.");
    server.shows("/news/2026/06/vote/", ["They vote."]);
    project.remove("content/articles/vote.md");
    server.becomes("/news/2026/06/vote/", 404);
}

#[test]
fn idle_connections_stop_no_request_and_no_end() {
    use rustix::process::Signal;
    let project = sample_site();
    for signal in [Signal::INT, Signal::TERM] {
        let mut server = DevServer::of(&project);
        let idle: Vec<TcpStream> = (0..150).map(|_| server.connect()).collect();
        let mut begun: Vec<TcpStream> = (0..25).map(|_| server.connect()).collect();
        begun.iter_mut().for_each(|stream| stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap());
        let streams: Vec<_> = (0..25).map(|_| server.events(HEARING)).collect();
        let began = Instant::now();
        server.shows(HEARING, ["begins"]);
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        let (status, took) = server.end(signal);
        assert!(status.success(), "{status}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        drop((idle, begun, streams));
    }
}

#[test]
fn bound_to_every_address_it_reports_who_can_read() {
    let project = sample_site();
    let server = DevServer::with(&project, &["--bind", "0.0.0.0"]);
    server.expect_output("can read this site");
    let port = server.address().port();
    let stream = TcpStream::connect(("127.0.0.1", port));
    assert!(stream.is_ok());
}
