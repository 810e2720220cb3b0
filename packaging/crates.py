"""The crates that the program of one system contains, as cargo resolves them."""

import json
import subprocess
from functools import cache
from pathlib import Path

from project import ROOT, run
from targets import Target


@cache
def linked(target: Target) -> list[dict]:
    """Packages in the program of `target`, this one left out, by name and version: no tools and no tests."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target.triple]
    metadata = json.loads(run(*command, cwd=ROOT, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    found, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        if node in found or (node != root and is_macro(packages[node])):
            continue
        found.add(node)
        for dependency in nodes[node]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    found.remove(root)
    return sorted((packages[node] for node in found), key=lambda package: (package["name"], package["version"]))


def is_macro(package: dict) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def licence_files(package: dict) -> list[Path]:
    """Licences and notices in the folder of a crate."""
    folder = Path(package["manifest_path"]).parent
    words = ("licen", "copying", "notice", "copyright", "unlicense")
    named = [file for file in folder.iterdir() if file.name.lower().startswith(words)] + [*folder.glob("LICENSES/*")]
    return sorted(file for file in named if file.is_file() and file.suffix not in (".rs", ".toml"))
