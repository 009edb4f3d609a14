"""Letters of publicity: to units, partners and provinces when a list is final, to the ministries when a period ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationState, PartnerState
from applications.models import Application, Partner
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.inbox import Letter, notify, notify_each, recipients, recipients_of
from portal.notifications.models import Notice
from portal.programme.models import Batch
from reviews.models import FinalList

UNIT: Final = (Role.DRAFTER, Role.SIGNATORY)
# Periods that ended longer ago are no news any more, unless nobody heard of them: beat was off.
DAYS: Final = 14
EVER: Final = 36_500
# So many late objections of a batch have a letter each; more that come at once, as after days without beat, have one.
FEW: Final = 3
_CHOSEN: Final = _("%(unit)s is a pilot unit: the list is final under %(document)s.")
_OTHERS: Final = _("The final list of batch %(number)s is published under %(document)s. Your outcome stands here.")
_PARTNER: Final = _("%(unit)s, with which you applied, is a pilot unit under %(document)s.")
_PROVINCE: Final = _("The final list under %(document)s is published. Pilot units of your province: %(units)s.")
_PERIOD: Final = _("The publicity of batch %(number)s is over. Open objections: %(open)s. Look at what is next.")
_LATE: Final = _("The answer to objection %(receipt)s in batch %(number)s is late: it was due on %(day)s.")
_MANY_LATE: Final = _(
    "The answers to %(count)s objections in batch %(number)s are late: due from %(day)s to %(last)s. Look at the list."
)


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
    """Tell both ministries once of each period that ended and of each objection that is late, as the clockwork.

    After days without beat they hear of all that nobody was told of meanwhile, in few letters.
    """
    with connection.cursor() as cursor:
        cursor.execute("select batch_id, number, last, open from reviews_publicity_over(%s)", [EVER])
        over = cursor.fetchall()
        cursor.execute("select id, receipt_no, number, due_on from reviews_objections_late()")
        late = cursor.fetchall()
    people = officers() if over or late else set()
    return _tell_over(by, people, over) + _tell_late(by, people, late)


def _said(keys: Iterable[str], *, beginning: str = "-") -> set[str]:
    """Which of these letters somebody had, and all whose key begins so."""
    rows = Notice.objects.filter(Q(key__in=list(keys)) | Q(key__startswith=beginning))
    return set(rows.order_by().values_list("key", flat=True).distinct())


def _tell_over(by: Actor, people: set[int], over: list[Any]) -> int:
    rows = {f"publicity-over-{batch}-{last:%Y%m%d}": (number, last, opened) for batch, number, last, opened in over}
    said, news, told = _said(rows) if rows else set(), clock.today() - timedelta(days=DAYS), 0
    for key, (number, last, opened) in rows.items():
        if last >= news or key not in said:
            url = reverse("reviews:publicity", args=[number])
            told += notify(people, _PERIOD, by=by, url=url, key=key, number=number, open=opened)
    return told


def _tell_late(by: Actor, people: set[int], late: list[Any]) -> int:
    """One letter each, or one for all of a batch when they are many. More time may have been given: then an objection
    is late once more, of another day.
    """
    rows = {f"objection-late-{row[0]}-{row[3]:%Y%m%d}": row for row in late}
    said = _said(rows, beginning="objections-late-") if rows else set()
    fresh = [(key, row) for key, row in rows.items() if key not in said and not _among(said, row[2], row[3])]
    told = 0
    for number, group in groupby(sorted(fresh, key=lambda one: (one[1][2], one[1][3])), key=lambda one: one[1][2]):
        found = list(group)
        if len(found) > FEW:
            first, last = found[0][1][3], found[-1][1][3]
            words = {"count": len(found), "number": number, "day": first, "last": last}
            key = f"{_many(number)}{last:%Y%m%d}"
            told += notify(people, _MANY_LATE, by=by, url=reverse("reviews:objections"), key=key, **words)
            continue
        for key, (pk, receipt, _number, day) in found:
            url = reverse("reviews:objection", args=[pk])
            told += notify(people, _LATE, by=by, url=url, key=key, receipt=receipt, number=number, day=day)
    return told


def _many(number: int) -> str:
    return f"objections-late-{number}-"


def _among(said: set[str], number: int, day: date) -> bool:
    """Whether a letter on many of this batch was on those of this day too."""
    return any(key.startswith(_many(number)) and key[-8:] >= f"{day:%Y%m%d}" for key in said)
