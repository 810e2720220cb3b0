"""A branch of a bare repository on this machine, with and without history, as targets of scenarios.py."""

import os
import subprocess
import tempfile
from pathlib import Path

from scenarios import RECORDS, Adapter

SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder, *arguments, data=None, **variables):
    env = {**os.environ, **SETTINGS, **variables}
    done = subprocess.run(["git", "-C", folder, *arguments], input=data, env=env, capture_output=True, check=True)
    return done.stdout


class GitAdapter(Adapter):
    name = "git"
    rolls_back = True
    history = "true"
    branch = "gh-pages"

    @property
    def repository(self):
        return self.folder / "pages.git"

    def start(self):
        self.create()

    def create(self):
        git(self.folder, "init", "--quiet", "--bare", self.repository)
        # As GitHub and others have it: files of old commits can be left out.
        git(self.repository, "config", "uploadpack.allowFilter", "true")

    def settings(self):
        return f"{{ kind: git, remote: {self.repository}, branch: {self.branch}, history: {self.history} }}"

    def env(self):
        return SETTINGS

    def wrong_env(self):
        return None

    def tip(self):
        return git(self.repository, "for-each-ref", "--format=%(objectname)", f"refs/heads/{self.branch}").decode().strip()

    def files(self):
        tip = self.tip()
        if not tip:
            return {}
        paths = git(self.repository, "ls-tree", "-r", "-z", "--name-only", tip).decode().split("\0")
        paths = [path for path in paths if path and not path.startswith(RECORDS)]
        out = git(self.repository, "cat-file", "--batch", data="".join(f"{tip}:{path}\n" for path in paths).encode())
        found = {}
        for path in paths:
            head, _, out = out.partition(b"\n")
            length = int(head.split()[-1])
            found[path], out = out[:length], out[length + 1:]
        return found

    def put(self, path, data):
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / "work"
            git(folder, "clone", "--quiet", "--branch", self.branch, self.repository, work)
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(data)
            git(work, "add", "--all")
            git(work, "-c", "user.name=Somebody", "-c", "user.email=me@paper.example", "commit", "--quiet", "--message", path)
            git(work, "push", "--quiet")

    def full(self):
        return full_repository(self)


class GitFlatAdapter(GitAdapter):
    """One commit that each deployment replaces."""

    name = "git-flat"
    rolls_back = False
    history = "false"


class full_repository:
    """An empty repository in a file system with little space, at the place of the other, of root only."""

    def __init__(self, adapter):
        self.adapter = adapter

    def __enter__(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", self.adapter.repository], check=True)
        self.adapter.create()

    def __exit__(self, *_):
        subprocess.run(["umount", self.adapter.repository], check=True)
