"""Acts that work a computed list out: its reasons and its firmness, both kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import start_run
from reviews.domain.apart import refuse_conflicted
from reviews.enums import ScenarioState
from reviews.models import Scenario, ScenarioStudy
from reviews.selection.canonical import canonical, sha256_of


def start(*, by: Actor, scenario: Scenario, back: str = "") -> Run:
    """Start working out a list. Raises NotAllowed; DomainError when there is no list."""
    with command(by, "reviews.study", scenario) as act:
        refuse_conflicted(by, scenario.batch)
        if scenario.state != ScenarioState.OPTIMAL:
            raise DomainError("not_optimal", _("Only a list that was found can be worked out."))
        run = start_run(
            by=by,
            task="reviews.study",
            params={"scenario": scenario.pk},
            key=f"reviews.study:{scenario.pk}",
            back=back,
        )
        act.record(scenario.batch, why=str(scenario))
        return run


def keep(*, by: Actor, scenario: Scenario, kind: str, body: Mapping[str, Any]) -> ScenarioStudy:
    """Keep what was worked out; it never changes. Raises NotAllowed; DomainError when it is kept already."""
    with command(by, "reviews.keep_study", scenario) as act:
        row = ScenarioStudy.objects.create(
            scenario=scenario,
            kind=kind,
            body=canonical(body).decode(),
            sha256=sha256_of(body),
            created_by_id=by.id,
        )
        act.record(scenario.batch, why=f"{scenario}: {row.get_kind_display()} {row.sha256}")
        return row
