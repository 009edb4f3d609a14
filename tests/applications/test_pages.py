"""The pages of an application, as each kind of reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from applications import todo
from applications.queries import places_to_apply
from portal.core import clock
from portal.programme.domain.reference import ChangeInput, NewUnitInput, add_unit, change_unit
from portal.programme.models import PilotUnit
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, follow, pages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_a_drafter_opens(client_as, language):
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    client = client_as(make.person("drafter", "ZF350200"), language)
    for url in ["/applications/", "/applications/new/", *pages(row)]:
        answer = client.get(url)
        assert answer.status_code == 200, url
    industry, project, partner, file = _rows(row)
    for url in [
        f"industries/{industry}/",
        f"industries/{industry}/remove/",
        f"projects/{project}/",
        f"projects/{project}/remove/",
        f"partners/{partner}/",
        f"partners/{partner}/withdraw/",
        f"attachments/{file}/remove/",
    ]:
        assert client.get(f"/applications/{row.pk}/{url}").status_code == 200, url


def _rows(row):
    with make.acting("drafter", "ZF350200"):
        return (
            row.industries.first().pk,
            row.projects.first().pk,
            row.partners.first().pk,
            row.attachments.filter(kind="plan_pdf").get().pk,
        )


def test_empty_sections_say_what_to_do(drafter):
    row = make.begun(unit="350200")
    for url in pages(row):
        assert drafter.get(url).status_code == 200, url
    text = drafter.get(f"/applications/{row.pk}/").content.decode()
    assert "not started" in text
    assert "nobody invited" in text


def test_readers_read_the_dossier_and_its_receipt(client_as):
    row = make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    for role, code in [
        ("officer", "MOF"),
        ("auditor", "SJ"),
        ("provincial_officer", "CZ350000"),
        ("signatory", "ZF350200"),
    ]:
        for language in ("en", "zh-hans"):
            client = client_as(make.person(role, code), language)
            text = client.get(f"/applications/{row.pk}/").content.decode()
            assert "整车智能工厂" in text
            for name in ("", "receipt/", "receipt.pdf", "content.json"):
                assert client.get(f"/applications/{row.pk}/submissions/1/{name}").status_code == 200
            assert client.get(f"/applications/{row.pk}/basics/").status_code == 403


def test_the_desk_says_whose_turn_it_is(client_as, drafter, signatory):
    make.open_batch()
    assert "Begin your application" in drafter.get("/desk/").content.decode()
    row = make.drafted(unit="350200", amount=AMOUNT)
    assert "Draft the application" in drafter.get("/desk/").content.decode()
    assert "application of" not in signatory.get("/desk/").content.decode()
    follow(drafter.post(f"/applications/{row.pk}/sign-off/request/", {"confirm": "yes"}))
    assert "Read and sign" in signatory.get("/desk/").content.decode()
    make.sign(row)
    industry = client_as(make.person("provincial_officer", "GX350000"))
    assert "Decide on the application" in industry.get("/desk/").content.decode()
    make.decide(row, make.Side.INDUSTRY)
    assert "Decide on the application" not in industry.get("/desk/").content.decode()
    finance = client_as(make.person("provincial_officer", "CZ350000"))
    assert "Decide on the application" in finance.get("/desk/").content.decode()


def test_nobody_is_asked_to_begin_where_no_unit_can_be_chosen(db):
    """The desk and the choice of units hold the same against a unit: one is new, and valid only from a day to come."""
    batch = make.open_batch()
    with make.acting("system_admin", "YW") as by:
        place, first = PilotUnit.objects.get(pk="350200"), clock.today() + timedelta(days=5)
        new = NewUnitInput("359900", "新市", "Xin", place.province, place.kind, "国函〔2026〕1号", first)
        add_unit(by=by, what=new)
    with make.acting("drafter", "ZF350200") as by:
        for unit, offered in (("350200", 1), ("359900", 0)):
            drafter = replace(by, posts=tuple(replace(post, unit=unit) for post in by.posts))
            assert (len(todo.calls(drafter)), places_to_apply(drafter, batch).count()) == (offered, offered)


def test_a_drafter_of_two_units_is_asked_to_begin_the_second(db):
    batch = make.begun(unit="350200").batch
    with make.acting("drafter", "ZF350200") as by:
        assert todo.calls(by) == []
        both = replace(by, posts=(*by.posts, replace(by.posts[0], organisation=0, code="ZF350500", unit="350500")))
        assert len(todo.calls(both)) == 1
        assert [unit.pk for unit in places_to_apply(both, batch)] == ["350500"]


def test_the_list_offers_to_begin_only_where_there_is_something_to_begin(drafter):
    """Who has an application in the batch is led to it; the page to begin one says which case it is."""
    batch, begin = make.open_batch(), 'btn-primary" href="/applications/new/"'
    assert begin in drafter.get("/applications/").content.decode()
    with clock.at(batch.deadline + timedelta(seconds=1)):
        assert begin not in drafter.get("/applications/").content.decode()
    row = make.begun(unit="350200")
    shown = drafter.get("/applications/").content.decode()
    assert begin not in shown
    assert f'btn-primary" href="/applications/{row.pk}/"' in shown
    page = drafter.get("/applications/new/").content.decode()
    assert "Xiamen already has an application in this batch; its state is “draft”." in page
    assert f'href="/applications/{row.pk}/"' in page
    assert "not valid today" not in page


def test_a_drafter_of_a_unit_that_ended_is_told_so(drafter):
    make.open_batch()
    with make.acting("system_admin", "YW") as by:
        unit = PilotUnit.objects.get(pk="350200")
        what = ChangeInput(unit.name_zh, unit.name_en, "国函〔2026〕1号", clock.today() - timedelta(days=1), None)
        change_unit(by=by, unit=unit, what=what)
    page = drafter.get("/applications/new/").content.decode()
    assert "not valid today" in page
    assert "already has an application" not in page


def test_nobody_is_asked_to_begin_after_the_last_second(drafter):
    """Also where the batch waits for its closing: the clockwork may stand still."""
    batch = make.open_batch()
    with make.acting("drafter", "ZF350200") as by, clock.at(batch.deadline):
        assert [str(one.label) for one in todo.calls(by)] == ["开始申报"]
    with make.acting("drafter", "ZF350200") as by, clock.at(batch.deadline + timedelta(seconds=1)):
        assert todo.calls(by) == []
