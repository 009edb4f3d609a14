"""Pages of the books: statement, entry, taking one back, closing a year; and what they cost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from portal.core import clock
from tests import factories_grants as make


@pytest.fixture
def paid(who, world):
    """A unit that got 100 yuan and paid 60 of them."""
    award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    make.paid(who, project=make.project(who, award), amount="60.00", number="V1")
    return award


def text(answer):
    return answer.content.decode()


def seen(who, query):
    with make.acting(who["mof"]):
        return query()


def entry_of(who, kind):
    from grants.models import Entry

    return seen(who, lambda: Entry.objects.get(kind=kind))


def test_an_entry_shows_lines_document_people_and_event(client_as, cast, who, paid):
    entry = entry_of(who, "payment")
    page = text(client_as(who["unit_checker"]).get(f"/grants/entries/{entry.pk}/"))
    for fact in ("-60.00", "40.00", "V1", "finance_maker CZ350200 1", "finance_checker CZ350200 1", entry.digest):
        assert fact in page
    assert '<span class="negative">-60.00</span>' in page
    assert "Take this entry back" not in page, "the checker does not enter"
    auditor = client_as(cast("auditor", "SJ"))
    page = text(auditor.get(f"/grants/entries/{entry.pk}/"))
    assert f"/trail/{entry.event_id}/" in page
    assert entry.digest in text(auditor.get(f"/trail/{entry.event_id}/"))


def test_an_entry_is_taken_back_in_pages(client_as, who, paid):
    entry = entry_of(who, "payment")
    maker, checker = client_as(who["unit_maker"]), client_as(who["unit_checker"])
    assert "Take this entry back" in text(maker.get(f"/grants/entries/{entry.pk}/"))
    url = f"/grants/entries/{entry.pk}/reverse/"
    form = {"document_no": "C1", "document_date": make.today().isoformat()}
    answer = maker.post(url, form | {"reason": ""})
    assert answer.status_code == 422
    assert "C1" in text(answer)
    answer = maker.post(url, form | {"reason": "wrong project"})
    assert answer.status_code == 303
    assert "waits for its checker" in text(maker.get(f"/grants/entries/{entry.pk}/"))
    assert "Reversal" in text(checker.get("/grants/to-check/"))
    page = text(checker.get(answer["Location"]))
    assert "-60.00 yuan" in page
    assert "wrong project" in page
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    page = text(maker.get(f"/grants/entries/{entry.pk}/"))
    assert "taken back and no longer counts" in page
    assert "wrong project" in page
    assert "Take this entry back" not in page
    assert maker.get(url).status_code == 403
    assert "reversed" in text(maker.get(f"/grants/payments/{entry.payment_id}/"))
    assert "payment to a project (reversed)" in text(maker.get(f"/grants/awards/{paid.pk}/ledger/"))


def test_money_that_is_gone_is_said_with_what_is_there(client_as, who, paid):
    entry = entry_of(who, "pass_on")
    form = {"document_no": "C1", "document_date": make.today().isoformat(), "reason": "wrong"}
    answer = client_as(who["province_maker"]).post(f"/grants/entries/{entry.pk}/reverse/", form)
    assert answer.status_code == 422
    assert "40.00 yuan are left" in text(answer)


def test_statement_has_its_running_balance_and_goes_by_pages(client_as, who, paid, monkeypatch):
    from grants.models import Account
    from grants.queries import books

    for number in range(3):
        make.paid(who, project=make.project(who, paid), amount="1.00", number=f"W{number}")
    account = seen(who, lambda: Account.objects.get(award=paid, place="unit"))
    monkeypatch.setattr(books, "PAGE", 2)
    client = client_as(who["unit_maker"])
    page = text(client.get(f"/grants/accounts/{account.pk}/"))
    assert "37.00" in page
    assert "38.00" in page
    assert "39.00" not in page
    with make.acting(who["mof"]) as by:
        first = books.statement(by.scope, account=account)
        older = books.statement(by.scope, account=account, before=first.older)
        assert [line.after for line in older.rows] == [Decimal("39.00"), Decimal("40.00")]
        assert [line.pk for line in books.statement(by.scope, account=account, after=older.newer).rows] == [
            line.pk for line in first.rows
        ]
        last = books.statement(by.scope, account=account, before=older.older)
        assert ([line.after for line in last.rows], last.older) == ([Decimal("100.00")], None)


def test_a_year_is_closed_in_pages(client_as, who, world):
    year = make.today().year - 1
    with clock.at(datetime(year, 6, 1, tzinfo=clock.SHANGHAI)):
        make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    maker, checker = client_as(who["mof_maker"]), client_as(who["mof_checker"])
    assert f"/grants/years/{year}/close/" in text(maker.get("/grants/years/"))
    page = text(maker.get(f"/grants/years/{year}/close/"))
    assert "100.00 yuan" in page
    assert f"Nothing is booked in {year} any more" in page
    form = {"document_no": "Y1", "document_date": make.today().isoformat()}
    answer = maker.post(f"/grants/years/{year}/close/", form)
    assert answer.status_code == 303
    assert "Closing of a year" in text(checker.get("/grants/to-check/"))
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    page = text(checker.get(answer["Location"]))
    assert "100.00 yuan" in page
    assert "closed" in text(maker.get("/grants/years/"))
    assert maker.get("/grants/years/1990/close/").status_code == 404
    assert client_as(who["province_maker"]).get("/grants/years/").status_code == 403
    assert client_as(who["miit"]).get(f"/grants/years/{year}/close/").status_code == 403


def test_a_year_that_is_not_over_says_so_before_anything_is_typed(client_as, who, world):
    year = make.today().year
    make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    maker, here = client_as(who["mof_maker"]), f"/grants/years/{year}/close/"
    page = text(maker.get(here))
    assert f"{year} is not over yet: its closing can be entered from 1 January {year + 1} on." in page
    assert "document_no" not in page
    answer = maker.post(here, {"document_no": "Y9", "document_date": make.today().isoformat()})
    assert (answer.status_code, 'value="Y9"' in text(answer)) == (422, True)


def test_a_year_without_entries_is_closed_in_pages_and_a_late_closing_says_what_comes_next(client_as, who, world):
    year = make.today().year - 2
    with clock.at(datetime(year, 6, 1, tzinfo=clock.SHANGHAI)):
        make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    maker = client_as(who["mof_maker"])
    listed = text(maker.get("/grants/years/"))
    assert f"/grants/years/{year + 1}/close/" in listed
    assert f"/grants/years/{year + 2}/close/" not in listed
    page = text(maker.get(f"/grants/years/{year}/close/"))
    assert f"{year + 1} is over as well: close it next." in page
    form = {"document_no": "Y2", "document_date": make.today().isoformat()}
    answer = maker.post(f"/grants/years/{year + 1}/close/", form)
    assert answer.status_code == 422
    assert "Years are closed in turn" in text(answer)
    make.year_closed(who, year)
    page = text(maker.get(f"/grants/years/{year + 1}/close/"))
    assert "is over as well" not in page
    assert "100.00 yuan" in page
    answer = maker.post(f"/grants/years/{year + 1}/close/", form)
    assert answer.status_code == 303
    assert client_as(who["mof_checker"]).post(answer["Location"], {"act": "confirm"}).status_code == 303
    assert "Digest of the last entry" not in text(maker.get(answer["Location"]))


def test_pages_of_the_books_cost_the_same_at_any_size(client_as, who, paid, budget):
    from grants.models import Account

    account = seen(who, lambda: Account.objects.get(award=paid, place="unit"))
    entry, client = entry_of(who, "payment"), client_as(who["mof_maker"])
    addresses = [f"/grants/accounts/{account.pk}/", f"/grants/entries/{entry.pk}/", f"/grants/awards/{paid.pk}/ledger/"]

    def costs():
        found = []
        for address in addresses:
            client.get(address)
            with budget(14) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries.captured_queries))
        return found

    before = costs()
    for number in range(6):
        make.paid(who, project=make.project(who, paid), amount="1.00", number=f"W{number}")
    assert costs() == before
