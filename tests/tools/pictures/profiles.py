"""Colour profiles (ICC.1:2022), as small as they can be."""

import itertools
import struct

# What the primaries of each pair of inks look like, as L*, a* and b*; by cyan, magenta and yellow.
INKS = [
    (95, 0, 0), (89, -5, 93), (48, 74, -3), (47, 68, 48),
    (55, -37, -50), (50, -65, 27), (24, 22, -46), (23, 0, 0),
]


def _profile(space: bytes, connection: bytes, kind: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    text = "test".encode("utf-16-be")
    named = struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(text), 28) + text
    tags = [(b"desc", named), (b"cprt", named), (b"wtpt", _xyz(0.9642, 1, 0.8249)), *tags]
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags:
        table += struct.pack(">4sII", name, at + len(data), len(value))
        data += value + b"\0" * (-len(value) % 4)
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI3I4s",
        at + len(data), b"", 0x04200000, kind, space, connection, 2026, 1, 1, 0, 0, 0, b"acsp", b"", 0, b"", b"", 0, 0,
        0x0000F6D6, 0x00010000, 0x0000D32D, b"",
    )
    return header.ljust(128, b"\0") + table + data


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _xyz(*numbers: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*numbers)


def display_p3() -> bytes:
    """Display P3: the primaries of DCI-P3, adapted to D50, with the curve of sRGB."""
    curve = struct.pack(">4sIHH", b"para", 0, 3, 0) + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    primaries = {b"r": (0.51512, 0.2412, -0.00105), b"g": (0.29198, 0.69225, 0.04189), b"b": (0.1571, 0.06657, 0.78407)}
    colours = [(name + b"XYZ", _xyz(*values)) for name, values in primaries.items()]
    return _profile(b"RGB ", b"XYZ ", b"mntr", colours + [(name + b"TRC", curve) for name in primaries])


def grey() -> bytes:
    """Grey with a gamma of 1.8, as of old screens."""
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(1.8 * 256))
    return _profile(b"GRAY", b"XYZ ", b"mntr", [(b"kTRC", curve + b"\0\0")])


def cmyk() -> bytes:
    """Inks of a newspaper's press: a table with five amounts of each ink, between which colours are mixed by area."""
    steps = [step / 4 for step in range(5)]
    nodes = b"".join(
        bytes([round(light * 2.55), round(a + 128), round(b + 128)])
        for light, a, b in (_mixed(*amounts) for amounts in itertools.product(steps, repeat=4))
    )
    ramp = bytes(range(256))
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table = struct.pack(">4sIBBBB", b"mft1", 0, 4, 3, 5, 0) + identity + ramp * 4 + nodes + ramp * 3
    return _profile(b"CMYK", b"Lab ", b"prtr", [(b"A2B0", table), (b"A2B1", table), (b"A2B2", table)])


def _mixed(cyan: float, magenta: float, yellow: float, black: float) -> tuple[float, float, float]:
    """What amounts of ink from 0 to 1 look like."""
    sums = [0.0, 0.0, 0.0]
    for number, colour in enumerate(INKS):
        area = 1.0
        for bit, amount in ((4, cyan), (2, magenta), (1, yellow)):
            area *= amount if number & bit else 1 - amount
        sums = [sum + area * value for sum, value in zip(sums, colour)]
    light, a, b = sums
    return light * (1 - 0.85 * black), a * (1 - 0.9 * black), b * (1 - 0.9 * black)
