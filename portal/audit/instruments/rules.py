"""Who may use the auditor's instruments: members of an audit organisation, on what belongs to it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor

AUDITOR: Final = "auditor"


@says(_("This belongs to another audit organisation."))
def is_of_organisation(actor: Actor, row: Any) -> bool:
    """The row belongs to an audit organisation in which the actor audits."""
    return row is None or actor.post(AUDITOR, organisation=row.organisation) is not None


MAY: Final = {
    "audit.use_instruments": permit(_("Use the auditor's instruments"), AUDITOR),
    "audit.draw_sample": permit(_("Draw a sample"), AUDITOR),
    "audit.redraw_sample": permit(_("Draw a sample again"), AUDITOR, when=is_of_organisation),
    "audit.keep_sample_result": permit(_("Keep the result of a sampled item"), AUDITOR, when=is_of_organisation),
    "audit.raise_from_item": permit(_("Raise a finding on an item of a sample"), AUDITOR, when=is_of_organisation),
    "audit.evaluate_sample": permit(_("Evaluate a sample"), AUDITOR, when=is_of_organisation),
    "audit.save_query": permit(_("Save a query"), AUDITOR, when=is_of_organisation),
    "audit.remove_query": permit(_("Remove a saved query"), AUDITOR, when=is_of_organisation),
    "audit.run_analysis": permit(_("Run an analysis"), AUDITOR),
    "audit.make_lead": permit(_("Make a lead of a line"), AUDITOR, when=is_of_organisation),
    "audit.dismiss_lead": permit(_("Dismiss a lead"), AUDITOR, when=is_of_organisation),
    "audit.take_up_lead": permit(_("Take a lead up"), AUDITOR, when=is_of_organisation),
    "audit.reopen_lead": permit(_("Open a dismissed lead again"), AUDITOR, when=is_of_organisation),
    "audit.search": permit(_("Search all texts of dossiers"), AUDITOR),
}
GUARDS: dict[str, Guard] = {
    "sample_never_changes": Guard(_("A drawn sample never changes: draw another one.")),
    "sample_result_stays": Guard(_("A result is never changed: a later one counts.")),
    "sample_evaluation_stays": Guard(_("An evaluation is never changed: evaluate again.")),
    "sample_result_of_its_organisation": Guard(_("Only the auditors who drew a sample keep its results.")),
    "sample_result_of_an_item": Guard(_("The sample has no such item.")),
    "sample_result_fits_its_amount": Guard(
        _("An item in order has its amount of the books, one that is not proven has none."), "audited"
    ),
    "sample_evaluated_when_tested": Guard(_("Every item of the sample needs its result first.")),
    "analysis_result_stays": Guard(_("What an analysis found is never changed: run it again.")),
    "lead_is_fixed": Guard(_("What a lead is about never changes.")),
    "lead_state": Guard(_("A lead does not go from this state to that one.")),
}
GUARDS |= {f"{name}_whole": guard for name, guard in GUARDS.items() if name.endswith(("_stays", "_never_changes"))}
_LOOKING: Final = pgettext_lazy("menu", "Audit: look and test")
MENU: Final = (
    Entry(_("Search the texts"), "instruments:search", _LOOKING, ("audit.search",), place=2),
    Entry(_("Saved queries"), "instruments:queries", _LOOKING, ("audit.use_instruments",), place=3),
    Entry(_("Analyses"), "instruments:analyses", _LOOKING, ("audit.use_instruments",), place=4),
    Entry(pgettext_lazy("audit", "Leads"), "instruments:leads", _LOOKING, ("audit.use_instruments",), place=5),
    Entry(pgettext_lazy("audit", "Samples"), "instruments:samples", _LOOKING, ("audit.use_instruments",), place=6),
)
