"""Compiles the program and makes the wheel with it, in one call of maturin: `pip install handbill`, `uvx handbill`."""

import os
import shutil
import zipfile
from pathlib import Path

from project import HERE, LICENCES, ROOT, WORK, fresh, run, tools
from targets import GLIBC, Target


def make(target: Target, profile: str, notices: Path, sbom: Path, out: Path) -> Path:
    """Returns the wheel for this machine, compiled with a profile of Cargo.toml.

    On Linux, zig links the program against the glibc of `GLIBC`, and maturin refuses one that asks for a newer. Only
    the profile `dev` is compiled and linked as `cargo build` does it, so that what is in target/debug is used again.
    """
    stage = fresh(WORK / "wheel")
    for file in [HERE / "pypi" / "pyproject.toml", *(ROOT / name for name in LICENCES), notices]:
        shutil.copy(file, stage)
    wheels = fresh(WORK / "wheels")
    command = ["maturin", "build", "--profile", profile, "--sbom-include", sbom, "--out", wheels]
    environment = tools()
    if profile == "dev":
        command += ["--strip", "false", "--compatibility", "linux"]
    elif target.linux:
        command += ["--target", target.triple, "--zig", "--compatibility", f"manylinux_{GLIBC[0]}_{GLIBC[1]}"]
    elif target.windows:
        # No program has to be installed before this one: the C runtime is linked into it.
        environment["RUSTFLAGS"] = "-C target-feature=+crt-static"
    run(*command, cwd=stage, env=environment)
    (wheel,) = wheels.glob("*.whl")
    return Path(shutil.copy(wheel, out))


def program_of(wheel: Path, target: Target, folder: Path) -> Path:
    """Unpacks the program of a wheel, which all other packages contain too."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / target.program
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(f".data/scripts/{target.program}")]
        program.write_bytes(archive.read(name))
    os.chmod(program, 0o755)
    return program
