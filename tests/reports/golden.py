"""The content of report files as text that stays the same from run to run, and the files it is compared with.

`make golden` (or GOLDEN=write) rewrites them. What a run alone decides is put as a word: days as their distance from
the day of the report, moments without their time, digests, numbers that the database counts.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Final

import pypdf
from python_calamine import CalamineWorkbook

from portal.core.clock import add_working_days

FOLDER: Final = Path(__file__).parent / "golden"
# Days that the factories write as they are.
STAY: Final = {"2026-01-01": "{start}", "2027-12-31": "{end}"}
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T\n]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+08:00)?)?")
# In a PDF the text is read with the gaps that justified setting leaves between digits and characters.
_CHINESE_DAY: Final = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
# A time that a narrow cell set on a line of its own.
_TIME: Final = re.compile(r"(?<![\d:])\d\d:\d\d(?::\d\d)?(?![\d:])")
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_DIGEST: Final = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{16}|[0-9a-f]{12})\b")


def text_of(content: bytes, form: str) -> str:
    """What a file of this format says."""
    return {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf, "zip": _zip}[form](content)


def _csv(content: bytes) -> str:
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _xlsx(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    parts = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        parts.append(
            "\n".join([f"## {name}", *(" | ".join(_cell(value) for value in row).rstrip(" |") for row in rows)])
        )
    return "\n\n".join(parts)


def _cell(value: object) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _pdf(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "\n\n".join(
        f"## {number} / {len(pages)}\n{page.extract_text()}" for number, page in enumerate(pages, start=1)
    )


def _zip(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        about = package.read("README.txt").decode("utf-8-sig") if "README.txt" in names else ""
    return "\n".join([*names, "", about.replace("\r\n", "\n")])


def steady(text: str, today: date, *, counts: bool = False, replies: int = 0) -> str:
    """The text with words for what a run alone decides. counts: numbers that the database counts are such.

    replies: working days to a deadline, whose distance in days depends on the day of the run.
    """
    reply_by = add_working_days(today, replies) if replies else None

    def day(found: re.Match[str]) -> str:
        whole = found[0][:10]
        if whole in STAY:
            return STAY[whole]
        that = date(int(found[1]), int(found[2]), int(found[3]))
        if that == reply_by:
            return "{reply_by}"
        distance = (that - today).days
        return (
            f"{{day{distance:+d}}}" if len(found[0]) == len(whole) or "年" in found[0] else f"{{moment{distance:+d}}}"
        )

    text = _UUID.sub("{uuid}", text)
    text = _CHINESE_DAY.sub(day, _DAY.sub(day, text))
    text = _TIME.sub("{time}", _DIGEST.sub("{sha256}", text))
    # The digits of some times are too wide for one line.
    text = re.sub(r"\{day(.\d+)\}\s*\n\s*\{time\}", r"{moment\1}", text)
    text = re.sub(rf"(?<![\d.,])(?:2026|{today.year})(?![\d.,])", "{year}", text)
    if counts:
        text = re.sub(r"(?<![\d{+-])\d+(?![\d}])", "{n}", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip() + "\n"


def path_of(name: str, form: str, language: str) -> Path:
    """Where the golden text of a report lies."""
    return FOLDER / f"{name}.{form}.{language[:2]}.txt"


def compare(name: str, form: str, language: str, text: str) -> None:
    """Hold the text against its golden file, or write that."""
    path = path_of(name, form, language)
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text)
    assert path.exists(), f"{path.name} is missing: make golden"
    assert text == path.read_text(), f"{path.name} differs: read the difference, then make golden"
