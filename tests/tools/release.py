"""Tries the steps of a release that are not those of one system, with packages that are empty files.

    python tests/tools/release.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from project import version  # noqa: E402
from targets import TARGETS  # noqa: E402


def release(*arguments, expect: int) -> str:
    command = [sys.executable, str(ROOT / "packaging" / "release.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == expect, f"{arguments} ended with {done.returncode}:\n{output}"
    return output


def packages(folder: Path):
    """What the jobs of all systems leave behind."""
    for target in TARGETS:
        job = folder / f"packages-{target.triple}"
        job.mkdir(parents=True)
        suffix = "zip" if target.windows else "tar.gz"
        for name in [
            f"handbill-{version()}-py3-none-{target.os}_{target.cpu}.whl",
            f"handbill-{version()}.tgz",
            f"{target.npm}-{version()}.tgz",
            f"handbill-{version()}-{target.triple}.{suffix}",
            f"handbill-{version()}-{target.triple}.cdx.json",
        ]:
            (job / name).write_text(name, encoding="utf-8")


def packages_of_all_systems_are_collected(folder: Path):
    packages(folder / "jobs")
    release("collect", folder / "jobs", folder / "out", expect=0)
    collected = sorted(file.name for file in (folder / "out").iterdir() if file.name != "SHA256SUMS")
    assert len(collected) == 4 * len(TARGETS) + 1, collected
    sums = (folder / "out" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert [line.split("  ")[1] for line in sums] == collected, sums


def missing_package_ends_the_release(folder: Path):
    packages(folder / "jobs")
    (folder / "jobs" / f"packages-{TARGETS[-1].triple}" / f"{TARGETS[-1].npm}-{version()}.tgz").unlink()
    assert TARGETS[-1].npm in release("collect", folder / "jobs", folder / "out", expect=1)


def tag_of_another_version_is_refused(_: Path):
    assert "the tag is v99.0.0" in release("check", "--tag", "v99.0.0", expect=1)


def changes_of_the_version_are_found(_: Path):
    lines = release("changes", expect=0).splitlines()
    assert lines and not any(line.startswith("## ") for line in lines), lines


CHECKS = [
    packages_of_all_systems_are_collected,
    missing_package_ends_the_release,
    tag_of_another_version_is_refused,
    changes_of_the_version_are_found,
]


def main() -> int:
    failed = 0
    for check in CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(Path(folder))
            except AssertionError as error:
                failed += 1
                print(f"FAILED {check.__name__}: {error}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
