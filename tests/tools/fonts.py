#!/usr/bin/env python3
"""Makes the fonts in themes/broadsheet/assets/fonts/ from the npm packages of Fontsource.

    npm install @fontsource-variable/brygada-1918@5.3.0 @fontsource-variable/archivo-narrow@5.3.0
    pip install fonttools brotli
    python3 tests/tools/fonts.py node_modules themes/broadsheet/assets/fonts

What is cut: glyphs beyond the languages below, features beyond kerning,
ligatures and tabular figures, kerning under 0.8 % of an em, hinting,
points that a curve does not need.
The italic and the sans are frozen at the one weight that the theme uses.
"""
import io
import os
import sys

from fontTools import subset
from fontTools.otlLib.optimize.gpos import compact
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ASCII = [*range(0x20, 0x7F)]
# Western Europe: letters and signs of Latin-1, typographic punctuation.
WEST = [
    *(c for c in range(0xC0, 0x100) if c not in (0xD7, 0xF7)),
    *map(ord, "\u00a0¡£§©ª«°·º»½¿Œœ–—‘’‚“”„•…€−\u2009\u202f"),
]
# Polish, Czech, Slovak, Hungarian, Romanian, Croatian, Turkish.
EAST = [*map(ord, "ĄąĆćĘęŁłŃńŚśŹźŻżČčĎďĚěŇňŘřŠšŤťŮůŽžĽľŐőŰűĂăȘșȚțĐđĞğŞşİı")]

FONTS = [  # package, file, axes, letters, name here
    ("brygada-1918", "latin-wght-normal", {"wght": (400, 400, 700)}, ASCII + WEST, "brygada"),
    ("brygada-1918", "latin-wght-italic", {"wght": 400}, ASCII + WEST, "brygada-italic"),
    ("archivo-narrow", "latin-wght-normal", {"wght": 600}, ASCII + WEST, "archivo-narrow"),
    ("brygada-1918", "latin-ext-wght-normal", {"wght": (400, 400, 700)}, EAST, "brygada-east"),
    ("archivo-narrow", "latin-ext-wght-normal", {"wght": 600}, EAST, "archivo-narrow-east"),
]
FEATURES = ["kern", "liga", "tnum", "ccmp", "locl"]
LEAST_KERNING = 8  # units of a thousandth of an em
TOLERANCE = 1.5  # the same units: how far a curve drawn with fewer points may stray


def without_small_kerning(font):
    for lookup in font["GPOS"].table.LookupList.Lookup if "GPOS" in font else []:
        for table in lookup.SubTable:
            table = table.ExtSubTable if table.LookupType == 9 else table
            if table.LookupType != 2:
                continue
            if table.Format == 1:
                for pairs in table.PairSet:
                    pairs.PairValueRecord = [
                        r for r in pairs.PairValueRecord
                        if abs(getattr(r.Value1, "XAdvance", 0) or 0) >= LEAST_KERNING
                    ]
                    pairs.PairValueCount = len(pairs.PairValueRecord)
                kept = [i for i, pairs in enumerate(table.PairSet) if pairs.PairValueRecord]
                table.PairSet = [table.PairSet[i] for i in kept]
                table.Coverage.glyphs = [table.Coverage.glyphs[i] for i in kept]
                table.PairSetCount = len(kept)
            else:
                for first in table.Class1Record:
                    for second in first.Class2Record:
                        value = second.Value1
                        if value and abs(getattr(value, "XAdvance", 0) or 0) < LEAST_KERNING:
                            value.XAdvance = 0
    if "GPOS" in font:
        compact(font, 9)


def with_fewer_points(font):
    glyphs, outlines = font.getGlyphSet(), font["glyf"]
    for name in font.getGlyphOrder():
        if outlines[name].isComposite() or outlines[name].numberOfContours <= 0:
            continue
        pen = TTGlyphPen(None)
        glyphs[name].draw(Qu2CuPen(Cu2QuPen(pen, TOLERANCE), TOLERANCE, all_cubic=True))
        outlines[name] = pen.glyph()


def make(source, axes, letters, target):
    font = TTFont(source)
    options = subset.Options(
        layout_features=FEATURES, hinting=False, name_IDs=[1, 2],
        notdef_outline=True, glyph_names=False,
    )
    options.drop_tables += ["DSIG", "meta", "STAT", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.flavor = None
    font.save(buffer)
    buffer.seek(0)
    font = instancer.instantiateVariableFont(TTFont(buffer), axes, overlap=0)
    if "fvar" not in font:
        with_fewer_points(font)
    without_small_kerning(font)
    font["head"].modified = font["head"].created  # the same bytes every time
    font.recalcTimestamp = False
    font.flavor = "woff2"
    font.save(target)
    return os.path.getsize(target)


def main(packages, folder):
    total = 0
    for package, file, axes, letters, name in FONTS:
        source = f"{packages}/@fontsource-variable/{package}/files/{package}-{file}.woff2"
        size = make(source, axes, letters, f"{folder}/{name}.woff2")
        total += size
        print(f"{size:6} {name}.woff2")
    print(f"{total:6} in total")


main(*sys.argv[1:])
