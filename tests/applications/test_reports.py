"""Reports on applications: what the sheets and the document say, in whose scope."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from importlib import import_module

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from python_calamine import CalamineWorkbook

from applications.models import Application
from portal.core import clock
from portal.core import tasks as runs
from portal.core.scope import acting_as
from portal.core.tasks import Progress
from portal.reports import catalogue
from portal.reports.catalogue import for_actor
from portal.reports.domain import orders
from portal.reports.models import ReportFile
from tests import factories_applications as make
from tests import factories_reviews as reviews
from tests.worlds import remembered


@pytest.fixture(autouse=True)
def store(tmp_path, settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    monkeypatch.setattr(runs, "enqueue", [].append)


@remembered(reviews.fresh)
def three():
    """A recommended and a submitted application of Fujian and a draft of Anhui."""
    opened = make.open_batch()
    make.recommended(unit="350200", amount="260000000.00", soes=("YQ001",), batch=opened)
    make.submitted(unit="350500", amount="300000000.00", batch=opened)
    make.drafted(unit="340100", amount="100000000.00", batch=opened)
    return opened


@pytest.fixture
def batch(db):
    return three()


def built(user, report, form="xlsx", language="zh-hans", **values):
    """The file, and the run's sentence when there is none."""
    with translation.override(language), acting_as(user.pk) as by:
        run = orders.ask(by=by, what=orders.OrderInput(report=report, format=form, values=values))
    runs.execute(str(run.pk), user.pk)
    with acting_as(user.pk):
        run.refresh_from_db()
        file = ReportFile.objects.filter(run=run).first()
    return file, run.error


def content(file) -> bytes:
    with default_storage.open(file.storage_key) as stored:
        return stored.read()


def sheets(file) -> dict[str, list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(file)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_overview_counts_the_same_applications_in_every_sheet(batch, cast):
    file, error = built(
        cast("officer", "MIIT"), "applications.overview", batch=batch.pk, region="", province="", state=""
    )
    assert not error
    book = sheets(file)
    assert len(book) == 6
    cover, states, regions, provinces, each, _columns = book.values()
    assert [row[1] for row in states[3:5]] == [1, 1]
    for sheet in (states, regions, provinces):
        total = next(row for row in sheet if row[0] == "合计")
        assert total[1:6] == [2, 1, 0, 56000.0, 160000.0]
    assert [row[0] for row in each[3:5]] == [row.number for row in Application.objects.none()] or {
        row[1] for row in each[3:5]
    } == {"厦门市", "泉州市"}
    assert [row[1] for row in regions[3:7]] == [2, 0, 0, 0]
    assert any("2026.1" in str(row[1]) for row in cover if len(row) > 1)


def test_scope_of_the_asker_decides(batch, cast):
    ask = {"batch": batch.pk, "region": "", "province": "", "state": ""}
    unit, _ = built(cast("drafter", "ZF350500"), "applications.list", "csv", **ask)
    assert unit.rows == 1
    draft, _ = built(cast("drafter", "ZF340100"), "applications.list", "csv", **ask)
    assert draft.rows == 1
    other, _ = built(cast("provincial_officer", "GX360000"), "applications.list", "csv", **ask)
    assert other.rows == 0
    auditor, _ = built(cast("auditor", "SJ"), "applications.list", "csv", **ask)
    assert auditor.rows == 3
    with acting_as(cast("soe_officer", "YQ001").pk) as by:
        assert not [report for report in for_actor(by) if report.name.startswith("applications.")]


@pytest.mark.parametrize(
    ("values", "rows"),
    [({"province": "350000"}, 2), ({"province": "340000"}, 0), ({"region": "west"}, 0), ({"state": "recommended"}, 1)],
)
def test_parameters_narrow_it(batch, cast, values, rows):
    ask = {"batch": batch.pk, "region": "", "province": "", "state": ""} | values
    file, _ = built(cast("officer", "MOF"), "applications.list", "csv", **ask)
    assert file.rows == rows


def test_dossier_is_chinese_with_chart_table_and_decisions(batch, cast):
    with acting_as(cast("officer", "MIIT").pk):
        number = Application.objects.get(unit="350200").number
    file, error = built(cast("officer", "MIIT"), "applications.dossier", "pdf", "en", application=number)
    assert not error
    assert file.file_name == f"{number}-厦门市.pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(file))).pages)
    flat = text.replace("\xa0", "").replace(" ", "").replace("\n", "")
    for word in ["厦门市", "目录", "汽车制造业", "80,000", "整车智能工厂", "同意", number, "图1"]:
        assert word in flat, word
    with acting_as(cast("officer", "MIIT").pk):
        snapshot = Application.objects.get(unit="350200").snapshots.get()
    assert snapshot.sha256 in flat


def test_dossier_is_a_workbook_too(batch, cast):
    """Its texts line by line, each table a sheet; figures are figures."""
    with acting_as(cast("officer", "MIIT").pk):
        number = Application.objects.get(unit="350200").number
    file, error = built(cast("officer", "MIIT"), "applications.dossier", "xlsx", application=number)
    assert not error
    book = sheets(file)
    content_rows = next(rows for name, rows in book.items() if name == "内容")
    assert any("厦门市" in row for row in content_rows)
    projects = next(
        rows for name, rows in book.items() if any("整车智能工厂" in row for row in rows) and name != "内容"
    )
    assert any(isinstance(value, float) for row in projects[3:] for value in row)
    file, error = built(cast("officer", "MIIT"), "applications.dossier", "csv", application=number)
    assert not error
    assert "厦门市" in content(file).decode()


def test_dossier_says_on_its_first_page_how_it_came_to_be(batch, cast):
    with acting_as(cast("officer", "MIIT").pk):
        number = Application.objects.get(unit="350200").number
    file, _error = built(cast("officer", "MIIT"), "applications.dossier", "pdf", application=number)
    first = pypdf.PdfReader(io.BytesIO(content(file))).pages[0].extract_text().replace("\n", "").replace(" ", "")
    for word in ("数据时点", number, file.rows_sha256):
        assert word in first, word


def test_the_dossiers_of_a_batch_are_the_same_by_one_and_by_several_processes(batch, cast, monkeypatch):
    ask = {"batch": batch.pk, "region": "", "province": "", "state": ""}
    made = []
    with clock.at(clock.now()):
        for few in (8, 0):
            monkeypatch.setattr(import_module("applications.reports.dossiers"), "FEW", few)
            file, error = built(cast("officer", "MIIT"), "applications.dossiers", "zip", **ask)
            assert not error
            made.append(content(file))
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as package:
        names = package.namelist()
    assert len(names) == 4
    assert names == [*sorted(names[:2]), "SHA256SUMS", "README.txt"]


def test_dossier_of_a_draft_says_so(batch, cast):
    drafter = cast("drafter", "ZF340100")
    with acting_as(drafter.pk):
        pk = Application.objects.get(unit="340100").pk
    file, error = built(drafter, "applications.dossier", "pdf", application=str(pk))
    assert not error
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(file))).pages)
    assert "草稿" in text or "尚未提交" in text


def test_dossier_outside_the_scope_is_not_found(batch, cast, client_as):
    with acting_as(cast("officer", "MIIT").pk):
        number = Application.objects.get(unit="350200").number
    file, error = built(cast("provincial_officer", "GX360000"), "applications.dossier", "pdf", application=number)
    assert file is None
    assert error
    client = client_as(cast("provincial_officer", "GX360000"))
    answer = client.post("/reports/applications.dossier/", {"application": number})
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.content.decode()


def test_the_only_application_is_filled_in(batch, cast, client_as):
    with acting_as(cast("drafter", "ZF350500").pk):
        number = Application.objects.get(unit="350500").number
    text = client_as(cast("drafter", "ZF350500")).get("/reports/applications.dossier/").content.decode()
    assert f'value="{number}"' in text
    text = client_as(cast("officer", "MIIT")).get("/reports/applications.dossier/?application=2026-9-350500").content
    assert 'value="2026-9-350500"' in text.decode()


def test_builders_tell_their_progress(batch, cast, monkeypatch):
    told = []
    real = Progress.__call__

    def tell(self, done, *, of):
        told.append((done, of))
        real(self, done, of=of)

    monkeypatch.setattr(Progress, "__call__", tell)
    built(cast("officer", "MIIT"), "applications.overview", batch=batch.pk, region="", province="", state="")
    assert told[-1][0] == told[-1][1]
    assert len(told) >= 9
    assert all(done <= of for done, of in told)


def test_order_page_holds_its_budget(batch, cast, client_as, budget):
    client = client_as(cast("officer", "MIIT"))
    client.get("/reports/")
    with budget(9):
        assert client.get("/reports/applications.overview/").status_code == 200


def test_reading_costs_the_same_at_any_size(batch, cast, budget):
    from applications.reports.overview import read

    values = {"batch": batch, "province": None, "region": "", "state": ""}
    with acting_as(cast("officer", "MIIT").pk) as by, budget(2):
        assert len(read(by, values)) == 2


def test_an_earlier_submission_is_asked_for_by_its_number(batch, cast):
    drafter = cast("drafter", "ZF350200")
    with acting_as(drafter.pk):
        number = Application.objects.get(unit="350200").number
    file, error = built(drafter, "applications.dossier", "pdf", application=number, submission="1")
    assert not error
    assert "第" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(file))).pages)
    file, error = built(drafter, "applications.dossier", "pdf", application=number, submission="7")
    assert file is None
    assert error


def test_an_archive_of_dossiers_is_made_by_no_page(client_as, cast, batch, monkeypatch):
    """Only the worker sets the documents of a whole batch: a page would set all of them and show none."""

    def made(_order):
        raise AssertionError("a page makes them")

    report = catalogue.CATALOGUE["applications.dossiers"]
    monkeypatch.setitem(catalogue.CATALOGUE, report.name, replace(report, build=made))
    client = client_as(cast("officer", "MIIT"), "en")
    form = f"/reports/{report.name}/"
    shown = client.get(f"{form}page/", {"batch": batch.pk})
    assert (shown.status_code, shown["Location"]) == (303, f"{form}?batch={batch.pk}")
    assert 'name="page"' not in client.get(form).content.decode()
    assert 'name="page"' in client.get("/reports/applications.list/").content.decode()
