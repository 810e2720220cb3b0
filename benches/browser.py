"""A Chromium that watches pages (browser.mjs, in a process of its own)."""

import json
import queue
import shutil
import subprocess
import tempfile
import threading

from ground import BENCHES, REPOSITORY

START = 60  # seconds in which Chromium must have started
NEEDED = REPOSITORY / "tests/tools/node_modules/playwright-core"


class Unavailable(Exception):
    """There is no browser, and why."""


class Browser:
    """For the time of a `with` block. Raises `Unavailable` when there is none."""

    def __enter__(self):
        if not shutil.which("node"):
            raise Unavailable("there is no node")
        if not NEEDED.is_dir():
            raise Unavailable("playwright-core is not installed: `tests/run browser`, or `npm ci` in tests/tools")
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["node", BENCHES / "browser.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        try:
            self.version = self.hear("ready", START)["ready"]
        except Unavailable:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def tell(self, act, value, answer, limit):
        """Has something done, and waits for the answer to it."""
        self.process.stdin.write(json.dumps({act: value}) + "\n")
        self.process.stdin.flush()
        return self.hear(answer, limit)

    def hear(self, answer, limit):
        """The next thing that is said, which must be this; what a page says late of an edit before is passed over."""
        while True:
            try:
                line = self.lines.get(timeout=limit)
            except queue.Empty:
                raise Unavailable(f"the browser said nothing of {answer!r} within {limit:.0f} s") from None
            if line is None:
                self.errors.seek(0)
                raise Unavailable(f"the browser ended: {self.errors.read().decode(errors='replace')[-1000:]}")
            said = json.loads(line)
            if answer in said:
                return said

    def await_seen(self, mark, limit):
        """The moment at which the page showed a mark, in milliseconds since 1970."""
        while (said := self.hear("seen", limit))["seen"] != mark:
            pass
        return said["at"]
