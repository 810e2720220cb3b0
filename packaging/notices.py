"""Writes THIRD-PARTY.txt: the licences of the crates in the program, which most of them ask to be published with it."""

from pathlib import Path

import crates
from project import package
from targets import Target

RULE = "-" * 80


def write(target: Target, path: Path) -> Path:
    """Each different text once, under the names of the crates that have it. A crate without a text has its SPDX name."""
    owners: dict[str, list[str]] = {}
    without = []
    for crate in crates.linked(target):
        name = f"{crate['name']} {crate['version']}"
        files = crates.licence_files(crate)
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
            owners.setdefault(text, []).append(name)
        if not files:
            without.append(f"{name}: {crate['license']}, {', '.join(crate['authors']) or crate['repository']}")
    parts = [f"Handbill {package()['version']} contains the crates below, under these licences."]
    parts += [f"{RULE}\n{', '.join(names)}\n{RULE}\n\n{text}" for text, names in owners.items()]
    parts += [f"{RULE}\nCrates that name a licence and have no text of it\n{RULE}\n\n" + "\n".join(without)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")
    return path
