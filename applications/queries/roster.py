"""Reads of the roster of one dossier which the caller has found in scope; large, so never whole but for a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from applications import period
from applications.enums import PROGRAMME_TARGETS, MoneyLevel, TargetCode
from applications.models import (
    Application,
    Enterprise,
    FocusIndustry,
    ImportFile,
    Project,
    ProjectEnterprise,
    ProjectMoney,
    Roster,
    RosterText,
    Snapshot,
    Target,
)
from applications.sheets.enterprises import COLUMNS
from applications.sheets.indicators import OWN, YEARS
from applications.sheets.projects import PROJECTS
from applications.sheets.sheet import Ground, Row
from portal.programme.enums import Level
from portal.programme.models import Industry

_FIELDS: Final = tuple("industry_id" if column.key == "industry" else column.key for column in COLUMNS)
_KEYS: Final = tuple(column.key for column in COLUMNS)


def enterprises_of(application: Application) -> QuerySet[Enterprise]:
    """The roster by code, each with its industry."""
    return Enterprise.objects.filter(application=application).select_related("industry").order_by("credit_code")


def roster_rows(application: Application) -> Iterator[Row]:
    """The roster by code as rows of its sheet."""
    rows = Enterprise.objects.filter(application=application).order_by("credit_code").values_list(*_FIELDS)
    for values in rows.iterator(chunk_size=2000):
        yield dict(zip(_KEYS, values, strict=True))


def project_rows(application: Application) -> Iterator[Row]:
    """The projects as rows of their sheet, in the order they were added."""
    taking_part = ProjectEnterprise.objects.select_related("enterprise").order_by("pk")
    rows = Project.objects.filter(application=application).order_by("pk")
    names = [column.key for column in PROJECTS.columns if column.key not in ("industry", "codes")]
    for project in rows.prefetch_related(Prefetch("taking_part", taking_part)):
        row = {name: getattr(project, name) for name in names}
        codes = tuple(one.enterprise.credit_code for one in project.taking_part.all())
        yield row | {"industry": project.industry_id, "codes": codes}


def indicator_rows(application: Application) -> Iterator[Row]:
    """The indicators as rows of their sheet: those of the programme, whether they stand or not, then the unit's own."""
    standing = {
        target.code if target.code != TargetCode.OWN else OWN + target.name: target
        for target in Target.objects.filter(application=application).prefetch_related("years").order_by("code", "pk")
    }
    programme = [code.value for code in PROGRAMME_TARGETS]
    for key in [*programme, *(key for key in standing if key not in programme)]:
        target = standing.get(key)
        first = application.batch.year
        values = {year.year - first: year.value for year in target.years.all()} if target else {}
        yield {
            "indicator": key,
            "formula": target.formula if target else "",
            "unit": target.unit if target else "%",
            "baseline": target.baseline if target else None,
            "goal": target.goal if target else None,
            **{f"year_{number}": values.get(number) for number in range(YEARS)},
        }


def roster_of(application: Application) -> Roster | None:
    """What the database counts of the roster; None before the first enterprise."""
    return Roster.objects.filter(application=application).first()


def submitted_roster(snapshot: Snapshot) -> str:
    """The roster as it was submitted, one line of JSON for each enterprise; nothing when none was."""
    return RosterText.objects.filter(snapshot=snapshot).values_list("text", flat=True).first() or ""


def industry_names() -> list[tuple[str, str, str]]:
    """Divisions and groups of GB/T 4754: code, Chinese, English."""
    rows = Industry.objects.exclude(level=Level.SECTION).order_by("code")
    return list(rows.values_list("code", "name_zh", "name_en"))


def industries_in_words() -> list[tuple[str, str]]:
    """Divisions and groups of GB/T 4754: code, and name in the reader's language."""
    return [(code, en if get_language() == "en" else zh) for code, zh, en in industry_names()]


def ground_of(application: Application) -> Ground:
    """What rows of any sheet are judged against."""
    industries = frozenset(Industry.objects.exclude(level=Level.SECTION).values_list("code", flat=True))
    focus = FocusIndustry.objects.filter(application=application).order_by("industry_id")
    codes = Enterprise.objects.filter(application=application).values_list("credit_code", flat=True)
    rules = application.batch.rule_set
    return Ground(
        industries,
        tuple(focus.values_list("industry_id", flat=True)),
        frozenset(codes),
        rules.project_support_share if rules else None,
        rules.landmark_investment if rules else None,
        span=period.span(application.batch),
    )


def projects_with_national_money(application: Application) -> frozenset[str]:
    """Names of the projects beside which national money is written down, whatever they say of themselves."""
    rows = ProjectMoney.objects.filter(application=application, level=MoneyLevel.NATIONAL)
    return frozenset(rows.values_list("project__name", flat=True))


def enterprises_by_code(application: Application, codes: Any) -> dict[str, Enterprise]:
    """Enterprises of the roster with these codes."""
    rows = Enterprise.objects.filter(application=application, credit_code__in=list(codes))
    return {row.credit_code: row for row in rows}


def imports_of(application: Application) -> QuerySet[ImportFile]:
    """Files that were brought for lists of the dossier, the newest first."""
    return ImportFile.objects.filter(application=application).order_by("-pk")
