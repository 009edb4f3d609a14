"""The expert pool from a file: brought, judged, looked at, taken over whole or not at all, by officers alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.domain.people import end_membership
from portal.accounts.models import Membership
from portal.audit.models import Event
from portal.core.errors import DomainError, WrongState
from portal.core.models import Run
from portal.core.tasks import cancel, execute
from portal.notifications.models import Notice
from reviews.domain import people as profiles
from reviews.domain import pool
from reviews.models import Assignment, Conflict, PoolImport
from tests import factories_reviews as make
from tests import sheets, uploads
from tests.applications.browser import follow
from tests.factories_applications import acting, person
from tests.factories_roster import credit_code
from tests.reviews.pool_files import BASE, book, bring, done, file_of, line, path, profile, report_of, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


class TestTaking:
    def test_a_good_file_is_looked_at_then_taken_over(self, miit):
        content = book(line(away_from="2027-05-01", away_to="2027-05-02", min_load=2, max_load=9, is_active="否"))
        page = bring(miit, content)
        assert profile() is None
        found = report_of(page)
        assert (found["rows"], found["good"], found["new"], found["absent"], found["all_problems"]) == (1, 1, 1, 3, 0)
        assert "reviewer.2@zj.test" in page.content.decode()
        taken = work(miit, follow(miit.post(path(page), {})))
        assert taken.context["row"].state == "taken"
        assert "1 profile was kept from this file." in taken.content.decode()
        row = profile()
        assert (row.group, row.home_province_id, row.employer) == ("expert", "350000", "示例大学")
        assert (row.fields, row.languages) == ({"C26": 3, "digital": 2}, ["zh"])
        assert (row.away_from, row.away_to) == (date(2027, 5, 1), date(2027, 5, 2))
        assert (row.min_load, row.max_load, row.is_active) == (2, 9, False)
        assert [(one.name, one.until) for one in row.former_employers.all()] == [("示例集团", date(2026, 3, 31))]

    def test_an_import_is_one_event_beside_those_of_the_profiles(self, miit):
        page = bring(miit, book(line(), line(1, name="reviewer ZJ 1")))
        assert (report_of(page)["new"], report_of(page)["changed"]) == (1, 1)
        work(miit, follow(miit.post(path(page), {})))
        with acting("audit_admin", "YW"):
            names = list(Event.objects.filter(act__startswith="reviews.").values_list("act", flat=True))
        assert names.count("reviews.take_pool_import") == 1
        # Three of the factory, two of the file.
        assert names.count("reviews.keep_profile") == 5

    def test_the_export_brought_again_changes_nothing(self, miit):
        for query, name in (("", "a.xlsx"), ("?format=csv", "a.csv")):
            content = file_of(miit, f"{BASE}file/{query}")
            found = report_of(bring(miit, content, name))
            assert (found["rows"], found["new"], found["changed"], found["same"]) == (3, 0, 0, 3)

    def test_a_column_the_file_does_not_have_says_nothing(self, miit):
        """An empty cell empties, a missing column leaves: nobody loses what the sender did not think of."""
        first = line(max_load=7, languages="en")
        work(miit, follow(miit.post(path(bring(miit, book(first))), {})))
        short = "电子邮箱,姓名,所在省份,工作单位,近三年曾任职单位\r\n"
        row = "reviewer.2@zj.test,reviewer ZJ 2,北京,新单位,\r\n"
        page = bring(miit, (short + row).encode(), "a.csv")
        assert [one[0].key for one in page.context["changes"][0]["fields"]] == ["home_province", "employer", "former"]
        work(miit, follow(miit.post(path(page), {})))
        kept = profile()
        assert (kept.home_province_id, kept.employer, kept.max_load, kept.languages) == ("110000", "新单位", 7, ["en"])
        assert kept.fields == {"C26": 3, "digital": 2}
        assert not kept.former_employers.all()

    def test_rows_with_problems_store_nothing_unless_asked_for(self, miit):
        page = bring(miit, book(line(), line(1, fields="C36:4")))
        text = page.content.decode()
        assert "H3" in text
        assert "1, 2 or 3" in text
        assert miit.post(path(page), {}).status_code == 422
        assert profile() is None
        kept = file_of(miit, path(page) + "?format=csv").decode()
        assert "H3" in kept
        work(miit, follow(miit.post(path(page), {"good_only": "on"})))
        assert profile().home_province_id == "350000"
        assert profile(1).fields == {"C36": 3, "C39": 3}

    def test_a_file_without_a_good_row_cannot_be_taken_over(self, miit):
        page = bring(miit, book(line(name="")))
        assert miit.post(path(page), {"good_only": "on"}).status_code == 422

    def test_a_file_is_taken_over_once(self, miit):
        page = bring(miit, book(line()))
        run_page = follow(miit.post(path(page), {}))
        work(miit, run_page)
        assert done(run_page).state == "done"  # the message is delivered twice
        assert miit.post(path(page), {}).status_code == 422
        miit.post(path(page) + "drop/")
        miit.post(path(page) + "check/")
        with acting("officer", "MIIT") as by:
            row = PoolImport.objects.get()
            assert row.state == "taken"
            with pytest.raises(WrongState):
                pool.drop(by=by, row=row)

    def test_a_pool_that_changed_meanwhile_is_judged_anew(self, miit):
        page = bring(miit, book(line()))
        make.reviewer("expert", province="420000", number=3)
        ended = done(follow(miit.post(path(page), {})))
        assert (ended.state, profile()) == ("failed", None)
        page = work(miit, follow(miit.post(path(page) + "check/")))
        work(miit, follow(miit.post(path(page), {})))
        assert profile() is not None

    def test_all_or_nothing(self, miit, monkeypatch):
        """The second row is refused by its guard at the last moment: the first is not kept either."""
        page = bring(miit, book(line(), line(1, employer="别处")))
        kept = profiles.fill

        def failing(row, what):
            if what.employer == "别处":
                raise DomainError("profile_fits_the_post", "no post")
            kept(row, what)

        monkeypatch.setattr(profiles, "fill", failing)
        ended = done(follow(miit.post(path(page), {})))
        assert ended.state == "failed"
        assert "reviewer.1@zj.test" in ended.error
        assert profile() is None
        with acting("officer", "MIIT"):
            assert PoolImport.objects.get().state == "judged"

    def test_a_cancelled_run_keeps_nothing(self, miit):
        page = bring(miit, book(line()))
        address = follow(miit.post(path(page), {}))
        with acting("officer", "MIIT") as by:
            cancel(by=by, run=Run.objects.get(pk=address.rstrip("/").rsplit("/", 1)[-1]))
        assert done(address).state == "cancelled"
        assert profile() is None

    def test_a_further_row_costs_one_query(self, miit):
        """The trail; profiles and former employers of many rows are kept at once, nothing is asked for each."""
        costs = []
        for first, size in ((2, 1), (11, 4)):
            people = range(first, first + size)
            for number in people:
                person("reviewer", "ZJ", number)
            page = bring(miit, book(*(line(number, name=f"reviewer ZJ {number}") for number in people)))
            address = follow(miit.post(path(page), {}))
            with CaptureQueriesContext(connection) as seen:
                assert done(address).state == "done"
            sent = [row["sql"] for row in seen.captured_queries]
            costs.append(sum(not text.startswith(("SAVEPOINT", "RELEASE", "discard")) for text in sent))
        assert costs[1] - costs[0] == 3, costs

    def test_who_takes_a_place_is_told_once_all_are_kept(self, client_as):
        make.reviewing_batch({"350200": "300000000.00"})
        miit, taken = client_as(person("officer", "MIIT"), "en"), person("reviewer", "ZJ")
        away = line(email="reviewer.1@miit.test", name="reviewer MIIT 1", group="工业和信息化部评审人员")
        work(miit, follow(miit.post(path(bring(miit, book(away))), {})))
        with acting("reviewer", "ZJ") as by:
            assert Assignment.objects.get(reviewer=by.id).state == "assigned"
            assert Notice.objects.filter(person=taken.pk, url="/reviews/").count() == 1

    def test_conflicts_follow_from_what_was_taken_over(self, client_as):
        batch = make.reviewing_batch({"350200": "300000000.00"})
        miit = client_as(person("officer", "MIIT"), "en")
        page = bring(miit, book(line(1, name="reviewer ZJ 1", home_province="福建")))
        assert report_of(page)["changed"] == 1
        work(miit, follow(miit.post(path(page), {})))
        with acting("officer", "MIIT"):
            codes = Conflict.objects.filter(application__batch=batch, reviewer__email="reviewer.1@zj.test").values_list(
                "code", flat=True
            )
            assert list(codes) == ["own_province"]


class TestProblems:
    @pytest.mark.parametrize(
        ("changes", "cell", "words"),
        [
            ({"email": "stranger@zj.test"}, "A2", "security administrator"),
            ({"email": "officer.1@miit.test"}, "A2", "security administrator"),
            ({"name": "reviewer ZJ 1"}, "B2", "reviewer ZJ 2"),
            ({"group": "财政部评审人员"}, "C2", "no reviewer's post of this group"),
            ({"home_province": "Atlantis"}, "D2", "no province"),
            ({"employer_code": credit_code(1)[:-1]}, "F2", "18 signs"),
            ({"employer_soe": "无此企业"}, "G2", "No central SOE"),
            ({"fields": "C99:1"}, "H2", "C99"),
            ({"fields": "C36:4"}, "H2", "C36:4"),
            ({"away_from": "2027-05-02", "away_to": "2027-05-01"}, "K2", "later day"),
            ({"min_load": 40}, "L2", "fewest applications"),
            ({"max_load": 0}, "M2", "between 1 and 400"),
            ({"former": "某单位"}, "O2", "last day"),
        ],
    )
    def test_what_is_wrong_stands_with_row_and_column(self, miit, changes, cell, words):
        page = bring(miit, book(line(**changes)))
        found = report_of(page)
        assert (found["good"], found["bad"], found["all_problems"]) == (0, 1, 1)
        text = page.content.decode()
        assert f">{cell}<" in text
        assert words in text.replace("&#x27;", "'")
        assert profile() is None

    def test_a_person_twice_formulas_and_merged_cells(self, miit):
        def change(_book, page):
            page.write_formula(3, 4, "=1+1")
            page.merge_range("D5:D6", "福建")

        page = bring(miit, book(line(), line(), line(1, name="reviewer ZJ 1"), change=change))
        found = {(one["code"], one["row"]) for one in report_of(page)["problems"]}
        assert {("twice", 3), ("formula", 4), ("merged", 5)} <= found
        assert miit.post(path(page), {}).status_code == 422

    def test_a_reviewer_whose_post_ended_stands_neither_in_export_nor_import(self, miit):
        page = bring(miit, book(line(1, name="reviewer ZJ 1", employer="新单位")))
        assert report_of(page)["changed"] == 1
        who = person("reviewer", "ZJ", 1)
        with acting("security_admin", "YW") as by:
            end_membership(by=by, membership=Membership.objects.get(user=who.pk), why="x")
        assert done(follow(miit.post(path(page), {}))).state == "failed"
        assert profile(1).employer == "某单位（演示）"
        page = work(miit, follow(miit.post(path(page) + "check/")))
        assert [one["code"] for one in report_of(page)["problems"]] == ["person_unknown"]
        assert report_of(page)["absent"] == 2
        content = file_of(miit, f"{BASE}file/?format=csv").decode()
        assert "reviewer.1@zj.test" not in content
        assert "reviewer.1@mof.test" in content

    def test_bad_files_are_refused_beside_the_field(self, miit):
        for content in (b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"words"):
            answer = miit.post(f"{BASE}import/", {"file": SimpleUploadedFile("x.xlsx", content)})
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
        assert miit.post(f"{BASE}import/", {}).status_code == 422
        with acting("officer", "MIIT"):
            assert not PoolImport.objects.exists()

    def test_another_list_fails_in_words(self, miit):
        for content in (uploads.xlsx(), sheets.workbook(sheets.line(1))):
            run_page = follow(miit.post(f"{BASE}import/", {"file": SimpleUploadedFile("x.xlsx", content)}))
            assert done(run_page).state == "failed"
            assert "电子邮箱" in miit.get(run_page).content.decode()

    def test_a_new_file_takes_the_place_of_ones_own_earlier_one(self, miit, client_as):
        mof = person("officer", "MOF")
        run_page = follow(
            client_as(mof, "en").post(f"{BASE}import/", {"file": SimpleUploadedFile("x.xlsx", book(line()))})
        )
        execute(run_page.rstrip("/").rsplit("/", 1)[-1], mof.pk)
        bring(miit, book(line()))
        page = bring(miit, book(line(max_load=3)))
        with acting("officer", "MIIT"):
            assert [row.state for row in PoolImport.objects.order_by("pk")] == ["judged", "dropped", "judged"]
        answer = miit.post(path(page) + "drop/")
        assert (answer.status_code, answer["Location"]) == (303, BASE)
