"""Pages of the past: every page of money and plans knows the past or says why not, and shows then what it showed then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse

from portal.core import as_of, clock, commands, past
from portal.core.scope import acting_as
from tests import databases
from tests.access import objects_later
from tests.access.conftest import _people
from tests.access.objects import World, grants, plans
from tests.access.routes import addresses, routes

PLANS: Final = frozenset(
    f"applications:{name}"
    for name in (
        "changes",
        "change",
        "sign_change",
        "agree_change",
        "decide_change",
        "withdraw_change",
        "unit_history",
        "plan_approved",
        "approve_plan",
        "plan_version",
        "add_to_plan",
        "follow_unit",
        "change_in_plan",
        "end_in_plan",
    )
)
MONEY: Final = {route.name for route in routes() if route.name.startswith(("grants:", "oversight:"))}
SENTENCE: Final = 'class="callout callout--wait as-of"'


def test_every_page_of_money_and_plans_knows_the_past_or_says_why_not() -> None:
    known = {route.name for route in routes()}
    said = as_of.pages() | as_of.PRESENT.keys()
    assert not (MONEY | PLANS) - said, "register the route with as_of, or say why it belongs to the present"
    assert not said - known
    assert not as_of.pages() & as_of.PRESENT.keys()
    assert all(as_of.PRESENT.values())


def test_every_table_of_money_and_plans_tells_its_past_or_why_it_has_none() -> None:
    tables = {model._meta.db_table for model in apps.get_app_config("grants").get_models()}
    tables |= {"applications_planversion", "applications_changerequest"}
    assert tables == past.TABLES.keys() | past.ALWAYS.keys()


# What is of the moment alone: the switch, the word that it is the past, what comes next, and the mark in addresses and
# forms.
_MARKS: Final = (
    (re.compile(r'<section class="callout" aria-labelledby="comes-next".*?</section>', re.DOTALL), " "),
    (re.compile(r'<section class="callout callout--wait as-of".*?</section>', re.DOTALL), " "),
    (re.compile(r'<details class="as-of-switch".*?</details>', re.DOTALL), " "),
    (re.compile(r'<input type="hidden" name="(as_of|csrfmiddlewaretoken)"[^>]*>'), " "),
    (re.compile(r'<p class="side-link">\s*<a href="/audit/findings/raise/[^<]*</a>\s*</p>'), " "),  # an act
    (re.compile(r'as_of=[^"&#]*(&amp;)?'), ""),
    (re.compile(r'(\?|&amp;)(?=["#])'), ""),
    # The moment of the asking, which a page's first words name: the two askings may lie on both sides of a second.
    (re.compile(r'(<p class="lead-text">(?:(?!</p>).)*?)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d', re.DOTALL), r"\1now"),
    (re.compile(r"\s+"), " "),
)


def _main(page: str) -> str:
    text = page.split('id="main"', 1)[1].split("</main>", 1)[0]
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    return text


def _apart(one: str, other: str) -> str:
    """Where two pages begin to differ."""
    place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    return "" if one == other else f"…{one[max(0, place - 60) : place + 90]}… ≠ …{other[place : place + 90]}…"


def _ask(ground: dict[str, Any], caller: str, address: str, at: datetime) -> Any:
    sign = "&" if "?" in address else "?"
    return ground["clients"][caller].get(f"{address}{sign}as_of={at.isoformat().replace('+', '%2B')}")


def _pages() -> list[Any]:
    return [route for route in routes() if route.name in as_of.pages()]


@pytest.mark.parametrize("route", _pages(), ids=lambda route: route.name)
def test_page_of_a_moment_ago_is_the_page_of_now(ground: dict[str, Any], route: Any) -> None:
    """For the auditor, who has no acts, word for word; and nobody finds an act on it."""
    for address in addresses(route, ground["objects"].get(route.name)).values():
        live = ground["clients"]["auditor"].get(address)
        if live.status_code == 404:
            continue
        assert live.status_code == 200, address
        then = _ask(ground, "auditor", address, clock.now())
        assert then.status_code == 200, address
        if not live["Content-Type"].startswith("text/html"):
            assert then.content == live.content
            continue
        assert SENTENCE in then.content.decode()
        apart = _apart(_main(then.content.decode()), _main(live.content.decode()))
        assert not apart, f"{address}: {apart}"
        for caller in ("maker.mof", "officer.miit", "maker.unit"):
            _no_act(_ask(ground, caller, address, clock.now()), address)
        _no_act(_ask(ground, "auditor", address, clock.now() - timedelta(days=500)), address)
        posted = ground["clients"]["auditor"].post(f"{address}?as_of=2026-01-01", {"act": "confirm"})
        assert posted.status_code in (403, 405)


def _acts() -> tuple[str, ...]:
    """Endings of the addresses of acts."""
    found = []
    for name, reason in as_of.PRESENT.items():
        if reason == "An act.":
            try:
                reverse(name)
            except NoReverseMatch:
                continue
            found.append(reverse(name))
    return tuple(found)


def _no_act(answer: Any, address: str) -> None:
    assert answer.status_code in (200, 403, 404), f"{address}: {answer.status_code}"
    if answer.status_code != 200 or SENTENCE not in answer.content.decode():
        return
    main = answer.content.decode().split('id="main"')[1].split("</main>")[0]
    forms = re.findall(
        r'<form[^>]*method="post"[^>]*action="([^"]*)"|<form[^>]*action="([^"]*)"[^>]*method="post"', main
    )
    assert {a or b for a, b in forms} <= {reverse("money_unit")}, address
    assert '<form method="post"' not in main.replace(f'action="{reverse("money_unit")}" method="post"', ""), address
    found = [url for url in re.findall(r'href="([^"?#]*)', main) if _is_act(url)]
    assert not found, f"{address} offers {found}"


def _is_act(url: str) -> bool:
    from django.urls import Resolver404, resolve

    try:
        return as_of.PRESENT.get(resolve(url).view_name) == "An act."
    except Resolver404:
        return False


# What a page never shows of a row as it stood, with the reason; by column, or whole rows by their state.
LEFT_OUT: Final = {
    "grants_quarterreport": {"version", "written_by_id", "written_at"},  # of the typing, not of what was signed
    "grants_bankline": {"why"},  # the portal's guess at an open line
}
UNSIGNED: Final = {
    "grants_quarterreport": ("draft", "returned"),
    "grants_evaluation": ("draft",),
    "grants_acceptance": ("draft",),
}
OF_UNSIGNED: Final = {
    "grants_indicatoractual": ("report_id", "grants_quarterreport"),
    "grants_enterpriseprogress": ("report_id", "grants_quarterreport"),
    "grants_evaluationscore": ("evaluation_id", "grants_evaluation"),
    "grants_equipment": ("acceptance_id", "grants_acceptance"),
}
# Points and remarks of a panel change until it is closed.
OF_PANELS: Final = ("grants_panelscore", "grants_sampleremark")
# Sums of nothing need no row.
SUMS: Final = {"grants_account": ("balance", "payments"), "grants_yearsum": ("amount",), "grants_plansum": ("support",)}


def _rows(schema: str) -> dict[str, dict[int, dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for table in past.TABLES:
            cursor.execute(f"select * from {schema}.{table}")
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found[table] = {
                row.get("id", row.get("year")): {name: _told_time(value) for name, value in row.items()} for row in rows
            }
    return found


def _told_time(value: Any) -> Any:
    """The trail tells times to the millisecond."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value


def _signed(seen: dict[str, dict[int, dict[str, Any]]]) -> dict[str, dict[int, dict[str, Any]]]:
    """Without what is no paper yet, and without what no page shows."""
    kept = {}
    closed = all(row["state"] == "closed" for row in seen["grants_panel"].values())
    for table, rows in seen.items():
        open_states = UNSIGNED.get(table, ())
        key, parent = OF_UNSIGNED.get(table, ("", ""))
        kept[table] = {
            pk: {name: value for name, value in row.items() if name not in LEFT_OUT.get(table, ())}
            for pk, row in rows.items()
            if row.get("state") not in open_states
            and (closed or table not in OF_PANELS)
            and (not parent or seen[parent].get(row[key], {}).get("state") not in (None, *UNSIGNED[parent]))
            and (table not in SUMS or any(row[name] for name in SUMS[table]))
        }
    return kept


@pytest.fixture(scope="module")
def points(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[int, list[tuple[datetime, Any]], list[str]]]:
    """All tables after each act of a round with every kind of paper, as the national auditor saw them then."""
    name = f"world_{databases.process()}_past"
    with django_db_blocker.unblock():
        databases.copy(name, databases.template())
        with databases.inside(name):
            people = _people()
            found: list[tuple[datetime, Any]] = []
            problems: list[str] = []
            begun: list[bool] = []  # the round begins with what happened in the year before
            auditor, write = people["auditor"].pk, commands.event_writer()

            def told(**event: Any) -> None:
                write(**event)
                begun.append(event["act"] == "grants.confirm_award" or bool(begun and begun[-1]))
                if not begun[-1] or clock.present() == clock.present():  # a standing clock is the past already
                    return
                with acting_as(auditor):
                    found.append((clock.present(), _rows("public")))

            commands.set_event_writer(told)
            try:
                world = World(people)
                grants.make(world)
                plans.make(world)
                for number, act in enumerate(objects_later.acts(world)):
                    try:
                        act()
                    except Exception as error:
                        problems.append(f"act {number}: {error!r}")
            finally:
                commands.set_event_writer(write)
            yield auditor, found, problems


def test_each_table_was_as_it_is_told(points: Any) -> None:
    auditor, found, problems = points
    assert len(found) > 80
    wrong: dict[str, Any] = {}
    with transaction.atomic(), acting_as(auditor):
        for at, seen in found:
            with past.looking(at):
                told = _signed(_rows("past"))
            kept = _signed(seen)
            for table in past.TABLES:
                if told[table] != kept[table]:
                    wrong.setdefault(table, (at, _difference(told[table], kept[table])))
    problems += [f"{table} {at:%H:%M:%S} {what}" for table, (at, what) in wrong.items()]
    made = {table for _at, seen in found for table, rows in seen.items() if rows}
    problems += [f"{table}: {'' if table in RARE else 'not '}rare" for table in (past.TABLES.keys() - made) ^ RARE]
    assert not problems, "\n".join(problems)


# Kinds of row the round does not make.
RARE: Final = {"grants_projectend", "grants_enterpriseprogress"}


def _difference(told: dict[int, Any], seen: dict[int, Any]) -> list[Any]:
    missing = [("not told", pk) for pk in seen.keys() - told.keys()]
    more = [("told too much", pk, told[pk]) for pk in told.keys() - seen.keys()]
    other = [
        (pk, {name: (told[pk].get(name), value) for name, value in row.items() if told[pk].get(name) != value})
        for pk, row in seen.items()
        if pk in told and told[pk] != row
    ]
    return missing[:2] + more[:2] + other[:2]
