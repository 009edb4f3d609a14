"""Files of the expert pool: made, brought, and what came of them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.models import Run
from portal.core.tasks import execute
from reviews.models import ReviewerProfile
from reviews.pool.known import Known
from reviews.pool.sheet import pool_sheet
from tests import sheets
from tests.applications.browser import follow
from tests.factories_applications import acting, person

SHEET = pool_sheet(Known())
BASE = "/reviewing/reviewers/"


def line(number: int = 2, **changes):
    """A good row of an expert as people type it."""
    return {
        "email": f"reviewer.{number}@zj.test",
        "name": f"reviewer ZJ {number}",
        "home_province": "福建",
        "employer": "示例大学",
        "fields": "C26:3；数字化:2",
        "former": "示例集团 | 2026-03-31",
    } | changes


def book(*lines, **how) -> bytes:
    return sheets.workbook(*lines, sheet=SHEET, name="专家", **how)


def bring(client, content: bytes, name="专家.xlsx"):
    """Bring a file and let the worker's task judge it; gives the page of the file."""
    assert client.get(f"{BASE}import/").status_code == 200
    return work(client, follow(client.post(f"{BASE}import/", {"file": SimpleUploadedFile(name, content)})))


def work(client, address: str):
    """Do the run of this page as a worker would; gives the page it leads to."""
    done(address)
    answer = client.get(address)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    return client.get(answer["Location"])


def done(address: str) -> Run:
    pk = address.rstrip("/").rsplit("/", 1)[-1]
    asker = person("officer", "MIIT").pk
    execute(pk, asker)
    with acting("officer", "MIIT"):
        return Run.objects.get(pk=pk)


def profile(number: int = 2) -> ReviewerProfile | None:
    with acting("officer", "MIIT"):
        rows = ReviewerProfile.objects.select_related("home_province").prefetch_related("former_employers")
        return rows.filter(user__email=f"reviewer.{number}@zj.test").first()


def file_of(client, address: str) -> bytes:
    """The content of a page or a download; reading to its end closes it."""
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer)


def report_of(page):
    return page.context["row"].report


def path(page) -> str:
    return page.request["PATH_INFO"]
