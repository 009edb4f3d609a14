"""A bank statement through the pages: brought, imported by a real worker, brought again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core.scope import acting_as
from tests import bank_files as files
from tests.workers import wait_for

pytestmark = pytest.mark.worker


def test_a_statement_is_imported_by_the_worker_once(worker, person):
    from grants.models import BankFile, BankLine
    from tests import factories_bank as bank

    maker = person("finance_maker", "CZ350200")
    client = Client(headers={"accept-language": "en"})
    client.force_login(maker)
    content = files.statement([(bank.day(), "-60.00", "", f"line {place}") for place in range(50)], opening="9000.00")
    for brought in (1, 2):
        answer = client.post("/grants/bank/new/", {"file": SimpleUploadedFile("a.csv", content)})
        assert answer.status_code == 303

        def done(expected=brought):
            with acting_as(maker.pk):
                return BankFile.objects.filter(state="taken").count() == expected

        wait_for(done, why=worker.words)
    with acting_as(maker.pk):
        assert BankLine.objects.count() == 50
        last = BankFile.objects.first()
    assert "imported already on" in client.get(f"/grants/bank/files/{last.pk}/").content.decode()
