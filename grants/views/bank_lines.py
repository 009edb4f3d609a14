"""Pages on lines of bank statements: those a person has to look at, one line, payments that no statement shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants import tables_bank
from grants.bank import matching
from grants.domain import bank as domain
from grants.domain import bank_lines
from grants.enums import CheckState
from grants.enums_bank import Decided, LineState
from grants.forms.bank import LineForm, ReasonForm
from grants.models import BankDecision, BankLine
from grants.presentation import Facts, amount, link
from grants.queries import bank as queries
from grants.views.bank import body_asked, trail
from grants.views.files import table_page
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.punctuation import beside, listed
from portal.core.rules import may
from portal.core.templatetags.portal_ui import moment, post_name
from portal.core.web import errors_into, page, require, see_other, signed_in

# After so many days a confirmed payment should have left the bank; the reader may ask for others.
DAYS: Final = 7
CHOICES: Final = (3, 7, 14, 30, 60)
ROUTES: Final = {"payment": "grants:payment", "pass_on": "grants:pass_on", "issue": "grants:issue"}


@require_safe
@signed_in
def queue(request: PortalRequest) -> HttpResponseBase:
    """Lines that belong to no paper yet, the oldest first, each with why."""
    require(request.actor, "grants.view")
    acts = _matchings(request) if may(request.actor, "grants.match_lines", None) else []
    table = tables_bank.queue_table(request)
    return table_page(request, "grants/bank_queue.html", table, acts=acts, own=bool(acts))


def _matchings(request: PortalRequest) -> list[dict[str, Any]]:
    """A button for each of the actor's bodies that has lines to look at; its name where there are several."""
    bodies = domain.treasuries(request.actor)
    rows = queries.queue(request.actor.scope, organisations=[post.organisation for post in bodies])
    open_ = set(rows.order_by().values_list("organisation", flat=True).distinct())
    address = reverse("grants:match_lines")
    return [
        {
            "label": _("Match again: %(body)s") % {"body": post_name(post)} if len(bodies) > 1 else _("Match again"),
            "url": f"{address}?organisation={post.organisation}",
            "kind": "primary",
            "post": True,
        }
        for post in bodies
        if post.organisation in open_
    ]


@require_POST
@signed_in
def match_again(request: PortalRequest) -> HttpResponse:
    """Have the open lines matched against the papers of now."""
    require(request.actor, "grants.match_lines")
    body = body_asked(request)
    run = domain.start_matching(by=request.actor, organisation=body, back=reverse("grants:bank_queue"))
    return see_other("runs:run", run.pk)


@require_safe
@signed_in
def unseen(request: PortalRequest) -> HttpResponseBase:
    """Payments confirmed some days ago that no statement shows: they may never have left the bank."""
    require(request.actor, "grants.view")
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else DAYS
    before = datetime.combine(clock.today() - timedelta(days=days), time.min, clock.SHANGHAI)
    table = tables_bank.unseen_table(request, queries.unseen(request.actor.scope, before=before))
    choices = [(f"?days={one}", one, one == days) for one in CHOICES]
    return table_page(request, "grants/bank_unseen.html", table, days=days, choices=choices, trail=trail())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def line(request: PortalRequest, pk: int) -> HttpResponse:
    """One line: what the bank wrote, what it may be, what was decided; its makers decide here."""
    require(request.actor, "grants.view")
    found = one_of(queries.lines, request.actor, pk=pk)
    decided = list(queries.decisions(request.actor.scope, line=found))
    if request.method == "POST":
        require(request.actor, "grants.match_line", found)
    mine = bool(may(request.actor, "grants.match_line", found))
    standing = decided[0] if decided and decided[0].ended_at is None else None
    candidates = _candidates(found) if standing is None else []
    form = _form(request, candidates, standing) if mine else None
    if form is not None and request.method == "POST":
        done = _decided(request, found, standing, form)
        if done is not None:
            return done
    context = {
        "line": found,
        "trail": trail((str(found.statement), reverse("grants:bank_statement", args=[found.statement_id]))),
        "facts": _facts(found, standing),
        "candidates": [(_link(paper), _agrees(found, paper)) for paper in candidates],
        "events": [event for one in decided for event in _events(one)],
        "standing": standing,
        "is_open": found.state == LineState.OPEN,
        "is_gone": _is_gone(standing),
        "tone": tables_bank.tone_of(found),
    }
    return page(request, "grants/bank_line.html", context, form=form)


def _is_gone(standing: BankDecision | None) -> bool:
    """Whether the paper the line was matched to was taken back."""
    return standing is not None and standing.paper is not None and standing.paper.state == CheckState.REVERSED


def _candidates(found: BankLine, number: str = "") -> list[matching.Paper]:
    """Papers that come near a line, the best first."""
    body = Organisation.objects.get(pk=found.organisation_id)
    papers = queries.to_match(body, line=found, number=number)
    if number:
        return papers
    asked = domain.as_line(found.pk, found)
    result = matching.match([asked], papers)
    by_key = {paper.key: paper for paper in papers}
    keys = [one.paper for one in result.matches] or [key for one in result.open for key in one.candidates]
    return [by_key[key] for key in keys]


def _key(paper: matching.Paper) -> tuple[str, int]:
    return cast("tuple[str, int]", paper.key)


def _posted(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form(
    request: PortalRequest, candidates: list[matching.Paper], standing: BankDecision | None
) -> LineForm | ReasonForm:
    if standing is not None:
        return ReasonForm(_posted(request))
    choices = [
        (
            "{}-{}".format(*_key(paper)),
            f"{paper.number} · {paper.name} · {amount(paper.left)} · {paper.day}",
        )
        for paper in candidates
    ]
    return LineForm(_posted(request), choices=choices)


def _decided(
    request: PortalRequest, found: BankLine, standing: BankDecision | None, form: LineForm | ReasonForm
) -> HttpResponse | None:
    """The answer after a maker decided, or None when the page has to be shown again with what is wrong."""
    if not form.is_valid():
        return None
    with errors_into(form):
        if isinstance(form, ReasonForm):
            if standing is None:
                raise DomainError("bank_history_stays", _("Nothing is decided on this line."))
            bank_lines.undo(by=request.actor, decision=standing, why=form.cleaned_data["why"])
            messages.success(request, _("Undone. The line is open again."))
        elif request.POST.get("act") == "aside":
            bank_lines.set_aside(by=request.actor, line=found, why=form.cleaned_data["why"])
            messages.success(request, _("Set aside with your reason."))
        else:
            paper = _chosen(request, found, form)
            bank_lines.match_line(by=request.actor, line=found, paper=paper, why=form.cleaned_data["why"])
            messages.success(request, _("Matched: the line belongs to this paper."))
        return see_other("grants:bank_line", found.pk)
    return None


def _chosen(request: PortalRequest, found: BankLine, form: LineForm) -> Any:
    """The paper asked for. Raises DomainError beside the field when there is none, or several of the number."""
    chosen = form.chosen()
    if chosen is None:
        field = "paper" if "paper" in form.fields else "number"
        raise DomainError("bank_paper_missing", _("Choose a paper, or give the number of another one."), field)
    kind, value = chosen
    if kind == "number":
        named = _candidates(found, value)
        if len(named) != 1:
            words = _("No confirmed paper of this account has this number and something left.")
            if named:
                words = _("Several papers have this number: choose one of the list, or look the right one up.")
            raise DomainError("bank_paper_unknown", words, "number")
        paper_kind, pk = _key(named[0])
    else:
        paper_kind, _dash, text = value.rpartition("-")
        pk = int(text)
    paper = queries.paper_of(request.actor.scope, paper_kind, pk)
    if paper is None:
        raise DomainError(
            "bank_paper_unknown", _("This paper does not exist any more. Look at the list again."), "paper"
        )
    return paper


def _link(paper: matching.Paper) -> SafeString:
    kind, pk = _key(paper)
    return link(ROUTES[kind], pk, paper.number, beside(paper.name, amount(paper.left), paper.day))


def _agrees(found: BankLine, paper: matching.Paper) -> str:
    """In what a line and a paper agree, in words."""
    words = []
    if paper.left == found.amount:
        words.append(pgettext("paper", "amount"))
    if matching.number_of(paper.number) in matching.number_of(found.text):
        words.append(pgettext("paper", "number"))
    if found.name and matching.name_of(paper.name) == matching.name_of(found.name):
        words.append(pgettext("paper", "name"))
    return listed(words)


def _facts(found: BankLine, standing: BankDecision | None) -> Facts:
    paper: Any = ""
    if standing is not None and standing.paper is not None:
        row = standing.paper
        paper = link(ROUTES[queries.kind_of(row)], row.pk, row.document_no, amount(row.amount))
    facts: Facts = [
        (_("Finance department"), found.organisation),
        (_("Bank account"), format_html('<span class="code">{}</span>', found.account)),
        (_("Day"), moment(found.day)),
        (_("Direction"), found.get_direction_display()),
        (_("Amount"), amount(found.amount)),
        (_("Other side"), found.name),
        (_("Account of the other side"), found.counter_account),
        (_("Remittance information"), found.text),
        (_("Reference of the bank"), found.reference),
    ]
    if found.state == LineState.MATCHED:
        facts.append((_("Belongs to"), paper))
    elif found.state == LineState.OPEN:
        facts.append((_("Why it is open"), found.get_why_display()))
    return facts


def _events(one: BankDecision) -> list[dict[str, Any]]:
    """A decision and its end, the newest first."""
    what = pgettext("bank line", "Set aside")
    if one.kind == Decided.MATCH:
        number = one.paper.document_no if one.paper else ""
        what = _("Matched to %(number)s (%(how)s)") % {"number": number, "how": one.get_how_display()}
    events: list[dict[str, Any]] = [{"what": what, "who": one.by, "at": one.at, "note": one.why}]
    if one.ended_at is not None:
        events.insert(0, {"what": _("Undone"), "who": one.ended_by, "at": one.ended_at, "note": one.ended_why})
    return events
