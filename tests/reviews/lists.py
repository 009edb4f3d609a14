"""Lists under publicity, and what is asked of them by pages."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from reviews.domain import publicity
from reviews.models import PublicEntry
from tests import factories_reviews as make
from tests import uploads
from tests.factories_applications import acting

UNITS = dict.fromkeys(("350200", "330200", "370200", "440300", "210200", "420100"), "100000000.00")
GIVEN = {
    "330200": "91.37", "370200": "88.64", "440300": "86.21", "350200": "79.58", "210200": "71.43", "420100": "62.19"
}  # fmt: skip
RESERVE = 2
NUMBER = "财建〔2026〕91号（演示）"


def published(**how):
    return make.published_batch(UNITS, **({"given": GIVEN, "places": 3, "reserve": RESERVE} | how))


def states(batch):
    with acting("officer", "MIIT"):
        return dict(PublicEntry.objects.filter(batch=batch).values_list("unit_id", "state"))


def applications(batch):
    with acting("officer", "MIIT"):
        return dict(make.Application.objects.filter(batch=batch).values_list("unit_id", "state"))


def finalised(batch, number=NUMBER):
    with acting("officer", "MIIT") as by:
        return publicity.finalise(by=by, batch=make.fresh(batch), document_no=number)


def text(answer):
    return answer.content.decode()


def typed(**more):
    return {
        "name": "李四", "contact": "1@demo.invalid", "entry": "", "grounds": "不实", "website": "", "mark": make.mark()
    } | more  # fmt: skip


def pdf_file(name="证据.pdf", size=0):
    return SimpleUploadedFile(name, uploads.pdf(text=name + " " * size), "application/pdf")


def entry_of(batch, unit):
    with acting("officer", "MIIT"):
        return PublicEntry.objects.get(batch=batch, unit=unit)
