"""What waits of approved plans at the ministries: a plan to be approved, a request to be consented to or decided; one
query. What a unit has to sign stands among its applications (`applications.todo.of_unit`).
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import ApplicationState, ChangeState
from applications.models import Application, ChangeRequest, PlanVersion
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo

MOST: Final = 200
FEW: Final = 3


def plans(actor: Actor) -> list[Todo]:
    """Of MIIT, plans of selected units without a version, and requests nobody has to consent to any more; of MOF those
    that move support money.
    """
    if actor.post(Role.OFFICER) is None:
        return []
    rows = _WAITING(by=actor)
    asked = [_change_line(row) for row in rows if row.change is not None]
    return [*_plan_lines([row for row in rows if not row.has_plan]), *asked]


def changes(state: ChangeState) -> QuerySet[ChangeRequest]:
    """The outer application's request in this state: one at most is under way."""
    return ChangeRequest.objects.filter(application=OuterRef("pk"), state=state)


def _waiting(*, by: Actor) -> QuerySet[Any] | None:
    wanted = Q(pk=None)
    if by.post(Role.OFFICER, code=MIIT) is not None:
        wanted |= Q(has_plan=False) | Q(change__isnull=False, change_waits=False)
    if by.post(Role.OFFICER, code=MOF) is not None:
        wanted |= Q(change__isnull=False, change_waits=True)
    signed = changes(ChangeState.SIGNED)
    rows = Application.objects.filter(state=ApplicationState.SELECTED).annotate(
        change=Subquery(signed.values("pk")[:1]),
        change_subject=Subquery(signed.values("subject")[:1]),
        change_waits=Exists(signed.exclude(support_before=F("support_after")).filter(mof_by=None)),
        has_plan=Exists(PlanVersion.objects.filter(application=OuterRef("pk"))),
    )
    rows = rows.filter(wanted).select_related("unit").only("unit__name_zh", "unit__name_en").order_by("batch", "pk")
    return rows[:MOST]


_WAITING: Final = Prepared(_waiting)


def _plan_lines(rows: list[Any]) -> list[Todo]:
    """One line each; after a final list, when there are many, one line for all, which leads to the first."""
    urls = [reverse("applications:plan_approved", args=[row.pk]) for row in rows]
    if len(rows) > FEW:
        text = _("Approve the implementation plans of %(count)s units, that of %(unit)s first")
        return [Todo(text % {"count": len(rows), "unit": rows[0].unit}, urls[0], count=len(rows))]
    text = _("Approve the implementation plan of %(unit)s")
    return [Todo(text % {"unit": row.unit}, url) for row, url in zip(rows, urls, strict=True)]


def _change_line(row: Any) -> Todo:
    consent = _("Consent to the change of the plan of %(unit)s: %(what)s")
    decide = _("Decide on the change of the plan of %(unit)s: %(what)s")
    return change_line(row, consent if row.change_waits else decide)


def change_line(row: Any, text: str) -> Todo:
    """What is to be done with the request `change` of an application; text: with unit and what."""
    words = {"unit": row.unit, "what": row.change_subject}
    return Todo(text % words, reverse("applications:change", args=[row.change]))
