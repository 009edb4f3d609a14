"""States of evaluations, panels and acceptances for tests; by commands only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories_grants as make
from tests import uploads

acting = make.acting


def people(cast: Any, *, unit: str, province: str) -> dict[str, Any]:
    """Who evaluates, verifies and judges one unit: three members of other provinces, one of the unit's own."""
    return {
        "drafter": cast("drafter", f"ZF{unit}"),
        "signatory": cast("signatory", f"ZF{unit}"),
        "industry": cast("provincial_officer", f"GX{province}"),
        "members": [cast("reviewer", "MIIT"), cast("reviewer", "MOF"), cast("reviewer", "ZJ")],
    }


def form(award: Any) -> Any:
    from grants.queries.assessing import form_of_row

    return form_of_row(award.pk)


def started(team: dict[str, Any], award: Any, *, kind: str = "self", year: int | None = None) -> Any:
    """A self-evaluation that the drafter has begun."""
    from grants.domain import assessing
    from grants.enums import EvaluationKind

    with acting(team["drafter"]) as by:
        return assessing.start_evaluation(
            by=by, award=award, kind=EvaluationKind(kind), year=year or make.today().year - 1
        )


def filled(team: dict[str, Any], award: Any, *, share: str = "0.9", but: int = 0, **how: Any) -> Any:
    """A self-evaluation with that share of the points for each indicator but the last `but` ones."""
    from grants.domain import assessing
    from grants.performance.scoring import most_of_indicators

    row = started(team, award, **how)
    with acting(team["drafter"]) as by:
        most = list(most_of_indicators(form(award)).items())
        rows = [
            assessing.PointsInput(code, points * Decimal(share), "planned 10, done 9")
            for code, points in most[: len(most) - but]
        ]
        assessing.fill_evaluation(by=by, evaluation=row, rows=rows, summary="done")
    return row


def signed(team: dict[str, Any], award: Any, **how: Any) -> Any:
    """A signed self-evaluation."""
    from grants.domain import assessing

    row = filled(team, award, **how)
    with acting(team["signatory"]) as by:
        return assessing.sign_evaluation(by=by, evaluation=row)


def panel(who: dict[str, Any], team: dict[str, Any], award: Any, *, kind: str = "final", seed: str = "20261") -> Any:
    """An open panel of the three members."""
    from grants.domain import panels
    from grants.enums import EvaluationKind

    what = panels.PanelInput(
        kind=EvaluationKind(kind),
        as_of=make.today(),
        due_on=make.today() + timedelta(days=14),
        seed=seed,
        source="lottery 2026130",
        members=[one.pk for one in team["members"]],
    )
    with acting(who["miit"]) as by:
        return panels.open_panel(by=by, award=award, what=what)


def scored(row: Any, member: Any, *, share: str = "0.8") -> None:
    """One member scores every group and every project."""
    from grants.domain import panels
    from grants.performance.scoring import most_of_groups
    from grants.queries.assessing import form_of_row

    with acting(member) as by:
        groups = {
            code: panels.GroupInput(most * Decimal(share))
            for code, most in most_of_groups(form_of_row(row.award_id)).items()
        }
        found = {one.pk: "seen" for one in row.sample.all()}
        panels.score_panel(by=by, panel=row, groups=groups, found=found)


def closed(who: dict[str, Any], team: dict[str, Any], award: Any, *, share: str = "0.8", **how: Any) -> Any:
    """A panel that every member has scored, closed by MIIT."""
    from grants.domain import panels

    row = panel(who, team, award, **how)
    for member in team["members"]:
        scored(row, member, share=share)
    with acting(who["miit"]) as by:
        return panels.close_panel(by=by, panel=row)


def result(who: dict[str, Any], award: Any, kind: str, *, number: str = "工信部规函〔2026〕9号", **more: Any) -> Any:
    """A confirmed result; more: rectify_what, rectify_by, second_limit, for_good."""
    from grants.domain import awards
    from grants.enums import Result

    if kind == "rectify":
        more = {"rectify_what": "mend", "rectify_by": make.today() + timedelta(days=30)} | more
    what = awards.AssessmentInput(Result(kind), make.today(), make.paper(number), **more)
    with acting(who["miit"]) as by:
        row = awards.enter_assessment(by=by, award=award, what=what)
    with acting(who["mof"]) as by:
        return awards.confirm_assessment(by=by, assessment=row)


def mended(
    who: dict[str, Any], assessment: Any, *, confirmed: bool = True, number: str = "工信部规函〔2026〕19号"
) -> Any:
    """A rectification, confirmed by MOF."""
    from grants.domain import rectifying

    what = rectifying.RectificationInput(make.today(), "mended, seen on the spot", make.paper(number))
    with acting(who["miit"]) as by:
        row = rectifying.enter_rectification(by=by, assessment=assessment, what=what)
    if not confirmed:
        return row
    with acting(who["mof"]) as by:
        return rectifying.confirm_rectification(by=by, rectification=row)


def photo() -> Any:
    return SimpleUploadedFile("photo.png", uploads.png(), content_type="image/png")


def acceptance(team: dict[str, Any], project: Any, *, whole: bool = True, sent: bool = False) -> Any:
    """An acceptance of a project, with its files where it is whole."""
    from grants.domain import acceptances
    from grants.enums import AcceptanceResult

    what = acceptances.AcceptanceInput(
        invested=Decimal("500000000.00"),
        accepted_on=make.today(),
        result=AcceptanceResult.ACCEPTED,
        findings="",
        equipment=[acceptances.EquipmentInput("lathe", "CK6150", 3, Decimal("1200000.00"))] if whole else [],
        photo=photo() if whole else None,
        report=make.pdf("report.pdf") if whole else None,
    )
    with acting(team["drafter"]) as by:
        row = acceptances.start_acceptance(by=by, project=project, what=what)
    if sent:
        with acting(team["drafter"]) as by:
            acceptances.send_acceptance(by=by, acceptance=row)
    return row
