"""A report through the pages: asked for, built by a real worker with progress, downloaded."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.core.scope import acting_as
from portal.reports.catalogue import CATALOGUE
from portal.reports.models import ReportFile
from tests.reports import sample
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
