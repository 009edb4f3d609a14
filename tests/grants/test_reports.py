"""The report on money: places add up to what was awarded, in the scope of who asks."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from python_calamine import CalamineWorkbook

from grants.models import GrantProject
from portal.core import tasks as runs
from portal.core.scope import acting_as
from portal.programme.models import Batch
from portal.reports.domain import orders
from portal.reports.models import ReportFile
from tests import factories_grants as make


@pytest.fixture(autouse=True)
def store(tmp_path, settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    monkeypatch.setattr(runs, "enqueue", [].append)


def built(user, batch: int) -> dict[str, list]:
    with acting_as(user.pk) as by:
        what = orders.OrderInput(report="grants.flow", format="xlsx", values={"batch": batch})
        run = orders.ask(by=by, what=what)
    runs.execute(str(run.pk), user.pk)
    with acting_as(user.pk):
        run.refresh_from_db()
        assert run.state == "done", run.error
        file = ReportFile.objects.get(run=run)
    with default_storage.open(file.storage_key) as stored:
        book = CalamineWorkbook.from_filelike(io.BytesIO(stored.read()))
    return [book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))]


def test_places_add_up_and_scope_decides(world, who, others, db):
    award = make.funded_unit(who, application=world.application, award="200000000.00", held="100000000.00")
    make.awarded(others, application=world.other, amount="150000000.00", number="财建〔2026〕11号")
    with acting_as(who["unit_maker"].pk):
        project = GrantProject.objects.filter(award=award).order_by("pk").first()
        batch = Batch.objects.get(number=90).pk
    make.paid(who, project=project, amount="1234567.89", number="凭2026-1")
    _cover, provinces, awards, payments, _columns = built(who["mof"], batch)
    assert [row[0] for row in provinces[3:5]] == ["福建省", "江西省"]
    total = provinces[5]
    assert total[1:7] == [2, 1234567.89, 98765432.11, 0, 250000000, 350000000]
    assert sum(total[2:6]) == pytest.approx(total[6])
    assert [row[0] for row in awards[3:5]] == ["厦门市", "南昌市"]
    assert payments[3][3:5] == [1234567.89, "凭2026-1"]
    _cover, provinces, awards, payments, _columns = built(others["province_maker"], batch)
    assert [row[0] for row in provinces[3:4]] == ["江西省"]
    assert awards[3][0] == "南昌市"
    assert len(awards) == 5
    assert len(payments) == 4
