"""What was typed into a form that is refused as a whole: the page that says so gives it back to be copied."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

# Of a word or two nobody would mourn, and numbers of rows and choices are none.
LEAST: Final = 12
_OWN: Final = frozenset({"csrfmiddlewaretoken", "base", "page", "after", "next", "sha256", "settling"})
_SECRET: Final = ("/account/",)


def typed(request: HttpRequest | None) -> list[str]:
    """The texts of the form that was sent, in its order; none where it did not come from a page of the portal."""
    if request is None or request.method != "POST" or request.path.startswith(_SECRET):
        return []
    if not getattr(request, "csrf_processing_done", False):
        return []
    texts = [text.strip() for name, values in request.POST.lists() if name not in _OWN for text in values]
    return [text for text in texts if len(text) >= LEAST]
