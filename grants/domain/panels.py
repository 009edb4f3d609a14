"""Acts on panels: open one with its members and a published seed, score, close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from grants.domain import told
from grants.enums import EvaluationKind
from grants.models import Award, Panel, PanelMember, PanelScore, SampleRemark
from grants.queries.assessing import form_by_award
from grants.states_assessing import PANEL
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class PanelInput:
    """What a panel is about: mid-term or final, as of which day, until when members score, its lot and its members.

    seed, source: what was published for the draw of the projects, and where. members: numbers of people.
    """

    kind: EvaluationKind
    as_of: date
    due_on: date
    seed: str
    source: str
    members: Sequence[int]


def open_panel(*, by: Actor, award: Award, what: PanelInput) -> Panel:
    """Open a panel for MIIT: its members are named, and the database draws the projects it looks at.

    Raises NotAllowed; DomainError when one is at work, the assessment was passed, there are fewer members than the
    rules ask for, or one has an interest.
    """
    with command(by, "grants.open_panel", award, lock=False) as act:
        if what.due_on < clock.today():
            raise DomainError("due_on", _("The day lies in the past."), "due_on")
        if len(set(what.members)) < (least := form_by_award(award)["panel_least"]):
            raise DomainError(
                "panel_least", _("The rules ask for at least %(least)s members.") % {"least": least}, "members"
            )
        row = Panel(
            award=award,
            province_id=award.province_id,
            unit_id=award.unit_id,
            kind=what.kind,
            as_of=what.as_of,
            due_on=what.due_on,
            seed=what.seed.strip(),
            source=what.source.strip(),
            opened_by_id=by.id,
            opened_at=clock.now(),
        )
        row.save(force_insert=True)
        for person in sorted(set(what.members)):
            PanelMember.objects.create(panel=row, person_id=person)
        row.refresh_from_db()
        told.opened(by, row, list(what.members))
        return act.record(row)


@dataclass(frozen=True)
class GroupInput:
    """Points and remark of a member for one group."""

    points: Decimal
    remark: str = ""


def score_panel(
    *, by: Actor, panel: Panel, groups: Mapping[str, GroupInput], found: Mapping[int, str]
) -> list[PanelScore]:
    """Keep a member's points by group and what it found at the projects of the sample (number → text).

    Until the panel is closed a member may change its own. Raises NotAllowed; DomainError for too many points.
    """
    with command(by, "grants.score_panel", panel, lock=False) as act:
        kept = []
        for code, what in groups.items():
            values = {"points": what.points, "remark": what.remark.strip()}
            one, _made = PanelScore.objects.update_or_create(panel=panel, person_id=by.id, code=code, defaults=values)
            kept.append(one)
        for number, text in found.items():
            if text.strip():
                SampleRemark.objects.update_or_create(
                    sampled_id=number, person_id=by.id, defaults={"text": text.strip()}
                )
        act.after = {"panel": panel.pk, "points": {code: str(what.points) for code, what in groups.items()}}
        return kept


def close_panel(*, by: Actor, panel: Panel) -> Panel:
    """Close a panel for MIIT: the mean of its members and its band are fixed. Raises NotAllowed, WrongState."""
    with command(by, "grants.close_panel", panel) as act, transaction.atomic():
        act.to(panel, PANEL, "close")
        panel.closed_by_id, panel.closed_at = by.id, clock.now()
        panel.save(update_fields=["state", "closed_by", "closed_at"])
        panel.refresh_from_db()
        return act.record(panel)
