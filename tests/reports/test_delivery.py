"""Pages, the same bytes, letters, shares and schedules of reports."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from portal.core import clock
from portal.core import tasks as runs
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError, NotAllowed
from portal.core.models import Run
from portal.core.rules import ACTS, Permit
from portal.notifications.models import Notice
from portal.reports import catalogue, queries
from portal.reports.domain import orders, schedules, shares
from portal.reports.making import Wanted, order_of, write
from portal.reports.models import ReportFile, ReportSchedule, ReportShare, Rhythm
from portal.reports.writers import open_writer
from tests import databases
from tests.drawn import boxes, overlapping
from tests.reports import sample
from tests.reports.test_reports import ask, content, made, officer, report, store  # noqa: F401 - fixtures

AT = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)


def personal(order):
    """A report whose rows are others for each reader."""
    with order.acting() as by:
        name = by.name
    yield catalogue.Cover(steps=2)
    yield catalogue.Sheet("own", "Own", [catalogue.Column("Name")])
    yield catalogue.Rows([[name]])


@pytest.fixture
def other(cast):
    return cast("officer", "MOF")


@pytest.fixture
def own_report(monkeypatch):
    found = replace(sample.REPORT, name="tests.own", build=personal)
    monkeypatch.setitem(catalogue.CATALOGUE, found.name, found)


def make_own(user, actor) -> ReportFile:
    with actor(user) as by:
        run = orders.ask(by=by, what=orders.OrderInput("tests.own", "csv", {"province": "", "count": 1}))
    runs.execute(str(run.pk), user.pk)
    with actor(user):
        return ReportFile.objects.get(run=run)


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_the_same_parameters_and_moment_give_the_same_bytes(officer, actor, tmp_path, form):  # noqa: F811
    found = []
    for name in ("one", "two"):
        with actor(officer) as by:
            what = Wanted(sample.NAME, form, {"province": "35", "count": 50}, AT)
            order = order_of(by, what, lambda by=by: nullcontext(by))
            write(order, open_writer(order, tmp_path / name))
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]


def test_a_zip_is_the_same_each_time(officer, actor, tmp_path, monkeypatch):  # noqa: F811
    def files(order):
        yield catalogue.Cover(steps=2)
        yield catalogue.Member("一.txt", b"a" * 1000)
        yield catalogue.Member("二.pdf", b"b" * 1000)

    zipped = replace(sample.REPORT, name="tests.zip", build=files, formats=(catalogue.ZIP,))
    monkeypatch.setitem(catalogue.CATALOGUE, zipped.name, zipped)
    for name in ("one", "two"):
        with actor(officer) as by:
            order = order_of(by, Wanted("tests.zip", "zip", {"count": 1}, AT), lambda by=by: nullcontext(by))
            assert write(order, open_writer(order, tmp_path / name)).rows == 2
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as package:
        sums = package.read("SHA256SUMS").decode().splitlines()
        assert sums == [f"{hashlib.sha256(package.read(name)).hexdigest()}  {name}" for name in ("一.txt", "二.pdf")]
        assert "sha256sum -c SHA256SUMS" in package.read("README.txt").decode()


def zipping(officer, actor, folder, monkeypatch, *names):  # noqa: F811
    def files(order):
        yield catalogue.Cover(steps=2)
        yield from (catalogue.Member(name, b"a") for name in names)

    zipped = replace(sample.REPORT, name="tests.zip", build=files, formats=(catalogue.ZIP,))
    monkeypatch.setitem(catalogue.CATALOGUE, zipped.name, zipped)
    with actor(officer) as by:
        order = order_of(by, Wanted("tests.zip", "zip", {"count": 1}, AT), lambda: nullcontext(by))
        write(order, open_writer(order, folder / "made"))
    return zipfile.ZipFile(folder / "made")


@pytest.mark.parametrize("name", ["../a", "/a", "a\\b", "C:a", "", "..", "readme.txt", "SHA256SUMS", "a\nb", "甲.PDF"])
def test_a_name_in_a_zip_is_safe_and_its_own(officer, actor, tmp_path, monkeypatch, name):  # noqa: F811
    with pytest.raises(ValueError, match="No name of a file's own"):
        zipping(officer, actor, tmp_path, monkeypatch, "甲.pdf", name)


def test_a_zip_of_nothing_says_so(officer, actor, tmp_path, monkeypatch):  # noqa: F811
    with zipping(officer, actor, tmp_path, monkeypatch) as made:
        assert made.namelist() == ["README.txt"]
        assert "没有符合所选参数的数据。" in made.read("README.txt").decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_words_stay_in_their_cells(officer, actor, tmp_path, monkeypatch, language):  # noqa: F811
    """Narrow columns of a wide table: words of the language by syllables, codes and addresses anywhere."""
    words = ["not recommended", "Communication", "x" * 60, "91350200MA2XYZ1234", "someone@ministry.example.cn"]

    def sheets(order):
        yield catalogue.Cover(steps=2)
        columns = [catalogue.Column("Name", width=16), *(catalogue.Column(f"Of {n}", width=24) for n in range(12))]
        yield catalogue.Sheet("a", "Alpha", columns)
        yield catalogue.Rows([[word, *["泉州市" * 9] * 12] for word in words])

    monkeypatch.setitem(catalogue.CATALOGUE, "tests.w", replace(sample.REPORT, name="tests.w", build=sheets))
    with actor(officer) as by, translation.override(language):
        order = order_of(by, Wanted("tests.w", "pdf", {"count": 1}, AT), lambda: nullcontext(by))
        write(order, open_writer(order, tmp_path / "x"))
    found = boxes((tmp_path / "x").read_bytes())
    assert found
    assert overlapping(found) == []


def test_sheets_are_a_document_of_the_general_template(officer, actor, tmp_path, monkeypatch):  # noqa: F811
    import pypdf

    def sheets(order):
        yield catalogue.Cover(steps=3, notes=["A note."])
        yield catalogue.Sheet(
            "a", "Alpha", [catalogue.Column("Name"), catalogue.Column("Sum (yuan)", "yuan", total=True)]
        )
        yield catalogue.Rows([["泉州", 1], ["厦门", 2]] * 60)
        yield catalogue.Sheet("b", "Beta", [catalogue.Column("Name")])

    monkeypatch.setitem(catalogue.CATALOGUE, "tests.t", replace(sample.REPORT, name="tests.t", build=sheets))
    texts = {}
    for language in ("zh-hans", "en"):
        with actor(officer) as by, translation.override(language):
            order = order_of(by, Wanted("tests.t", "pdf", {"count": 1}, AT), lambda by=by: nullcontext(by))
            write(order, open_writer(order, tmp_path / "x"))
        pages = pypdf.PdfReader(tmp_path / "x").pages
        assert pages[0].mediabox.width > pages[0].mediabox.height
        texts[language] = [page.extract_text() for page in pages]
    whole = "".join(texts["zh-hans"])
    for word in ("A note.", "泉州", "180.00", "Alpha", "Beta"):
        assert word in whole, word
    assert "2026-11-28 09:02:03" in whole
    assert sum("Name" in page for page in texts["en"]) > 3  # the heading stands on each page
    assert "Page 1 of" in texts["en"][0]


def test_a_report_is_a_page_too(client_as, officer):  # noqa: F811
    client = client_as(officer)
    text = client.get(f"/reports/{sample.NAME}/page/?count=3&province=35").content.decode()
    for word in ("Sample report", "Fujian", "3,706.50", "Build as", "Columns, units and sources"):
        assert word in text, word
    assert "&lt;b&gt;" in client.get(f"/reports/{sample.NAME}/page/?count=8").content.decode()
    cut = client.get(f"/reports/{sample.NAME}/page/?count=500").content.decode()
    assert "The first 200 of 500 rows" in cut
    assert client.get(f"/reports/{sample.NAME}/page/").status_code == 303
    shown = client.post(f"/reports/{sample.NAME}/", {"count": "3", "province": "", "format": "csv", "page": "yes"})
    assert shown["Location"] == f"/reports/{sample.NAME}/page/?count=3"


def test_a_letter_says_that_it_is_done(officer, actor):  # noqa: F811
    with actor(officer) as by:
        what = {"province": "", "count": 2}
        good = orders.ask(by=by, what=orders.OrderInput(sample.NAME, "csv", what, tell=True))
        bad = orders.ask(by=by, what=orders.OrderInput(sample.NAME, "csv", {"count": -1}, tell=True))
        quiet = orders.ask(by=by, what=orders.OrderInput(sample.NAME, "csv", what))
    for run in (good, bad, quiet):
        runs.execute(str(run.pk), officer.pk)
    with actor(officer):
        told = {row.url: row.text_en for row in Notice.objects.filter(person=officer)}
        file = ReportFile.objects.get(run=good)
    assert told == {
        f"/reports/files/{file.pk}/": "The report “Sample report” is ready.",
        f"/runs/{bad.pk}/": "The report “Sample report” could not be made.",
    }


def test_how_long_it_takes_is_told_of_earlier_makings(officer, other, actor, client_as):  # noqa: F811
    with actor(other):
        assert queries.lasts(sample.NAME, "csv", None) is None
    for count in (1, 2, 50):
        made(officer, actor, "csv", count=count)
    with actor(other):
        assert queries.lasts(sample.NAME, "csv", None) > 0
        assert queries.lasts(sample.NAME, "xlsx", 3) is None
        assert not ReportFile.objects.exists()
    made(other, actor, "xlsx", count=1)
    assert "usually takes about" in client_as(other).get(f"/reports/{sample.NAME}/").content.decode()


def test_make_again_with_the_same_parameters(client_as, officer, actor):  # noqa: F811
    file = made(officer, actor, "csv", count=4)
    answer = client_as(officer).post(f"/reports/files/{file.pk}/again/")
    assert answer.status_code == 303
    with actor(officer):
        run = Run.objects.exclude(pk=file.run_id).get()
    assert run.params["values"] == file.params
    assert run.params["format"] == "csv"


def test_a_share_opens_when_the_other_sees_the_same(client_as, officer, other, actor):  # noqa: F811
    file = made(officer, actor, "csv")
    mine, theirs = client_as(officer), client_as(other)
    answer = mine.post(f"/reports/files/{file.pk}/share/", {"email": other.email.upper()})
    assert answer.status_code == 303, answer.content.decode()
    with actor(other):
        share = ReportShare.objects.get()
        assert Notice.objects.filter(url=f"/reports/shares/{share.pk}/").exists()
    assert theirs.get(f"/reports/files/{file.pk}/download/").status_code == 404
    assert theirs.post(f"/reports/shares/{share.pk}/").status_code == 303
    with actor(other):
        run = Run.objects.get(task="reports.compare")
    runs.execute(str(run.pk), other.pk)
    assert "Download the file" in theirs.get(f"/reports/shares/{share.pk}/").content.decode()
    assert b"".join(theirs.get(f"/reports/files/{file.pk}/download/")) == content(file)
    assert theirs.get(f"/reports/files/{file.pk}/").status_code == 404
    assert mine.post(f"/reports/shares/{share.pk}/withdraw/").status_code == 303
    assert theirs.get(f"/reports/files/{file.pk}/download/").status_code == 404
    assert theirs.get(f"/reports/shares/{share.pk}/").status_code == 404


def test_a_share_stays_closed_when_the_other_sees_something_else(client_as, officer, other, actor, own_report):  # noqa: F811
    file = make_own(officer, actor)
    with actor(officer) as by:
        share = shares.share(by=by, file=file, what=shares.ShareInput(other.email))
    with actor(other) as by:
        run = shares.compare(by=by, share=ReportShare.objects.get(pk=share.pk))
    runs.execute(str(run.pk), other.pk)
    with actor(other):
        run.refresh_from_db()
        assert run.state == "done", run.error
        share = ReportShare.objects.get(pk=share.pk)
        assert share.differs
        assert not ReportFile.objects.filter(pk=file.pk).exists()
    text = client_as(other).get(f"/reports/shares/{share.pk}/").content.decode()
    assert "Make the report yourself" in text
    assert client_as(other).get(f"/reports/files/{file.pk}/download/").status_code == 404


def _compared(person, actor, share):
    with actor(person) as by:
        run = shares.compare(by=by, share=ReportShare.objects.get(pk=share.pk))
    runs.execute(str(run.pk), person.pk)


def test_a_scope_that_is_gone_closes_what_was_open(client_as, officer, cast, actor):  # noqa: F811
    """The same role in another province: what was compared showed the old one."""
    file, person = made(officer, actor, "csv"), cast("provincial_officer", "GX350000", 4)
    with actor(officer) as by:
        share = shares.share(by=by, file=file, what=shares.ShareInput(person.email))
    _compared(person, actor, share)
    download = f"/reports/files/{file.pk}/download/"
    assert b"".join(client_as(person).get(download)) == content(file)
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("update accounts_membership set ended_at = now() where user_id = %s", [person.pk])
        owner.execute(
            "insert into accounts_membership (user_id, organisation_id, role, granted_at)"
            " select %s, id, 'provincial_officer', now() from accounts_organisation where code = 'GX440000'",
            [person.pk],
        )
    assert client_as(person).get(download).status_code == 403
    assert "Compare and open" in client_as(person).get(f"/reports/shares/{share.pk}/").content.decode()
    _compared(person, actor, share)
    assert b"".join(client_as(person).get(download)) == content(file)


def test_what_is_not_shared_any_more_is_said_where_it_is_compared_again(officer, other, actor):  # noqa: F811
    with actor(officer) as by:
        share = shares.share(by=by, file=made(officer, actor, "csv"), what=shares.ShareInput(other.email))
    with actor(other) as by:
        run = shares.compare(by=by, share=ReportShare.objects.get(pk=share.pk))
    with actor(officer) as by:
        shares.withdraw(by=by, share=ReportShare.objects.get(pk=share.pk))
    runs.execute(str(run.pk), other.pk)
    with actor(other) as by:
        run.refresh_from_db()
        assert (run.state, run.error) == ("failed", "该报表已不再共享。您可以自行生成。")
        with pytest.raises(DomainError) as refused:
            shares.compare_again(by, run)
    assert refused.value.code == "share_withdrawn"


def test_a_right_that_is_gone_closes_what_was_open(client_as, officer, other, actor, monkeypatch):  # noqa: F811
    file = made(officer, actor, "csv")
    with actor(officer) as by:
        share = shares.share(by=by, file=file, what=shares.ShareInput(other.email))
    _compared(other, actor, share)
    assert b"".join(client_as(other).get(f"/reports/files/{file.pk}/download/")) == content(file)
    monkeypatch.setitem(ACTS, "programme.view_reference", Permit("x", frozenset()))
    assert client_as(other).get(f"/reports/files/{file.pk}/download/").status_code == 403
    with actor(other) as by, pytest.raises(NotAllowed):
        shares.compare(by=by, share=ReportShare.objects.get(pk=share.pk))


@pytest.mark.parametrize(
    ("email", "code"), [("nobody@nowhere.test", "share_nobody"), ("own", "share_oneself"), ("twice", "share_twice")]
)
def test_shares_that_make_no_sense(officer, other, actor, email, code):  # noqa: F811
    file = made(officer, actor, "csv")
    with actor(officer) as by:
        if email == "twice":
            shares.share(by=by, file=file, what=shares.ShareInput(other.email))
        address = {"own": officer.email, "twice": other.email}.get(email, email)
        with pytest.raises(DomainError) as caught:
            shares.share(by=by, file=file, what=shares.ShareInput(address))
    assert caught.value.code == code


@pytest.mark.guard
def test_the_database_opens_a_share_on_the_same_rows_alone(officer, other, cast, actor):  # noqa: F811
    file = made(officer, actor, "csv")
    with actor(officer) as by:
        share = shares.share(by=by, file=file, what=shares.ShareInput(other.email))
    change = "update reports_reportshare set tried_at = now(), matched_at = now(), tried_sha256 = %s where id = %s"
    attacks = [
        (other, change, ["0" * 64, share.pk], "report_share_opens_on_the_same"),
        (officer, change, [file.rows_sha256, share.pk], "report_share_of_ones_own"),
        (
            other,
            "update reports_reportshare set withdrawn_at = now() where id = %s",
            [share.pk],
            "report_share_of_ones_own",
        ),
        (other, "update reports_reportshare set rows_sha256 = %s", ["1" * 64], "report_share_of_ones_own"),
    ]
    for person, statement, values, guard in attacks:
        with actor(person), pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
        assert caught.value.__cause__.diag.constraint_name == guard, statement
    third = cast("officer", "MIIT", 2)
    columns = [field.attname for field in ReportShare._meta.fields if field.name != "id"]
    stolen = {name: getattr(share, name) for name in columns} | {"shared_by_id": third.pk, "person_id": other.pk}
    with actor(third):
        assert not ReportShare.objects.exists()
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            ReportShare.objects.create(**stolen)
    assert caught.value.__cause__.diag.constraint_name == "report_share_of_ones_own"
    with actor(other), connection.cursor() as cursor:
        cursor.execute("select count(*) from reports_reportfile")
        assert cursor.fetchone() == (0,)
        cursor.execute(change, [file.rows_sha256, share.pk])
        cursor.execute("select count(*) from reports_reportfile")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    ("rhythm", "day", "hour", "after", "then"),
    [
        (Rhythm.DAILY, 1, 7, "2026-11-28 06:59", "2026-11-28 07:00"),
        (Rhythm.DAILY, 1, 7, "2026-11-28 07:00", "2026-11-29 07:00"),
        (Rhythm.WEEKLY, 1, 7, "2026-11-28 07:00", "2026-11-30 07:00"),
        (Rhythm.MONTHLY, 28, 23, "2026-11-28 23:00", "2026-12-28 23:00"),
        (Rhythm.QUARTERLY, 5, 0, "2026-11-28 07:00", "2027-01-05 00:00"),
    ],
)
def test_the_next_date(rhythm, day, hour, after, then):
    def beijing(text):
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)

    assert schedules.next_after(rhythm, day, hour, beijing(after)) == beijing(then)


def planned(user, actor, **more) -> ReportSchedule:
    with actor(user) as by:
        what = orders.OrderInput(sample.NAME, "csv", {"province": "", "count": 2})
        given = {"rhythm": Rhythm.DAILY, "hour": 7} | more
        return schedules.schedule(by=by, what=schedules.ScheduleInput(what, [("Province", "all")], **given))


def test_a_schedule_asks_once_each_time(officer, actor):  # noqa: F811
    row = planned(officer, actor)
    assert schedules.ask_due(clock.now()) == 0
    later = row.next_at + timedelta(minutes=5)
    with clock.at(later):
        assert schedules.ask_due(clock.now()) == 1
        assert schedules.ask_due(clock.now()) == 0
    with actor(officer):
        run = Run.objects.get(task="reports.build")
        row.refresh_from_db()
    assert run.params["tell"]
    assert row.last_run_id == run.pk
    assert row.next_at == schedules.next_after(Rhythm.DAILY, 1, 7, later)
    with clock.at(later + timedelta(days=3)):  # beat stood still: one run, not three
        assert schedules.ask_due(clock.now()) == 1


def test_a_schedule_that_breaks_keeps_no_other_from_its_turn(officer, actor, monkeypatch):  # noqa: F811
    first, second = planned(officer, actor), planned(officer, actor)
    asks = schedules._go

    def broken(row, by, now):
        if row.pk == first.pk:
            raise RuntimeError("a report has an error of its own")
        return asks(row, by, now)

    monkeypatch.setattr(schedules, "_go", broken)
    with clock.at(first.next_at + timedelta(minutes=5)):
        assert schedules.ask_due(clock.now()) == 1
    with actor(officer):
        second.refresh_from_db()
    assert second.last_run_id is not None


def test_a_schedule_gets_over_a_clock_that_was_a_year_ahead(officer, actor):  # noqa: F811
    """What was asked for then set the next date a year off; an hour back makes no report twice."""
    row = planned(officer, actor)
    first = row.next_at

    def next_at():
        with actor(officer):
            row.refresh_from_db()
        return row.next_at

    with clock.at(first + timedelta(minutes=5)):
        assert schedules.ask_due(clock.now()) == 1
    with clock.at(first - timedelta(hours=1)):
        assert schedules.ask_due(clock.now()) == 0
    assert next_at() == first + timedelta(days=1)
    with clock.at(first + timedelta(days=365)):
        assert schedules.ask_due(clock.now()) == 1
    assert next_at() == first + timedelta(days=366)
    with clock.at(first + timedelta(minutes=10)):
        assert schedules.ask_due(clock.now()) == 0
    assert next_at() == first + timedelta(days=1)


def test_a_schedule_ends_with_the_right(officer, actor, monkeypatch):  # noqa: F811
    row = planned(officer, actor)
    monkeypatch.setitem(ACTS, "programme.view_reference", Permit("x", frozenset()))
    with clock.at(row.next_at):
        assert schedules.ask_due(clock.now()) == 0
    with actor(officer):
        row.refresh_from_db()
        assert row.state == "ended"
        assert row.ended_why
        assert Notice.objects.filter(person=officer, url=f"/reports/schedules/{row.pk}/").count() == 1
        assert not Run.objects.exists()


def test_a_schedule_ends_with_its_last_day_and_with_the_account(officer, other, actor):  # noqa: F811
    row = planned(officer, actor)
    last = planned(other, actor, until=row.next_at.astimezone(clock.SHANGHAI).date())
    with as_clockwork():
        pass
    officer.is_active = False
    officer.save(using="default")
    with clock.at(row.next_at):
        assert schedules.ask_due(clock.now()) == 1
    with as_clockwork():
        row.refresh_from_db()
        last.refresh_from_db()
    assert (row.state, last.state) == ("ended", "ended")
    assert last.last_run_id


def test_pages_of_a_schedule(client_as, officer, other, actor):  # noqa: F811
    client = client_as(officer)
    page = f"/reports/{sample.NAME}/schedule/"
    wrong = client.post(page, {"count": "2", "format": "csv", "rhythm": "weekly", "day": "9", "hour": "7"})
    assert wrong.status_code == 422
    assert "seven days" in wrong.content.decode()
    never = {"count": "2", "format": "csv", "rhythm": "weekly", "day": "1", "hour": "7", "until": str(date(2020, 1, 1))}
    assert client.post(page, never).status_code == 422
    good = client.post(page, never | {"until": ""})
    assert good.status_code == 303
    where = good["Location"]
    assert "Sample report" in client.get(where).content.decode()
    assert client_as(other).get(where).status_code == 404
    assert client.post(f"{where}pause_schedule/").status_code == 303
    with actor(officer):
        assert ReportSchedule.objects.get().state == "paused"
    assert client.post(f"{where}resume_schedule/").status_code == 303
    assert client.post(f"{where}end_schedule/").status_code == 200
    assert client.post(f"{where}end_schedule/", {"confirm": "yes"}).status_code == 303
    with actor(officer):
        assert ReportSchedule.objects.get().state == "ended"
    assert client.post(f"{where}strange/").status_code == 404


@pytest.mark.guard
def test_what_a_schedule_asks_for_stays(officer, other, actor):  # noqa: F811
    row = planned(officer, actor)
    attacks = [
        ("update reports_reportschedule set person_id = %s", [other.pk]),
        ("update reports_reportschedule set params = '{}'", []),
        ("update reports_reportschedule set state = 'ended', ended_at = now(), next_at = null, hour = 3", []),
    ]
    for statement, values in attacks:
        with actor(officer), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    with actor(other), connection.cursor() as cursor:
        cursor.execute("update reports_reportschedule set next_at = now()")
        assert cursor.rowcount == 0
        assert not ReportSchedule.objects.exists()
    with actor(officer) as by:
        schedules.move(by=by, schedule=ReportSchedule.objects.get(pk=row.pk), act="end_schedule")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update reports_reportschedule set state = 'running', ended_at = null, ended_why = ''")


def test_two_lanes_and_fair_turns(officer, other, actor, monkeypatch):  # noqa: F811
    heavy = replace(sample.REPORT, name="tests.heavy", heavy=True)
    monkeypatch.setitem(catalogue.CATALOGUE, heavy.name, heavy)
    with actor(officer) as by:
        big = orders.ask(by=by, what=orders.OrderInput("tests.heavy", "csv", {"count": 1}))
    mine = [ask(officer, actor, "csv", count=count) for count in range(1, 6)]
    theirs = ask(other, actor, "csv", count=1)
    assert runs.lane_of(big) == runs.HEAVY
    assert runs.lane_of(mine[0]) == runs.LIGHT
    order = []
    monkeypatch.setattr(runs, "execute", lambda pk, _asker: order.append(pk) or True)
    runs.take(str(mine[4].pk), officer.pk, runs.LIGHT)
    assert order == [str(mine[0].pk)]  # the longest wait first, whichever the message names
    monkeypatch.undo()
    monkeypatch.setattr(runs, "enqueue", [].append)
    monkeypatch.setitem(catalogue.CATALOGUE, sample.NAME, sample.REPORT)
    monkeypatch.setitem(catalogue.CATALOGUE, heavy.name, heavy)
    runs.take(str(mine[0].pk), officer.pk, runs.LIGHT)
    from portal.core import turns

    assert turns.whose(runs.LIGHT, runs.lane_of) == (str(theirs.pk), other.pk)
    runs.take(str(mine[1].pk), officer.pk, runs.LIGHT)
    with actor(other):
        theirs.refresh_from_db()
        assert theirs.state == "done"
    assert turns.whose(runs.HEAVY, runs.lane_of) == (str(big.pk), officer.pk)
