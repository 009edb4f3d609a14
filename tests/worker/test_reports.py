"""A report through the pages: asked for, built by a real worker with progress, downloaded."""

from __future__ import annotations

import hashlib
import io
import random
import re
import time

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.core.beat import sweep
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.reports.catalogue import CATALOGUE
from portal.reports.domain import orders
from portal.reports.models import ReportFile
from tests import workers
from tests.reports import sample
from tests.worker.conftest import INCLUDE
from tests.workers import wait_for

pytestmark = pytest.mark.worker


def test_a_report_is_built_by_the_worker(worker, person, monkeypatch):
    monkeypatch.setitem(CATALOGUE, sample.NAME, sample.REPORT)
    officer = person("officer", "MIIT")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(officer)
    asked = client.post(f"/reports/{sample.NAME}/", {"count": "500", "format": "xlsx", "province": ""})
    assert asked.status_code == 303

    def done():
        text = client.get(asked["Location"]).content.decode()
        assert "status--bad" not in text, text
        return text if "打开报表" in text else None

    text = wait_for(done, why=worker.words)
    with acting_as(officer.pk):
        file = ReportFile.objects.get()
    assert f'href="/reports/files/{file.pk}/"' in text
    answer = client.get(f"/reports/files/{file.pk}/download/")
    content = answer.getvalue()
    assert len(content) == file.size
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names[0] == "封面"
    assert len(book.get_sheet_by_index(1).to_python()) == 504
    assert file.rows == 502


def asked(client, worker, address: str, **values: str):
    """Ask in the page, wait for the worker, download."""
    answer = client.post(address, values)
    assert answer.status_code == 303, answer.content.decode()

    def done():
        text = client.get(answer["Location"]).content.decode()
        assert "status--bad" not in text, text
        return re.search(r"/reports/files/[0-9a-f-]{36}/", text)

    found = wait_for(done, why=worker.words)
    return client.get(found[0] + "download/")


def test_overview_and_dossier_of_a_round(worker, person):
    """What the issue asks for: the overview of a batch as XLSX, the dossier as PDF in Chinese with a chart."""
    from applications.models import Application
    from tests import factories_applications as make

    batch = make.open_batch(31)
    make.recommended(unit="350200", amount="260000000.00", soes=("YQ001",), batch=batch)
    make.submitted(unit="340100", amount="300000000.00", batch=batch)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person("officer", "MIIT"))
    overview = {"batch": batch.pk, "region": "", "province": "", "state": "", "format": "xlsx"}
    answer = asked(client, worker, "/reports/applications.overview/", **overview)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    provinces = book.get_sheet_by_index(3).to_python()
    assert [row[:2] for row in provinces[3:6]] == [["安徽省", 1], ["福建省", 1], ["合计", 2]]
    with acting_as(person("officer", "MIIT").pk):
        number = Application.objects.get(unit="350200", batch=batch).number
    answer = asked(client, worker, "/reports/applications.dossier/", application=number, format="pdf")
    assert answer["Content-Type"] == "application/pdf"
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages]
    text = "".join(pages).replace(" ", "").replace("\xa0", "")
    for word in ["厦门市", "分行业投资", "汽车制造业", "图1", f"共{len(pages)}页"]:
        assert word in text, word


def test_workers_that_are_killed_leave_no_half_file(committing, worker, person, monkeypatch):
    """Killed at random while reports are made: each run ends complete, or failed in words and can be asked again."""
    monkeypatch.setitem(CATALOGUE, sample.NAME, sample.REPORT)
    officer = person("officer", "MOF", 3)
    worker.stop()
    dice = random.Random(8)
    runs = []
    with acting_as(officer.pk) as by:
        for number in range(6):
            form = ("xlsx", "csv")[number % 2]
            values = {"province": "", "count": 20_000 + number}
            runs.append(orders.ask(by=by, what=orders.OrderInput(sample.NAME, form, values)).pk)
    for _death in range(3):
        doomed = workers.Worker(committing, include=INCLUDE).start()
        try:
            time.sleep(dice.uniform(0.2, 1.5))
        finally:
            doomed.kill()
        time.sleep(2.2)
        sweep()
    worker.start()

    def ended():
        sweep()
        with acting_as(officer.pk):
            found = list(Run.objects.filter(pk__in=runs))
        return found if not any(run.is_open for run in found) else None

    found = wait_for(ended, seconds=120, why=worker.words, every=0.5)
    with acting_as(officer.pk) as by:
        files = {file.run_id: file for file in ReportFile.objects.filter(run__in=runs)}
        assert {run.pk for run in found if run.state == "done"} == set(files)
        for run in found:
            if run.state == "failed":
                assert run.error
                assert orders.ask_again(by, run).is_open
    assert files
    for file in files.values():
        with default_storage.open(file.storage_key) as stored:
            content = stored.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert file.rows == file.params["count"] + 2
