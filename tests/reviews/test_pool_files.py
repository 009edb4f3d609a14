"""Files of the expert pool as rows of the database and as pages: whose they are, and that they stay."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from portal.core.errors import NotAllowed
from reviews import queries
from reviews.domain import pool
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import refused, run, value
from tests.reviews.pool_files import BASE, SHEET, book, bring, file_of, line, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


class TestFiles:
    def test_template_and_export(self, miit):
        for query, rows in {"": 5, "?empty=1": 2}.items():
            content = file_of(miit, f"{BASE}file/{query}")
            found = CalamineWorkbook.from_filelike(io.BytesIO(content))
            first = found.get_sheet_by_index(0).to_python()
            assert (len(first), len(first[0])) == (rows, len(SHEET.columns))
            lists = found.get_sheet_by_name("列表 Lists").to_python()
            assert {lists[0][0], lists[0][4], lists[0][8]} == {"行业代码", "省份代码", "中央企业代码"}
            assert len(lists) > 90
        page = miit.get(BASE).content.decode()
        assert "Import from Excel" in page
        assert f"{BASE}file/?empty=1" in page

    def test_others_than_officers_neither_see_nor_bring(self, miit, client_as):
        page = bring(miit, book(line()))
        for role, code in [("reviewer", "MIIT"), ("drafter", "ZF350200"), ("provincial_officer", "GX350000"),
                           ("auditor", "SJ")]:  # fmt: skip
            client = client_as(person(role, code))
            for address in (f"{BASE}file/", f"{BASE}import/", path(page)):
                assert client.get(address).status_code == 403, (role, address)
            for address in (path(page), path(page) + "drop/", path(page) + "check/"):
                assert client.post(address, {}).status_code == 403, (role, address)
            with acting(role, code) as by:
                assert not queries.pool_imports(by).exists()
                assert queries.pool_known(by).people == {}
                with pytest.raises(NotAllowed):
                    pool.bring(by=by, file=make.applications.kept("a.xlsx", b"x"))
        assert miit.get(f"{BASE}imports/999999/").status_code == 404
        assert miit.post(f"{BASE}imports/999999/drop/").status_code == 404
        mof = client_as(person("officer", "MOF"))
        assert mof.get(path(page)).status_code == 200

    @pytest.mark.parametrize("size", [2, 12])
    def test_pages_cost_the_same_at_any_size(self, miit, budget, size):
        for number in range(3, 3 + size):
            make.reviewer("expert", province="420000", number=number)
        page = bring(miit, book(*[line(n, fields="x") for n in range(3, 3 + size)]))
        for address, most in {f"{BASE}import/": 6, f"{BASE}file/?format=csv": 11, path(page): 6}.items():
            file_of(miit, address)
            with budget(most):
                file_of(miit, address)


INSERT = """insert into reviews_poolimport (state, report, seen, file_name, content_type, size, sha256, storage_key,
            uploaded_by_id, uploaded_at)
            values (%s, '{}', '', 'x.csv', 'text/csv', 1, repeat('0', 64), 'k', %s, now())"""


@pytest.mark.guard
class TestGuards:
    """The rows by raw SQL as the web role."""

    def test_a_file_is_the_officers_and_never_changes(self, people):
        other = person("officer", "MOF")
        with acting("officer", "MIIT") as by:
            assert refused(INSERT, "judged", by.id) in {"pool_import_state", "policy"}
            assert refused(INSERT, "brought", other.pk) == "policy"
            assert run(INSERT, "brought", by.id) == 1
            for change in ("sha256 = repeat('1', 64)", "storage_key = 'y'", "uploaded_by_id = 1", "file_name = 'y'"):
                assert refused(f"update reviews_poolimport set {change}") == "pool_import_is_kept"
            taken = "update reviews_poolimport set state = 'taken', ended_at = now()"
            assert refused(taken) == "pool_import_state"
            assert refused("update reviews_poolimport set ended_at = now()") == "pool_import_ends_with_a_time"
            assert run("update reviews_poolimport set state = 'judged'") == 1
            assert refused("update reviews_poolimport set state = 'taken'") == "pool_import_ends_with_a_time"
        with acting("officer", "MOF"):
            assert run(taken) == 1
            for change in ("report = '{\"x\": 1}'", "seen = 'x'", "state = 'judged', ended_at = null", "run = null"):
                assert refused(f"update reviews_poolimport set {change}") in {
                    "pool_import_is_kept",
                    "pool_import_state",
                }
            assert refused("delete from reviews_poolimport") == "policy"

    @pytest.mark.parametrize(
        ("role", "code"),
        [("reviewer", "ZJ"), ("reviewer", "MIIT"), ("drafter", "ZF350200"), ("provincial_officer", "GX350000"),
         ("auditor", "SJ"), ("security_admin", "YW")],
    )  # fmt: skip
    def test_others_read_and_write_nothing(self, people, role, code):
        with acting("officer", "MIIT") as by:
            run(INSERT, "brought", by.id)
        with acting(role, code) as by:
            assert value("select count(*) from reviews_poolimport") == 0
            assert run("update reviews_poolimport set state = 'dropped', ended_at = now()") == 0
            assert refused(INSERT, "brought", by.id) == "policy"
            assert value("select count(*) from reviews_people_by_email()") == 0
        with acting("officer", "MOF"):
            assert value("select count(*) from reviews_people_by_email()") >= 4
