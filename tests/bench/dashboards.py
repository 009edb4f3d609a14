"""The overview of the money over 3,330 awards with sixty projects each, beside 46 of them.

`python -m tests.bench.dashboards` prints the figures as JSON, in a process of its own. One award goes through the
commands, the rest are copies of its rows. The floor of a page is the same page over 46 awards: the number of queries is
the same.
"""

from __future__ import annotations

import json
import os
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

from tests.bench.alone import alone

SMALL: Final = 46
LARGE: Final = int(os.environ.get("BENCH_AWARDS", "3330"))
PROJECTS: Final = 60
UNIT: Final = "350200"
MARK: Final = "90"  # no division of the country begins so
MARKS: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")  # of transactions: no queries
ADDRESSES: Final = {
    "overview, the nation by province": "/grants/flow/",
    "overview, the nation by unit": "/grants/flow/?by=unit",
    "overview, one year by method": "/grants/flow/?by=method&year=2026",
    "overview, one province": "/grants/flow/?province=350000",
    "overview, one unit by project": f"/grants/flow/?unit={UNIT}",
    "lines of what was paid": "/grants/flow/entries/paid/",
    "lines of what one province was paid": "/grants/flow/entries/paid/?province=350000",
    "how long money lies": "/grants/flow/lying/",
    "what will be called for": "/grants/flow/coming/",
}


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("dashboards")


def _row(name: str, small: tuple[int, float], large: tuple[int, float]) -> dict[str, Any]:
    return {
        "name": f"{name}, {LARGE:,} × {PROJECTS} ({large[0]} queries; {small[0]} over {SMALL} awards), p95",
        "figure": round(1000 * large[1], 1),
        "unit": "ms",
        "floor": round(1000 * small[1], 1),
        "floor_name": f"{SMALL} × {PROJECTS}",
    }


def built(awards: int) -> Any:
    """So many awards with their projects, a payment for each, in the present test database; gives a person of MOF."""
    from tests import factories_grants as make
    from tests.bench.world import past_guards

    who, applications = make.live(UNIT, number=94, budget="9000000000000.00")
    award = make.funded_unit(who, application=applications[0], award="200000000.00", held="60000000.00")
    make.paid(who, project=make.project(who, award), amount="100000.00", number="V1")
    with past_guards() as owner:
        _copy_awards(owner, award.pk, awards - 1)
        _copy_projects(owner, award.pk)
        owner.execute(_PAID)
        owner.commit()
        owner.autocommit = True
        owner.execute("vacuum analyze")
    return who["mof_maker"]


def _copy_awards(owner: Any, award: int, number: int) -> None:
    from tests.bench.world import PROVINCES, copy

    many = f"generate_series(1, {number}) n"
    copy(
        owner,
        "programme_pilotunit",
        f"t.code = '{UNIT}'",
        many,
        code=f"'{MARK}' || lpad(n::text, 4, '0')",
        name_zh="'示例' || n || '市'",
        name_en="'Example ' || n",
        province_id=f"({PROVINCES})[1 + n % 31]",
    )
    units = f"(select * from programme_pilotunit where starts_with(code, '{MARK}')) u"
    place = {"unit_id": "u.code", "province_id": "u.province_id"}
    application = f"t.id = (select application_id from grants_award where id = {award})"
    copy(owner, "applications_application", application, units, number="u.code", **place)
    copied = f"(select a.id, u.* from applications_application a join {units} on u.code = a.unit_id) u"
    copy(owner, "grants_award", f"t.id = {award}", copied, application_id="u.id", **place)
    awarded = f"(select a.id, u.* from grants_award a join {units} on u.code = a.unit_id) u"
    of = f"t.award_id = {award}"
    copy(owner, "grants_account", f"{of} and t.project_id is null", awarded, award_id="u.id", **place)
    copy(owner, "grants_issue", of, awarded, award_id="u.id", **place)
    issued = f"(select i.award_id, i.id as issue, u.* from grants_issue i join {units} on u.code = i.unit_id) u"
    copy(owner, "grants_passon", of, issued, award_id="u.award_id", issue_id="u.issue", **place)
    copy(owner, "grants_yearsum", of, awarded, award_id="u.id", **place)
    copy(owner, "grants_yearsum", of, "(values (1), (2)) v(back)", year="t.year - back", amount="0.01")
    copy(owner, "grants_plansum", of, awarded, award_id="u.id", **place)


def _copy_projects(owner: Any, award: int) -> None:
    """Sixty projects for each award, as a change of the plan would add them, each with its account."""
    from tests.bench.world import copy

    others = f"(select a.id, a.unit_id, a.province_id, n from grants_award a, generate_series(1, {PROJECTS}) n) a"
    copy(
        owner,
        "grants_grantproject",
        f"t.id = (select min(id) from grants_grantproject where award_id = {award})",
        others,
        award_id="a.id",
        unit_id="a.unit_id",
        province_id="a.province_id",
        plan_id="-n",
        project_id="null",
        version_id="1",
    )
    owner.execute(_ACCOUNTS)


_ACCOUNTS: Final = """
insert into grants_account (award_id, place, project_id, balance, payments, province_id, unit_id)
select p.award_id, 'project', p.id, 100000, 1, p.province_id, p.unit_id from grants_grantproject p where p.plan_id < 0
"""
# An entry with its two lines for each project that was copied.
_PAID: Final = """
create temporary table paid as
select row_number() over (order by p.id) as place, p.id, p.award_id, p.province_id, p.unit_id, a.id as account,
       u.id as unit, nextval('grants_entry_id_seq') as entry
  from grants_grantproject p join grants_account a on a.project_id = p.id
  join grants_account u on u.award_id = p.award_id and u.place = 'unit' where p.plan_id < 0;
insert into grants_entry (id, award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, payment_id,
    event_id, digest, province_id, unit_id)
select paid.entry, paid.award_id, e.year, 1000 + place, e.kind, 'bench ' || place, e.maker_id, e.checker_id, e.booked_at,
    -place, -place, e.digest, paid.province_id, paid.unit_id
  from paid, (select * from grants_entry where kind = 'payment' limit 1) e;
insert into grants_line (entry_id, account_id, amount, after, province_id, unit_id)
select entry, case side when 0 then unit else account end, case side when 0 then -100000 else 100000 end, 100000,
    province_id, unit_id from paid, (values (0), (1)) v(side) order by place, side;
"""


def asked(person: Any, address: str, rounds: int = 20) -> tuple[int, float]:
    """The queries of one answer, and the 95th percentile of so many, in seconds (of one: the time it took)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "zh-hans"}, SERVER_NAME="localhost")
    client.force_login(person)
    taken, sent = [], 0
    for number in range(rounds + 1):
        began = perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        if number:
            taken.append(perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        sent = sum(not row["sql"].startswith(MARKS) for row in seen.captured_queries)
    return sent, quantiles(taken, n=20)[18] if rounds > 1 else taken[0]


def _measure() -> list[dict[str, Any]]:
    import django
    from django.test.utils import setup_test_environment

    from tests import databases

    django.setup()
    setup_test_environment()
    databases.prepare()
    times: list[dict[str, tuple[int, float]]] = []
    for size in (SMALL, LARGE):
        with databases.fresh_clone():
            person = built(size)
            times.append({name: asked(person, address) for name, address in ADDRESSES.items()})
    return [_row(name, times[0][name], times[1][name]) for name in ADDRESSES]


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
