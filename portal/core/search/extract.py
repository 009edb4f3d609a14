"""Text out of stored files: PDF by pypdf, XLSX by calamine, DOCX by its own XML, CSV as it is. In the worker.

A file that cannot be read gives no text and a reason; it never stops the others. What comes out is cut into pieces and
has an end: an index of the first 400,000 signs of a file finds what people look for.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final

from lxml import etree

from portal.core.inspection import CSV, DOCX, PDF, XLSX

PIECE: Final = 4_000
MOST: Final = 400_000
PAGES: Final = 1_000
PART_MOST: Final = 64 * 2**20  # of one XML part: what is larger after unpacking is no text of a person
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE: Final = re.compile(r"[ \t\x0b\x0c\r]+")


@dataclass(frozen=True)
class Extracted:
    """The text in pieces, or why there is none."""

    pieces: list[str]
    problem: str = ""


def text_of(content_type: str, file: IO[bytes]) -> Extracted:
    """The text of a stored file of a kind that has one."""
    reader = READERS.get(content_type)
    if reader is None:
        return Extracted([], "no text in files of this kind")
    try:
        return Extracted(_cut("\n".join(reader(file))))
    except Exception as error:  # broken in a thousand ways; the libraries raise what they like
        return Extracted([], f"not readable: {type(error).__name__}"[:200])


def _cut(text: str) -> list[str]:
    # Half of a surrogate pair, as some PDFs name it, is no letter: the database refuses it, and the whole file with it.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    clean = _SPACE.sub(" ", text.replace("\x00", " ")).strip()[:MOST]
    return [clean[begin : begin + PIECE] for begin in range(0, len(clean), PIECE)]


def _pdf(file: IO[bytes]) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only the worker reads files

    for page in islice(PdfReader(file).pages, PAGES):
        yield page.extract_text() or ""


def _docx(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as parts:
        wanted = parts.getinfo("word/document.xml")
        if wanted.file_size > PART_MOST:
            raise ValueError("too large")
        content = parts.read(wanted)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    for paragraph in etree.fromstring(content, parser).iter(f"{_WORD}p"):
        yield "".join(node.text or "" for node in paragraph.iter(f"{_WORD}t"))


def _xlsx(file: IO[bytes]) -> Iterator[str]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only the worker reads files

    book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
    for name in book.sheet_names:
        yield name
        for row in book.get_sheet_by_name(name).to_python():
            if line := " ".join(str(cell) for cell in row if cell not in ("", None)):
                yield line


def _csv(file: IO[bytes]) -> Iterator[str]:
    yield file.read(4 * MOST).decode("utf-8-sig", errors="replace")


READERS: Final[dict[str, Callable[[IO[bytes]], Iterator[str]]]] = {
    PDF.content_type: _pdf,
    DOCX.content_type: _docx,
    XLSX.content_type: _xlsx,
    CSV.content_type: _csv,
}
