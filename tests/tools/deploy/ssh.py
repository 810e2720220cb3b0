"""Servers reached by SSH: an `sshd` of this machine, with keys that are thrown away. The folders that it has are read
directly. It is started as root, where Debian's `openssh-server` and `rsync` are installed."""

import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from scenarios import Adapter, FolderAdapter, crawl, small_disk, tree

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
Subsystem sftp internal-sftp
{more}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class SshAdapter(Adapter):
    """A folder of this machine, behind `sshd`."""

    # Lines of the server's settings.
    more = ""
    # Settings of the target.
    settings_more = ""
    # Where readers look, below the folder of the target.
    place = ""

    @property
    def live(self) -> Path:
        return self.folder / "it's live"

    def start(self):
        for name in ("host_key", "user_key", "other_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "user_key.pub", self.folder / "authorized_keys")
        self.port = free_port()
        key = (self.folder / "host_key.pub").read_text()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {key}")
        (self.folder / "sshd_config").write_text(CONFIG.format(port=self.port, folder=self.folder, more=self.more))
        os.makedirs("/run/sshd", exist_ok=True)
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "sshd_config"]
        self.server = subprocess.Popen(command, stderr=open(self.folder / "sshd.log", "wb"))
        for _ in range(300):
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
        raise SystemExit((self.folder / "sshd.log").read_text())

    def stop(self):
        self.server.terminate()
        self.server.wait()

    def settings(self):
        host = f"{getpass.getuser()}@127.0.0.1"
        return f'{{ kind: {self.kind}, host: {host}, port: {self.port}, path: "{self.live}"{self.settings_more} }}'

    def ssh(self, key: str) -> dict:
        options = f'-F none -i "{self.folder}/{key}" -o IdentitiesOnly=yes -o UserKnownHostsFile={self.folder}/known_hosts'
        return {"HANDBILL_SSH": f"ssh {options}"}

    def env(self):
        return self.ssh("user_key")

    def wrong_env(self):
        return self.ssh("other_key"), (self.folder / "other_key").read_text().splitlines()[2]

    def files(self):
        return tree(self.live / self.place)

    def put(self, path, data):
        (self.live / self.place / path).write_bytes(data)

    def run_and_kill(self, command, env, rng, seconds):
        if rng.random() < 0.5:
            # Handbill alone is killed: what it has started goes on, and the next deployment begins meanwhile.
            process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.2, 1.0) * seconds)
            process.kill()
            process.wait()
            return
        with Reader(self):
            super().run_and_kill(command, env, rng, seconds)
            # What runs on the server ends when it notices.
            for _ in range(100):
                if not subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True).stdout:
                    break
                time.sleep(0.05)

    def full(self):
        return small_disk(self.live)

    def own_scenarios(self, site, foreign):
        return left_in_the_way(site, self.live)


def left_in_the_way(site, live: Path):
    """A folder in the place of a file that is removed, and a file in that of its folder."""
    static = site.folder / "static"
    (static / "more").mkdir(parents=True, exist_ok=True)
    (static / "docs").write_text("a file")
    (static / "more/a.txt").write_text("in a folder")
    site.deploy()
    (live / "docs").unlink()
    shutil.rmtree(live / "more")
    (live / "docs").mkdir()
    (live / "docs/a.txt").write_text("in a folder")
    (live / "more").write_text("a file")
    (static / "docs").unlink()
    shutil.rmtree(static / "more")
    assert site.deploy()["removed"] == 2
    assert (live / "docs/a.txt").exists() and (live / "more").exists()
    return "a folder in the place of a file is no obstacle to its removal, nor the reverse"


def links_to_releases(site, live: Path):
    """Somebody writes the symlink `current` in another way, or makes it lead elsewhere."""
    current = live / "current"
    relative = os.readlink(current)
    for number, written in enumerate((str(live / relative), f"./{relative}")):
        current.unlink()
        current.symlink_to(written)
        site.write(3, f"Linked {number}.")
        site.deploy()
        assert tree(current).keys() >= site.public().keys() and (live / relative).exists()
        site.deploy("--rollback")
        assert current.resolve() == (live / relative).resolve()
        later = current.resolve()
        site.deploy("--rollback")
        assert current.resolve() != later, "a second rollback does not undo the first"
        site.deploy("--rollback")
    for elsewhere in ("nowhere", "."):
        current.unlink()
        current.symlink_to(elsewhere)
        for arguments in ([], ["--force"], ["--dry-run"], ["--rollback"]):
            assert "leads to none of the releases" in site.refused(*arguments)
            assert (live / relative).exists()
    return "the symlink `current` is understood, however it is written, and left alone when it leads elsewhere"


class Reader(threading.Thread):
    """Reads the site while a deployment runs: a page and its assets, all there at the time of the page."""

    def __init__(self, adapter):
        super().__init__()
        self.adapter, self.ended, self.failed = adapter, threading.Event(), None

    def run(self):
        while not self.ended.is_set() and not self.failed:
            try:
                self.read()
            except FileNotFoundError:
                pass  # a file was replaced between the listing and its reading
            except AssertionError as error:
                self.failed = error

    def read(self):
        folder = (self.adapter.live / self.adapter.place).resolve()
        for page in folder.rglob("*.html"):
            text = page.read_bytes()
            assets = {path.relative_to(folder).as_posix(): b"" for path in folder.glob("assets/**/*")}
            crawl({page.relative_to(folder).as_posix(): text, **assets})

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.ended.set()
        self.join()
        if self.failed:
            raise self.failed


class RsyncAdapter(SshAdapter):
    name = kind = "rsync"


class RsyncReleasesAdapter(RsyncAdapter):
    name = "rsync-releases"
    settings_more = ", releases: true"
    place = "current"
    rolls_back = True

    def own_scenarios(self, site, foreign):
        return links_to_releases(site, self.live)


class SftpAdapter(SshAdapter):
    """A server that gives files only."""

    name = kind = "sftp"
    more = "ForceCommand internal-sftp"


class FolderReleasesAdapter(FolderAdapter):
    name = "folder-releases"
    rolls_back = True

    def settings(self):
        return f"{{ kind: folder, path: {self.folder}/live, releases: true }}"

    def files(self):
        return tree(self.folder / "live/current")

    def put(self, path, data):
        (self.folder / "live/current" / path).write_bytes(data)

    def own_scenarios(self, site, foreign):
        return links_to_releases(site, self.folder / "live")
