"""Buckets: s3rver, and moto, which keeps versions. Both are behind a proxy that checks signatures, which neither does for
those in a query, and counts requests, so that a deployment can be killed after any of them."""

import gzip
import hashlib
import hmac
import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import boto3
from botocore.config import Config

from scenarios import ARTICLES, RECORDS, Adapter, kill

TOOLS = Path(__file__).resolve().parent.parent
BUCKET = "paper"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port: int):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing listens at port {port}")


def is_signed(handler, secret: str) -> bool:
    """Whether the signature in the query of a request is right (AWS Signature Version 4, query parameters)."""
    url = urlsplit(handler.path)
    query = parse_qsl(url.query, keep_blank_values=True)
    given = dict(query)
    if "X-Amz-Signature" not in given:
        return False
    encode = lambda text: quote(text, safe="-_.~")
    canonical = "&".join(sorted(f"{encode(k)}={encode(v)}" for k, v in query if k != "X-Amz-Signature"))
    names = given["X-Amz-SignedHeaders"].split(";")
    stored = [name for name in handler.headers.keys() if name.lower().startswith("x-amz-")]
    if any(name.lower() not in names for name in stored):
        return False
    headers = "".join(f"{name}:{handler.headers[name].strip()}\n" for name in names)
    request = "\n".join([handler.command, url.path, canonical, headers, ";".join(names), "UNSIGNED-PAYLOAD"])
    scope = given["X-Amz-Credential"].split("/", 1)[1]
    text = "\n".join(["AWS4-HMAC-SHA256", given["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest() == given["X-Amz-Signature"]


class Proxy(BaseHTTPRequestHandler):
    """Passes requests on, and calls `stop` instead of passing on the one with number `stop_at`."""

    protocol_version = "HTTP/1.1"

    def handle_any(self):
        server = self.server
        with server.lock:
            server.count += 1
            if server.stop_at is not None and server.count >= server.stop_at:
                server.stop()
                self.close_connection = True
                return
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # The client was killed: a service stores no part of an object.
            self.close_connection = True
            return
        if server.once and self.command == server.once[0] and server.once[1] in self.path:
            (_, _, act), server.once = server.once, None
            act()
        if server.fail_every and server.count % server.fail_every == 0:
            return self.refuse(503, "SlowDown")
        if not is_signed(self, server.secret):
            return self.refuse(403, "SignatureDoesNotMatch")
        upstream = http.client.HTTPConnection("127.0.0.1", server.upstream, timeout=60)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "connection":
                upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        data = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("content-length") if self.command == "HEAD" else None
        self.send_header("content-length", length or str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            pass
        upstream.close()

    def refuse(self, status: int, code: str):
        data = f"<Error><Code>{code}</Code><Message>The proxy of the test says so.</Message></Error>".encode()
        self.send_response_only(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

    def log_message(self, *_):
        pass


class ProxyServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that was killed leaves its connection open; that is no error."""


class BucketAdapter(Adapter):
    """A bucket behind the proxy."""

    key, secret = "S3RVER", "S3RVER"

    def start(self):
        upstream = free_port()
        self.process = self.serve(upstream)
        wait_for(upstream)
        self.proxy = ProxyServer(("127.0.0.1", 0), Proxy)
        self.proxy.upstream, self.proxy.secret = upstream, self.secret
        self.proxy.count, self.proxy.stop_at, self.proxy.fail_every, self.proxy.once = 0, None, None, None
        self.proxy.lock = threading.Lock()
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        self.client = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{upstream}", aws_access_key_id=self.key,
            aws_secret_access_key=self.secret, region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required",
                          response_checksum_validation="when_required"))
        self.prepare()

    def prepare(self):
        self.client.create_bucket(Bucket=BUCKET)

    def stop(self):
        self.proxy.shutdown()
        kill(self.process)

    def settings(self):
        return (f'{{ kind: s3, bucket: {BUCKET}, prefix: the/paper, '
                f'endpoint: "http://127.0.0.1:{self.proxy.server_port}" }}')

    def env(self):
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, "AWS_REGION": "us-east-1"}

    def wrong_env(self):
        secret = "not-the-secret-of-this-bucket"
        return {**self.env(), "AWS_SECRET_ACCESS_KEY": secret}, secret

    def object(self, path):
        return self.client.get_object(Bucket=BUCKET, Key=f"the/paper/{path}")

    def locks(self, site):
        """Another's lock is neither ignored nor removed, also where the service knows no conditional writes."""
        lock = f"the/paper/{RECORDS}deploy.lock"
        owner = {"name": "another desk", "machine": "0", "process": 1}
        held = json.dumps({"owner": owner, "at": int(time.time()) - 60}).encode()
        self.client.put_object(Bucket=BUCKET, Key=lock, Body=held)
        site.write(20, "While another deploys.")
        said = site.refused()
        assert "another desk" in said and "seconds ago" in said, said
        assert self.client.get_object(Bucket=BUCKET, Key=lock)["Body"].read() == held
        assert site.deploy("--steal-lock")["sent"] > 0

        # Somebody takes the lock while files are sent.
        def stolen():
            self.client.put_object(Bucket=BUCKET, Key=lock, Body=held)

        site.write(20, "While another takes the lock.")
        self.proxy.once = ("PUT", "story-20/index.html", stolen)
        said = site.refused()
        assert "lock" in said, said
        assert self.client.get_object(Bucket=BUCKET, Key=lock)["Body"].read() == held
        self.client.delete_object(Bucket=BUCKET, Key=lock)
        site.deploy()

    def forget(self):
        """Removes the record of deployments."""
        self.client.delete_object(Bucket=BUCKET, Key=f"the/paper/{RECORDS}deploy.json.gz")

    def own_scenarios(self, site, foreign):
        page, asset = self.object("index.html"), self.object(next(p for p in site.public() if p.endswith(".css")))
        assert page["ContentType"] == "text/html; charset=utf-8" and "must-revalidate" in page["CacheControl"], page
        assert "immutable" in asset["CacheControl"] and asset["ContentType"] == "text/css; charset=utf-8", asset
        assert self.object("feed.xml")["ContentType"] == "application/rss+xml; charset=utf-8"

        (site.folder / "static").mkdir(exist_ok=True)
        large = random.Random(1).randbytes(70_000_000)
        (site.folder / "static/large.bin").write_bytes(large)
        (site.folder / "static/a b+c&d (é).txt").write_text("odd")
        assert site.deploy()["sent"] == 2
        assert self.object("large.bin")["Body"].read() == large
        assert self.object("a b+c&d (é).txt")["Body"].read() == b"odd"

        self.forget()
        again = site.deploy()
        assert again["sent"] == 0 and again["requests"] < 16, again

        self.locks(site)

        with self.proxy.lock:
            self.proxy.fail_every = 7
        site.colour(200)
        assert site.deploy()["sent"] > ARTICLES
        with self.proxy.lock:
            self.proxy.fail_every = None

        file = site.folder / "site.yaml"
        file.write_text(file.read_text().replace("kind: s3,", "kind: s3, gzip: true,"))
        assert site.deploy()["sent"] > ARTICLES
        page = self.object("index.html")
        assert page["ContentEncoding"] == "gzip"
        assert gzip.decompress(page["Body"].read()) == site.public()["index.html"]
        self.forget()
        assert site.deploy()["sent"] == 0
        return "headers, parts, odd names, a lost record, a service that fails now and then, compressed texts"

    def objects(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="the/paper/")
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def files(self):
        found = {key.removeprefix("the/paper/"): key for key in self.objects()}
        return {path: self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
                for path, key in found.items() if not path.startswith(RECORDS)}

    def put(self, path, data):
        self.client.put_object(Bucket=BUCKET, Key=f"the/paper/{path}", Body=data)

    def run_and_kill(self, command, env, rng: random.Random, seconds):
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        with self.proxy.lock:
            self.proxy.stop = lambda: kill(process)
            self.proxy.stop_at = self.proxy.count + rng.randint(2, 60)
        process.wait()
        with self.proxy.lock:
            self.proxy.stop_at = None


class S3Adapter(BucketAdapter):
    """s3rver, without versions."""

    name = "s3"

    def serve(self, port):
        program = TOOLS / "node_modules/.bin/s3rver"
        return subprocess.Popen([program, "--address", "127.0.0.1", "--port", str(port), "--silent", "--directory",
                                 self.folder / "bucket"], start_new_session=True)


class VersionsAdapter(BucketAdapter):
    """moto, with versions."""

    name = "s3-versions"
    rolls_back = True

    def serve(self, port):
        return subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def prepare(self):
        super().prepare()
        self.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
