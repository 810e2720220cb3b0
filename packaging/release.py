"""The steps of a release that are not those of one system; .github/workflows/release.yml calls them.

    python packaging/release.py check --tag TAG           may it be published under this tag?
    python packaging/release.py collect FOLDERS OUT       the packages of all systems in one folder, with SHA256SUMS
    python packaging/release.py npm FOLDER [--dry-run]    publishes the npm packages, or asks npm whether it could
    python packaging/release.py crates                    publishes the crate
    python packaging/release.py changes                   what CHANGELOG.md says of this version
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from project import HERE, ROOT, fresh, package, run, version
from targets import TARGETS

CHANGELOG = ROOT / "CHANGELOG.md"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("check").add_argument("--tag", required=True)
    step = steps.add_parser("collect")
    step.add_argument("folders", type=Path)
    step.add_argument("out", type=Path)
    step = steps.add_parser("npm")
    step.add_argument("folder", type=Path)
    step.add_argument("--dry-run", action="store_true")
    steps.add_parser("crates")
    steps.add_parser("changes")
    options = parser.parse_args()
    match options.step:
        case "check":
            check(options.tag)
        case "collect":
            collect(options.folders, options.out)
        case "npm":
            publish_to_npm(options.folder, options.dry_run)
        case "crates":
            publish_to_crates()
        case "changes":
            print(changes())


# ---------------------------------------------------------------------------------------------------------- check


def check(tag: str):
    faults = [*not_ready(tag)]
    for fault in faults:
        print(f"FAILED {fault}")
    if faults:
        raise SystemExit(1)
    print(f"all is of version {version()}")


def not_ready(tag: str):
    if tag != f"v{version()}":
        yield f"the tag is {tag}, and the version in Cargo.toml is {version()}"
    if "repository" not in package():
        yield "Cargo.toml has no `repository`, by which cargo-binstall finds the archives and npm checks the provenance"
    heading = changelog_heading()
    if not re.search(r"\d{4}-\d{2}-\d{2}", heading):
        yield f"the heading `{heading}` of CHANGELOG.md has no date"


def changelog_heading() -> str:
    found = re.search(rf"^## {re.escape(version())}\b.*$", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    return found.group() if found else f"## {version()} (missing)"


def changes() -> str:
    text = CHANGELOG.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(version())}\b.*\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    if not found:
        raise SystemExit(f"CHANGELOG.md has no section for {version()}")
    return found.group(1).strip()


# -------------------------------------------------------------------------------------------------------- collect


def collect(folders: Path, out: Path):
    """Takes the packages from a folder for each system; one that lacks a package ends the release.

    The npm launcher is the same for all systems, and is taken from the first.
    """
    out = fresh(out.resolve())
    for target in TARGETS:
        folder = folders / f"packages-{target.triple}"
        patterns = ["*.whl", f"{target.npm}-{version()}.tgz", f"handbill-{version()}-{target.triple}.[tz]*", "*.cdx.json"]
        if target is TARGETS[0]:
            patterns.append(f"handbill-{version()}.tgz")
        for pattern in patterns:
            found = list(folder.glob(pattern))
            if len(found) != 1:
                raise SystemExit(f"{folder} has {len(found)} files `{pattern}`, which should be one")
            if (out / found[0].name).exists():
                raise SystemExit(f"two systems have a package {found[0].name}")
            shutil.copy(found[0], out)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{len(lines)} packages in {out}")


# ----------------------------------------------------------------------------------------------------- registries
#
# What is published already is left out, so that a release that failed half-way can be run again.


def publish_to_npm(folder: Path, dry: bool):
    """Publishes the programs before the launcher that depends on them."""
    for name in [*(target.npm for target in TARGETS), "handbill"]:
        tarball = (folder / f"{name}-{version()}.tgz").resolve(strict=True)
        if dry:
            run("npm", "publish", tarball, "--access", "public", "--dry-run", "--loglevel=error")
        elif not is_on_npm(name):
            run("npm", "publish", tarball, "--access", "public", "--provenance")


def is_on_npm(name: str) -> bool:
    command = ["npm", "view", f"{name}@{version()}", "version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version()


def publish_to_crates():
    """Publishes the crate; the dry run before has compiled it."""
    if not is_on_crates():
        run("cargo", "publish", "--locked", "--no-verify", cwd=ROOT)


def is_on_crates() -> bool:
    command = ["cargo", "info", "--quiet", "--registry", "crates-io", f"handbill@{version()}"]
    with tempfile.TemporaryDirectory() as elsewhere:  # where cargo does not find this project itself
        return subprocess.run(command, cwd=elsewhere, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
