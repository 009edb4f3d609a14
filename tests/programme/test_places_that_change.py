"""Places and enterprises that are renamed, end and are followed: by whom, what stays, and what the files leave alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.notice import Notice
from portal.programme.domain import reference as domain
from portal.programme.enums import UnitKind
from portal.programme.models import CentralSOE, PilotUnit, Province
from tests.factories_applications import acting
from tests.people import person

UNIT, FOLLOWS = "350400", "350500"


def what(row, **changes):
    base = {"name_zh": row.name_zh, "name_en": row.name_en, "document_no": "民函〔2026〕1号"}
    return domain.ChangeInput(**base | changes)


@pytest.mark.django_db
class TestActs:
    def test_a_renamed_place_keeps_its_name_of_then_and_its_bodies_are_called_anew(self):
        with acting("system_admin", "YW") as by:
            row = domain.change_unit(
                by=by,
                unit=PilotUnit.objects.get(pk=UNIT),
                what=what(PilotUnit.objects.get(pk=UNIT), name_zh="新明市", name_en="Xinming"),
            )
            today = clock.today()
            assert [one["zh"] for one in row.former_names] == ["三明市"]
            assert row.former_names[0]["document"] == "民函〔2026〕1号"
            assert [row.names_on(today + timedelta(days=more))[0] for more in (0, 1)] == ["三明市", "新明市"]
            names = dict(Organisation.objects.filter(unit=UNIT).values_list("code", "name_zh"))
        assert names == {f"ZF{UNIT}": "新明市人民政府", f"CZ{UNIT}": "新明市财政局"}

    def test_by_its_pages(self, client_as, cast):
        """A merger: what is new first, then the end of the old one and its code; the desk of rights says what is left."""
        cast("soe_officer", "YQ001")
        admin, rights = client_as(cast("system_admin", "YW")), client_as(cast("security_admin", "YW", 2))
        assert "/reference/soes/YQ001/change/" in admin.get("/reference/soes/").content.decode()
        new = {"name_zh": "合并集团", "name_en": "Merged Group", "short_zh": "合并", "document_no": "国资委公告1号"}
        assert admin.post("/reference/soes/new/", new).status_code == 303
        page = admin.get("/reference/soes/YQ001/change/").content.decode()
        assert "Former names" in page
        row = CentralSOE.objects.get(code="YQ001")
        said = {"name_zh": row.name_zh, "name_en": row.name_en, "document_no": "国资委公告1号", "successor": "YQ100"}
        said["seen"] = row.mark
        answer = admin.post("/reference/soes/YQ001/change/", said)
        assert answer.status_code == 422
        assert "Give the last day" in answer.content.decode()
        assert (
            "No entry of the list"
            in admin.post("/reference/soes/YQ001/change/", said | {"successor": "YQ777"}).content.decode()
        )
        ended = said | {"valid_to": (clock.today() - timedelta(days=1)).isoformat()}
        asked = admin.post("/reference/soes/YQ001/change/", ended)
        assert asked.status_code == 200
        assert "YQ100 · Merged Group" in asked.content.decode()
        row.refresh_from_db()
        assert row.successor is None, "nothing is recorded before the second step"
        assert admin.post("/reference/soes/YQ001/change/", ended | {"confirm": "yes"}).status_code == 303
        row.refresh_from_db()
        assert (row.successor.code, row.document_no) == ("YQ100", "国资委公告1号")
        assert "successor Merged Group" in rights.get("/reference/soes/?q=YQ001").content.decode()
        desk = rights.get("/desk/").content.decode()
        assert "which has ended: hand over" in desk
        found = [rights.get(f"/people/?body={code}").content.decode() for code in ("YQ001", "YQ002")]
        assert ["soe_officer YQ001 1" in one for one in found] == [True, False]
        assert "YQ001/change/" not in rights.get("/reference/soes/").content.decode()

    def test_others_record_nothing(self):
        for role, code in [("officer", "MIIT"), ("drafter", f"ZF{UNIT}"), ("security_admin", "YW")]:
            with acting(role, code) as by:
                row = PilotUnit.objects.get(pk=UNIT)
                with pytest.raises(NotAllowed):
                    domain.change_unit(by=by, unit=row, what=what(row, name_zh="x"))

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"successor": FOLLOWS}, "last_day"),
            ({"successor": UNIT, "valid_to": "today"}, "follows_itself"),
            ({"successor": "500105", "valid_to": "today"}, "follower_ended"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, change, code):
        with acting("system_admin", "YW") as by:
            row = PilotUnit.objects.get(pk=UNIT)
            change = change | {"successor": PilotUnit.objects.get(pk=change["successor"])}
            if "valid_to" in change:
                change["valid_to"] = clock.today()
            with pytest.raises(DomainError) as error:
                domain.change_unit(by=by, unit=row, what=what(row, **change))
            assert error.value.code == code

    def test_what_is_new_has_its_bodies(self):
        with acting("system_admin", "YW") as by:
            enterprise = domain.add_soe(
                by=by, what=domain.NewSOEInput("新设集团有限公司", "New Group", "新设集团", "国资委公告2026年第1号")
            )
            assert (enterprise.code, enterprise.list_no) == ("YQ100", None)
            assert Organisation.objects.get(code="YQ100").name_zh == "新设集团有限公司"
            place = PilotUnit.objects.get(pk=UNIT)
            domain.add_unit(
                by=by,
                what=domain.NewUnitInput("359900", "新市", "Xin", place.province, place.kind, "国函〔2026〕1号"),
            )
            assert set(Organisation.objects.filter(unit="359900").values_list("code", flat=True)) == {
                "ZF359900",
                "CZ359900",
            }

    def test_the_english_name_of_then_is_kept_too(self):
        with acting("system_admin", "YW") as by:
            row = PilotUnit.objects.get(pk=UNIT)
            was = (row.name_zh, row.name_en)
            row = domain.change_unit(by=by, unit=row, what=what(row, name_en="Other"))
            assert row.names_on(clock.today() - timedelta(days=400)) == was
            assert row.formerly == "", "in Chinese it is called as ever"
            with override("en"):
                assert row.formerly == was[1]

    def test_what_does_not_differ_is_not_recorded(self):
        """It would take the row from the files for good."""
        with acting("system_admin", "YW") as by:
            row = PilotUnit.objects.get(pk=UNIT)
            assert refused(domain.change_unit, by=by, unit=row, what=what(row)) == "nothing_changes"
            assert PilotUnit.objects.get(pk=UNIT).changed_at is None
            domain.change_unit(by=by, unit=row, what=what(row, name_zh="新明市"))
            corrected = domain.change_unit(by=by, unit=row, what=what(row, document_no="民函〔2026〕2号"))
            assert corrected.document_no == "民函〔2026〕2号"

    def test_days_and_followers_that_contradict_each_other(self):
        with acting("system_admin", "YW") as by:
            first, second, third = (PilotUnit.objects.get(pk=code) for code in ("350400", "350500", "350600"))
            today = clock.today()
            domain.change_unit(by=by, unit=first, what=what(first, valid_to=today, successor=second))
            early = what(second, valid_to=today - timedelta(days=1))
            assert refused(domain.change_unit, by=by, unit=second, what=early) == "ends_before_what_it_follows"
            domain.change_unit(by=by, unit=second, what=what(second, valid_to=today, successor=third))
            with pytest.raises(DomainError, match="三明市") as error:
                domain.change_unit(by=by, unit=third, what=what(third, valid_to=today, successor=first))
            assert (error.value.code, error.value.field) == ("follows_in_a_circle", "successor")
            PilotUnit.objects.filter(pk="350700").update(valid_from=today)
            new = PilotUnit.objects.get(pk="350700")
            ended = what(new, valid_to=today - timedelta(days=1))
            assert refused(domain.change_unit, by=by, unit=new, what=ended) == "ends_before_it_starts"

    def test_an_enterprise_does_not_take_the_name_of_another(self):
        with acting("system_admin", "YW") as by:
            one, other = CentralSOE.objects.get(code="YQ001"), CentralSOE.objects.get(code="YQ002")
            taken = what(one, name_zh=other.name_zh)
            assert refused(domain.change_soe, by=by, soe=one, what=taken) == "name_taken"

    def test_a_pair_of_districts_is_called_as_they_are(self):
        with acting("system_admin", "YW") as by:
            pair = PilotUnit.objects.filter(kind="joint_districts").order_by("code")[0]
            first, second = (PilotUnit.objects.get(pk=code) for code in pair.districts)
            old = pair.name_zh
            domain.change_unit(by=by, unit=first, what=what(first, name_zh="新名区", name_en="New District"))
            pair.refresh_from_db()
            assert (pair.name_zh, pair.name_en) == (f"新名区、{second.name_zh}", f"New District and {second.name_en}")
            assert [row["zh"] for row in pair.former_names] == [old]
            assert Organisation.objects.get(code=f"ZF{pair.code}").name_zh == f"{pair.name_zh}人民政府"
            domain.change_unit(by=by, unit=pair, what=what(pair, name_zh="自定名称"))
            domain.change_unit(by=by, unit=second, what=what(second, name_zh="又一区"))
            pair.refresh_from_db()
            assert pair.name_zh == "自定名称", "one that was named by hand stays as it was named"

    def test_both_ministries_are_told_with_the_document(self):
        officers = [person("officer", code) for code in ("MIIT", "MOF")]
        with acting("system_admin", "YW") as by:
            row, follows = PilotUnit.objects.get(pk=UNIT), PilotUnit.objects.get(pk=FOLLOWS)
            change = what(row, name_zh="新明市", name_en="Xinming", valid_to=clock.today(), successor=follows)
            domain.change_unit(by=by, unit=row, what=change)
        for code in ("MIIT", "MOF"):
            with acting("officer", code):
                found = list(Notice.objects.filter(person__in=officers).values_list("text_zh", "text_en", "url"))
            assert len(found) == 2
            assert all("民函〔2026〕1号" in one for zh, en, _url in found for one in (zh, en))
            assert any("三明市" in zh and "新明市" in zh for zh, _en, _url in found)
            assert any(follows.name_en in en and FOLLOWS in en for _zh, en, _url in found)
            assert {url for _zh, _en, url in found} == {f"/reference/units/?q={UNIT}"}


@pytest.mark.django_db
class TestNewPlace:
    @pytest.mark.parametrize(
        ("code", "province", "kind", "refusal"),
        [
            ("３５９９０１", "350000", "city", "code_of_digits"),
            ("350000", "350000", "city", "code_of_a_province"),
            ("440900", "350000", "city", "code_of_another_province"),
            ("359901", "350000", "district", "kind_of_this_province"),
            ("119900", "110000", "city", "kind_of_this_province"),
        ],
    )
    def test_a_code_that_does_not_go_with_province_and_kind(self, client_as, cast, code, province, kind, refusal):
        new = {
            "code": code,
            "name_zh": "新市",
            "name_en": "Xin",
            "document_no": "x",
            "province": province,
            "kind": kind,
        }
        answer = client_as(cast("system_admin", "YW")).post("/reference/units/new/", new)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["kind" if refusal == "kind_of_this_province" else "code"]
        assert 'value="新市"' in answer.content.decode()
        with acting("system_admin", "YW") as by:
            given = new | {"province": Province.objects.get(pk=province), "kind": UnitKind(kind)}
            assert refused(domain.add_unit, by=by, what=domain.NewUnitInput(**given)) == refusal

    def test_a_district_of_a_municipality_and_a_city_of_the_corps(self):
        with acting("system_admin", "YW") as by:
            for code, province, kind in [("119901", "110000", "district"), ("659099", "XPCC", "city")]:
                place = domain.NewUnitInput(code, "新", "X", Province.objects.get(pk=province), UnitKind(kind), "x")
                assert domain.add_unit(by=by, what=place).pk == code


@pytest.mark.django_db
class TestPages:
    def test_the_second_of_two_administrators_is_told(self, client_as, cast):
        one, two = client_as(cast("system_admin", "YW")), client_as(cast("system_admin", "YW", 2))
        url = f"/reference/units/{UNIT}/change/"
        seen = dict(two.get(url).context["form"].initial)
        said = {"name_zh": "新明市", "name_en": "Xinming", "document_no": "a", "seen": seen["seen"], "confirm": "yes"}
        assert one.post(url, said).status_code == 303
        ended = {"name_zh": seen["name_zh"], "name_en": seen["name_en"], "valid_to": clock.today().isoformat()}
        ended |= {"document_no": "民函〔2026〕9号", "seen": seen["seen"]}
        for step in ({}, {"confirm": "yes"}):
            answer = two.post(url, ended | step)
            text = answer.content.decode()
            assert answer.status_code == 422
            assert "A colleague changed this meanwhile" in text
            assert "新明市 · Xinming" in text, "what it is now stands beside what was typed"
            assert "民函〔2026〕9号" in text
        mark = answer.context["form"]["seen"].value()
        assert two.post(url, ended | {"seen": mark}).status_code == 200, "having read it they may go on"
        with acting("system_admin", "YW"):
            row = PilotUnit.objects.get(pk=UNIT)
        assert (row.name_zh, row.valid_to) == ("新明市", None)

    def test_the_page_is_called_by_the_name_of_now_whatever_was_refused(self, client_as, cast):
        admin = client_as(cast("system_admin", "YW"))
        url = f"/reference/units/{UNIT}/change/"
        seen = admin.get(url).context["form"].initial["seen"]
        said = {"name_zh": "错名", "name_en": "Wrong", "document_no": "a", "seen": seen}
        answer = admin.post(url, said | {"successor": UNIT, "valid_to": "2026-01-01", "confirm": "yes"})
        assert answer.status_code == 422
        assert "Sanming" in answer.context["title"]
        assert "错名" not in dict(answer.context["facts"])["Name"]


def refused(act, **arguments):
    """The code of the refusal."""
    with pytest.raises(DomainError) as error:
        act(**arguments)
    return error.value.code


@pytest.mark.django_db
def test_the_code_of_a_province_is_no_code_of_a_place(client_as, cast):
    """Its finance department would become the finance bureau of the new place."""
    said = {"name_zh": "新市", "name_en": "Xin", "province": "350000", "kind": "city", "document_no": "x"}
    answer = client_as(cast("system_admin", "YW")).post("/reference/units/new/", said | {"code": "350000"})
    assert answer.status_code == 422
    assert "This is the code of a province." in answer.content.decode()
    with acting("system_admin", "YW"):
        assert Organisation.objects.get(code="CZ350000").kind == "provincial_finance"


@pytest.mark.django_db
def test_what_is_asked_before_reaches_nobody(client_as, cast, django_capture_on_commit_callbacks):
    """The change is made and undone: also the letters that waited for its end."""
    cast("officer", "MIIT")
    admin, url = client_as(cast("system_admin", "YW")), f"/reference/units/{UNIT}/change/"
    said = {"name_zh": "新明市", "name_en": "Xinming", "document_no": "x"}
    said["seen"] = admin.get(url).context["form"].initial["seen"]
    with django_capture_on_commit_callbacks() as waiting:
        assert admin.post(url, said).status_code == 200
    assert waiting == []
    with django_capture_on_commit_callbacks() as waiting:
        assert admin.post(url, said | {"confirm": "yes"}).status_code == 303
    assert waiting
