"""What a picture looks like, by Pillow and littleCMS: upright, in sRGB."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

SRGB = ImageCms.createProfile("sRGB")
GRID = (24, 16)


@cache
def expected(path: Path) -> Image.Image:
    """A picture as RGB, or as RGBA if it has transparent parts."""
    with Image.open(path) as stored:
        picture = ImageOps.exif_transpose(stored)
        profile = stored.info.get("icc_profile")
    if picture.mode.startswith("I"):
        # Pillow's own way from 16 bits to 8 cuts off at 255. Of two bytes the second is the upper one.
        picture = Image.frombytes("L", picture.size, picture.convert("I;16").tobytes()[1::2])
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        picture = ImageCms.profileToProfile(picture, source, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB")
    return picture.convert("RGBA" if picture.mode in ("RGBA", "LA", "PA") else "RGB")


def difference(wanted: Image.Image, variant: Image.Image) -> tuple[float, float]:
    """How far colours of a variant are from those that are wanted, in CIE76: in half of the picture and in three quarters
    of it at the most. What is left are edges of patches, where colours of small pictures run. The picture that is wanted
    is cut to the ratio of the variant, from its middle."""
    wanted = _cut(wanted, variant.size)
    pairs = zip(_colours(wanted), _colours(variant), strict=True)
    distances = sorted(sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5 for one, other in pairs)
    return distances[len(distances) // 2], distances[len(distances) * 3 // 4]


def _cut(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of a picture, of the ratio of a size."""
    width = min(picture.width, round(picture.height * size[0] / size[1]))
    height = min(picture.height, round(picture.width * size[1] / size[0]))
    # A ratio that is that of the picture but for a rounding is that of the whole.
    width = picture.width if abs(width - picture.width) < 4 else width
    height = picture.height if abs(height - picture.height) < 4 else height
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def _colours(picture: Image.Image) -> list[tuple[float, float, float]]:
    """Colours of a grid of points, as CIELAB; of a transparent picture as it looks on white."""
    rgba = picture.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    grid = Image.alpha_composite(white, rgba).convert("RGB").resize(GRID, Image.Resampling.BOX)
    data = grid.tobytes()
    return [_lab(*data[at : at + 3]) for at in range(0, len(data), 3)]


@cache
def _lab(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """CIELAB of a colour of sRGB (IEC 61966-2-1), with the white of D65."""

    def linear(sample: int) -> float:
        value = sample / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    def root(value: float) -> float:
        return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116

    r, g, b = linear(red), linear(green), linear(blue)
    x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    y = root(0.2126 * r + 0.7152 * g + 0.0722 * b)
    z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
