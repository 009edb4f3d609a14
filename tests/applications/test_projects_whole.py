"""Projects in full: taking part, public money, approvals, milestones, years; projects and indicators from files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from applications.models import Project, Target
from applications.sections.projects import by_industry_and_year
from applications.sheets.indicators import INDICATORS
from applications.sheets.projects import PROJECTS
from portal.core.errors import DomainError
from portal.programme.models import Industry
from portal.programme.search import find
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests import sheets
from tests.applications.browser import AMOUNT, follow, project
from tests.applications.test_roster import bring, folder, work  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        rosters.fill(row, 3)
    return row


def first(row):
    with make.acting("drafter", "ZF350200"):
        return Project.objects.filter(application=row).order_by("pk").first()


def rows(*lines, initial=0, version):
    data = {"version": str(version), "rows-TOTAL_FORMS": str(len(lines)), "rows-INITIAL_FORMS": str(initial)}
    for number, one in enumerate(lines):
        data |= {f"rows-{number}-{name}": value for name, value in one.items()}
    return data


def test_a_project_names_enterprises_of_the_roster(drafter, dossier):
    base = f"/applications/{dossier.pk}/projects/"
    codes = "\n".join([rosters.credit_code(2), rosters.credit_code(1)])
    sent = project(mode="line", codes=codes, site="集美区", safety_record="三年无事故。\r\n无处罚。")
    follow(drafter.post(f"{base}add/", sent | {"transformation_investment": "300000000"}))
    with make.acting("drafter", "ZF350200"):
        kept = Project.objects.get(name="智能工厂")
        assert [one.enterprise.credit_code for one in kept.taking_part.order_by("pk")] == codes.split("\n")
    page = drafter.get(f"{base}{kept.pk}/").content.decode()
    assert codes.split("\n")[0] in page
    assert "三年无事故" in page
    answer = drafter.post(f"{base}{kept.pk}/", sent | {"version": "1", "codes": rosters.credit_code(99)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["codes"])
    answer = drafter.post(f"{base}{kept.pk}/", sent | {"version": "1", "mode": "point"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["codes"])
    too_much = sent | {"version": "1", "transformation_investment": "600000001"}
    assert list(drafter.post(f"{base}{kept.pk}/", too_much).context["form"].errors) == ["transformation_investment"]


def test_an_enterprise_that_takes_part_stays_in_the_roster(drafter, dossier):
    with make.acting("drafter", "ZF350200") as by:
        kept = Project.objects.select_related("application__batch").get(pk=first(dossier).pk)
        make.projects.set_enterprises(kept, [rosters.credit_code(1)])
        pk = kept.taking_part.get().enterprise_id
        assert by
    base = f"/applications/{dossier.pk}/enterprises/"
    assert drafter.post(f"{base}{pk}/remove/", {"confirm": "yes"}).status_code == 422
    assert drafter.post(f"{base}empty/", {"confirm": "yes"}).status_code == 422


def test_money_approvals_and_milestones_are_kept_row_by_row(drafter, dossier):
    kept = first(dossier)
    base = f"/applications/{dossier.pk}/projects/{kept.pk}/"
    money = rows({"level": "provincial", "fund": "省技改资金", "amount": "5,000,000"}, version=1)
    follow(drafter.post(f"{base}money/", money))
    granted = {"kind": "filing", "state": "granted", "number": "2026-001", "day": "2026-02-01"}
    follow(drafter.post(f"{base}approvals/", rows(granted, {"kind": "energy", "state": "applied"}, version=2)))
    stones = rows({"day": "2026-06-30", "what": "设备到货"}, {"day": "2027-06-30", "what": "投产"}, version=3)
    follow(drafter.post(f"{base}milestones/", stones))
    whole = drafter.get(f"/applications/{dossier.pk}/whole/").content.decode()
    for word in ("省技改资金", "2026-001", "设备到货"):
        assert word in whole
    assert "省技改资金" in drafter.get(f"{base}money/").content.decode()
    out = rows({"level": "provincial", "fund": "省技改资金", "amount": "5", "DELETE": "on"}, initial=1, version=4)
    follow(drafter.post(f"{base}money/", out))
    with make.acting("drafter", "ZF350200"):
        fresh = Project.objects.get(pk=kept.pk)
        assert (fresh.money.count(), fresh.approvals.count(), fresh.milestones.count(), fresh.version) == (0, 2, 2, 5)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("money", {"level": "provincial", "fund": "", "amount": "5"}),
        ("money", {"level": "provincial", "fund": "x", "amount": "0"}),
        ("money", {"level": "martian", "fund": "x", "amount": "5"}),
        ("money", {"level": "national", "fund": "x", "amount": "5"}),  # the project asks for support
        ("approvals", {"kind": "filing", "state": "granted"}),
        ("milestones", {"day": "2030-01-01", "what": "x"}),
        ("milestones", {"day": "2026-06-30", "what": ""}),
    ],
)
def test_wrong_rows_are_refused_and_nothing_is_lost(drafter, dossier, part, line):
    kept = first(dossier)
    answer = drafter.post(f"/applications/{dossier.pk}/projects/{kept.pk}/{part}/", rows(line, version=1))
    assert answer.status_code == 422
    for value in line.values():
        assert value in answer.content.decode()
    with make.acting("drafter", "ZF350200"):
        assert getattr(Project.objects.get(pk=kept.pk), part).count() == 0


def test_two_people_at_one_part_do_not_overwrite(drafter, dossier):
    kept = first(dossier)
    address = f"/applications/{dossier.pk}/projects/{kept.pk}/milestones/"
    follow(drafter.post(address, rows({"day": "2026-06-30", "what": "甲"}, version=1)))
    answer = drafter.post(address, rows({"day": "2026-06-30", "what": "乙"}, version=1))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "乙" in page
    assert "What stands in the dossier now" in page
    assert '<b lang="zh-Hans">甲</b>' in page
    assert drafter.post(address, {"version": "x"}).status_code == 422
    assert drafter.get(f"/applications/{dossier.pk}/projects/{kept.pk}/nothing/").status_code == 404


def test_typed_rows_stand_in_the_form_again_until_they_are_saved(drafter, dossier):
    kept = first(dossier)
    address = f"/applications/{dossier.pk}/projects/{kept.pk}/milestones/"
    follow(drafter.post(address, rows({"day": "2026-06-30", "what": "甲"}, version=1)))
    page = drafter.get(address).context["spot"].page
    changed = {"day": "2026-06", "what": "甲改"}, {"day": "2026-12-31", "what": "乙"}
    typed = rows(*changed, initial=1, version=2) | {"page": page}
    keep = typed | {"place": f"projects/{kept.pk}/milestones", "typed": "1"}
    assert drafter.post(f"/applications/{dossier.pk}/keep/", keep).status_code == 200
    again = drafter.get(address)
    assert "Your unsaved text stands in the form" in again.content.decode()
    shown = [(form["day"].value(), form["what"].value()) for form in again.context["rows"]]
    assert shown[:2] == [("2026-06", "甲改"), ("2026-12-31", "乙")]
    assert again.context["rows"].initial_form_count() == 1
    with make.acting("drafter", "ZF350200"):
        assert [one.what for one in Project.objects.get(pk=kept.pk).milestones.all()] == ["甲"]
    follow(drafter.post(address, typed | {"rows-0-day": "2026-06-30"}))
    saved = drafter.get(address)
    assert saved.context["kept"] is None
    assert [form["what"].value() for form in saved.context["rows"]][:2] == ["甲改", "乙"]


def test_the_years_of_a_project_add_up_to_its_total():
    row = {
        "industry": {"code": "C36", "name_zh": "汽车", "name_en": "Cars"},
        "total_investment": "100000000.01",
        "starts_on": "2026-03-15",
        "ends_on": "2028-02-29",
    }
    sums = by_industry_and_year([row])
    assert sum(sums.values()) == Decimal("100000000.01")
    assert [sums["C36", year] for year in (2026, 2027, 2028)] == [
        Decimal(40_730_000),
        Decimal(50_900_000),
        Decimal("8370000.01"),
    ]


def test_no_year_of_a_project_is_below_zero():
    """Each year was rounded for itself: what four took too much was missing on the first day of the fifth."""
    row = {"industry": {"code": "C36"}, "starts_on": "2026-01-01", "ends_on": "2030-01-01"}
    for total in ("2270000", "15000"):
        sums = by_industry_and_year([row | {"total_investment": total}])
        assert min(sums.values()) >= 0
        assert sum(sums.values()) == Decimal(total)


def test_the_chart_stands_beside_its_table(drafter, dossier):
    page = drafter.get(f"/applications/{dossier.pk}/projects/").content.decode()
    assert "investment.svg" in page
    picture = drafter.get(f"/applications/{dossier.pk}/projects/investment.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in picture["Content-Security-Policy"]


def line(**changes):
    values = {
        "name": "导入项目",
        "mode": "线",
        "industry": "C36",
        "enterprise_name": "示例一厂",
        "codes": f"{rosters.credit_code(1)}；{rosters.credit_code(2)}",
        "total_investment": 1000,
        "equipment_investment": 600,
        "support_asked": 200,
        "method": "投资补助",
        "starts_on": "2026年1月1日",
        "ends_on": "2027/12/31",
        "is_landmark": "否",
    }
    return values | changes


def test_projects_come_from_a_file(drafter, dossier):
    page = bring(drafter, dossier, sheets.workbook(line(), sheet=PROJECTS), sheet="projects")
    report = page.context["row"].report
    assert (report["new"], report["all_problems"]) == (1, 0), report
    assert {one["code"] for one in report["remarks"]} == {"date_as_text"}
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        kept = Project.objects.get(name="导入项目")
        assert (kept.support_asked, kept.starts_on, kept.mode) == (Decimal("2000000.00"), date(2026, 1, 1), "line")
        assert kept.taking_part.count() == 2
    content = b"".join(drafter.get(f"/applications/{dossier.pk}/lists/projects/file/").streaming_content)
    report = bring(drafter, dossier, content, sheet="projects").context["row"].report
    assert (report["new"], report["changed"], report["same"], report["all_problems"]) == (0, 0, 3, 0), report


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"support_asked": 200.01}, "support_above_share"),
        ({"is_landmark": "是"}, "landmark_small"),
        ({"other_national_money": "是", "other_money_note": "专项"}, "supported_twice"),
        ({"other_national_money": "是", "support_asked": 0}, "missing"),
        ({"equipment_investment": 1001}, "part_above_total"),
        ({"ends_on": "2025-01-01"}, "ends_early"),
        ({"ends_on": "31/12/2027"}, "no_date"),
        ({"starts_on": "2026-02-30"}, "no_date"),
        ({"method": ""}, "no_method"),
        ({"codes": rosters.credit_code(77)}, "not_an_enterprise"),
        ({"industry": "C361"}, "industry_not_in_focus"),
    ],
)
def test_wrong_projects_are_named(drafter, dossier, change, code):
    content = sheets.workbook(line(**change), sheet=PROJECTS)
    report = bring(drafter, dossier, content, sheet="projects").context["row"].report
    assert [one["code"] for one in report["problems"]] == [code]


def test_indicators_go_out_and_come_back(drafter, dossier):
    address = f"/applications/{dossier.pk}/lists/indicators/file/"
    content = b"".join(drafter.get(address).streaming_content)
    report = bring(drafter, dossier, content, sheet="indicators").context["row"].report
    assert (report["changed"], report["same"], report["all_problems"]) == (0, 4, 0), report
    own = {
        "indicator": "上云企业数",
        "formula": "上云企业合计",
        "unit": "家",
        "baseline": 100,
        "goal": 500,
        "year_1": 300,
    }
    page = bring(drafter, dossier, sheets.workbook(own, sheet=INDICATORS), sheet="indicators")
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        kept = Target.objects.get(name="上云企业数")
        assert (kept.unit, kept.goal) == ("家", Decimal("500.00"))
        assert [(one.year, one.value) for one in kept.years.all()] == [(dossier.batch.year + 1, Decimal("300.00"))]
    wrong = sheets.workbook(own | {"formula": "", "goal": ""}, sheet=INDICATORS)
    report = bring(drafter, dossier, wrong, sheet="indicators").context["row"].report
    assert [one["code"] for one in report["problems"]] == ["needs_formula", "missing"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("36", "C36"),
        ("c36", "C36"),
        ("361", "C361"),
        ("汽车", "C36"),
        ("qiche", "C36"),
        ("qi che", "C36"),
        ("qczzy", "C36"),
        ("automob", "C36"),
        ("计算机", "C39"),
        ("yiyao", "C27"),
        ("medic", "C27"),
        ("ｃ３６", "C36"),
    ],
)
def test_an_industry_is_found_by_code_chinese_pinyin_and_english(typed, code):
    with make.acting("officer", "MIIT"):
        found = find(Industry.objects.order_by("code"), typed)
    assert found[0].code == code, found


def test_what_fits_nothing_finds_nothing(drafter, dossier):
    with make.acting("officer", "MIIT"):
        assert find(Industry.objects.all(), "xyzzy") == []
        assert find(Industry.objects.all(), "   ") == []
    base = f"/applications/{dossier.pk}/industries/"
    assert "C36" in drafter.get(f"{base}search/?q=qiche").content.decode()
    page = drafter.get(f"{base}add/?q=qiche").content.decode()
    assert "?industry=C36" in page
    assert drafter.get(f"{base}add/?industry=C27").context["form"].initial["industry"] == "C27"
    sent = {"version": "99", "industry": "C27", "share_of_output": "5", "why": "甲", "concentration": "乙"}
    answer = drafter.post(f"{base}add/", sent)
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["local_base", "strategy"])
    follow(drafter.post(f"{base}add/", sent | {"strategy": "丙", "local_base": "丁"}))
    whole = drafter.get(f"/applications/{dossier.pk}/whole/").content.decode()
    assert all(word in whole for word in "甲乙丙丁")


@pytest.mark.parametrize("size", [1, 12])
def test_pages_of_projects_cost_the_same_at_any_size(drafter, dossier, budget, size):
    with make.acting("drafter", "ZF350200") as by:
        for number in range(size):
            what = make.project_input(name=f"项目{number}", is_landmark=False, codes=(rosters.credit_code(1),))
            make.projects.add_project(by=by, application=make.Application.objects.get(pk=dossier.pk), what=what)
        kept = Project.objects.order_by("pk").last()
    base = f"/applications/{dossier.pk}/"
    drafter.get(base)
    for url, most in {
        f"{base}whole/": 20,
        f"{base}projects/": 12,
        f"{base}projects/{kept.pk}/": 13,
        f"{base}projects/{kept.pk}/money/": 11,
        f"{base}projects/investment.svg": 8,
        f"{base}lists/projects/file/": 10,
        f"{base}industries/search/?q=qiche": 8,
    }.items():
        with budget(most):
            answer = drafter.get(url)
            assert answer.status_code == 200, url
            if answer.streaming:
                b"".join(answer.streaming_content)


def test_a_copy_of_an_earlier_dossier_brings_roster_and_parts(drafter, dossier):
    from applications.domain import submission

    kept = first(dossier)
    base = f"/applications/{dossier.pk}/projects/{kept.pk}/"
    follow(drafter.post(f"{base}milestones/", rows({"day": "2026-06-30", "what": "设备到货"}, version=1)))
    with make.acting("drafter", "ZF350200") as by:
        fresh = Project.objects.select_related("application__batch").get(pk=kept.pk)
        make.projects.set_enterprises(fresh, [rosters.credit_code(1)])
        submission.withdraw(by=by, application=make.Application.objects.get(pk=dossier.pk), why="重来")
    new = make.begun(unit="350200")
    sections = ["industries", "enterprises", "projects"]
    follow(drafter.post(f"/applications/{new.pk}/copy/", {"source": dossier.pk, "sections": sections}))
    with make.acting("drafter", "ZF350200"):
        copied = Project.objects.filter(application=new).order_by("pk").first()
        assert new.enterprises.count() == 3
        assert [one.enterprise.application_id for one in copied.taking_part.all()] == [new.pk]
        assert [one.what for one in copied.milestones.all()] == ["设备到货"]


def test_less_support_than_the_funding_plan_gives_is_refused_in_figures(dossier):
    with make.acting("drafter", "ZF350200") as by:
        one = Project.objects.get(name="整车智能工厂")
        less = make.project_input(support_asked=Decimal("1000000.00"))
        with pytest.raises(DomainError) as error:
            make.projects.change_project(by=by, project=one, what=less, version=one.version)
        assert error.value.code == "funding_central_within_support"
        assert "60,000,000.00" in str(error.value)
        one.funding.filter(source="central").update(amount=Decimal("1000000.00"))
        assert make.projects.change_project(by=by, project=one, what=less, version=one.version).version == 2
