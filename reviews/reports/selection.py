"""Computed selections side by side, the record of the decision, and the notice of publicity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.punctuation import enumerated
from portal.core.rules import may
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Cover, Order, Part, Ready, Sheet, Value
from portal.reports.papered import tables_of
from portal.reports.tabled import Found, Table, chunks, parts, version_of
from reviews import public_list, queries
from reviews.domain import recording
from reviews.domain.apart import refuse_conflicted
from reviews.models import ScenarioComment
from reviews.presenting.board import Board, Cell, Grid
from reviews.presenting.reading import read_all
from reviews.queries.selection import rule_limits
from reviews.record import record_files, record_zip
from reviews.record.paper import data as paper_data
from reviews.record.paper import pdf as paper


def compared(by: Actor, order: Order) -> Found:
    """The grids of the board, one sheet each. Raises NotAllowed for a reader with an interest in the batch."""
    chosen = order.values["scenarios"]
    rows = queries.scenarios(by).filter(pk__in=chosen.values("pk")).defer(None).defer("candidate_set__body")
    found = sorted(rows, key=lambda row: row.number)
    batch = found[0].batch
    refuse_conflicted(by, batch)
    comments: dict[int, list[ScenarioComment]] = {}
    for row in queries.comments_on(found):
        comments.setdefault(row.scenario_id, []).append(row)
    board = Board(read_all(found), rule_limits(batch.rule_set) if batch.rule_set else {}, comments)
    heads = [str(one.scenario) for one in board.readings]
    as_value = order.format != "pdf"
    tables = [_grid(number, grid, heads, as_value=as_value) for number, grid in enumerate(board.grids())]
    return Found(tables, rules=version_of(batch), filters=[(_("Batch"), batch.title)])


def _grid(number: int, grid: Grid, heads: list[str], *, as_value: bool) -> Table:
    columns = [Column(grid.first, width=30), *(Column(head, width=28) for head in heads)]
    rows = [[label, *(_said(cell, as_value=as_value) for cell in cells)] for label, cells in grid.lines]
    return Table(Sheet(f"grid{number}", grid.title, columns, note=grid.note), rows)


def _said(cell: Cell, *, as_value: bool) -> Value:
    if as_value and cell.value is not None:
        return cell.value
    return enumerated(cell.lines) or cell.text


def compare_page(values: dict[str, Any]) -> str:
    """The page that shows them side by side."""
    found = list(values["scenarios"])
    query = urlencode({"with": [row.pk for row in found]}, doseq=True)
    return f"{reverse('reviews:compare', args=[found[0].batch.number])}?{query}"


def decision(order: Order) -> Iterator[Part]:
    """The paper of an adopted decision or its whole record, the same bytes as its page gives; or its tables.

    Who took it stands in the trail. Raises RecordDiffers when it is not what was kept at the adoption.
    """
    with order.acting() as by:
        may(by, "reviews.take_record").or_refuse()
        found = queries.recorded().filter(pk=order.values["decision"].pk).first()
        if found is None:
            raise DomainError("record_gone", _("There is no record of this decision that you may take."))
        files = record_files(found)
        name = f"{found.batch.year}-{found.batch.number}-decision-{found.sha256[:12]}.{order.format}"
        recording.look(by=by, decision=found, name=name)
        rules, whole = version_of(found.batch), record_zip(found) if order.format == "zip" else b""
    if order.format in ("xlsx", "csv"):
        with translation.override("zh-hans"):
            tables = tables_of(paper_data(files))
        yield from parts(Found(tables, rules=rules))
        return
    yield Cover(steps=1, rules=rules)
    yield Ready(whole or paper(files))


def decision_page(values: dict[str, Any]) -> str:
    """The page of the decision."""
    return resolve_url("reviews:decision", values["decision"].pk)


def notice(order: Order) -> Iterator[Part]:
    """The list under publicity (or final): as a paper for publication, else as rows. No score, no rank."""
    batch = order.values["batch"]
    with order.acting():
        is_public = queries.published().filter(pk=batch.pk).exists()
        entries = list(queries.entries(batch)) if is_public else []
        rules = version_of(batch)
    if not is_public:
        raise DomainError("not_published", _("The list of this batch is not public yet."))
    yield Cover(steps=3, rules=rules, notes=[_("By administrative division; the order is no ranking.")])
    if order.format == "pdf":
        yield Ready(public_list.pdf(batch, entries))
        return
    yield Sheet(
        "units",
        _("Published list"),
        [
            Column(_("Province"), width=24),
            Column(_("Pilot unit"), width=30),
            Column(_("State"), width=20),
            Column(_("Publicity from"), "date", 14),
            Column(_("Publicity until"), "date", 14),
            Column(_("Document number"), width=26),
        ],
    )
    rows = [
        [
            str(row.province),
            row.name,
            row.get_state_display(),
            row.publicity_from,
            row.publicity_to,
            row.final_list.document_no if row.final_list else None,
        ]
        for row in entries
    ]
    yield from chunks(rows)
