"""Letters of publicity: to units, partners and provinces when a list is final, to the ministries when a period ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationState, PartnerState
from applications.models import Application, Partner
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.scope import Actor
from portal.notifications.inbox import Letter, notify, notify_each, recipients, recipients_of
from portal.programme.models import Batch
from reviews.models import FinalList

UNIT: Final = (Role.DRAFTER, Role.SIGNATORY)
# Periods that ended longer ago are no news any more.
DAYS: Final = 14
_CHOSEN: Final = _("%(unit)s is a pilot unit: the list is final under %(document)s.")
_OTHERS: Final = _("The final list of batch %(number)s is published under %(document)s. Your outcome stands here.")
_PARTNER: Final = _("%(unit)s, with which you applied, is a pilot unit under %(document)s.")
_PROVINCE: Final = _("The final list under %(document)s is published. Pilot units of your province: %(units)s.")
_PERIOD: Final = _("The publicity of batch %(number)s is over. Open objections: %(open)s. Look at what is next.")
_LATE: Final = _("The answer to objection %(receipt)s in batch %(number)s is late: it was due on %(day)s.")


def tell_final(by: Actor, made: FinalList) -> int:
    """Write to everyone a final list concerns; gives how many letters went. So many questions whatever its length."""
    chosen = list(
        Application.objects.filter(public_entry__final_list=made)
        .select_related("unit", "province")
        .order_by("province_id", "unit_id")
    )
    return notify_each([*_units(made, chosen), *_partners(made, chosen), *_provinces(made, chosen)], by=by)


def _units(made: FinalList, chosen: list[Application]) -> Iterator[Letter]:
    others: list[Application] = []
    if not made.is_supplement:
        left = [ApplicationState.NOT_SELECTED, ApplicationState.RESERVE]
        others = list(Application.objects.filter(batch=made.batch_id, state__in=left).order_by("unit_id"))
    people = recipients_of(*UNIT, units=[row.unit_id for row in (*chosen, *others)])
    for row in chosen:
        words = {"unit": row.unit, "document": made.document_no}
        yield Letter(people.get(row.unit_id, ()), _CHOSEN, _page(row), words)
    for row in others:
        words = {"number": made.batch.number, "document": made.document_no}
        yield Letter(people.get(row.unit_id, ()), _OTHERS, _page(row), words)


def _page(row: Application) -> str:
    return reverse("applications:detail", args=[row.pk])


def _partners(made: FinalList, chosen: list[Application]) -> Iterator[Letter]:
    by_key = {row.pk: row for row in chosen}
    rows = list(
        Partner.objects.filter(application__in=by_key, state=PartnerState.COMMITTED)
        .select_related("organisation")
        .order_by("pk")
    )
    people = recipients_of(Role.SOE_OFFICER, codes=[row.organisation.code for row in rows])
    for row in rows:
        words = {"unit": by_key[row.application_id].unit, "document": made.document_no}
        yield Letter(people.get(row.organisation.code, ()), _PARTNER, _list(made.batch), words)


def _provinces(made: FinalList, chosen: list[Application]) -> Iterator[Letter]:
    by_province: dict[str, list[Application]] = {}
    for row in chosen:
        by_province.setdefault(row.province_id, []).append(row)
    people = recipients_of(Role.PROVINCIAL_OFFICER, provinces=list(by_province))
    for province, rows in by_province.items():
        words = {"units": _Names(rows), "document": made.document_no}
        yield Letter(people.get(province, ()), _PROVINCE, _list(made.batch), words)


class _Names:
    """Names of units, in the language of whoever reads."""

    def __init__(self, rows: Iterable[Application]) -> None:
        self.rows = list(rows)

    def __str__(self) -> str:
        between = ", " if get_language() == "en" else "、"
        return between.join(str(row.unit) for row in self.rows)


def _list(batch: Batch) -> str:
    return reverse("reviews:list", args=[batch.number])


def officers() -> set[int]:
    """The officers of both ministries."""
    return {*recipients(Role.OFFICER, code=MIIT), *recipients(Role.OFFICER, code=MOF)}


def tell_periods(*, by: Actor) -> int:
    """Tell both ministries once of each period that ended and of each objection that is late, as the clockwork."""
    with connection.cursor() as cursor:
        cursor.execute("select batch_id, number, last, open from reviews_publicity_over(%s)", [DAYS])
        over = cursor.fetchall()
        cursor.execute("select id, receipt_no, number, due_on from reviews_objections_late()")
        late = cursor.fetchall()
    people = officers() if over or late else set()
    told = 0
    for batch, number, last, still_open in over:
        url = reverse("reviews:publicity", args=[number])
        key = f"publicity-over-{batch}-{last:%Y%m%d}"
        told += notify(people, _PERIOD, by=by, url=url, key=key, number=number, open=still_open)
    for pk, receipt, number, day in late:
        url = reverse("reviews:objection", args=[pk])
        key = f"objection-late-{pk}-{day:%Y%m%d}"  # more time may have been given: then it is late once more
        told += notify(people, _LATE, by=by, url=url, key=key, receipt=receipt, number=number, day=day)
    return told
