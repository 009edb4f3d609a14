"""What waits of approved plans at the ministries: a plan to be approved, a request to be consented to or decided; one
query. What a unit has to sign stands among its applications (`applications.todo.of_unit`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.enums import ApplicationState, ChangeState
from applications.models import Application, ChangeRequest, PlanVersion
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState

MOST: Final = 200
FEW: Final = 3


def plans(actor: Actor) -> list[Todo]:
    """Of MIIT, plans of selected units without a version, and requests nobody has to consent to any more; of MOF those
    that move support money.
    """
    if actor.post(Role.OFFICER) is None:
        return []
    rows = [_Waits(*row) for row in _WAITING(by=actor)]
    asked = [_asked_line(row) for row in rows if row.is_change]
    return [*_plan_lines([row for row in rows if not row.is_change]), *asked]


def changes(state: ChangeState) -> QuerySet[ChangeRequest]:
    """The outer application's request in this state: one at most is under way."""
    return ChangeRequest.objects.filter(application=OuterRef("pk"), state=state)


class _Waits(NamedTuple):
    """A plan to approve or a request to decide. number: of the application, or of the request; all: how many plans
    there are in all; waits: whether MOF has to consent first.
    """

    is_change: bool
    number: int
    unit_zh: str
    unit_en: str
    all: int
    subject: str
    waits: bool

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return self.unit_en if get_language() == "en" else self.unit_zh


def _waiting(*, by: Actor) -> QuerySet[Any] | None:
    """Two parts with the columns of `_Waits`. Of the plans the first few alone are read, and counted where they lie."""
    of_miit, of_mof = by.post(Role.OFFICER, code=MIIT) is not None, by.post(Role.OFFICER, code=MOF) is not None
    if not (of_miit or of_mof):
        return None
    consent = Q(mof_by=None) & ~Q(support_before=F("support_after"))
    asked = ChangeRequest.objects.filter(state=ChangeState.SIGNED, application__state=ApplicationState.SELECTED)
    asked = asked.annotate(waits=Case(When(consent, then=True), default=False))
    if not (of_miit and of_mof):
        asked = asked.filter(waits=of_mof)
    unit = ("application__unit__name_zh", "application__unit__name_en")
    changes_: QuerySet[Any] = asked.order_by("application__batch", "application").values_list(
        Value(True), "pk", *unit, Value(0), "subject", "waits"
    )[:MOST]
    if not of_miit:
        return changes_
    has_plan = Exists(PlanVersion.objects.filter(application=OuterRef("pk")))
    lacking = Application.objects.filter(~has_plan, state=ApplicationState.SELECTED)
    # Of an archived batch no plan is approved any more: the line would stand for ever.
    lacking = lacking.exclude(batch__state=BatchState.ARCHIVED).order_by("batch", "pk")
    plans_: QuerySet[Any] = lacking.values_list(
        Value(False), "pk", "unit__name_zh", "unit__name_en", Window(Count("*")), Value(""), Value(False)
    )[: FEW + 1]
    return plans_.union(changes_, all=True)


_WAITING: Final = Prepared(_waiting)


def _plan_lines(rows: list[_Waits]) -> list[Todo]:
    """One line each; after a final list, when there are many, one line for all, which leads to the first."""
    urls = [reverse("applications:plan_approved", args=[row.number]) for row in rows[:FEW]]
    if len(rows) > FEW:
        text = _("Approve the implementation plans of %(count)s units, that of %(unit)s first")
        return [Todo(text % {"count": rows[0].all, "unit": rows[0].unit}, urls[0], count=rows[0].all)]
    text = _("Approve the implementation plan of %(unit)s")
    return [Todo(text % {"unit": row.unit}, url) for row, url in zip(rows, urls, strict=True)]


def _asked_line(row: _Waits) -> Todo:
    consent = _("Consent to the change of the plan of %(unit)s: %(what)s")
    decide = _("Decide on the change of the plan of %(unit)s: %(what)s")
    return _change_line(consent if row.waits else decide, row.number, row.unit, row.subject)


def change_line(row: Any, text: str) -> Todo:
    """What is to be done with the request `change` of an application; text: with unit and what."""
    return _change_line(text, row.change, str(row.unit), row.change_subject)


def _change_line(text: str, change: int, unit: str, subject: str) -> Todo:
    return Todo(text % {"unit": unit, "what": subject}, reverse("applications:change", args=[change]))
