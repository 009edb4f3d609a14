"""As every role: no page leads its reader to a refusal, to nothing, or to a failure; no desk asks too much.

The pages are read in Chinese: on the way their punctuation is looked at.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from portal.core.files import XLSX
from tests.cells import odd_texts
from tests.demonstration.visitors import ROLES, people, signed_in
from tests.marks import western

pytestmark = pytest.mark.usefixtures("built")
LINK = re.compile(r'href="(/[^"#]*)')


def route(address: str) -> tuple[str, bool, bool]:
    """What stands for all addresses of one kind: the route, whether something is asked of it, and whether a workbook."""
    path, _mark, asked = address.partition("?")
    try:
        return resolve(path).route, bool(asked), "format=xlsx" in asked
    except Resolver404:
        return path, bool(asked), False


def links(answer) -> list[str]:
    """The portal's own addresses to which a page leads."""
    if answer.status_code in {301, 302, 303}:
        return [answer["Location"]]
    if answer.streaming:
        content = b"".join(answer.streaming_content)  # read to its end the file is closed
        assert answer["Content-Type"] != XLSX.content_type or not odd_texts(content), answer.request["PATH_INFO"]
        return []
    if "html" not in answer["Content-Type"]:
        return []
    return [unescape(link) for link in LINK.findall(answer.content.decode()) if not link.startswith("/static/")]


def marks_of(answer) -> list[str]:
    """Western punctuation in a page."""
    is_page = answer.status_code == 200 and not answer.streaming and "html" in answer["Content-Type"]
    return western(answer.content.decode()) if is_page else []


def refused(client: Client) -> Iterator[tuple[int, str, str]]:
    """Follow one link of each kind, page by page; give status, address and page of those that lead nowhere.

    With the status 200: the address of a page with signs of punctuation that Chinese does not have, and where.
    """
    todo, kinds = deque([("", "/desk/")]), {route("/desk/")}
    while todo:
        page, address = todo.popleft()
        answer = client.get(address)
        if answer.status_code >= 400:
            yield answer.status_code, address, page
            continue
        yield from ((200, address, found) for found in marks_of(answer))
        for link in links(answer):
            if (kind := route(link)) not in kinds:
                kinds.add(kind)
                todo.append((address, link))
    assert len(kinds) > 20, kinds


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_of_link_leads_somewhere(role):
    found = people(role)
    assert found
    assert not [(person.email, *one) for person in found for one in refused(signed_in(person, "zh-hans"))]


@pytest.mark.parametrize("role", ROLES)
def test_every_desk_sends_twelve_queries_at_most(role, budget):
    for person in people(role):
        client = signed_in(person)
        client.get("/desk/")
        with budget(12):
            assert client.get("/desk/").status_code == 200
