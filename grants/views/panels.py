"""Pages on panels: open one, look at it, score, close it; and what was mended after a result."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation_assessing as presentation
from grants.domain import panels as domain
from grants.domain import rectifying
from grants.forms.assessing import PanelForm, PanelScoreForm, RectificationForm
from grants.models import Panel
from grants.queries import assessing as queries
from grants.queries import awards
from grants.views.asking import ask
from grants.views.assessing import trail
from grants.views.common import Kind, button, crumb, enter_page, paper_page
from portal.core.joins import bare
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import errors_into, page, require, see_other, signed_in

RECTIFICATION: Final = Kind(
    gettext_lazy("Rectification"),
    "rectification",
    "grants:rectification",
    rectifying.confirm_rectification,
    rectifying.refuse_rectification,
    "rectification",
    gettext_lazy("Confirmed: the second tranche is open."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: PortalRequest, pk: int) -> HttpResponse:
    """Open a panel on an award: its members, and the seed that draws the projects it looks at."""
    require(request.actor, "grants.see_assessing")
    found = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.open_panel", found)
    asked = queries.form_by_award(found)
    form = PanelForm(
        request.POST or None,
        candidates=queries.candidates(found),
        asked=asked["asked"],
    )
    if form.is_valid():
        with errors_into(form):
            row = domain.open_panel(by=request.actor, award=found, what=form.to_input())
            messages.success(request, _("Opened. The projects are drawn, and the members have been told."))
            return see_other("grants:panel", row.pk)
    context = {
        "title": _("Open a panel"),
        "trail": [
            crumb(_("Evaluations and panels"), "grants:assessing_all"),
            crumb(str(found.unit), "grants:assessing", pk),
        ],
        "facts": [(_("Pilot unit"), found.unit), (_("Province"), found.province), (_("Batch"), found.batch)],
        "cancel": reverse("grants:assessing", args=[pk]),
        "submit": _("Open the panel and draw the projects"),
    }
    return page(request, "grants/enter.html", context, form=form)


def _one(request: PortalRequest, pk: int) -> Panel:
    require(request.actor, "grants.see_assessing")
    return one_of(queries.panels, request.actor, pk=pk)


@require_safe
@signed_in
def panel(request: PortalRequest, pk: int) -> HttpResponse:
    """One panel: its sample with the acceptances, the points the reader may see, the unit's own evaluations."""
    found = _one(request, pk)
    form = queries.form_of_row(found.award_id)
    goals = queries.achieved(found.award_id, found.as_of, found.plan_id)
    acceptances = queries.acceptance_of(found)
    sample = [{"row": row, "acceptance": acceptances.get(row.grant_project_id)} for row in queries.sample(found)]
    acts = [
        *button(request, "grants.score_panel", found, _("Score"), reverse("grants:score_panel", args=[pk])),
        *button(
            request,
            "grants.close_panel",
            found,
            _("Close the panel"),
            reverse("grants:close_panel", args=[pk]),
            kind="secondary",
        ),
    ]
    context = {
        "row": found,
        "trail": trail(request.actor, found),
        "acts": acts,
        "facts": presentation.panel_facts(found, goals, found.members.select_related("person")),
        "sample": sample,
        "table": presentation.panel_table(form, queries.scores(found)),
        "goals": goals,
        "evaluations": bare(queries.evaluations(request.actor).filter(award=found.award_id)),
    }
    return page(request, "grants/panel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def score(request: PortalRequest, pk: int) -> HttpResponse:
    """A member scores the groups and says what was found at each project of the sample."""
    found = _one(request, pk)
    require(request.actor, "grants.score_panel", found)
    sample = list(queries.sample(found))
    kept: dict[Any, Any] = {one.code: one for one in queries.scores(found) if one.person_id == request.actor.id}
    said: dict[Any, Any] = {
        row.pk: one.text for row in sample for one in row.remarks.all() if one.person_id == request.actor.id
    }
    form = PanelScoreForm(
        request.POST or None, form=queries.form_of_row(found.award_id), sample=sample, kept={**kept, **said}
    )
    if form.is_valid():
        with errors_into(form):
            domain.score_panel(by=request.actor, panel=found, groups=form.groups(), found=form.found())
            messages.success(request, _("Kept. You may change your points until the panel is closed."))
            return see_other("grants:panel", pk)
    goals = queries.achieved(found.award_id, found.as_of, found.plan_id)
    context = {
        "title": _("Score"),
        "trail": [*trail(request.actor, found), crumb(str(found.get_kind_display()), "grants:panel", pk)],
        "facts": presentation.panel_facts(found, goals, found.members.select_related("person")),
        "cancel": reverse("grants:panel", args=[pk]),
        "submit": _("Keep the points"),
    }
    return page(request, "grants/enter.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def close(request: PortalRequest, pk: int) -> HttpResponse:
    """Close a panel, after asking: the mean of its members and the band are fixed."""
    found = _one(request, pk)
    require(request.actor, "grants.close_panel", found)
    goals = queries.achieved(found.award_id, found.as_of, found.plan_id)
    return ask(
        request,
        act=lambda: domain.close_panel(by=request.actor, panel=found),
        done=_("Closed. Record the result of the assessment now."),
        to=reverse("grants:panel", args=[pk]),
        title=_("Close the panel"),
        text=_("The mean of the members and its band are fixed. Points and remarks do not change any more."),
        facts=presentation.panel_facts(found, goals, found.members.select_related("person")),
        trail=trail(request.actor, found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_rectification(request: PortalRequest, pk: int) -> HttpResponse:
    """Record that what an assessment asked for was mended."""
    require(request.actor, "grants.view")
    found = one_of(awards.assessments, request.actor, pk=pk)
    require(request.actor, "grants.enter_rectification", found)
    return enter_page(
        request,
        form=RectificationForm(request.POST or None, request.FILES or None),
        act=lambda form: rectifying.enter_rectification(by=request.actor, assessment=found, what=form.to_input()),
        route="grants:rectification",
        title=_("Record that it was mended"),
        trail=[*trail(request.actor, found), crumb(found.document_no, "grants:assessment", pk)],
        facts=presentation.result_facts(found),
        cancel=reverse("grants:assessment", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rectification(request: PortalRequest, pk: int) -> HttpResponse:
    """One rectification; MOF confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(queries.rectifications, request.actor, pk=pk)
    return paper_page(
        request, RECTIFICATION, found, trail=trail(request.actor, found), facts=presentation.rectification_facts(found)
    )
