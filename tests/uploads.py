"""Files as people bring them, good and bad, made in memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "application/vnd.openxmlformats-officedocument"


def upload(content: bytes, name: str = "file.pdf", content_type: str = "application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def pdf(inside: bytes = b"", text: str = "A") -> bytes:
    """A small whole PDF; `inside` is put into the catalogue."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + inside + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _pdf(objects)


def pdf_with_packed(
    inside: bytes,
    *,
    kind: bytes = b"/Type /ObjStm",
    more: bytes = b"",
    line: bytes = b"\n",
    after: bytes = b"",
    decoy: bytes = b"",
    level: int = -1,
) -> bytes:
    """A PDF that carries `inside` in a packed object stream; more: of what its head says; decoy, after: objects before
    and behind it; level: 0 packs without making it shorter.
    """
    packed = zlib.compress(inside, level)
    head = b"<< %s /N 1 /First 4 /Filter /FlateDecode /Length %d %s>>" % (kind, len(packed), more)
    stream = head + b"\nstream" + line + packed + b"\nendstream"
    return _pdf([b"<< /Type /Catalog >>", *([decoy] if decoy else []), stream, *([after] if after else [])])


def foretold(content: bytes, wide: int = 5) -> bytes:
    """The content as a predictor of PDF writes it: each row as what it differs from the row above."""
    rows = [content[at : at + wide].ljust(wide) for at in range(0, len(content), wide)]
    pairs = zip([bytes(wide), *rows], rows, strict=False)
    return b"".join(b"\2" + bytes((new - old) % 256 for old, new in zip(*pair, strict=True)) for pair in pairs)


def zip_that_ends(end: bytes) -> bytes:
    """A ZIP whose comment is the end of another kind of file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.class", b"x" * 50)
        made.comment = end
    return file.getvalue()


def _pdf(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def png(width: int = 1, height: int = 1, text: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    note = chunk(b"tEXt", b"Comment\0" + text) if text else b""
    return b"\x89PNG\r\n\x1a\n" + head + note + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def jpeg(comment: bytes = b"") -> bytes:
    def segment(mark: int, body: bytes) -> bytes:
        return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body

    head = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    note = segment(0xFE, comment) if comment else b""
    frame = segment(0xC0, struct.pack(">BHHB", 8, 1, 1, 1) + b"\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0")
    return b"\xff\xd8" + head + note + frame + scan + b"\x00\x7f" + b"\xff\xd9"


def xlsx() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("表").write(0, 0, "城市")
    return file.getvalue()


def docx(**extra: bytes) -> bytes:
    """A Word package of the least parts; `extra` adds parts by name."""
    types = (
        f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{OFFICE}.wordprocessingml.document.main+xml"/></Types>'
    )
    return package({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>"} | extra)


def package(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return file.getvalue()


def ofd(**extra: bytes) -> bytes:
    """An OFD package of the least parts; `extra` adds parts by name."""
    root = '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>'
    return package({"OFD.xml": root.encode(), "Doc_0/Document.xml": b"<ofd:Document/>"} | extra)
