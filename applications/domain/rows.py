"""Rows of the dossier that carry a version of their own: parks, risks, chapters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from applications.domain.editing import last_change
from applications.models import Application
from portal.core.errors import Stale

Row = TypeVar("Row", bound=Model)


def refuse_changed(row: Model, version: int | None) -> None:
    """Raise Stale when a row was changed or taken out since `version` was read, inside `editing` of its application.

    None: the caller asks for no comparison.
    """
    stands = type(row)._default_manager.select_for_update().filter(pk=row.pk).values_list("version", flat=True).first()
    if stands is None:
        raise Stale("gone", _("Somebody removed this meanwhile."))
    if version is not None and stands != version:
        raise Stale("changed_meanwhile", _("Somebody changed this meanwhile."))


def write(row: Row, values: Mapping[str, Any], *, version: int, section: str) -> Row:
    """Write a row that was read at `version`, inside `editing` of its application.

    Raises Stale when somebody changed it meanwhile (the row then carries the version that stands), or removed it.
    """
    application: Application = row.application  # type: ignore[attr-defined]
    fresh = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if fresh is None:
        raise Stale("gone", _("Somebody removed this meanwhile."))
    stands: int = fresh.version  # type: ignore[attr-defined]
    if stands != version:
        row.version = stands  # type: ignore[attr-defined]
        raise Stale(
            "changed_meanwhile",
            _("%(name)s changed this meanwhile. Compare, then save again what should stand.")
            % {"name": last_change(application, section).get("name", "")},
        )
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.version = stands + 1  # type: ignore[attr-defined]
    fresh.save()
    return fresh
