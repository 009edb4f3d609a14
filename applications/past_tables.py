"""How approved plans and requests to change them looked at a past moment (`portal.core.past`)."""

from __future__ import annotations

from typing import Final

from portal.core.past import AT, Past, said

_DECIDED: Final = f"t.decided_at > {AT}"
_SIGNED: Final = f"t.signed_at > {AT}"
_AGREED: Final = f"t.mof_at > {AT}"
TABLES: Final = (
    Past("applications_planversion", f"t.at <= {AT}"),
    Past(
        "applications_changerequest",
        f"t.asked_at <= {AT}",
        {
            # When a request was withdrawn stands in the trail alone.
            "state": f"""case when {_SIGNED} then 'asked' when {_DECIDED} then 'signed'
                              when t.state = 'withdrawn' and {said("state")} then told ->> 'state' else t.state end""",
            "signed_by_id": f"case when {_SIGNED} then null else t.signed_by_id end",
            "signed_at": f"case when {_SIGNED} then null else t.signed_at end",
            "mof_by_id": f"case when {_AGREED} then null else t.mof_by_id end",
            "mof_at": f"case when {_AGREED} then null else t.mof_at end",
            "decided_by_id": f"case when {_DECIDED} then null else t.decided_by_id end",
            "decided_at": f"case when {_DECIDED} then null else t.decided_at end",
            "decision_why": f"case when {_DECIDED} then '' else t.decision_why end",
            "document_no": f"case when {_DECIDED} then '' else t.document_no end",
        },
        tells=True,
    ),
)
PAGES: Final = (
    "applications:plan_approved",
    "applications:plan_version",
    "applications:changes",
    "applications:change",
)
PRESENT: Final = {
    "An act.": (
        "applications:approve_plan",
        "applications:add_to_plan",
        "applications:follow_unit",
        "applications:change_in_plan",
        "applications:end_in_plan",
        "applications:sign_change",
        "applications:agree_change",
        "applications:decide_change",
        "applications:withdraw_change",
    ),
    "What became of a unit in all batches, each with its day: it is a history itself.": ("applications:unit_history",),
}
# Pages of one object, by the kind of object; the first of a kind is its page.
OBJECTS: Final = {
    "applications:detail": "applications.application",
    "applications:plan_approved": "applications.application",
    "applications:change": "applications.changerequest",
    "applications:match": "applications.match",
}
