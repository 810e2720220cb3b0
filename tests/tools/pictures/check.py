"""Checks the pictures of a published site by programs that share no code with ours: exiftool and Pillow.

    python tests/tools/pictures/check.py OUTPUT SITE

SITE is the folder that OUTPUT was built from. Each check is a function of a `Published` that gives findings, a file and
a sentence each.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from PIL import Image

import private
from colours import difference, expected

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"}
VARIANT = re.compile(r"(?P<stem>.+)-(?P<width>\d+)\.[0-9a-f]{12}\.(?:webp|jpg|png)")
# What exiftool tells of any file, and of the form of pixels and of colours; the rest is metadata. Groups are those of
# its option -G1, and a group without tags is allowed whole.
HARMLESS = {
    "System": None, "Composite": None, "SourceFile": None, "JFIF": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"},
    "File": {
        "FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "EncodingProcess", "BitsPerSample",
        "ColorComponents", "YCbCrSubSampling",
    },
    "ExifTool": {"ExifToolVersion"},
    "Adobe": {"DCTEncodeVersion", "APP14Flags0", "APP14Flags1", "ColorTransform"},
    "PNG": {
        "ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace", "Gamma", "Palette",
        "Transparency", "SRGBRendering", "ProfileName",
    },
    "PNG-pHYs": None, "PNG-cICP": None,
    "RIFF": {
        "WebP_Flags", "ImageWidth", "ImageHeight", "VP8Version", "HorizontalScale", "VerticalScale", "AlphaIsUsed",
        "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression", "BackgroundColor", "AnimationLoopCount", "FrameCount",
        "Duration",
    },
    "GIF": {
        "GIFVersion", "ImageWidth", "ImageHeight", "HasColorMap", "ColorResolutionDepth", "BitsPerPixel", "BackgroundColor",
        "AnimationIterations", "FrameCount", "Duration", "TransparentColor",
    },
}
# What a photograph that is published itself may have besides: how it is to be held, and its colours.
OF_ORIGINALS = {"IFD0": {"Orientation"}, "File": {"ExifByteOrder"}, "ICC_Profile": None, "ICC-header": None}
# Differences in CIE76, where 2.3 can just be seen: in half of a picture, and in three quarters of it.
HALF, MOST = 2.0, 4.0


@dataclass
class Use:
    """A picture in a page: a `source` or an `img` with candidates."""

    page: str
    sizes: str
    candidates: list[str]
    shown: tuple[int, int] = (0, 0)


class Uses(HTMLParser):
    """The pictures of a page."""

    def __init__(self, page: str, text: str):
        super().__init__()
        self.page, self.found, self._open = page, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "picture":
            self._open = []
        if tag in ("source", "img") and known.get("srcset"):
            names = [one.split()[0] for one in known["srcset"].split(",")]
            self._open.append(Use(self.page, known.get("sizes", ""), names))
        if tag == "img":
            size = (int(known.get("width") or 0), int(known.get("height") or 0))
            for use in self._open:
                use.shown = size
            self.found += self._open
            self._open = []


@dataclass
class Published:
    """A published site, and the folder that it was built from."""

    output: Path
    site: Path
    slots: dict[str, dict]
    # Files that are looked at instead of those of the output, by their names in it.
    changed: dict[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        return self.changed.get(name, self.output / name)

    @cached_property
    def names(self) -> list[str]:
        found = {path.relative_to(self.output).as_posix() for path in self.output.rglob("*") if path.is_file()}
        return sorted(found | self.changed.keys())

    @property
    def pictures(self) -> list[str]:
        return [name for name in self.names if Path(name).suffix in PICTURES]

    @property
    def variants(self) -> list[tuple[str, re.Match]]:
        found = ((name, VARIANT.fullmatch(Path(name).name)) for name in self.names if name.startswith("assets/pictures/"))
        return [(name, parts) for name, parts in found if parts]

    @cached_property
    def sources(self) -> dict[str, Path]:
        """The pictures of the site by the stems of their names, animations excepted."""
        found = [path for folder in ("content", "static") for path in (self.site / folder).rglob("*")]
        return {path.stem: path for path in found if path.suffix in PICTURES and path.stem != "moves"}

    @cached_property
    def uses(self) -> list[Use]:
        pages = (name for name in self.names if name.endswith(".html"))
        return [use for name in pages for use in Uses(name, self.path(name).read_text(encoding="utf-8")).found]

    def slots_of(self, use: Use) -> list[dict]:
        return [slot for slot in self.slots.values() if slot.get("sizes", "100vw") == use.sizes]


def nothing_private_is_published(published: Published):
    names = published.pictures
    paths = [str(published.path(name)) for name in names]
    told = subprocess.run(
        ["exiftool", "-j", "-a", "-u", "-G1", *paths], check=True, capture_output=True, text=True
    ).stdout
    variants = {name for name, _ in published.variants}
    for name, tags in zip(names, json.loads(told), strict=True):
        allowed = dict(HARMLESS)
        if name not in variants and not name.endswith(".gif"):
            allowed |= OF_ORIGINALS | {"File": HARMLESS["File"] | OF_ORIGINALS["File"]}
        for tag, value in tags.items():
            group, _, short = tag.rpartition(":")
            group = group or short
            is_profile = group.startswith("ICC") and "ICC_Profile" in allowed
            if not is_profile and (group not in allowed or allowed[group] is not None and short not in allowed[group]):
                yield name, f"has {tag}: {str(value)[:60]}"


def no_word_of_them_is_published(published: Published):
    for name in published.names:
        if private.MARK.lower() in published.path(name).read_bytes().lower():
            yield name, f"has the word {private.MARK.decode()}, which is in metadata only"


def variants_are_as_wide_as_they_say(published: Published):
    for name, parts in published.variants:
        with Image.open(published.path(name)) as picture:
            if picture.width != int(parts["width"]):
                yield name, f"is {picture.width} pixels wide"
            source = published.sources.get(parts["stem"])
            if source is None:
                yield name, "is of no picture"
            elif picture.width > expected(source).width:
                yield name, "is larger than its picture"


def slots_get_their_ratio(published: Published):
    for use in published.uses:
        slots = published.slots_of(use)
        if not slots:
            yield use.page, f"has sizes of no slot: {use.sizes}"
            continue
        ratio = slots[0].get("ratio")
        for url in use.candidates:
            name = unquote(urlsplit(url).path).lstrip("/")
            parts = VARIANT.fullmatch(Path(name).name)
            if not parts or name not in published.names:
                yield use.page, f"offers {url}, which is not there"
                continue
            upright = expected(published.sources[parts["stem"]])
            wide, high = map(int, ratio.split(":")) if ratio else upright.size
            with Image.open(published.path(name)) as picture:
                if abs(picture.height - picture.width * high / wide) > 1:
                    yield use.page, f"offers {name} of {picture.width} by {picture.height}, not {wide}:{high}"
            if abs(use.shown[1] - use.shown[0] * high / wide) > 1:
                yield use.page, f"reserves {use.shown[0]} by {use.shown[1]} for {name}, not {wide}:{high}"


def variants_look_like_their_pictures(published: Published):
    for name, parts in published.variants:
        source = published.sources.get(parts["stem"])
        if source is None:
            continue
        with Image.open(published.path(name)) as picture:
            half, most = difference(expected(source), picture)
        if half > HALF or most > MOST:
            yield name, f"differs from {source.name} by {half:.1f} in half of it, {most:.1f} in three quarters (CIE76)"


def transparent_pictures_stay_so(published: Published):
    for name, parts in published.variants:
        source = published.sources.get(parts["stem"])
        if source is None or expected(source).mode != "RGBA":
            continue
        with Image.open(published.path(name)) as picture:
            opacity = picture.convert("RGBA").getchannel("A").resize((8, 1), Image.Resampling.BOX)
        wanted = expected(source).getchannel("A").resize((8, 1), Image.Resampling.BOX)
        if any(abs(one - other) > 4 for one, other in zip(opacity.tobytes(), wanted.tobytes(), strict=True)):
            yield name, f"is as opaque as {list(opacity.tobytes())}, not {list(wanted.tobytes())}"


def originals_look_like_their_pictures(published: Published):
    variants = {name for name, _ in published.variants}
    for name in published.pictures:
        source = published.sources.get(Path(name).stem)
        if name in variants or source is None or source.suffix != Path(name).suffix:
            continue
        _, most = difference(expected(source), expected(published.path(name)))
        if most > 0.1:
            yield name, f"differs from {source.name} by {most:.1f} in three quarters (CIE76)"


def animations_are_whole(published: Published):
    for name in published.pictures:
        if Path(name).stem == "moves":
            with Image.open(published.path(name)) as picture:
                if getattr(picture, "n_frames", 1) != 2:
                    yield name, "does not move"


CHECKS = [
    nothing_private_is_published,
    no_word_of_them_is_published,
    variants_are_as_wide_as_they_say,
    slots_get_their_ratio,
    variants_look_like_their_pictures,
    transparent_pictures_stay_so,
    originals_look_like_their_pictures,
    animations_are_whole,
]

SHOWN = 12
# Places for pictures that the site must have shown: slots of the theme.
THEME = Path("themes/broadsheet/theme.yaml")
# Cards beside a lead have pictures only if the lead has none.
NOT_SHOWN = {"secondary"}
ORIGINALS = ["sheet.jpg", "scan.png", "print.webp", "wide-print.jpg", "moves.gif", "moves.webp", "unused.jpg"]


def read(output: str, site: str) -> Published:
    slots = yaml.safe_load(THEME.read_text(encoding="utf-8"))["pictures"]
    return Published(Path(output), Path(site), slots)


def every_place_is_there(published: Published):
    """The site shows each slot, each picture and each original, so that no check looks at nothing."""
    shown = {name for name, slot in published.slots.items() for use in published.uses if slot in published.slots_of(use)}
    for name in sorted(published.slots.keys() - shown - NOT_SHOWN):
        yield "themes/broadsheet/theme.yaml", f"no page shows a picture in the slot `{name}`"
    stems = {parts["stem"] for _, parts in published.variants}
    originals = {Path(name).name for name in published.pictures}
    for stem in sorted(published.sources.keys() - stems - {Path(name).stem for name in ORIGINALS}):
        yield stem, "has no variant"
    for name in ORIGINALS:
        if name not in originals:
            yield name, "is not published"


def main() -> int:
    published = read(*sys.argv[1:3])
    checks = [every_place_is_there, *CHECKS]
    failed = sum(run(check, published) for check in checks)
    print(f"looked at {len(published.variants)} variants and {len(published.pictures) - len(published.variants)} other pictures")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(check, published: Published) -> bool:
    """Runs one check and tells what it found. True when it failed."""
    findings = list(check(published))
    print(f"{'FAILED' if findings else 'ok':<7} {check.__name__.replace('_', ' ')}")
    for file, sentence in findings[:SHOWN]:
        print(f"        {file}: {sentence}")
    if len(findings) > SHOWN:
        print(f"        … and {len(findings) - SHOWN} more")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
