"""One digest of all that a program makes of the sample site, the same on every system.

    python packaging/sample.py HANDBILL             fails if it is not that of packaging/sample-site.sha256
    python packaging/sample.py HANDBILL --write     records it: after a change of texts, themes or output

The file has the SHA-256 of a list with a line for each file of the output, in the form of `sha256sum`.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from project import HERE, ROOT, run

RECORD = HERE / "sample-site.sha256"
# The site as of this day and its zone, as in tests/run.
DAY = "2026-11-24"


def digest(program: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "public")
        # A program that wrote with the zone or the language of its machine would differ here.
        environment = {**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C"}
        command = [program.resolve(), "build", "--root", ROOT, "--output", output, "--as-of", DAY, "--force", "--quiet"]
        run(*command, env=environment)
        files = sorted((file.relative_to(output).as_posix(), file) for file in output.rglob("*") if file.is_file())
        if not files:
            raise SystemExit("the sample site is empty")
        lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n" for name, file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check(program: Path):
    expected, found = RECORD.read_text(encoding="utf-8").strip(), digest(program)
    if found != expected:
        raise SystemExit(
            f"the sample site has the digest {found}, and {RECORD.name} has {expected}\n"
            "If the output was meant to change: python packaging/sample.py target/debug/handbill --write"
        )
    print(f"the sample site is as recorded: {found}")


def main():
    program = Path(sys.argv[1])
    if sys.argv[2:] == ["--write"]:
        RECORD.write_text(digest(program) + "\n", encoding="utf-8", newline="\n")
    else:
        check(program)


if __name__ == "__main__":
    main()
