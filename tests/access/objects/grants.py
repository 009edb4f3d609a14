"""Xiamen's award with one paper of each kind that waits for its checker, after a round that came to its final list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.core import clock
from tests import factories_grants as make_grants
from tests import factories_performance as perform
from tests import factories_reviews as make_reviews

BOTH = {"350200": "200000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "90.00", "330200": "80.00"}
CALLERS = {
    "mof_maker": "maker.mof",
    "mof_checker": "checker.mof",
    "province_maker": "maker.province",
    "province_checker": "checker.province",
    "unit_maker": "maker.unit",
    "unit_checker": "checker.unit",
    "miit": "officer.miit",
    "mof": "officer.mof",
}


def _assessment(world: Any, award: Any) -> Any:
    from grants.domain import awards
    from grants.enums import Result

    what = awards.AssessmentInput(Result.PASSED, make_grants.today(), make_grants.paper("A"))
    with world.acting("officer.miit") as by:
        return awards.enter_assessment(by=by, award=award, what=what)


def _performance(world: Any, award: Any) -> dict[str, dict[str, Any]]:
    """A report that is written, with a file of enterprises, and one that the province has, with evidence."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from applications.imports.intake import take_in
    from grants.domain import progress, reporting
    from grants.models import IndicatorActual, ReportEvidence

    team = {name: world.person(name) for name in ("drafter", "signatory", "industry")}
    draft = perform.drafted(team, award, 1)
    rows = "统一社会信用代码,企业名称,数字化改造状态\n".encode()
    with world.acting("drafter") as by:
        kept = take_in(SimpleUploadedFile("a.csv", rows, content_type="text/csv"))
        file = progress.bring_progress(by=by, report=draft, file=kept)
    sent = perform.written(team, award, 2)
    with world.acting("drafter") as by:
        row = IndicatorActual.objects.filter(report=sent).first()
        said = {row.pk: reporting.ActualInput(row.value, "x", make_grants.pdf())}
        what = reporting.ReportInput(sent.version, "x", "", sent.investment_now, sent.investment_base, said)
        reporting.write_report(by=by, report=sent, what=what)
        evidence = ReportEvidence.objects.get(report=sent)
    with world.acting("signatory") as by:
        reporting.sign_report(by=by, report=sent)
    year, quarter = perform.last_quarter(3)
    mine, theirs = {"pk": draft.pk}, {"pk": sent.pk}
    return {
        "grants:unit_performance": {"pk": award.pk},
        "grants:performance_peers": {"pk": award.pk},
        "grants:begin_report": {"pk": award.pk, "year": year, "quarter": quarter},
        "grants:performance_trend": {"pk": row.pk},
        "grants:quarter_report": {"draft": mine, "sent": theirs},
        "grants:write_report": {"draft": mine, "sent": theirs},
        "grants:sign_report": mine,
        "grants:bring_progress": mine,
        "grants:export_progress": theirs,
        "grants:progress_file": {"pk": file.pk},
        "grants:report_evidence": {"pk": evidence.pk},
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    from grants.models import Entry, GrantProject

    who = {name: world.person(caller) for name, caller in CALLERS.items()}
    batch = make_reviews.final_batch(BOTH, given=GIVEN, places=2, number=815)
    selected = make_reviews.application(batch, "350200").pk
    last_year = make_grants.today().year - 1
    with clock.at(datetime(last_year, 12, 1, tzinfo=clock.SHANGHAI)):
        award = make_grants.awarded(who, application=selected, amount="200000000.00")
    received = make_grants.issued(who, award=award, amount="60000000.00", received_on=make_grants.today())
    make_grants.passed_on(who, issue=received, amount="50000000.00")
    unreceived = make_grants.issued(who, award=award, amount="10000000.00", number="I2")
    entered = make_grants.entered_issue(who, award=award, amount="1.00", number="I3")
    pass_on = make_grants.entered_pass_on(who, issue=received, amount="1.00", number="P2")
    with world.acting("officer.mof"):
        project = GrantProject.objects.filter(award=award).first()
        entry = Entry.objects.get(award=award, kind="pass_on")
        account = award.accounts.get(place="unit")
    payment = make_grants.entered_payment(who, project=project, amount="1.00", number="V1")
    reversal = make_grants.entered_reversal(who, entry=entry, by="province")
    close = make_grants.entered_year_close(who, last_year)
    world.kept |= {"award": award, "payment": payment}
    one, paid = {"pk": award.pk}, {"pk": payment.pk}
    return _performance(world, award) | {
        "grants:enter_award": {"pk": make_reviews.application(batch, "330200").pk},
        "grants:award": one,
        "grants:ledger": one,
        "grants:enter_issue": one,
        "grants:enter_assessment": one,
        "grants:assessment": {"pk": _assessment(world, award).pk},
        "grants:issue": {"pk": entered.pk},
        "grants:receive": {"pk": unreceived.pk},
        "grants:enter_pass_on": {"pk": received.pk},
        "grants:pass_on": {"pk": pass_on.pk},
        "grants:project": {"pk": project.pk},
        "grants:enter_payment": {"pk": project.pk},
        "grants:payment": paid,
        "grants:account": {"pk": account.pk},
        "grants:entry": {"pk": entry.pk},
        "grants:enter_reversal": {"pk": entry.pk},
        "grants:reversal": {"pk": reversal.pk},
        "grants:close_year": {"year": last_year},
        "grants:year_close": {"pk": close.pk},
        "grants:document": {"pk": payment.document_id},
        "oversight:province": {"code": "350000"},
        "oversight:payment": paid,
    }
