"""What a text may contain: headings, paragraphs, lists, tables, figures of the dossier, links. Nothing that acts.

A text is cleaned before it is stored and again before it is shown, so that neither a hole in the one nor a row
written by other hands reaches a reader.
"""

from __future__ import annotations

import re
from typing import Final

import nh3
from django.utils.html import linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.core.errors import DomainError

# Enough for some hundred pages in one chapter; more is a mistake or an attack.
LONGEST: Final = 400_000
TAGS: Final = frozenset(
    {
        *("p", "br", "hr", "h2", "h3", "h4", "strong", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "blockquote"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption", "img", "a"),
    }
)
ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
FIGURE: Final = re.compile(r"/applications/figures/(\d{1,18})/")
_ABROAD: Final = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_SPAN: Final = re.compile(r"[1-9]\d?")
_RENAMED: Final = (
    (re.compile(r"<(/?)h1(?=[\s>/])", re.IGNORECASE), r"<\1h2"),
    (re.compile(r"<(/?)h[56](?=[\s>/])", re.IGNORECASE), r"<\1h4"),
    (re.compile(r"<(/?)b(?=[\s>/])", re.IGNORECASE), r"<\1strong"),
    (re.compile(r"<(/?)i(?=[\s>/])", re.IGNORECASE), r"<\1em"),
)
_EMPTY: Final = re.compile(r"<(p|h2|h3|h4|li|blockquote)>(?:\s|&nbsp;|<br>)*</\1>")
# A picture without words for those who cannot see it is told as one that says nothing; a heading without text is none.
_MUTE_IMAGE: Final = re.compile(r"<img (?![^>]*\balt=)")
_EMPTY_HEADING: Final = re.compile(r"<th(?: [^>]*)?>\s*</th>")
_BARE_IMAGE: Final = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if FIGURE.fullmatch(value) else None
    if name == "href":
        return value if _ABROAD.match(value) else None
    if name in ("colspan", "rowspan", "start"):
        return value if _SPAN.fullmatch(value) else None
    if name == "scope":
        return value if value in ("col", "row") else None
    return value[:500]


_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    # Relative addresses pass: those of figures; any other relative address of a picture is refused above.
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "title"},
)


def clean(html: str) -> str:
    """The text with nothing in it but what is allowed. Cleaning a clean text changes nothing.

    What a parser reads in one way and another in another way is not kept: the words alone stay then.
    """
    for _again in range(4):
        made = _once(html)
        if made == html:
            return made
        html = made
    return _once(linebreaks(strip_tags(html)))


def _once(html: str) -> str:
    for pattern, new in _RENAMED:
        html = pattern.sub(new, html)
    html = _CLEANER.clean(html.replace("\r\n", "\n").replace("\x00", ""))
    html = _MUTE_IMAGE.sub('<img alt="" ', _BARE_IMAGE.sub("", html))
    while (shorter := _EMPTY.sub("", html)) != html:
        html = shorter
    return _EMPTY_HEADING.sub("<td></td>", html).strip()


def taken_in(html: str, field: str = "html") -> str:
    """A text on its way into the dossier. Raises DomainError when it is too long."""
    if len(html) > LONGEST:
        raise DomainError(
            "text_too_long",
            _("A chapter has at most %(most)s characters with its marks: split the text over several chapters.")
            % {"most": f"{LONGEST:,}"},
            field,
        )
    return clean(html)


def shown(html: str, deeper: int = 0) -> SafeString:
    """A text for a page; headings stand `deeper` levels below their own, so that a page keeps its order."""
    text = clean(html)
    if deeper:
        text = re.sub(r"<(/?)h([2-4])>", lambda found: f"<{found[1]}h{min(6, int(found[2]) + deeper)}>", text)
    return mark_safe(text)  # noqa: S308 - cleaned the line above


def figures_in(html: str) -> set[int]:
    """The figures a text shows."""
    return {int(found) for found in FIGURE.findall(html)}


def words_in(html: str) -> int:
    """How many signs people read: no marks, no blanks."""
    return len(re.sub(r"\s+", "", strip_tags(html)))
