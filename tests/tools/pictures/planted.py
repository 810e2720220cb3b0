"""Shows that every check of pictures can fail: plants one fault after another in a published site. The folder is not
changed.

    python tests/tools/pictures/planted.py OUTPUT SITE

A check that finds nothing in a site with a fault of its kind is useless.
"""

import io
import re
import sys
import tempfile
import warnings
from copy import copy
from pathlib import Path

from PIL import Image, ImageOps

import private
from check import CHECKS, Published, read

ORIGINAL = "news/2026/06/all/sheet.jpg"


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def changed(act, **options):
    """A fault that is an edit of a picture."""

    def plant(data: bytes) -> bytes:
        with Image.open(io.BytesIO(data)) as picture:
            return saved(act(picture), picture.format, **{"lossless": True, **options})

    return plant


def tinted(picture: Image.Image) -> Image.Image:
    """As if the profile had been ignored: less colour."""
    grey = picture.convert("L").convert("RGB")
    return Image.blend(picture.convert("RGB"), grey, 0.2)


def shifted(picture: Image.Image) -> Image.Image:
    """As if the crop were elsewhere."""
    width, height = picture.size
    return picture.crop((width // 4, 0, width, height)).resize(picture.size)


def in_page(old: str, new: str):
    return lambda data: re.sub(old, new, data.decode(), count=1).encode()


WIDE = "assets/pictures/wide-gamut-800.*.webp"
SIDEWAYS = "assets/pictures/turned-6-480.*.webp"
CLEAR = "assets/pictures/clear-480.*.webp"
ARTICLE = "news/2026/06/all/index.html"

# The check that must find it, a file by a pattern, and what happens to its bytes.
PLANTED = [
    ("nothing_private_is_published", ORIGINAL, lambda data: private.in_jpeg(data, 5)),
    ("nothing_private_is_published", WIDE, lambda data: private.in_webp(data, (800, 533))),
    ("nothing_private_is_published", "news/2026/06/all/scan.png", private.in_png),
    ("nothing_private_is_published", WIDE, changed(lambda picture: picture, icc_profile=b"x" * 200)),
    ("nothing_private_is_published", ORIGINAL, lambda data: data[:20] + b"\xff\xfe\0\5Me!" + data[20:]),
    ("no_word_of_them_is_published", ORIGINAL, lambda data: data + private.MARK),
    ("variants_are_as_wide_as_they_say", WIDE, changed(lambda picture: picture.resize((799, 533)))),
    ("slots_get_their_ratio", WIDE, changed(lambda picture: picture.crop((0, 0, 800, 500)))),
    ("slots_get_their_ratio", ARTICLE, in_page(r' height="\d+"', ' height="33"')),
    ("slots_get_their_ratio", ARTICLE, in_page(r'(srcset="[^"]*" )sizes="[^"]*"', r'\1sizes="33vw"')),
    ("slots_get_their_ratio", ARTICLE, in_page(r"(-800\.)[0-9a-f]", r"\1g")),
    ("variants_look_like_their_pictures", WIDE, changed(tinted)),
    ("variants_look_like_their_pictures", WIDE, changed(shifted)),
    ("variants_look_like_their_pictures", SIDEWAYS, changed(ImageOps.mirror)),
    ("variants_look_like_their_pictures", SIDEWAYS, changed(ImageOps.flip)),
    ("variants_look_like_their_pictures", "assets/pictures/inks-800.*.webp", changed(ImageOps.invert)),
    ("transparent_pictures_stay_so", CLEAR, changed(lambda picture: picture.convert("RGB"))),
    ("originals_look_like_their_pictures", ORIGINAL, changed(lambda picture: picture.transpose(Image.Transpose.ROTATE_90))),
    ("originals_look_like_their_pictures", "news/2026/06/all/wide-print.jpg", changed(lambda picture: picture)),
    ("animations_are_whole", "news/2026/06/all/moves.gif", changed(lambda picture: picture.convert("RGB"))),
]


def main() -> int:
    published = read(*sys.argv[1:3])
    checks = {check.__name__: check for check in CHECKS}
    failed = 0
    for name in sorted(checks.keys() - {name for name, *_ in PLANTED}):
        print(f"FAILED {name}: nothing is planted for it")
        failed += 1
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, pattern, plant) in enumerate(PLANTED):
            file = next(iter(sorted(published.output.glob(pattern))), None)
            if file is None:
                print(f"FAILED {name}: there is no {pattern}")
                failed += 1
                continue
            before = file.read_bytes()
            after = plant(before)
            path = Path(folder) / f"{number}{file.suffix}"
            path.write_bytes(after)
            if after == before or not finds(checks[name], with_file(published, file, path)):
                print(f"FAILED {name}: does not find fault {number + 1} in {pattern}")
                failed += 1
    print(f"{len(PLANTED) - failed} passed, {failed} failed")
    return 1 if failed else 0


def with_file(published: Published, file: Path, path: Path) -> Published:
    """The same site with another file in place of one; only pages and this file are looked at."""
    name = file.relative_to(published.output).as_posix()
    other = copy(published)
    other.__dict__.pop("uses", None)
    other.changed = {name: path}
    if not name.endswith(".html"):
        known = published.names
        other.__dict__["names"] = [name]
        if name.startswith("assets/"):
            other.__dict__["names"] = [name, *(page for page in known if page.endswith("all/index.html"))]
    return other


def finds(check, published: Published) -> bool:
    try:
        return any(True for _ in check(published))
    except Exception:  # A file that cannot be read at all stops the check, which is found as well.
        return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
