"""The same project in several dossiers, or with other public money beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.analytics.common import dossier_url, dossiers
from applications.likeness import core
from applications.models import Project, ProjectMoney
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter

_ASKED: Final = (
    "pk",
    "name",
    "enterprise_name",
    "total_investment",
    "application_id",
    "application__unit__name_zh",
    "application__batch__year",
)


def find(asked: Asked) -> Iterator[Line]:
    """Projects of one enterprise with names alike in different dossiers; then those that name other public money."""
    groups: dict[str, list[Any]] = defaultdict(list)
    rows = Project.objects.filter(application__in=dossiers(asked).values("pk")).order_by("pk")
    for row in rows.values(*_ASKED).iterator(2_000):
        groups[core(row["enterprise_name"])].append(row)
    least = float(asked.number("likeness")) / 100
    for _name, group in sorted(groups.items()):
        for one, other in combinations(group[:200], 2):
            alike = SequenceMatcher(None, core(one["name"]), core(other["name"]), autojunk=False).ratio()
            if one["application_id"] != other["application_id"] and alike >= least:
                yield _pair(one, other, alike)
    money = ProjectMoney.objects.filter(project__in=rows.order_by().values("pk"), amount__gt=0)
    for held in money.select_related("project__application__unit", "project__application__batch").order_by("pk"):
        project = held.project
        yield Line(
            key=f"money:{held.pk}",
            title=project.name,
            url=dossier_url(project.application_id),
            amount=held.amount,
            cells={
                "name": project.name,
                "enterprise": project.enterprise_name,
                "how": f"{gettext('other public money')}: {held.get_level_display()} {held.fund}",
                "unit": str(project.application.unit),
                "other": "",
                "years": str(project.application.batch.year),
                "amount": held.amount,
            },
        )


def _pair(one: Any, other: Any, alike: float) -> Line:
    return Line(
        key=f"projects:{one['pk']}:{other['pk']}",
        title=one["name"],
        url=dossier_url(one["application_id"]),
        amount=other["total_investment"],
        cells={
            "name": one["name"],
            "enterprise": one["enterprise_name"],
            "how": gettext("names alike to %(percent)s %%") % {"percent": round(100 * alike)},
            "unit": one["application__unit__name_zh"],
            "other": f"{other['application__unit__name_zh']}: {other['name']}",
            "years": f"{one['application__batch__year']}、{other['application__batch__year']}",
            "amount": other["total_investment"],
        },
    )


ANALYSIS: Final = Analysis(
    name="duplicate_projects",
    title=_("Projects that stand twice"),
    rule=_("Projects of one enterprise with names alike in different dossiers, units, years; and other public money."),
    source=_("财建〔2024〕16号: a project supported with other national money may not be supported again."),
    caution=_("A unit that was not selected may apply again with the same project: then only one was supported."),
    parameters=(
        Parameter("likeness", _("Names alike to at least (%)"), "percent", Decimal(80), least="50", most="100"),
    ),
    columns=(
        Column("name", _("Project")),
        Column("enterprise", _("Leading enterprise")),
        Column("how", _("Why it stands here")),
        Column("unit", _("Pilot unit")),
        Column("other", _("The other")),
        Column("years", _("Years")),
        Column("amount", _("Amount"), "yuan"),
    ),
    find=find,
)
