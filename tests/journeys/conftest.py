"""Pages in a real browser, signed in as the people of the programme. See `browser.py` for what each page is asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys import site as sites
from tests.journeys.browser import Browsers

if TYPE_CHECKING:
    from playwright.sync_api import Page

As = Callable[..., "Page"]


@pytest.fixture(scope="session")
def started(django_db_setup: None, django_db_blocker: Any) -> Iterator[sites.Site]:
    """Web, worker and queue of this test process."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            found = stack.enter_context(sites.running())
        yield found


@pytest.fixture(scope="module")
def site(started: sites.Site, request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[sites.Site]:
    """The site with a database made anew, for the journeys of one module; with the module's WORLD where it names one.

    A WORLD is a factory that is kept (`tests.worlds.remembered`); `site.found` is what it gave.
    """
    # The journeys look into the site's own database, which no test's transaction holds: it stays open to all.
    with django_db_blocker.unblock():
        started.renew(getattr(request.module, "WORLD", None))
        yield started


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browsers]:
    """One chromium for the journeys that follow one another in this test process."""
    # Playwright's loop lives in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with Browsers() as opened:
            yield opened
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def browsers(site: sites.Site, chromium: Browsers) -> Browsers:
    """The chromium, for the journeys of one module; who signed in once stays signed in."""
    chromium.begin(site)
    return chromium


@pytest.fixture
def as_(site: sites.Site, browsers: Browsers, django_db_blocker: Any) -> Iterator[As]:
    """`as_(role, code, language="zh-hans", width=1280)` is an empty page of that person; `as_()` one of nobody.

    At the end of the test every page must have been free of script errors, refused resources (content security
    policy) and failures of the server.
    """
    before = len(browsers.faults)

    def opened(
        role: str = "",
        code: str = "",
        language: str = "zh-hans",
        width: int = 1280,
        number: int = 1,
        *,
        alone: bool = False,
    ) -> Page:
        with django_db_blocker.unblock():
            return browsers.page(role, code, language=language, width=width, number=number, alone=alone)

    yield opened
    browsers.close_pages()
    found = browsers.faults[before:]
    assert not found, "\n".join(found) + "\n" + site.words()
