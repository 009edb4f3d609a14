"""What waits of approved plans: a plan to be approved, a request to be signed, consented to, decided; one query."""

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
    that move support money; of a signatory those its unit asks for, also of the unit that follows.
    """
    if actor.post(Role.SIGNATORY, Role.OFFICER) is None:
        return []
    rows = _WAITING(by=actor)
    changes = [_change_line(row) for row in rows if row.change is not None]
    return [*_plan_lines([row for row in rows if not row.has_plan]), *changes]


def _waiting(*, by: Actor) -> QuerySet[Any] | None:
    signs = [post for post in by.posts if post.role == Role.SIGNATORY]
    ours = Q(organisation__in=[post.organisation for post in signs])
    ours |= Q(successor_unit__in=[post.unit for post in signs if post.unit])
    wanted = Q(ours, change_state=ChangeState.ASKED) if signs else Q(pk=None)
    if by.post(Role.OFFICER, code=MIIT) is not None:
        wanted |= Q(has_plan=False) | Q(change_state=ChangeState.SIGNED, change_waits=False)
    if by.post(Role.OFFICER, code=MOF) is not None:
        wanted |= Q(change_state=ChangeState.SIGNED, change_waits=True)
    # One request of an application is under way at most.
    open_ = ChangeRequest.objects.filter(application=OuterRef("pk"), state__in=[ChangeState.ASKED, ChangeState.SIGNED])
    consent = Exists(open_.exclude(support_before=F("support_after")).filter(mof_by=None))
    rows = Application.objects.filter(state=ApplicationState.SELECTED).annotate(
        change=Subquery(open_.values("pk")[:1]),
        change_state=Subquery(open_.values("state")[:1]),
        change_subject=Subquery(open_.values("subject")[:1]),
        change_waits=consent,
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
    if row.change_state == ChangeState.ASKED:
        text = _("Sign the request of %(unit)s to change its plan: %(what)s")
    elif row.change_waits:
        text = _("Consent to the change of the plan of %(unit)s: %(what)s")
    else:
        text = _("Decide on the change of the plan of %(unit)s: %(what)s")
    words = {"unit": row.unit, "what": row.change_subject}
    return Todo(text % words, reverse("applications:change", args=[row.change]))
