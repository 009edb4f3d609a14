"""Search for the same in two applications: 333 applications with 1,500 enterprises and 20 projects each.

`python -m tests.bench.matching` prints the figures as JSON. Rows are copied in past the guards; the searches run as an
officer through the portal's own role, with every policy in force. Floor: the same names by equality alone.
"""

from __future__ import annotations

import json
import random
from decimal import Decimal
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import psycopg

from tests.bench.alone import alone

APPLICATIONS = 333
ENTERPRISES = 1500
PROJECTS = 20
LOOKUPS = 200
SIGNS = "华中大新东南天国金海建盛泰和信安达鑫恒宏科创联合众力源兴瑞祥隆通利丰顺永发长江山川龙凤麒麟星光明辉耀威远博雅思睿智慧云腾飞翔宇航冠亚欧美德康宁福寿喜乐佳益嘉诚"
TRADES = ("汽车部件", "电子科技", "机械制造", "精细化工", "新材料", "装备制造", "生物医药", "食品", "纺织", "智能科技")
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司")


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("matching")


def _measure() -> list[dict[str, Any]]:
    import django

    from tests import databases

    django.setup()
    databases.prepare()
    batch = _rows()
    return [*_lookups(batch), *_whole(batch)]


def _row(name: str, figure: float, unit: str, floor: float, floor_name: str) -> dict[str, Any]:
    return {"name": name, "figure": round(figure, 3), "unit": unit, "floor": round(floor, 3), "floor_name": floor_name}


def _name(chance: random.Random, place: str) -> str:
    own = "".join(chance.choice(SIGNS) for _ in range(chance.choice((2, 2, 3))))
    return place + own + chance.choice(TRADES) + chance.choice(FORMS)


def _rows() -> int:
    """A submitted dossier is copied 333 times, with rosters and projects; the number of the batch."""
    from stdnum.cn import uscc

    from tests import databases
    from tests import factories_applications as make

    row = make.submitted(unit="350200", amount="100000000.00")
    chance = random.Random(17)
    with psycopg.connect(databases.owner_dsn()) as owner:
        for table in ("applications_application", "applications_enterprise", "applications_project"):
            owner.execute(f"alter table {table} disable trigger user, no force row level security")
        columns = _columns(owner, "applications_application", but={"id", "unit_id", "number"})
        owner.execute(
            f"insert into applications_application ({columns}, unit_id, number)"
            f" select {columns}, u.code, 'bench-' || u.code from applications_application a cross join ("
            " select code, name_zh from programme_pilotunit where code <> '350200' order by code limit %s) u"
            " where a.id = %s",
            [APPLICATIONS - 1, row.pk],
        )
        units = owner.execute(
            "select a.id, u.name_zh from applications_application a join programme_pilotunit u on u.code = a.unit_id"
            " order by a.id"
        ).fetchall()
        fields = "application_id, credit_code, name, industry_id, revenue, is_chain_leader, is_leading, is_champion,"
        fields += " is_little_giant, digital_state, has_rd_tools, energy_level, version"
        with owner.cursor().copy(f"copy applications_enterprise ({fields}) from stdin") as copy:
            for place, (pk, unit) in enumerate(units):
                for number in range(ENTERPRISES):
                    stem = f"91350200{place:04}{number:05}"
                    code = stem + uscc.calc_check_digit(stem)
                    name = _name(chance, unit.rstrip("市"))
                    copy.write_row((pk, code, name, "C36", "1.00", "f", "f", "f", "f", "not_begun", "f", "", 1))
        fields = _columns(owner, "applications_project", but={"id", "application_id", "name", "enterprise_name"})
        for pk, unit in units:
            place = unit.rstrip("市")
            values = [(pk, f"{_name(chance, place)}改造{number}", _name(chance, place)) for number in range(PROJECTS)]
            owner.cursor().executemany(
                f"insert into applications_project (application_id, name, enterprise_name, {fields})"
                f" select %s, %s, %s, {fields} from applications_project where application_id = {row.pk}"
                " order by id limit 1",
                values,
            )
        owner.execute("set constraints all immediate")
        for table in ("applications_application", "applications_enterprise", "applications_project"):
            owner.execute(f"alter table {table} enable trigger user, force row level security")
        owner.commit()
        owner.autocommit = True
        owner.execute("vacuum analyze applications_enterprise")
        owner.execute("vacuum analyze applications_project")
    return int(row.batch_id)


def _columns(owner: psycopg.Connection[Any], table: str, *, but: set[str]) -> str:
    found = owner.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'",
        [table],
    )
    return ", ".join(name for (name,) in found if name not in but)


def _lookups(batch: int) -> list[dict[str, Any]]:
    from applications import queries
    from applications.domain import matching
    from applications.models import Enterprise
    from portal.programme.models import Batch
    from tests import factories_applications as make

    with make.acting("officer", "MIIT"):
        found = Batch.objects.get(pk=batch)
        names = [
            one.name.replace("有限公司", "（集团）股份公司")
            for one in Enterprise.objects.raw(
                "select * from applications_enterprise tablesample system (1) repeatable (3) limit %s", [LOOKUPS]
            )
        ]
        spent, alone = [], []
        for name in names:
            began = perf_counter()
            queries.lookup(found, name=name, code="", least=matching.LEAST)
            spent.append(perf_counter() - began)
            began = perf_counter()
            list(
                Enterprise.objects.raw(
                    "select * from applications_enterprise where name_core(name) = name_core(%s)", [name]
                )
            )
            alone.append(perf_counter() - began)
    floor = "the same name without place and form, by equality"
    return [
        _row("look an enterprise up among 500,000, median", 1000 * median(spent), "ms", 1000 * median(alone), floor),
        _row(
            "look an enterprise up, p95",
            1000 * quantiles(spent, n=20)[-1],
            "ms",
            1000 * quantiles(alone, n=20)[-1],
            floor,
        ),
    ]


def _whole(batch: int) -> list[dict[str, Any]]:
    from applications.domain import matching
    from applications.enums import MatchKind
    from portal.programme.models import Batch
    from tests import factories_applications as make

    rows, total = [], Decimal(0)
    for kind in MatchKind:
        with make.acting("officer", "MIIT") as by:
            began = perf_counter()
            count = matching.match(by=by, batch=Batch.objects.get(pk=batch), kind=kind)
            spent = perf_counter() - began
        total += Decimal(spent)
        rows.append(_row(f"compare the whole batch: {kind.value} ({count} found)", spent, "s", 0, "none"))
    return [*rows, _row("compare the whole batch, all kinds", float(total), "s", 60, "what the issue allows")]


if __name__ == "__main__":
    from tests import environment

    environment.begin()
    rows = _measure()
    environment.end()
    print(json.dumps(rows, ensure_ascii=False))
