"""PDF: one document from a Typst template; what the cover says stands as its last section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import clock, pdf
from portal.reports.catalogue import Document, Sheet
from portal.reports.writers.base import Writer


class PdfWriter(Writer):
    """The document is set at the end; moment of making, mark and site are put in here."""

    part: Document | None = None

    def begin(self, sheet: Sheet) -> None:
        raise ValueError("A sheet is not a document.")

    def row(self, row: Sequence[Any]) -> None:
        raise ValueError("A row is not a document.")

    def document(self, part: Document) -> None:
        self.part = part

    def finish(self, facts: list[tuple[str, str]]) -> None:
        if self.part is None:
            raise ValueError("The builder gave no document.")
        data = dict(self.part.data)
        with translation.override("zh-hans"):  # documents are Chinese, whoever asks
            data |= {
                "made_at": self.order.asked_at.astimezone(clock.SHANGHAI).replace(microsecond=0).isoformat(),
                "site": str(settings.SITE_NAME),
                "demonstration": settings.DEMONSTRATION,
            }
            if "sections" in data:
                about = {"title": _("About this document"), "blocks": [{"kind": "facts", "rows": self.facts()}]}
                data["sections"] = [*data["sections"], about]
        self.path.write_bytes(pdf.render(self.part.template, data))
