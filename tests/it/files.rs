//! Other files in the site's folder: private files, odd names, links, devices, images with metadata.

use std::fs;
use std::panic::catch_unwind;

use handbill::pictures::probe;
use handbill::render::without_metadata;

use crate::project::Project;

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("bundle/index", "date: 2026-06-01", "Text.");
    project
}

#[test]
fn private_files_are_not_published_and_are_named() {
    let names =
        [".DS_Store", ".env", "notes.txt~", "#draft.md#", ".swap.md.swp", "a.md.swp", "old.bak", "Thumbs.db", "4913"];
    let project = sample_site();
    for folder in ["content/articles", "content/articles/bundle", "static", "static/.git"] {
        for name in names {
            project.write(&format!("{folder}/{name}"), "marrowlight");
        }
    }
    let built = project.build();
    built.expect_clean().expect_absent_everywhere("marrowlight");
    let ignored = built.list("ignored");
    assert!(ignored.contains(&"content/articles/bundle/.env".to_owned()), "{ignored:?}");
    assert_eq!(ignored.len(), 3 * names.len() + 1, "{ignored:?}");
}

#[test]
fn well_known_folder_is_published() {
    let project = sample_site();
    project.write("static/.well-known/security.txt", "Contact: us").write("static/.well-known/.secret", "marrowlight");
    let built = project.build();
    built.expect_file(".well-known/security.txt", ["Contact"]).expect_absent_everywhere("marrowlight");
}

#[test]
fn files_outside_the_source_folders_are_not_published() {
    let project = sample_site();
    for path in ["notes.txt", "drafts/a.md", "content/notes.txt", "content/other/a.md", "package.json"] {
        project.write(path, "marrowlight");
    }
    project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_that_leave_the_site_are_refused() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.md"), "---\ntitle: Marrowlight\ndate: 2026-06-01\n---\n").unwrap();
        for (target, link) in [
            (outside.path().join("secret.md"), "content/articles/a.md"),
            (outside.path().join("secret.md"), "content/articles/bundle/secret.txt"),
            (outside.path().to_owned(), "static/folder"),
            ("/etc/passwd".into(), "static/passwd"),
            ("../../../../../../etc/passwd".into(), "static/passwd"),
            (outside.path().to_owned(), "content"),
        ] {
            let project = sample_site();
            if link == "content" {
                project.remove("content");
            }
            project.write("static/x", "");
            symlink(&target, project.path(link)).unwrap();
            let built = project.build();
            built.expect_exit(1).expect_no_file("");
            assert_eq!(built.only("this link leads out of the site's folder")["file"], link);
        }
    }

    #[test]
    fn links_within_the_site_and_broken_ones() {
        let project = sample_site();
        project.write("static/a.txt", "a text");
        symlink("a.txt", project.path("static/b.txt")).unwrap();
        project.build().expect_clean().expect_file("b.txt", ["a text"]);
        symlink("nothing", project.path("static/c.txt")).unwrap();
        project.build().expect_exit(1);
    }

    #[test]
    fn links_in_circles_end() {
        let project = sample_site();
        project.write("static/in/x", "");
        symlink("..", project.path("static/in/up")).unwrap();
        project.build().expect_exit(1).only("this link leads back to a folder around it");
        symlink("loop", project.path("content/articles/loop")).unwrap();
        project.build().expect_exit(1);
    }

    #[test]
    fn pipes_sockets_and_devices_are_refused_without_being_opened() {
        for path in [
            "content/articles/pipe.md",
            "static/pipe",
            "content/articles/bundle/pipe.png",
            "templates/404.html",
            "content/comments/bundle.yaml",
        ] {
            let project = sample_site();
            project.write(path, "").remove(path);
            assert!(Command::new("mkfifo").arg(project.path(path)).status().unwrap().success());
            project.build().expect_exit(1).only("this is not a regular file");
        }
        let project = sample_site();
        project.remove("site.yaml");
        assert!(Command::new("mkfifo").arg(project.path("site.yaml")).status().unwrap().success());
        project.build_args(&["--root", "."]).expect_exit(1);
        let project = sample_site();
        project.write("static/x", "");
        let _socket = UnixListener::bind(project.path("static/socket")).unwrap();
        project.build().expect_exit(1).only("this is not a regular file");
    }

    #[test]
    fn unreadable_files_are_errors() {
        for path in ["content/articles/a.md", "static/x", "content/articles", "site.yaml", "templates/404.html"] {
            let project = sample_site();
            project.article("a", "date: 2026-06-01", "Text.").write("static/x", "").write("templates/404.html", "");
            fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o000)).unwrap();
            // The administrator reads everything.
            let is_read = fs::read_dir(project.path(path)).is_ok() || fs::read(project.path(path)).is_ok();
            if !is_read {
                let built = project.build_args(&["--root", "."]);
                built.expect_exit(1);
                assert_eq!(built.only("cannot be read")["file"], path);
            }
            fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    #[test]
    fn file_name_that_is_not_utf8_is_an_error() {
        for folder in ["content/articles", "static", "content/articles/bundle"] {
            let project = sample_site();
            project.write("static/x", "");
            fs::write(project.path(folder).join(OsStr::from_bytes(b"bad\xff.md")), "").unwrap();
            project.build().expect_exit(1).only("this file's name is not UTF-8");
        }
    }

    #[test]
    fn file_name_with_a_control_character_or_a_backslash_is_an_error() {
        for name in ["a\nb.txt", "a\x1b[31m.txt", "a\\b.txt", "a\tb.md"] {
            let project = sample_site();
            project.write(&format!("static/{name}"), "");
            let built = project.build();
            built.expect_exit(1);
            let run = project.run(&["build"]);
            assert!(!run.stderr.contains('\x1b'), "{:?}", run.stderr);
        }
    }
}

/// The checksum of a PNG's chunks (CRC-32 of ISO 3309).
fn checksum(bytes: &[u8]) -> u32 {
    let round = |rest: u32| if rest & 1 == 1 { 0xedb8_8320 ^ (rest >> 1) } else { rest >> 1 };
    !bytes.iter().fold(!0, |rest, byte| (0..8).fold(rest ^ u32::from(*byte), |rest, _| round(rest)))
}

/// A PNG of two pixels with a comment, a JPEG that a telephone wrote, a WebP with XMP.
fn images() -> Vec<(&'static str, Vec<u8>)> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
        chunk.extend(kind);
        chunk.extend(data);
        chunk.extend(checksum(&chunk[4..]).to_be_bytes());
        chunk
    };
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 2, 8, 6, 0, 0, 0]));
    png.extend(chunk(b"tEXt", b"Author\0Marrowlight"));
    png.extend(chunk(b"eXIf", b"II*\0\x08\0\0\0\0\0 marrowlight"));
    png.extend(chunk(b"IDAT", &[0x78, 0x9c, 0x62, 0, 0, 0, 0, 5, 0, 1]));
    png.extend(chunk(b"IEND", &[]));
    let segment = |marker: u8, data: &[u8]| {
        let mut segment = vec![0xff, marker];
        segment.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        segment.extend(data);
        segment
    };
    let mut jpeg = vec![0xff, 0xd8];
    jpeg.extend(segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0 GPS marrowlight"));
    jpeg.extend(segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x>marrowlight</x>"));
    jpeg.extend(segment(0xfe, b"marrowlight"));
    jpeg.extend(segment(0xc0, &[8, 0, 2, 0, 3, 1, 1, 0x11, 0]));
    jpeg.extend(segment(0xda, &[1, 1, 0, 0, 0x3f, 0]));
    jpeg.extend([1, 2, 3, 0xff, 0xd9]);
    let part = |kind: &[u8], data: &[u8]| {
        let mut part = kind.to_vec();
        part.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        part.extend(data);
        part
    };
    let mut parts = part(b"VP8X", &[0x0c, 0, 0, 0, 4, 0, 0, 5, 0, 0]);
    parts.extend(part(b"VP8L", &[0x2f, 4, 0x40, 1, 0, 0]));
    parts.extend(part(b"EXIF", b"II*\0 marrowlight"));
    parts.extend(part(b"XMP ", b"<x>marrowlight</x>"));
    let mut webp = b"RIFF".to_vec();
    webp.extend(u32::try_from(parts.len() + 4).unwrap().to_le_bytes());
    webp.extend(b"WEBP");
    webp.extend(parts);
    vec![("a.png", png), ("b.jpg", jpeg), ("c.webp", webp)]
}

#[test]
fn published_images_lose_their_metadata_and_their_page_has_their_size() {
    let project = sample_site();
    project.settings("pictures: { variants: false }");
    for (name, bytes) in images() {
        assert!(bytes.windows(11).any(|window| window == b"marrowlight"), "{name}");
        project.write(&format!("content/articles/bundle/{name}"), &bytes).write(&format!("static/{name}"), &bytes);
    }
    project.edit("content/articles/bundle/index.md", "Text.", "![One](a.png) ![Two](b.jpg) ![Three](/c.webp)");
    let built = project.build();
    built.expect_clean().expect_absent_everywhere("marrowlight");
    let page = "news/2026/06/bundle/index.html";
    built.expect_file(page, ["width=\"1\" height=\"2\"", "width=\"3\" height=\"2\"", "width=\"5\" height=\"6\""]);
    for (name, before) in images() {
        let after = &built.files().0[&format!("news/2026/06/bundle/{name}")];
        assert!(after.len() < before.len() && after.len() > 20, "{name}: {} of {}", after.len(), before.len());
        assert_eq!(probe(after), probe(&before), "{name}");
    }
}

#[test]
fn images_that_are_none_are_published_as_they_are() {
    let project = sample_site();
    project.write("static/empty.png", "").write("static/text.jpg", "no picture");
    project.build().expect_clean().expect_file("text.jpg", ["no picture"]).expect_file("empty.png", []);
}

#[test]
fn damaged_image_is_an_error_because_no_one_knows_what_it_holds() {
    for (name, bytes) in images() {
        let project = sample_site();
        project.write(&format!("static/{name}"), &bytes[..bytes.len() / 2]);
        let built = project.build();
        assert_eq!(built.expect_exit(1).only("this image is damaged")["file"], format!("static/{name}"));
        built.expect_no_file("");
    }
}

#[test]
fn what_a_phone_puts_behind_the_image_is_cut_off() {
    let project = sample_site();
    for (name, mut bytes) in images() {
        bytes.extend(b"\xff\xd8\xff\xe1\0\x20Exif\0\0 marrowlight ftypmp42 marrowlight");
        project.write(&format!("static/{name}"), &bytes);
    }
    project.build().expect_clean().expect_absent_everywhere("marrowlight");
}

#[test]
fn damaged_images_stop_nothing() {
    let mut state = 7u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for (name, bytes) in images() {
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            assert!(catch_unwind(|| without_metadata(cut)).is_ok(), "{name} cut at {length}");
            assert!(catch_unwind(|| probe(cut).is_ok()).is_ok(), "{name} cut at {length}");
        }
        for _ in 0..3_000 {
            let mut changed = bytes.clone();
            for _ in 0..1 + random() % 4 {
                let at = random() % changed.len();
                changed[at] = [0, 0xff, 0x7f, 1, random() as u8][random() % 5];
            }
            assert!(catch_unwind(|| without_metadata(&changed)).is_ok(), "{name}: {changed:?}");
            assert!(catch_unwind(|| probe(&changed).is_ok()).is_ok(), "{name}: {changed:?}");
        }
    }
}

#[test]
fn page_of_ones_own_replaces_what_handbill_would_make() {
    let project = sample_site();
    project.write("static/robots.txt", "User-agent: mine\n").write("static/_redirects", "/a /b 302\n");
    project.edit("content/articles/bundle/index.md", "date:", "aliases: [/old/]\ndate:");
    let built = project.build();
    built.expect_clean().expect_file("robots.txt", ["mine"]).expect_file("_redirects", ["/a /b 302"]);
    built.expect_file("old/index.html", ["/news/2026/06/bundle/"]);
}

#[test]
fn images_that_keep_their_metadata_are_reported_once() {
    let project = Project::new("");
    let gif = b"GIF89a\x02\0\x01\0\0\0\0!\xff\x0bXMP DataXMP\x04<x/>\0\x2c\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x01\0;";
    project
        .write("content/articles/a/a.gif", gif)
        .write("content/articles/a/b.gif", b"GIF89a\x02\0\x01\0\0\0\0\x2c\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x01\0;");
    project.write(
        "content/articles/a/index.md",
        "---\ntitle: A\ndate: 2026-06-01\n---\n\n![A](a.gif) ![A](a.gif) ![B](b.gif)\n",
    );
    for _ in 0..2 {
        let built = project.build();
        built.expect_exit(0);
        assert_eq!(
            built.only("this GIF has metadata on its author, device or location")["file"],
            "content/articles/a/a.gif"
        );
        assert_eq!(built.diagnostics.len(), 1, "{:#?}", built.diagnostics);
    }
}

const PRIVACY: &str = "organization: { policies: { privacy: pages/privacy.md } }\n";

/// A site with one newsletter, at Buttondown.
fn site_with_a_newsletter() -> Project {
    let project = Project::new("");
    project.write(
        "content/newsletters/weekly.md",
        "---\ntitle: Weekly\nfrequency: every week\nconsent: One mail a week.\nprovider: { kind: buttondown, username: cause }\n---\n",
    );
    project.write("content/pages/privacy.md", "---\ntitle: Privacy\n---\n");
    project.settings(PRIVACY);
    project.article("a", "date: 2026-06-01", "![A map](https://maps.example/a.png)");
    project
}

#[test]
fn headers_allow_what_the_site_uses_and_no_more() {
    let project = site_with_a_newsletter();
    project.build().expect_warning("this page requests something from `https://maps.example`");
    project.build().expect_exit(0).expect_no_file("_headers");
    let allow = "{ frame-src: [https://video.example], img-src: [https://maps.example] }";
    project.settings(&format!("{PRIVACY}security: {{ headers: true, allow: {allow} }}"));
    let built = project.build();
    built.expect_clean();
    assert_eq!(
        built.file("_headers"),
        "/*\n  Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' https://maps.example; \
         font-src 'self'; frame-src https://video.example; manifest-src 'self'; form-action 'self' \
         https://buttondown.com; base-uri 'none'; frame-ancestors 'none'\n  \
         Referrer-Policy: strict-origin-when-cross-origin\n  X-Content-Type-Options: nosniff\n\
         /assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    );
}

#[test]
fn headers_of_the_site_win_and_what_they_block_is_reported() {
    let project = site_with_a_newsletter();
    project.settings(&format!("{PRIVACY}security: {{ headers: true, allow: {{ img-src: [https://maps.example] }} }}"));
    let own = "/*\n  Content-Security-Policy: default-src 'none'; form-action 'self'\n";
    project.write("static/_headers", own);
    let built = project.build();
    let reported = built.expect_exit(0).only("prevents forms of this site from posting to `https://buttondown.com`");
    assert_eq!((&reported["file"], &reported["line"]), (&"static/_headers".into(), &2.into()), "{reported}");
    assert_eq!(built.file("_headers"), own);
    project.edit("static/_headers", "'self'", "'self' *.buttondown.com buttondown.com");
    project.build().expect_clean();
}

#[test]
fn source_that_would_end_a_rule_is_refused() {
    let project = site_with_a_newsletter();
    project
        .settings(&format!("{PRIVACY}security: {{ allow: {{ frame-src: [\"https://x.example; script-src *\"] }} }}"));
    project.build().expect_exit(1).only("is not a source expression");
}

#[test]
fn crawlers_of_ai_are_asked_what_the_settings_say() {
    let project = Project::new("");
    let plain = "User-agent: *\nAllow: /\n\nSitemap: https://paper.example/sitemap.xml\n\
                 Sitemap: https://paper.example/news-sitemap.xml\n";
    assert_eq!(project.build().file("robots.txt"), plain);
    project.settings("crawlers: { ai_training: refuse, ai_search: allow }");
    let built = project.build();
    built.expect_clean();
    let robots = built.file("robots.txt");
    let groups: Vec<&str> = robots.split("\n\n").collect();
    let [everyone, training, search, sitemaps] = groups.as_slice() else { panic!("{robots}") };
    assert_eq!(format!("{everyone}\n\n{sitemaps}"), plain);
    assert!(training.contains("User-agent: GPTBot\n") && training.ends_with("Disallow: /"), "{training}");
    assert!(search.contains("User-agent: OAI-SearchBot\n") && search.ends_with("\nAllow: /"), "{search}");
    project.settings("crawlers: { ai_training: allow }");
    project.build().expect_file_without("robots.txt", ["Disallow", "OAI-SearchBot"]);
    project.settings("crawlers: { ai_training: forbid }");
    project.build().expect_exit(1).only("`ai_training` cannot be `forbid`");
}

#[test]
fn security_txt_says_where_to_report_and_until_when() {
    let project = Project::new("");
    project.settings(
        "time_zone: Europe/Madrid\nsecurity: { contact: \"mailto:safe@paper.example\", expires: 2027-01-01 }",
    );
    let built = project.build();
    built.expect_clean();
    assert_eq!(
        built.file(".well-known/security.txt"),
        "Contact: mailto:safe@paper.example\nExpires: 2026-12-31T23:00:00+00:00\nPreferred-Languages: en\n\
         Canonical: https://paper.example/.well-known/security.txt\n"
    );
    project.write("static/.well-known/security.txt", "Contact: https://paper.example/us\n");
    project.build().expect_clean().expect_file(".well-known/security.txt", ["https://paper.example/us"]);
    let past = project.build_args(&["--as-of", "2026-12-31T23:00:00Z"]);
    past.expect_exit(1).expect_error("settings", "site.yaml", 4, 60, "the contact for security.txt has expired");
}

#[test]
fn contact_for_security_txt_is_whole() {
    let project = Project::new("");
    for (settings, message) in [
        ("{ contact: \"mailto:safe@paper.example\" }", "a `contact` for security.txt requires `expires`"),
        ("{ expires: 2027-01-01 }", "`expires` is for security.txt, which requires a `contact`"),
        (
            "{ contact: \"http://paper.example/us\", expires: 2027-01-01 }",
            "the `contact` for security.txt begins with http://",
        ),
        ("{ contact: safe@paper.example, expires: 2027-01-01 }", "`safe@paper.example` is not an absolute URL"),
    ] {
        project.settings(&format!("security: {settings}"));
        let built = project.build();
        let reported = built.expect_exit(1).only(message);
        assert_eq!(reported["file"], "site.yaml", "{reported}");
        assert!(reported["help"].is_string() && reported["line"] == 3, "{reported}");
    }
}
