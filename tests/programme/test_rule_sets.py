"""Versions of the rules: drafted by MIIT, every number with its source, frozen once a batch opens."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils import translation

from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.programme import forms_rules
from portal.programme.defaults import form_of
from portal.programme.domain.rule_set import draft_rules
from portal.programme.models import RuleSet
from portal.programme.presentation import rule_rows


@pytest.fixture
def miit(cast):
    return cast("officer", "MIIT")


def typed(rules, **changes):
    """What a browser sends for a version with these changes."""
    data = {name: str(value) for name, value in forms_rules.initial(rules).items()}
    rows = rules.details["criteria"]
    data |= {"criteria-TOTAL_FORMS": str(forms_rules.CRITERIA_ROWS), "criteria-INITIAL_FORMS": "0"}
    for at, row in enumerate(rows):
        data |= {f"criteria-{at}-{name}": str(value) for name, value in row.items()}
    data |= {"indicators-TOTAL_FORMS": str(forms_rules.INDICATOR_ROWS), "indicators-INITIAL_FORMS": "0"}
    for at, row in enumerate(forms_rules.indicator_rows(form_of(rules.details))):
        data |= {f"indicators-{at}-{name}": str(value) for name, value in row.items()}
    data.pop("shows_others", None)
    return data | {"version": "2027.1", "title_zh": "新规则", "title_en": "New rules"} | changes


@pytest.fixture
def rules(db):
    return RuleSet.objects.get(version="2026.1")


def test_a_version_is_drafted_from_the_newest(client_as, miit, rules):
    client = client_as(miit)
    shown = client.get("/rules/new/").content.decode()
    assert 'value="7,800,000,000.00"' in shown
    answer = client.post("/rules/new/", typed(rules, grant_cap="250,000,000.00", grant_cap_source="假设 (assumed)"))
    assert answer.status_code == 303
    made = RuleSet.objects.get(version="2027.1")
    assert str(made.grant_cap) == "250000000.00"
    assert made.details["sources"]["grant_cap"] == "假设 (assumed)"
    assert made.details["criteria"] == rules.details["criteria"]
    assert made.project_support_share == rules.project_support_share
    page = client.get(answer["Location"]).content.decode()
    assert "25,000" in page
    assert "假设" in page


def test_a_number_without_a_source_is_said_to_be_assumed_by_a_box(client_as, miit, rules):
    """What is kept is the mark that was typed before; nobody has to know how it is written."""
    client = client_as(miit)
    page = client.get("/rules/new/").content.decode()
    assert re.search(r'name="publicity_days_assumed"[^>]* checked', page)
    assert 'value="(assumed)"' not in page
    changes = {"publicity_days_source": "两部门商定", "publicity_days_assumed": "on",
               "province_days_source": "", "province_days_assumed": "on",
               "mend_days_source": "财建〔2027〕1号", "mend_days_assumed": ""}  # fmt: skip
    assert client.post("/rules/new/", typed(rules, **changes)).status_code == 303
    sources = RuleSet.objects.get(version="2027.1").details["sources"]
    assert [sources[name] for name in ("publicity_days", "province_days", "mend_days")] == [
        "两部门商定 (assumed)", "(assumed)", "财建〔2027〕1号",
    ]  # fmt: skip
    kept = {name: source for name, source in rules.details["sources"].items() if name in sources}
    assert {name: source for name, source in sources.items() if name not in {*changes_of(changes)}} == {
        name: source for name, source in kept.items() if name not in {*changes_of(changes)}
    }


def changes_of(changes):
    return {name.rpartition("_")[0] for name in changes}


def test_numbers_of_days_say_so(client_as, miit, rules):
    page = client_as(miit).get("/rules/new/").content.decode()
    for name in ("province_days", "mend_days", "publicity_days", "pass_on_days"):
        assert re.search(rf'id="id_{name}_hint">days<', page), name
    assert 'id="id_total_units_hint"' not in page


def test_a_rule_is_read_as_it_holds(rules):
    """A share of 12.5 per cent was shown as 12, an amount of part of ten thousand yuan as the next whole one."""
    rules.project_support_share, rules.landmark_investment = Decimal("0.125"), Decimal("500004999.00")
    rules.digital_target = Decimal("80.00")
    with translation.override("en"):
        shown = {str(row.label): row.value for row in rule_rows(rules)}
    assert shown["Support of a project's investment, at most"] == "12.5"
    assert shown["Landmark project, more than"] == "50,000.4999"
    assert shown["First tranche"] == "50"
    assert shown["Digital transformation of enterprises, at least"] == "80"
    assert shown["Budget"] == "780,000"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": "2026.1"}, "version"),
        ({"east_min": "11"}, "east_min"),
        ({"total_units": "99"}, "total_units"),
        ({"grant_cap": "0"}, "grant_cap"),
        ({"grant_cap": "1.001"}, "grant_cap"),
        ({"budget_source": "", "budget_assumed": ""}, "budget_source"),
        ({"budget": "7,8"}, "budget"),
        ({"first_tranche_share": "101"}, "first_tranche_share"),
        ({"criteria-0-weight": "99"}, None),
        ({"criteria-1-code": "foundation"}, None),
    ],
)
def test_a_faulty_version_is_refused_and_nothing_typed_is_lost(client_as, miit, rules, changes, field):
    before = set(RuleSet.objects.values_list("version", flat=True))
    answer = client_as(miit).post("/rules/new/", typed(rules, **changes))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "error-summary" in text
    assert 'value="新规则"' in text
    if field:
        assert f'href="#id_{field}"' in text
    assert set(RuleSet.objects.values_list("version", flat=True)) == before


def test_half_a_criterion_is_refused_beside_its_field(client_as, miit, rules):
    answer = client_as(miit).post("/rules/new/", typed(rules, **{"criteria-8-code": "extra"}))
    assert answer.status_code == 422
    assert 'id="id_criteria-8-weight_error"' in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"criteria-6-weight": "10"},  # a bonus has none
        {"criteria-7-max": "5"},  # a veto is found or not
        {"criteria-0-kind": "other"},
        {"review_days": "0"},
    ],
)
def test_kinds_of_criteria_keep_their_form(client_as, miit, rules, changes):
    assert client_as(miit).post("/rules/new/", typed(rules, **changes)).status_code == 422


def test_whether_reviewers_see_each_other_is_a_rule(client_as, miit, rules):
    client = client_as(miit)
    page = client.post("/rules/new/", typed(rules, shows_others="on", review_days="21"))["Location"]
    made = RuleSet.objects.get(version="2027.1")
    assert (made.details["shows_others"], made.details["review_days"]) == (True, 21)
    shown = client.get(page).content.decode()
    assert "A reviewer has 21 days." in shown
    assert "Up to 5 points" in shown


def test_a_draft_is_changed_a_frozen_version_never(actor, miit, rules, client_as):
    client = client_as(miit)
    made = client.post("/rules/new/", typed(rules))["Location"]
    assert client.post(f"{made}draft/", typed(rules, title_en="Newer")).status_code == 303
    draft = RuleSet.objects.get(version="2027.1")
    assert draft.title_en == "Newer"
    RuleSet.objects.filter(pk=draft.pk).update(frozen_at=clock.now())
    assert client.get(f"{made}draft/").status_code == 403
    assert client.post(f"{made}draft/", typed(rules, title_en="Other")).status_code == 403
    assert RuleSet.objects.get(pk=draft.pk).title_en == "Newer"


@pytest.mark.parametrize(("role", "code"), [("officer", "MOF"), ("drafter", "ZF350200"), ("auditor", "SJ")])
def test_only_miit_drafts_rules(client_as, cast, actor, rules, role, code):
    someone = cast(role, code)
    client = client_as(someone)
    assert client.get("/rules/").status_code == 200
    assert client.get(f"/rules/{rules.pk}/").status_code == 200
    assert client.get("/rules/new/").status_code == 403
    form = forms_rules.RulesForm(typed(rules))
    assert form.is_valid(), form.errors
    with actor(someone) as by, pytest.raises(NotAllowed):
        draft_rules(by=by, what=form.to_input(rules.details["criteria"]))


def test_bounds_that_cannot_hold_are_named(actor, miit, rules):
    form = forms_rules.RulesForm(typed(rules, total_units="15"))
    assert form.is_valid(), form.errors
    with actor(miit) as by, pytest.raises(DomainError) as refused:
        draft_rules(by=by, what=form.to_input(rules.details["criteria"]))
    assert "18" in str(refused.value)


def test_pages_hold_their_budget_in_both_languages(client_as, miit, rules, budget):
    for language in ("en", "zh-hans"):
        client = client_as(miit, language)
        client.get("/desk/")
        for url in ("/rules/", f"/rules/{rules.pk}/", "/rules/new/"):
            with budget(8):
                assert client.get(url).status_code == 200


def test_lights_and_deadlines_of_reports_are_rules(client_as, miit, rules):
    client = client_as(miit)
    said = {"performance_due_days": "20", "performance_green_from": "95", "performance_yellow_from": "60"}
    page = client.post("/rules/new/", typed(rules, **said))["Location"]
    kept = RuleSet.objects.get(version="2027.1").details["performance"]
    assert kept == {
        "due_days": 20,
        "province_after": 7,
        "miit_after": 15,
        "answer_days": 7,
        "green_from": 95,
        "yellow_from": 60,
    }
    assert "A light is green from 95 % of the target path on, yellow from 60 %" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"performance_yellow_from": "90"}, "performance_yellow_from"),
        ({"performance_miit_after": "6"}, "performance_miit_after"),
        ({"performance_due_days": "0"}, "performance_due_days"),
        ({"performance_green_from": ""}, "performance_green_from"),
    ],
)
def test_thresholds_that_contradict_each_other_are_refused_beside_the_field(client_as, miit, rules, changes, field):
    answer = client_as(miit).post("/rules/new/", typed(rules, **changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not RuleSet.objects.filter(version="2027.1").exists()


def test_indicators_of_the_evaluations_are_rules(client_as, miit, rules):
    changes = {
        "indicators-0-share": "60",
        "indicators-10-group": "process",
        "indicators-10-code": "books",
        "indicators-10-share": "40",
        "indicators-10-name_zh": "资金管理规范性",
        "indicators-10-name_en": "Sound management of the money",
    }
    client = client_as(miit)
    page = client.post("/rules/new/", typed(rules, **changes))["Location"]
    process = RuleSet.objects.get(version="2027.1").details["assessment"]["groups"][0]
    assert [(row["code"], row["share"]) for row in process["indicators"]] == [("budget", 60), ("books", 40)]
    assert "group" not in process["indicators"][0]
    assert "Sound management of the money" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"indicators-0-share": "90"},
        {"indicators-1-code": "quality"},
        {"indicators-1-name_en": ""},
        {"indicators-0-group": ""},
        {"indicators-0-group": "nowhere"},
    ],
)
def test_indicators_that_do_not_fit_are_refused(client_as, miit, rules, changes):
    answer = client_as(miit).post("/rules/new/", typed(rules, **changes))
    assert answer.status_code == 422
    assert not RuleSet.objects.filter(version="2027.1").exists()
