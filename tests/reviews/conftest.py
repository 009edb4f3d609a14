"""People of the expert pool, an officer's browser, a folder of its own for what is kept."""

from __future__ import annotations

import pytest

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
