"""Acts beside the money while a batch runs: the plan, reports, evaluations, panels, acceptances, findings, the list."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import factories_assessing as assess_make
from tests import factories_audit as audit_make
from tests import factories_grants as make
from tests import factories_performance as perform
from tests.histories.money import ACTS, _project, _rows
from tests.histories.stage import NothingToDo, Stage, act


def _applications(name: str = "Application") -> Any:
    from django.apps import apps

    return apps.get_model("applications", name).objects.all()


def _row(model: str) -> Any:
    from django.apps import apps

    return apps.get_model(model).objects.all()


@act(ACTS, "miit", weight=1)
def approve_plan(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    row = s.one(_applications().select_related("unit", "batch"))
    return plans.approve_plan(by=by, application=row, document_no=s.text("工信厅联规函〔2026〕815号"))


@act(ACTS, "drafter", weight=2)
def change_plan(s: Stage, by: Any) -> Any:
    """Ask for another support, a project more, or one less."""
    from applications.domain import plans
    from applications.queries import current_plan
    from portal.programme.models import Industry

    row = s.one(_applications().select_related("unit", "batch"), state="selected")
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

    return plans.sign_change(by=by, change=s.one(_applications("ChangeRequest"), state="asked"))


@act(ACTS, "mof", weight=2)
def agree_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    return plans.agree_change(by=by, change=s.one(_applications("ChangeRequest"), state="signed"))


@act(ACTS, "miit", weight=3)
def decide_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    row = s.one(_applications("ChangeRequest").select_related("application__unit"), state="signed")
    what = plans.DecisionInput(s.maybe(0.8), s.text(), s.text("X 1"))
    return plans.decide_change(by=by, change=row, what=what)


@act(ACTS, "drafter", weight=1)
def withdraw_change(s: Stage, by: Any) -> Any:
    from applications.domain import plans

    return plans.withdraw_change(by=by, change=s.one(_applications("ChangeRequest"), state="asked"))


@act(ACTS, "drafter", weight=2)
def begin_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    year, quarter = perform.last_quarter(s.chance.choice((0, 0, 1, 2, 5, -1)))
    return reporting.begin_report(by=by, award=s.one(_rows("award"), state="confirmed"), year=year, quarter=quarter)


@act(ACTS, "drafter", weight=3)
def write_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting
    from grants.models import IndicatorActual

    report = s.one(_rows("quarterreport"), state__in=["draft", "returned"])
    rows = IndicatorActual.objects.filter(report=report)
    said = {
        row.pk: reporting.ActualInput(None if row.is_counted else Decimal(s.chance.choice(("130", "0", "10"))), s.text())
        for row in rows
    }
    base = s.chance.choice(("100.00", "100.00", "0.00", "0.01"))
    what = reporting.ReportInput(
        report.version - s.maybe(0.05), s.text(), "", Decimal(s.chance.choice(("110.00", "9999999999.99"))), Decimal(base), said
    )
    return reporting.write_report(by=by, report=report, what=what)


@act(ACTS, "signatory", weight=3)
def sign_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    return reporting.sign_report(by=by, report=s.one(_rows("quarterreport"), state__in=["draft", "returned"]))


@act(ACTS, "industry", weight=3)
def judge_report(s: Stage, by: Any) -> Any:
    from grants.domain import reporting

    row = s.one(_rows("quarterreport"), state="submitted")
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
        return assessing.start_evaluation(by=by, award=s.one(_rows("award"), state="confirmed"), kind=kind, year=year)
    row = s.one(_rows("evaluation"), state="draft")
    most = list(most_of_indicators(assess_make.form(row.award)).items())
    share = Decimal(s.chance.choice(("0.9", "0.9", "1", "1.01", "0", "-0.1")))
    rows = [assessing.PointsInput(code, (points * share).quantize(Decimal("0.01")), s.text()) for code, points in most]
    return assessing.fill_evaluation(by=by, evaluation=row, rows=rows[: s.chance.choice((99, 99, 2))], summary=s.text())


@act(ACTS, "signatory", weight=2)
def sign_evaluation(s: Stage, by: Any) -> Any:
    from grants.domain import assessing

    return assessing.sign_evaluation(by=by, evaluation=s.one(_rows("evaluation"), state="draft"))


@act(ACTS, "industry", weight=2)
def verify_evaluation(s: Stage, by: Any) -> Any:
    from grants.domain import assessing

    return assessing.verify_evaluation(by=by, evaluation=s.one(_rows("evaluation"), state="signed"), comment=s.text())


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
    return panels.open_panel(by=by, award=s.one(_rows("award"), state="confirmed"), what=what)


@act(ACTS, "member1", "member2", "member3", "member4", weight=6)
def score_panel(s: Stage, by: Any) -> Any:
    from grants.domain import panels
    from grants.performance.scoring import most_of_groups

    row = s.one(_rows("panel"), state="open")
    share = Decimal(s.chance.choice(("0.8", "0.8", "0.5", "1", "1.1")))
    groups = {
        code: panels.GroupInput((most * share).quantize(Decimal("0.01")))
        for code, most in most_of_groups(assess_make.form(row.award)).items()
    }
    return panels.score_panel(by=by, panel=row, groups=groups, found={one.pk: "seen" for one in row.sample.all()})


@act(ACTS, "miit", weight=2)
def close_panel(s: Stage, by: Any) -> Any:
    from grants.domain import panels

    return panels.close_panel(by=by, panel=s.one(_rows("panel"), state="open"))


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
        return acceptances.start_acceptance(by=by, project=_project(s), what=what)
    return acceptances.fill_acceptance(by=by, acceptance=s.one(_rows("acceptance"), state="draft"), what=what)


@act(ACTS, "drafter", weight=2)
def send_acceptance(s: Stage, by: Any) -> Any:
    from grants.domain import acceptances

    return acceptances.send_acceptance(by=by, acceptance=s.one(_rows("acceptance"), state="draft"))


@act(ACTS, "industry", weight=2)
def judge_acceptance(s: Stage, by: Any) -> Any:
    from grants.domain import acceptances

    row = s.one(_rows("acceptance"), state="sent")
    if s.maybe(0.6):
        return acceptances.confirm_acceptance(by=by, acceptance=row)
    return acceptances.return_acceptance(by=by, acceptance=row, why=s.text())


# The auditors


@act(ACTS, "auditor", weight=2)
def find(s: Stage, by: Any) -> Any:
    from portal.accounts.models import Organisation
    from portal.audit.findings.domain import findings

    engagement = s.one(_row("audit.Engagement"))
    about = audit_make.thing(by, s.one(_rows(s.chance.choice(("award", "payment", "grantproject", "recovery")))))
    body = s.one(Organisation.objects.filter(code__in=["CZ350200", "CZ330200", "CZ350000", "MOF"])).pk
    return findings.raise_finding(by=by, engagement=engagement, about=about, body=body, what=audit_make.text())


@act(ACTS, "auditor", weight=3)
def follow_finding(s: Stage, by: Any) -> Any:
    from portal.accounts.models import Organisation
    from portal.audit.findings.domain import evidence, findings

    row = s.one(_row("audit.Finding").select_related("engagement", "body"))
    how = s.chance.randrange(7)
    if how == 0 or not row.evidence.exists():
        about = audit_make.thing(by, s.one(_rows("award")))
        return evidence.take(by=by, finding=row, about=about, is_shared=s.maybe(0.7))
    later = make.today() + timedelta(days=s.chance.choice((30, 30, 0)))
    return (
        lambda: findings.show(by=by, finding=row),
        lambda: findings.show(by=by, finding=row),
        lambda: findings.order(by=by, finding=row, due_on=later),
        lambda: findings.follow_up(
            by=by, finding=row, outcome=s.chance.choice(("mended", "partly", "not")), text=s.text(), new_due=later
        ),
        lambda: findings.hand_over(
            by=by,
            finding=row,
            organisation=s.one(Organisation.objects.filter(code__in=["MOF", "CZ350000"])).pk,
            note=s.text(),
        ),
        lambda: findings.close(by=by, finding=row, why=s.text()),
        lambda: findings.drop(by=by, finding=row, why=s.text()),
    )[how]()


@act(ACTS, "unit_maker", "signatory", weight=2)
def answer_finding(s: Stage, by: Any) -> Any:
    from portal.audit.findings.domain import answering

    row = s.one(_row("audit.Finding").select_related("engagement", "body"))
    what = answering.AnswerInput(s.text(), "accepted", [make.pdf("proof.pdf")] if s.maybe(0.8) else [])
    return (answering.reply if s.maybe(0.5) else answering.report)(by=by, finding=row, what=what)


@act(ACTS, "mof_maker", "province_maker", weight=1)
def demand_by_finding(s: Stage, by: Any) -> Any:
    """A demand that rests on a finding, mostly one that can be acted on."""
    from grants.domain import recoveries
    from grants.enums import Ground

    finding = s.one(_row("audit.Finding"))
    row = s.one(_rows("award").select_related("batch__rule_set"), state="confirmed")
    due = make.today() + timedelta(days=30)
    what = recoveries.DemandInput(
        Ground.VIOLATION, s.amount(row.amount / 8), due, "found", s.paper(), None, "diverted", "", finding.pk
    )
    return recoveries.demand(by=by, award=row, what=what)


# The list


@act(ACTS, "mof", "miit", weight=1)
def move_up(s: Stage, by: Any) -> Any:
    from reviews.domain import moving_up

    found = s.one(_row("reviews.Decision").select_related("batch", "scenario"), state="adopted")
    return moving_up.propose(by=by, decision=found)


@act(ACTS, "mof", "miit", weight=1)
def confirm_move(s: Stage, by: Any) -> Any:
    from reviews.domain import moving_up

    row = s.one(_row("reviews.Replacement").select_related("batch", "decision"), state="proposed")
    if s.maybe(0.7):
        return moving_up.confirm(by=by, replacement=row)
    return moving_up.withdraw(by=by, replacement=row, why=s.text())


@act(ACTS, "nobody", weight=1)
def lodge(s: Stage, by: Any) -> Any:
    from portal.programme.models import Batch
    from reviews.domain import objections

    entry = s.one(_row("reviews.PublicEntry"), batch=s.batch) if s.maybe(0.8) else None
    what = objections.ObjectionInput("某人（演示）", "someone@demo.invalid", s.text(), entry)
    return objections.lodge(by=by, batch=Batch.objects.get(pk=s.batch), what=what)


@act(ACTS, "miit", "mof", weight=2)
def answer_objection(s: Stage, by: Any) -> Any:
    from reviews.domain import answering, suspending

    row = s.one(_row("reviews.Objection").select_related("batch"), state="lodged")
    how = s.chance.randrange(4)
    if how == 0:
        return suspending.suspend(by=by, objection=row, why=s.text())
    if how == 1:
        return answering.take(by=by, objection=row)
    if how == 2:
        return suspending.release(
            by=by, suspension=s.one(_row("reviews.Suspension").select_related("objection"), ended_at=None), why=s.text()
        )
    return answering.answer(by=by, objection=row, uphold=s.maybe(0.4), text=s.text())


@act(ACTS, "miit", weight=1)
def finalise(s: Stage, by: Any) -> Any:
    from portal.programme.models import Batch
    from reviews.domain import publicity

    batch = Batch.objects.select_related("rule_set").get(pk=s.batch)
    return publicity.finalise(by=by, batch=batch, document_no=s.text("财建〔2026〕998号"))


@act(ACTS, "signatory", weight=1)
def give_up(s: Stage, by: Any) -> Any:
    from applications.domain import submission

    row = s.one(_applications().select_related("unit", "batch"), state="reserve")
    return submission.withdraw(by=by, application=row, why=s.text())
