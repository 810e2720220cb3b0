//! A machine that refuses: no room, no permission.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::*;

/// Set in the process of a test that runs under restrictions.
const CHILD: &str = "HANDBILL_TEST_RESTRICTED";

/// Runs a test of this binary again in a process of its own, under restrictions; whether this is that process, which
/// is to do the test's work. Where the system cannot restrict a process so, the test says so and does nothing.
fn is_restricted(test: &str, restrict: impl FnOnce(&Path) -> Option<Command>) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let Some(mut command) = restrict(&std::env::current_exe().unwrap()) else {
        eprintln!("skipped: this system lets no test mount a file system");
        return false;
    };
    command.args(["--exact", "--nocapture", &format!("publish::tests::machine::{test}")]).env(CHILD, "");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    false
}

/// For root, who may do anything, a process of somebody who may not. The binary is opened before, as standard input,
/// since others may be unable to enter the folder that it is in.
fn as_nobody(binary: &Path) -> Option<Command> {
    if !rustix::process::geteuid().is_root() {
        return Some(Command::new(binary));
    }
    set_mode(binary, 0o755);
    let mut command = Command::new(if cfg!(target_os = "linux") { Path::new("/proc/self/fd/0") } else { binary });
    command.stdin(fs::File::open(binary).unwrap()).uid(65534).gid(65534).current_dir("/");
    Some(command)
}

/// A process with a file system of 4 MiB for temporary files, in which it may mount. The binary is opened before,
/// since it may itself lie where the new file system hides it.
fn with_small_disk(binary: &Path) -> Option<Command> {
    let unshare = |binary: &Path| {
        let mut command = Command::new("unshare");
        let mount = "exec 3< \"$0\" && mount -t tmpfs -o size=4m none /tmp && exec /proc/self/fd/3 \"$@\"";
        command
            .args(["--map-root-user", "--mount", "sh", "-c", mount])
            .arg(binary)
            .env_remove("TMPDIR")
            .stdin(Stdio::null());
        command
    };
    let trial = unshare(Path::new("/bin/sh")).stderr(Stdio::null()).status();
    trial.is_ok_and(|status| status.success()).then(|| unshare(binary))
}

/// A process in which no file can grow beyond 64 KiB: it is told so as it would be of a full disk.
fn with_small_files(binary: &Path) -> Option<Command> {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(binary).stdin(Stdio::null());
    Some(command)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn expect_machine(desk: &Desk, pairs: &[(&str, &str)], part: &str) {
    let before = desk.tree();
    let Err(PublishError::Machine(diagnostic)) = desk.publish(&files(pairs)) else { panic!("published, or refused") };
    assert!(diagnostic.message.contains(part), "{}", diagnostic.message);
    assert_eq!(desk.tree(), before);
    desk.expect_tidy();
}

#[test]
fn page_that_finds_no_room_leaves_the_output_as_it_was() {
    if !is_restricted("page_that_finds_no_room_leaves_the_output_as_it_was", with_small_files) {
        return;
    }
    let desk = Desk::new();
    let large = "x".repeat(200_000);
    expect_machine(&desk, &[("index.html", "1"), ("large.html", &large)], "cannot write `");
    desk.expect(&[("index.html", "1"), ("large.html", "small")], &[]);
    expect_machine(&desk, &[("index.html", "2"), ("new/large.html", &large)], "new/large.html`: ");
    expect_machine(&desk, &[("index.html", "2"), ("large.html", &large)], "large.html`: ");
    desk.expect(&[("index.html", "2"), ("large.html", "small")], &[]);
}

#[test]
fn output_that_cannot_be_written_to_stays_as_it_was() {
    if !is_restricted("output_that_cannot_be_written_to_stays_as_it_was", as_nobody) {
        return;
    }
    let desk = Desk::new();
    let site = [("index.html", "1"), ("news/index.html", "1"), ("old/index.html", "1")];
    desk.expect(&site, &[]);
    for folder in ["", "news", "old"] {
        let folder = desk.output.join(folder);
        set_mode(&folder, 0o555);
        let next = [("index.html", "2"), ("news/index.html", "2"), ("topics/index.html", "2")];
        expect_machine(&desk, &next, "permission denied");
        set_mode(&folder, 0o755);
    }
    desk.expect(&site, &[]);
}

#[test]
fn staging_is_inside_when_the_parent_cannot_be_written_to() {
    if !is_restricted("staging_is_inside_when_the_parent_cannot_be_written_to", as_nobody) {
        return;
    }
    let mut desk = Desk::new();
    let parent = desk.site.with_file_name("www");
    desk.output = parent.join("html");
    fs::create_dir_all(&desk.output).unwrap();
    set_mode(&parent, 0o555);
    desk.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &[]);
    desk.put("CNAME", "example.org");
    desk.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &[("CNAME", "example.org")]);
    let publication = desk.open().unwrap();
    let staged = publication.stage(&path_of("index.html"), b"3").unwrap();
    assert!(matches!(staged.state, State::Replaces(_)) && desk.output.join(".handbill-stage").is_dir());
    drop(publication);
    desk.expect_tidy();
    set_mode(&parent, 0o755);
}

#[test]
fn site_that_cannot_be_written_to_is_published_elsewhere_and_not_remembered() {
    if !is_restricted("site_that_cannot_be_written_to_is_published_elsewhere_and_not_remembered", as_nobody) {
        return;
    }
    let mut desk = Desk::new();
    desk.output = desk.site.with_file_name("www");
    set_mode(&desk.site, 0o555);
    let site = [("index.html", "1"), ("news/index.html", "1")];
    assert_eq!(desk.expect(&site, &[]).written, 2);
    assert!(!desk.site.join(".handbill").exists());
    let note = desk.open().unwrap().note().unwrap();
    assert!(note.message.contains("permission denied") && !note.fails(true), "{note:?}");
    // The same bytes are in nobody's way; others are, since nobody knows whose the old ones are.
    assert_eq!(desk.expect(&site, &[]).written, 0);
    assert_eq!(desk.expect_refusal(&[("index.html", "2")]).len(), 1);
    set_mode(&desk.site, 0o755);
    // What was remembered before is of no use when it cannot be kept up.
    desk.output = desk.site.with_file_name("other");
    desk.expect(&[("index.html", "1")], &[]);
    let memory = desk.cache_file("lock").parent().unwrap().to_owned();
    for file in ["lock", "manifest", "owned"] {
        set_mode(&memory.join(file), 0o444);
    }
    set_mode(&memory, 0o555);
    assert!(desk.open().unwrap().note().is_some());
    assert!(matches!(
        crate::publish::clean(&desk.output, &desk.site.join(".handbill"), &desk.site),
        Err(PublishError::Machine(_))
    ));
    set_mode(&memory, 0o755);
}

#[test]
fn full_disk_leaves_the_output_as_it_was() {
    if !is_restricted("full_disk_leaves_the_output_as_it_was", with_small_disk) {
        return;
    }
    let desk = Desk::new();
    let page = "x".repeat(100_000);
    let large: Vec<String> = (0..60).map(|number| format!("new/{number}/index.html")).collect();
    let large: Vec<(&str, &str)> = large.iter().map(|path| (path.as_str(), page.as_str())).collect();
    expect_machine(&desk, &large, "no space left on device");
    desk.expect(&large[..15], &[]);
    expect_machine(&desk, &large, "no space left on device");
    desk.expect(&large[5..20], &[]);
    let edited = format!("y{page}");
    let edited: Vec<(&str, &str)> = large[5..20].iter().map(|(path, _)| (*path, edited.as_str())).collect();
    desk.expect(&edited, &[]);
}

#[test]
fn output_may_be_a_mount() {
    if !is_restricted("output_may_be_a_mount", with_small_disk) {
        return;
    }
    let bind = ["--bind", "/tmp/elsewhere"];
    let other = ["-t", "tmpfs", "none"];
    for mount in [&bind[..], &other[..]] {
        let desk = Desk::new();
        fs::create_dir_all("/tmp/elsewhere").unwrap();
        fs::create_dir(&desk.output).unwrap();
        assert!(Command::new("mount").args(mount).arg(&desk.output).status().unwrap().success());
        desk.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &[]);
        desk.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &[]);
        let publication = desk.open().unwrap();
        let staged = publication.stage(&path_of("index.html"), b"3").unwrap();
        assert!(matches!(staged.state, State::Replaces(_)) && desk.output.join(".handbill-stage").is_dir());
        drop(publication);
        desk.expect(&[], &[]);
        assert!(desk.output.is_dir());
        assert!(Command::new("umount").arg(&desk.output).status().unwrap().success());
    }
}
