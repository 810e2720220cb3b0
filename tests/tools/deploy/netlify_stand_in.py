"""A stand-in for the API of Netlify, written from its public documentation, that also serves the published deploy.

    python tests/tools/deploy/netlify_stand_in.py [--port N] [--token TEXT] [--site DOMAIN] [--fail FRACTION]

It has one site. Requests without the token get 401; a fraction of the others, 429 or 500. A digest that is no SHA-1, or
not that of the uploaded bytes, gets 422. As at Netlify, a deploy is public once all its required files are there, and
the list of a large one (`async`) is compared after the response.

Sources: https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/ and the package @netlify/open-api
"""

import argparse
import hashlib
import json
import random
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

SITE_ID = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01"


class Netlify:
    """The site, its deploys, and all files that it ever got, by digest."""

    def __init__(self, token, site, fail=0.0, seed=0):
        self.token, self.sites, self.fail = token, {SITE_ID, site}, fail
        self.random = random.Random(seed)
        self.lock = threading.RLock()
        self.blobs = {}
        self.deploys = []
        self.published = None
        self.requests = self.refused = 0
        # No space: uploads are refused with 422.
        self.full = False

    def create(self, body):
        files = body.get("files")
        ok = isinstance(files, dict) and all(re.fullmatch(r"[0-9a-f]{40}", str(sha)) for sha in files.values())
        if not ok:
            return 422, {"code": 422, "message": "files must map paths to SHA1 digests"}
        files = {"/" + path.lstrip("/"): sha for path, sha in files.items()}
        deploy = {"id": f"{len(self.deploys) + 1:024x}", "site_id": SITE_ID, "context": "production", "draft": False,
                  "state": "new", "files": files, "required": [], "looks": 0}
        self.deploys.insert(0, deploy)
        if body.get("async"):
            deploy["state"] = "preparing"
        else:
            self.compare(deploy, "uploading")
        return 200, self.shown(deploy)

    def compare(self, deploy, state):
        deploy["required"] = sorted({sha for sha in deploy["files"].values() if sha not in self.blobs})
        deploy["state"] = state
        self.settle(deploy)

    def settle(self, deploy):
        """Goes on with a deploy that has all its files: it is public at the next look."""
        if deploy["state"] in ("uploading", "prepared") and all(sha in self.blobs for sha in deploy["files"].values()):
            deploy["state"] = "uploaded"

    def look(self, deploy):
        if deploy["state"] == "preparing":
            self.compare(deploy, "prepared")
        elif deploy["state"] == "uploaded":
            deploy["state"] = "processing"
        elif deploy["state"] == "processing":
            deploy["state"] = "ready"
            deploy["published_at"] = time.time()
            self.published = deploy
        return 200, self.shown(deploy)

    def upload(self, deploy, path, data):
        sha = hashlib.sha1(data).hexdigest()
        if self.full:
            return 422, {"code": 422, "message": "no space left in this account"}
        if deploy["files"].get(f"/{path}") != sha:
            return 422, {"code": 422, "message": f"the digest of /{path} is another one"}
        self.blobs[sha] = data
        self.settle(deploy)
        return 200, {"id": f"/{path}", "path": f"/{path}", "sha": sha, "size": len(data)}

    def restore(self, deploy):
        if deploy["state"] != "ready":
            return 422, {"code": 422, "message": "the deploy is not ready"}
        self.published = deploy
        return 201, self.shown(deploy)

    def shown(self, deploy):
        return {key: value for key, value in deploy.items() if key != "files"}

    def answer(self, method, path, query, read):
        """Returns status and JSON of a request to the API."""
        parts = path.strip("/").split("/")
        if parts[0] == "sites" and len(parts) > 1 and parts[1] in self.sites:
            rest = parts[2:]
            if (method, rest) == ("GET", []):
                return 200, {"id": SITE_ID, "published_deploy": self.published and self.shown(self.published)}
            if (method, rest) == ("GET", ["files"]):
                files = self.published["files"] if self.published else {}
                return 200, [{"id": path, "path": path, "sha": sha, "size": len(self.blobs[sha])}
                             for path, sha in files.items()]
            if (method, rest) == ("GET", ["deploys"]):
                return 200, [self.shown(deploy) for deploy in self.deploys[:int(query.get("per_page", ["30"])[0])]]
            if (method, rest) == ("POST", ["deploys"]):
                return self.create(json.loads(read()))
            deploy = self.deploy(rest[1]) if len(rest) > 1 and rest[0] == "deploys" else None
            if deploy and (method, rest[2:]) == ("POST", ["restore"]):
                return self.restore(deploy)
            if deploy and (method, rest[2:]) == ("GET", []):
                return self.look(deploy)
        elif parts[0] == "deploys" and len(parts) > 1:
            deploy = self.deploy(parts[1])
            if deploy and (method, parts[2:]) == ("GET", []):
                return self.look(deploy)
            if deploy and method == "PUT" and parts[2:3] == ["files"] and len(parts) > 3:
                return self.upload(deploy, unquote("/".join(parts[3:])), read())
        return 404, {"code": 404, "message": "Not Found"}

    def deploy(self, name):
        return next((deploy for deploy in self.deploys if deploy["id"] == name), None)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    netlify = None

    def handle_any(self):
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        if not url.path.startswith("/api/v1/"):
            return self.serve(unquote(url.path))
        netlify = self.netlify
        with netlify.lock:
            netlify.requests += 1
            if self.headers.get("Authorization") != f"Bearer {netlify.token}":
                return self.send(401, {"code": 401, "message": "Access Denied"})
            if netlify.random.random() < netlify.fail:
                netlify.refused += 1
                many = netlify.random.random() < 0.5
                status, extra = (429, {"Retry-After": "0"}) if many else (500, {})
                return self.send(status, {"code": status, "message": "not now"}, extra)
            try:
                answer = netlify.answer(self.command, url.path.removeprefix("/api/v1"), parse_qs(url.query), lambda: data)
            except ValueError:
                answer = 422, {"code": 422, "message": "no JSON"}
        self.send(*answer)

    do_GET = do_POST = do_PUT = handle_any

    def serve(self, path):
        """Serves the published deploy."""
        netlify = self.netlify
        with netlify.lock:
            files = netlify.published["files"] if netlify.published else {}
            found = next((name for name in (path, f"{path}index.html") if name in files), None)
            data = netlify.blobs[files[found]] if found else b"Not Found"
        self.send(200 if found else 404, data)

    def send(self, status, body, extra=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Says nothing of clients that were killed."""


def serve(netlify, port=0):
    """Returns a server on 127.0.0.1 that is not started."""
    return Server(("127.0.0.1", port), type("Handler", (Handler,), {"netlify": netlify}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--token", default="stand-in-token")
    parser.add_argument("--site", default="my-paper.netlify.app")
    parser.add_argument("--fail", type=float, default=0.0)
    options = parser.parse_args()
    server = serve(Netlify(options.token, options.site, options.fail), options.port)
    print(f"HANDBILL_NETLIFY_URL=http://127.0.0.1:{server.server_port}/api/v1 NETLIFY_AUTH_TOKEN={options.token}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
