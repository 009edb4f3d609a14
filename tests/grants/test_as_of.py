"""A page as of a moment shows what the live page showed then; as of now, what it shows now."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.domain import requests
from grants.models import Account, Award, Issue, PassOn, Payment
from grants.queries import awards, books, flows, moves
from grants.queries.flows import Asked
from portal.core import as_of, clock
from portal.core.errors import DomainError
from portal.core.scope import Scope
from tests import factories_grants as make

NATION = Scope(nation=True)
FIGURES = ("booked", "central", "at_province", "at_unit", "issued", "passed", "paid", "amount", "state")


def now():
    """A moment after all that was done, and before all that follows: the clock of the tests goes on by itself."""
    return clock.now()


def seen(auditor, at=None):
    """Everything the pages read, as plain values; live without `at`."""
    with make.acting(auditor) as by, as_of.at(at):
        scope = by.scope
        found = {}
        for pk in Award.objects.order_by("pk").values_list("pk", flat=True):
            row = awards.award_of(by, pk)
            if row is None:
                continue
            found["award", pk] = [getattr(row, name) for name in FIGURES]
            found["accounts", pk] = [
                (one.place, one.balance) for one in books.accounts_of(scope, award=row) if one.balance
            ]
            found["lines", pk] = [(one.pk, one.amount) for one in awards.lines(scope, award=row)]
            for name, rows in (
                ("issues", moves.issues(scope).filter(award=pk)),
                ("pass_ons", moves.pass_ons(scope).filter(award=pk)),
                ("payments", moves.payments(scope).filter(award=pk)),
            ):
                more = ("passed", "entered", "held", "due_on", "received_on") if name == "issues" else ()
                found[name, pk] = [
                    [one.pk, one.state, one.checker_id, one.checked_at, *(getattr(one, key) for key in more)]
                    for one in rows
                ]
            projects = awards.projects(scope).filter(award=pk)
            found["projects", pk] = [
                (one.pk, one.approved_support, one.paid, one.waiting, one.left) for one in projects
            ]
        for by_what in ("province", "unit", "year", "method", "region"):
            asked = Asked()
            found["flow", by_what] = [(one.key, one.sums) for one in flows.parts(scope, asked, by_what)]
        found["totals"] = flows.totals(scope, Asked())
        found["of projects"] = [(one.key, one.sums) for one in flows.projects(scope, Asked(unit="350200"))]
    return found


def first(who, model, *states):
    with make.acting(who["auditor"]):
        rows = model.objects.filter(unit="350200")
        return (rows.filter(state__in=states) if states else rows).order_by("pk").first()


def act(who, world, number, kind, size):
    """One of the acts that move money; what cannot be done now is not done."""
    award = first(who, Award, "confirmed")
    if kind == "award" and award is None:
        make.awarded(who, application=world.application, amount="100000000.00")
    if award is None:
        return
    issue, amount = first(who, Issue, "confirmed"), f"{size}.00"
    if kind == "issue":
        make.issued(who, award=award, amount=amount, number=f"财建〔2026〕{number + 10}号")
    elif kind == "issue entered":
        make.entered_issue(who, award=award, amount=amount, number=f"财建〔2026〕{number + 10}号")
    elif kind == "receipt" and issue is not None:
        make.received(who, issue)
    elif kind == "pass on" and issue is not None:
        make.passed_on(who, issue=issue, amount=amount, number=f"闽财〔2026〕{number + 10}号")
    elif kind == "pass on entered" and issue is not None:
        make.entered_pass_on(who, issue=issue, amount=amount, number=f"闽财〔2026〕{number + 10}号")
    elif kind == "payment":
        make.paid(who, project=make.project(who, award), amount=amount, number=f"V{number}")
    elif kind == "payment entered":
        make.entered_payment(who, project=make.project(who, award), amount=amount, number=f"V{number}")
    elif kind == "reversal":
        taken_back(who, number)


def taken_back(who, number):
    """The newest payment or pass-on that counts."""
    for model, by in ((Payment, "unit"), (PassOn, "province")):
        row = first(who, model, "confirmed")
        if row is not None:
            with make.acting(who["auditor"]):
                entry = type(row).objects.get(pk=row.pk).entry
            make.reversed_by(who, entry=entry, by=by, number=f"冲销〔2026〕{number}号")
            return


KINDS = ("issue", "issue entered", "receipt", "pass on", "pass on entered", "payment", "payment entered", "reversal")
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 400)), min_size=4, max_size=9)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_each_past_moment_is_as_it_was(world, who, acts):
    with transaction.atomic():
        points = []
        for number, (kind, size) in enumerate([("award", 1), ("issue", 1000), ("receipt", 1), ("pass on", 600), *acts]):
            try:
                with transaction.atomic():
                    act(who, world, number, kind, size)
                    connection.cursor().execute("set constraints all immediate")
            except DomainError:
                pass
            connection.cursor().execute("set constraints all deferred")
            points.append((now(), seen(who["auditor"])))
        for at, remembered in points:
            assert seen(who["auditor"], at) == remembered
        assert seen(who["auditor"], now()) == seen(who["auditor"])
        transaction.set_rollback(True)


@pytest.fixture
def history(world, who):
    """An award; then money on its way; then a payment. Gives the moments after the first two and the award."""
    award = make.awarded(who, application=world.application, amount="100000000.00")
    before = now()
    issue = make.issued(who, award=award, amount="1000.00", received_on=make.today())
    make.passed_on(who, issue=issue, amount="700.00")
    middle = now()
    make.paid(who, project=make.project(who, award), amount="250.00", number="V1")
    return before, middle, award


def test_the_overview_by_project_names_those_alone_that_were_paid_then(client_as, who, history):
    before, middle, award = history
    client, name = client_as(who["auditor"]), make.project(who, award).name

    def named(at):
        more = {"as_of": at.isoformat()} if at else {}
        return name in client.get("/grants/flow/", {"unit": "350200", "by": "project"} | more).content.decode()

    assert [named(None), named(middle), named(before)] == [True, False, False]


def text_of(client, path, at=None):
    answer = client.get(path, {"as_of": at.isoformat()} if at else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_say_it_and_offer_no_act(client_as, who, history):
    before, middle, award = history
    for name in ("mof_maker", "auditor"):
        client = client_as(who[name])
        for path in ("/grants/flow/", f"/grants/awards/{award.pk}/", f"/grants/awards/{award.pk}/ledger/"):
            live, past_page = text_of(client, path), text_of(client, path, middle)
            assert "You are looking at the state of" in past_page
            assert "You are looking at the state of" not in live
            assert "Show a past moment" in live
        page = text_of(client, f"/grants/awards/{award.pk}/", before)
        assert "Nothing was issued yet." in page
        assert "/issue/" not in page.split('id="main"')[1]
    maker = client_as(who["mof_maker"])
    assert f"/grants/awards/{award.pk}/issue/" in text_of(maker, f"/grants/awards/{award.pk}/")
    answer = maker.post(f"/grants/awards/{award.pk}/?as_of={before:%Y-%m-%d}T00:00", {"act": "confirm"})
    assert answer.status_code == 405


def test_the_project_of_then(client_as, who, history):
    before, middle, award = history
    project = make.project(who, award)
    client = client_as(who["auditor"])
    live, then = (text_of(client, f"/grants/projects/{project.pk}/", at) for at in (None, middle))
    assert "250.00" in live
    assert "250.00" not in then
    assert (
        client.get(f"/grants/awards/{award.pk}/", {"as_of": (before - timedelta(days=2)).isoformat()}).status_code
        == 404
    )


def test_links_and_forms_keep_the_moment(client_as, who, history):
    _before, middle, _award = history
    page = text_of(client_as(who["auditor"]), "/grants/flow/", middle)
    main = page.split('id="main"')[1]
    entries = re.findall(r'href="(/grants/flow/entries/[^"]*)"', main)
    assert entries
    assert all("as_of=" in one for one in entries)
    assert 'data-now href="/grants/flow/"' in main
    assert main.count('name="as_of"') == 2  # of the filters, and of the switch
    menu = page.split('aria-label="Main menu"')[1].split("</nav>")[0]
    assert "/grants/flow/?as_of=" in menu
    assert "/grants/awards/?as_of=" in menu
    assert "/desk/?as_of=" not in page  # what is to do is of the present alone


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_files_carry_the_moment(client_as, who, history, form):
    _before, middle, _award = history
    client = client_as(who["auditor"])
    answer = client.get("/grants/flow/", {"as_of": middle.isoformat(), "format": form})
    assert f"as-of-{middle:%Y%m%dT%H%M%S}" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0].endswith("As of")
        assert lines[1].endswith(f"{middle:%Y-%m-%d %H:%M:%S}")
        assert "As of" not in b"".join(client.get("/grants/flow/?format=csv").streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "2026-05-31T25:00",
        "x" * 10,
        "0001-01-01",
        "0001-01-01T00:00+12:00",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_moment_is_said(client_as, who, text):
    assert client_as(who["auditor"]).get("/grants/flow/", {"as_of": text}).status_code == 400


def test_a_moment_to_come_is_the_present(client_as, who):
    page = text_of(client_as(who["auditor"]), "/grants/flow/", clock.now() + timedelta(days=1))
    assert "You are looking at the state of" not in page


def test_days_and_moments():
    with clock.at(clock.end_of_day(clock.date(2026, 6, 30))):
        assert as_of.read("2026-05-31") == clock.end_of_day(clock.date(2026, 5, 31)) + timedelta(microseconds=999_999)
        assert as_of.read("2026-05-31T12:00").isoformat() == "2026-05-31T12:00:00.999999+08:00"
        assert as_of.read("2026-05-31T12:00:00.25").isoformat() == "2026-05-31T12:00:00.250000+08:00"
        assert as_of.read("2026-05-31T12:00+00:00").isoformat() == "2026-05-31T20:00:00.999999+08:00"
        assert as_of.read("2026-07-01") is None


def test_the_last_second_of_a_year_belongs_to_its_last_day(client_as, who, world):
    """Booked half a second before New Year: in the books of the year that ends, and on the page as of its last day."""
    day = clock.date(make.today().year - 1, 12, 31)
    with clock.at(clock.end_of_day(day) + timedelta(milliseconds=500)):
        award = make.awarded(who, application=world.application, amount="100000000.00")
    with make.acting(who["auditor"]):
        assert award.entries.get().year == day.year
    page, auditor = f"/grants/awards/{award.pk}/ledger/", client_as(who["auditor"])
    assert auditor.get(page, {"as_of": f"{day - timedelta(days=1)}"}).status_code == 404
    for moment in (f"{day}", f"{day}T23:59:59"):
        assert auditor.get(page, {"as_of": moment}).status_code == 200, moment
    assert auditor.get(page, {"as_of": f"{day}T23:59:59.25"}).status_code == 404


def test_accounts_of_then(who, history):
    _before, middle, award = history
    with make.acting(who["auditor"]) as by:
        unit = Account.objects.get(award=award, place="unit")
        assert unit.balance == Decimal("450.00")
        with as_of.at(middle):
            rows = books.accounts_of(by.scope, award=award)
            assert {row.place: row.balance for row in rows if row.balance}["unit"] == Decimal("700.00")
            assert len(books.statement(by.scope, account=unit).rows) == 1


def test_what_a_closing_or_a_request_would_need_is_said_of_the_present_alone(client_as, who, world):
    """Both are asked of functions that know no past: a page of the past is silent about it."""
    with clock.at(clock.end_of_day(clock.date(make.today().year - 1, 6, 1))):
        award = make.funded_unit(who, application=world.application, award="100000000.00", held="100.00")
    close = make.entered_year_close(who, make.today().year - 1)
    with make.acting(who["unit_maker"]) as by:
        project = make.project(who, award)
        request = requests.prepare_request(by=by, project=project, what=make.request_input(project, "1.00"))
    pages = (
        ("mof_maker", f"/grants/year-closes/{close.pk}/", "becomes carry-over"),
        ("unit_maker", f"/grants/requests/{request.pk}/", "Answer for each banned use; a payment"),
    )
    asked = now()
    assert pages[0][2] in text_of(client_as(who["mof_maker"]), pages[0][1], asked)  # nothing was booked since
    make.issued(who, award=award, amount="100.00", number="财建〔2026〕3号")
    for name, path, words in pages:
        assert words in text_of(client_as(who[name]), path)
        assert words not in text_of(client_as(who[name]), path, asked)


def test_a_place_that_had_nothing_then_is_not_listed(world, who, others):
    """Each province that was ever awarded anything stood in the overview of any past day, with noughts."""
    make.awarded(who, application=world.application, amount="200000000.00")
    at = now()

    def listed(when=None):
        with make.acting(who["mof"]) as by, as_of.at(when):
            return {what: [one.key for one in flows.parts(by.scope, Asked(), what)] for what in ("province", "unit")}

    live = listed()
    make.awarded(others, application=world.other, amount="150000000.00", number="财建〔2026〕11号")
    assert listed(at) == live == {"province": ["350000"], "unit": ["350200"]}
