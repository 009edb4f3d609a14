"""What waits for people of the units, joint applicants and provinces; each source costs one query."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import times
from applications.enums import OPEN_STATES, ChangeState, Side
from applications.enums import ApplicationState as S
from applications.models import Application, CoSignature, PlanVersion, Recommendation, SectionDuty, Snapshot
from applications.queries import open_invitations, without_application
from applications.sections import SECTIONS
from applications.todo_plans import change_line, changes
from portal.accounts.enums import Kind, Role
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from portal.programme.models import Batch

# What a line shows and reckons with: a desk is read often, and putting the other columns together cost most of it.
_BATCH: Final = ("batch__number", "batch__title_zh", "batch__title_en", "batch__state", "batch__deadline")
_UNIT: Final = ("unit__name_zh", "unit__name_en")


def of_unit(actor: Actor) -> list[Todo]:
    """Dossiers to write (drafters) and to sign (signatories), as long as they can be submitted; requests to change an
    approved plan that its unit, or the one that follows it, has to sign; plans of a unit that ended.
    """
    drafts = [post.organisation for post in actor.posts if post.role == Role.DRAFTER]
    signs = [post.organisation for post in actor.posts if post.role == Role.SIGNATORY]
    if not drafts and not signs:
        return []
    return [line for row in _OF_UNIT(clock.today(), by=actor) if (line := _unit_line(row, signs)) is not None]


def _of_unit(today: date, *, by: Actor) -> QuerySet[Application]:
    drafts = [post.organisation for post in by.posts if post.role == Role.DRAFTER]
    signs = [post.organisation for post in by.posts if post.role == Role.SIGNATORY]
    # Of two districts that apply as one, the one that has signed waits for the other.
    signed = CoSignature.objects.filter(
        application=OuterRef("pk"), organisation__in=signs, sign_off__signed_by=None, sign_off__sent_back_by=None
    )
    asked = Q(state=S.AWAITING_SIGN_OFF)
    asked |= Q(state=S.CORRECTION, sign_offs__signed_by=None, sign_offs__sent_back_by=None)
    wanted = Q(organisation__in=drafts, state__in=OPEN_STATES) | Q(asked & ~Q(Exists(signed)), organisation__in=signs)
    change = changes(ChangeState.ASKED)
    rows = Application.objects.annotate(
        change=Subquery(change.values("pk")[:1]), change_subject=Subquery(change.values("subject")[:1])
    )
    follows = [post.unit for post in by.posts if post.role == Role.SIGNATORY and post.unit]
    ours = Q(organisation__in=signs) | Q(successor_unit__in=follows)
    # A unit that ended asks that the one that follows goes on with its plan: nobody else can, until it is agreed. Of an
    # archived batch nothing goes on.
    ended = Q(unit__valid_to__lt=today, unit__successor__isnull=False, successor_unit=None, change__isnull=True)
    ends = Q(ended, Exists(PlanVersion.objects.filter(application=OuterRef("pk"))), organisation__in=drafts)
    ends &= Q(~Exists(changes(ChangeState.SIGNED))) & ~Q(batch__state=BatchState.ARCHIVED)
    rows = rows.filter(wanted | Q(ours, state=S.SELECTED, change__isnull=False) | Q(ends, state=S.SELECTED))
    rows = rows.select_related("batch", "unit__successor").distinct().order_by("batch", "unit")
    follower = (f"unit__successor__{name}" for name in ("name_zh", "name_en"))
    return rows.only("organisation", "state", "correction_until", "mend_until", *_BATCH, *_UNIT, *follower)


_OF_UNIT: Final = Prepared(_of_unit, perhaps=(0,))  # the day is asked for drafters alone


def _unit_line(row: Any, signs: list[int]) -> Todo | None:
    if row.change is not None:
        return change_line(row, _("Sign the request of %(unit)s to change its plan: %(what)s"))
    if row.state == S.SELECTED:
        text = _("Ask that %(follower)s goes on with the plan of %(unit)s, which has ended")
        url = reverse("applications:plan_approved", args=[row.pk])
        return Todo(text % {"unit": row.unit, "follower": row.unit.successor}, url)
    due = times.due(row)
    if times.has_passed(due):
        return None
    texts = {
        S.DRAFT: _("Draft the application of %(unit)s"),
        S.RETURNED: _("Mend the returned application of %(unit)s"),
        S.CORRECTION: _("Correct the application of %(unit)s"),
        S.AWAITING_SIGN_OFF: _("Read and sign the application of %(unit)s"),
    }
    route = "detail"
    if row.organisation_id in signs and row.state in (S.AWAITING_SIGN_OFF, S.CORRECTION):
        route, text = "sign_off", texts[S.AWAITING_SIGN_OFF]
    else:
        text = texts[S(row.state)]
    url = reverse(f"applications:{route}", args=[row.pk])
    return Todo(text % {"unit": row.unit}, url, due, note=str(row.batch))


def calls(actor: Actor) -> list[Todo]:
    """An open batch in which a drafter's unit may begin an application: a choice of units is offered there."""
    if actor.post(Role.DRAFTER) is None:
        return []
    return [
        Todo(_("Begin your application"), reverse("applications:new"), batch.deadline, note=str(batch))
        for batch in _CALLS(clock.today(), by=actor)
        if batch.takes_applications
    ]


def _calls(today: date, *, by: Actor) -> QuerySet[Batch]:
    may_begin = without_application(by, OuterRef(OuterRef("pk")), on=today)
    rows = Batch.objects.filter(Exists(may_begin), state=BatchState.OPEN)
    return rows.only("opens_at", *(name.removeprefix("batch__") for name in _BATCH))


_CALLS: Final = Prepared(_calls)


def of_partner(actor: Actor) -> list[Todo]:
    """Invitations an enterprise or a second district has not answered; of what a colleague asks to be confirmed, those
    that this person may confirm.
    """
    if actor.post(Role.SOE_OFFICER, Role.DRAFTER, Role.SIGNATORY) is None:
        return []
    return [line for row in open_invitations(actor) if (line := _part_line(row, actor)) is not None]


def _part_line(row: Any, actor: Actor) -> Todo | None:
    text = _("Answer the invitation of %(unit)s")
    if row.asked_by is not None:
        mine = row.asked_by == actor.id
        if mine or actor.post(Role.SOE_OFFICER, Role.SIGNATORY, organisation=row.organisation_id) is None:
            return None
        text = _("Confirm your organisation's part in the application of %(unit)s")
    url = reverse("applications:part", args=[row.pk])
    return Todo(text % {"unit": row.unit}, url, row.dossier_due, note=str(row.batch))


def of_province(actor: Actor) -> list[Todo]:
    """Submissions on which the officer's own department has not decided, while the province may."""
    if actor.post(Role.PROVINCIAL_OFFICER) is None:
        return []
    return [
        Todo(
            _("Decide on the application of %(unit)s") % {"unit": row.unit},
            reverse("applications:recommend", args=[row.pk]),
            times.province_due(row.batch),
            note=str(row.batch),
        )
        for row in _UNDECIDED(by=actor)
        if not times.has_passed(times.province_due(row.batch))
    ]


_SIDES: Final = {Kind.PROVINCIAL_INDUSTRY: Side.INDUSTRY, Kind.PROVINCIAL_FINANCE: Side.FINANCE}


def _undecided(*, by: Actor) -> QuerySet[Application] | None:
    posts = [post for post in by.posts if post.role == Role.PROVINCIAL_OFFICER and post.kind in _SIDES]
    if not posts:
        return None
    wanted = Q()
    for post in posts:
        newest = Snapshot.objects.filter(application=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
        decided = Recommendation.objects.filter(
            application=OuterRef("pk"), snapshot=newest, side=_SIDES[Kind(post.kind)]
        )
        wanted |= Q(~Exists(decided), province=post.province)
    still = (BatchState.OPEN, BatchState.CLOSED)
    rows = Application.objects.filter(wanted, state=S.WITH_PROVINCE, batch__state__in=still)
    return rows.select_related("unit", "batch__rule_set").order_by("submitted_at", "pk")


_UNDECIDED: Final = Prepared(_undecided)


def of_owner(actor: Actor) -> list[Todo]:
    """Sections of dossiers that can still be submitted which the actor writes, with the day set for them, else the
    time of the dossier; of a correction those alone that it reopens.
    """
    if actor.post(Role.DRAFTER, Role.SIGNATORY) is None:
        return []
    return [
        Todo(
            _("Write “%(section)s” of %(unit)s")
            % {"section": SECTIONS[row.section].title, "unit": row.application.unit},
            reverse(SECTIONS[row.section].route, args=[row.application_id]),
            times.section_due(row.application, row.due_on),
            note=str(row.application.batch),
        )
        for row in _OWNED(actor.id)
        if row.section in SECTIONS
        and row.application.is_open_in(row.section)
        and not times.has_passed(times.due(row.application))
    ]


def _owned(person: int) -> QuerySet[SectionDuty]:
    # What was a colleague's to write is the successor's, who took over the roles.
    rows = SectionDuty.objects.filter(Q(owner=person) | Q(owner__successor=person), application__state__in=OPEN_STATES)
    rows = rows.select_related("application__batch", "application__unit").order_by("due_on", "pk")
    names = ("state", "reopened", "correction_until", "mend_until", *_BATCH, *_UNIT)
    return rows.only("section", "due_on", *(f"application__{name}" for name in names))


_OWNED: Final = Prepared(_owned)


SOURCES = (of_unit, of_owner, calls, of_partner, of_province)
