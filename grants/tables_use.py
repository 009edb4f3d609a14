"""Lists of use, returns, matching money and recoveries: columns and filters; pages and files read the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.counting import counted, is_void
from grants.enums import CheckState, GivenBack, Ground, Level, Spent, Standing
from grants.models import Award
from grants.queries import flows, recoveries, use
from grants.queries.use import Compared, share_of
from grants.tables import asked_places
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme import queries as programme


def _place() -> list[Column]:
    return [
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
    ]


def _filters(*more: Choice, search: Sequence[str] = ("document_no",)) -> list[Any]:
    return [
        Choice("province", _("Province"), programme.province_choices),
        *more,
        Search("unit__name_zh", "unit__name_en", *search),
    ]


def _state() -> Column:
    return Column("state", pgettext("list", "State"), kind="state", sort="state")


def spending_table(request: PortalRequest) -> Table:
    """Spending reports."""
    columns = [
        Column("document_no", _("Number"), link=link_to("grants:spending"), header=True, sort="document_no"),
        *_place(),
        Column("project", _("Project"), value="grant_project.name", sort="grant_project__name"),
        Column("enterprise", _("Enterprise"), sort="enterprise"),
        Column("used_for", _("Used for"), value=lambda row: row.get_used_for_display(), sort="used_for"),
        Column("period_from", pgettext("period", "From"), kind="date", on="file"),
        Column("period_to", _("To"), kind="date", sort="period_to"),
        Column("amount", _("Amount used"), kind="yuan", sort="amount", total="counted_amount", void=is_void),
        _state(),
    ]
    filters = _filters(
        Choice("used_for", _("Used for"), Spent.choices),
        Choice("state", pgettext("list", "State"), CheckState.choices),
        search=("document_no", "enterprise", "grant_project__name"),
    )
    rows = counted(use.spending(request.actor.scope))
    empty = _("No spending was reported yet. A report is entered on the page of its project.")
    return Table(request, rows, name="spending", columns=columns, filters=filters, label=_("Spending"), empty=empty)


def _came(row: Any) -> str:
    """The state of a return: a confirmed one waits until the level above has recorded its receipt."""
    waits = row.state == CheckState.CONFIRMED and row.received_on is None
    row.came_words = pgettext("return", "on its way, receipt not recorded") if waits else row.get_state_display()
    return "queued" if waits else str(row.state)


def returns_table(request: PortalRequest) -> Table:
    """Returns to the level above."""
    columns = [
        Column("document_no", _("Document number"), link=link_to("grants:return"), header=True, sort="document_no"),
        *_place(),
        Column("source", _("Given back from"), value=lambda row: row.get_source_display(), sort="source"),
        # No total: the same money goes back level by level.
        Column("amount", _("Amount"), kind="yuan", sort="amount", void=is_void),
        Column("document_date", _("Date of the document"), kind="date", sort="document_date"),
        Column("received_on", _("Received on"), kind="date", sort="received_on"),
        Column("state", pgettext("list", "State"), kind="state", sort="state", value=_came, label_of="came_words"),
    ]
    filters = _filters(
        Choice("source", _("Given back from"), GivenBack.choices),
        Choice("state", pgettext("list", "State"), CheckState.choices),
    )
    rows = use.returns(request.actor.scope)
    empty = _("Nothing was given back yet.")
    return Table(request, rows, name="returns", columns=columns, filters=filters, label=_("Returns"), empty=empty)


def matching_table(request: PortalRequest) -> Table:
    """Awards with the money planned beside the reward and what of it arrived."""
    columns = [
        Column("unit", _("Pilot unit"), link=link_to("grants:matching_of"), header=True, sort="unit__code"),
        Column("province", _("Province"), sort="province__code"),
        Column("planned", _("Planned"), kind="yuan", sort="planned", total=True),
        Column("arrived", pgettext("matching", "Arrived"), kind="yuan", sort="arrived", total=True),
        Column("share", _("Share"), value=lambda row: share_of(row.arrived, row.planned), kind="percent"),
    ]
    rows = use.matching_awards(request.actor.scope)
    empty = _("No unit has an award yet.")
    label = _("Matching money")
    return Table(request, rows, name="matching", columns=columns, filters=_filters(search=()), label=label, empty=empty)


def compared_table(request: PortalRequest, award: Award, rows: Sequence[Compared]) -> Table:
    """One unit's plan against what arrived, by year and source."""
    columns = [
        Column("year", _("Year"), value=lambda row: str(row.year), header=True),
        Column("source", _("Source"), value="source_words"),
        Column("planned", _("Planned"), kind="yuan", total=True),
        Column("arrived", pgettext("matching", "Arrived"), kind="yuan", total=True),
        Column("share", _("Share"), kind="percent"),
    ]
    empty = _("The plan names no money beside the reward, and none was entered.")
    name = f"matching-{award.pk}"
    return Table(request, rows, name=name, columns=columns, label=_("Plan and arrival"), empty=empty)


def standing_of(row: Any) -> str:
    """The tone of a demand's standing; its words go with the row."""
    row.standing_words = str(Standing(row.standing).label)
    return str(row.standing)


def recoveries_table(request: PortalRequest) -> Table:
    """Demands with what is paid and outstanding."""
    columns = [
        Column("document_no", _("Demand"), link=link_to("grants:recovery"), header=True, sort="document_no"),
        *_place(),
        Column("project", _("Project"), value=lambda row: row.grant_project.name if row.grant_project else "–"),
        Column("ground", _("Ground"), value=lambda row: row.get_ground_display(), sort="ground"),
        Column("level", _("Demanded by"), value=lambda row: row.get_level_display(), on="file"),
        Column("amount", _("Demanded"), kind="yuan", sort="amount", total="counted_amount", void=is_void),
        Column("paid", _("Collected"), kind="yuan", sort="paid", total=True),
        Column("left", _("Outstanding"), kind="yuan", sort="left", total="counted_left", void=is_void),
        Column("due_on", _("To be paid by"), kind="date", sort="due_on"),
        Column("standing", pgettext("list", "State"), kind="state", value=standing_of, label_of="standing_words"),
    ]
    scope = request.actor.scope
    batch = Choice("batch", _("Batch"), lambda: flows.batches(scope), field="award__batch__number")
    filters = _filters(
        *asked_places(request),
        *([batch] if scope.nation else []),
        Choice("standing", pgettext("list", "State"), Standing.choices),
        Choice("ground", _("Ground"), Ground.choices),
        Choice("level", _("Demanded by"), Level.choices),
    )
    rows = counted(recoveries.recoveries(request.actor.scope, on=clock.today()), "amount", "left")
    empty = _("No money was demanded back.")
    return Table(request, rows, name="recoveries", columns=columns, filters=filters, label=_("Recoveries"), empty=empty)
