"""What the views of the reviews share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import queries as applications
from applications.models import Application
from portal.core.errors import DomainError, NotAllowed, Text
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import HttpSeeOther, see_other
from portal.programme import queries as programme
from portal.programme.models import Batch


def batch_of(request: PortalRequest, number: int) -> Batch:
    """The batch of this number in the reader's scope, or 404."""
    return one_of(programme.batches, request.actor, number=number)


def application_of(request: PortalRequest, pk: int) -> Application:
    """The application of this key in the reader's scope, or 404: also for a person with a conflict."""
    return one_of(applications.applications, request.actor, pk=pk)


def board_trail(batch: Batch, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """The way to a page below the board of a batch."""
    return [
        (_("Reviewers and progress"), reverse("reviews:reviewing")),
        (str(batch), reverse("reviews:board", args=[batch.number])),
        *more,
    ]


def done(request: PortalRequest, act: Callable[[], Any], to: str, *args: Any, text: str = "") -> HttpSeeOther:
    """Do an act that has no form and go to the result; a refusal stands there as a message."""
    try:
        act()
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text or _("Done. It stands in the audit trail."))
    return see_other(to, *args)
