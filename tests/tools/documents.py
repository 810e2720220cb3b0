"""Holds the documents to the program: nothing that it knows is missing, and nothing that they show fails.

    python tests/tools/documents.py HANDBILL

- Every key of every schema is named in the document about it.
- Every command, flag and value of the help is in docs/commands.md, each command also in the overview at its top; no
  flag besides is named in any document.
- Every example with a file's name behind its fence (```yaml site.yaml) goes into one site, which must build with no
  error and no warning.
- Every test that ARCHITECTURE.md names exists.
- Every link from one document to another leads to a file, and to a heading in it.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SCHEMAS = {
    "settings.md": ["site"],
    "authors.md": ["article", "page", "author", "topic", "series", "comments"],
    "newsletters.md": ["newsletter", "issue"],
    "theming.md": ["theme"],
}
FENCE = re.compile(r"^```(\w+) ([\w./-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IMAGE = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8'/></svg>\n"


class Handbill:
    """The program under test."""

    def __init__(self, program: str):
        self.program = str(Path(program).resolve())

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, check=check)


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def keys_are_named(handbill: Handbill):
    for name, kinds in SCHEMAS.items():
        prose = re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)
        spoken = " ".join(re.findall(r"`[^`\n]+`|^#+ .*$", prose, re.MULTILINE))
        if name == "theming.md":
            spoken = read(name)
        for kind in kinds:
            schema = json.loads(handbill.run("schema", kind).stdout)
            for key in sorted(keys(schema)):
                if not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", spoken):
                    yield f"docs/{name} does not name the key `{key}` of `{kind}`"


def keys(schema) -> set[str]:
    """The properties of a schema and of everything in it."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(keys(value) for value in schema.values()))


def helps(handbill: Handbill, command: tuple[str, ...] = ()):
    """The help of the program and of every command in it."""
    text = handbill.run(*command, "--help").stdout
    yield command, text
    commands = re.search(r"^Commands:\n((?:  .*\n)+)", text, re.MULTILINE)
    for line in commands.group(1).splitlines() if commands else []:
        name = re.match(r"  ([a-z-]+)", line)
        if name and name.group(1) != "help":
            yield from helps(handbill, (*command, name.group(1)))


def commands_are_described(handbill: Handbill):
    document = read("commands.md")
    overview = document.split("```")[1]
    flags, commands = set(), set()
    for command, text in helps(handbill):
        name = " ".join(command)
        commands |= set(command[:1])
        if len(command) == 1 and not re.search(rf"^handbill {name}\b", overview, re.MULTILINE):
            yield f"the overview of docs/commands.md does not list `{name}`"
        if command and not re.search(rf"`(handbill )?{name}\b|^## {name}$", document, re.MULTILINE):
            yield f"docs/commands.md does not describe `{name}`"
        flags |= set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))
        for values in re.findall(r"\[possible values: ([^\]]+)\]", re.sub(r"\s+", " ", text)):
            for value in values.split(", "):
                if not re.search(rf"(?<![\w-]){value}(?![\w-])", document):
                    yield f"docs/commands.md does not name the value `{value}` of `{name}`"
    for flag in sorted(flags):
        if f"`{flag}" not in document:
            yield f"docs/commands.md does not describe `{flag}`"
    call = re.compile(rf"handbill (?:{'|'.join(sorted(commands))})\b[^`\n&|]*")
    for document in DOCUMENTS:
        if document.name == "CHANGELOG.md":
            continue
        for command in call.findall(document.read_text(encoding="utf-8")):
            for flag in sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", command)) - flags):
                yield f"{document.relative_to(ROOT)} names `{flag}`, which no command has"


def examples_build(handbill: Handbill):
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        handbill.run("init", str(site), "--quiet")
        named: dict[str, str] = {}
        for document in DOCUMENTS:
            for _, name, text in FENCE.findall(document.read_text(encoding="utf-8")):
                if name in named:
                    yield f"{document.relative_to(ROOT)} shows `{name}`, which is shown before"
                named[name] = text
                (site / name).parent.mkdir(parents=True, exist_ok=True)
                (site / name).write_text(text, encoding="utf-8")
                for image in re.findall(r"/images/[\w-]+\.svg", text):
                    (site / "static/images").mkdir(parents=True, exist_ok=True)
                    (site / f"static{image}").write_text(IMAGE, encoding="utf-8")
        if not named:
            yield "no example has a file's name"
        yield from faults_of_build(handbill, site, "the examples")
        settings = (site / "site.yaml").read_text(encoding="utf-8")
        for theme in sorted(path.name for path in site.glob("themes/*")):
            other = re.sub(r"^theme: .*$", f"theme: {theme}", settings, flags=re.MULTILINE)
            (site / "site.yaml").write_text(other, encoding="utf-8")
            yield from faults_of_build(handbill, site, f"the examples with the theme `{theme}`")


def faults_of_build(handbill: Handbill, site: Path, what: str):
    build = handbill.run("build", "--root", str(site), "--strict", "--as-of", "2027-01-01", check=False)
    if build.returncode != 0:
        yield f"{what} do not build:\n{build.stderr}"


def links_lead_somewhere(_: Handbill):
    for document in DOCUMENTS:
        text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"`[^`\n]*`", "", text)
        for written in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", written):
                continue
            path, _, fragment = written.partition("#")
            target = (document.parent / path).resolve() if path else document
            if not target.exists():
                yield f"{document.relative_to(ROOT)}: `{written}` leads nowhere"
            elif fragment and fragment not in anchors(target):
                yield f"{document.relative_to(ROOT)}: `{written}` names no heading"


def anchors(document: Path) -> set[str]:
    """The ids that code forges give headings."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def invariants_have_tests(_: Handbill):
    """The tests that ARCHITECTURE.md names exist."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rust = [path for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.rs")]
    tests = set().union(*(re.findall(r"fn (\w+)", path.read_text(encoding="utf-8")) for path in rust))
    for name in re.findall(r"`([a-z]+(?:_[a-z]+){2,})`", text.split("## Invariants")[1].split("## ")[0]):
        if name not in tests:
            yield f"ARCHITECTURE.md names the test `{name}`, which is not there"


CHECKS = [invariants_have_tests, keys_are_named, commands_are_described, examples_build, links_lead_somewhere]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    handbill = Handbill(sys.argv[1])
    failed = 0
    for check in CHECKS:
        findings = list(check(handbill))
        print(f"{'FAILED' if findings else 'ok':<7} {check.__name__.replace('_', ' ')}")
        for finding in findings:
            print(f"        {finding}")
        failed += bool(findings)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
