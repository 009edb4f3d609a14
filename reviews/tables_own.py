"""The list of a reviewer's own work."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.enums import ApplicationState
from portal.core import clock
from portal.core.joins import name_of, title_of
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from reviews import queries
from reviews.enums import AssignmentState, ReviewState
from reviews.queries.own_work import MY_WORK, TO_DO, Step

_UNIT: Final = ("application__unit__name_zh", "application__unit__name_en")
_PROVINCE: Final = ("application__province__name_zh", "application__province__name_en")
_DECLARES: Final = link_to("reviews:interest")
_READS: Final = link_to("reviews:review")


class _StepFilter(Choice):
    """Rows by what comes next; "late" stands for all that is past its last day."""

    def __init__(self) -> None:
        super().__init__("step", gettext_lazy("What comes next"), _STEPS)

    def condition(self, value: str) -> Q | None:
        """The step, or late; another word says nothing."""
        if value == "late":
            return queries.late_on(clock.today())
        step = next((one for one in Step if one.name.lower() == value), None)
        return None if step is None else Q(step=step)


_STEPS: Final = [
    ("declare", gettext_lazy("Interests to declare")),
    ("score", gettext_lazy("To read and score")),
    ("late", gettext_lazy("Late")),
    ("done", gettext_lazy("Submitted")),
    ("over", gettext_lazy("Not submitted")),
]


class _Shown(TextChoices):
    """How an assignment stands, as its reviewer sees it."""

    ASSIGNED = AssignmentState.ASSIGNED.value, AssignmentState.ASSIGNED.label
    NEW = "new", gettext_lazy("not begun")
    UNFINISHED = "unfinished", gettext_lazy("draft kept")
    SUBMITTED = ReviewState.SUBMITTED.value, ReviewState.SUBMITTED.label
    LOCKED = ReviewState.LOCKED.value, ReviewState.LOCKED.label
    OVER = "over", gettext_lazy("not submitted")
    WITHDRAWN = ApplicationState.WITHDRAWN.value, ApplicationState.WITHDRAWN.label


def mine(request: PortalRequest, days: queries.Days) -> Table:
    """What I have to review: undone first, by its last day."""
    unit, province = name_of("application__unit"), name_of("application__province")
    columns = [
        Column("unit", _("Pilot unit"), value=unit, header=True, sort="application__unit_id", link=_link),
        Column("province", _("Province"), value=province, sort="application__province_id"),
        Column("title", _("Title"), value="application__title"),
        Column("batch", _("Batch"), value=title_of("batch"), sort="batch__number"),
        Column("due_on", _("Due"), value=lambda row: row.due_on if row.step in TO_DO else None, kind="due"),
        Column("state", _("State"), value=_state, kind="state", choices=_Shown),
        Column(
            "submitted_at",
            pgettext("moment", "Submitted"),
            value=_submitted_at,
            kind="moment",
            sort="review__submitted_at",
        ),
    ]
    return Table(
        request,
        MY_WORK(request.actor.id, days=days),
        name="my-reviews",
        columns=columns,
        filters=[Search(*_UNIT, *_PROVINCE, "application__title"), _StepFilter()],
        label=_("My reviews"),
    )


def _link(row: Any) -> str:
    return (_DECLARES if row.step == Step.DECLARE else _READS)(row)


def _state(row: Any) -> str:
    if row.step == Step.DONE:
        return str(row.review__state)
    if row.step == Step.SCORE:
        return "unfinished" if row.review__state else "new"
    if row.step == Step.DECLARE:
        return "assigned"
    return "withdrawn" if row.application__state == ApplicationState.WITHDRAWN else "over"


def _submitted_at(row: Any) -> Any:
    """When the review came in; nothing of one that was opened again."""
    return row.review__submitted_at if row.step == Step.DONE else None


def tiles(standing: queries.Standing) -> list[dict[str, Any]]:
    """Figures over the whole work; each leads to its rows."""
    return [
        {"label": _("Applications with an interest to declare"), "value": standing.declare, "url": "?step=declare"},
        {"label": _("To read and score"), "value": standing.score, "url": "?step=score"},
        {"label": _("Late"), "value": standing.late, "url": "?step=late", "tone": "bad" if standing.late else ""},
        {"label": _("Submitted"), "value": standing.done, "url": "?step=done"},
    ]
