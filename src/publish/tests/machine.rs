//! Failures of the operating system: the disk is full, permission is missing.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::*;

/// Set in the process of a test that runs under restrictions.
const CHILD: &str = "HANDBILL_TEST_RESTRICTED";

/// Runs a test of this binary again in a restricted process of its own; returns whether this is that process, which
/// must then do the test's work. If the system cannot restrict a process, the test prints that and does nothing.
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

/// Root has all permissions, so the process gets another user. The binary is opened as its standard input, since that
/// user may be unable to enter the folder of the binary.
fn as_unprivileged_user(binary: &Path) -> Option<Command> {
    if !rustix::process::geteuid().is_root() {
        return Some(Command::new(binary));
    }
    set_mode(binary, 0o755);
    let mut command = Command::new(if cfg!(target_os = "linux") { Path::new("/proc/self/fd/0") } else { binary });
    command.stdin(fs::File::open(binary).unwrap()).uid(65534).gid(65534).current_dir("/");
    Some(command)
}

/// A process with a file system of 4 MiB for temporary files, in which it may mount. The binary is opened before, since
/// the new file system may hide it.
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

/// A process in which no file can grow beyond 64 KiB; the error is the same as that of a full disk.
fn with_small_files(binary: &Path) -> Option<Command> {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(binary).stdin(Stdio::null());
    Some(command)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn expect_machine(fixture: &Fixture, pairs: &[(&str, &str)], part: &str) {
    let before = fixture.tree();
    let Err(PublishError::Io(diagnostic)) = fixture.publish(&files(pairs)) else { panic!("published, or refused") };
    assert!(diagnostic.message.contains(part), "{}", diagnostic.message);
    assert_eq!(fixture.tree(), before);
    fixture.expect_tidy();
}

#[test]
fn page_that_finds_no_space_leaves_the_output_as_it_was() {
    if !is_restricted("page_that_finds_no_space_leaves_the_output_as_it_was", with_small_files) {
        return;
    }
    let fixture = Fixture::new();
    let large = "x".repeat(200_000);
    expect_machine(&fixture, &[("index.html", "1"), ("large.html", &large)], "cannot write `");
    fixture.expect(&[("index.html", "1"), ("large.html", "small")], &[]);
    expect_machine(&fixture, &[("index.html", "2"), ("new/large.html", &large)], "new/large.html`: ");
    expect_machine(&fixture, &[("index.html", "2"), ("large.html", &large)], "large.html`: ");
    fixture.expect(&[("index.html", "2"), ("large.html", "small")], &[]);
}

#[test]
fn output_that_cannot_be_written_to_stays_as_it_was() {
    if !is_restricted("output_that_cannot_be_written_to_stays_as_it_was", as_unprivileged_user) {
        return;
    }
    let fixture = Fixture::new();
    let site = [("index.html", "1"), ("news/index.html", "1"), ("old/index.html", "1")];
    fixture.expect(&site, &[]);
    for folder in ["", "news", "old"] {
        let folder = fixture.output.join(folder);
        set_mode(&folder, 0o555);
        let next = [("index.html", "2"), ("news/index.html", "2"), ("topics/index.html", "2")];
        expect_machine(&fixture, &next, "permission denied");
        set_mode(&folder, 0o755);
    }
    fixture.expect(&site, &[]);
}

#[test]
fn staging_is_inside_when_the_parent_cannot_be_written_to() {
    if !is_restricted("staging_is_inside_when_the_parent_cannot_be_written_to", as_unprivileged_user) {
        return;
    }
    let mut fixture = Fixture::new();
    let parent = fixture.site.with_file_name("www");
    fixture.output = parent.join("html");
    fs::create_dir_all(&fixture.output).unwrap();
    set_mode(&parent, 0o555);
    fixture.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &[]);
    fixture.put("CNAME", "example.org");
    fixture.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &[("CNAME", "example.org")]);
    let publication = fixture.open().unwrap();
    let staged = publication.stage(&path_of("index.html"), b"3").unwrap();
    assert!(matches!(staged.state, StagedState::Replaces(_)) && fixture.output.join(".handbill-stage").is_dir());
    drop(publication);
    fixture.expect_tidy();
    set_mode(&parent, 0o755);
}

#[test]
fn site_that_cannot_be_written_to_is_published_elsewhere_and_not_remembered() {
    if !is_restricted("site_that_cannot_be_written_to_is_published_elsewhere_and_not_remembered", as_unprivileged_user)
    {
        return;
    }
    let mut fixture = Fixture::new();
    fixture.output = fixture.site.with_file_name("www");
    set_mode(&fixture.site, 0o555);
    let site = [("index.html", "1"), ("news/index.html", "1")];
    assert_eq!(fixture.expect(&site, &[]).written, 2);
    assert!(!fixture.site.join(".handbill").exists());
    let note = fixture.open().unwrap().cache_warning().unwrap();
    assert!(note.message.contains("permission denied") && !note.fails(true), "{note:?}");
    // Equal bytes are no obstruction. Others are, since without a cache the ownership of the old files is unknown.
    assert_eq!(fixture.expect(&site, &[]).written, 0);
    assert_eq!(fixture.expect_refusal(&[("index.html", "2")]).len(), 1);
    set_mode(&fixture.site, 0o755);
    // A cache that cannot be updated must not be used.
    fixture.output = fixture.site.with_file_name("other");
    fixture.expect(&[("index.html", "1")], &[]);
    let memory = fixture.cache_file("lock").parent().unwrap().to_owned();
    for file in ["lock", "manifest", "owned"] {
        set_mode(&memory.join(file), 0o444);
    }
    set_mode(&memory, 0o555);
    assert!(fixture.open().unwrap().cache_warning().is_some());
    assert!(matches!(
        crate::publish::clean(&fixture.output, &fixture.site.join(".handbill"), &fixture.site),
        Err(PublishError::Io(_))
    ));
    set_mode(&memory, 0o755);
}

#[test]
fn full_disk_leaves_the_output_as_it_was() {
    if !is_restricted("full_disk_leaves_the_output_as_it_was", with_small_disk) {
        return;
    }
    let fixture = Fixture::new();
    let page = "x".repeat(100_000);
    let large: Vec<String> = (0..60).map(|number| format!("new/{number}/index.html")).collect();
    let large: Vec<(&str, &str)> = large.iter().map(|path| (path.as_str(), page.as_str())).collect();
    expect_machine(&fixture, &large, "no space left on device");
    fixture.expect(&large[..15], &[]);
    expect_machine(&fixture, &large, "no space left on device");
    fixture.expect(&large[5..20], &[]);
    let edited = format!("y{page}");
    let edited: Vec<(&str, &str)> = large[5..20].iter().map(|(path, _)| (*path, edited.as_str())).collect();
    fixture.expect(&edited, &[]);
}

#[test]
fn output_may_be_a_mount() {
    if !is_restricted("output_may_be_a_mount", with_small_disk) {
        return;
    }
    let bind = ["--bind", "/tmp/elsewhere"];
    let other = ["-t", "tmpfs", "none"];
    for mount in [&bind[..], &other[..]] {
        let fixture = Fixture::new();
        fs::create_dir_all("/tmp/elsewhere").unwrap();
        fs::create_dir(&fixture.output).unwrap();
        assert!(Command::new("mount").args(mount).arg(&fixture.output).status().unwrap().success());
        fixture.expect(&[("index.html", "1"), ("news/a/index.html", "A")], &[]);
        fixture.expect(&[("index.html", "2"), ("news/b/index.html", "B")], &[]);
        let publication = fixture.open().unwrap();
        let staged = publication.stage(&path_of("index.html"), b"3").unwrap();
        assert!(matches!(staged.state, StagedState::Replaces(_)) && fixture.output.join(".handbill-stage").is_dir());
        drop(publication);
        fixture.expect(&[], &[]);
        assert!(fixture.output.is_dir());
        assert!(Command::new("umount").arg(&fixture.output).status().unwrap().success());
    }
}
