"""Deploys a site to real targets on this machine, in the situations of a newsroom and a few worse ones.

    python tests/tools/deploy/scenarios.py HANDBILL [folder|s3|rsync|… …] [--seed N] [--kills N]

Each target is an `Adapter`: a server or folder with the settings that name it. For each: a first deployment, an
unchanged one from a fresh checkout, an edited article, a removed one, many removed, a file of somebody else, a
deployment killed at random moments, two at once, a wrong key, a full disk, and back to the one before. After a kill,
every page that a reader can get must find its assets.
"""

import argparse
import importlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urljoin

sys.path.insert(0, str(Path(__file__).parent))

ARTICLES = 24
RECORDS = ".handbill/"


class Adapter:
    """A target. Subclasses start what they need, and say what readers get."""

    name = ""
    # Whether `--rollback` works.
    rolls_back = False
    # Whether a file that somebody else put there survives.
    keeps_foreign_files = True

    def __init__(self, folder: Path):
        self.folder = folder

    def start(self):
        """Starts the servers."""

    def stop(self):
        """Stops them."""

    def settings(self) -> str:
        """The target as one line of YAML: `{ kind: folder, path: … }`."""
        raise NotImplementedError

    def env(self) -> dict:
        """Variables of the environment for Handbill: credentials."""
        return {}

    def wrong_env(self):
        """Variables with credentials that are refused, and the secret in them; None if there is no such thing."""
        return None

    def files(self) -> dict:
        """What readers can get: bytes by path, without the records of deployments."""
        raise NotImplementedError

    def put(self, path: str, data: bytes):
        """Puts a file there that no deployment knows."""
        raise NotImplementedError

    def run_and_kill(self, command, env, rng, seconds):
        """Runs a deployment, which takes about so many seconds, and kills it at a random moment."""
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        time.sleep(rng.uniform(0.2, 1.0) * seconds)
        kill(process)

    def own_scenarios(self, site, foreign):
        """What only this target has to show, at the end. Returns a sentence."""

    def full(self):
        """A context in which the target has no space left; None if that cannot be arranged."""
        return None


def kill(process):
    """Kills a program with all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def tree(folder: Path) -> dict:
    """Files of a folder by path, without the records of deployments."""
    found = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_file() and not path.startswith(RECORDS):
            found[path] = file.read_bytes()
    return found


class FolderAdapter(Adapter):
    name = "folder"

    def settings(self):
        return f"{{ kind: folder, path: {self.folder}/live }}"

    def files(self):
        return tree(self.folder / "live")

    def put(self, path, data):
        (self.folder / "live" / path).write_bytes(data)

    def full(self):
        return small_disk(self.folder / "live")


class small_disk:
    """A file system without space at a folder, of root only."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", self.folder], check=True)

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], check=True)


# Targets by name, with the modules of this folder that have them.
MODULES = {"folder": None, "s3": "s3", "s3-versions": "s3", "rsync": "ssh", "sftp": "ssh", "folder-releases": "ssh",
           "rsync-releases": "ssh", "git": "git", "git-flat": "git",
           "netlify": "netlify", "netlify-failing": "netlify"}


def adapters(names):
    for name in names:
        module = importlib.import_module(MODULES[name]) if MODULES[name] else sys.modules[__name__]
        found = [c for c in vars(module).values() if isinstance(c, type) and getattr(c, "name", None) == name]
        if not found:
            raise SystemExit(f"no adapter is called {name}")
        yield found[0]


class Site:
    """A site in a folder of its own, with a target `live`."""

    def __init__(self, handbill: str, folder: Path, adapter: Adapter):
        self.handbill, self.folder, self.adapter = handbill, folder, adapter
        subprocess.run([handbill, "init", folder, "--quiet"], check=True)
        settings = (folder / "site.yaml").read_text()
        settings = re.sub(r"^base_url:.*$", "base_url: https://paper.example/", settings, flags=re.M)
        (folder / "site.yaml").write_text(f"{settings}publish:\n  live: {adapter.settings()}\n")
        self.colour(0)
        for number in range(ARTICLES):
            self.write(number, "As it was.")

    def article(self, number: int) -> Path:
        return self.folder / f"content/articles/2026/story-{number}.md"

    def write(self, number: int, text: str):
        day = f"2026-06-{number + 1:02}"
        self.article(number).write_text(f"---\ntitle: Story {number}\ndate: {day}\nsection: news\n---\n\n{text}\n")

    def colour(self, number: int):
        """Changes the stylesheet, and with it every page."""
        file = self.folder / "site.yaml"
        text = re.sub(r"^theme_settings:.*\n", "", file.read_text(), flags=re.M)
        file.write_text(f'{text}theme_settings: {{ accent: "#1d4e{number % 256:02x}" }}\n')

    def command(self, *arguments):
        return [self.handbill, "deploy", "live", "--root", str(self.folder), "--format", "json", *arguments]

    def env(self):
        return {**os.environ, **self.adapter.env()}

    def run(self, *arguments, env=None):
        done = subprocess.run(self.command(*arguments), env=env or self.env(), capture_output=True, text=True, timeout=300)
        assert "panicked" not in done.stderr, done.stderr
        return done

    def deploy(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout.splitlines()[-1])["deploy"]

    def refused(self, *arguments, env=None):
        done = self.run(*arguments, env=env)
        assert done.returncode in (1, 2), f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def public(self):
        return tree(self.folder / "public")


def same(found: dict, expected: dict, foreign=()):
    """What readers get is the site, files that are kept for a while, and what somebody else put there."""
    found = {path: data for path, data in found.items() if path not in foreign}
    missing = sorted(set(expected) - set(found))
    assert not missing, f"missing: {missing[:5]}"
    more = [path for path in found if path not in expected and not re.fullmatch(r"assets/.*\.[0-9a-f]{8}\.\w+", path)]
    assert not more, f"should not be there: {more[:5]}"
    differ = [path for path in expected if found[path] != expected[path]]
    assert not differ, f"other bytes: {differ[:5]}"


def crawl(files: dict):
    """Every page is whole, and finds its stylesheets, scripts, fonts and images."""
    for path, data in files.items():
        if not path.endswith(".html"):
            continue
        text = data.decode()
        assert text.rstrip().endswith("</html>"), f"{path} is not whole"
        loads = re.findall(r'<(?:link|script|img|source)\b[^>]*?\b(?:src|href)="?([^"\s>]+)', text)
        for url in loads:
            target = unquote(urljoin(f"/{path}", url.split("#")[0]))
            if target.startswith("/assets/"):
                assert target[1:] in files, f"{path} needs {target}, which is not there"


def paths_of(urls):
    return {url.removeprefix("https://paper.example") for url in urls}


def run(handbill: str, kind, options):
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        (scratch / "target").mkdir()
        adapter = kind(scratch / "target")
        adapter.start()
        try:
            scenarios(Site(handbill, scratch / "site", adapter), adapter, rng, options.kills, scratch)
        finally:
            adapter.stop()


def scenarios(site: Site, adapter: Adapter, rng, kills: int, scratch: Path):
    foreign = set()
    wrong = adapter.wrong_env()
    if wrong:
        env, secret = wrong
        said = site.refused(env={**os.environ, **env})
        assert secret not in said, "the secret is printed"
        step("a wrong key is refused, and not printed")

    before = adapter.files()
    dry = site.deploy("--dry-run")
    assert adapter.files() == before and dry["sent"] > ARTICLES
    began = time.monotonic()
    first = site.deploy()
    seconds = time.monotonic() - began
    assert first["sent"] == len(site.public()) == dry["sent"]
    same(adapter.files(), site.public())
    step(f"first deployment: {first['sent']} files, {first['requests']} requests, {seconds:.2f} s")

    checkout = Site.__new__(Site)
    checkout.handbill, checkout.folder, checkout.adapter = site.handbill, scratch / "checkout", adapter
    shutil.copytree(site.folder, checkout.folder, ignore=shutil.ignore_patterns("public", ".handbill", ".public*"),
                    copy_function=shutil.copyfile)
    again = checkout.deploy()
    assert again["sent"] == again["removed"] == 0 and again["requests"] <= 2, again
    step(f"unchanged, from a fresh checkout: 0 files, {again['requests']} requests")

    site.write(22, "Edited.")
    edited = site.deploy()
    urls = paths_of(edited["changed_urls"])
    assert "/news/2026/06/story-22/" in urls and "/feed.xml" in urls, urls
    assert "/news/2026/06/story-2/" not in urls and edited["removed"] == 0, urls
    same(adapter.files(), site.public())
    step(f"one article edited: {edited['sent']} files, {edited['requests']} requests")

    if adapter.rolls_back:
        now = adapter.files()
        site.deploy("--rollback")
        back = adapter.files()
        assert b"Edited." not in back["news/2026/06/story-22/index.html"]
        crawl(back)
        site.deploy()
        assert adapter.files() == now
        step("back to the deployment before, and on again")
    else:
        assert "earlier" in site.refused("--rollback") or "roll" in site.refused("--rollback")
        step("going back is refused")

    if adapter.keeps_foreign_files:
        foreign = {"foreign.txt", "news/foreign.html"}
        for path in foreign:
            adapter.put(path, b"somebody else's </html>")
    site.article(5).unlink()
    removed = site.deploy()
    assert "/news/2026/06/story-5/" in paths_of(removed["removed_urls"]), removed
    found = adapter.files()
    assert all(found[path] == b"somebody else's </html>" for path in foreign), "a foreign file is gone"
    same(found, site.public(), foreign)
    step("one article removed, somebody else's files kept" if foreign else "one article removed")

    articles = [site.article(number) for number in range(6, ARTICLES)]
    texts = [article.read_text() for article in articles]
    for article in articles:
        article.unlink()
    assert "allow-removals" in site.refused()
    assert adapter.files() == found
    for article, text in zip(articles, texts):
        article.write_text(text)
    step("a removal of most pages is refused")

    for number in range(kills):
        site.colour(number + 1)
        site.write(4, f"Version {number}.")
        site.write(ARTICLES, "A new one." if number % 2 else "Another.")
        if number % 3 == 0:
            site.article(ARTICLES).unlink()
        adapter.run_and_kill(site.command(), site.env(), rng, seconds)
        crawl(adapter.files())
        if number % 4 == 3:
            site.deploy()
            same(adapter.files(), site.public(), foreign)
    site.deploy()
    same(adapter.files(), site.public(), foreign)
    assert site.deploy()["sent"] == 0
    if kills:
        step(f"killed {kills} times: pages always find their assets, and the next one finishes")

    site.colour(99)
    copies = [subprocess.Popen(site.command("--output", str(scratch / f"out-{n}")), env=site.env(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for n in range(2)]
    results = [(copy.communicate(timeout=300)[0], copy.returncode) for copy in copies]
    assert any(code == 0 for _, code in results), results
    assert all(code == 0 or "another deployment" in said for said, code in results), results
    site.deploy()
    same(adapter.files(), site.public(), foreign)
    step(f"two at once: {sorted(code for _, code in results)}")

    full = adapter.full()
    if full:
        site.colour(100)
        with full:
            assert "space" in site.refused("--force", "--allow-removals") , "a full disk is not named"
        site.deploy()
        same(adapter.files(), site.public(), foreign)
        step("a full disk is an error, and the next deployment finishes")

    shown = adapter.own_scenarios(site, foreign)
    if shown:
        step(shown)


def step(what: str):
    print(f"  ok: {what}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("handbill")
    parser.add_argument("targets", nargs="*", default=list(MODULES))
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    handbill = str(Path(options.handbill).resolve())
    failed = 0
    for kind in adapters(options.targets):
        print(kind.name, flush=True)
        try:
            run(handbill, kind, options)
        except AssertionError as error:
            failed += 1
            print(f"  FAILED: {error}", flush=True)
    print(f"{len(options.targets) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
