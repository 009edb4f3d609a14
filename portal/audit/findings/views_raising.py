"""Raising a finding from where an auditor stands: from a page of the portal, from a lead, from an item of a sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from portal.audit.findings import objects, presentation, queries
from portal.audit.findings.domain import raising
from portal.audit.findings.forms_raising import RaiseForm
from portal.audit.findings.objects import Thing
from portal.audit.findings.outside import TIES
from portal.audit.findings.views_common import Trail, act_page, look_for
from portal.audit.instruments import presentation_leads, presentation_samples
from portal.audit.instruments import queries as queries_instruments
from portal.audit.instruments.models_samples import Found
from portal.audit.instruments.sources import SOURCES
from portal.audit.models import Finding
from portal.core.middleware import PortalRequest
from portal.core.web import page, require, see_other, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])
_TITLE: Final = 160


@dataclass
class Start:
    """Where a finding begins: its object, what the form proposes, who raises it, and where the auditor came from."""

    about: Thing | None
    raises: Callable[..., Finding]
    query: dict[str, Any]
    back: str
    trail: Trail
    facts: list[tuple[Any, Any]] = field(default_factory=list)
    initial: dict[str, Any] = field(default_factory=dict)


def _number(request: PortalRequest, name: str) -> int:
    """A number of the address. Raises Http404 where it is none."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _asked(request: PortalRequest) -> Thing | None:
    return objects.thing(request.actor, request.GET.get("type", ""), request.GET.get("id", ""))


def _from_lead(request: PortalRequest) -> Start | HttpResponse:
    """From a lead of the own organisation; it says what it is about, unless another object was looked for."""
    lead = queries_instruments.leads(request.actor).filter(pk=_number(request, "lead")).first()
    if lead is None:
        raise Http404
    back = reverse("instruments:lead", args=[lead.pk])
    if lead.state != "open":
        messages.warning(request, _("Somebody has decided on this lead meanwhile: read it again."))
        return see_other(back)
    known = objects.at_address(lead.url)
    about = _asked(request) or (objects.thing(request.actor, *known) if known and "look" not in request.GET else None)
    text = presentation_samples.lined(presentation_leads.lead_facts(lead))
    amount = lead.amount if lead.amount and lead.amount > 0 else None
    initial = {"title": lead.title[:_TITLE], "text": f"{lead.title}\n{text}", "amount": _plain(amount)}

    def raises(**how: Any) -> Finding:
        return raising.take_up(lead=lead, **how)

    crumb: Trail = [(pgettext("audit", "Leads"), reverse("instruments:leads")), (lead.title, back)]
    facts = [(_("Lead taken up"), presentation.link(back, lead.title))]
    return Start(about, raises, {"lead": lead.pk}, back, crumb, facts, initial)


def _from_item(request: PortalRequest) -> Start | HttpResponse:
    """From an item of a sample of the own organisation that is in error or not proven."""
    sample = queries_instruments.samples(request.actor).filter(pk=_number(request, "sample")).first()
    place = _number(request, "place")
    if sample is None or not 1 <= place <= sample.size:
        raise Http404
    back = reverse("instruments:sample_item", args=[sample.pk, place])
    result = queries_instruments.result_of(sample, place)
    if result is None or result.found == Found.RIGHT:
        messages.warning(request, _("Only an item of your own sample that is in error or not proven begins a finding."))
        return see_other(back)
    item, source = sample.items[place - 1], SOURCES.get(sample.source)
    model = source.rows(request.actor, None).model if source else None
    about = objects.thing(request.actor, model._meta.label_lower, item["key"]) if model else None
    if about is None:
        messages.warning(request, _("This item cannot be named as the object of a finding: look for what it is about."))
        return see_other("auditing:raise")
    book = Decimal(item["amount"])
    initial = {
        "title": item["title"][:_TITLE],
        "text": presentation_samples.in_words(sample, place, result),
        "amount": _plain(abs(book - result.audited) or None),
    }

    def raises(**how: Any) -> Finding:
        return raising.raise_from_item(sample=sample, place=place, **how)

    named = _("%(sample)s, item %(place)s") % {"sample": sample.name, "place": place}
    crumb: Trail = [
        (pgettext("audit", "Samples"), reverse("instruments:samples")),
        (sample.name, _sample(sample.pk)),
        (named, back),
    ]
    facts = [(_("Item of a sample"), presentation.link(back, named))]
    return Start(about, raises, {"sample": sample.pk, "place": place}, back, crumb, facts, initial)


def _sample(pk: int) -> str:
    return reverse("instruments:sample", args=[pk])


def _from_page(request: PortalRequest) -> Start:
    """From a page of the portal that shows one object, or from nowhere."""
    about = _asked(request)
    register = reverse("auditing:register")
    initial = {"amount": _plain(about.amount)} if about else {}
    back = about.url if about else register
    return Start(about, raising.raise_on, {}, back, [(_("Findings register"), register)], initial=initial)


def _plain(amount: Decimal | None) -> str:
    return f"{amount:.2f}" if amount else ""


@_READ
@signed_in
def begin(request: PortalRequest) -> HttpResponse:
    """Raise a finding: its object is known from where the auditor stands; the form asks for engagement and text."""
    require(request.actor, "audit.raise_finding")
    given = request.GET
    start = (
        _from_lead(request) if "lead" in given else _from_item(request) if "sample" in given else _from_page(request)
    )
    if isinstance(start, HttpResponse):
        return start
    if start.about is None:
        return look_for(request, start.trail, start.back, start.query)
    chosen = [row for row in queries.at_work(request.actor) if queries.covers(row, start.about)]
    if not chosen:
        return _nowhere(request, start, start.about)
    return _form(request, start, start.about, chosen)


def _form(request: PortalRequest, start: Start, about: Thing, chosen: list[Any]) -> HttpResponse:
    form = RaiseForm(
        request.POST or None,
        engagements=chosen,
        laws=TIES.laws(about.batch),
        bodies=TIES.bodies(about.province, about.unit),
        initial=start.initial,
    )
    made: list[Finding] = []

    def run(form: RaiseForm) -> None:
        body = form.cleaned_data["body"]
        raised = start.raises(by=request.actor, engagement=form.chosen(), about=about, body=body, what=form.to_input())
        made.append(raised)

    answer = act_page(
        request,
        form,
        run,
        title=_("Raise a finding"),
        lead=_("It is a draft which the team alone reads, until you show it to the audited body."),
        submit=_("Keep the draft"),
        trail=start.trail,
        to=start.back,
        done=_("The draft is kept. Take evidence, then show it."),
        facts=[*start.facts, (_("Object concerned"), presentation.of_kind(about.type, about.label, about.url))],
        another=f"?{urlencode({**start.query, 'look': 'yes'})}" if "sample" not in start.query else "",
    )
    return see_other("auditing:finding", made[0].pk) if made else answer


def _nowhere(request: PortalRequest, start: Start, about: Thing) -> HttpResponse:
    """No engagement of the auditor takes a finding on this object: what to do."""
    context = {
        "trail": start.trail,
        "about": presentation.of_kind(about.type, about.label),
        "cancel": start.back,
    }
    return page(request, "auditing/nowhere.html", context)
