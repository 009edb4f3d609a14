"""Which looks of a workbook's cells show per cent, as its part of styles says: the cell itself keeps 0.8 for 80 %."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import Any, Final
from xml.parsers import expat

PART: Final = "xl/styles.xml"
BUILT_IN: Final = frozenset({"9", "10"})  # 0% and 0.00%, which no part spells out
MOST: Final = 70_000  # Excel's own bound of a workbook's looks lies below
# Of a format's code: texts in quotes, signs taken literally, colours and conditions.
_SPOKEN: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]')


def of_per_cent(package: zipfile.ZipFile, parse: Callable[[zipfile.ZipFile, str, Any], None]) -> frozenset[str]:
    """The numbers of the looks that show per cent, as cells name them. parse: runs a part through a parser, bounded."""
    if PART not in package.namelist():
        return frozenset()
    reader, parser = _Reader(), expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parse(package, PART, parser)
    return frozenset(str(place) for place, code in enumerate(reader.looks) if code in reader.codes)


class _Reader:
    """Follows the part from element to element. codes: of formats in per cent; looks: the format of each look."""

    def __init__(self) -> None:
        self.codes = set(BUILT_IN)
        self.looks: list[str] = []
        self.inside = self.over = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        if name in ("cellStyleXfs", "cellXfs"):
            self.inside = name == "cellXfs"
        elif name == "xf" and self.inside:
            self.looks.append(attributes.get("numFmtId", "0"))
            if len(self.looks) > MOST:
                raise ValueError("More looks than a workbook has.")
        elif name == "dxfs":
            self.over = True  # from here on formats are those of conditions, numbered anew
        elif name == "numFmt" and not self.over:
            self._format(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))

    def _format(self, code: str, text: str) -> None:
        """Keep the format when it shows per cent; one of the workbook's own may take a built-in number."""
        shows = "%" in _SPOKEN.sub("", text)
        self.codes = self.codes | {code} if shows else self.codes - {code}
