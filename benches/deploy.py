"""Times deployments of a large site into a bucket on this machine, beside `aws s3 sync` and `rclone sync`.

    python benches/deploy.py HANDBILL SITE

SITE is a folder of `benches/sample_site.py`, for example with 10,000 articles. It needs boto3, moto and awscli (PyPI), and
rclone (Debian). All programs send the same folder to the same server, each into a bucket of
its own: everything; nothing, from a fresh checkout; and what one edited article changes. The seconds of Handbill are
those of `handbill deploy`, with its check and its build; what a build alone takes is printed before it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/tools/deploy"))

import s3 as buckets


class Counting(buckets.Proxy):
    """Passes requests on, and counts them and the bytes of their bodies."""

    def handle_any(self):
        self.server.sent += int(self.headers.get("content-length") or 0)
        super().handle_any()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any


class Bucket(buckets.VersionsAdapter):
    """moto, without versions: s3rver does not list more than a thousand objects."""

    prepare = buckets.BucketAdapter.prepare


def main():
    handbill, site = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
    buckets.is_signed = lambda handler, secret: True  # the other programs sign in headers
    with tempfile.TemporaryDirectory(dir="/dev/shm") as scratch:
        scratch = Path(scratch)
        adapter = Bucket(scratch)
        adapter.start()
        adapter.proxy.RequestHandlerClass = Counting
        adapter.proxy.sent = 0
        try:
            measure(handbill, Path(site), scratch, adapter)
        finally:
            adapter.stop()


def measure(handbill, original, scratch, adapter):
    endpoint = f"http://127.0.0.1:{adapter.proxy.server_port}"
    env = {**{name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}, **adapter.env(),
           "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
           "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required"}
    for name in ("handbill", "aws", "rclone"):
        adapter.client.create_bucket(Bucket=name)
    remote = ":s3,provider=Other,env_auth=true,endpoint='" + endpoint + "',force_path_style=true:rclone"
    aws = Path(sys.executable).parent / "aws"

    def checkout(number):
        folder = scratch / f"checkout-{number}"
        shutil.copytree(original, folder, ignore=shutil.ignore_patterns("public", ".handbill", ".public*"),
                        copy_function=shutil.copyfile)
        file = folder / "site.yaml"
        text = re.sub(r"^(publish|base_url):.*\n", "", file.read_text(), flags=re.M)
        target = f'{{ kind: s3, bucket: handbill, endpoint: "{endpoint}" }}'
        file.write_text(f"{text}base_url: https://paper.example/\npublish: {{ live: {target} }}\n")
        return folder

    def timed(label, name, command):
        with adapter.proxy.lock:
            adapter.proxy.count = adapter.proxy.sent = 0
        began = time.monotonic()
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        seconds = time.monotonic() - began
        assert done.returncode == 0, f"{done.returncode} {command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        print(f"{label:<34} {name:<9} {seconds:>8.1f} s {adapter.proxy.count:>7} requests "
              f"{adapter.proxy.sent / 1e6:>8.1f} MB", flush=True)

    folder = None
    for number, label in enumerate(["first", "unchanged, from a fresh checkout", "one article edited"]):
        if number < 2:
            shutil.rmtree(folder, ignore_errors=True) if folder else None
            folder = checkout(number)
        else:
            article = sorted((folder / "content/articles").rglob("*.md"))[-1]
            article.write_text(article.read_text() + "\nOne more sentence.\n")
        timed(label, "build", [handbill, "build", "--root", str(folder), "--quiet"])
        timed(label, "handbill", [handbill, "deploy", "--root", str(folder), "--quiet"])
        public = str(folder / "public")
        timed(label, "aws", [aws, "s3", "sync", public, "s3://aws", "--delete", "--endpoint-url", endpoint,
                              "--only-show-errors"])
        timed(label, "rclone", ["rclone", "sync", public, remote, "--transfers", "16", "--checkers", "16", "--quiet"])


if __name__ == "__main__":
    main()
