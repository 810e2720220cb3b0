"""Writes a site with pictures as cameras, phones and programs make them, in every place for pictures of its theme.

    python tests/tools/pictures/sources.py FOLDER

Each is of 24 patches of colour, none like another, so that a turned, mirrored or shifted one is found.
"""

import io
import random
import shutil
import sys
from pathlib import Path

from PIL import Image, ImageDraw

import private
import profiles

COLUMNS, ROWS = 6, 4

SETTINGS = """
title: The Patch
base_url: https://patch.example/
description: Patches of colour.
sections: [{ id: news, title: News }, { id: views, title: Views }]
listing: { page_size: 5, latest: 2 }
"""


def patches(size: tuple[int, int], bands: int = 3) -> Image.Image:
    """A picture of patches, with samples from 0 to 255 in each band."""
    chosen = random.Random(bands)
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[bands]
    picture = Image.new(mode, size)
    draw = ImageDraw.Draw(picture)
    width, height = size[0] / COLUMNS, size[1] / ROWS
    for row in range(ROWS):
        for column in range(COLUMNS):
            colour = tuple(chosen.choice((0, 64, 128, 192, 255)) for _ in range(bands))
            # Black ink besides others would make all of these dark.
            colour = (*colour[:3], chosen.choice((0, 0, 0, 64))) if bands == 4 else colour
            corner = (column * width, row * height, (column + 1) * width - 1, (row + 1) * height - 1)
            draw.rectangle(corner, fill=colour if bands > 1 else colour[0])
    return picture


def file(picture: Image.Image, kind: str, **options) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def jpeg(size: tuple[int, int], orientation: int = 1, bands: int = 3, **options) -> bytes:
    return private.in_jpeg(file(patches(size, bands), "JPEG", quality=92, **options), orientation)


def stored(size: tuple[int, int], orientation: int) -> Image.Image:
    """Patches as a camera stores them that is held in another way: upright once the orientation is applied."""
    turns = {
        1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    picture = patches(size)
    for turn in turns[orientation]:
        picture = picture.transpose(turn)
    return picture


def clear(size: tuple[int, int]) -> Image.Image:
    """Patches that are less opaque from the left to the right."""
    picture = patches(size).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize(size))
    return picture


def deep(size: tuple[int, int]) -> bytes:
    """A PNG of grey with 16 bits a sample, from black to white."""
    picture = Image.new("I;16", size)
    picture.frombytes(b"".join((65535 * x // (size[0] - 1)).to_bytes(2, "little") for x in range(size[0])) * size[1])
    return file(picture, "PNG")


def frames() -> list[Image.Image]:
    return [patches((60, 40)).rotate(turn) for turn in (0, 180)]


def animation(kind: str) -> bytes:
    first, *others = frames()
    return file(first, kind, save_all=True, append_images=others, duration=200, loop=0)


def article(number: int, image: str, text: str = "Text.", section: str = "news", more: str = "") -> str:
    return (
        f"---\ntitle: Article {number}\ndate: 2026-06-{number:02}\nsection: {section}\nsummary: What it says.\n"
        f"authors: [ana]\ntopics: [wages]\nimage: {{ src: {image}, alt: Patches }}\n{more}---\n\n{text}\n"
    )


BODY = """
![Display P3](wide-gamut.jpg)

![CMYK](inks.jpg)

![CMYK of a press](press.jpg)

::: figure {src="grey.jpg" alt="Grey" caption="Grey." size=wide}
:::

::: figure {src="old-grey.jpg" alt="Grey of an old screen"}
:::

![16 bits](deep.png)

::: figure {src="clear.png" alt="Transparent"}
:::

::: figure {src="wide-gamut.jpg" alt="Display P3" size=full}
:::

::: figure {src="hall-1.jpg" alt="Left" size=pair}
:::

::: figure {src="hall-2.jpg" alt="Right" size=pair}
:::

::: gallery
![One](hall-1.jpg)

![Two](hall-2.jpg)
:::

![Turned WebP](turned.webp)

![Animated](moves.gif)

![Animated](moves.webp)

![Of the whole site](/images/hall.png)

[The sheet](sheet.jpg), [the scan](scan.png), [the print](print.webp), [the wide print](wide-print.jpg).
"""


def files() -> dict[str, str | bytes]:
    """Every file of the site by its path."""
    wide = profiles.display_p3()
    written: dict[str, str | bytes] = {
        "site.yaml": SETTINGS,
        "content/authors/ana.md": "---\nname: Ana Ruiz\nimage: { src: /images/ana.jpg, alt: Ana Ruiz }\n---\nShe writes.\n",
        "content/topics/wages.md": "---\ntitle: Wages\nimage: { src: /images/topic.jpg, alt: Coins }\n---\nPay.\n",
        "content/pages/privacy.md": "---\ntitle: Privacy\n---\nNone is lost.\n",
        "static/images/ana.jpg": private.in_jpeg(file(stored((900, 1200), 6), "JPEG", quality=92, icc_profile=wide), 6),
        "static/images/topic.jpg": jpeg((1200, 800)),
        "static/images/hall.png": private.in_png(file(patches((640, 480)), "PNG")),
        "static/unused.jpg": private.in_jpeg(file(stored((300, 200), 8), "JPEG"), 8),
    }
    for orientation in range(1, 9):
        folder = f"content/articles/turned-{orientation}"
        picture = file(stored((900, 600), orientation), "JPEG", quality=92)
        written[f"{folder}/index.md"] = article(orientation, f"turned-{orientation}.jpg", section="news" if orientation % 2 else "views")
        written[f"{folder}/turned-{orientation}.jpg"] = private.in_jpeg(picture, orientation)
    folder = "content/articles/all"
    turned = file(stored((700, 500), 6), "WEBP", quality=92)
    lossless = file(patches((240, 160)), "WEBP", lossless=True)
    written |= {
        f"{folder}/index.md": article(10, "wide-gamut.jpg", BODY),
        f"{folder}/wide-gamut.jpg": jpeg((2400, 1600), icc_profile=wide),
        f"{folder}/inks.jpg": jpeg((1200, 800), bands=4),
        f"{folder}/press.jpg": jpeg((1200, 800), bands=4, icc_profile=profiles.cmyk()),
        f"{folder}/grey.jpg": jpeg((1400, 700), bands=1),
        f"{folder}/old-grey.jpg": jpeg((900, 600), bands=1, icc_profile=profiles.grey()),
        f"{folder}/hall-1.jpg": jpeg((1000, 700)),
        f"{folder}/hall-2.jpg": jpeg((1000, 700)),
        f"{folder}/deep.png": private.in_png(deep((700, 400))),
        f"{folder}/clear.png": private.in_png(file(clear((900, 600)), "PNG")),
        f"{folder}/turned.webp": private.in_webp(turned, (500, 700), 6),
        f"{folder}/moves.gif": animation("GIF"),
        f"{folder}/moves.webp": private.in_webp(animation("WEBP"), (60, 40)),
        f"{folder}/sheet.jpg": private.in_jpeg(file(stored((240, 160), 5), "JPEG"), 5),
        f"{folder}/scan.png": private.in_png(file(patches((240, 160)), "PNG")),
        f"{folder}/print.webp": private.in_webp(lossless, (240, 160)),
        f"{folder}/wide-print.jpg": jpeg((240, 160), icc_profile=wide),
        "content/articles/large/index.md": article(9, "large.png"),
        "content/articles/large/large.png": private.in_png(file(patches((4800, 3200)), "PNG")),
    }
    return written


def main() -> int:
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
