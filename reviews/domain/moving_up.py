"""Acts by which a reserve unit takes a free place: computed anew, proposed by one ministry, confirmed by the other."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from applications.enums import ApplicationState
from applications.models import Application
from applications.states import APPLICATION
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import Batch
from reviews import queries, selection
from reviews.domain.apart import refuse_conflicted
from reviews.domain.publicity import enter, period
from reviews.enums import Ministry
from reviews.models import Decision, PublicEntry, Replacement
from reviews.selection.canonical import canonical
from reviews.states import REPLACEMENT


@dataclass(frozen=True)
class Found:
    """What the question of a replacement comes to: question and answer as plain values, who moves up."""

    instance: dict[str, Any]
    answer: dict[str, Any]
    comes: tuple[str, ...]

    @property
    def is_possible(self) -> bool:
        """Whether somebody can move up under the rules."""
        return self.answer["status"] == "optimal" and bool(self.comes)


def question(decision: Decision, entries: Mapping[str, str], waits: Collection[str]) -> dict[str, Any]:
    """The decision's own question with the list fixed and only its reserve open.

    entries: unit → state; waits: units that are still in reserve.

    It asks for no more units than the decision had chosen. Where several places are free, as many are filled as can be:
    one unit short in reserve keeps no other from moving up.
    """
    asked: dict[str, Any] = json.loads(decision.scenario.instance)
    listed = {unit for unit, state in entries.items() if state != "dropped"}
    before = {row["id"] for row in asked.get("exclude", ())}
    why = {
        "listed": _("The unit stays on the published list."),
        "dropped": _("The unit left the list."),
        "gave_up": _("The unit gave up its place in reserve."),
        "excluded": _("The decision had excluded the unit."),
        "outside": _("The unit is not in the reserve of the decision."),
    }

    def shut(unit: str) -> str:
        if unit in entries:
            return "dropped"
        if unit in before:
            return "excluded"
        if unit not in decision.reserve:
            return "outside"
        return "" if unit in waits else "gave_up"

    others = [row["id"] for row in asked["candidates"] if row["id"] not in listed]
    asked["include"] = [{"id": unit, "reason": why["listed"]} for unit in sorted(listed)]
    asked["exclude"] = [{"id": unit, "reason": why[shut(unit)]} for unit in sorted(others) if shut(unit)]
    most, more = len(decision.chosen), len(listed) + 1
    if isinstance(asked["total"], Mapping):
        asked["total"] = {"min": min(asked["total"]["min"], more), "max": most}
    elif more < most:
        asked["total"] = {"min": more, "max": most}
    return asked


def find(decision: Decision) -> Found:
    """Ask the solver who moves up now. Raises DomainError when no place is free.

    The words of the reasons are part of the question and its digest: they are Chinese, whoever asks.
    """
    entries = queries.entry_states(decision.batch)
    listed = [unit for unit, state in entries.items() if state != "dropped"]
    if len(listed) >= len(decision.chosen):
        raise DomainError("no_place", _("No unit left the list: it has no free place."))
    with override("zh-hans"):
        asked = question(decision, entries, queries.waiting_units(decision.batch))
    answer = selection.solve(selection.parse_instance(asked)).to_json()
    return Found(asked, answer, tuple(sorted(set(answer["chosen"]) - set(listed))))


def propose(*, by: Actor, decision: Decision) -> Replacement:
    """Propose who takes the free place, as the decision's own question says.

    Raises NotAllowed (also with an interest in the batch); DomainError when no place is free, one waits already, or
    nobody in reserve keeps the rules.
    """
    with command(by, "reviews.propose_replacement", decision) as act:
        refuse_conflicted(by, decision.batch)
        post = by.post(Role.OFFICER)
        found = find(decision)
        if not found.is_possible or post is None:
            raise DomainError("nobody_moves_up", _("No unit in reserve keeps the rules: the place stays free."))
        made = Replacement.objects.create(
            batch=decision.batch,
            number=Replacement.objects.filter(batch=decision.batch_id).count() + 1,
            decision=decision,
            instance=canonical(found.instance).decode(),
            instance_sha256=found.answer["instance_sha256"],
            answer=json.dumps(found.answer, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            comes=list(found.comes),
            ministry=post.code,
            proposed_by_id=by.id,
        )
        text = gettext_lazy("A replacement in batch %(number)s waits for your ministry's confirmation.")
        url = reverse("reviews:replacement", args=[made.pk])
        notify(recipients(Role.OFFICER, code=other_ministry(post.code)), text, by=by, url=url,
               number=decision.batch.number)  # fmt: skip
        # The trail names the decision: question and answer hold every score, which not all its readers may see.
        act.after = {"replacement": made.number, "comes": made.comes, "instance_sha256": made.instance_sha256}
        return made


def other_ministry(code: str) -> str:
    """The ministry that confirms what this one proposed."""
    return str(Ministry.MOF if code == Ministry.MIIT else Ministry.MIIT)


def confirm(*, by: Actor, replacement: Replacement) -> list[PublicEntry]:
    """Confirm for the other ministry: the units move up and are published for a period of their own.

    Raises NotAllowed (also with an interest in the batch), WrongState; DomainError when the list changed since.
    """
    with command(by, "reviews.confirm_replacement", replacement) as act:
        act.before = {}
        refuse_conflicted(by, replacement.batch)
        batch = Batch.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=replacement.batch_id)
        rows = Application.objects.filter(batch=batch, unit__in=replacement.comes, state=ApplicationState.RESERVE)
        waits = rows.select_for_update(of=("self",)).order_by("pk").values_list("unit_id", flat=True)
        if set(waits) != set(replacement.comes):
            raise DomainError(
                "candidate_gave_up",
                _("A unit that was to move up gave up its place: withdraw this replacement and propose anew."),
            )
        act.to(replacement, REPLACEMENT)
        replacement.confirmed_by_id, replacement.confirmed_at = by.id, clock.now()
        replacement.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        rows.update(state=APPLICATION.target(ApplicationState.RESERVE, "replace"))
        days = period(batch)
        made = enter(batch, replacement.comes, days, replacement)
        act.record(batch, why=f"{replacement}: {', '.join(replacement.comes)} {clock.calendar_note(*days)}".rstrip())
        act.after = {"replacement": replacement.number, "comes": replacement.comes}
        return made


def withdraw(*, by: Actor, replacement: Replacement, why: str) -> Replacement:
    """Take a replacement back, or refuse it, with a reason. Raises NotAllowed, WrongState; DomainError without one."""
    with command(by, "reviews.withdraw_replacement", replacement) as act:
        if not why.strip():
            raise DomainError("replacement_withdrawn_with_reason", _("Say why the replacement is withdrawn."), "why")
        act.before = {}
        act.to(replacement, REPLACEMENT)
        replacement.withdrawn_why = why.strip()
        replacement.save(update_fields=["state", "withdrawn_why"])
        act.after = {"replacement": replacement.number, "state": replacement.state}
        act.why = why.strip()
        return replacement
