"""Writers of report files: parts of a report in, one file out.

A writer takes the parts in their order (`add`), then `close(facts)` writes what belongs to the end and gives the
number of rows and the digest over them. The digest is the same in every format: SHA-256 over one line of JSON for
each row, `[sheet, value, …]`, amounts as decimal text, moments as ISO with the zone of Beijing; of a document over
what is put into it, of rows that the database writes over its lines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from portal.reports.catalogue import Order
from portal.reports.writers.base import Writer
from portal.reports.writers.csv_file import CsvWriter
from portal.reports.writers.pdf_file import PdfWriter
from portal.reports.writers.xlsx_file import XlsxWriter
from portal.reports.writers.zip_file import ZipWriter

__all__ = ["Writer", "open_writer"]
WRITERS: Final[dict[str, type[Writer]]] = {"xlsx": XlsxWriter, "csv": CsvWriter, "pdf": PdfWriter, "zip": ZipWriter}


def open_writer(order: Order, path: Path) -> Writer:
    """The writer of the format asked for, onto a new file."""
    return WRITERS[order.format](order, path)
