"""Installs each package in an empty folder, as its users do, and makes a site with it.

The packages come from files: nothing is asked of a registry. The seconds are those of this machine, with nothing to
download.
"""

import tarfile
import tempfile
import zipfile
from pathlib import Path
from time import monotonic

from project import make_venv, run, scripts, version


def try_wheel(wheel: Path):
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder, "venv")
        python = make_venv(venv)
        began = monotonic()
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", wheel)
        installed = monotonic()
        make_a_site([scripts(venv) / "handbill"], Path(folder))
        report("pip install", began, installed)


def try_npm(launcher: Path, platform: Path):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "package.json").write_text('{ "private": true }\n', encoding="utf-8")
        began = monotonic()
        # Without the registry, the packages of other systems cannot be had, which are left out anyway.
        run("npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            launcher, platform, cwd=folder)
        installed = monotonic()
        make_a_site(["npx", "--no-install", "handbill"], Path(folder))
        report("npm install", began, installed)


def try_archive(archive: Path):
    with tempfile.TemporaryDirectory() as folder:
        began = monotonic()
        if archive.suffix == ".zip":
            zipfile.ZipFile(archive).extractall(folder)
        else:
            with tarfile.open(archive) as file:
                file.extractall(folder)
        installed = monotonic()
        (program,) = Path(folder).glob("*/handbill*")
        make_a_site([program], Path(folder))
        report("unpacking", began, installed)


def make_a_site(handbill: list, folder: Path):
    """`init`, `build` and `check`, with the command words that start the program."""
    done = run(*handbill, "--version", cwd=folder, capture_output=True, text=True)
    if done.stdout.split() != ["handbill", version()]:
        raise SystemExit(f"the package has another version than {version()}: {done.stdout}")
    site = folder / "my-paper"
    run(*handbill, "init", site, "--quiet", cwd=folder)
    for command in ["build", "check"]:
        run(*handbill, command, "--root", site, "--strict", "--quiet", cwd=folder)
    if not (site / "public" / "index.html").is_file():
        raise SystemExit("the new site has no front page")
    # What scripts rely on: an error of the site gives 1 and is reported, through any launcher.
    (site / "site.yaml").write_text("titel: The Paper\n", encoding="utf-8")
    done = run(*handbill, "check", "--root", site, cwd=folder, expect=1, capture_output=True, text=True)
    if "unknown key `titel`" not in done.stderr:
        raise SystemExit(f"the error of a site is not reported: {done.stderr}")


def report(what: str, began: float, installed: float):
    print(f"{what}: {installed - began:.1f} s; with a new site built and checked: {monotonic() - began:.1f} s")
