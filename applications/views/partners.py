"""Joint applicants as the unit sees them: tell them, invite, say anew what is asked, withdraw."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import queries
from applications.domain import partners as domain
from applications.enums import PartnerRole, PartnerState
from applications.forms import InviteForm, SharedForm, TaskForm
from applications.forms.submission import WithdrawForm
from applications.journey import TITLES, address
from applications.models import Application, Partner
from applications.views.common import ask, find_row, find_to_edit, section_page, trail
from applications.views.rows import rows_page
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, page, see_other, signed_in
from portal.programme.enums import UnitKind


@require_safe
@signed_in
def partners(request: PortalRequest, pk: int) -> HttpResponse:
    """The joint applicants and their answers."""
    found = find_to_edit(request, pk)
    rows = list(queries.partners_of(found))
    return rows_page(
        request,
        found,
        "partners",
        rows=rows,
        shares=[
            {"project": one.project, "partner": row.organisation, "amount": one.amount if _gives(row) else None}
            for row in rows
            for one in row.projects.all()
        ],
        summary=queries.shared_summary(found),
        may_pair=found.unit.kind == UnitKind.DISTRICT,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def shared(request: PortalRequest, pk: int) -> HttpResponse:
    """What all joint applicants may read of the dossier."""
    found = find_to_edit(request, pk)

    def now() -> dict[str, Any]:
        return {"text": queries.shared_summary(found), "version": found.version}

    form = SharedForm(request.POST or None, initial=now())
    return section_page(
        request,
        found,
        "partners",
        form,
        title=_("Shared summary"),
        back="partners",
        act=lambda: domain.tell(
            by=request.actor,
            application=found,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        ),
        initial=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: PortalRequest, pk: int) -> HttpResponse:
    """Invite a central SOE, or in a municipality a second district."""
    found = find_to_edit(request, pk)
    form = InviteForm(
        request.POST or None,
        organisations=queries.organisations_to_invite(found),
        projects=queries.projects_of(found),
        initial={"role": PartnerRole.CO_APPLICANT},
    )
    back = address(found, "partners")
    if form.is_valid():
        with errors_into(form):
            domain.invite_partner(by=request.actor, application=found, what=form.to_invitation())
            messages.success(request, _("The organisation is invited; it finds the invitation on its desk."))
            return see_other(back)
    title = _("Invite a joint applicant")
    return page(request, "applications/form.html", _form(found, title, submit=_("Invite")), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def task(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Say anew what is asked, while the partner has not answered."""
    found = find_to_edit(request, pk)
    kept: Partner | None = find_row(request, found, queries.partners_of(found), row)
    if kept is not None:
        kept.application = found
    form = TaskForm(request.POST or None, projects=queries.projects_of(found), initial=_task(found, kept))
    return section_page(
        request,
        found,
        "partners",
        form,
        title=str(kept.organisation) if kept else "",
        back="partners",
        kept=kept,
        act=lambda: domain.change_task(
            by=request.actor,
            partner=cast("Partner", kept),  # without one nothing is done
            what=form.to_input(),
            version=form.cleaned_data["version"],
        ),
        initial=lambda: _task(found, queries.partners_of(found).filter(pk=row).first()),
    )


def _gives(row: Partner) -> bool:
    """Whether what it brings into its projects is its word; before that the amounts are not."""
    return row.state == PartnerState.COMMITTED


def _task(found: Application, kept: Partner | None) -> dict[str, Any]:
    if kept is None:
        return {"version": found.version}
    chosen = [one.project_id for one in kept.projects.all()]
    return {"task": kept.task, "role": kept.role, "projects": chosen, "version": found.version}


def _form(found: Application, title: str, **more: Any) -> dict[str, Any]:
    back = address(found, "partners")
    return {"title": title, "cancel": back, "trail": [*trail(found, (TITLES["partners"], back)), (title, "")], **more}


def _withdrawal() -> dict[str, str]:
    return {
        "title": _("Withdraw the invitation of %(name)s"),
        "text": _("Its part and its letter leave the dossier. The organisation no longer sees the invitation."),
        "submit": _("Withdraw the invitation"),
        "done": _("The invitation is withdrawn."),
    }


def _removal() -> dict[str, str]:
    return {
        "title": _("Remove %(name)s from the list"),
        "text": _("It has declined. The line leaves the dossier, and you may invite it again."),
        "submit": _("Remove from the list"),
        "done": _("It is removed from the list."),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then withdraw an invitation; of one that was declined only the line is left, which goes from the list."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.partners_of(found), pk=row)
    kept.application = found
    back = address(found, "partners")
    words = _removal() if kept.state == PartnerState.DECLINED else _withdrawal()
    title = words["title"] % {"name": kept.organisation}
    why = [(_("Why it declined"), kept.declined_why)] if kept.state == PartnerState.DECLINED else []
    return ask(
        request,
        form=WithdrawForm(request.POST or None, initial={"state": kept.state}),
        act=lambda form: domain.withdraw_partner(
            by=request.actor, partner=kept, why=form.cleaned_data["why"], seen=form.cleaned_data["state"]
        ),
        done=words["done"],
        to=back,
        title=title,
        text=words["text"],
        submit=words["submit"],
        cancel=back,
        danger=True,
        facts=[(_("State"), kept.get_state_display()), *why, (_("What was asked"), kept.task)],
        trail=[*trail(found, (TITLES["partners"], back)), (title, "")],
    )
