"""One opening of a section's form: saved, refused, in conflict, or with what was typed here before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.domain import unsaved
from applications.forms.conflict import Dispute, base_of, disputes, restore, settle
from applications.forms.fields import VersionedForm
from applications.journey import address
from applications.models import Application
from applications.places import Spot, earlier, spot
from applications.queries import together
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into


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
        self.disputes: list[Dispute] = []
        self.conflict: Stale | None = None
        self.kept: Any = None

    def save(self, act: Callable[[], Any], now: Callable[[], dict[str, Any]]) -> bool:
        """Do the act; when it is refused, say in `status` and `disputes` how the page comes back."""
        settled = settle(self.form, now()) if "settling" in self.form.data else True
        if self.form.is_valid() and settled:
            with errors_into(self.form):
                try:
                    act()
                except Stale as error:
                    self.conflict = error
                    raise
            if self.conflict is None and not self.form.errors:
                self.keeping.close()
                return True
        self.status = 422
        if self.conflict is not None and isinstance(self.form, VersionedForm):
            self.status = 409
            self._dispute(now())
        elif not settled:
            self.form.add_error(None, _("Say for each field below which text is to stand."))
            self.disputes = disputes(self.form, now(), self.base)
        return False

    def _dispute(self, now: dict[str, Any]) -> None:
        self.disputes = disputes(self.form, now, self.base)
        self.base = base_of(self.form, now)

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
        return self.conflict is not None and self.conflict.code == "gone"

    def context(self) -> dict[str, Any]:
        """What the template shows of it."""
        disputed = [row.field.name for row in self.disputes]
        return {
            "keeping": self.keeping,
            "spot": self.keeping.spot,
            "base": self.base,
            "kept": self.kept,
            "both": self.status == 409 and bool(self.disputes),
            "conflict": not self.is_gone and (self.conflict is not None or bool(self.disputes)),
            "disputes": self.disputes,
            "disputed": ",".join(disputed),
            "agreed": [field for field in self.form.visible_fields() if field.name not in disputed],
        }
