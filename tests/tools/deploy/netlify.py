"""A site at a stand-in for Netlify, as targets of scenarios.py."""

import hashlib
import threading

from netlify_stand_in import Netlify, serve
from scenarios import Adapter


class NetlifyAdapter(Adapter):
    name = "netlify"
    rolls_back = True
    # A deploy is the whole site: what is published by other means is replaced.
    keeps_foreign_files = False
    fail = 0.0
    token = "nfp_StandInToken0123456789"

    def start(self):
        self.netlify = Netlify(self.token, "my-paper.netlify.app", self.fail)
        self.server = serve(self.netlify)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        if self.fail:
            assert self.netlify.refused > 10, "too few requests failed"

    def settings(self):
        return "{ kind: netlify, site: my-paper }"

    def env(self):
        return {"HANDBILL_NETLIFY_URL": f"http://127.0.0.1:{self.server.server_port}/api/v1",
                "NETLIFY_AUTH_TOKEN": self.token}

    def wrong_env(self):
        return {**self.env(), "NETLIFY_AUTH_TOKEN": "nfp_Wrong98765"}, "nfp_Wrong98765"

    def files(self):
        with self.netlify.lock:
            published = self.netlify.published
            files = published["files"] if published else {}
            return {path[1:]: self.netlify.blobs[sha] for path, sha in files.items()}

    def put(self, path, data):
        with self.netlify.lock:
            sha = hashlib.sha1(data).hexdigest()
            self.netlify.blobs[sha] = data
            self.netlify.published["files"][f"/{path}"] = sha

    def full(self):
        return full_account(self.netlify)

    def own_scenarios(self, site, foreign):
        with self.netlify.lock:
            self.netlify.deploys = [self.netlify.published]
        for more in ([], ["--dry-run"]):
            assert "has no earlier deployment" in site.refused("--rollback", *more), more
        return "there is nothing to go back to before the first deployment, and a dry run finds that out"


class FailingNetlifyAdapter(NetlifyAdapter):
    """A fifth of the requests is answered with 429 or 500."""

    name = "netlify-failing"
    fail = 0.2


class full_account:
    """An account without space."""

    def __init__(self, netlify):
        self.netlify = netlify

    def __enter__(self):
        self.netlify.full = True

    def __exit__(self, *_):
        self.netlify.full = False
