"""Kinds of event in words: acts of the tables of rights, and what happens without one (signing in, runs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.errors import Text
from portal.core.rules import ACTS

KINDS: Final[dict[str, Text]] = {
    "accounts.sign_in": pgettext_lazy("audit", "Signed in"),
    "accounts.sign_in_failed": pgettext_lazy("audit", "Sign-in failed"),
    "accounts.sign_in_closed": pgettext_lazy("audit", "Sign-in refused: closed after failures"),
    "accounts.sign_out": pgettext_lazy("audit", "Signed out"),
    "accounts.end_session": pgettext_lazy("audit", "Ended a session in another browser"),
    "accounts.change_password": pgettext_lazy("audit", "Changed the password"),
    "accounts.reset_password": pgettext_lazy("audit", "Set a new password by letter"),
    "accounts.add_second_factor": pgettext_lazy("audit", "Added a second factor"),
    "accounts.remove_second_factor": pgettext_lazy("audit", "Took a second factor away"),
    "accounts.renew_recovery_codes": pgettext_lazy("audit", "Made new recovery codes"),
    "accounts.rename_key": pgettext_lazy("audit", "Renamed a security key"),
    "accounts.key_copied": pgettext_lazy("audit", "A security key counted backwards and was closed"),
    "accounts.view_recovery_codes": pgettext_lazy("audit", "Looked at the recovery codes"),
    "accounts.second_factor_failed": pgettext_lazy("audit", "Second factor failed"),
    "accounts.take_invitation": pgettext_lazy("audit", "Took an invitation"),
    "accounts.view_person": _("Looked at a person's page"),
    "accounts.use_token": _("Used an API token"),
    "core.start_run": _("Started long work"),
    "core.cancel_run": _("Cancelled long work"),
    "core.finish_run": _("Long work ended"),
    "core.fail_run": _("Long work failed"),
    "core.view_file": _("Opened a file"),
    "core.export": _("Took a list away as a file"),
    "core.quarantine": _("Put a file into quarantine"),
    "core.sweep_files": _("Removed stored files that nothing names"),
    "audit.look_at_bundle": _("Took an evidence bundle away"),
    "audit.remove_bundle": _("Removed the content of an old evidence bundle"),
    "audit.look_at_seal": _("Took a seal of the trail away"),
    "audit.put_seals_aside": _("Put seals aside that a restored database does not hold"),
    "reports.remove": _("Removed the content of an old report"),
}


def register(kinds: Mapping[str, Text]) -> None:
    """Add an app's kinds of event that are no acts of its table of rights. Raises ValueError when a name is taken."""
    if taken := KINDS.keys() & kinds.keys():
        raise ValueError(f"Kinds of event named twice: {sorted(taken)}")
    KINDS.update(kinds)


def label(act: str) -> Text:
    """A kind of event in words; its code where nobody gave it words."""
    permit = ACTS.get(act)
    return permit.label if permit else KINDS.get(act, act)


def choices() -> list[tuple[str, str]]:
    """All kinds of event with their words, in the order of the words."""
    return sorted(((act, str(label(act))) for act in ACTS.keys() | KINDS.keys()), key=lambda pair: pair[1])
