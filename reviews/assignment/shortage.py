"""Where no assignment exists: who is short of how many reviewers, and why."""

from typing import Any

from reviews.assignment.flow import Flow
from reviews.assignment.tables import Tables


def shortfall(tables: Tables, flow: Flow | None = None) -> list[dict[str, Any]]:
    """One entry for each application or reviewer that is short: its id, missing (a number), code, why (in words).

    Without a flow: contradictions that can be read off the question. With one: where it had to leave seats empty (the
    fewest possible in all) or a reviewer below the least load.
    """
    if flow is None:
        return [*_pinned(tables), *_groups(tables)]
    found = [_application(tables, row, int(missing)) for row, missing in enumerate(flow.missing) if missing > 0]
    people = tables.instance.reviewers
    for column, missing in enumerate(flow.idle):
        if missing > 0:
            free = int(tables.may[:, column].sum())
            why = f"at least {tables.low[column]} applications are asked, {free} are free of conflicts"
            found.append({"reviewer": people[column].id, "missing": int(missing), "code": "min_load", "why": why})
    return found


def _pinned(tables: Tables) -> list[dict[str, Any]]:
    names, people, each = tables.instance.applications, tables.instance.reviewers, tables.each
    found: list[dict[str, Any]] = []
    for row, name in enumerate(names):
        against = [people[column].id for column in (tables.must[row] & ~tables.may[row]).nonzero()[0]]
        if against:
            why = f"pinned against a conflict of interest: {', '.join(against)}"
            found.append({"application": name, "missing": len(against), "code": "pinned_conflict", "why": why})
        if (over := int(tables.must[row].sum()) - each) > 0:
            why = f"{each + over} reviewers are pinned, {each} are asked"
            found.append({"application": name, "missing": over, "code": "pinned_too_many", "why": why})
    for column, load in enumerate(tables.must.sum(axis=0)):
        if (over := int(load - tables.high[column])) > 0:
            why = f"pinned to {load} applications, the largest load is {tables.high[column]}"
            found.append({"reviewer": people[column].id, "missing": over, "code": "pinned_over_load", "why": why})
    return found


def _groups(tables: Tables) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row, name in enumerate(tables.instance.applications):
        kept = sum(
            max(int(tables.must[row, tables.group == at].sum()), int(least)) for at, least in enumerate(tables.least)
        )
        if (over := kept - tables.each) > 0:
            why = f"groups and pinned reviewers ask for {kept}, {tables.each} are seated"
            found.append({"application": name, "missing": over, "code": "groups_exceed", "why": why})
    return found


def _application(tables: Tables, row: int, missing: int) -> dict[str, Any]:
    name = tables.instance.applications[row]
    free = int(tables.may[row].sum())
    if free < tables.each:
        code, why = "too_few_free", f"{free} reviewers are free of conflicts, {tables.each} are asked"
        return {"application": name, "missing": missing, "code": code, "why": why}
    for at, least in enumerate(tables.least):
        inside = int(tables.may[row, tables.group == at].sum())
        if inside < least:
            code, why = (
                "group_too_few_free",
                f"{inside} of group {tables.groups[at]} are free of conflicts, {least} are asked",
            )
            return {"application": name, "missing": missing, "code": code, "why": why}
    why = f"{free} reviewers are free of conflicts, but other applications need them up to their largest loads"
    return {"application": name, "missing": missing, "code": "loads_full", "why": why}
