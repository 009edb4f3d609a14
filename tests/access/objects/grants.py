"""Xiamen's award with one paper of each kind that waits for its checker, after a round that came to its final list."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core import clock
from tests import factories_assessing as assess
from tests import factories_bank as make_bank
from tests import factories_ending as end
from tests import factories_grants as make_grants
from tests import factories_performance as perform
from tests import factories_reviews as make_reviews
from tests import factories_use as make_use

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


def _bank(who: dict[str, Any], project: Any) -> dict[str, dict[str, Any]]:
    """A statement of the unit with one open line, and a set of payment orders."""
    from grants.domain import bank as domain
    from grants.domain import bank_orders

    paid = make_grants.paid(who, project=project, amount="2.00", number="V9")
    with make_grants.acting(who["unit_maker"]) as by:
        body = domain.treasury(by).organisation
        order = bank_orders.write(by=by, organisation=body, kind="payment", papers=[paid.pk])
    statement = make_bank.statement(who["unit_maker"], ("-3.00", "", "fee"))
    with make_grants.acting(who["unit_maker"]):
        line = statement.counted.get()
    return {
        "grants:bank_file": {"pk": statement.file_id},
        "grants:bank_content": {"pk": statement.file_id},
        "grants:bank_statement": {"pk": statement.pk},
        "grants:bank_line": {"pk": line.pk},
        "grants:bank_order": {"pk": order.pk},
        "grants:bank_order_file": {"pk": order.pk},
        "grants:withdraw_orders": {"pk": order.pk},
    }


def _document(who: dict[str, Any], award: Any) -> Any:
    from grants.domain import issue_papers as acts
    from grants.enums import Tranche

    lines = [acts.LineInput(award.pk, Decimal("2.00"))]
    paper = make_grants.paper("财建〔2026〕8号", file=make_grants.pdf("issue.pdf"))
    what = acts.IssuePaperInput(Tranche.FIRST, lines, Decimal("2.00"), paper)
    with make_grants.acting(who["mof_maker"]) as by:
        return acts.enter_issue_paper(by=by, batch=award.batch, what=what)


def _change(who: dict[str, Any], award: Any) -> Any:
    from grants.domain import award_changes as acts

    what = acts.AwardChangeInput(Decimal("210000000.00"), "more", make_grants.paper("C1", file=make_grants.pdf()))
    with make_grants.acting(who["mof_maker"]) as by:
        return acts.enter_award_change(by=by, award=award, what=what)


def _use(world: Any, who: dict[str, Any], award: Any, project: Any) -> dict[str, dict[str, Any]]:
    """One paper of each kind of use, return, matching money and recovery that waits for its checker."""
    make_grants.paid(who, project=project, amount="100.00", number="V0")
    spending = make_use.entered_spending(who, project=project, amount="1.00")
    received = make_use.given_back(who, award=award, amount="1.00", source="unit")
    entered = make_use.entered_return(who, award=award, amount="1.00", source="unit", number="R2")
    matching = make_use.entered_matching(who, award=award, amount="1.00")
    recovery = make_use.entered_recovery(who, award=award, amount="1.00")
    demanded = make_use.demanded(who, award=award, amount="9.00", number="D2")
    collected = make_use.entered_collected(who, recovery=demanded, amount="1.00")
    other = make_use.demanded(who, award=award, amount="1.00", number="D3")
    withdrawal = make_use.entered_withdrawal(who, recovery=other)
    one = {"pk": award.pk}
    return {
        "grants:enter_spending": {"pk": project.pk},
        "grants:spending": {"pk": spending.pk},
        "grants:enter_return": one,
        "grants:return": {"pk": entered.pk},
        "grants:receive_return": {"pk": received.pk},
        "grants:matching_of": one,
        "grants:enter_matching": one,
        "grants:matching_record": {"pk": matching.pk},
        "grants:enter_recovery": one,
        "grants:recovery": {"pk": recovery.pk},
        "grants:enter_recovery_payment": {"pk": demanded.pk},
        "grants:withdraw": {"pk": demanded.pk},
        "grants:recovery_payment": {"pk": collected.pk},
        "grants:withdrawal": {"pk": withdrawal.pk},
    }


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


def _assessing(world: Any, who: dict[str, Any], award: Any, project: Any) -> dict[str, dict[str, Any]]:
    """A self-evaluation being filled in, a panel at work with two callers on it, an acceptance, a rectification."""
    team = {
        "drafter": world.person("drafter"),
        "signatory": world.person("signatory"),
        "industry": world.person("industry"),
        "members": [world.person("reviewer.miit"), world.person("reviewer.expert"), world.person("officer.mof")],
    }
    draft, signed = assess.filled(team, award, year=2025), assess.signed(team, award, kind="mid")
    begun, sent = assess.acceptance(team, project), None
    with world.acting("officer.mof"):
        second = award.projects.exclude(pk=project.pk).first()
        proof = begun.files.first().pk if begun else None
    sent = assess.acceptance(team, second, sent=True) if second else begun
    panel = assess.panel(who, team, award, kind="mid")
    mend = assess.result(who, award, "rectify")
    mended = assess.mended(who, mend, confirmed=False)
    draft_one, work, mine = {"pk": draft.pk}, {"pk": panel.pk}, {"pk": begun.pk}
    return {
        "grants:assessing": {"award_id": award.pk},
        "grants:start_evaluation": {"pk": award.pk},
        "grants:evaluation": {"pk": signed.pk},
        "grants:fill_evaluation": draft_one,
        "grants:sign_evaluation": draft_one,
        "grants:verify_evaluation": {"pk": signed.pk},
        "grants:open_panel": {"pk": award.pk},
        "grants:panel": work,
        "grants:score_panel": work,
        "grants:close_panel": work,
        "grants:enter_rectification": {"pk": mend.pk},
        "grants:rectification": {"pk": mended.pk},
        "grants:start_acceptance": {"pk": project.pk},
        "grants:acceptance": {"pk": sent.pk},
        "grants:fill_acceptance": mine,
        "grants:send_acceptance": mine,
        "grants:proof": {"pk": proof},
    }


def _ending(who: dict[str, Any], running: int) -> dict[str, dict[str, Any]]:
    """A batch that runs, and another one, which MIIT asks to archive."""
    plan = make_grants.Plan("350200", [("20000000.00", "600000000.00")])
    (application,) = make_grants.selected([plan], number=816, budget="200000000.00")
    award = make_grants.awarded(who, application=application, amount="100.00", number="财建〔2026〕816号")
    end.result(who, award, "failed", for_good=True, number="工信部规函〔2026〕816号")
    step = end.asked(who, end.ended_batch(who, award))
    return {
        "grants:ending": {"number": running},
        "grants:ending_act": {
            "assess": {"number": running, "act": "assess"},
            "archive": {"number": 816, "act": "archive"},
            "reopen": {"number": 816, "act": "reopen"},
        },
        "grants:ending_step": {"sign": {"pk": step.pk, "act": "sign"}, "refuse": {"pk": step.pk, "act": "refuse"}},
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    from grants.models import Entry, GrantProject
    from grants.open_data.editions import publish
    from portal.core.clockwork import as_clockwork

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
        project, second = GrantProject.objects.filter(award=award).order_by("pk")[:2]
        entry = Entry.objects.get(award=award, kind="pass_on")
        account = award.accounts.get(place="unit")
    make_grants.in_roster([selected])
    payment = make_grants.entered_payment(who, project=project, amount="1.00", number="V1")
    request = make_grants.asked(who, project=project, amount="1.00")
    complete = make_grants.asked(who, project=project, amount="1.00")
    refused = make_grants.refused_payment(
        who, payment=make_grants.entered_payment(who, project=project, amount="1.00", number="V2")
    )
    other = make_grants.asked(who, project=project, amount="1.00")
    with world.acting("maker.unit"):
        file, invoice = other.evidence.get().pk, other.invoices.get().pk
    reversal = make_grants.entered_reversal(who, entry=entry, by="province")
    close = make_grants.entered_year_close(who, last_year)
    bank = _bank(who, project)
    paper, change = _document(who, award), _change(who, award)
    arriving = make_grants.passed_on(who, issue=received, amount="5.00", number="P3")
    more = _use(world, who, award, project)
    world.kept |= {"award": award, "payment": payment}
    with as_clockwork():
        publish()
    assessing = _assessing(world, who, award, project)
    ending = _ending(who, batch.number)
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
        "grants:request": {"pk": request.pk},
        "grants:change_request": {"pk": request.pk},
        "grants:enter_request": {"pk": complete.pk},
        "grants:remove_part": {"pk": other.pk, "part": "invoice", "number": invoice},
        "grants:mend_payment": {"pk": refused.pk},
        "grants:evidence": {"pk": file},
        "grants:hold": {"pk": make_grants.held_project(who, project=second, by="miit").pk},
        "grants:raise_hold": {"pk": project.pk},
        "grants:payment": paid,
        **bank,
        "grants:account": {"pk": account.pk},
        "grants:entry": {"pk": entry.pk},
        "grants:flow_entries": {"figure": "paid"},
        "grants:enter_reversal": {"pk": entry.pk},
        "grants:reversal": {"pk": reversal.pk},
        "grants:close_year": {"year": last_year},
        "grants:year_close": {"pk": close.pk},
        "grants:document": {"pk": payment.document_id},
        "grants:enter_issue_paper": {"number": batch.number, "tranche": 1},
        "grants:bring_issue_lines": {"number": batch.number, "tranche": 1},
        "grants:issue_lines_template": {"number": batch.number, "tranche": 1},
        "grants:issue_paper": {"pk": paper.pk},
        "grants:allocation_pdf": {"pk": paper.pk},
        "grants:issue_file": {"pk": paper.document_id},
        "grants:confirm_arrival": {"pk": arriving.pk},
        "grants:enter_award_change": one,
        "grants:award_change": {"pk": change.pk},
        "grants:agree_award_change": {"pk": change.pk},
        **more,
        **assessing,
        **ending,
        "open_data:set": {"name": "awards"},
        "open_data:schema": {"name": "awards"},
        "open_data:file": {"name": "awards", "ending": "csv"},
        "open_data:edition": {"name": "awards", "number": 1, "ending": "json"},
        "oversight:province": {"code": "350000"},
        "oversight:payment": paid,
        "oversight:enterprise": {"code": payment.request.payee_code},
    }
