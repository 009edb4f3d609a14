"""States of money for tests and for the journeys: awarded, issued, passed on, funded, paid; by commands only.

`selected` makes what the apps before leave behind, as the owner of the database and past their guards: a final batch
and applications on its list. Use it in a clone of its own (`world` in tests/grants/conftest.py); a test of the whole
round reaches that state by commands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from tests import databases, uploads
from tests.blanks import blanks
from tests.worlds import remembered


def pdf(name: str = "voucher.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, uploads.pdf(text=name.split(".", maxsplit=1)[0]), content_type="application/pdf")


def paper(number: str, *, on: date | None = None, file: Any = None) -> Any:
    from grants.domain.papers import Paper
    from portal.core import clock

    return Paper(number, on or clock.today(), file)


@dataclass
class Plan:
    """A unit on the final list: its code and its projects as (support asked, total investment) in yuan."""

    unit: str
    projects: list[tuple[str, str]] = field(default_factory=lambda: [("20000000.00", "600000000.00")])


def selected(plans: list[Plan], *, number: int, budget: str, cap: str = "300000000.00") -> list[int]:
    """A final batch of that number with its own rules, and one application for each plan; gives their numbers."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        guarded = ("programme_batch", "applications_application", "applications_project", "applications_enterprise")
        for table in guarded:
            owner.execute(f"alter table {table} disable trigger user")
        batch = _batch(owner, number, budget, cap)
        made = [_application(owner, batch, number, plan) for plan in plans]
        owner.commit()
        for table in guarded:
            owner.execute(f"alter table {table} enable trigger user")
        owner.commit()
    return made


def _one(connection: Any, sql: str, values: tuple[Any, ...]) -> Any:
    return connection.execute(sql, values).fetchone()[0]


def _batch(owner: Any, number: int, budget: str, cap: str) -> int:
    columns = [
        name
        for (name,) in owner.execute(
            "select column_name::text from information_schema.columns where table_name = 'programme_ruleset'"
            " and column_name not in ('id', 'version', 'budget', 'grant_cap', 'frozen_at')"
        )
    ]
    listed = ", ".join(columns)
    rules = _one(
        owner,
        f"insert into programme_ruleset (version, budget, grant_cap, frozen_at, {listed})"
        f" select %s, %s, %s, now(), {listed} from programme_ruleset where version = '2026.1' returning id",
        (f"test.{number}", budget, cap),
    )
    signers = [
        _one(owner, "select id from accounts_user where email = %s", (f"officer.1@{code}.test",))
        for code in ("miit", "mof")
    ]
    return _one(
        owner,
        "insert into programme_batch (number, year, title_zh, title_en, state, rule_set_id, call_zh, call_en, opens_at,"
        " deadline, opened_by_id, opened_at, countersigned_by_id, countersigned_at, final_document_no, source)"
        " values (%s, 2026, '试点批次', 'Test batch', 'final', %s, '', '', now() - interval '90 days',"
        " now() - interval '60 days', %s, now(), %s, now(), 'X', '') returning id",
        (number, rules, *signers),
    )


def _application(owner: Any, batch: int, number: int, plan: Plan) -> int:
    columns = (
        "batch_id, unit_id, province_id, organisation_id, state, number, title, amount_asked, digital_base,"
        " digital_target, version, created_by_id, created_at, submitted_at, first_submitted_at"
    )
    more, empty = blanks(owner.execute, "applications_application", columns)
    pk = _one(
        owner,
        f"insert into applications_application ({columns}{more})"
        " select %s, u.code, u.province_id, o.id, 'selected', %s, u.name_zh, 100000000, 50, 85, 1,"
        f" (select min(id) from accounts_user), now(), now(), now(){empty}"
        " from programme_pilotunit u join accounts_organisation o on o.code = 'ZF' || u.code where u.code = %s"
        " returning id",
        (batch, f"2026-{number}-{plan.unit}", plan.unit),
    )
    columns = (
        "application_id, name, mode, industry_id, enterprise_name, total_investment, support_asked, method, starts_on,"
        " ends_on, version"
    )
    more, empty = blanks(owner.execute, "applications_project", columns)
    for place, (asked, total) in enumerate(plan.projects, start=1):
        owner.execute(
            f"insert into applications_project ({columns}{more})"
            " values (%s, %s, 'point', (select min(code) from programme_industry where level = 'division'), %s, %s,"
            f" %s, %s, '2026-01-01', '2027-12-31', 1{empty})",
            (
                *(pk, f"Project {place}", f"Enterprise {place}", total, asked),
                "investment_subsidy" if Decimal(asked) else "",
            ),
        )
        _enterprise(owner, pk, f"Enterprise {place}", place, "C36")
    return pk


@contextmanager
def acting(user: Any) -> Iterator[Any]:
    from portal.core.scope import acting_as

    with acting_as(user.pk) as by:
        yield by


def people(cast: Callable[..., Any], *, province: str, unit: str) -> dict[str, Any]:
    """The finance people on the way of a unit's money, by what they do."""
    treasury = "CZP-XPCC" if province == "XPCC" else f"CZ{province}"
    return {
        "mof_maker": cast("finance_maker", "MOF"),
        "mof_checker": cast("finance_checker", "MOF"),
        "province_maker": cast("finance_maker", treasury),
        "province_checker": cast("finance_checker", treasury),
        "unit_maker": cast("finance_maker", f"CZ{unit}"),
        "unit_checker": cast("finance_checker", f"CZ{unit}"),
        "miit": cast("officer", "MIIT"),
        "mof": cast("officer", "MOF"),
        "auditor": cast("auditor", "SJ"),
    }


@remembered(lambda made: made)
def live(unit: str, *others: str, number: int, budget: str) -> tuple[dict[str, Any], list[int]]:
    """In a clone whose writes are kept: the people on the way of the first unit's money; the applications of all."""
    who = live_people(unit)
    return who, selected([Plan(one) for one in (unit, *others)], number=number, budget=budget)


def live_people(unit: str) -> dict[str, Any]:
    """In a clone whose writes are kept: the people on the way of the unit's money."""
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    def cast(role: str, code: str, person: int = 1) -> Any:
        made = ensure_user(f"{role}.{person}@{code.lower()}.test", f"{role} {code} {person}", code, role)
        return User.objects.get(pk=made.pk)

    return people(cast, province=f"{unit[:2]}0000", unit=unit)


def project(who: dict[str, Any], award: Any) -> Any:
    """The first supported project of an award."""
    from grants.models import GrantProject

    with acting(who["mof"]):
        return GrantProject.objects.filter(award=award).first()


def version_without(
    owner: Any, *, application: int, project: int, number: int = 2, more: Sequence[dict[str, Any]] = ()
) -> int:
    """The owner writes a version of the plan that lacks the project, past the guard of the way there; gives its id.

    more: rows that the plan has besides those of the dossier.
    """
    trigger = "pgtrigger_plan_version_in_turn_565f4"
    names = ("id", "name", "enterprise_name", "total_investment", "support_asked", "other_national_money")
    kept = owner.execute(
        "select id, name, enterprise_name, total_investment::text, support_asked::text, other_national_money"
        " from applications_project where application_id = %s and id <> %s",
        [application, project],
    ).fetchall()
    content = {"projects": [*(dict(zip(names, row, strict=True)) for row in kept), *more]}
    owner.execute(f"alter table applications_planversion disable trigger {trigger}")
    owner.commit()
    return owner.execute(
        "insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id,"
        " at) values (%s, %s, %s, '', 'x', 1, now()) returning id",
        [application, number, json.dumps(content)],
    ).fetchone()[0]


def awarded(who: dict[str, Any], *, application: int, amount: str, number: str = "财建〔2026〕1号") -> Any:
    """A confirmed award."""
    from applications.models import Application
    from grants.domain import awards

    with acting(who["mof_maker"]) as by:
        row = Application.objects.select_related("batch__rule_set").get(pk=application)
        award = awards.enter_award(
            by=by, application=row, what=awards.AwardInput(Decimal(amount), paper(number, file=pdf("award.pdf")))
        )
    with acting(who["mof_checker"]) as by:
        return awards.confirm_award(by=by, award=award)


def entered_issue(
    who: dict[str, Any], *, award: Any, amount: str, tranche: int = 1, number: str = "财建〔2026〕2号", on: Any = None
) -> Any:
    """An issue that waits for its checker; `on`: the day of its document, else yesterday."""
    from grants.domain import issues
    from grants.enums import Tranche

    day = (min(on, today()) if on else today()) - timedelta(days=1)
    what = issues.IssueInput(Tranche(tranche), Decimal(amount), paper(number, on=day, file=pdf("issue.pdf")))
    with acting(who["mof_maker"]) as by:
        return issues.enter_issue(by=by, award=award, what=what)


def issued(who: dict[str, Any], *, award: Any, amount: str, received_on: Any = None, **how: Any) -> Any:
    """A confirmed issue; with `received_on`, received by the province that day."""
    from grants.domain import issues

    issue = entered_issue(who, award=award, amount=amount, on=received_on, **how)
    with acting(who["mof_checker"]) as by:
        issues.confirm_issue(by=by, issue=issue)
    return received(who, issue, on=received_on) if received_on else issue


def received(who: dict[str, Any], issue: Any, *, on: date | None = None) -> Any:
    """The province records the receipt of a confirmed issue."""
    from grants.domain import issues

    with acting(who["province_maker"]) as by:
        return issues.receive(by=by, issue=issue, received_on=on or today())


def today() -> date:
    from portal.core import clock

    return clock.today()


def entered_pass_on(who: dict[str, Any], *, issue: Any, amount: str, number: str = "闽财〔2026〕3号") -> Any:
    """A pass-on that waits for its checker."""
    from grants.domain import issues

    what = issues.PassOnInput(Decimal(amount), today(), paper(number), "passed on in parts")
    with acting(who["province_maker"]) as by:
        return issues.enter_pass_on(by=by, issue=issue, what=what)


def passed_on(who: dict[str, Any], *, issue: Any, amount: str, **how: Any) -> Any:
    """A confirmed pass-on of an issue that was received."""
    from grants.domain import issues

    row = entered_pass_on(who, issue=issue, amount=amount, **how)
    with acting(who["province_checker"]) as by:
        return issues.confirm_pass_on(by=by, pass_on=row)


def funded_unit(who: dict[str, Any], *, application: int, award: str, held: str) -> Any:
    """A unit that holds `held` yuan of its first tranche; gives the award."""
    row = awarded(who, application=application, amount=award)
    issue = issued(who, award=row, amount=held, received_on=today())
    passed_on(who, issue=issue, amount=held)
    return row


def invoice_number() -> str:
    """The number of an electronic invoice that nobody used yet."""
    return f"{uuid4().int % 10**20:020}"


def request_input(project: Any, amount: str, **changes: Any) -> Any:
    """What is asked for a project as its plan has it."""
    from grants.domain.requests import RequestInput
    from grants.queries.requests import planned

    plan = planned(project.pk)
    values: dict[str, Any] = {
        "amount": Decimal(amount),
        "method": plan.method or "investment_subsidy",
        "milestone": plan.milestones[0][1] if plan.milestones else "equipment stands",
        "reached_on": today(),
        "payee_code": changes.get("payee_code") or next(iter(plan.payees)),
        "purpose": "equipment",
    }
    return RequestInput(**values | changes)


def invoice_input(**changes: Any) -> Any:
    """An invoice of ten million yuan that nobody used yet."""
    from grants.domain.requests import InvoiceInput

    values: dict[str, Any] = {
        "code": "",
        "number": invoice_number(),
        "dated": today(),
        "seller": "Machine works",
        "seller_code": credit_code(77),
        "amount": Decimal("10000000.00"),
        "contract_no": "HT-1",
    }
    return InvoiceInput(**values | changes)


def asked(who: dict[str, Any], *, project: Any, amount: str, invoices: Sequence[Any] = (), **changes: Any) -> Any:
    """A payment request that is complete; invoices: what they say, else one of its own."""
    from grants.domain import requests

    with acting(who["unit_maker"]) as by:
        row = requests.prepare_request(by=by, project=project, what=request_input(project, amount, **changes))
        for what in invoices or [invoice_input()]:
            requests.add_invoice(by=by, request=row, what=what)
        requests.add_evidence(by=by, request=row, file=pdf("evidence.pdf"))
        return requests.answer_uses(by=by, request=row, answers=["no"] * len(requests.banned_uses(row)))


def request_rows(who: dict[str, Any], project: Any, amount: str, *, invoice: str = "") -> int:
    """The rows of a complete request, past the commands and their limits; gives its number. For raw statements.

    invoice: the number of its invoice, else one that nobody used yet.
    """
    from grants.models import EvidenceFile, PaymentRequest, RequestInvoice
    from portal.core import clock
    from portal.core.files import PDF, keep

    with acting(who["unit_maker"]) as by:
        what = vars(request_input(project, amount))
        place = {"province_id": project.province_id, "unit_id": project.unit_id}
        rules = project.award.batch.rule_set
        row = PaymentRequest.objects.create(
            grant_project=project,
            award_id=project.award_id,
            **what,
            payee=project.enterprise_name,
            uses=[use | {"answer": "no"} for use in rules.details["banned_uses"]],
            rules_version=rules.version,
            prepared_by_id=by.id,
            prepared_at=clock.now(),
            **place,
        )
        RequestInvoice.objects.create(request=row, **vars(invoice_input(number=invoice or invoice_number())), **place)
        kept = keep(pdf("evidence.pdf"), kinds=(PDF,))
        EvidenceFile.objects.create(request=row, **kept.fields(by=by), **place)
        return int(row.pk)


def entered_payment(who: dict[str, Any], *, project: Any, amount: str, number: str) -> Any:
    """A payment that waits for its checker, entered from a request of its own."""
    from grants.domain import payments

    request = asked(who, project=project, amount=amount)
    with acting(who["unit_maker"]) as by:
        return payments.enter_payment(by=by, request=request, paper=paper(number, file=pdf(f"{number}.pdf")))


def refused_payment(who: dict[str, Any], *, payment: Any, ground: str = "invoice") -> Any:
    """A payment that its checker refused."""
    from grants.domain import payments

    with acting(who["unit_checker"]) as by:
        return payments.refuse_payment(by=by, payment=payment, ground=ground, why="The amounts differ.")


def held_project(who: dict[str, Any], *, project: Any, by: str = "mof") -> Any:
    """Other national money was found at a project: its payments are stopped."""
    from grants.domain import holds

    what = holds.HoldInput(
        "national", "Another ministry", "Fund 7", Decimal("500000.00"), "By audit.", pdf("found.pdf")
    )
    with acting(who[by]) as actor:
        return holds.raise_hold(by=actor, project=project, what=what)


def judged(user: Any, hold: Any, word: str) -> Any:
    """An officer's word on a hold."""
    from grants.domain import holds

    with acting(user) as by:
        return holds.judge_hold(by=by, hold=hold, word=word, why="Looked into.")


def in_roster(applications: Sequence[int]) -> None:
    """The leading enterprises of these dossiers' projects stand in their rosters, past the guards of the dossier."""
    from django.db import connection

    with psycopg.connect(databases.dsn("postgres", connection.settings_dict["NAME"]), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        for pk in applications:
            rows = admin.execute(
                "select id, enterprise_name, industry_id from applications_project where application_id = %s order by id",
                [pk],
            ).fetchall()
            leading = {
                name: industry for _project, name, industry in rows
            }  # of several projects of one enterprise once
            for place, (name, industry) in enumerate(leading.items(), start=1):
                _enterprise(admin, pk, name, place, industry)


def _enterprise(owner: Any, application: int, name: str, place: int, industry: str) -> None:
    columns = "application_id, credit_code, name, industry_id, digital_state, version"
    more, empty = blanks(owner.execute, "applications_enterprise", columns)
    owner.execute(
        f"insert into applications_enterprise ({columns}{more}) values (%s, %s, %s, %s, 'under_way', 1{empty})",
        [application, credit_code(9_000_000 + place), name, industry],
    )


def credit_code(number: int) -> str:
    """A valid code of an invented enterprise."""
    stem = f"91350200MA{number:07}"
    return stem + uscc.calc_check_digit(stem)


def paid(who: dict[str, Any], *, project: Any, amount: str, number: str) -> Any:
    """A confirmed payment."""
    from grants.domain import payments

    row = entered_payment(who, project=project, amount=amount, number=number)
    with acting(who["unit_checker"]) as by:
        return payments.confirm_payment(by=by, payment=row)


def entered_reversal(who: dict[str, Any], *, entry: Any, by: str, number: str = "冲销〔2026〕1号") -> Any:
    """A reversal that waits for its checker. by: "mof", "province" or "unit"."""
    from grants.domain import reversals

    with acting(who[f"{by}_maker"]) as actor:
        what = reversals.ReversalInput("entered twice", paper(number))
        return reversals.enter_reversal(by=actor, entry=entry, what=what)


def reversed_by(who: dict[str, Any], *, entry: Any, by: str, number: str = "冲销〔2026〕1号") -> Any:
    """A confirmed reversal."""
    from grants.domain import reversals

    row = entered_reversal(who, entry=entry, by=by, number=number)
    with acting(who[f"{by}_checker"]) as actor:
        return reversals.confirm_reversal(by=actor, reversal=row)


def entered_year_close(who: dict[str, Any], year: int, *, number: str = "财办库〔2026〕1号") -> Any:
    """The closing of a year that waits for its checker."""
    from grants.domain import years

    with acting(who["mof_maker"]) as actor:
        return years.enter_year_close(by=actor, year=year, paper=paper(number))


def year_closed(who: dict[str, Any], year: int, **how: Any) -> Any:
    """A confirmed closing."""
    from grants.domain import years

    row = entered_year_close(who, year, **how)
    with acting(who["mof_checker"]) as actor:
        return years.confirm_year_close(by=actor, year_close=row)


def assessed(who: dict[str, Any], *, award: Any, result: str = "passed") -> Any:
    """A confirmed final assessment."""
    from grants.domain import awards
    from grants.enums import Result

    what = awards.AssessmentInput(Result(result), today(), paper("工信部规函〔2026〕9号"))
    with acting(who["miit"]) as by:
        row = awards.enter_assessment(by=by, award=award, what=what)
    with acting(who["mof"]) as by:
        return awards.confirm_assessment(by=by, assessment=row)


def elsewhere() -> Any:
    """A finance maker of another province, in a clone whose writes are kept."""
    from portal.accounts.cast import ensure_user

    def made() -> Any:
        return ensure_user("maker.elsewhere@cz510000.test", "finance_maker CZ510000", "CZ510000", "finance_maker")

    return databases.committed(made)
