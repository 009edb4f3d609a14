"""A bank statement of 10,000 lines beside 10,000 confirmed payments: read, matched, stored with its decisions.

`python -m tests.bench.bank` prints the figures as JSON, in a process of its own. The floor is COPY of the same values
into a bare table.
"""

from __future__ import annotations

import json
import os
from time import perf_counter
from typing import Any

from tests.bench.alone import alone

ROWS = int(os.environ.get("BENCH_LINES", "10000"))


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("bank")


def _measure() -> list[dict[str, Any]]:
    import django
    from django.test.utils import setup_test_environment

    from tests import databases

    django.setup()
    setup_test_environment()
    databases.prepare()
    from portal.accounts.cast import ensure_user
    from tests import bank_files as files
    from tests import factories_bank as bank
    from tests import factories_grants as make

    for code in ("MIIT", "MOF"):
        ensure_user(f"officer.1@{code.lower()}.test", f"officer {code} 1", code, "officer")
    who, applications = make.live("350200", number=95, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="200000000.00", held="90000000.00")
    first = make.paid(who, project=make.project(who, award), amount="1.00", number="支付0")
    _payments(first)
    lines = [
        (bank.day(), f"-{100 + place % 50}.00", f"企业{place % 300}", f"设备款 支付{place}" if place % 3 else "")
        for place in range(1, ROWS + 1)
    ]
    content = files.statement(lines, opening="99999999.00")
    camt = files.camt([files.Entry(line[1][1:], line[3], name=line[2], day=line[0]) for line in lines])
    return _timed(who["unit_maker"], content, camt)


def _payments(first: Any) -> None:
    """Ten thousand confirmed payments, copied by the owner from one that was made by commands."""
    import psycopg

    from tests import databases

    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table grants_payment disable trigger user")
        columns = "grant_project_id, award_id, province_id, unit_id, purpose, document_id, document_date, state,"
        columns += " organisation_id, maker_id, made_at, checker_id, checked_at, refused_why"
        owner.execute(
            f"insert into grants_payment (amount, payee, document_no, {columns})"
            f" select 100 + n %% 50, '企业' || n %% 300, '支付' || n, {columns}"
            " from grants_payment, generate_series(1, %s) n where id = %s",
            [ROWS, first.pk],
        )
        owner.commit()
        owner.execute("alter table grants_payment enable trigger user")
        owner.execute("analyze grants_payment")


def _timed(maker: Any, content: bytes, camt: bytes) -> list[dict[str, Any]]:
    from grants.bank.camt import read_camt
    from grants.bank.csv_file import read_csv
    from grants.models import BankLine
    from tests import factories_bank as bank
    from tests import factories_grants as make

    began = perf_counter()
    found = read_csv(content)
    read = perf_counter() - began
    began = perf_counter()
    if len(read_camt(camt).statements[0].movements) != ROWS or found.problems:
        raise RuntimeError("The files were not read whole.")
    read_xml = perf_counter() - began
    began = perf_counter()
    bank.imported(maker, content)
    whole = perf_counter() - began
    began = perf_counter()
    again = bank.imported(maker, content)
    repeat = perf_counter() - began
    with make.acting(maker):
        matched = BankLine.objects.filter(state="matched").count()
        if not again.report["statements"][0]["again"] or BankLine.objects.count() != ROWS:
            raise RuntimeError("A repeat changed something.")
    floor = _copied(found.statements[0].movements)
    name = "COPY of the same values into a bare table"
    rows = [
        (f"bank statement of {ROWS} lines as CSV: read, every cell checked", read),
        (f"the same as camt.053 ({len(camt) / 2**20:.1f} MB): read", read_xml),
        (f"imported and matched against {ROWS} payments ({matched} matched)", whole),
        ("the same statement again: nothing changes", repeat),
    ]
    return [
        {"name": label, "figure": round(value, 2), "unit": "s", "floor": round(floor, 2), "floor_name": name}
        for label, value in rows
    ]


def _copied(movements: list[Any]) -> float:
    """Seconds that COPY takes for the same values, without any check."""
    import psycopg

    from tests import databases

    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("create temporary table bare (a text, b text, c text, d text, e text, f text, g text)")
        began = perf_counter()
        with owner.cursor().copy("copy bare from stdin") as copy:
            for one in movements:
                copy.write_row(one.values())
        return perf_counter() - began


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
