"""A cleaned text taken apart into the shapes of documents: headings, paragraphs, lists, tables, figures."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Final

from applications.richtext.clean import FIGURE

_HEADINGS: Final = {f"h{level}": level for level in range(2, 7)}
_BLOCKS: Final = {"p", "blockquote", "li", "caption", "figcaption", *_HEADINGS}


def parts(html: str) -> list[dict[str, Any]]:
    """The parts in their order: heading {text, level}, text, list {items}, table {caption, rows, head}, figure {id}.

    A list inside a list stands in it with a dash; cells that span several columns are followed by empty ones.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, Any]] = []
        self.text = ""
        self.lists: list[dict[str, Any]] = []
        self.table: dict[str, Any] | None = None
        self.span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.text += "\n"
        elif tag == "img":
            self._figure(given)
        elif tag == "table" and self.table is None:
            self.flush()
            self.table = {"kind": "table", "caption": "", "rows": [], "head": False}
        elif self.table is not None:
            self._open_cell(tag, given)
        elif tag in ("ul", "ol"):
            self.flush()
            self.lists.append({"kind": "list", "items": [], "ordered": tag == "ol"})
        elif tag in _BLOCKS:
            self.flush()

    def handle_endtag(self, tag: str) -> None:
        if self.table is not None:
            self._close_cell(tag)
        elif tag in ("ul", "ol"):
            self._close_list()
        elif tag == "figcaption":
            self._caption()
        elif tag in _BLOCKS:
            self.flush(tag)

    def handle_data(self, data: str) -> None:
        self.text += data if self.text else data.lstrip()

    def flush(self, tag: str = "p") -> None:
        """Put what was read so far down as one part."""
        text, self.text = self.text.strip(), ""
        if not text:
            return
        if self.lists:
            self.lists[-1]["items"].append(text)
        elif tag in _HEADINGS:
            self.found.append({"kind": "heading", "text": text, "level": _HEADINGS[tag]})
        else:
            self.found.append({"kind": "text", "text": text})

    def _close_list(self) -> None:
        self.flush()
        if not self.lists:
            return
        closed = self.lists.pop()
        if self.lists:
            self.lists[-1]["items"] += [f"– {item}" for item in closed["items"]]
        elif closed["items"]:
            self.found.append(closed)

    def _figure(self, given: dict[str, str | None]) -> None:
        match = FIGURE.fullmatch(given.get("src") or "")
        if match is None:
            return
        if self.table is None:
            self.flush()
        self.found.append({"kind": "figure", "id": int(match[1]), "alt": given.get("alt") or "", "caption": ""})

    def _caption(self) -> None:
        text, self.text = self.text.strip(), ""
        if self.found and self.found[-1]["kind"] == "figure":
            self.found[-1]["caption"] = text
        elif text:
            self.found.append({"kind": "text", "text": text})

    def _open_cell(self, tag: str, given: dict[str, str | None]) -> None:
        table = self.table
        if table is None:
            return
        if tag == "tr":
            table["rows"].append([])
        elif tag in ("td", "th"):
            self.text = ""
            self.span = int(given.get("colspan") or 1)
            table["head"] = table["head"] or (tag == "th" and len(table["rows"]) <= 1)
        elif self.text:
            self.text += "\n" if tag in ("p", "li") else ""

    def _close_cell(self, tag: str) -> None:
        table = self.table
        if table is None:
            return
        if tag == "caption":
            table["caption"], self.text = self.text.strip(), ""
        elif tag in ("td", "th"):
            if not table["rows"]:
                table["rows"].append([])
            table["rows"][-1] += [self.text.strip(), *[""] * (self.span - 1)]
            self.text = ""
        elif tag == "table":
            self.table, self.text = None, ""
            table["rows"] = [row for row in table["rows"] if row]
            if table["rows"]:
                wide = max(len(row) for row in table["rows"])
                table["rows"] = [row + [""] * (wide - len(row)) for row in table["rows"]]
                self.found.append(table)
