"""Who may do what with batches and rule sets."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import MIIT, MOF, Role
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor
from portal.programme.enums import BatchState


@says(_("Only an officer of MIIT opens a batch."))
def is_miit(actor: Actor, obj: Any) -> bool:
    """The actor is an MIIT programme officer."""
    return actor.post(Role.OFFICER, code=MIIT) is not None


@says(_("Only an officer of MOF countersigns a batch."))
def is_mof(actor: Actor, obj: Any) -> bool:
    """The actor is an MOF programme officer."""
    return actor.post(Role.OFFICER, code=MOF) is not None


@says(_("The batch is no longer a draft."))
def is_draft(actor: Actor, batch: Any) -> bool:
    """The batch is still a draft."""
    return batch is None or batch.state == BatchState.DRAFT


@says(_("MIIT has not signed yet."))
def is_signed_by_miit(actor: Actor, batch: Any) -> bool:
    """MIIT's signature is there."""
    return batch.opened_at is not None


@says(_("MIIT has signed already."))
def is_not_signed(actor: Actor, batch: Any) -> bool:
    """MIIT's signature is still missing."""
    return batch is None or batch.opened_at is None


@says(_("These rules are frozen: a batch opened with them. Draft a new version."))
def are_not_frozen(actor: Actor, rules: Any) -> bool:
    """No batch has opened with these rules."""
    return rules is None or rules.frozen_at is None


MAY: Final = {
    "programme.draft": permit(_("Draft a batch"), Role.OFFICER, when=is_miit & is_draft & is_not_signed),
    "programme.open": permit(_("Open a batch for MIIT"), Role.OFFICER, when=is_miit & is_draft & is_not_signed),
    "programme.countersign": permit(
        _("Countersign a batch for MOF"), Role.OFFICER, when=is_mof & is_draft & is_signed_by_miit
    ),
    "programme.close": permit(_("Close a batch after its deadline"), Role.OFFICER, Role.CLOCKWORK),
    "programme.draft_rules": permit(_("Draft a version of the rules"), Role.OFFICER, when=is_miit & are_not_frozen),
    "programme.change_reference": permit(
        _("Record how a pilot unit or a central SOE changed: its name, its end, what follows"), Role.SYSTEM_ADMIN
    ),
    "programme.add_reference": permit(_("Add a pilot unit or a central SOE that is new"), Role.SYSTEM_ADMIN),
    "programme.view_reference": permit(
        _("See the reference data"), *(role for role in Role if role is not Role.CLOCKWORK)
    ),
}
GUARDS: Final = {
    "rule_set_is_frozen": Guard(_("These rules are frozen: a batch opened with them. Draft a new version.")),
    "batch_terms_are_published": Guard(_("The call is public: its terms, deadline and rules no longer change.")),
    "programme_batch_number_key": Guard(_("A batch with this number exists."), "number"),
    "reference_is_kept": Guard(_("Code, province and kind of a place stay; its former names are kept as they were.")),
    "body_is_anothers": Guard(_("A body of this code is there already and belongs to others: check the code."), "code"),
    "batch_state": Guard(_("The batch cannot change to this state.")),
}
_PROGRAMME = _("Programme")
MENU: Final = (
    Entry(_("Batches"), "programme:batches", _PROGRAMME, ("programme.view_reference",)),
    Entry(_("Rules"), "programme:rule_sets", _PROGRAMME, ("programme.view_reference",)),
    Entry(_("Pilot units"), "programme:units", _PROGRAMME, ("programme.view_reference",)),
    Entry(_("Industries"), "programme:industries", _PROGRAMME, ("programme.view_reference",)),
    Entry(_("Central SOEs"), "programme:soes", _PROGRAMME, ("programme.view_reference",)),
)
