"""What cameras, phones and programs write into pictures besides the picture, each with the word of `MARK` in it: places,
names, devices, thumbnails, second pictures, and the history of edits."""

import io
import struct
import zlib

from PIL import Image

MARK = b"Quillmarrow"
EXIF_POINTER, GPS_POINTER = 0x8769, 0x8825


def thumbnail() -> bytes:
    """A small JPEG with the mark in a comment."""
    data = io.BytesIO()
    Image.new("RGB", (16, 12), "purple").save(data, "JPEG", comment=MARK)
    return data.getvalue()


def exif(orientation: int) -> bytes:
    """A TIFF (6.0; EXIF 2.32) with orientation, camera, owner, place and a thumbnail."""
    rational = struct.pack("<6I", 48, 1, 8, 1, 30, 1)
    gps = [(1, 2, b"N\0"), (2, 5, rational), (3, 2, b"E\0"), (4, 5, rational), (29, 2, b"2026:06:15\0")]
    camera = [(0xA430, 2, MARK + b"\0"), (0xA431, 2, b"4711-" + MARK + b"\0")]
    first = [
        (0x010F, 2, MARK + b" Cameras\0"), (0x0110, 2, b"Model " + MARK + b"\0"), (0x0112, 3, struct.pack("<H", orientation)),
        (0x0132, 2, b"2026:06:15 12:00:00\0"), (0x013B, 2, MARK + b"\0"), (EXIF_POINTER, 4, camera), (GPS_POINTER, 4, gps),
    ]
    small = thumbnail()
    second = [(0x0103, 3, struct.pack("<H", 6)), (0x0201, 4, small), (0x0202, 4, struct.pack("<I", len(small)))]
    body = bytearray(b"II*\0\x08\0\0\0")
    link = _directory(body, first)
    struct.pack_into("<I", body, link, len(body))
    _directory(body, second)
    return bytes(body)


def _directory(body: bytearray, entries: list) -> int:
    """Appends a directory with its values, and returns where the offset of the next directory belongs. A value that is a
    list is a directory, and bytes of the type LONG that are no number are data that the value points at."""
    at = len(body)
    body += struct.pack("<H", len(entries)) + bytes(12 * len(entries) + 4)
    for place, (tag, kind, value) in enumerate(entries):
        size = {2: 1, 3: 2, 4: 4, 5: 8}[kind]
        if isinstance(value, list):
            field, count = struct.pack("<I", len(body)), 1
            _directory(body, value)
        elif tag == 0x0201:
            field, count = struct.pack("<I", len(body)), 1
            body += value
        elif len(value) <= 4:
            field, count = value.ljust(4, b"\0"), len(value) // size
        else:
            field, count = struct.pack("<I", len(body)), len(value) // size
            body += value
        struct.pack_into("<HHI4s", body, at + 2 + 12 * place, tag, kind, count, field)
    return at + 2 + 12 * len(entries)


def xmp() -> bytes:
    words = MARK.decode()
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="{words}"/></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def iptc() -> bytes:
    """A by-line (IPTC-IIM 4.2, data set 2:80) in a resource of Photoshop."""
    data = b"\x1c\x02\x50" + struct.pack(">H", len(MARK)) + MARK
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)


def c2pa() -> bytes:
    """A superbox of JUMBF (ISO 19566-5) as C2PA has it, with one box of JSON."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data) + 8) + kind + data

    described = bytes.fromhex("6332706100110010800000aa00389b71") + b"\x03c2pa\0"
    json = bytes.fromhex("6a736f6e00110010800000aa00389b71") + b"\x03claim\0"
    claim = box(b"jumb", box(b"jumd", json) + box(b"json", b'{"author":"' + MARK + b'"}'))
    return box(b"jumb", box(b"jumd", described) + claim)


def in_jpeg(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with all of it, and with a second picture after its end (MPF, CIPA DC-007)."""

    def segment(marker: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    index = b"MPF\0II*\0\x08\0\0\0\x01\0\0\xb0\x07\0\x04\0\0\0" + b"0100" + bytes(4)
    added = [
        segment(0xE0, b"JFXX\0\x10" + thumbnail()),
        segment(0xE1, b"Exif\0\0" + exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()),
        segment(0xE2, index),
        segment(0xE2, b"FPXR\0\0" + MARK),
        segment(0xEB, b"JP\0\x01\0\0\0\x01" + c2pa()),
        segment(0xEC, b"Ducky" + MARK),
        segment(0xED, iptc()),
        segment(0xFE, MARK),
    ]
    # The header of JFIF comes first where there is one.
    at = 4 + struct.unpack(">H", jpeg[4:6])[0] if jpeg[2:4] == b"\xff\xe0" else 2
    return jpeg[:at] + b"".join(added) + jpeg[at:] + thumbnail()


def in_png(png: bytes, orientation: int = 1) -> bytes:
    """A PNG with all of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    added = [
        chunk(b"eXIf", exif(orientation)),
        chunk(b"tEXt", b"Author\0" + MARK),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MARK)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp()),
        chunk(b"tIME", struct.pack(">H5B", 2026, 6, 15, 12, 0, 0)),
        chunk(b"caBX", c2pa()),
        chunk(b"maRw", MARK),
    ]
    # After the header, which is 8 bytes of signature and 25 of a chunk.
    return png[:33] + b"".join(added) + png[33:] + MARK


def in_webp(webp: bytes, size: tuple[int, int], orientation: int = 1) -> bytes:
    """A WebP with all of it; without a header of the extended format it gets one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    chunks = webp[12:]
    if chunks[:4] != b"VP8X":
        sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
        chunks = chunk(b"VP8X", bytes(4) + sides) + chunks
    chunks = chunks[:8] + bytes([chunks[8] | 0x0C]) + chunks[9:]
    body = b"WEBP" + chunks
    body += chunk(b"EXIF", exif(orientation)) + chunk(b"XMP ", xmp()) + chunk(b"C2PA", c2pa()) + chunk(b"MARW", MARK)
    return b"RIFF" + struct.pack("<I", len(body)) + body
