"""Writes the software bill of materials of the program: CycloneDX 1.5 in JSON.

The same Cargo.lock gives the same bytes on any machine: there is no time, no random number and no folder in it.
"""

import json
import tomllib
from pathlib import Path

import crates
from project import ROOT, package, version
from targets import Target


def write(target: Target, path: Path) -> Path:
    checksums = {
        (entry["name"], entry["version"]): entry.get("checksum")
        for entry in tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": component("application", "handbill", version(), package()["license"]),
            "properties": [{"name": "target", "value": target.triple}],
        },
        "components": [
            component("library", crate["name"], crate["version"], crate["license"], checksums)
            for crate in crates.linked(target)
        ],
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8", newline="\n")
    return path


def component(kind: str, name: str, version: str, licence: str, checksums=None) -> dict:
    purl = f"pkg:cargo/{name}@{version}"
    described = {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        # `/` is what `OR` was once written as.
        "licenses": [{"expression": licence.replace("/", " OR ")}],
    }
    if checksums and (checksum := checksums.get((name, version))):
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return described
