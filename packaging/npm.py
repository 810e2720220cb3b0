"""Makes the npm packages: `npx handbill build`.

`handbill` is a launcher (npm/handbill.js) with one optional dependency for each system. npm installs the one whose
`os`, `cpu` and `libc` fit, so that no script has to download anything.
"""

import json
import shutil
import subprocess
from pathlib import Path

from project import HERE, LICENCES, ROOT, WORK, fresh, package, run, version
from targets import TARGETS, Target


def launcher(out: Path) -> Path:
    """The package `handbill`, the same for every system."""
    stage = fresh(WORK / "npm" / "handbill")
    for file in ["handbill.js", "README.md"]:
        shutil.copy(HERE / "npm" / file, stage)
    return pack(stage, out, {
        "name": "handbill",
        "description": package()["description"],
        "keywords": package()["keywords"],
        "bin": {"handbill": "handbill.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {target.npm: version() for target in TARGETS},
    })


def platform(target: Target, program: Path, notices: Path, out: Path) -> Path:
    """The package with the program of one system."""
    stage = fresh(WORK / "npm" / target.npm)
    shutil.copy2(program, stage)
    shutil.copy(notices, stage)
    (stage / "README.md").write_text(
        f"# {target.npm}\n\nThe program of [handbill](https://www.npmjs.com/package/handbill) for {target.triple}. "
        "Install `handbill`, which depends on this package.\n",
        encoding="utf-8",
    )
    manifest = {
        "name": target.npm,
        "description": f"The program of handbill for {target.triple}",
        "preferUnplugged": True,
        "os": [target.os],
        "cpu": [target.cpu],
    }
    if target.linux:
        manifest["libc"] = ["glibc"]
    return pack(stage, out, manifest)


def pack(stage: Path, out: Path, manifest: dict) -> Path:
    """Adds what all packages have, and makes the tarball."""
    for name in LICENCES:
        shutil.copy(ROOT / name, stage)
    manifest = {
        **manifest,
        "version": version(),
        "license": package()["license"],
        "files": sorted(file.name for file in stage.iterdir() if file.name != "README.md"),
    }
    # Of a package with provenance, npm asks for the repository, and compares it with the one that built it.
    if repository := package().get("repository"):
        manifest["repository"] = {"type": "git", "url": f"git+{repository}.git"}
    (stage / "package.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    run("npm", "pack", "--silent", "--pack-destination", out, cwd=stage, stdout=subprocess.DEVNULL)
    return out / f"{manifest['name']}-{version()}.tgz"
