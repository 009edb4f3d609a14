"""The shapes of data that the document templates take. All values are text that is ready to be read.

Amounts come as text with their unit in the heading, moments as local time; templates do no arithmetic.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Document(TypedDict):
    """What every document says. made_at: ISO moment with zone; digest: SHA-256 of what it is about, or empty."""

    made_at: str
    title: str
    batch: str
    site: NotRequired[str]
    digest: NotRequired[str]
    demonstration: NotRequired[bool]


class Signature(TypedDict):
    """One signature: who, for whom, in which role, when."""

    name: str
    organisation: str
    role: str
    at: str


class Receipt(Document):
    """`receipt.typ`: the receipt of a submission. facts: further pairs of label and value.

    day: of the submission, in words.
    """

    opening: str
    day: str
    number: str
    unit: str
    submitted_at: str
    signed_by: list[Signature]
    facts: NotRequired[list[tuple[str, str]]]
    verify: NotRequired[str]


class Feedback(Document):
    """`feedback.typ`: what an applicant is told after the final list. comment: its paragraphs.

    addressee: the government it goes to; issuers, day: who signs below it, and when.
    """

    addressee: str
    issuers: list[str]
    day: str
    opening: str
    unit: str
    facts: list[tuple[str, str]]
    comment: list[str]
    closing: str


class PublicList(Document):
    """`list.typ`: a list of units, each as province (empty when it is the one above), name, remark.

    language: "zh" or "en"; opening and closing: what stands before and after the table; issuers: who publishes it;
    day: of the list, in words.
    """

    language: str
    opening: str
    order: str
    heads: list[str]
    rows: list[list[str]]
    closing: list[str]
    issuers: list[str]
    day: str


class AllocationTable(Document):
    """`allocation.typ`: what a document issues to each unit, as province, unit, amount in yuan.

    sums: places of the rows that add up a province; capitals: the total in Chinese capitals, or empty; signers: pairs
    of what somebody did and who.
    """

    subtitle: str
    document_no: str
    document_date: str
    state: str
    heads: list[str]
    rows: list[list[str]]
    sums: list[int]
    total_label: str
    total: str
    capitals: str
    signers: list[tuple[str, str]]


class Column(TypedDict):
    """One column of a table: heading (with its unit), side, share of the width (1 when missing)."""

    label: str
    align: NotRequired[Literal["left", "right"]]
    share: NotRequired[float]


class Text(TypedDict):
    """Running text; each line is a paragraph. caption: what it is about, where two dossiers are compared."""

    kind: Literal["text"]
    text: str
    caption: NotRequired[str]


class Facts(TypedDict):
    """Pairs of label and value."""

    kind: Literal["facts"]
    rows: list[tuple[str, str]]


class Items(TypedDict):
    """A list with dots."""

    kind: Literal["list"]
    items: list[str]


class Table(TypedDict):
    """A table; its heading is repeated on each page. total: one more row, set off; as many cells as columns.

    urls: where the first cell of each row leads, on pages.
    """

    kind: Literal["table"]
    caption: str
    columns: list[Column]
    rows: list[list[str]]
    total: NotRequired[list[str]]
    note: NotRequired[str]
    urls: NotRequired[list[str]]


class Heading(TypedDict):
    """A heading inside a section: level 2 stands below the section's own."""

    kind: Literal["heading"]
    level: int
    text: str


class Rich(TypedDict):
    """Cleaned HTML, for pages; a document takes its parts (applications.presentation.for_print)."""

    kind: Literal["rich"]
    html: str


class Picture(TypedDict):
    """A chart as SVG from portal.core.charts; alt says what it shows. Its table stands beside it."""

    kind: Literal["chart"]
    caption: str
    svg: str
    alt: str


class Drawing(TypedDict):
    """A chart as its specification: it is drawn where the document is set, which may be another process."""

    kind: Literal["chart"]
    caption: str
    spec: dict[str, Any]
    alt: str


class Section(TypedDict):
    """A section with its heading (level 1 or 2) and its blocks. code: by which it is found, where one looks for it."""

    title: str
    blocks: list[Any]
    level: NotRequired[int]
    code: NotRequired[str]


class About(TypedDict):
    """How a document came to be: parameters, moment, digest, on its first page."""

    title: str
    rows: list[tuple[str, str]]


class Dossier(Document):
    """`dossier.typ`: title, facts, about, contents (when there are several sections), sections."""

    facts: list[tuple[str, str]]
    sections: list[Section]
    subtitle: NotRequired[str]
    about: NotRequired[About]


class Tables(Document):
    """`table.typ`: any report of sheets. facts: what its cover says; language: "zh" or "en".

    sheets: title, note, columns (label, align, share), rows and total as texts, pictures (caption, svg, alt). nothing:
    said of a sheet without rows. columns_rows: sheet, heading, unit, source of each column.
    """

    language: str
    facts: list[list[str]]
    sheets: list[dict[str, Any]]
    nothing: str
    columns_title: str
    columns_heads: list[str]
    columns_rows: list[list[str]]
