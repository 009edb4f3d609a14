"""The money as evidence: entries, papers and files of awards, for bundles that auditors take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from grants.ledger.differences import ENTRY_BEFORE, ENTRY_TEXT
from grants.models import Award, Entry, Issue, IssuePaper, Line, YearClose
from grants.models.acceptance import Evidence
from grants.models.checked import Checked
from grants.models.paying import EvidenceFile
from grants.models.performance import ReportEvidence
from grants.queries import within
from portal.audit.evidence.sources import EntryRow, FileRow, Selection
from portal.core import clock
from portal.core.errors import Text
from portal.core.models import StoredFile
from portal.core.scope import Actor
from portal.programme import queries as programme
from portal.programme.models import Batch

# Files beside the papers' own: the model, and the way from it to the award.
FILES: Final[tuple[tuple[type[StoredFile], tuple[str, ...]], ...]] = (
    (EvidenceFile, ("request__award", "hold__award")),
    (Evidence, ("award",)),
    (ReportEvidence, ("report__award",)),
)


def papers() -> list[type[Checked]]:
    """Every kind of paper about the money of one award."""
    return sorted(Checked.__subclasses__(), key=lambda model: model._meta.label_lower)


def _others() -> list[type[Model]]:
    """Every other kind of row that names its award and has events of its own."""
    from django.apps import apps  # noqa: PLC0415 - the models must be there

    known = {*papers(), Entry}
    found = [model for model in apps.get_app_config("grants").get_models() if model not in known]
    return [model for model in found if any(field.name == "award" for field in model._meta.fields)]


def _period(selection: Selection, *names: str) -> Q:
    """The rows of which one of these moments lies in the period."""
    found = Q()
    for name in names:
        one = Q()
        if selection.since:
            one &= Q(**{f"{name}__gte": clock.first_moment(selection.since)})
        if selection.until:
            one &= Q(**{f"{name}__lte": clock.last_moment(selection.until)})
        found |= one
    return found


def awards(actor: Actor, selection: Selection) -> QuerySet[Award]:
    """The awards of the selection; the period narrows what is shown of them."""
    rows = within(Award.objects.all(), actor.scope)
    if selection.award:
        rows = rows.filter(pk=selection.award)
    if selection.batch:
        rows = rows.filter(batch=selection.batch)
    if selection.province:
        rows = rows.filter(province=selection.province)
    return rows


def documents_of_many(actor: Actor, chosen: Any) -> QuerySet[IssuePaper]:
    """Documents that issued to these awards among others: their lines have no file of their own."""
    lines = within(Issue.objects.filter(award__in=chosen), actor.scope).exclude(paper=None)
    return IssuePaper.objects.filter(pk__in=lines.values("paper")).order_by("pk")


class Money:
    """What the books and papers of the money offer."""

    def choices(self, actor: Actor) -> dict[str, list[tuple[Any, Text]]]:
        """Awards, batches and provinces of the scope."""
        rows = within(Award.objects.all(), actor.scope)
        named = rows.select_related("unit").order_by("province_id", "unit_id", "pk")
        batches = Batch.objects.filter(pk__in=rows.values("batch")).order_by("-number")
        places = set(rows.values_list("province_id", flat=True))
        return {
            "award": [(row.pk, f"{row.unit} {row.document_no}") for row in named],
            "batch": [(row.pk, str(row)) for row in batches],
            "province": [(row.pk, row.name) for row in programme.provinces() if row.pk in places],
        }

    def words(self, actor: Actor, selection: Selection) -> list[tuple[str, str]]:
        """What was chosen."""
        chosen = self.choices(actor)
        names = {"award": _("Award"), "batch": _("Batch"), "province": _("Province")}
        found = []
        for key, label in names.items():
            value = getattr(selection, key)
            if value:
                found.append((label, str(dict(chosen[key]).get(value, value))))
        if selection.since:
            found.append((_("From day"), selection.since.isoformat()))
        if selection.until:
            found.append((_("To day"), selection.until.isoformat()))
        return found

    def _entries(self, actor: Actor, selection: Selection) -> QuerySet[Entry]:
        rows = within(Entry.objects.all(), actor.scope).filter(award__in=awards(actor, selection).values("pk"))
        return rows.filter(_period(selection, "booked_at"))

    def entries(self, actor: Actor, selection: Selection, *, upto: int, after: int, most: int) -> Sequence[EntryRow]:
        """The next entries by number, with the text under the digest and the digest before it."""
        lines = Prefetch("lines", Line.objects.order_by("pk"))
        papers = [field.name for field in Entry._meta.fields if field.name in _NAMED]
        rows = (
            self._entries(actor, selection)
            .filter(pk__gt=after, event__link__seq__lte=upto)
            .select_related("unit", "province", "maker", "checker", "award__document")
            .select_related("issue__paper__document", *(f"{name}__document" for name in papers))
            .annotate(under=RawSQL(ENTRY_TEXT, []), prior=RawSQL(ENTRY_BEFORE, []))  # noqa: S611 - constants
            .prefetch_related(lines)
            .order_by("pk")[:most]
        )
        return [_entry(row, papers) for row in rows]

    def files(self, actor: Actor, selection: Selection, *, at: datetime) -> Sequence[FileRow]:
        """Files of papers, of payment requests, holds, evaluations, acceptances and reports."""
        chosen = awards(actor, selection).values("pk")
        found: list[FileRow] = []
        for model in papers():
            way = "pk" if model is Award else "award"
            rows: QuerySet[Any] = within(model._default_manager.all(), actor.scope).filter(
                _period(selection, "made_at", "checked_at"), **{f"{way}__in": chosen}, document__isnull=False
            )
            rows = rows.filter(document__uploaded_at__lte=at).select_related("document").order_by("pk")
            found += [_file(row.document, f"{model._meta.verbose_name} {row.document_no}") for row in rows]
        issued = documents_of_many(actor, chosen).filter(_period(selection, "made_at", "checked_at"))
        issued = issued.filter(document__uploaded_at__lte=at).select_related("document")
        named = str(IssuePaper._meta.verbose_name)
        found += [_file(row.document, f"{named} {row.document_no}") for row in issued if row.document is not None]
        for kept, ways in FILES:
            condition = Q()
            for way in ways:
                condition |= Q(**{f"{way}__in": chosen})
            rest: QuerySet[Any] = within(kept._default_manager.all(), actor.scope).filter(condition)
            rest = rest.filter(_period(selection, "uploaded_at"), uploaded_at__lte=at).order_by("pk")
            found += [_file(row, str(kept._meta.verbose_name)) for row in rest]
        return found

    def objects(self, actor: Actor, selection: Selection) -> Iterator[tuple[str, list[str]]]:
        """Awards with their applications, papers, projects, requests, reports: whatever names the award.

        Also what is about many awards at once: documents that issued to them, closings that booked on them.
        """
        chosen = awards(actor, selection).values("pk")
        yield "grants.award", _texts(awards(actor, selection).order_by("pk").values_list("pk", flat=True))
        applications = awards(actor, selection).order_by("application_id").values_list("application_id", flat=True)
        yield "applications.application", _texts(applications)
        closings = within(Entry.objects.filter(award__in=chosen), actor.scope).exclude(year_close=None)
        for many in (
            documents_of_many(actor, chosen),
            YearClose.objects.filter(pk__in=closings.values("year_close")).order_by("pk"),
        ):
            yield many.model._meta.label_lower, _texts(many.values_list("pk", flat=True))
        for model in [*papers(), *_others()]:
            if model is not Award:
                rows: QuerySet[Any] = within(model._default_manager.all(), actor.scope).filter(award__in=chosen)
                yield model._meta.label_lower, _texts(rows.order_by("pk").values_list("pk", flat=True))


# The relations of an entry to its papers.
_NAMED: Final = frozenset({"issue", "pass_on", "payment", "reversal", "spending", "return_paper", "recovery_payment"})


def _texts(numbers: Any) -> list[str]:
    return [str(number) for number in numbers]


def _file(row: StoredFile, about: str) -> FileRow:
    return FileRow(row.file_name, row.content_type, row.size, row.sha256, row.storage_key, about, row.uploaded_at)


def _entry(row: Any, papers: list[str]) -> EntryRow:
    named = [getattr(row, name) for name in papers] + ([row.award] if row.kind == "award" else [])
    named += [row.issue.paper] if row.issue is not None else []
    documents = [paper.document for paper in named if paper is not None and paper.document is not None]
    return EntryRow(
        pk=row.pk,
        number=str(row),
        event=row.event_id,
        before=row.prior,
        text=row.under,
        digest=row.digest,
        booked_at=row.booked_at,
        kind=str(row.get_kind_display()),
        unit=str(row.unit),
        province=str(row.province),
        document_no=row.document_no,
        maker=str(row.maker),
        checker=str(row.checker),
        amount=str(row.moved),
        files=tuple(document.sha256 for document in documents),
    )
