"""Pages of samples: draw, work through the items, evaluate, export, draw again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.findings import queries as queries_findings
from portal.audit.instruments import presentation_samples
from portal.audit.instruments import queries as queries_instruments
from portal.audit.instruments import tables as tables_instruments
from portal.audit.instruments.domain import samples as domain
from portal.audit.instruments.forms_samples import DrawForm, ResultForm
from portal.audit.instruments.models_samples import Found
from portal.audit.instruments.sources import SOURCES, has_amounts
from portal.audit.models import Finding, Sample
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.tables import Table
from portal.core.tasks import start_run
from portal.core.web import errors_into, page, require, see_other, signed_in


def _crumb() -> tuple[str, str]:
    return pgettext("audit", "Samples"), reverse("instruments:samples")


@require_safe
@signed_in
def samples(request: PortalRequest) -> HttpResponseBase:
    """The samples of the own organisation; what one can be drawn from."""
    require(request.actor, "audit.use_instruments")
    table = Table(
        request,
        queries_instruments.listed_samples(request.actor),
        name="samples",
        columns=tables_instruments.SAMPLES,
        filters=tables_instruments.SAMPLE_FILTERS,
        label=pgettext("audit", "Samples"),
        empty=_("Your organisation has not drawn a sample yet. Choose a population above."),
    )
    if table.wants_file:
        return table.file()
    return page(request, "audit/samples.html", {"table": table, "sources": SOURCES.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draw(request: PortalRequest, source: str) -> HttpResponse:
    """How the sample is drawn; the drawing itself is long work."""
    require(request.actor, "audit.draw_sample")
    if source not in SOURCES:
        raise Http404
    saved = queries_instruments.saved(request.actor).filter(source=source)
    form = DrawForm(
        request.POST or None, source=SOURCES[source], saved=saved, initial={"query": request.GET.get("saved", "")}
    )
    if form.is_valid():
        with errors_into(form):
            params = domain.to_params(form.to_input())
            run = start_run(by=request.actor, task="audit.draw_sample", params=params, back=request.path)
            return see_other("runs:run", run.pk)
    context = {
        "title": _("Draw a sample: %(source)s") % {"source": SOURCES[source].label},
        "lead": _(
            "Choose method and measures. The size follows from published formulas; a drawn sample never changes."
        ),
        "trail": [_crumb(), (str(SOURCES[source].label), "")],
        "submit": _("Draw the sample"),
        "cancel": reverse("instruments:samples"),
    }
    return page(request, "audit/instrument_form.html", context, form=form)


def _found(request: PortalRequest, pk: int) -> Any:
    require(request.actor, "audit.use_instruments")
    return one_of(queries_instruments.samples, request.actor, pk=pk)


@require_safe
@signed_in
def sample(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One sample: how it was drawn, its items with what was found, what it says of the population."""
    found = _found(request, pk)
    results = domain.counting(found)
    table = Table(
        request,
        presentation_samples.lines(found, results, _findings(request, found)),
        name=f"sample-{pk}",
        columns=tables_instruments.items_of(found),
        label=_("Items of the sample"),
    )
    if table.wants_file:
        return table.file()
    evaluation = found.evaluations.order_by("-pk").first()
    open_place = next((place for place in range(1, found.size + 1) if place not in results), None)
    context = {
        "sample": found,
        "table": table,
        "facts": presentation_samples.facts(found),
        "strata": presentation_samples.strata(found),
        "evaluation": evaluation,
        "figures": presentation_samples.evaluation(found, evaluation) if evaluation else [],
        "conclusion": presentation_samples.conclusion(found, evaluation.figures) if evaluation else "",
        "stale": presentation_samples.is_stale(evaluation, results),
        "left": found.size - len(results),
        "open_place": open_place,
    }
    return page(request, "audit/sample.html", context)


def _findings(request: PortalRequest, found: Sample) -> dict[int, Finding]:
    """The newest finding on each item, by place, of those the reader reads."""
    rows = queries_findings.findings(request.actor).filter(sample=found).order_by("pk")
    return {row.place: row for row in rows if row.place is not None}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def item(request: PortalRequest, pk: int, place: int) -> HttpResponse:
    """One item of a sample and what was found at it; a later result replaces an earlier one, which stays."""
    found = _found(request, pk)
    if not 1 <= place <= found.size:
        raise Http404
    history = list(found.results.filter(place=place).order_by("-pk"))
    last = history[0] if history else None
    initial = {"found": last.found, "audited": last.audited, "note": last.note} if last else {}
    form = ResultForm(request.POST or None, initial=initial, amounts=has_amounts(found.source))
    if form.is_valid():
        with errors_into(form):
            domain.keep_result(by=request.actor, sample=found, place=place, **{"audited": None} | form.cleaned_data)
            messages.success(request, _("The result of item %(place)s is kept.") % {"place": place})
            return _next(found, place)
    context = {
        "sample": found,
        "place": place,
        "item": found.items[place - 1],
        "facts": presentation_samples.item_facts(found, place),
        "history": presentation_samples.history(found, history),
        "in_error": last if last and last.found != Found.RIGHT else None,
        "raise_url": f"{reverse('auditing:raise')}?sample={pk}&place={place}",
        "findings": list(queries_findings.findings(request.actor).filter(sample=found, place=place).order_by("pk")),
        "before": place - 1 if place > 1 else None,
        "after": place + 1 if place < found.size else None,
    }
    return page(request, "audit/sample_item.html", context, form=form)


def _next(found: Sample, place: int) -> HttpResponse:
    """On to the next item without a result, or back to the sample."""
    done = domain.counting(found)
    order = [*range(place + 1, found.size + 1), *range(1, place)]
    following = next((one for one in order if one not in done), None)
    if following is None:
        return see_other("instruments:sample", found.pk)
    return see_other("instruments:sample_item", found.pk, following)


@require_POST
@signed_in
def evaluate(request: PortalRequest, pk: int) -> HttpResponse:
    """Say what the results mean for the whole population."""
    found = _found(request, pk)
    require(request.actor, "audit.evaluate_sample", found)
    try:
        domain.evaluate_sample(by=request.actor, sample=found)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The sample is evaluated."))
    return see_other("instruments:sample", pk)


@require_POST
@signed_in
def redraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Draw the sample again from seed and population and compare the digests."""
    found = _found(request, pk)
    require(request.actor, "audit.redraw_sample", found)
    same = domain.draw_again(by=request.actor, sample=found)
    if same["population"] and same["items"]:
        messages.success(request, _("Drawn again: the same population, the same items, to the digest."))
    elif same["population"]:
        messages.error(request, _("The population is the same, but other items are drawn: report this."))
    else:
        messages.error(
            request,
            _("The population of that moment is not the same any more: %(now)s items now, %(then)s when it was drawn.")
            % {"now": same["count"], "then": found.population_count},
        )
    return see_other("instruments:sample", pk)
