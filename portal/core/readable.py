"""Text that people can read: what no page, paper or search shows as it was meant is refused where it is typed.

Every text field of forms and of the API checks it (`CoreConfig.ready`), files brought for lists do so by the cell.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.forms import CharField, Textarea
from django.utils.translation import gettext_lazy as _

# Control signs but for tab and line break; halves of a pair; no characters at all; and signs that turn the text around
# them, so that a name or an amount reads otherwise than it is kept.
_CONTROL: Final = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_TURNING: Final = "\u202a-\u202e\u2066-\u2069"
_ODD: Final = re.compile(f"[{_CONTROL}{_TURNING}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# What takes room at most: blanks, signs of width nothing, fillers.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u2800\u3164\ufe00-\ufe0f"
)
_SEEN: Final = re.compile(rf"[^\s{_UNSEEN}\ufeff\uffa0]")
_BESIDE: Final = 12


# Word and presentations part the lines of a paragraph by these: pasted text brings them along.
_LINES: Final = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def with_plain_lines(field: CharField, value: Any) -> Any:
    """What was typed, with the line breaks of the web; a field of one line has blanks in their place."""
    return _LINES.sub("\n" if isinstance(field.widget, Textarea) else " ", value) if isinstance(value, str) else value


def validate_readable(text: object) -> None:
    """Raise ValidationError for a text with signs that cannot be shown, or with none that can be seen."""
    if not isinstance(text, str) or not text.strip():
        return
    found = _ODD.search(text)
    if found is not None:
        around = text[max(0, found.start() - _BESIDE) : found.start() + _BESIDE]
        raise ValidationError(
            _(
                "Beside “%(text)s” stands a sign that cannot be shown or turns the text around (%(sign)s). Type this "
                "place anew."
            ),
            code="odd_signs",
            params={"sign": f"U+{ord(found[0]):04X}", "text": _ODD.sub("", around).strip()},
        )
    if not is_seen(text):
        raise ValidationError(_("Nothing that can be read stands here."), code="unseen")


def is_seen(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return _SEEN.search(text) is not None


def turns(sign: str) -> bool:
    """Whether a sign turns the text around it."""
    return unicodedata.bidirectional(sign) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
