"""Files of the demonstration: each says on its face that it is invented."""

from __future__ import annotations

import io
from typing import Final

from portal.core import pdf
from portal.core.files import PDF, Kept, keep_made
from portal.demonstration.invent import MARK

MADE_AT: Final = "2026-01-01T00:00:00+08:00"
TEXT: Final = "本文件由演示环境生成，内容为虚构，不具有任何效力。This file belongs to a demonstration; it is invented."


def paper(title: str, file_name: str) -> Kept:
    """A PDF with a title, kept among the files of dossiers."""
    data = {"made_at": MADE_AT, "title": f"{MARK}{title}", "text": TEXT, "demonstration": True}
    made = pdf.render("demonstration", data)
    return keep_made(io.BytesIO(made), name=f"{MARK}{file_name}", kind=PDF, folder="demonstration")
