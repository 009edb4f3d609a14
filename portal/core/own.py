"""The portal's own tables, among those of the libraries it stands on."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db.models import Model

PACKAGES: Final = ("portal.", "applications", "reviews", "grants")


def models() -> list[type[Model]]:
    """The portal's own models by table."""
    own = [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]
    return sorted(own, key=lambda model: model._meta.db_table)
