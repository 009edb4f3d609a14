"""People of the expert pool, an officer's browser, a folder of its own for what is kept."""

from __future__ import annotations

import pytest

from portal.core.scope import leave
from tests import factories_reviews as make
from tests.factories_applications import person


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


@pytest.fixture
def people():
    """A reviewer of each group with a profile, and an expert without one."""
    make.panel()
    return person("reviewer", "ZJ", 2)


@pytest.fixture
def miit(people, client_as):
    return client_as(person("officer", "MIIT"), "en")


@pytest.fixture
def see(client_as):
    """`see("officer", "MIIT")` is that person's browser; without a role, nobody's."""

    def browser(role=None, code=None, number=1, language="en"):
        if role is None:
            leave()  # a request of nobody begins without a scope; in one transaction with the test it would not
        return client_as(person(role, code, number) if role else None, language)

    return browser
