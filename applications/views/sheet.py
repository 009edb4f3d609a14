"""One opening of a section's form: saved, refused, in conflict, or with what was typed here before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from applications.domain import unsaved
from applications.forms.conflict import base_of, restore
from applications.forms.fields import VersionedForm
from applications.journey import address
from applications.models import Application
from applications.places import Spot, earlier, spot
from applications.queries import together
from applications.unplaced import NO_PLACE
from applications.views.two_windows import Outcome, send
from portal.core.middleware import PortalRequest


@dataclass(frozen=True)
class Keeping:
    """Where what is typed on a page is kept, and how it goes. after: the opening whose text this page began with."""

    spot: Spot
    keep_url: str
    discard_url: str
    kept: Callable[[], Any]
    close: Callable[[], None]
    after: str = ""


def of_dossier(request: PortalRequest, application: Application) -> Keeping:
    """Of a page of the applicant's own dossier."""
    where = spot(request.path, address(application, "detail"), request.POST.get("page", ""))
    after = earlier(request.POST.get("after", ""))
    return Keeping(
        spot=where,
        keep_url=address(application, "keep"),
        discard_url=reverse("applications:discard", args=[application.pk, where.place]),
        kept=lambda: together.unsaved(request.actor, application, where.place),
        close=lambda: unsaved.close(by=request.actor, application=application, spot=where, after=after),
        after=after,
    )


class Sheet:
    """The form of one page. base: the digests of the fields as they are shown now (see forms.conflict)."""

    def __init__(self, request: PortalRequest, keeping: Keeping, form: BaseForm, base: str) -> None:
        self.keeping, self.form = keeping, form
        self.base = request.POST.get("base", "") if form.is_bound else base
        self.status = 200
        self.sent = Outcome()
        self.kept: Any = None

    def save(self, act: Callable[[], Any], now: Callable[[], dict[str, Any]]) -> bool:
        """Do the act; when it is refused, say in `status` and `sent` how the page comes back."""
        self.sent = send(self.form, act=act, now=now, base=self.base)
        if self.sent.done:
            self.keeping.close()
            return True
        self.status = 422
        if self.sent.stale and isinstance(self.form, VersionedForm):
            self.status = 409
            if not self.has_unplaced:
                self.base = base_of(self.form, now())
        return False

    def restore(self, field: str = "", chosen: str = "") -> None:
        """Put what was typed here and not saved into the form.

        chosen: what the page's address chose for a field; it stands over what was typed before it was chosen.
        """
        self.kept = self.keeping.kept()
        if self.kept is not None and self.kept.data is not None:
            restore(self.form, self.kept.data)
            self.base = "".join(self.kept.data.get("base", [])) or self.base
            if chosen and self.kept.data.get("chosen") != [chosen]:
                self.form.initial[field] = chosen

    @property
    def is_gone(self) -> bool:
        """Whether what the form is about was taken out: nothing stands that could be compared or chosen."""
        return self.sent.stale is not None and self.sent.stale.code == "gone"

    @property
    def has_unplaced(self) -> bool:
        """Whether what was typed has no place any more: the form comes back as it was sent, with nothing to choose."""
        return self.sent.stale is not None and self.sent.stale.code == NO_PLACE

    @property
    def is_conflict(self) -> bool:
        """Whether something else stands by now, so that the page is to carry on from there."""
        return self.status == 409 and not self.has_unplaced

    def context(self) -> dict[str, Any]:
        """What the template shows of it."""
        shown = self.sent.shown(self.form)
        return shown | {
            "keeping": self.keeping,
            "spot": self.keeping.spot,
            "base": self.base,
            "kept": self.kept,
            "conflict": not self.is_gone
            and not self.has_unplaced
            and (self.sent.stale is not None or shown["conflict"]),
        }
