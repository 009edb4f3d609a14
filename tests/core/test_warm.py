"""What the web server loads before it divides: all of the portal's templates and routes."""

import gc
from pathlib import Path

from django.conf import settings
from django.template import engines

from portal.core.warm import load_pages
from portal.memory import settle


def test_every_template_is_put_together():
    files = list(Path(settings.BASE_DIR, "templates").rglob("*.html"))
    assert load_pages() == len(files) > 300
    [kept] = engines["django"].engine.template_loaders
    names = {
        template.origin.template_name for template in kept.get_template_cache.values() if hasattr(template, "origin")
    }
    assert {str(file.relative_to(Path(settings.BASE_DIR, "templates"))) for file in files} <= names


def test_what_is_loaded_is_not_searched_for_garbage():
    before = gc.get_threshold()
    try:
        settle()
        assert gc.get_freeze_count() > 100_000
        assert len(gc.get_objects()) < gc.get_freeze_count() / 10
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
