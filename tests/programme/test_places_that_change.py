"""Places and enterprises that are renamed, end and are followed: by whom, what stays, and what the files leave alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.programme import reference
from portal.programme.domain import reference as domain
from portal.programme.models import CentralSOE, PilotUnit
from tests.factories_applications import acting

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
        answer = admin.post("/reference/soes/YQ001/change/", said)
        assert answer.status_code == 422
        assert "Give the last day" in answer.content.decode()
        assert (
            "No entry of the list"
            in admin.post("/reference/soes/YQ001/change/", said | {"successor": "YQ777"}).content.decode()
        )
        ended = said | {"valid_to": (clock.today() - timedelta(days=1)).isoformat()}
        assert admin.post("/reference/soes/YQ001/change/", ended).status_code == 303
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


@pytest.mark.django_db
def test_the_code_of_a_province_is_no_code_of_a_place(client_as, cast):
    """Its finance department would become the finance bureau of the new place."""
    said = {"name_zh": "新市", "name_en": "Xin", "province": "350000", "kind": "city", "document_no": "x"}
    answer = client_as(cast("system_admin", "YW")).post("/reference/units/new/", said | {"code": "350000"})
    assert answer.status_code == 422
    assert "not that of a whole province" in answer.content.decode()
    with acting("system_admin", "YW"):
        assert Organisation.objects.get(code="CZ350000").kind == "provincial_finance"


class TestFiles:
    """What is loaded with each start of the portal."""

    @pytest.fixture(autouse=True)
    def _own(self, fresh_db):
        """The loader works on the owner's connection, which sees what was committed."""

    def test_a_change_that_was_recorded_stays(self):
        with acting("system_admin", "YW") as by:
            row = PilotUnit.objects.get(pk=UNIT)
            follower = PilotUnit.objects.get(pk=FOLLOWS)
            domain.change_unit(
                by=by, unit=row, what=what(row, name_zh="新名", valid_to=clock.today(), successor=follower)
            )
        reference.load("owner")
        row = PilotUnit.objects.using("owner").get(pk=UNIT)
        assert (row.name_zh, row.successor_id, len(row.former_names)) == ("新名", FOLLOWS, 1)

    def test_an_enterprise_keeps_its_code_when_the_directory_is_numbered_anew(self):
        """The first leaves, all others move up: none of them may find itself in the organisation of another."""
        before = dict(Organisation.objects.using("owner").filter(kind="central_soe").values_list("code", "name_zh"))
        lines = reference.soes()
        gone = lines.pop(0)[0]
        for number, (line, _other) in enumerate(lines, 1):
            line.list_no = number
        lines.append(
            (CentralSOE(name_zh="新设集团", name_en="New", short_zh="新设", list_no=99, as_of=clock.today()), "")
        )
        renamed = lines[0][0]
        lines[0] = (CentralSOE(**{key: getattr(renamed, key) for key in ("list_no", "short_zh", "name_en", "as_of")},
                               name_zh="改名集团"), renamed.name_zh)  # fmt: skip
        reference._soes("owner", lines)
        rows = CentralSOE.objects.using("owner")
        assert rows.get(code="YQ001").list_no is None
        assert rows.get(code="YQ001").name_zh == gone.name_zh
        assert rows.get(code="YQ099").list_no == 98
        assert rows.get(name_zh="新设集团").code == "YQ100"
        second = rows.get(code="YQ002")
        assert (second.list_no, second.name_zh, second.former_names[0]["zh"]) == (1, "改名集团", renamed.name_zh)
        after = dict(Organisation.objects.using("owner").filter(kind="central_soe").values_list("code", "name_zh"))
        assert after == before | {"YQ002": "改名集团", "YQ100": "新设集团"}
