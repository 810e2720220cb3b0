"""Runs the shell steps of the workflows that `handbill host add` writes, with the packages that packaging/build makes.

    python tests/tools/deploy/workflows.py HANDBILL PACKAGES OUT

A workflow of each system of continuous integration publishes a new site: to a bucket, by rsync, into a branch, and for
the Pages of GitHub and GitLab as far as the finished folder. The workflows of all hosts are left in OUT, for linters.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))

import git as git_targets
import s3 as s3_targets
import ssh as ssh_targets
from scenarios import same, tree

REQUIRED = {"netlify": ["site=paper"], "cloudflare": ["project=paper"], "s3": ["bucket=paper"],
            "rsync": ["host=paper@example.org", "path=/srv/paper"], "git": ["remote=origin"],
            "sftp": ["host=paper@example.org", "path=/srv/paper"], "vercel": [], "azure": [], "github-pages": []}


def given(adapter):
    """The settings of a target as arguments of `--set`."""
    text = lambda value: str(value).lower() if isinstance(value, bool) else str(value)
    return [f"{key}={text(value)}" for key, value in yaml.safe_load(adapter.settings()).items() if key != "kind"]


def add(handbill, folder: Path, kind: str, settings, ci=None):
    more = [argument for setting in settings for argument in ("--set", setting)] + (["--ci", ci] if ci else [])
    subprocess.run([handbill, "init", folder, "--quiet", "--host", kind, *more], check=True, stdout=subprocess.DEVNULL)
    file = folder / "site.yaml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join("base_url: https://paper.example/" if line.startswith("base_url:") else line
                              for line in lines) + "\n")


def steps(folder: Path):
    """The shell steps of a workflow with their environments, as the system would run them."""
    for path in (".github/workflows/publish.yml", ".forgejo/workflows/publish.yml"):
        if (folder / path).exists():
            job = yaml.safe_load((folder / path).read_text())["jobs"]["publish"]
            return [(step["run"], step.get("env", {})) for step in job["steps"] if "run" in step]
    job = yaml.safe_load((folder / ".gitlab-ci.yml").read_text())
    job = job.get("publish") or job["pages"]
    return [("\n".join([*job["before_script"], *job["script"]]), {})]


def run_steps(folder: Path, home: Path, secrets: dict, packages: Path):
    """Runs them with what the system replaces: secrets, variables, and a few commands of its images."""
    shims = home / "shims"
    shims.mkdir(parents=True)
    npm = "/usr/bin/env npm"
    for name, text in {
        "pipx": f'shift; exec "{sys.executable}" -m pip install --quiet --no-index --prefix "$HOME/.local" "$@"',
        "apt-get": "exit 0",
        "npm": f'exec "{shutil.which("npm") or npm}" --prefix "$HOME/.local" --offline --no-audit --no-fund '
               '--ignore-scripts --loglevel=error "$@"',
    }.items():
        (shims / name).write_text(f"#!/bin/sh\n{text}\n")
        (shims / name).chmod(0o755)
    wheel = next(packages.glob("*.whl"))
    tarballs = " ".join(str(file) for file in sorted(packages.glob("*.tgz")))
    env = {**os.environ, "HOME": str(home), "PATH": f"{home}/.local/bin:{shims}:{os.environ['PATH']}", **secrets}
    values = {**secrets, "HANDBILL_PACKAGE": str(wheel)}
    env["HANDBILL_PACKAGE"] = tarballs if (folder / ".gitlab-ci.yml").exists() else str(wheel)
    if (folder / ".forgejo").exists():
        values["HANDBILL_PACKAGE"] = tarballs
    for command, given in steps(folder):
        variables = {name: values.get(text.split(".")[-1].rstrip(" }"), "") for name, text in given.items()}
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", command], cwd=folder, text=True,
                              env={**env, **variables}, capture_output=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def published(name, handbill, packages, scratch: Path, kind, ci, adapter, settings, secrets):
    folder, home = scratch / name, scratch / f"{name}-home"
    add(handbill, folder, kind, settings, ci)
    run_steps(folder, home, secrets(home) if callable(secrets) else secrets, packages)
    if adapter:
        same(adapter.files(), tree(folder / "public"))
    assert (folder / "public/index.html").exists()
    print(f"  ok: {name}", flush=True)


def main():
    handbill, packages, out = (Path(argument).resolve() for argument in sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    passed = 0
    for kind, settings in REQUIRED.items():
        for ci in ("github", "gitlab", "forgejo"):
            folder = Path(tempfile.mkdtemp()) / "paper"
            add(handbill, folder, kind, settings, ci)
            file = next(file for file in [*folder.glob(".*/workflows/*.yml"), folder / ".gitlab-ci.yml"] if file.exists())
            shutil.copy(file, out / f"{ci}-{kind}.yml")
            shutil.rmtree(folder.parent)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for name in ("bucket", "server", "branch"):
            (scratch / name).mkdir()
        bucket = s3_targets.S3Adapter(scratch / "bucket")
        server = ssh_targets.RsyncAdapter(scratch / "server")
        branch = git_targets.GitAdapter(scratch / "branch")
        for adapter in (bucket, server, branch):
            adapter.start()
        try:
            published("GitHub-to-a-bucket", handbill, packages, scratch, "s3", "github", bucket,
                      given(bucket), bucket.env())

            def keys(home):
                ssh = f'ssh -F none -i {home}/.ssh/id_ed25519 -o UserKnownHostsFile="{home}/.ssh/known_hosts"'
                return {"DEPLOY_KEY": (server.folder / "user_key").read_text(), "HANDBILL_SSH": ssh,
                        "DEPLOY_KNOWN_HOSTS": (server.folder / "known_hosts").read_text()}

            published("GitLab-to-a-server", handbill, packages, scratch, "rsync", "gitlab", server,
                      given(server), keys)
            published("Forgejo-to-a-branch", handbill, packages, scratch, "git", "forgejo", branch,
                      given(branch), branch.env())
            published("GitHub-Pages", handbill, packages, scratch, "github-pages", "github", None, [], {})
            published("GitLab-Pages", handbill, packages, scratch, "gitlab-pages", "gitlab", None, [], {})
            passed = 5
        finally:
            for adapter in (bucket, server, branch):
                adapter.stop()
    print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    main()
