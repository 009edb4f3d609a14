"""In English pages what people wrote in Chinese says so (WCAG 2.2, success criterion 3.1.2, Language of Parts).

Most of what is typed into the portal is Chinese, whatever language the page is read in. A screen reader pronounces an
element in the language it declares, and a browser picks the shapes of Han characters by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

# An element that holds text and line breaks alone. Scripts and styles are not read out; a title ends with the portal's
# own name.
# No part of it goes back over text it has passed, however long.
TEXT: Final = re.compile(
    r"<(?!script\b|style\b|title\b|br\b)(?P<tag>[a-z][a-z0-9]*+)(?P<own>(?:\s[^<>]*+)?)>"
    r"(?P<text>[^<>]*+(?:<br>[^<>]*+)*+)(?=</(?P=tag)>)"
)
HAN: Final = re.compile(r"[\u3400-\u9fff]")
LATIN: Final = re.compile(r"[A-Za-z]{2,}")


def marked(page: str) -> str:
    """The page, in which every element whose text is Chinese for the most part carries `lang`; nothing else changes."""
    return TEXT.sub(_marked, page)


def _marked(found: re.Match[str]) -> str:
    tag, own, text = found["tag"], found["own"], found["text"]
    # A sentence of the portal's that names something Chinese stays English. A word says about as much as two
    # characters; words are to be a third of the text at most.
    han = len(HAN.findall(text))
    if not han or " lang=" in own or han < 4 * len(LATIN.findall(text.replace("<br>", ""))):
        return found[0]
    return f'<{tag} lang="zh-Hans"{own}>{text}'


class SpokenMiddleware:
    """Let pages that are shown in English say which of their text is Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            not response.streaming
            and get_language() == "en"
            and response.get("Content-Type", "").startswith("text/html")
        ):
            response.content = marked(response.content.decode(response.charset)).encode(response.charset)
        return response
