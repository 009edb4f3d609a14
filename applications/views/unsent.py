"""What was typed of a decision when only its checklist was kept: it stands in the form again until it is decided.

It lies in the person's own session and ends with it; nobody else sees it, and nothing of it is decided.
"""

from __future__ import annotations

from typing import Any, Final

from applications.forms.checklist import ChecklistForm
from portal.core.middleware import PortalRequest

_KEY: Final = "unsent"
_MOST: Final = 20


def hold(request: PortalRequest, what: str, form: ChecklistForm) -> None:
    """Hold the fields of the decision as they were typed; of many the last ones."""
    others = {key: typed for key, typed in request.session.get(_KEY, {}).items() if key != what}
    others[what] = {one.name: one.value() for one in form.decides()}
    request.session[_KEY] = dict(list(others.items())[-_MOST:])


def held(request: PortalRequest, what: str) -> dict[str, Any]:
    """What is held of a decision, as initial values of its form."""
    found: dict[str, Any] = request.session.get(_KEY, {}).get(what, {})
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def let_go(request: PortalRequest, what: str) -> None:
    """It was decided."""
    request.session[_KEY] = {key: typed for key, typed in request.session.get(_KEY, {}).items() if key != what}
