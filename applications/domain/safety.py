"""Acts on risk and safety: the record in words, and the risks with what is done about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.domain import rows
from applications.domain.editing import editing
from applications.domain.foundation import write_statements
from applications.enums_sections import StatementCode
from applications.models import Application, Risk
from portal.core.scope import Actor


@dataclass(frozen=True)
class RiskInput:
    """A risk; likelihood and gravity from 1 (low) to 3 (high)."""

    kind: str
    title: str
    likelihood: int
    gravity: int
    measure: str
    responsible: str


def edit_record(*, by: Actor, application: Application, what: Mapping[StatementCode, str], version: int) -> Application:
    """Write the record of work safety, environment and data. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, "safety", version):
        write_statements(application, what)
    return application


def add_risk(*, by: Actor, application: Application, what: RiskInput) -> Risk:
    """Add a risk. Raises NotAllowed, WrongState."""
    with editing(by, application, "safety"):
        return Risk.objects.create(application=application, **vars(what))


def change_risk(*, by: Actor, risk: Risk, what: RiskInput, version: int) -> Risk:
    """Change one; `version` is its own as it was read. Raises NotAllowed, WrongState, Stale."""
    with editing(by, risk.application, "safety"):
        return rows.write(risk, vars(what), version=version, section="safety")


def remove_risk(*, by: Actor, risk: Risk, version: int | None = None) -> None:
    """Take one out, as it was read at `version`. Raises NotAllowed, WrongState, Stale."""
    with editing(by, risk.application, "safety") as act:
        rows.refuse_changed(risk, version)
        act.why = _("Risk “%(name)s” taken out") % {"name": risk.title}
        Risk.objects.filter(pk=risk.pk).delete()
