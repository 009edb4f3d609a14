"""Whoever lost telephone, keys and codes gets in again: the security administrator takes the second factor away."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.domain.rights import end_sessions, needs_reason, one_at_a_time, still_in_office
from portal.accounts.domain.tokens import revoke_all
from portal.accounts.models import User
from portal.core.commands import command, on_commit
from portal.core.errors import DomainError
from portal.core.punctuation import listed
from portal.core.scope import Actor
from portal.notifications import letters


def reset(*, by: Actor, person: User, why: str) -> User:
    """Take all of another person's second factor away (telephone and codes are lost), so that it is set up anew.

    The password stays: who has it alone gets no further than to setting up another factor. API tokens do not: they
    open the account without a factor, and whoever asks here may not be the one who made them.
    Raises NotAllowed; DomainError without a reason or where there is none.
    Side effects: all sessions end, API tokens are revoked, audit event, and after the commit a letter to the person.
    """
    one_at_a_time()
    with command(by, "accounts.reset_second_factor", person) as act:
        still_in_office(by)
        needs_reason(why)
        held = Authenticator.objects.filter(user=person)
        if not (kinds := sorted(held.values_list("type", flat=True))):
            raise DomainError("no_second_factor", _("This person has no second factor."))
        held.delete()
        end_sessions(person)
        tokens = revoke_all(by=by, person=person)
        on_commit(lambda: _say_reset(person, tokens), robust=True)
        act.after = {"taken": kinds, "tokens_revoked": tokens}
        return act.record(person, why)


def _say_reset(person: User, tokens: list[str]) -> None:
    def text() -> str:
        said = _(
            "%(name)s,\n\nthe security administrator took the second factor of your account away: app, security keys "
            "and recovery codes no longer open it, and all your sessions have ended.\n"
            "Sign in with your password and set up another:\n%(link)s\n\n"
            "If you did not ask for it, tell the security administrator at once."
        ) % {"name": person.name, "link": letters.address(reverse("mfa_index"))}
        if not tokens:
            return said
        gone = _("Your API tokens are revoked; programs that use one need a new one: %(tokens)s")
        return f"{said}\n\n{gone % {'tokens': listed(tokens)}}"

    letters.send(person.email, lambda: _("Pilot portal: change of your account"), text)
