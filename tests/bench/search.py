"""The full-text search over 500,000 texts, as an auditor's page asks for it, beside the bare statement of the owner.

`python -m tests.bench.search` prints the figures as JSON, in a process of its own. Texts are put together from words of
dossiers by the database; a tenth of them are of the province whose bureau asks too. `BENCH_TRIGRAMS=1` also measures
what was not chosen: an index of trigrams over the same texts.
"""

from __future__ import annotations

import json
import os
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

from tests.bench.alone import alone

TEXTS: Final = int(os.environ.get("BENCH_TEXTS", "500000"))
ROUNDS: Final = 20
WORDS: Final = [
    *(
        "工业互联网平台",
        "数字化转型",
        "技术改造",
        "设备更新",
        "产业集群",
        "链主企业",
        "智能制造",
        "绿色低碳",
        "贷款贴息",
    ),
    *("担保费补贴", "数控机床", "能源管理", "生产执行系统", "质量追溯", "供应链协同", "研发设计工具", "关键工序"),
    *("专精特新", "龙头企业", "公共服务平台", "data platform", "digital workshop", "energy audit", "lathe retrofit"),
    *("supplier", "quality", "ledger"),
]
ASKED: Final = {
    "one word of two signs that every tenth text has": "改造",
    "a phrase of seven signs": "工业互联网平台",
    "two phrases and an English word": "数字化转型 设备更新 digital",
    "an English beginning": "retro",
    "a number that one text has": "N0412345",
    "nothing": "不存在的词语",
}
FILL: Final = """
insert into core_searchtext (kind, source, object_id, part, application, batch, province, unit, submitted, title, body)
select 'enterprise', 'applications.enterprise', n, 0, n / 150, 1, case when mod(n, 10) = 0 then '350000' else '360000' end,
       '350200', true, 'N' || lpad(n::text, 7, '0'),
       (select string_agg(w.words[1 + mod(hashtextextended(n || ':' || k, 0) & 1023, array_length(w.words, 1))], '，')
          from generate_series(1, 6) k)
  from generate_series(1, %s) n, (select %s::text[] as words) w
"""
BARE: Final = "select count(*) from core_searchtext where tokens @@ search_query(%s)"


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("search")


def timed(act: Any) -> float:
    """The 95th percentile of so many rounds, in milliseconds; the first one does not count."""
    taken = []
    for number in range(ROUNDS + 1):
        began = perf_counter()
        act()
        if number:
            taken.append(1000 * (perf_counter() - began))
    return quantiles(taken, n=20)[18]


def _asked(person: Any, text: str) -> None:
    from portal.core.scope import acting_as
    from portal.core.search import query

    with acting_as(person.pk) as by:
        asked = query.Asked(text)
        query.hits(by, query.found(by, asked), asked)


def _measure() -> list[dict[str, Any]]:
    import django
    import psycopg
    from django.test.utils import setup_test_environment

    from tests import databases

    django.setup()
    setup_test_environment()
    databases.prepare()
    rows = []
    with databases.fresh_clone(), psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        from portal.accounts.cast import ensure_user

        people = {
            "the nation": databases.committed(lambda: ensure_user("a@sj.test", "A", "SJ", "auditor")),
            "one province": databases.committed(lambda: ensure_user("b@sj.test", "B", "SJ350000", "auditor")),
        }
        began = perf_counter()
        owner.execute(FILL, [TEXTS, WORDS])
        filled = perf_counter() - began
        owner.execute("vacuum analyze core_searchtext")
        rows.append({"name": f"search: {TEXTS:,} texts into the index", "figure": round(filled, 1), "unit": "s"})
        for name, text in ASKED.items():
            floor = timed(lambda text=text: owner.execute(BARE, [text]).fetchall())
            for who, person in people.items():
                took = timed(lambda text=text, person=person: _asked(person, text))
                rows.append(
                    {
                        "name": f"search: {name}, {who}, p95",
                        "figure": round(took, 1),
                        "unit": "ms",
                        "floor": round(floor, 1),
                        "floor_name": "the bare statement",
                    }
                )
        if os.environ.get("BENCH_TRIGRAMS"):
            rows += _trigrams(owner)
    return rows


def _trigrams(owner: Any) -> list[dict[str, Any]]:
    """The same words looked up by trigrams."""
    began = perf_counter()
    owner.execute("create index trigrams on core_searchtext using gin (body gin_trgm_ops)")
    owner.execute("analyze core_searchtext")
    rows = [{"name": "search: index of trigrams", "figure": round(perf_counter() - began, 1), "unit": "s"}]
    sizes = owner.execute("select pg_relation_size('search_by_token'), pg_relation_size('trigrams')").fetchone()
    for name, size in zip(("pairs", "trigrams"), sizes, strict=True):
        rows.append({"name": f"search: size of the index of {name}", "figure": round(size / 2**20), "unit": "MiB"})
    like = "select id from core_searchtext where body ilike %s order by id desc limit 1001"
    for name, text in ASKED.items():
        took = timed(lambda text=text: owner.execute(like, [f"%{text}%"]).fetchall())
        rows.append({"name": f"search: by trigrams, {name}, p95", "figure": round(took, 1), "unit": "ms"})
    return rows


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    found = _measure()
    environment.end()
    print(json.dumps(found))
