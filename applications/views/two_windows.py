"""Sending a form that carries what was read: of two windows neither wins unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _

from applications.forms.conflict import MINE, Dispute, disputes, settle
from applications.forms.fields import VersionedForm
from applications.unplaced import NO_PLACE
from portal.core.errors import Stale
from portal.core.web import errors_into


@dataclass(frozen=True)
class Outcome:
    """How a form came out. result: what the act gave (`done`); stale: what it said when something else stood by now.

    disputes: the fields of which one text is to be chosen, when the page comes back.
    """

    done: bool = False
    result: Any = None
    stale: Stale | None = None
    disputes: list[Dispute] = field(default_factory=list)

    def shown(self, form: BaseForm) -> dict[str, Any]:
        """What the template shows of it, beside the form."""
        names = [row.field.name for row in self.disputes]
        return {
            "conflict": bool(self.disputes),
            "both": self.stale is not None and bool(self.disputes),
            "disputes": self.disputes,
            "disputed": ",".join(names),
            "agreed": [one for one in form.visible_fields() if one.name not in names],
        }


def send(form: BaseForm, *, act: Callable[[], Any], now: Callable[[], dict[str, Any]], base: str) -> Outcome:
    """Do the act with a form that was sent, once a text is chosen for each field on which two differ.

    now: what stands, by field, asked again when the act is refused; base: the digests that came with the form.
    When the act says Stale, nothing was done, and each field that differs has its two texts. What else is refused
    stands in the form's errors; of a choice that is missing nothing is taken for granted.
    """
    if "settling" in form.data and not settle(form, now()):
        form.add_error(None, _("Say for each field below which text is to stand."))
        return Outcome(disputes=[_as_chosen(row, form) for row in disputes(form, now(), "")])
    stale: Stale | None = None
    if form.is_valid():
        result = None
        with errors_into(form):
            try:
                result = act()
            except Stale as error:
                stale = error
                raise
        if not form.errors:
            return Outcome(done=True, result=result)
    differ = stale is not None and stale.code != NO_PLACE and isinstance(form, VersionedForm)
    return Outcome(stale=stale, disputes=disputes(form, now(), base) if differ else [])


def _as_chosen(row: Dispute, form: BaseForm) -> Dispute:
    """A field of which one's own text was chosen already; where theirs was, the two no longer differ."""
    return replace(row, chosen=MINE if form.data.get(row.name) == MINE else "")
