"""The servers under measurement: a process that serves a site on loopback, and how a page is asked for."""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOOPBACK = "127.0.0.1"
PAUSE = 0.001  # seconds between two tries
TICK = 0.1  # seconds between two looks at how much a server works


class Server:
    """A running server: for the time of a `with` block."""

    def __init__(self, program, options, site):
        self.limit = 60 + site.count / 500  # seconds that anything may take
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://{LOOPBACK}:{self.port}"
        if program == "handbill":
            self.command = [options.handbill, "serve", "--root", site.handbill, "--port", str(self.port)]
        else:
            self.command = [options.hugo, "server", "--source", site.hugo, "--port", str(self.port)]
            self.command += ["--cacheDir", site.folder / "hugo_cache"]
        self.environment = {**os.environ, "HUGO_PARAMS_RELATED": options.related}
        self.connection = None

    def __enter__(self):
        self.said = tempfile.TemporaryFile()
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self.said, stderr=subprocess.STDOUT, env=self.environment
        )
        return self

    def __exit__(self, *_):
        self.drop()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()

    def get(self, path):
        """The status and the text of an answer, over a connection that is kept; 0 when there is none yet."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=self.limit)
            self.connection.request("GET", path)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (http.client.HTTPException, OSError):
            self.drop()
            return 0, ""

    def drop(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def await_page(self, path, mark="", by_way=None, within=None):
        """Asks until the page is there and has the mark; `by_way`: until what its link leads to has. Gives the
        moment, or None when it was not so within that many seconds."""
        until = time.perf_counter() + (self.limit if within is None else within)
        while True:
            status, text = self.get(path)
            if status == 200 and by_way is not None:
                link = re.search(by_way, text)
                status, text = self.get(re.sub(r"^https?://[^/]+", "", link[1])) if link else (0, "")
            now = time.perf_counter()
            if status == 200 and mark in text:
                return now
            if self.process.poll() is not None:
                sys.exit(f"{self.command[0]} ended with {self.process.returncode}:\n{self.last_words()}")
            if now > until:
                if within is not None:
                    return None
                sys.exit(f"{path} did not show {mark!r} within {self.limit:.0f} s:\n{self.last_words()}")
            time.sleep(PAUSE)

    def last_words(self):
        self.said.seek(0)
        return self.said.read().decode(errors="replace")[-3000:]

    def settle(self):
        """Waits until the server has nothing to do any more."""
        until = time.perf_counter() + self.limit
        before = None
        while (now := self.ticks()) != before and time.perf_counter() < until:
            before = now
            time.sleep(TICK)

    def ticks(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def memory(self):
        """The largest resident set so far and the present one, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024 / 1e6 for name in ("VmHWM", "VmRSS"))
