"""Reports: who may ask, what the files say, whose they are, and how long they are kept."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import psycopg
import pypdf
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from python_calamine import CalamineWorkbook

from portal.core import clock
from portal.core import tasks as runs
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError, NotAllowed
from portal.core.models import Run
from portal.core.scope import Actor, Scope
from portal.core.tasks import Progress
from portal.reports import catalogue, queries, tasks
from portal.reports.domain import orders
from portal.reports.models import ReportFile
from portal.reports.writers.csv_file import safe
from tests.reports import sample


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


@pytest.fixture(autouse=True)
def report(monkeypatch):
    monkeypatch.setitem(catalogue.CATALOGUE, sample.NAME, sample.REPORT)
    monkeypatch.setattr(runs, "enqueue", [].append)


@pytest.fixture
def officer(cast):
    return cast("officer", "MIIT")


def ask(user, actor, form="xlsx", **values) -> Run:
    with actor(user) as by:
        values = {"province": "", "count": 8} | values
        return orders.ask(by=by, what=orders.OrderInput(report=sample.NAME, format=form, values=values))


def made(user, actor, form="xlsx", **values) -> ReportFile:
    """What the worker would do, without the worker."""
    run = ask(user, actor, form, **values)
    runs.execute(str(run.pk), user.pk)
    with actor(user):
        run.refresh_from_db()
        assert run.state == "done", run.error
        return ReportFile.objects.get(run=run)


def content(file: ReportFile) -> bytes:
    with default_storage.open(file.storage_key) as stored:
        return stored.read()


def test_xlsx_has_cover_rows_sums_and_chart(officer, actor, settings):
    settings.PORTAL_ENV, settings.DEMONSTRATION = "demonstration", True
    file = made(officer, actor)
    assert file.file_name.endswith(".xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(file)))
    assert book.sheet_names[1:3] == ["Main _ sheet", "Main _ sheet 2"]
    assert len(book.sheet_names) == 4  # the last one lists the columns
    cover = dict(row[:2] for row in book.get_sheet_by_index(0).to_python() if len(row) > 1 and row[0])
    for label, value in file.facts:
        assert cover[label] == value
    assert file.rows == 10
    assert file.rows_sha256 in cover.values()
    assert "2026.1" in cover.values()
    rows = book.get_sheet_by_index(1).to_python()
    assert rows[2][:2] == ["Name", "Amount (yuan)"]
    assert [row[0] for row in rows[3:11]] == sample.EVIL
    assert rows[11][1] == sum(1234.5 + number for number in range(8))
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content(file))) as package:
        names = package.namelist()
        text = "".join(package.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet"))
    assert "xl/charts/chart1.xml" in names
    assert "<f>" not in text
    assert not any("hyperlink" in package_name for package_name in names)


def test_csv_is_text_for_a_spreadsheet(officer, actor):
    file = made(officer, actor, "csv")
    text = content(file).decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert len(rows) == 9
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "http://a.test", "<b>", "泉州"]
    assert rows[1][1] == "1234.50"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=a", "'=a"), (" =a", "' =a"), ("\n@a", "'\n@a"), (-5, "-5"), ("-5", "'-5"), ("＝1", "'＝1"), (None, ""), ("a", "a"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01 08:00:00"),
    ],
)  # fmt: skip
def test_cells_are_safe(value, cell):
    assert safe(value) == cell


@pytest.mark.parametrize(("language", "words"), [("zh-hans", ["是", "否"]), ("en", ["yes", "no"])])
def test_yes_and_no_are_words_in_a_csv_file_as_everywhere(language, words):
    with translation.override(language):
        assert [safe(value) for value in (True, False)] == words


def test_pdf_is_chinese_and_says_what_it_is(officer, actor):
    file = made(officer, actor, "pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(file))).pages)
    for word in ["样例报告", "正文", "第三批", "汽车", "2026.1"]:
        assert word in text


def test_the_same_rows_have_the_same_digest_in_every_format(officer, actor):
    files = [made(officer, actor, form) for form in ("xlsx", "csv")]
    assert files[0].rows_sha256 == files[1].rows_sha256
    assert made(officer, actor, "csv", count=7).rows_sha256 != files[0].rows_sha256


def test_no_rows_is_a_sentence(officer, actor):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(made(officer, actor, count=0))))
    assert len(book.get_sheet_by_index(1).to_python()[3][0]) > 5


def test_many_rows(officer, actor):
    assert made(officer, actor, count=20_000).rows == 20_002


def test_only_who_may_see_it_may_ask(cast, actor, officer, monkeypatch):
    with actor(cast("system_admin", "YW")) as by, pytest.raises(NotAllowed):
        orders.ask(by=by, what=orders.OrderInput(report=sample.NAME, format="csv", values={}))
    from portal.core.rules import ACTS, Permit

    run = ask(officer, actor)
    monkeypatch.setitem(ACTS, "programme.view_reference", Permit("x", frozenset()))
    runs.execute(str(run.pk), officer.pk)
    with actor(officer):
        run.refresh_from_db()
        assert run.state == "failed"
        assert "roles" in run.error or "角色" in run.error
        assert not ReportFile.objects.exists()


@pytest.mark.parametrize(("report_name", "form"), [("nothing", "xlsx"), (sample.NAME, "docx")])
def test_unknown_report_or_format(officer, actor, report_name, form):
    with actor(officer) as by, pytest.raises(DomainError) as caught:
        orders.ask(by=by, what=orders.OrderInput(report=report_name, format=form, values={}))
    assert caught.value.code == "report_unknown"


def test_parameters_are_checked_again(officer, actor):
    run = ask(officer, actor, count=-1)
    runs.execute(str(run.pk), officer.pk)
    with actor(officer):
        run.refresh_from_db()
    assert run.state == "failed"


def test_cancelled_in_the_middle_keeps_nothing(officer, actor, monkeypatch):
    run = ask(officer, actor)
    calls = []

    def stop(self, done, *, of):
        calls.append(done)
        if len(calls) == 2:
            raise runs.Cancelled

    monkeypatch.setattr(Progress, "__call__", stop)
    runs.execute(str(run.pk), officer.pk)
    with actor(officer):
        assert not ReportFile.objects.exists()
    assert not default_storage.exists("reports") or not default_storage.listdir("reports")[0]


def test_full_disk_fails_in_words(officer, actor, monkeypatch):
    from portal.core import files

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_put_on_disk", full)
    run = ask(officer, actor)
    runs.execute(str(run.pk), officer.pk)
    with actor(officer):
        run.refresh_from_db()
        assert run.state == "failed"
        assert run.error
        assert not ReportFile.objects.exists()


def test_pages(client_as, officer, actor, cast):
    file = made(officer, actor)
    client = client_as(officer)
    for language, word in [("en", "Sample report"), ("zh-hans", "我的文件")]:
        assert word in client_as(officer, language).get("/reports/").content.decode()
    answer = client.get(f"/reports/files/{file.pk}/")
    assert file.sha256 in answer.content.decode()
    answer = client.get(f"/reports/files/{file.pk}/download/")
    assert answer.getvalue() == content(file)
    assert answer["Content-Disposition"].startswith("attachment")
    other = client_as(cast("officer", "MOF"))
    assert other.get(f"/reports/files/{file.pk}/").status_code == 404
    assert other.get(f"/reports/files/{file.pk}/download/").status_code == 404
    assert client_as(cast("security_admin", "YW")).get("/reports/").status_code == 403
    assert client.get("/reports/nothing/").status_code == 404


@pytest.mark.parametrize(
    "more", [{"roles": ["auditor"]}, {"provinces": ["999999"]}, {"units": ["999999"]}, {"organisations": [10**9]}]
)
def test_who_sees_less_than_before_does_not_take_what_was_made_before(client_as, officer, cast, actor, more):
    """A person of a province moves to another post: what was made for the post before is made anew, or not at all."""
    drafter = cast("drafter", "ZF350200")
    for one, is_closed in ((drafter, True), (officer, "roles" in more or "organisations" in more)):
        with pytest.MonkeyPatch.context() as before:
            now = Actor.extent
            before.setattr(Actor, "extent", lambda by, now=now: (own := now(by)) | {k: own[k] + more[k] for k in more})
            file = made(one, actor)
        client = client_as(one)
        assert client.get(f"/reports/files/{file.pk}/").status_code == 200
        answer = client.get(f"/reports/files/{file.pk}/download/")
        assert answer.status_code == (403 if is_closed else 200)
        assert is_closed or answer.getvalue() == content(file)


def test_the_nation_is_lost_too():
    seen = Actor(scope=Scope(nation=True)).extent()
    assert not Actor(scope=Scope(provinces=("350000",))).still_has(seen)
    assert Actor(scope=Scope(nation=True)).still_has(Actor(scope=Scope(provinces=("350000",))).extent())
    assert Actor().still_has({})


def test_order_page_keeps_what_was_typed_and_starts_one_run(client_as, officer, actor):
    client = client_as(officer)
    assert 'value="3"' in client.get(f"/reports/{sample.NAME}/").content.decode()
    assert 'value="9"' in client.get(f"/reports/{sample.NAME}/?count=9").content.decode()
    wrong = client.post(f"/reports/{sample.NAME}/", {"count": "-7", "format": "csv", "province": "35"})
    assert wrong.status_code == 422
    assert 'value="-7"' in wrong.content.decode()
    answers = [
        client.post(f"/reports/{sample.NAME}/", {"count": "5", "format": "csv", "province": "35"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    with actor(officer):
        run = Run.objects.get()
    assert run.params == {"report": sample.NAME, "format": "csv", "values": {"province": "35", "count": 5}}
    assert run.back == f"/reports/{sample.NAME}/?province=35&count=5"
    assert "Sample report" in client.get(answers[0]["Location"]).content.decode()


def test_failed_report_is_asked_again(client_as, officer, actor):
    run = ask(officer, actor)
    with actor(officer):
        Run.objects.filter(pk=run.pk).update(state="failed", error="Lost.")
    answer = client_as(officer).post(f"/runs/{run.pk}/again/")
    assert answer.status_code == 303
    with actor(officer):
        assert Run.objects.exclude(pk=run.pk).get().params == run.params


def test_lists_hold_their_budget(client_as, officer, actor, budget):
    client = client_as(officer)
    counts = []
    for number in (1, 12):
        for extra in range(number):
            made(officer, actor, "csv", count=number * 20 + extra)
        with budget(11) as seen:
            client.get("/reports/")
        counts.append(len([row for row in seen.captured_queries if row["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_old_content_goes_and_the_row_stays(client_as, officer, actor, cast):
    old = made(officer, actor, "csv")
    same = made(cast("officer", "MOF"), actor, "csv", count=8)
    assert old.storage_key == same.storage_key
    later = clock.now() + timedelta(days=31)
    with clock.at(later):
        young = made(officer, actor, "csv", count=3)
        with as_clockwork() as by:
            assert orders.remove_old(by=by) == 2
            assert orders.remove_old(by=by) == 0
    assert not default_storage.exists(old.storage_key)
    assert default_storage.exists(young.storage_key)
    client = client_as(officer)
    assert client.get(f"/reports/files/{old.pk}/").status_code == 200
    assert client.get(f"/reports/files/{old.pk}/download/").status_code == 410


def test_content_of_a_younger_file_stays(officer, actor, cast):
    old = made(officer, actor, "csv")
    with clock.at(clock.now() + timedelta(days=20)):
        young = made(cast("officer", "MOF"), actor, "csv")
    assert old.storage_key == young.storage_key
    with clock.at(clock.now() + timedelta(days=31)), as_clockwork() as by:
        assert orders.remove_old(by=by) == 1
    assert default_storage.exists(old.storage_key)


@pytest.mark.guard
@pytest.mark.parametrize(
    "statement",
    [
        "update reports_reportfile set sha256 = repeat('0', 64)",
        "update reports_reportfile set removed_at = now(), title = 'x'",
        "delete from reports_reportfile",
    ],
)
def test_a_report_never_changes(officer, actor, statement):
    made(officer, actor, "csv")
    with as_clockwork(), pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    cause = caught.value.__cause__
    assert isinstance(cause, (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege))


@pytest.mark.guard
def test_rows_are_the_askers_own(officer, actor, cast):
    file = made(officer, actor, "csv")
    with actor(cast("officer", "MOF")) as by:
        assert not queries.files(by).exists()
        assert not ReportFile.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("update reports_reportfile set removed_at = now()")
            assert cursor.rowcount == 0
        copy = ReportFile.objects.none()
        assert not copy
        with pytest.raises(DatabaseError), transaction.atomic():
            ReportFile.objects.create(
                **{
                    field.attname: getattr(file, field.attname)
                    for field in ReportFile._meta.fields
                    if field.name != "id"
                }
            )


@pytest.mark.guard
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"content_type": "text/html"}, "report_file_is_of_a_safe_kind"),
        ({"sha256": "x"}, "report_file_has_digest"),
        ({"size": 0}, "report_file_has_content"),
        ({"kept_until": datetime(2020, 1, 1, tzinfo=UTC)}, "report_file_is_kept_a_while"),
    ],
)
def test_database_refuses_a_strange_file(officer, actor, changes, constraint):
    run = ask(officer, actor)
    good = {
        "file_name": "a.csv", "content_type": "text/csv", "size": 1, "sha256": "0" * 64, "storage_key": "reports/x",
        "uploaded_by_id": officer.pk, "uploaded_at": clock.now(), "run_id": run.pk, "report": "a", "title": "a",
        "kept_until": clock.now() + timedelta(days=1),
    }  # fmt: skip
    with actor(officer), pytest.raises(DatabaseError) as caught, transaction.atomic():
        ReportFile.objects.create(**good | changes)
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_two_reports_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two reports"):
        catalogue.register(sample.REPORT)


def test_parts_out_of_order_are_a_mistake(tmp_path, officer, actor):
    from portal.reports.writers import open_writer

    order = SimpleNamespace(format="csv", report=sample.REPORT)
    writer = open_writer(order, tmp_path / "x")
    with pytest.raises(ValueError, match="cover"):
        writer.add(catalogue.Rows([]))
    writer.add(catalogue.Cover(1))
    with pytest.raises(ValueError, match="sheet"):
        writer.add(catalogue.Rows([]))
    writer.add(catalogue.Sheet("a", "a", [catalogue.Column("a")]))
    with pytest.raises(ValueError, match="1 columns"):
        writer.add(catalogue.Rows([["a", "b"]]))
    writer.abandon()


def test_task_names_what_it_builds(officer, actor):
    assert tasks.title_of(ask(officer, actor)) == "Sample report"


@translation.override("en")
def test_a_chart_adds_up_only_what_adds_up_and_says_what_it_leaves_out():
    from portal.reports.catalogue import Bars, Column, Sheet
    from portal.reports.writers.drawing import drawn

    columns = [Column("Name"), Column("Days", "number"), Column("Other", "number")]
    rows = [[f"place {number:02}", number, 1] for number in range(1, 21)]

    def picture(**how):
        chart = Bars("Longest", 0, **how)
        return drawn(Sheet("s", "S", columns, chart=chart), chart, rows)

    longest = picture(figures=(1,), adds=False)
    assert "others" not in longest.svg
    assert longest.caption == "Longest: the largest 14 of 20"
    added = picture(figures=(1,))
    assert "others" in added.svg
    assert added.caption == "Longest"
    # Several figures: the largest rows, whatever their order, and not the first ones in silence.
    beside = picture(figures=(1, 2))
    assert beside.caption == "Longest: the largest 12 of 20"
    assert "place 20" in beside.svg
    assert "place 08" not in beside.svg
