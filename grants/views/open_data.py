"""Pages and files of open data, for everyone. They show what is written: no scope, no other table is asked."""

from __future__ import annotations

import codecs
import csv
from itertools import islice
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from grants.models import OpenFile
from grants.open_data.catalogue import catalogue as as_catalogue
from grants.open_data.catalogue import schema as as_schema
from grants.open_data.editions import editions, file_of, latest
from grants.open_data.limits import counted
from grants.open_data.sets import ENDINGS, FORMATS, SETS, Column, DataSet
from portal.core.files import INERT
from portal.core.reading import Unreadable, answer_with, opened
from portal.core.web import page

log = structlog.get_logger(__name__)
SHOWN: Final = 10  # rows of a data set that its page shows
KNOWN_LICENCES: Final = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
}


def _licence() -> dict[str, str]:
    address = settings.OPEN_DATA_LICENCE
    return {"url": address, "name": KNOWN_LICENCES.get(address, address)}


def _set(name: str) -> DataSet:
    if name not in SETS:
        raise Http404
    return SETS[name]


def _files(one: DataSet, files: list[OpenFile]) -> list[dict[str, Any]]:
    return [
        {
            "label": FORMATS[file.format][2],
            "url": reverse("open_data:file", args=[one.name, FORMATS[file.format][0]]),
            "size": filesizeformat(file.size),
            "sha256": file.sha256,
        }
        for file in files
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What data sets there are, as of when, under which licence."""
    written = latest()
    found = [
        {
            "name": one.name,
            "title": one.title,
            "text": one.text,
            "files": _files(one, written.get(one.name, [])),
            "newest": next(iter(written.get(one.name, [])), None),
        }
        for one in SETS.values()
    ]
    return page(request, "public/open_data.html", {"sets": found, "licence": _licence(), "written": bool(written)})


@require_safe
def data_set(request: HttpRequest, name: str) -> HttpResponse:
    """One data set: its files with digests, its dictionary, its first rows, the editions before."""
    one = _set(name)
    before = editions(name)
    files = latest().get(name, [])
    heads, lines = _first_rows(before[0]) if before else ([], [])
    context = {
        "set": one,
        "files": _files(one, files),
        "newest": next(iter(before), None),
        "dictionary": [_described(column) for column in one.columns],
        "heads": heads,
        "lines": lines,
        "editions": [
            {"row": row, "url": reverse("open_data:edition", args=[name, row.edition, "csv"])} for row in before[:50]
        ],
        "licence": _licence(),
    }
    return page(request, "public/open_data_set.html", context)


def _described(column: Column) -> dict[str, Any]:
    kinds = {
        "text": pgettext("column", "text"),
        "whole": pgettext("column", "whole number"),
        "yuan": pgettext("column", "amount with two places"),
        "day": pgettext("column", "day (YYYY-MM-DD)"),
        "flag": pgettext("column", "true or false"),
    }
    return {"column": column, "kind": kinds[column.kind]}


def _first_rows(file: OpenFile) -> tuple[list[str], list[list[str]]]:
    """Heading and first rows of a CSV file, as it is handed out. Nothing where its content is gone."""
    try:
        with opened(file) as content:
            lines = csv.reader(codecs.iterdecode(content, "utf-8-sig"))
            return next(lines), list(islice(lines, SHOWN))
    except (Unreadable, OSError):
        return [], []


@require_safe
@counted
def file(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """The newest edition in a format; the address stays the same."""
    return _content(request, name, ending)


@require_safe
@counted
def edition(request: HttpRequest, name: str, number: int, ending: str) -> HttpResponseBase:
    """An edition by its number: it never changes, so that it can be quoted."""
    if number < 1 or number > 2**31 - 1:
        raise Http404
    return _content(request, name, ending, number)


def _content(request: HttpRequest, name: str, ending: str, number: int = 0) -> HttpResponseBase:
    one = _set(name)
    found = file_of(name, ENDINGS[ending], number) if ENDINGS.get(ending) in one.formats else None
    if found is None:
        raise Http404
    answer = answer_with(found, request=request, modified=int(found.made_at.timestamp()))
    if answer.status_code in (200, 206):
        # Copies of it are kept for long and by everybody: nothing but what was published goes out.
        ending, answer["Content-Type"], _label = FORMATS[found.format]
        answer["Content-Disposition"] = f'attachment; filename="{found.data_set}-{found.edition}.{ending}"'
        answer["Content-Security-Policy"] = INERT
    if answer.status_code < 400:
        answer["Cache-Control"] = "public, max-age=31536000, immutable" if number else "public, max-age=3600"
    return _open_to_all(answer)


def _open_to_all(answer: HttpResponseBase) -> HttpResponseBase:
    """Programs in pages of other hosts may read it."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@counted
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """All data sets for programs (DCAT as JSON-LD)."""
    answer = JsonResponse(as_catalogue(latest()), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Type"] = "application/ld+json; charset=utf-8"
    answer["Cache-Control"] = "public, max-age=3600"
    return _open_to_all(answer)


@require_safe
@counted
def schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """The JSON schema of a data set."""
    answer = JsonResponse(as_schema(_set(name)), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Type"] = "application/schema+json; charset=utf-8"
    answer["Cache-Control"] = "public, max-age=3600"
    return _open_to_all(answer)
