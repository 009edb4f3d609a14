"""An audit in a real browser: from the total to the voucher, a sample of 60, two findings, the reply of the audited
body, rectification with proof, follow-up and closing by others, and evidence that holds in a folder without the portal.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import expect

from tests import factories_audit as audit
from tests import factories_grants as make
from tests.journeys.browser import VIEWS, check, follow, form_button, look, not_refused, small_pdf

pytestmark = pytest.mark.browser
UNIT = "350200"
PAID = 66
# A random sample of 60: nobody expects an error, and 4.88 per cent would still be tolerable, at 95 per cent.
SIZE, TOLERABLE = 60, "4.88"
TITLE = "专项审计（演示）"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """A unit that paid its project 66 times; gives the numbers of the award and of the first payment."""

    def build():
        (application,) = make.selected([make.Plan(UNIT)], number=94, budget="300000000.00")
        award = make.funded_unit(who, application=application, award="200000000.00", held="1000000.00")
        project = make.project(who, award)
        rows = [make.paid(who, project=project, amount=f"{100 + n}.00", number=f"支付{n:03}") for n in range(PAID)]
        return award.pk, rows[0].pk

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        who = make.people(site.cast, province="350000", unit=UNIT)
        for number in (1, 2, 3):
            site.person("auditor", "SJ", number)
        # The site reads its own folder: vouchers made from here belong there too.
        files = settings.STORAGES["default"]
        files = files | {"OPTIONS": files.get("OPTIONS", {}) | {"location": str(site.var / "files")}}
        with override_settings(STORAGES=settings.STORAGES | {"default": files}):
            return site.do(build)


def send(page, name=""):
    follow(form_button(page, name))
    not_refused(page)


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main form.form [name={name}]").fill(value)


def done(page):
    """Wait until the worker has done what was asked: the page goes on to what came of it by itself."""
    expect(page).not_to_have_url(re.compile("/runs/"), timeout=90_000)


def test_an_audit_from_the_total_to_the_evidence(as_, site, ground, tmp_path, django_db_blocker):
    award, payment = ground
    lead = as_("auditor", "SJ")
    an_engagement_is_started(lead, site)
    first = a_voucher_becomes_a_finding(lead, payment)
    with django_db_blocker.unblock():
        sample = a_sample_is_drawn(lead, site)
    second = an_item_becomes_a_finding(lead, sample)
    both_are_shown(lead, first, second, payment)
    the_unit_replies(as_, first, second)
    it_is_rectified(as_, lead, first)
    others_follow_up_and_close(as_, first)
    lead.goto("/audit/findings/")
    expect(lead.locator("tbody tr")).to_have_count(2)
    check(lead, "audit-register")
    evidence_is_taken_away(lead, award, tmp_path)


def an_engagement_is_started(lead, site):
    look(lead, "/audit/engagements/", "audit-engagements-empty")
    follow(lead.locator(".next-step a.btn"))
    check(lead, "audit-plan")
    day = make.today()
    fill(lead, title=TITLE, objectives="核实资金是否专款专用。", period_to=f"{day.year}-12-31")
    fill(lead, period_from=f"{day.year}-01-01")
    send(lead)
    address = lead.url
    for number in (2, 3):
        lead.goto(f"{address}members/")
        lead.locator("[name=person]").select_option(str(site.person("auditor", "SJ", number)[0]))
        check(lead, "audit-member" if number == 2 else "")
        send(lead)
    lead.goto(f"{address}start/")
    check(lead, "audit-start")
    send(lead)
    expect(lead.locator(".lead-text .status")).to_be_visible()
    check(lead, "audit-engagement")


def a_voucher_becomes_a_finding(lead, payment):
    """Total, province, payment, voucher; and from the payment's page a finding on it."""
    lead.goto("/oversight/")
    check(lead, "audit-total")
    follow(lead.get_by_role("link", name="福建省"))
    lead.goto(f"/oversight/payments/{payment}/")
    with lead.expect_download() as download:
        lead.locator(".next-step a.btn").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    check(lead, "audit-payment")
    follow(lead.locator(".side-link a"))
    write(lead, "audit-raise", title="节点未到即付款（演示）", amount="100.00")
    return lead.url


def write(page, name, **values):
    """The text of a finding to the unit's finance bureau."""
    check(page, name)
    page.locator("[name=body]").select_option(label=bureau(page))
    page.locator("[name=grade]").first.check()
    text = page.locator("main form.form [name=text]")
    text.fill(f"{text.input_value()}\n事实清楚（演示）。".strip())
    fill(page, law="财政违法行为处罚处分条例", advice="限期整改（演示）。", **values)
    send(page)
    expect(page).to_have_url(re.compile(r"/audit/findings/\d+/$"))


def bureau(page):
    names = page.locator("[name=body] option").all_inner_texts()
    return next(name for name in names if "厦门" in name and "财政" in name)


def a_sample_is_drawn(lead, site):
    """A random sample of 60; two items in error in the browser, the others by the same command."""
    look(lead, "/audit/samples/new/payments/", "audit-draw")
    fill(lead, name="支付抽样（演示）", tolerable=TOLERABLE, seed="2026")
    lead.locator("[name=method][value=random]").check()
    lead.locator("[name=confidence]").select_option("95")
    send(lead)
    done(lead)
    sample = int(re.search(r"/samples/(\d+)/", lead.url).group(1))
    follow(lead.locator(".next-step a.btn"))
    check(lead, "audit-item")
    lead.locator("[name=found][value=wrong]").check()
    follow(form_button(lead))
    expect(lead.locator(".field--wrong").first).to_be_visible()
    check(lead, "audit-item-refused")
    fill(lead, audited="1.00", note="验收单数量不足（演示）。")
    lead.locator("[name=found][value=wrong]").check()
    send(lead)
    assert lead.url.endswith(f"/samples/{sample}/items/2/"), lead.url
    person = SimpleNamespace(pk=site.person("auditor", "SJ")[0])
    site.do(lambda: work_through(person, sample))
    lead.goto(f"/audit/samples/{sample}/")
    follow(lead.locator(".next-step button"))
    expect(lead.locator("main .callout").first).to_be_visible()
    check(lead, "audit-sample")
    return f"/audit/samples/{sample}/"


def work_through(person, sample):
    """All but the first item are in order."""
    from portal.audit.models import Sample

    with make.acting(person):
        row = Sample.objects.get(pk=sample)
    assert row.size == SIZE
    for place in range(2, SIZE + 1):
        audit.result({"lead": person}, row, place, "right")


def an_item_becomes_a_finding(lead, sample):
    lead.goto(f"{sample}items/1/")
    check(lead, "audit-item-in-error")
    follow(lead.locator(".next-step a.btn"))
    write(lead, "audit-raise-item")
    expect(lead.get_by_role("link", name="支付抽样（演示）")).to_be_visible()
    check(lead, "audit-draft")
    return lead.url


def both_are_shown(lead, first, second, payment):
    lead.goto(f"{first}evidence/")
    check(lead, "audit-evidence")
    lead.locator("[name=is_shared]").first.check()
    follow(lead.locator("main form.callout button").first)
    for place, address in enumerate((first, second)):
        lead.goto(f"{address}show/")
        check(lead, "" if place else "audit-show")
        send(lead)
    lead.goto(first)
    expect(lead.locator(f"dl a[href='/grants/payments/{payment}/']")).to_be_visible()
    check(lead, "audit-shown")
    look(lead, "/desk/", "audit-desk")


def the_unit_replies(as_, first, second):
    unit = as_("finance_checker", f"CZ{UNIT}")
    look(unit, "/desk/", "audit-desk-unit")
    look(unit, "/audit/addressed/", "audit-addressed")
    for place, address in enumerate((first, second)):
        own = address.replace("/findings/", "/addressed/")
        look(unit, own, "" if place else "audit-answered")
        unit.goto(f"{own}reply/")
        check(unit, "" if place else "audit-reply")
        unit.locator("[name=stance]").first.check()
        fill(unit, text="情况属实，立即整改（演示）。")
        send(unit)


def it_is_rectified(as_, lead, first):
    lead.goto(f"{first}order/")
    check(lead, "audit-order")
    fill(lead, due_on=(make.today() + timedelta(days=60)).isoformat())
    send(lead)
    unit = as_("finance_checker", f"CZ{UNIT}")
    unit.goto(f"{first.replace('/findings/', '/addressed/')}report/")
    check(unit, "audit-report")
    fill(unit, text="已补齐验收资料（演示）。")
    unit.locator("[name=papers]").set_input_files([small_pdf("proof")])
    send(unit)
    check(unit, "audit-reported")


def others_follow_up_and_close(as_, first):
    second, third = as_("auditor", "SJ", number=2), as_("auditor", "SJ", number=3)
    second.goto(f"{first}follow-up/")
    check(second, "audit-follow-up")
    second.locator("[name=outcome]").first.check()
    fill(second, text="核对证明材料，整改到位（演示）。")
    send(second)
    third.goto(f"{first}close/")
    check(third, "audit-close")
    fill(third, why="同意销号（演示）。")
    send(third)
    expect(third.locator(".status--good").first).to_be_visible()
    check(third, "audit-closed")


def evidence_is_taken_away(lead, award, folder):
    """Ordered, downloaded, and checked by the program inside, in a folder that holds nothing else."""
    look(lead, "/trail/evidence/", "audit-bundles")
    lead.locator("[name=award]").select_option(str(award))
    send(lead)
    done(lead)
    check(lead, "audit-bundle")
    with lead.expect_download() as download:
        lead.locator(".next-step a.btn").click()
    bundle = folder / "evidence.zip"
    bundle.write_bytes(download.value.path().read_bytes())
    with zipfile.ZipFile(bundle) as package:
        (folder / "verify_bundle.py").write_bytes(package.read("verify_bundle.py"))
    said = verified(folder)
    assert (said.returncode, said.stdout.splitlines()[-1:]) == (0, ["WHOLE"]), said.stdout + said.stderr
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    said = verified(folder)
    assert (said.returncode, said.stdout.startswith("BROKEN")) == (1, True), said.stdout + said.stderr


def verified(folder):
    """The bundle's own verifier, by Python alone: no environment, no site packages, no path of the portal."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_bundle.py", "evidence.zip"],
        cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


PAGES = [
    ("auditor", "SJ", "/audit/engagements/", "engagements"),
    ("auditor", "SJ", "/audit/engagements/1/", "engagement"),
    ("auditor", "SJ", "/audit/findings/", "register"),
    ("auditor", "SJ", "/audit/findings/1/", "finding"),
    ("auditor", "SJ", "/audit/findings/raise/", "look-for"),
    ("auditor", "SJ", "/audit/evidence/1/", "evidence"),
    ("auditor", "SJ", "/audit/samples/", "samples"),
    ("auditor", "SJ", "/audit/samples/1/", "sample"),
    ("auditor", "SJ", "/audit/samples/1/items/1/", "item"),
    ("auditor", "SJ", "/audit/analyses/", "analyses"),
    ("auditor", "SJ", "/audit/analyses/round_amounts/", "analysis"),
    ("auditor", "SJ", "/audit/leads/", "leads"),
    ("auditor", "SJ", "/audit/queries/", "queries"),
    ("auditor", "SJ", "/audit/queries/over/payments/", "query"),
    ("auditor", "SJ", "/audit/search/?q=设备", "search"),
    ("auditor", "SJ", "/trail/", "trail"),
    ("auditor", "SJ", "/trail/seals/", "seals"),
    ("auditor", "SJ", "/trail/evidence/", "bundles"),
    ("finance_checker", f"CZ{UNIT}", "/audit/addressed/", "addressed"),
    ("finance_checker", f"CZ{UNIT}", "/audit/addressed/1/", "answered"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_audit(as_, ground, language, width):
    """After the journey: every page of the workspace with something on it, and those that are still empty."""
    pages = {}
    for role, code, path, name in PAGES:
        if (role, code) not in pages:
            pages[role, code] = as_(role, code, language, width)
        look(pages[role, code], path, f"audit-{name}")
