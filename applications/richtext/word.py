"""Word files read into rich text: mammoth makes HTML of styles, pictures become figures, headings make pieces."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Final

import mammoth  # type: ignore[import-untyped]
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from applications.enums_sections import ChapterCode
from applications.richtext.clean import LONGEST, clean
from portal.core.errors import DomainError

MOST_PICTURES: Final = 200
STYLES: Final = """
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
p[style-name='Caption'] => p:fresh
u => u
strike => s
"""
# Words by which a heading of the file is recognised as a chapter, besides the chapter's own name.
_SIGNS: Final = {
    ChapterCode.OVERALL: ("总体", "基本原则", "指导思想", "approach", "principle"),
    ChapterCode.GOALS: ("目标", "goal", "target"),
    ChapterCode.TASKS: ("任务", "重点工作", "task"),
    ChapterCode.PROJECTS: ("项目", "project"),
    ChapterCode.FUNDS: ("资金", "投资", "fund", "money"),
    ChapterCode.SAFEGUARDS: ("保障", "组织", "safeguard", "organis"),
    ChapterCode.SCHEDULE: ("进度", "计划安排", "时间", "schedule"),
}
_HEADING: Final = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@dataclass
class Piece:
    """A part of the file under one heading of the first level, and the chapter it seems to be ("" when none)."""

    title: str
    html: str
    chapter: str = ""


@dataclass
class Reading:
    """What was read: pieces, and in words what could not be read."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(file: IO[bytes], keep_picture: Callable[[bytes, str], str]) -> Reading:
    """Read a DOCX that was judged by `portal.core.files.keep`. keep_picture: content and type → its address.

    Raises DomainError when the file cannot be read, is empty or too long.
    """
    reading, count = Reading(), 0

    def picture(image: Any) -> dict[str, str]:
        nonlocal count
        count += 1
        if count > MOST_PICTURES:
            return {"src": ""}
        try:
            with image.open() as content:
                return {"src": keep_picture(content.read(), image.content_type)}
        except DomainError as error:
            reading.notes.append(_("Picture %(number)s was left out: %(why)s") % {"number": count, "why": error})
            return {"src": ""}

    file.seek(0)
    try:
        made = mammoth.convert_to_html(
            io.BytesIO(file.read()), style_map=STYLES, convert_image=mammoth.images.img_element(picture)
        )
    except Exception as error:  # mammoth reads XML that people made: whatever is wrong in it, the file is to be mended
        raise DomainError("word_broken", _("The Word file cannot be read. Save it anew as DOCX."), "file") from error
    if count > MOST_PICTURES:
        reading.notes.append(
            _("The file has more than %(most)s pictures: the others were left out.") % {"most": MOST_PICTURES}
        )
    if len(made.value) > 4 * LONGEST:
        raise DomainError("text_too_long", _("The text of the file is too long: split it into several files."), "file")
    reading.notes += _notes(made.messages)
    reading.pieces = pieces(made.value)
    if not reading.pieces:
        raise DomainError("word_empty", _("There is no text in the file."), "file")
    return reading


def _notes(messages: Any) -> list[str]:
    """Remarks on styles it does not know, counted; the text itself is there."""
    count = len({str(message.message) for message in messages})
    return (
        [_("%(count)s styles of the file are unknown here; their text came over plain.") % {"count": count}]
        if count
        else []
    )


def pieces(html: str) -> list[Piece]:
    """The text cut at its headings of the first level, each piece cleaned, with the chapter it seems to be."""
    found = _HEADING.split(html)
    cut = [("", found[0]), *zip(found[1::2], found[2::2], strict=True)]
    made, taken = [], set()
    for heading, body in cut:
        text = clean(body)
        title = strip_tags(heading).strip()[:160]
        if not text and not title:
            continue
        chapter = guess(title) if title else ""
        if chapter in taken:
            chapter = ""
        taken.add(chapter)
        made.append(Piece(title, text, chapter))
    return [piece for piece in made if piece.html]


def guess(title: str) -> str:
    """The chapter a heading names; "" when it names none or several."""
    low = title.lower()
    for chapter in ChapterCode:
        if str(chapter.label).lower() in low:
            return chapter.value
    fits = [chapter for chapter, signs in _SIGNS.items() if any(sign in low for sign in signs)]
    return fits[0].value if len(fits) == 1 else ""
