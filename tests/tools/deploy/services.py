"""What a deployment tells others: caches that have to drop pages, a hub of WebSub, search engines.

    python tests/tools/deploy/services.py HANDBILL

One server on this machine stands for all of them, and for the host of the site, which Handbill reaches through it as a
proxy. Each may be told exactly what changed, and only what answers with 200.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parent))

from scenarios import FolderAdapter, Site

HOST = "http://paper.example"


class Stand(BaseHTTPRequestHandler):
    """The site's host, reached by CONNECT or by whole URLs, and the services."""

    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        self.send_response_only(200)
        self.end_headers()

    def reply(self, status, data=b"{}"):
        self.send_response_only(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_HEAD(self):
        path = urlsplit(self.path).path
        file = self.server.live / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        self.reply(404 if path in self.server.missing or not file.is_file() else 200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.told.append((urlsplit(self.path).path, dict(self.headers), body))
        self.reply(self.server.status)

    def log_message(self, *_):
        pass


def main():
    handbill = str(Path(sys.argv[1]).resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stand)
    server.daemon_threads = True
    server.told, server.missing, server.status = [], set(), 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        server.live = scratch / "live"
        adapter = FolderAdapter(scratch)
        adapter.settings = lambda: f"{{ kind: folder, path: {server.live}, cloudflare_zone: zone1, fastly: true }}"
        site = Site(handbill, scratch / "site", adapter)
        settings = (site.folder / "site.yaml").read_text().replace("base_url: https://", "base_url: http://")
        key = "0123456789abcdef0123456789abcdef"
        settings += f'pings: {{ websub: "{own}/hub", indexnow: {{ key: {key}, engine: "{own}/indexnow" }} }}\n'
        (site.folder / "site.yaml").write_text(settings)
        hidden = site.folder / "content/articles/2026/later.md"
        hidden.write_text("---\ntitle: Later\ndate: 2099-01-01\nsection: news\n---\n\nLater.\n")

        said = site.refused()
        assert "CLOUDFLARE_API_TOKEN" in said and not server.live.exists(), said
        print("  ok: without a token nothing is sent")

        tokens = {"CLOUDFLARE_API_TOKEN": "cf-secret", "FASTLY_API_TOKEN": "fastly-secret",
                  "CLOUDFLARE_API_BASE_URL": f"{own}/client/v4", "FASTLY_API_ENDPOINT": own,
                  "HTTP_PROXY": own, "NO_PROXY": "127.0.0.1"}
        adapter.env = lambda: tokens
        site.deploy()
        files = {path for path in site.public()}
        assert (server.live / "indexnow.txt").read_text() == key
        for feed in ("feed.xml", "atom.xml", "feed.json"):
            assert f"{own}/hub" in (server.live / feed).read_text(), feed
        purged = [url for path, _, body in server.told if path.startswith("/client") for url in json.loads(body)["files"]]
        assert len(purged) == len(set(purged)) == len(files), (len(purged), len(files))
        assert all(len(json.loads(body)["files"]) <= 30 for path, _, body in server.told if path.startswith("/client"))

        server.told.clear()
        server.missing = {"/news/2026/06/story-21/"}
        site.write(21, "Edited, and the host does not have it yet.")
        site.write(22, "Edited.")
        site.article(7).unlink()
        report = site.deploy()
        changed = set(report["changed_urls"]) | set(report["removed_urls"])
        by = {}
        for path, headers, body in server.told:
            by.setdefault(path, []).append((headers, body))
        zone = "/client/v4/zones/zone1/purge_cache"
        assert {url for _, body in by[zone] for url in json.loads(body)["files"]} == changed
        assert all(headers["authorization"] == "Bearer cf-secret" for headers, _ in by[zone])
        fastly = {path: told for path, told in by.items() if path.startswith("/purge/")}
        assert {f"http://{path.removeprefix('/purge/')}" for path in fastly} == changed
        assert all(headers["fastly-key"] == "fastly-secret" for told in fastly.values() for headers, _ in told)
        assert f"{HOST}/news/2026/06/story-7/" in changed
        (_, body), = by["/hub"]
        feeds = parse_qs(body)
        assert feeds["hub.mode"] == ["publish"] and f"{HOST}/feed.xml" in feeds["hub.url"], feeds
        assert set(feeds["hub.url"]) <= changed
        (headers, body), = by["/indexnow"]
        told = json.loads(body)
        assert told["host"] == "paper.example" and told["keyLocation"] == f"{HOST}/indexnow.txt", told
        assert f"{HOST}/news/2026/06/story-22/" in told["urlList"], told
        assert f"{HOST}/news/2026/06/story-21/" not in told["urlList"], "it does not answer with 200"
        assert f"{HOST}/news/2026/06/story-7/" not in told["urlList"] and f"{HOST}/404.html" not in told["urlList"]
        assert not any("later" in body for _, _, body in server.told), "what is held back is told"
        print("  ok: caches drop exactly what changed; the hub and search engines are told what answers")

        server.told.clear()
        site.deploy()
        assert not server.told
        print("  ok: nothing changed, and nobody is told")

        server.status = 403
        site.write(22, "Edited again.")
        done = site.run()
        assert done.returncode == 2 and "the site is deployed" in done.stdout, done.stdout
        assert b"Edited again." in (server.live / "news/2026/06/story-22/index.html").read_bytes()
        assert "cf-secret" not in done.stdout + done.stderr
        print("  ok: a cache that refuses is an error, and the site is deployed")

        server.status = 200
        repository = scratch / "pages.git"
        subprocess.run(["git", "init", "--bare", "--quiet", repository], check=True)
        targets = [f"kind: folder, path: {scratch}/releases, releases: true", f"kind: git, remote: {repository}"]
        for number, target in enumerate(targets):
            adapter.settings = lambda: f"{{ {target}, cloudflare_zone: zone1 }}"
            site = Site(handbill, scratch / f"site-{number}", adapter)
            site.deploy()
            site.write(22, "Edited.")
            site.deploy()
            server.told.clear()
            site.deploy("--rollback")
            dropped = {url for _, _, body in server.told for url in json.loads(body)["files"]}
            assert "https://paper.example/news/2026/06/story-22/" in dropped, dropped
            assert "https://paper.example/news/2026/06/story-2/" not in dropped, dropped
        print("  ok: after a rollback, caches drop what it changed")
    print("5 passed, 0 failed")


if __name__ == "__main__":
    main()
