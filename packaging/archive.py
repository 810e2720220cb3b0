"""Makes the archive: the program with its documents in one folder, to be unpacked anywhere. cargo-binstall reads it too.

Two archives of the same files have the same bytes: names are sorted, owners and times fixed.
"""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

from project import LICENCES, ROOT, version
from targets import Target

# 1 January 1980, the first day that a zip can name.
TIME = 315532800
DOCUMENTS = ["README.md", "CHANGELOG.md", *LICENCES]


def make(target: Target, program: Path, notices: Path, out: Path) -> Path:
    """Returns `handbill-VERSION-TRIPLE.tar.gz`, or `.zip` for Windows. Cargo.toml tells cargo-binstall the same names."""
    folder = f"handbill-{version()}-{target.triple}"
    files = [program, *(ROOT / name for name in DOCUMENTS), notices]
    members = {f"{folder}/{file.name}": file.read_bytes() for file in files}
    executable = f"{folder}/{target.program}"
    if target.windows:
        archive = out / f"{folder}.zip"
        write_zip(archive, members)
    else:
        archive = out / f"{folder}.tar.gz"
        write_tar(archive, members, executable)
    return archive


def write_zip(archive: Path, members: dict[str, bytes]):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in sorted(members.items()):
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def write_tar(archive: Path, members: dict[str, bytes], executable: str):
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=TIME) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as file,
    ):
        for name, data in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), TIME
            member.mode = 0o755 if name == executable else 0o644
            file.addfile(member, io.BytesIO(data))
