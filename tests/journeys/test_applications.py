"""The pages of a dossier in a real browser. `test_round` walks one from the call to the recommendation."""

from __future__ import annotations

import pytest

from tests import factories_applications as make
from tests.journeys.browser import VIEWS, check, follow, look
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
AMOUNT = "100000000.00"
PEOPLE = [
    ("drafter", "ZF350200"),
    ("signatory", "ZF350200"),
    ("soe_officer", "YQ001"),
    ("provincial_officer", "GX350000"),
    ("provincial_officer", "CZ350000"),
    ("drafter", "ZF350100"),
    ("signatory", "ZF350100"),
    ("drafter", "ZF350300"),
]


@pytest.fixture(scope="module")
def rows(site, django_db_blocker):
    """Three dossiers: Fuzhou's awaits its signature, Putian's is submitted, Ningde's is being drafted."""
    with django_db_blocker.unblock():
        for role, code in PEOPLE:
            site.person(role, code)
        open_batch(site)

        def made():
            batch = make.open_batch(3)
            return {
                "awaiting": make.awaiting(unit="350100", amount=AMOUNT, soes=("YQ001",), batch=batch),
                "submitted": make.submitted(unit="350300", amount=AMOUNT, batch=batch),
                "draft": make.drafted(unit="350900", amount=AMOUNT, soes=("YQ001", "YQ002"), batch=batch),
                "empty": make.begun(unit="350800", batch=batch),
            }

        site.person("drafter", "ZF350900")
        site.person("drafter", "ZF350800")
        return site.do(made)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_unit(as_, rows, language, width):
    page = as_("drafter", "ZF350900", language, width)
    base = f"/applications/{rows['draft'].pk}/"
    for name in ("", "whole/", "basics/", "targets/", "industries/", "industries/add/", "projects/", "projects/add/"):
        look(page, base + name, f"dossier-{name.strip('/').replace('/', '-') or 'tasks'}")
    for name in ("partners/", "partners/invite/", "attachments/", "attachments/add/", "sign-off/request/", "withdraw/"):
        look(page, base + name, f"dossier-{name.strip('/').replace('/', '-')}")
    empty = as_("drafter", "ZF350800", language, width)
    look(empty, f"/applications/{rows['empty'].pk}/", "dossier-empty")
    look(empty, f"/applications/{rows['empty'].pk}/projects/", "dossier-empty-projects")
    signatory = as_("signatory", "ZF350100", language, width)
    look(signatory, f"/applications/{rows['awaiting'].pk}/sign-off/", "dossier-sign-off")


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_others(as_, rows, language, width):
    province = as_("provincial_officer", "GX350000", language, width)
    base = f"/applications/{rows['submitted'].pk}/"
    look(province, "/applications/", "applications")
    look(province, base, "application-read")
    look(province, f"{base}recommend/", "application-recommend")
    look(province, f"{base}submissions/1/", "submission")
    look(province, f"{base}submissions/1/receipt/", "receipt")
    enterprise = as_("soe_officer", "YQ001", language, width)
    look(enterprise, "/applications/parts/", "parts")
    follow(enterprise.locator("tbody a").first)
    check(enterprise, "part")
