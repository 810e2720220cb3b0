"""The systems that Handbill is packaged for. One more is a row here, and a package name that must be free on npm.

    python packaging/targets.py          the rows as a matrix for the release workflow
"""

import json
import platform
from dataclasses import dataclass

# The oldest glibc that programs for Linux may ask for: that of manylinux2014, of CentOS 7 and all that came after.
GLIBC = (2, 17)


@dataclass(frozen=True)
class Target:
    """A system, as each registry names it."""

    triple: str  # as Rust, and so cargo-binstall and the archives, name it
    npm: str  # the npm package with this system's program
    os: str  # `process.platform` of Node
    cpu: str  # `process.arch` of Node
    runner: str  # the machine of GitHub that builds it, which is of the same kind, so that it can run what it built

    @property
    def windows(self) -> bool:
        return self.os == "win32"

    @property
    def linux(self) -> bool:
        return self.os == "linux"

    @property
    def program(self) -> str:
        return "handbill.exe" if self.windows else "handbill"


TARGETS = [
    Target("x86_64-unknown-linux-gnu", "handbill-linux-x64", "linux", "x64", "ubuntu-24.04"),
    Target("aarch64-unknown-linux-gnu", "handbill-linux-arm64", "linux", "arm64", "ubuntu-24.04-arm"),
    Target("x86_64-apple-darwin", "handbill-darwin-x64", "darwin", "x64", "macos-15-intel"),
    Target("aarch64-apple-darwin", "handbill-darwin-arm64", "darwin", "arm64", "macos-15"),
    Target("x86_64-pc-windows-msvc", "handbill-win32-x64", "win32", "x64", "windows-2025"),
    Target("aarch64-pc-windows-msvc", "handbill-win32-arm64", "win32", "arm64", "windows-11-arm"),
]


def here() -> Target:
    """The target of this machine."""
    system = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}.get(platform.system())
    cpu = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    for target in TARGETS:
        if (target.os, target.cpu) == (system, cpu):
            return target
    raise SystemExit(f"there is no package for {platform.system()} on {platform.machine()}: packaging/targets.py")


if __name__ == "__main__":
    rows = [{"target": target.triple, "runner": target.runner} for target in TARGETS]
    print("matrix=" + json.dumps({"include": rows}))
