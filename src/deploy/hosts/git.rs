//! A branch of a repository, by the system's `git`: a deployment is one commit.
//!
//! Commits are made in a repository of our own below `.handbill/deploy/`, a cache that has the commits and trees of the
//! branch and of its files only those that were sent from here. The repository of the site is asked for its settings
//! and for nothing else: neither its index nor its working tree is used.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::NO_EARLIER_DEPLOYMENT;
use crate::deploy::cache::DeployCache;
use crate::deploy::files::SiteFile;
use crate::deploy::host::{Rollback, TargetHost};
use crate::deploy::program::{Hints, Program};
use crate::deploy::record::{RECORD, Record};
use crate::deploy::{DeployContext, DeployObserver, Result, error, no_earlier_deployment};
use crate::diagnostic::Diagnostic;
use crate::path::OutputPath;
use crate::providers::hosts::Target;

/// A branch that gets one commit for each deployment.
pub(super) struct GitHost {
    git: Git,
    /// The name of the branch.
    branch: String,
    /// Whether a deployment is a commit on top of the last one, rather than one that replaces it.
    keeps_history: bool,
    /// What the branch has; `None` until it is fetched.
    found: Option<Branch>,
    /// What to go back to, once it is found.
    earlier: Option<Earlier>,
    sent: Vec<SiteFile>,
    removed: Vec<OutputPath>,
    record: Vec<u8>,
    requests: u64,
}

/// What a branch has.
struct Branch {
    /// The last commit; `None` if there is no such branch.
    tip: Option<Commit>,
    record: Option<Vec<u8>>,
}

/// The deployment before the last one.
struct Earlier {
    /// The commit of the last one.
    last: String,
    /// What is in the branch after the earlier one: the commit before the last one.
    commit: String,
    /// The id of its record.
    record: String,
}

/// A commit, by the ids of its objects.
struct Commit {
    id: String,
    tree: String,
}

/// The branch, and the last commit that was made here.
const TIP: &str = "refs/handbill/tip";
const NEXT: &str = "refs/handbill/next";

/// Numbers of commits that are fetched, one after the other, to find an earlier deployment. The last one is all.
const DEPTHS: [usize; 4] = [2, 32, 512, 0x7fff_ffff];

/// The name of the remote in the repository of our own.
const REMOTE: &str = "target";

impl GitHost {
    /// Opens the repository of our own, and makes it if it is missing.
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<GitHost> {
        let text =
            |name: &str, default: &str| target.setting(name).and_then(Value::as_str).unwrap_or(default).to_owned();
        Ok(GitHost {
            git: Git::open(&target.name, &text("remote", "origin"), context)?,
            branch: text("branch", "gh-pages"),
            keeps_history: target.setting("history").and_then(Value::as_bool).unwrap_or(true),
            found: None,
            earlier: None,
            sent: Vec::new(),
            removed: Vec::new(),
            record: Vec::new(),
            requests: 0,
        })
    }

    /// Returns what the branch has, and fetches its last commit if that was not done yet.
    fn found(&mut self) -> Result<&Branch> {
        let found = match self.found.take() {
            Some(found) => found,
            None => self.fetch(1)?,
        };
        Ok(self.found.insert(found))
    }

    fn fetch(&mut self, commits: usize) -> Result<Branch> {
        let depth = format!("--depth={commits}");
        let source = format!("+refs/heads/{}:{TIP}", self.branch);
        self.requests += 1;
        // Files stay where they are: their ids are in the trees, and the record is fetched when it is read.
        let fetch = ["fetch", "--quiet", "--no-tags", &depth, "--filter=blob:none", REMOTE, &source];
        match self.git.program(fetch).run() {
            Err(failure) if failure.message.contains("couldn't find remote ref") => {
                return Ok(Branch { tip: None, record: None });
            }
            fetched => fetched?,
        };
        self.requests += 1;
        let [tip, record] = self.git.objects(&[TIP.to_owned(), format!("{TIP}:{RECORD}")])?;
        Ok(Branch { tip: tip.map(|tip| Commit::of(&tip)), record: record.map(|record| record.bytes) })
    }

    /// Finds the deployment before the last one: that of the newest commit whose record is another than the last.
    /// Between the two, and after them, there may be commits of somebody else.
    fn find_earlier(&mut self) -> Result<Option<Earlier>> {
        for depth in DEPTHS {
            let found = self.fetch(depth)?;
            let is_deployed = found.record.is_some();
            self.found = Some(found);
            if !is_deployed {
                return Ok(None);
            }
            let earlier = self.git.earlier()?;
            if earlier.is_some() || self.git.count()? < depth {
                return Ok(earlier);
            }
        }
        Ok(None)
    }

    /// Returns the tree of the last commit in which the files of the last deployment are those of an earlier one.
    fn tree_of(&self, earlier: &Earlier) -> Result<String> {
        let found = self.found.as_ref();
        let record = found.and_then(|found| found.record.as_deref()).map(Record::decode).transpose()?;
        let [before] = self.git.objects(std::slice::from_ref(&earlier.record))?;
        let before = before.map(|before| Record::decode(&before.bytes)).transpose()?;
        let (Some(record), Some(before)) = (record, before) else { return Err(no_earlier_deployment()) };
        let listed = self.git.program(["ls-tree", "-r", "-z", "--full-tree", &earlier.commit]).run()?;
        let listed = String::from_utf8_lossy(&listed);
        let ours: BTreeSet<&str> = paths(&before).chain([RECORD]).collect();
        // Removals first: where a file becomes a folder, removing the file would remove the folder.
        let none = "0".repeat(earlier.commit.len());
        let removals = paths(&record).map(|path| format!("0 {none}\t{path}\0"));
        let files = listed.split_terminator('\0').filter_map(|row| {
            let (object, path) = row.split_once('\t').filter(|(_, path)| ours.contains(path))?;
            Some(format!("{object}\t{path}\0"))
        });
        self.git.tree(removals.chain(files).collect::<String>())
    }

    /// Makes a commit and pushes it.
    ///
    /// # Errors
    /// If the branch is no longer what was fetched, among others.
    fn publish(
        &mut self,
        message: &str,
        parent: Option<&str>,
        tree: Option<&str>,
        changes: impl Iterator<Item = Result<Vec<u8>>> + Send,
    ) -> Result<()> {
        let author = self.git.author();
        let mut head =
            format!("feature done\ncommit {NEXT}\nmark :1\ncommitter {author}\ndata {}\n{message}\n", message.len());
        head.extend(parent.map(|parent| format!("from {parent}\n")));
        head.extend(tree.map(|tree| format!("M 040000 {tree} \"\"\n")));
        let (head, end) =
            (std::iter::once(Ok(head.into_bytes())), std::iter::once(Ok(b"get-mark :1\ndone\n".to_vec())));
        let import = self.git.program(["fast-import", "--quiet", "--force"]);
        let made = import.run_with_pieces(head.chain(changes).chain(end))?;
        let commit = String::from_utf8_lossy(&made);
        let tip = self.found.as_ref().and_then(|found| found.tip.as_ref()).map_or("", |tip| &tip.id);
        let (lease, refs) = (
            format!("--force-with-lease=refs/heads/{}:{tip}", self.branch),
            format!("{}:refs/heads/{}", commit.trim(), self.branch),
        );
        self.requests += 1;
        // A thin pack has differences to files of the last commit, which git would fetch for it. But only for a thin pack
        // git leaves out what the last commit has if that is not the parent.
        let pack = if parent.is_some() { "--no-thin" } else { "--thin" };
        let push = ["push", "--quiet", "--no-verify", pack, &lease, REMOTE, &refs];
        self.git.program(push).run().map_err(|failure| match is_overtaken(&failure) {
            true => self.overtaken(),
            false => failure,
        })?;
        // The branch is another now.
        self.found = None;
        Ok(())
    }

    fn overtaken(&self) -> Diagnostic {
        error(format!("another deployment was faster: the branch `{}` has changed since it was fetched", self.branch))
            .help("run `handbill deploy` again: it compares with what is there now")
    }
}

/// Returns whether a push failed because the branch is no longer what was fetched.
fn is_overtaken(failure: &Diagnostic) -> bool {
    let texts = ["[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value"];
    texts.iter().any(|text| failure.message.contains(text))
}

impl TargetHost for GitHost {
    fn is_atomic(&self) -> bool {
        true
    }

    fn record(&mut self) -> Result<Option<Record>> {
        self.found()?.record.as_deref().map(Record::decode).transpose()
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        if self.found()?.tip.is_none() {
            return Ok(BTreeSet::new());
        }
        let listed = self.git.program(["ls-tree", "-r", "-z", "--full-tree", TIP]).run()?;
        let listed = String::from_utf8_lossy(&listed);
        let rows = listed.split_terminator('\0').filter_map(|row| row.split_once('\t'));
        let ids: FxHashMap<&str, &str> =
            rows.filter_map(|(object, path)| Some((path, object.strip_prefix("100644 blob ")?))).collect();
        let known: Vec<&&SiteFile> = files.iter().filter(|file| ids.contains_key(file.path.as_str())).collect();
        let mut paths = Vec::new();
        for file in &known {
            let path = std::path::absolute(&file.file).unwrap_or_else(|_| file.file.clone());
            paths.extend(path.as_os_str().as_encoded_bytes());
            paths.push(b'\n');
        }
        let hashed = self.git.program(["hash-object", "--no-filters", "--stdin-paths"]).input(paths).run()?;
        let hashed = String::from_utf8_lossy(&hashed);
        let is_same = |(file, id): &(&&&SiteFile, &str)| ids.get(file.path.as_str()) == Some(id);
        Ok(known.iter().zip(hashed.lines()).filter(is_same).map(|(file, _)| file.path.clone()).collect())
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        self.sent.extend(files.iter().map(|file| (*file).clone()));
        files.iter().for_each(|file| observer.sent(file.length));
        Ok(Vec::new())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        self.removed.extend(paths.iter().map(|path| (*path).clone()));
        Ok(())
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        self.record = record.encode();
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let (sent, removed) = (std::mem::take(&mut self.sent), std::mem::take(&mut self.removed));
        let record = file_change(RECORD, &self.record);
        let message = format!("Deploy the site: {} sent, {} removed", sent.len(), removed.len());
        // Removals first: where a file becomes a folder, removing the file would remove the folder.
        let removals = removed.iter().map(|path| Ok(format!("D {}\n", quoted(path.as_str())).into_bytes()));
        let files = sent.iter().map(|file| Ok(file_change(file.path.as_str(), &file.read()?)));
        let tip = self.found()?.tip.as_ref().map(|tip| (tip.id.clone(), tip.tree.clone()));
        let (parent, tree) = match (tip, self.keeps_history) {
            (Some((id, _)), true) => (Some(id), None),
            (Some((_, tree)), false) => (None, Some(tree)),
            (None, _) => (None, None),
        };
        let changes = removals.chain(files).chain(std::iter::once(Ok(record)));
        self.publish(&message, parent.as_deref(), tree.as_deref(), changes)
    }

    fn rollback(&mut self) -> Result<Rollback> {
        if !self.keeps_history {
            return Ok(Rollback::Impossible(
                "keeps no history (`history: false`), so that nothing earlier is there",
                "build the site of then, and deploy that",
            ));
        }
        self.earlier = self.find_earlier()?;
        Ok(if self.earlier.is_some() { Rollback::Switch } else { NO_EARLIER_DEPLOYMENT })
    }

    fn switch_back(&mut self) -> Result<()> {
        let earlier = self.earlier.take().ok_or_else(no_earlier_deployment)?;
        let tree = self.tree_of(&earlier)?;
        let tip = self.found.as_ref().and_then(|found| found.tip.as_ref()).map(|tip| tip.id.clone());
        let message = format!("Go back to what was there before {}", earlier.last);
        self.publish(&message, tip.as_deref(), Some(&tree), std::iter::empty())
    }

    fn requests(&self) -> u64 {
        self.requests
    }
}

/// Returns the paths of the files that a deployment put there.
fn paths(record: &Record) -> impl Iterator<Item = &str> {
    record.files.keys().chain(record.superseded.keys()).map(OutputPath::as_str)
}

/// Returns the command of `git fast-import` that writes a file.
fn file_change(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut change = format!("M 100644 inline {}\ndata {}\n", quoted(path), bytes.len()).into_bytes();
    change.extend_from_slice(bytes);
    change.push(b'\n');
    change
}

/// Quotes a path, which has no backslash and no line break.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('"', "\\\""))
}

/// The system's `git` with a repository of our own.
struct Git {
    /// The folder of the site: relative paths of remotes are in it.
    root: PathBuf,
    /// The folder of the repository.
    cache: DeployCache,
    /// Settings for each run, by key. Those of the site's repository may have keys for the remote.
    config: Vec<(String, String)>,
    now: i64,
}

/// The settings of the site's repository that say how a remote is reached and who commits: what GitHub's and GitLab's
/// jobs use is there, and nowhere else.
const SETTINGS: &str = r"^(http|credential|url|user|author|committer|ssh|core\.sshcommand|core\.askpass|remote)\.";

/// The settings of a remote that are used.
const REMOTE_SETTINGS: &[&str] = &["url", "pushurl", "proxy"];

const HINTS: Hints = &[
    ("there is no program", "install git"),
    ("could not read username", ACCESS),
    ("authentication failed", ACCESS),
    ("permission denied", ACCESS),
    ("error: 403", ACCESS),
    ("host key verification failed", "connect once by hand with `ssh`, and compare the key that it shows"),
    ("could not resolve host", "check `remote` in the settings of the target, and the connection"),
    ("does not appear to be a git repository", WHERE),
    ("not found", WHERE),
    ("protected branch", PROTECTED),
    ("hook declined", PROTECTED),
];

const ACCESS: &str = "git needs an SSH key or a credential helper that may push there: `git push --dry-run` to the same \
                      remote shows what is missing";

const WHERE: &str =
    "`remote` in the settings of the target is a URL, a path, or one of the names that `git remote` prints";

const PROTECTED: &str = "allow this push in the settings of the repository, or choose another `branch` for the target";

impl Git {
    fn open(name: &str, remote: &str, context: &DeployContext<'_>) -> Result<Git> {
        let cache = DeployCache::take(context.root, &format!("{name}.git"))?;
        let own = [("gc.autoDetach", "false"), ("user.useConfigOnly", "true")];
        let config = own.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let mut git = Git { root: context.root.to_owned(), cache, config, now: (context.clock)() };
        if !git.cache.folder.join("HEAD").exists() {
            git.program(["init", "--quiet", "--bare", "--template="]).run()?;
        }
        git.read_settings(remote);
        Ok(git)
    }

    /// Reads the settings of the site's repository, if there is one, and finds the remote in them.
    fn read_settings(&mut self, remote: &str) {
        let list = ["config", "--local", "--includes", "-z", "--get-regexp", SETTINGS];
        let found = Program::new("git").arguments(list).folder(&self.root).run().unwrap_or_default();
        let found = String::from_utf8_lossy(&found);
        let ours = format!("remote.{remote}.");
        for (key, value) in found.split_terminator('\0').filter_map(|row| row.split_once('\n')) {
            let setting = key.strip_prefix(&ours).filter(|setting| REMOTE_SETTINGS.contains(setting));
            match setting {
                Some(setting) => self.config.push((format!("remote.{REMOTE}.{setting}"), value.to_owned())),
                None if key.starts_with("remote.") => {}
                None => self.config.push((key.to_owned(), value.to_owned())),
            }
        }
        let url = format!("remote.{REMOTE}.url");
        if !self.config.iter().any(|(key, _)| *key == url) {
            self.config.push((url, remote.to_owned()));
        }
    }

    /// Prepares a run of git in the repository of our own.
    fn program(&self, arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) -> Program {
        let program = Program::new("git")
            .arguments(arguments)
            .folder(&self.root)
            .hints(HINTS)
            .variable("GIT_DIR", &self.cache.folder)
            .variable("GIT_TERMINAL_PROMPT", "0")
            .variable("GIT_CONFIG_COUNT", self.config.len().to_string());
        self.config.iter().enumerate().fold(program, |program, (index, (key, value))| {
            let (program, name) =
                (program.variable(&format!("GIT_CONFIG_KEY_{index}"), key), format!("GIT_CONFIG_VALUE_{index}"));
            match key.ends_with(".extraheader") {
                true => program.secret(&name, value),
                false => program.variable(&name, value),
            }
        })
    }

    /// Reads objects by name; `None` for those that do not exist, and for those that are not asked for.
    fn objects<const N: usize>(&self, names: &[String]) -> Result<[Option<Object>; N]> {
        let read = self.program(["cat-file", "--batch"]).input(names.join("\n") + "\n").run()?;
        let mut rest = read.as_slice();
        let mut next = || {
            let line = rest.split(|&byte| byte == b'\n').next()?;
            let head = String::from_utf8_lossy(line).into_owned();
            rest = rest.get(line.len() + 1..)?;
            let (id, length) = (head.split(' ').next()?, head.rsplit(' ').next()?.parse::<usize>().ok()?);
            let bytes = rest.get(..length)?.to_vec();
            rest = rest.get(length + 1..)?;
            Some(Object { id: id.to_owned(), bytes })
        };
        Ok(std::array::from_fn(|_| next()))
    }

    /// Finds the newest commit before the last one that has another record, among those that are fetched. Only the first
    /// parent of a merge counts: the branch was there before.
    fn earlier(&self) -> Result<Option<Earlier>> {
        let log = [
            "log",
            "--first-parent",
            "-m",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--no-follow",
            "--no-show-signature",
        ];
        let log = [&log[..], &["--format=%H", TIP, "--", RECORD]].concat();
        let listed = self.program(log).run()?;
        let listed = String::from_utf8_lossy(&listed);
        let mut commit = "";
        let mut last = None;
        for line in listed.lines().filter(|line| !line.is_empty()) {
            // `:100644 100644 BEFORE AFTER M` and the path, below the commit.
            let Some(change) = line.strip_prefix(':') else {
                commit = line;
                continue;
            };
            let mut fields = change.split(' ').skip(2);
            let (Some(before), Some(after)) = (fields.next(), fields.next()) else { continue };
            let (last_commit, last_record) = last.get_or_insert((commit, after));
            if before != *last_record && before.contains(|c| c != '0') {
                let (last, record) = ((*last_commit).to_owned(), before.to_owned());
                return Ok(Some(Earlier { last, commit: self.id(&format!("{commit}^1"))?, record }));
            }
        }
        Ok(None)
    }

    fn id(&self, name: &str) -> Result<String> {
        let id = self.program(["rev-parse", "--verify", "--quiet", name]).run()?;
        Ok(String::from_utf8_lossy(&id).trim().to_owned())
    }

    /// Returns the number of commits of the branch that are fetched.
    fn count(&self) -> Result<usize> {
        let count = self.program(["rev-list", "--count", TIP]).run()?;
        Ok(String::from_utf8_lossy(&count).trim().parse().unwrap_or(0))
    }

    /// Returns the tree of the last commit with changes, as `git update-index --index-info` takes them. Files are not
    /// needed for it, only their ids.
    fn tree(&self, changes: String) -> Result<String> {
        let index = self.cache.folder.join("index");
        let program = |arguments: &[&str]| self.program(arguments).variable("GIT_INDEX_FILE", &index);
        program(&["read-tree", TIP]).run()?;
        program(&["update-index", "-z", "--index-info"]).input(changes).run()?;
        let tree = program(&["write-tree", "--missing-ok"]).run()?;
        Ok(String::from_utf8_lossy(&tree).trim().to_owned())
    }

    /// Returns who commits, and when, as objects have it: the user of the settings, or else Handbill.
    fn author(&self) -> String {
        let found = self.program(["var", "GIT_COMMITTER_IDENT"]).run();
        let found = found.ok().and_then(|author| String::from_utf8(author).ok());
        found.map_or_else(
            || format!("Handbill <handbill@localhost> {} +0000", self.now),
            |author| author.trim().to_owned(),
        )
    }
}

/// An object of a repository.
struct Object {
    id: String,
    bytes: Vec<u8>,
}

impl Commit {
    /// Reads the object of a commit, whose first line names its tree.
    fn of(object: &Object) -> Commit {
        let text = String::from_utf8_lossy(&object.bytes);
        let tree = text.lines().next().and_then(|line| line.strip_prefix("tree ")).unwrap_or_default();
        Commit { id: object.id.clone(), tree: tree.to_owned() }
    }
}
