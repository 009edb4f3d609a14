"""The page of each object leads auditors to its part of the trail, and an event leads back to the page."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import resolve

from portal.audit import objects
from portal.core import as_of
from tests.access.routes import addresses, routes

# Pages of the past that are lists or overviews, of no single object.
LISTS = frozenset(
    f"grants:{name}"
    for name in (
        *("awards", "waiting", "projects", "payments", "years", "issue_papers", "spending_reports", "returns"),
        *("matching", "recoveries", "requests", "invoices", "holds", "flow", "flow_entries", "flow_lying"),
        *("flow_coming", "assessing_all", "bank", "bank_queue", "bank_unseen", "bank_orders", "performance"),
        *("performance_peers", "performance_trend", "quarter_reports", "open_reports"),
    )
) | {
    "oversight:nation",
    "oversight:province",
    "oversight:enterprise",
    "applications:changes",
    "applications:plan_version",
}


def test_every_page_of_one_object_leads_to_its_trail() -> None:
    assert as_of.pages() - LISTS <= objects.PAGES.keys()
    known = {route.name: route for route in routes()}
    for route, kind in objects.PAGES.items():
        assert known[route].names, route
        apps.get_model(kind)


def test_auditors_find_the_link_and_others_do_not(ground: dict[str, Any]) -> None:
    found = 0
    for route in routes():
        kind = objects.PAGES.get(route.name)
        given = ground["objects"].get(route.name)
        if kind is None or given is None:
            continue
        for address in addresses(route, given).values():
            page = ground["clients"]["auditor"].get(address)
            if page.status_code != 200:
                continue
            number = next(iter(resolve(address).kwargs.values()))
            assert objects.trail_of(kind, number).replace("&", "&amp;") in page.content.decode(), address
            assert "/trail/?object_type" not in ground["clients"]["maker.mof"].get(address).content.decode()
            found += 1
    assert found > 30
    award = ground["objects"]["grants:award"]["pk"]
    trail = ground["clients"]["auditor"].get(objects.trail_of("grants.award", award)).content.decode()
    event = trail.split("<tbody", 1)[1].split('<a href="/trail/')[1].split("/")[0]
    page = ground["clients"]["auditor"].get(f"/trail/{event}/").content.decode()
    assert f'href="/grants/awards/{award}/"' in page
