"""The reference files are loaded with each start: what was recorded stays, each enterprise is known, nothing is rewritten."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from portal.accounts.models import Organisation
from portal.core import clock
from portal.programme import directory, reference
from portal.programme.domain import reference as domain
from portal.programme.models import CentralSOE, PilotUnit
from tests.factories_applications import acting
from tests.guards.applications_sql import as_person
from tests.people import person

UNIT, FOLLOWS = "350400", "350500"


def what(row, **changes):
    base = {"name_zh": row.name_zh, "name_en": row.name_en, "document_no": "民函〔2026〕1号"}
    return domain.ChangeInput(**base | changes)


def listed(name, number, other=""):
    return CentralSOE(name_zh=name, name_en="New", short_zh="新设", list_no=number, as_of=clock.today()), other


def bring_up(lines):
    with transaction.atomic(using="owner"):
        directory.bring_up("owner", lines)


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
        lines = directory.soes()
        gone = lines.pop(0)[0]
        for number, (line, _other) in enumerate(lines, 1):
            line.list_no = number
        lines.append(listed("新设集团", 99))
        renamed = lines[0][0]
        lines[0] = (CentralSOE(**{key: getattr(renamed, key) for key in ("list_no", "short_zh", "name_en", "as_of")},
                               name_zh="改名集团"), renamed.name_zh)  # fmt: skip
        bring_up(lines)
        rows = CentralSOE.objects.using("owner")
        assert rows.get(code="YQ001").list_no is None
        assert rows.get(code="YQ001").name_zh == gone.name_zh
        assert rows.get(code="YQ099").list_no == 98
        assert rows.get(name_zh="新设集团").code == "YQ100"
        second = rows.get(code="YQ002")
        assert (second.list_no, second.name_zh, second.former_names[0]["zh"]) == (1, "改名集团", renamed.name_zh)
        after = dict(Organisation.objects.using("owner").filter(kind="central_soe").values_list("code", "name_zh"))
        assert after == before | {"YQ002": "改名集团", "YQ100": "新设集团"}

    def test_what_stands_as_the_files_say_is_not_written(self):
        """It is loaded while people work: what is rewritten for nothing takes their changes with it."""
        reference.load("owner")
        with connections["owner"].execute_wrapper(_no_writes):
            reference.load("owner")

    def test_a_change_at_this_very_moment_stays(self):
        """Somebody has the row and has not committed when the loader comes; it brings the directory up all the same."""
        for table, key, loading in [
            ("programme_centralsoe", "YQ005", lambda: directory.bring_up("owner", _with_another_short_name("YQ005"))),
            ("programme_pilotunit", UNIT, lambda: reference._upsert("owner", _with_another_name(UNIT), "code")),
        ]:
            admin = as_person(person("system_admin", "YW").pk)
            sql = f"update {table} set name_zh = '新名', changed_at = now() where code = %s"
            admin.execute(sql, [key])

            def load(loading=loading):
                with transaction.atomic(using="owner"):
                    loading()
                connections["owner"].close()

            loader = threading.Thread(target=load)
            loader.start()
            loader.join(1)
            assert loader.is_alive(), "it waits for who is at work"
            admin.commit()
            loader.join(10)
            assert not loader.is_alive()
            admin.close()
            model = CentralSOE if key.startswith("YQ") else PilotUnit
            row = model.objects.using("owner").get(code=key)
            assert (row.name_zh, row.changed_at is None) == ("新名", False)

    @pytest.mark.parametrize("order", [1, -1])
    def test_a_directory_with_the_new_name_of_one_and_its_old_one_for_another(self, order):
        """A company is founded under a name that was given up: it is new, and not the one that had it before."""
        with acting("system_admin", "YW") as by:
            row = CentralSOE.objects.get(code="YQ001")
            old = row.name_zh
            domain.change_soe(by=by, soe=row, what=what(row, name_zh="改名集团"))
        lines = [one for one in directory.soes() if one[0].name_zh != old]
        bring_up([*lines, *[listed("改名集团", 1), listed(old, 100)][::order]])
        rows = CentralSOE.objects.using("owner")
        assert rows.get(code="YQ001").list_no == 1
        assert (rows.get(code="YQ100").name_zh, rows.get(code="YQ100").list_no) == (old, 100)

    def test_a_directory_of_before_a_change_still_knows_it(self):
        with acting("system_admin", "YW") as by:
            row = CentralSOE.objects.get(code="YQ001")
            domain.change_soe(by=by, soe=row, what=what(row, name_zh="改名集团"))
        reference.load("owner")
        row = CentralSOE.objects.using("owner").get(code="YQ001")
        assert (row.list_no, row.name_zh) == (1, "改名集团")

    def test_a_code_is_never_given_again_though_its_name_is_that_of_another(self):
        """The one with the highest code is shadowed by a second one of its name."""
        CentralSOE.objects.using("owner").create(
            code="YQ100", name_zh="同名集团", name_en="A", short_zh="同名", as_of=clock.today()
        )
        CentralSOE.objects.using("owner").filter(code="YQ099").update(name_zh="同名集团", changed_at=clock.now())
        lines = [*directory.soes()[:98], listed("同名集团", 99), listed("新设集团", 100)]
        bring_up(lines)
        assert CentralSOE.objects.using("owner").get(name_zh="新设集团").code == "YQ101"

    def test_a_pair_that_applied_is_called_as_its_districts_in_the_files(self):
        rows = PilotUnit.objects.using("owner")
        rows.create(code="110105+110108", name_zh="甲区、海淀区", name_en="A and Haidian District", province_id="110000",
                    kind="joint_districts", districts=["110105", "110108"])  # fmt: skip
        reference.load("owner")
        pair = rows.get(code="110105+110108")
        assert (pair.name_zh, pair.former_names[0]["zh"]) == ("朝阳区、海淀区", "甲区、海淀区")


def _no_writes(execute, sql, params, many, context):
    assert not sql.startswith('UPDATE "programme_'), sql
    return execute(sql, params, many, context)


def _with_another_short_name(code):
    name = CentralSOE.objects.using("owner").get(code=code).name_zh
    lines = directory.soes()
    next(one for one, _other in lines if one.name_zh == name).short_zh = "另称"
    return lines


def _with_another_name(code):
    found = [unit for unit in reference.units() if unit.code == code]
    found[0].name_zh = "文件名"
    return found
