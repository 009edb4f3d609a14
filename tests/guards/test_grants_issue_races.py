"""Documents of many units and changes of awards on several connections at once: whole or not at all, and in bounds."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import psycopg
import pytest

from grants.domain import award_changes as changes
from grants.domain import issue_papers as acts
from grants.enums import Tranche
from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, race
from tests.guards.test_grants_last_yuan import at_once
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT, OTHER = "350200", "360100"


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """Two awards in one batch of a budget of 400 million, kept between connections."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, OTHER, number=94, budget="400000000.00")
    awards = [
        make.awarded(who, application=pk, amount="150000000.00", number=f"财建〔2026〕{place}号")
        for place, pk in enumerate(applications, start=1)
    ]
    return SimpleNamespace(who=who, awards=awards)


def input_of(awards, amount, number):
    lines = [acts.LineInput(award.pk, Decimal(amount)) for award in awards]
    return acts.IssuePaperInput(Tranche.FIRST, lines, Decimal(amount) * len(lines), make.paper(number, file=make.pdf()))


def whole_document(live, awards, amount, number):
    with make.acting(live.who["mof_maker"]) as by:
        return acts.enter_issue_paper(by=by, batch=awards[0].batch, what=input_of(awards, amount, number)).pk


def confirmed_at_once(live, table, rows):
    checker = live.who["mof_checker"].pk
    sql = CONFIRM.format(table=table)
    return race([(checker, sql, {"id": row, "checker": checker}) for row in rows])


def rows_of(sql):
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute(sql).fetchall()


def test_all_lines_are_booked_together_or_none(live):
    """One line whose centre lacks the money, by a fault of the books, refuses the whole document."""
    paper = whole_document(live, live.awards, "10.00", "财建〔2026〕8号")
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table grants_account disable trigger user")
        owner.execute(
            "update grants_account set balance = 9 where place = 'central' and award_id = %s", [live.awards[1].pk]
        )
        owner.execute("alter table grants_account enable trigger user")
    assert confirmed_at_once(live, "grants_issuepaper", [paper]) == {"account_never_below_zero": 1}
    assert rows_of("select state from grants_issuepaper union all select state from grants_issue") == [("entered",)] * 3
    assert rows_of("select count(*) from grants_entry where kind = 'issue'") == [(0,)]


def test_two_documents_at_once_keep_to_the_tranche(live):
    """Each would take all that is left of the same award: one is entered, the other reads that nothing is left."""
    ended = at_once(
        live.who["mof_maker"],
        [
            lambda by, no=no: acts.enter_issue_paper(
                by=by, batch=live.awards[0].batch, what=input_of(live.awards[:1], "75000000.00", f"财建〔2026〕{no}号")
            )
            for no in (8, 9)
        ],
    )
    assert ended.pop("done") == 1
    assert [said for said in ended if "0.00" in said] == list(ended)
    assert rows_of("select count(*) from grants_issuepaper") == [(1,)]


def test_two_documents_over_the_same_awards_are_confirmed_at_once(live):
    """Both are booked, in some order, without a deadlock, though their lines stand the other way round."""
    papers = [
        whole_document(live, awards, "10.00", number)
        for number, awards in (("财建〔2026〕8号", live.awards), ("财建〔2026〕9号", live.awards[::-1]))
    ]
    assert confirmed_at_once(live, "grants_issuepaper", papers) == {"done": 2}
    assert differences("owner") == []


def test_two_checkers_of_one_document_at_once_book_it_once(live):
    paper = whole_document(live, live.awards, "10.00", "财建〔2026〕8号")
    confirmed_at_once(live, "grants_issuepaper", [paper, paper])
    assert rows_of("select count(*) from grants_entry where kind = 'issue'") == [(2,)]
    assert differences("owner") == []


def test_two_changes_at_once_keep_to_the_budget(live):
    """Each alone would fit what the budget leaves: one is confirmed."""
    rows = []
    for place, award in enumerate(live.awards):
        with make.acting(live.who["mof_maker"]) as by:
            what = changes.AwardChangeInput(Decimal("250000000.00"), "more", make.paper(f"C{place}", file=make.pdf()))
            change = changes.enter_award_change(by=by, award=award, what=what)
        with make.acting(live.who["miit"]) as by:
            changes.agree_award_change(by=by, award_change=change)
        rows.append(change.pk)
    assert confirmed_at_once(live, "grants_awardchange", rows) == {"done": 1, "award_within_budget": 1}
    assert differences("owner") == []
