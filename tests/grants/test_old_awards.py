"""Awards confirmed before awards kept their targets: what their page says, and how a change attaches the targets."""

from __future__ import annotations

import re
from decimal import Decimal

import psycopg
import pytest
from django.test import Client

from portal.core.errors import DomainError
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import refused, run, with_file
from tests.guards.money_rows import mof

UNIT, OTHER = "350200", "360100"
ATTACH = with_file(
    "insert into grants_awardchange (award_id, amount, before, reason, attaches_targets, province_id, unit_id,"
    " document_no, document_date, state, organisation_id, maker_id, made_at, refused_why) values (%(award)s, %(amount)s,"
    " 0, 'more', true, '350000', '350200', %(no)s, current_date, 'entered', %(organisation)s, %(maker)s, now(), '')"
)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def world(fresh_db):
    """People on the way of the money, and an award whose targets are taken away, as before they were kept."""
    who, applications = make.live(UNIT, number=96, budget="300000000.00")
    award = make.awarded(who, application=applications[0], amount="100000000.00")
    with psycopg.connect(databases.dsn("postgres", fresh_db), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from grants_awardtarget")
    return who, award


def entered(who, award, amount="100000000.00", *, attaches=True):
    from grants.domain import award_changes as acts

    what = acts.AwardChangeInput(
        Decimal(amount), "Targets come later", make.paper("C1", file=make.pdf()), attaches_targets=attaches
    )
    with make.acting(who["mof_maker"]) as by:
        return acts.enter_award_change(by=by, award=award, what=what)


def confirmed(who, change):
    from grants.domain import award_changes as acts

    with make.acting(who["miit"]) as by:
        acts.agree_award_change(by=by, award_change=change)
    with make.acting(who["mof_checker"]) as by:
        return acts.confirm_award_change(by=by, award_change=change)


def kept(who, award):
    from grants.models import AwardTarget

    with make.acting(who["mof"]):
        rows = AwardTarget.objects.filter(award=award)
        return list(rows.values_list("code", "baseline", "goal", "unit_id"))


def client_as(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_page_says_what_the_award_lacks_and_how_it_comes_to_it(world):
    from grants.models import Award, Entry

    who, award = world
    address, change = f"/grants/awards/{award.pk}/", f"/grants/awards/{award.pk}/change/"
    maker, unit = client_as(who["mof_maker"]), client_as(who["unit_maker"])
    says = "it was confirmed before awards kept the targets of the plan"
    assert says in text(maker.get(address))
    assert change in text(maker.get(address)).split(says)[1].split("What happened")[0]
    seen = text(unit.get(address))
    assert says in seen
    assert "The Ministry of Finance attaches them by a change of the award." in seen
    assert change not in seen
    form = text(maker.get(change))
    assert 'value="100,000,000.00"' in form
    assert 'name="attaches_targets"' in form
    data = {"amount": "100,000,000.00", "reason": "x", "document_no": "C1", "document_date": make.today().isoformat()}
    assert maker.post(change, data | {"file": make.pdf()}).status_code == 422
    done = maker.post(change, data | {"file": make.pdf(), "attaches_targets": "on"})
    assert done.status_code == 303
    url = done["Location"]
    assert "attached with the confirmation" in text(maker.get(url))
    assert client_as(who["miit"]).post(f"{url}agree/").status_code == 303
    assert says in text(unit.get(address))
    assert client_as(who["mof_checker"]).post(url, {"act": "confirm"}).status_code == 303
    seen = text(unit.get(address))
    assert says not in seen
    assert "As the plan said them when a change of the award attached them" in seen
    assert kept(who, award) == [("digital", Decimal("50.00"), Decimal("85.00"), UNIT)]
    assert 'name="attaches_targets"' not in text(maker.get(change))
    with make.acting(who["mof"]):
        assert not Entry.objects.filter(award=award, kind="change").exists()
        assert Award.objects.get(pk=award.pk).amount == Decimal("100000000.00")


def test_a_change_of_the_amount_attaches_them_as_well(world):
    from grants.ledger.verifier import differences
    from grants.models import Award, Entry

    who, award = world
    confirmed(who, entered(who, award, "110000000.00"))
    assert len(kept(who, award)) == 1
    with make.acting(who["mof"]):
        assert Entry.objects.filter(award=award, kind="change").count() == 1
        assert Award.objects.get(pk=award.pk).amount == Decimal("110000000.00")
        assert differences() == []


def test_what_is_attached_is_what_the_plan_says_then(world):
    who, award = world
    change = entered(who, award)
    rows = [
        {"key": "own:x", "code": "own", "name": "x", "formula": "a / b", "unit": "%", "baseline": "1", "goal": "9",
         "years": {"2026": "5"}},
    ]  # fmt: skip
    content = {"projects": [], "targets": {"digital_base": "40", "digital_target": "90", "indicators": rows}}
    with psycopg.connect(databases.owner_dsn()) as owner:
        trigger = "pgtrigger_plan_version_in_turn_565f4"
        owner.execute(f"alter table applications_planversion disable trigger {trigger}")
        owner.execute(
            "insert into applications_planversion (application_id, number, content, sha256, document_no,"
            " approved_by_id, at) select application_id, 1, %s, '', 'x', 1, now() from grants_award",
            [psycopg.types.json.Json(content)],
        )
    confirmed(who, change)
    from grants.models import AwardTarget

    with make.acting(who["mof"]):
        found = list(AwardTarget.objects.values_list("code", "name", "formula", "goal", "years"))
    assert found == [("digital", "", "", Decimal("90.00"), {}), ("own", "x", "a / b", Decimal("9.00"), {"2026": "5"})]


def test_they_are_attached_once_and_only_by_a_change(world):
    from grants.domain.award_changes import refuse_award_change

    who, award = world
    change = entered(who, award)
    with make.acting(who["mof_checker"]) as by:
        refuse_award_change(by=by, award_change=change, why="not now")
    assert kept(who, award) == []
    confirmed(who, entered(who, award))
    with pytest.raises(DomainError) as caught:
        entered(who, award)
    assert (caught.value.code, caught.value.field) == ("award_targets_attached_once", "attaches_targets")
    with make.acting(who["mof_maker"]), refused("award_targets_attached_once"):
        run(ATTACH, **mof(who, award=award.pk, amount="100000000.00"))
    with pytest.raises(DomainError) as caught:
        entered(who, award, attaches=False)
    assert caught.value.code == "award_change_changes"


def test_an_award_without_targets_in_its_plan_gets_none(world):
    who, award = world
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table applications_application disable trigger user")
        owner.execute("update applications_application set digital_base = null")
        owner.execute("alter table applications_application enable trigger user")
    with pytest.raises(DomainError) as caught:
        entered(who, award)
    assert caught.value.code == "award_targets_of_a_plan"


def test_an_award_that_only_got_its_targets_is_taken_back(world):
    """No entry rests on the change: the award itself is the last step."""
    from grants.models import Award, Entry

    who, award = world
    confirmed(who, entered(who, award))
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="award")
    make.reversed_by(who, entry=entry, by="mof")
    with make.acting(who["mof"]):
        assert Award.objects.get(pk=award.pk).state == "reversed"
