"""Evaluations, panels and acceptances as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enums import Band, CheckState, EvaluationState, PanelState, Result
from grants.models import Acceptance, Assessment, Award, Evaluation, GrantProject, Panel, Rectification
from grants.performance.scoring import most_of_indicators
from grants.presentation import Facts, amount, link, paper_facts
from grants.queries.assessing import Goals, plan_words
from portal.core import clock
from portal.core.punctuation import listed
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.templatetags.portal_ui import deadline, in_language, moment


def points(value: Decimal | None) -> str:
    """Points without needless zeros; a dash where there are none yet."""
    return "–" if value is None else f"{value.normalize():f}"


def total_words(total: Decimal | None, band: str) -> str:
    """A total with its band."""
    if total is None:
        return "–"
    return _("%(points)s points: %(band)s") % {"points": points(total), "band": Band(band).label}


def _signed(who: Any, at: datetime) -> str:
    """A person and the day in Beijing: the database gives the moment in UTC, where it may be the day before."""
    return f"{who} · {at.astimezone(clock.SHANGHAI):%Y-%m-%d}"


def evaluation_facts(row: Evaluation, goals: Goals) -> Facts:
    """A self-evaluation."""
    facts: Facts = [
        (_("Pilot unit"), row.unit),
        (_("Province"), row.province),
        (pgettext("assessment", "What is evaluated"), row.get_kind_display()),
        (_("Year"), str(row.year)),
        (_("Measured as of"), moment(row.as_of)),
        (_("Measured against the plan"), plan_words(goals.number)),
        (_("Total"), total_words(row.total, row.band)),
        (_("What was achieved, in short"), row.summary),
    ]
    if row.signed_at is not None:
        facts.append((_("Signed by"), _signed(row.signed_by, row.signed_at)))
    if row.state == EvaluationState.VERIFIED:
        facts += [(_("Verified by the province"), str(row.verified_by)), (_("What the province found"), row.comment)]
    return facts


def evaluation_groups(row: Evaluation, form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form with the unit's points, reasons and files."""
    kept = {one.code: one for one in row.scores.all()}
    files: dict[str, list[Any]] = {}
    for file in row.files.all():
        files.setdefault(file.code, []).append(file)
    most = most_of_indicators(form)
    return [
        {
            "name": in_language(group["name_zh"], group["name_en"]),
            "weight": group["weight"],
            "rows": [
                {
                    "name": in_language(one["name_zh"], one["name_en"]),
                    "most": points(most[one["code"]]),
                    "points": points(kept[one["code"]].points) if one["code"] in kept else "–",
                    "reason": kept[one["code"]].reason if one["code"] in kept else "",
                    "files": files.get(one["code"], []),
                }
                for one in group["indicators"]
            ],
        }
        for group in form["groups"]
    ]


def panel_facts(row: Panel, goals: Goals, members: Iterable[Any]) -> Facts:
    """A panel."""
    facts: Facts = [
        (_("Pilot unit"), row.unit),
        (_("Province"), row.province),
        (pgettext("assessment", "What is evaluated"), row.get_kind_display()),
        (_("Measured as of"), moment(row.as_of)),
        (_("Measured against the plan"), plan_words(goals.number)),
        (_("Members of the panel"), listed(str(one.person) for one in members)),
        (_("Seed of the draw"), format_html('<span class="code">{}</span>', row.seed)),
        (_("Where the seed was published"), row.source),
        (_("Opened by"), _signed(row.opened_by, row.opened_at)),
    ]
    if row.state == PanelState.OPEN:
        return [*facts, (_("Members score until"), deadline(row.due_on))]
    return [*facts, (_("Total (mean of the members)"), total_words(row.total, row.band))]


def panel_table(form: Mapping[str, Any], scores: Iterable[Any]) -> dict[str, Any]:
    """Members by groups with their totals, as far as the reader sees them."""
    by_person: dict[Any, dict[str, Any]] = {}
    for one in scores:
        by_person.setdefault(one.person, {})[one.code] = one
    names = {group["code"]: in_language(group["name_zh"], group["name_en"]) for group in form["groups"]}
    return {
        "groups": [(names[group["code"]], group["weight"]) for group in form["groups"]],
        "rows": [
            {
                "person": person,
                "cells": [
                    (name, points(kept[code].points), kept[code].remark) if code in kept else (name, "–", "")
                    for code, name in names.items()
                ],
                "total": points(sum((one.points for one in kept.values()), Decimal(0))),
            }
            for person, kept in by_person.items()
        ],
    }


def result_facts(row: Assessment) -> Facts:
    """What a result rests on and what it does to the second tranche."""
    facts: Facts = []
    if row.panel_id is not None:
        facts.append((_("Rests on the panel"), link("grants:panel", row.panel_id, _("the panel with its sample"))))
    if row.result == Result.RECTIFY:
        facts += [(_("What is to be mended"), row.rectify_what), (_("To be mended by"), moment(row.rectify_by))]
    facts.append((_("Second tranche"), consequence(row)))
    return facts


def consequence(row: Assessment) -> str:
    """What a result does to the second tranche, in words."""
    if row.result == Result.FAILED:
        if row.for_good:
            return _("Refused for good; the money is demanded back.")
        return _("Stays closed; it may be assessed again.")
    reduced = row.second_limit is not None
    if row.result == Result.RECTIFY:
        words = _("Opens once both ministries have confirmed that it was mended.")
    else:
        words = _("Opens with the confirmation.")
    if not reduced:
        return words
    less = _("Reduced to %(amount)s.") % {"amount": amount(row.second_limit or Decimal(0))}
    return f"{words} {less}"


def standing(award: Award, results: list[Assessment]) -> dict[str, str] | None:
    """How the second tranche stands after the newest confirmed result, as a callout."""
    newest = next((row for row in results if row.state == CheckState.CONFIRMED), None)
    if newest is None:
        return None
    tone = "good" if award.assessment_passed_on else "bad" if newest.result == Result.FAILED else "wait"
    return {"title": newest.get_result_display(), "text": consequence(newest), "tone": tone}


def rectification_facts(row: Rectification) -> Facts:
    """That something was mended."""
    return [
        (_("Pilot unit"), row.unit),
        (_("Province"), row.province),
        (_("Final assessment"), link("grants:assessment", row.assessment_id, row.assessment.document_no)),
        (_("What is to be mended"), row.assessment.rectify_what),
        (_("To be mended by"), moment(row.assessment.rectify_by)),
        (_("Mended on"), moment(row.mended_on)),
        (_("What was mended and how it was checked"), row.note),
        *paper_facts(row),
    ]


def acceptance_facts(row: Acceptance) -> Facts:
    """The acceptance of a project."""
    facts: Facts = [
        (_("Project"), row.project_name),
        (_("Pilot unit"), row.unit),
        (_("Province"), row.province),
        (_("Investment done"), amount(row.invested)),
        (_("Day of the acceptance"), moment(row.accepted_on)),
        (_("Result"), row.get_result_display()),
        (_("What was found, and the conditions"), row.findings),
        (_("Filled in by"), str(row.made_by)),
    ]
    if row.decided_by is not None and row.decided_at is not None:
        facts.append((_("Decided by"), _signed(row.decided_by, row.decided_at)))
    if row.returned_why:
        facts.append((_("Why it is sent back"), row.returned_why))
    return facts


def acceptance_link(actor: Actor, project: GrantProject) -> Facts:
    """The acceptance of a project for its page; for the unit where to begin it. No query where it was joined."""
    row: Acceptance | None = getattr(project, "acceptance", None)
    if row is not None:
        words = f"{row.get_result_display()} · {row.get_state_display()}"
        return [(pgettext("project", "Acceptance"), link("grants:acceptance", row.pk, words))]
    if may(actor, "grants.start_acceptance", project):
        return [(pgettext("project", "Acceptance"), link("grants:start_acceptance", project.pk, _("begin it")))]
    return [(pgettext("project", "Acceptance"), pgettext("project", "not accepted yet"))]
