"""What the ledger says of an approved plan or one of its projects, for the page of a change (applications.money)."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.models import Application
from grants.enums import CheckState
from grants.models import Award, GrantProject, Payment
from portal.core.money import ZERO
from portal.core.scope import Actor
from portal.core.templatetags import portal_ui


def lines(actor: Actor, application: Application, project: int | None) -> list[tuple[Any, Any]]:
    """Awarded to the unit; of the project: support approved, paid, and left. The policies decide what is seen."""
    award = Award.objects.filter(application=application, state=CheckState.CONFIRMED).first()
    if award is None:
        return []
    found: list[tuple[Any, Any]] = [(_("Awarded to the unit (ten thousand yuan)"), portal_ui.wan(award.amount))]
    with connection.cursor() as cursor:
        cursor.execute("select award_free(%s)", [award.pk])
        found.append((_("Left in the award for projects (ten thousand yuan)"), portal_ui.wan(cursor.fetchone()[0])))
    supported = GrantProject.objects.filter(award=award, plan_id=project).first() if project else None
    if supported is None:
        return found
    paid = Payment.objects.filter(grant_project=supported, state=CheckState.CONFIRMED).aggregate(sum=Sum("amount"))
    sum_paid = paid["sum"] or ZERO
    return [
        *found,
        (_("Support approved for the project (ten thousand yuan)"), portal_ui.wan(supported.approved_support)),
        (_("Paid to the project (ten thousand yuan)"), portal_ui.wan(sum_paid)),
        (_("Not paid yet (ten thousand yuan)"), portal_ui.wan(supported.approved_support - sum_paid)),
    ]
