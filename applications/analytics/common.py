"""What the analyses of dossiers share: the dossiers in the asker's scope, addresses, short lists."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from applications.models import Application
from applications.queries import applications
from portal.audit.instruments.analyses import Asked


def dossiers(asked: Asked) -> QuerySet[Application]:
    """Dossiers that were submitted, in the asker's scope, without what only their pages join."""
    return applications(asked.by).filter(first_submitted_at__isnull=False).select_related(None).order_by()


def dossier_url(pk: int) -> str:
    """The page of a dossier."""
    return reverse("applications:detail", args=[pk])
