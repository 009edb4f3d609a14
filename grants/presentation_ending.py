"""The end of a batch in words: how each award stands, what is open, what was asked and decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grants.enums import CheckState, Result
from grants.enums_ending import Open, StepKind, StepState
from grants.models import ArchiveStep, Award
from grants.queries import ending as queries
from grants.queries.ending import STATES, Matter
from portal.core.errors import Text
from portal.core.rules import may
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch

_NAMED: Final = 6  # units a line of the list leads to
# The list of all that is open of a kind, narrowed to the batch where it can be, and who may read it.
_LISTS: Final[Mapping[Open, tuple[str, str]]] = {
    Open.PROVINCE: ("grants:flow_lying", "grants.view"),
    Open.UNIT: ("grants:flow_lying", "grants.view"),
    Open.DEMANDS: ("grants:recoveries", "grants.view"),
    Open.HOLDS: ("grants:holds", "grants.view"),
    Open.CHANGES: ("applications:changes", "applications.view"),
    Open.OBJECTIONS: ("reviews:objections", "reviews.view_objections"),
}
_WHO: Final[Mapping[Open, Text]] = {
    Open.PAPERS: gettext_lazy("Whoever checks them confirms or refuses them."),
    Open.RECEIPTS: gettext_lazy("Whoever got the money records it."),
    Open.CENTRAL: gettext_lazy("MOF's finance issues it, or the award is changed."),
    Open.PROVINCE: gettext_lazy("The province passes it on, or gives it back."),
    Open.UNIT: gettext_lazy("The unit pays it to projects, or gives it back."),
    Open.PROJECT: gettext_lazy("The unit reports how it was used, or it is demanded back."),
    Open.SURPLUS: gettext_lazy("The unit gives it back to the level above."),
    Open.DEMANDS: gettext_lazy("The unit pays, or who demanded withdraws."),
    Open.HOLDS: gettext_lazy("Both ministries say whether payments go on."),
    Open.PERFORMANCE: gettext_lazy("The province verifies or accepts; MIIT closes the panel."),
    Open.CHANGES: gettext_lazy("MIIT decides, after MOF where money moves."),
    Open.LISTED: gettext_lazy("MIIT makes their list final."),
    Open.OBJECTIONS: gettext_lazy("The ministry that handles them answers."),
    Open.FINDINGS: gettext_lazy("The audited body rectifies, an auditor closes."),
}


def lacking(row: Any) -> str:
    """What an award without its final result waits for."""
    if row.state == CheckState.ENTERED:
        return _("the award waits for its checker")
    if row.last_state == CheckState.ENTERED:
        return _("the result waits for MOF")
    if row.last_result == Result.RECTIFY:
        return _("to be mended by %(day)s") % {"day": f"{row.mend_by:%Y-%m-%d}"}
    if row.is_scored_now:
        return _("the panel is at work")
    if row.last_result == Result.FAILED:
        return _("failed, not for good")
    return _("no result entered")


def checklist(
    actor: Actor, batch: Batch, matters: Iterable[Matter], awards: Mapping[int, Award]
) -> list[dict[str, Any]]:
    """What must be done before the batch is archived, each line with how much of it is open and where."""
    return [_line(actor, batch, row, awards) for row in matters]


def _line(actor: Actor, batch: Batch, row: Matter, awards: Mapping[int, Award]) -> dict[str, Any]:
    if not row.number:
        return {"label": row.what.label, "state": "done", "state_label": _("nothing open"), "tone": "good"}
    units = [awards[key] for key in awards if key in row.awards]
    links = [{"label": str(one.unit), "url": reverse("grants:award", args=[one.pk])} for one in units[:_NAMED]]
    more, (route, act) = len(units) - _NAMED, _LISTS.get(row.what, ("", "grants.view"))
    route = route if may(actor, act) else ""
    if more > 0:
        text = ngettext("%(count)s more unit", "%(count)s more units", more) % {"count": more}
        links.append({"label": text, "url": f"{reverse(route or 'grants:awards')}?batch={batch.number}"})
    return {
        "label": row.what.label,
        "url": f"{reverse(route)}?batch={batch.number}" if route else "",
        "state": "waiting",
        "state_label": ngettext("%(count)s open", "%(count)s open", row.number) % {"count": row.number},
        "tone": "wait",
        "hint": _WHO[row.what],
        "amount": row.amount,
        "links": links,
    }


def events(steps: Iterable[ArchiveStep]) -> list[dict[str, Any]]:
    """What was asked and decided, the newest first."""
    found = []
    for row in steps:
        archiving = row.kind == StepKind.ARCHIVE
        if row.state == StepState.SIGNED:
            done = (
                _("MOF countersigned: the batch is archived") if archiving else _("MOF countersigned: it is open again")
            )
            found.append({"what": done, "who": str(row.decided_by), "at": row.decided_at})
        elif row.state == StepState.REFUSED:
            what = _("The archiving was turned down") if archiving else _("The reopening was turned down")
            found.append({"what": what, "who": str(row.decided_by), "at": row.decided_at, "note": row.refused_why})
        asked = _("MIIT asked to archive the batch") if archiving else _("MIIT asked to open the batch again")
        found.append({"what": asked, "who": str(row.asked_by), "at": row.asked_at, "note": row.why})
    return found


def title(batch: Batch) -> str:
    """The name of the page."""
    return _("Assessment and archiving of batch %(number)s") % {"number": batch.number}


def signatures(actor: Actor, batch: Batch) -> list[tuple[str, str, datetime]]:
    """Who of both ministries archived the batch and when, for who may see it."""
    if batch.state != BatchState.ARCHIVED or batch.opened_by_id is None or not may(actor, "grants.see_ending"):
        return []
    step = queries.steps(actor.scope).filter(batch=batch, state=StepState.SIGNED, kind=StepKind.ARCHIVE).first()
    if step is None or step.decided_at is None:
        return []
    return [
        (_("Archiving asked for MIIT"), str(step.asked_by), step.asked_at),
        (_("Archiving countersigned for MOF"), str(step.decided_by), step.decided_at),
    ]


def onward(actor: Actor, batch: Batch) -> list[tuple[str, str]]:
    """The page of a batch's end, for who may see it: a line on the page of the batch."""
    if batch.state not in STATES or batch.opened_by_id is None or not may(actor, "grants.see_ending"):
        return []
    return [(_("Assessment and archiving"), reverse("grants:ending", args=[batch.number]))]
