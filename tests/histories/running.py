"""Acts beside the money while a batch runs: the plan, reports, evaluations, panels, acceptances."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import factories_assessing as assess_make
from tests import factories_grants as make
from tests import factories_performance as perform
from tests.histories.money import ACTS, project_of, rows_of
from tests.histories.stage import NothingToDo, Stage, act


def applications(name: str = "Application") -> Any:
    from django.apps import apps

    return apps.get_model("applications", name).objects.all()


@act(ACTS, "miit", weight=1)
def approve_plan(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    row = s.one(applications().select_related("unit", "batch"))
    return plans.approve_plan(by=by, application=row, document_no=s.text("工信厅联规函〔2026〕815号"))


@act(ACTS, "drafter", weight=2)
def change_plan(s: Stage, by: Any) -> Any:
    """Ask for another support, a project more, or one less."""
    from applications.domain import plans
    from applications.queries import current_plan
    from portal.programme.models import Industry

    row = s.one(applications().select_related("unit", "batch"), state="selected")
    found = current_plan(row)
    if found is None:
        raise NothingToDo
    content = json.loads(found.content)
    project = s.chance.choice(content["projects"] or [{"id": 1}])
    how = s.chance.randrange(4)
    if how == 0:
        return plans.terminate_project(by=by, application=row, project=project["id"], grounds=s.text())
    values = {key: project.get(key, "") for key in plans.plans.FIELDS}
    values["support_asked"] = s.amount(Decimal(values.get("support_asked") or 0))
    if how == 1:
        values["name"] = f"Project {s.chance.randrange(1000)}"
        what = plans.ProjectChange(values, Industry.objects.filter(level="division").first())
        return plans.add_project(by=by, application=row, what=what, grounds=s.text())
    what = plans.ProjectChange(values)
    return plans.change_project(by=by, application=row, project=project["id"], what=what, grounds=s.text())


@act(ACTS, "signatory", weight=3)
def sign_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    return plans.sign_change(by=by, change=s.one(applications("ChangeRequest"), state="asked"))


@act(ACTS, "mof", weight=2)
def agree_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    return plans.agree_change(by=by, change=s.one(applications("ChangeRequest"), state="signed"))


@act(ACTS, "miit", weight=3)
def decide_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    row = s.one(applications("ChangeRequest").select_related("application__unit"), state="signed")
    what = plans.DecisionInput(s.maybe(0.8), s.text(), s.text("X 1"))
    return plans.decide_change(by=by, change=row, what=what)


@act(ACTS, "drafter", weight=1)
def withdraw_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    return plans.withdraw_change(by=by, change=s.one(applications("ChangeRequest"), state="asked"))


@act(ACTS, "drafter", weight=2)
def begin_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    year, quarter = perform.last_quarter(s.chance.choice((0, 0, 1, 2, 5, -1)))
    return reporting.begin_report(by=by, award=s.one(rows_of("award"), state="confirmed"), year=year, quarter=quarter)


@act(ACTS, "drafter", weight=3)
def write_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting
    from grants.models import IndicatorActual

    report = s.one(rows_of("quarterreport"), state__in=["draft", "returned"])
    rows = IndicatorActual.objects.filter(report=report)
    said = {
        row.pk: reporting.ActualInput(
            None if row.is_counted else Decimal(s.chance.choice(("130", "0", "10"))), s.text()
        )
        for row in rows
    }
    base = s.chance.choice(("100.00", "100.00", "0.00", "0.01"))
    what = reporting.ReportInput(
        report.version - s.maybe(0.05),
        s.text(),
        "",
        Decimal(s.chance.choice(("110.00", "9999999999.99"))),
        Decimal(base),
        said,
    )
    return reporting.write_report(by=by, report=report, what=what)


@act(ACTS, "signatory", weight=3)
def sign_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    return reporting.sign_report(by=by, report=s.one(rows_of("quarterreport"), state__in=["draft", "returned"]))


@act(ACTS, "industry", weight=3)
def judge_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    row = s.one(rows_of("quarterreport"), state="submitted")
    if s.maybe(0.6):
        return reporting.verify_report(by=by, report=row)
    return reporting.return_report(by=by, report=row, why=s.text())


@act(ACTS, "drafter", weight=2)
def evaluate(s: Stage, by: Any) -> Any:
    """Begin an evaluation, or fill one in."""
    from grants.domain import assessing
    from grants.enums import EvaluationKind
    from grants.performance.scoring import most_of_indicators

    if s.maybe(0.4):
        kind = s.chance.choice(list(EvaluationKind))
        year = make.today().year - s.chance.choice((1, 0, -1, 3))
        return assessing.start_evaluation(by=by, award=s.one(rows_of("award"), state="confirmed"), kind=kind, year=year)
    row = s.one(rows_of("evaluation"), state="draft")
    most = list(most_of_indicators(assess_make.form(row.award)).items())
    share = Decimal(s.chance.choice(("0.9", "0.9", "1", "1.01", "0", "-0.1")))
    rows = [assessing.PointsInput(code, (points * share).quantize(Decimal("0.01")), s.text()) for code, points in most]
    return assessing.fill_evaluation(by=by, evaluation=row, rows=rows[: s.chance.choice((99, 99, 2))], summary=s.text())


@act(ACTS, "signatory", weight=2)
def sign_evaluation(s: Stage, by: Any) -> Any:
    from grants.domain import assessing

    return assessing.sign_evaluation(by=by, evaluation=s.one(rows_of("evaluation"), state="draft"))


@act(ACTS, "industry", weight=2)
def verify_evaluation(s: Stage, by: Any) -> Any:
    from grants.domain import assessing

    return assessing.verify_evaluation(by=by, evaluation=s.one(rows_of("evaluation"), state="signed"), comment=s.text())


@act(ACTS, "miit", weight=1)
def open_panel(s: Stage, by: Any) -> Any:
    from grants.domain import panels
    from grants.enums import EvaluationKind

    members = [s.people[name].pk for name in ("member1", "member2", "member3", "member4")]
    what = panels.PanelInput(
        kind=s.chance.choice([EvaluationKind.FINAL, EvaluationKind.FINAL, *EvaluationKind]),
        as_of=s.day(),
        due_on=make.today() + timedelta(days=s.chance.choice((14, 0, -1))),
        seed=s.text("20261"),
        source=s.text("lottery"),
        members=s.chance.sample(members, s.chance.choice((3, 3, 4, 2))),
    )
    return panels.open_panel(by=by, award=s.one(rows_of("award"), state="confirmed"), what=what)


@act(ACTS, "member1", "member2", "member3", "member4", weight=6)
def score_panel(s: Stage, by: Any) -> Any:
    from grants.domain import panels
    from grants.performance.scoring import most_of_groups

    row = s.one(rows_of("panel"), state="open")
    share = Decimal(s.chance.choice(("0.8", "0.8", "0.5", "1", "1.1")))
    groups = {
        code: panels.GroupInput((most * share).quantize(Decimal("0.01")))
        for code, most in most_of_groups(assess_make.form(row.award)).items()
    }
    return panels.score_panel(by=by, panel=row, groups=groups, found={one.pk: "seen" for one in row.sample.all()})


@act(ACTS, "miit", weight=2)
def close_panel(s: Stage, by: Any) -> Any:
    from grants.domain import panels

    return panels.close_panel(by=by, panel=s.one(rows_of("panel"), state="open"))


@act(ACTS, "drafter", weight=2)
def accept(s: Stage, by: Any) -> Any:
    from grants.domain import acceptances
    from grants.enums import AcceptanceResult

    what = acceptances.AcceptanceInput(
        invested=s.amount(),
        accepted_on=s.day(),
        result=s.chance.choice(list(AcceptanceResult)),
        findings=s.text(),
        equipment=[acceptances.EquipmentInput(s.text("lathe"), "CK", s.chance.choice((3, 0)), s.amount())],
        photo=assess_make.photo() if s.maybe(0.8) else None,
        report=make.pdf("report.pdf") if s.maybe(0.8) else None,
    )
    if s.maybe(0.6):
        return acceptances.start_acceptance(by=by, project=project_of(s), what=what)
    return acceptances.fill_acceptance(by=by, acceptance=s.one(rows_of("acceptance"), state="draft"), what=what)


@act(ACTS, "drafter", weight=2)
def send_acceptance(s: Stage, by: Any) -> Any:
    from grants.domain import acceptances

    return acceptances.send_acceptance(by=by, acceptance=s.one(rows_of("acceptance"), state="draft"))


@act(ACTS, "industry", weight=2)
def judge_acceptance(s: Stage, by: Any) -> Any:
    from grants.domain import acceptances

    row = s.one(rows_of("acceptance"), state="sent")
    if s.maybe(0.6):
        return acceptances.confirm_acceptance(by=by, acceptance=row)
    return acceptances.return_acceptance(by=by, acceptance=row, why=s.text())
