"""How the programme stands, as its page shows it: sections of figures, each with its list, and all in one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.enums import ALL, ApplicationState
from grants.enums import Result
from grants.enums_performance import Light
from grants.flow_page import entries_url
from grants.queries.flows import FIGURES, MOVED, Asked, Part
from grants.queries.standing import Dossiers, Place
from portal.core.money import ZERO
from portal.core.tables import Column
from portal.programme.enums import Region
from portal.programme.models import Batch
from reviews.presenting.china import ChinaMap, china_map
from reviews.queries.scenarios import Names

# How far the money came, and what came back of it.
MONEY: Final = (*MOVED, "recovered")


@dataclass(frozen=True)
class Line:
    """One figure: what it is, a number (in words where it is one of several) or an amount (yuan), its list, its bar."""

    section: str
    name: str
    count: int | None = None
    amount: Decimal | None = None
    url: str = ""
    percent: int = 0
    words: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its figures. key: of the anchor; more: the way to the lists."""

    key: str
    title: str
    text: str
    lines: list[Line]
    empty: str = ""
    more: list[tuple[str, str]] = field(default_factory=list)


def _list(route: str, **query: Any) -> str:
    asked = {name: value for name, value in query.items() if value}
    return f"{reverse(route)}?{urlencode(asked)}".rstrip("?")


def _lines(section: str, rows: list[tuple[str, int, str]]) -> list[Line]:
    most = max((number for _name, number, _url in rows), default=0)
    return [
        Line(section, name, number, url=url, percent=round(100 * number / most) if most else 0)
        for name, number, url in rows
    ]


def dossiers(found: Dossiers, asked: Asked) -> Section:
    """Applications by state, in the order in which they go through them."""
    title = _("Applications by state")
    rows = [
        (str(ApplicationState(state).label), number, _list("applications:list", state=state, batch=asked.batch or ALL))
        for state, number in found.states.items()
    ]
    text = _("Submitted applications; drafts are the cities' own until then.")
    more = [(_("All applications"), _list("applications:list", batch=asked.batch or ALL))]
    return Section("applications", title, text, _lines(title, rows), _("Nothing was applied for yet."), more)


def read(reviewing: list[tuple[Batch, dict[str, int]]]) -> Section:
    """Reviews submitted of those assigned, batch by batch."""
    title = _("Progress of the reviews")
    lines = [
        Line(
            title,
            str(batch),
            counts["submitted"],
            url=reverse("reviews:board", args=[batch.number]),
            percent=round(100 * counts["submitted"] / counts["assigned"]) if counts["assigned"] else 0,
            words=_("%(done)s of %(all)s") % {"done": counts["submitted"], "all": counts["assigned"]},
        )
        for batch, counts in reviewing
    ]
    text = _("Reviews submitted of those assigned, in batches that are read and scored now.")
    more = [(_("Reviewers and progress"), reverse("reviews:reviewing"))]
    return Section("reviews", title, text, lines, _("No batch is under review."), more)


def lights(found: Mapping[str, int], late: int, asked: Asked) -> Section:
    """Indicators by their light."""
    title = _("Performance lights")
    rows = [
        (str(Light(value).label), found.get(value, 0), _list("grants:performance", light=value, batch=asked.batch))
        for value in Light.values
    ]
    rows = [row for row in rows if found]
    more = [(_("Performance"), _list("grants:performance", batch=asked.batch))]
    if late:
        more.append((_("Open reports"), _list("grants:open_reports", batch=asked.batch)))
    text = _("Indicators of all units as the provinces verified them last.")
    return Section("lights", title, text, _lines(title, rows), _("No report was verified yet."), more)


def results(found: Mapping[str, int], asked: Asked) -> Section:
    """Final assessments by their result."""
    title = _("Final assessments")
    here = _list("grants:assessing_all", batch=asked.batch)
    rows = [(str(Result(value).label), found.get(value, 0), here) for value in Result.values if found]
    more = [(_("Evaluations and panels"), here)]
    text = _("Confirmed results; a unit that was assessed again counts each time.")
    return Section("assessments", title, text, _lines(title, rows), _("No final assessment is confirmed yet."), more)


def findings(open_: int, late: int, asked: Asked, *, is_auditor: bool) -> Section:
    """Audit findings on which something is to be done."""
    title = _("Audit findings")
    route = "auditing:register" if is_auditor else "auditing:addressed"
    here, past = _list(route, batch=asked.batch), _list(route, late="yes", batch=asked.batch)
    text = _("Findings in your reach.") if is_auditor else _("Findings addressed or handed over to your ministry.")
    rows = [(_("Open findings"), open_, here), (_("Of these past their day"), late, past)] if open_ else []
    more = [(_("All findings"), here)]
    return Section("findings", title, text, _lines(title, rows), _("No finding is open."), more)


def overdue(
    kinds: list[dict[str, Any]], reviewing: list[tuple[Batch, dict[str, int]]], objections: int, asked: Asked
) -> list[Line]:
    """What is past its day in all parts, each with the way to its list. kinds: of `late_words`."""
    title = _("What is past its day")
    found = [Line(title, one["title"], amount=one["amount"], url=one["url"]) for one in kinds]
    for batch, counts in reviewing:
        if counts["late"]:
            words = _("Reviews past their last day: %(batch)s") % {"batch": batch}
            url = reverse("reviews:board", args=[batch.number])
            found.append(Line(title, words, counts["late"], url=url))
    if objections:
        words = _("Objections not answered in time")
        found.append(Line(title, words, objections, url=_list("reviews:objections", batch=asked.batch)))
    return found


@dataclass(frozen=True)
class RegionLine:
    """An economic region: its applications, and what was awarded to it (yuan)."""

    place: Place
    name: str
    awarded: Decimal
    share: int
    money_url: str


def regions(found: Dossiers, parts: list[Part], asked: Asked) -> list[RegionLine]:
    """The balance of the chosen over the regions. share: of all that were selected, in whole per cent."""
    shares = whole_shares([place.selected for place in found.regions])
    awarded = {part.key: part.sums["awarded"] for part in parts}
    return [
        RegionLine(
            place=place,
            name=str(Region(place.key).label),
            awarded=awarded.get(place.key, ZERO),
            share=share,
            money_url=entries_url("awarded", asked, region=place.key),
        )
        for place, share in zip(found.regions, shares, strict=True)
    ]


def whole(rows: Sequence[RegionLine], asked: Asked) -> RegionLine:
    """What the regions come to."""
    return RegionLine(
        place=Place(
            "",
            sum(row.place.applications for row in rows),
            sum(row.place.recommended for row in rows),
            sum(row.place.selected for row in rows),
        ),
        name=_("Total"),
        awarded=sum((row.awarded for row in rows), ZERO),
        share=sum(row.share for row in rows),
        money_url=entries_url("awarded", asked),
    )


def whole_shares(counts: Sequence[int]) -> list[int]:
    """The parts of a whole in whole per cent, together a hundred: what is left over goes to the largest remainders."""
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    cut = [divmod(100 * count, whole) for count in counts]
    left = 100 - sum(share for share, _rest in cut)
    up = set(sorted(range(len(cut)), key=lambda place: -cut[place][1])[:left])
    return [share + (place in up) for place, (share, _rest) in enumerate(cut)]


def china(found: Dossiers, names: Names) -> ChinaMap:
    """The map of selected of applied, as the pages of the selection draw it."""
    rows = [{"province": one.key, "id": f"{one.key} {n}"} for one in found.provinces for n in range(one.applications)]
    chosen = [f"{one.key} {n}" for one in found.provinces for n in range(one.selected)]
    return china_map(rows, chosen, names, key="standing", of=_("selected of all applications"))


def money(sums: Mapping[str, Decimal], asked: Asked) -> Section:
    """How far the money came, and what was recovered."""
    title = _("Money")
    most = max((sums[key] for key in MONEY), default=ZERO)
    lines = [
        Line(
            title,
            str(FIGURES[key].label),
            amount=sums[key],
            url=entries_url(key, asked),
            percent=max(0, round(100 * sums[key] / most)) if most else 0,
        )
        for key in MONEY
    ]
    more = [(_("Where the money is"), f"{reverse('grants:flow')}?{asked.query()}".rstrip("?"))]
    text = _("All confirmed money from the ledger to the fen.")
    empty = _("Nothing was awarded yet.")
    return Section("money", title, text, lines if most else [], empty, more)


def listed(sections: list[Section], places: list[RegionLine], late: list[Line]) -> list[Line]:
    """Everything the page shows as one list, for the file."""
    title = _("Regional balance of the selected")
    found = [*late, *(line for section in sections for line in section.lines)]
    for row in places:
        for words, number in (
            (_("%(region)s: applications"), row.place.applications),
            (_("%(region)s: recommended"), row.place.recommended),
            (_("%(region)s: selected"), row.place.selected),
        ):
            found.append(Line(title, words % {"region": row.name}, number))
        found.append(Line(title, _("%(region)s: awarded") % {"region": row.name}, amount=row.awarded))
    return found


def columns() -> list[Column]:
    """The columns of that list."""
    return [
        Column("section", pgettext("standing", "Part")),
        Column("name", pgettext("standing", "Figure"), header=True, link=lambda row: row.url),
        Column("count", _("Number"), kind="number"),
        Column("amount", _("Amount"), kind="yuan"),
    ]
