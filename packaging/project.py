"""What every part of packaging/ needs: the project's folder and metadata, its own tools, and how commands are run."""

import os
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "packaging"
WORK = ROOT / "target" / "packaging"
LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"]


@cache
def package() -> dict:
    """The table `package` of Cargo.toml."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]


def version() -> str:
    return package()["version"]


def run(*command, expect: int = 0, **options) -> subprocess.CompletedProcess:
    """Prints a command and runs it; another exit code than the expected one ends all."""
    words = [str(word) for word in command]
    print("$ " + " ".join(words), file=sys.stderr, flush=True)
    # On Windows, npm is a script that only its full name finds.
    path = options.get("env", os.environ).get("PATH")
    words[0] = shutil.which(words[0], path=path) or words[0]
    done = subprocess.run(words, **options)
    if done.returncode != expect:
        raise SystemExit(f"`{command[0]}` ended with {done.returncode}\n{done.stdout or ''}{done.stderr or ''}")
    return done


def scripts(venv: Path) -> Path:
    """The folder of a virtual environment's commands."""
    return venv / ("Scripts" if os.name == "nt" else "bin")


def make_venv(venv: Path) -> Path:
    """Makes a virtual environment and returns its Python."""
    run(sys.executable, "-m", "venv", venv)
    return scripts(venv) / ("python.exe" if os.name == "nt" else "python")


def tools() -> dict[str, str]:
    """Installs packaging/tools.txt below target/, if it is not, and returns an environment whose PATH begins there."""
    venv = ROOT / "target" / "tools" / "packaging"
    wanted, installed = HERE / "tools.txt", venv / "tools.txt"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        shutil.rmtree(venv, ignore_errors=True)
        python = make_venv(venv)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted)
        shutil.copy(wanted, installed)
    return {**os.environ, "PATH": f"{scripts(venv)}{os.pathsep}{os.environ['PATH']}"}


def fresh(folder: Path) -> Path:
    """A folder that is there and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
