"""Says which glibc a program for Linux asks for, from the versions of the symbols that it takes from it.

    python packaging/glibc.py PROGRAM...          fails if one asks for a newer glibc than targets.py promises

It needs pyelftools: `packaging/build` runs it with the tools of tools.txt.
"""

import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from targets import GLIBC

# The libraries of glibc 2.17. Whatever else a program links would have to be installed beside it.
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1"}


def faults(program: Path) -> list[str]:
    """What keeps a program from running on any Linux with glibc `GLIBC`."""
    found = []
    with program.open("rb") as file:
        elf = ELFFile(file)
        dynamic = elf.get_section_by_name(".dynamic")
        libraries = {tag.needed for tag in dynamic.iter_tags("DT_NEEDED")} if dynamic else set()
        loaders = {name for name in libraries if name.startswith("ld-linux")}
        for library in sorted(libraries - LIBRARIES - loaders):
            found.append(f"it links {library}, which not every system has")
        for section in elf.iter_sections():
            if not isinstance(section, GNUVerNeedSection):
                continue
            for library, versions in section.iter_versions():
                for needed in versions:
                    if needed.name.startswith("GLIBC_") and number(needed.name) > GLIBC:
                        found.append(f"it asks {library.name} for {needed.name}")
    return found


def number(name: str) -> tuple[int, ...]:
    """The version in a name such as `GLIBC_2.17`; one that is no number is private to glibc, and none may use it."""
    try:
        return tuple(int(part) for part in name.removeprefix("GLIBC_").split("."))
    except ValueError:
        return (sys.maxsize,)


def main() -> int:
    failed = 0
    for program in map(Path, sys.argv[1:]):
        for fault in faults(program):
            failed += 1
            print(f"{program.name}: {fault}")
        if not failed:
            print(f"{program.name} runs on glibc {'.'.join(map(str, GLIBC))} and newer")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
