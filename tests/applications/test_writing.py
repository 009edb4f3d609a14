"""Writing a dossier through its pages: from the first line to the recommendation, refusals, two people at once."""

from __future__ import annotations

import json

import pytest
from django.utils.html import strip_tags

from applications.models import Application, Snapshot
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, decision, follow, pdf, project
from tests.guards.applications_sql import sha256

pytestmark = pytest.mark.django_db


def write_the_rest(drafter, home):
    """Foundation, money of the one project, a chapter, record and a risk, as their pages send them."""
    version = {"version": "99"}  # nobody else writes
    cells = {"output": "5,000,000", "growth": "-1.5", "investment": "400000", "enterprises": "2,400"}
    years = drafter.get(f"{home}foundation/").context["form"].years
    foundation = {f"{year}_{name}": value for year in years for name, value in cells.items()}
    follow(drafter.post(f"{home}foundation/", foundation | version))
    with make.acting("drafter", "ZF350200"):
        one = Application.objects.get().projects.get()
    rest = one.total_investment - one.support_asked
    money = {f"{one.starts_on.year}_central": one.support_asked, f"{one.starts_on.year}_own": rest}
    follow(drafter.post(f"{home}funding/{one.pk}/", money | version))
    follow(drafter.post(f"{home}plan/chapters/tasks/", {"html": "<h2>一</h2><p>更新设备。</p>", "version": "0"}))
    record = {"work_safety": "无较大事故", "environment": "无重大处罚"}
    follow(drafter.post(f"{home}safety/record/", record | version))
    risk = {"kind": "market", "title": "需求下滑", "likelihood": "1", "gravity": "3"}
    follow(
        drafter.post(
            f"{home}safety/risks/add/", risk | {"measure": "拓展市场", "responsible": "商务局", "version": "0"}
        )
    )


def test_a_dossier_is_written_signed_submitted_and_recommended_through_its_pages(client_as, drafter, signatory):
    make.open_batch()
    home = follow(drafter.post("/applications/new/", {"unit": "350200", "title": "厦门方案"}))
    basics = {"title": "厦门方案", "summary": "概述", "contact_name": "甲", "contact_phone": "0592", "version": "0"}
    follow(drafter.post(f"{home}basics/", basics | {"amount_asked": "１００，０００，０００.50"}))
    industry = {"industry": "C36", "share_of_output": "31.5", "why": "基础好", "version": "1"}
    industry |= {"concentration": "集聚", "strategy": "国家规划", "local_base": "龙头企业"}
    follow(drafter.post(f"{home}industries/add/", industry))
    rates = {"digital_base": "50", "digital_target": "85", "energy_baseline": "1", "energy_goal": "2", "version": "2"}
    follow(drafter.post(f"{home}targets/", rates))
    follow(drafter.post(f"{home}projects/add/", project()))
    write_the_rest(drafter, home)
    follow(drafter.post(f"{home}attachments/add/", {"kind": "plan_pdf", "title": "方案", "file": pdf()}))
    soe = make.organisation("YQ001")
    follow(
        drafter.post(f"{home}partners/invite/", {"organisation": soe.pk, "role": "co_applicant", "task": "参与改造"})
    )
    assert drafter.post(f"{home}sign-off/request/", {"confirm": "yes"}).status_code == 422  # SOE has not answered

    with make.acting("drafter", "ZF350200"):
        make.committed(Application.objects.get(), "YQ001")

    follow(drafter.post(f"{home}sign-off/request/", {"confirm": "yes"}))
    page = signatory.get(f"{home}sign-off/")
    digest = page.context["digest"]
    assert digest in page.content.decode()
    assert signatory.post(f"{home}sign-off/", {"sha256": digest}).status_code == 422  # not ticked
    receipt = follow(signatory.post(f"{home}sign-off/", {"sha256": digest, "agree": "on"}))
    again = follow(signatory.post(f"{home}sign-off/", {"sha256": digest, "agree": "on"}))
    assert again == receipt
    text = signatory.get(receipt).content.decode()
    with make.acting("signatory", "ZF350200"):
        made = Snapshot.objects.get()
        row = Application.objects.get()
    assert made.sha256 == digest
    assert made.receipt_no in text
    assert digest in text
    assert json.loads(made.content)["basics"]["amount_asked"] == "100000000.50"
    assert sha256(signatory.get(receipt.replace("receipt/", "content.json")).content) == digest
    paper = signatory.get(receipt.replace("receipt/", "receipt.pdf"))
    assert paper.content.startswith(b"%PDF")

    for side in ("industry", "finance"):
        officer = client_as(make.person("provincial_officer", make.department("350000", make.Side(side))))
        if side == "industry":
            letter = {"number": "闽工信联[2026] 12号", "dated": "2026-01-05", "file": pdf()}
            follow(officer.post(f"{home}letter/", letter))
        page = officer.get(f"{home}recommend/")
        follow(officer.post(f"{home}recommend/", decision(page, decision="recommend", opinion="同意")))
    assert make.fresh(row).state == "recommended"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"support_asked": "120000000.01"}, "support_asked"),
        ({"support_asked": "1", "method": ""}, "method"),
        ({"total_investment": "500000000", "support_asked": "0"}, "is_landmark"),
        ({"total_investment": "0"}, "total_investment"),
        ({"total_investment": "viel"}, "total_investment"),
        ({"equipment_investment": "600000001"}, "equipment_investment"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"other_national_money": "on", "other_money_note": "某基金"}, "support_asked"),
        ({"other_national_money": "on"}, "other_money_note"),
        ({"industry": "C39"}, "industry"),
        ({"mode": "circle"}, "mode"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_project_is_refused_beside_its_field_and_nothing_typed_is_lost(drafter, changes, field):
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        row.projects.all().delete()
        row.industries.filter(industry="C39").delete()
    answer = drafter.post(f"/applications/{row.pk}/projects/add/", project(**changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors, answer.context["form"].errors
    text = answer.content.decode()
    assert "某汽车有限公司" in text
    assert f'href="#id_{field}' in text
    with make.acting("drafter", "ZF350200"):
        assert row.projects.count() == 0


class TestTwoPeople:
    """Two people in one dossier: the second save says so and keeps both texts."""

    def test_one_section(self, client_as, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        other = client_as(make.person("drafter", "ZF350200", 2))
        read = {"title": row.title, "summary": "一", "contact_name": "甲", "contact_phone": "1", "amount_asked": "1"}
        first = read | {"summary": "甲的概述", "version": row.version}
        second = read | {"summary": "乙的概述", "contact_name": "乙", "version": row.version}
        follow(drafter.post(f"/applications/{row.pk}/basics/", first))
        answer = other.post(f"/applications/{row.pk}/basics/", second)
        assert answer.status_code == 409
        text = strip_tags(answer.content.decode())
        assert "甲的概述" in text
        assert "乙的概述" in text
        assert "drafter ZF350200 1" in text
        with make.acting("drafter", "ZF350200"):
            row.refresh_from_db()
        assert row.summary == "甲的概述"
        version = answer.context["form"]["version"].value()
        follow(other.post(f"/applications/{row.pk}/basics/", second | {"version": version}))
        with make.acting("drafter", "ZF350200"):
            row.refresh_from_db()
        assert row.summary == "乙的概述"

    def test_two_sections_do_not_disturb_each_other(self, client_as, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        other = client_as(make.person("drafter", "ZF350200", 2))
        basics = {"title": "甲", "amount_asked": "1", "version": row.version}
        follow(drafter.post(f"/applications/{row.pk}/basics/", basics))
        rates = {"digital_base": "50", "digital_target": "90", "version": row.version}
        follow(other.post(f"/applications/{row.pk}/targets/", rates))

    def test_one_project(self, client_as, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        other = client_as(make.person("drafter", "ZF350200", 2))
        with make.acting("drafter", "ZF350200"):
            kept = row.projects.get(is_landmark=True)
        url = f"/applications/{row.pk}/projects/{kept.pk}/"
        follow(drafter.post(url, project(name="甲", version=kept.version)))
        answer = other.post(url, project(name="乙", version=kept.version))
        assert answer.status_code == 409
        assert answer.context["form"]["version"].value() == str(kept.version + 1)
        follow(other.post(url, project(name="乙", version=kept.version + 1)))

    def test_one_removed_what_the_other_changes(self, client_as, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        with make.acting("drafter", "ZF350200"):
            kept = row.projects.get(is_landmark=True)
        url = f"/applications/{row.pk}/projects/{kept.pk}/"
        follow(drafter.post(f"{url}remove/", {"confirm": "yes"}))
        answer = drafter.post(url, project(version=kept.version))
        assert answer.status_code == 409
        assert "took this out" in answer.content.decode()


def test_a_change_after_the_request_in_another_tab_is_refused(drafter):
    row = make.awaiting(unit="350200", amount=AMOUNT)
    answer = drafter.post(f"/applications/{row.pk}/basics/", {"title": "x", "amount_asked": "1", "version": "99"})
    assert answer.status_code == 403
    assert make.fresh(row).title != "x"
