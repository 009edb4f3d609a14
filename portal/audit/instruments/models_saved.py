"""Saved queries: conditions over a registered source, under a name, shared in the auditor's organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.audit.instruments.models_own import Owned, rows


class SavedQuery(Owned):
    """A query under its name. tree: conditions as `instruments.conditions` reads them; nobody types SQL."""

    name = models.CharField(_("name of the query"), max_length=120)
    source = models.SlugField(_("what it looks through"), max_length=40)
    tree = models.JSONField(_("conditions"), default=dict)

    class Meta:
        verbose_name = _("saved query")
        verbose_name_plural = _("saved queries")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="saved_query_once",
                fields=["organisation", "name"],
                violation_error_message=_("Your organisation has a query of this name. Choose another name."),
            ),
            models.CheckConstraint(
                name="saved_query_is_named",
                condition=~Q(name=""),
                violation_error_message=_("Give the query a name."),
            ),
            rows("saved_query_rows", update=True, delete=True),
        ]

    def __str__(self) -> str:
        return self.name
