"""Who is told of what about evaluations, panels and acceptances."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.models import Acceptance, Evaluation, Panel, Rectification
from grants.queries import unit_that_follows
from portal.accounts.enums import MOF, Role
from portal.core.scope import Actor
from portal.notifications.inbox import holder_or_colleagues, notify, recipients


def _industry(province: str) -> list[int]:
    """The industry department alone: the finance department neither verifies nor accepts."""
    return recipients(Role.PROVINCIAL_OFFICER, code=f"GX{province}")


def signed(by: Actor, row: Evaluation) -> None:
    """Tell the industry department of the province that it may verify."""
    url = reverse("grants:evaluation", args=[row.pk])
    text = _("%(unit)s signed its self-evaluation of %(year)s: verify it.")
    notify(_industry(row.province_id), text, by=by, url=url, unit=row.unit, year=str(row.year))


def opened(by: Actor, row: Panel, members: Sequence[int]) -> None:
    """Tell the members of a panel that they may score."""
    url = reverse("grants:panel", args=[row.pk])
    text = _("You are on the panel on %(unit)s: score by %(day)s.")
    notify(list(members), text, by=by, url=url, unit=row.unit, day=row.due_on)


def to_confirm(by: Actor, row: Rectification) -> None:
    """Tell MOF's officers that a rectification waits."""
    url = reverse("grants:rectification", args=[row.pk])
    text = _("The rectification of %(unit)s waits for you to confirm it.")
    notify(recipients(Role.OFFICER, code=MOF), text, by=by, url=url, unit=row.unit)


def sent(by: Actor, row: Acceptance) -> None:
    """Tell the industry department of the province that an acceptance waits."""
    url = reverse("grants:acceptance", args=[row.pk])
    text = _("The acceptance of “%(project)s” of %(unit)s waits for you.")
    notify(_industry(row.province_id), text, by=by, url=url, project=row.project_name, unit=row.unit)


def returned(by: Actor, row: Acceptance) -> None:
    """Tell the person who filled it in why it came back; once that person left, the other drafters of the unit, and of
    the one that goes on with its plan.
    """
    url = reverse("grants:acceptance", args=[row.pk])
    text = _("The acceptance of “%(project)s” came back: %(why)s")
    units = filter(None, (row.unit_id, unit_that_follows(row.unit_id)))
    people = holder_or_colleagues(row.made_by_id, Role.DRAFTER, units=units)
    notify(people, text, by=by, url=url, project=row.project_name, why=row.returned_why)
