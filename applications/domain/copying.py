"""Begin with what an earlier dossier of the same unit said: sections nobody has touched yet are filled from it.

Commitments of joint applicants, files and signatures are never copied: they were given for another batch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from applications.domain.editing import touch
from applications.enums_sections import StatementCode as Code
from applications.models import (
    Application,
    Cluster,
    Enterprise,
    Figure,
    FocusIndustry,
    FoundationYear,
    FundingLine,
    PlanChapter,
    Project,
    ProjectApproval,
    ProjectEnterprise,
    ProjectMilestone,
    ProjectMoney,
    Risk,
    Statement,
    Target,
    TargetYear,
)
from applications.sections import SECTIONS
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.punctuation import listed
from portal.core.scope import Actor

# What each section consists of: columns of the application, tables (parts of their rows follow by themselves), texts.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "basics": (
        *("summary", "contact_name", "contact_phone", "contact_email"),
        *("lead_department", "leader_name", "leader_post", "amount_asked"),
    ),
    "targets": ("digital_base", "digital_target"),
}
TABLES: Final[dict[str, tuple[type[Model], ...]]] = {
    "foundation": (FoundationYear,),
    "industries": (FocusIndustry,),
    "enterprises": (Enterprise,),
    "projects": (Project,),
    "clusters": (Cluster,),
    "targets": (Target,),
    "funding": (FundingLine,),
    "plan": (Figure, PlanChapter),
    "safety": (Risk,),
}
# Rows that belong to a row of a table.
PARTS: Final[dict[type[Model], tuple[type[Model], ...]]] = {
    Target: (TargetYear,),
    Project: (ProjectEnterprise, ProjectMoney, ProjectApproval, ProjectMilestone),
}
TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "foundation": (Code.INDUSTRY_BASE, Code.DIGITAL_BASE),
    "safety": (Code.WORK_SAFETY, Code.ENVIRONMENT, Code.DATA_SECURITY),
    "funding": (Code.FUNDING_SECURED,),
}
# A section that names rows of another one comes with it, or after it.
NEEDS: Final = {"projects": "industries", "clusters": "industries", "funding": "projects"}
FIGURE: Final = re.compile(r"/applications/figures/(\d{1,18})/")
_STEP: Final = 1000


@dataclass(frozen=True)
class CopyInput:
    """From which earlier application of the unit, and which sections."""

    source: Application
    sections: tuple[str, ...]


def open_sections(application: Application) -> list[str]:
    """The sections that can be filled by copying: nobody has touched them."""
    known = {*COLUMNS, *TABLES} & SECTIONS.keys()
    return [code for code in SECTIONS if code in known and code not in application.touched]


def copy_sections(*, by: Actor, application: Application, what: CopyInput) -> Application:
    """Fill untouched sections from an earlier dossier of the same unit. All of them, or none.

    Raises NotAllowed, WrongState; DomainError when the source is another unit's, a section was touched meanwhile, one
    it needs is missing, or the rules of this batch forbid what was allowed then.
    """
    with command(by, "applications.copy", application) as act:
        chosen = [code for code in SECTIONS if code in what.sections]
        _refuse(application, what.source, chosen)
        copied: dict[type[Model], dict[int, int]] = {}
        for code in chosen:
            _columns(code, what.source, application)
            for table in TABLES.get(code, ()):
                _rows(by, table, what.source, application, copied)
            _texts(code, what.source, application)
            touch(application, code, by)
        act.record(application, _why(what.source, chosen))
    return application


def _why(source: Application, chosen: list[str]) -> str:
    names = listed(str(SECTIONS[code].title) for code in chosen)
    return _("Copied from %(source)s: %(sections)s") % {"source": source.number or source.title, "sections": names}


def _refuse(application: Application, source: Application, chosen: list[str]) -> None:
    if source.pk == application.pk or source.organisation_id != application.organisation_id:
        raise DomainError("copy_from_own_dossier", _("Choose an earlier dossier of your own unit."), "source")
    if not chosen:
        raise DomainError("copy_something", _("Choose at least one section."), "sections")
    still = open_sections(application)
    for code in chosen:
        if code not in still:
            raise DomainError(
                "copy_into_untouched",
                _("“%(section)s” has been written in meanwhile: nothing is copied over it.")
                % {"section": SECTIONS[code].title},
                "sections",
            )
        needed = NEEDS.get(code)
        if needed in still and needed not in chosen:
            raise DomainError(
                "copy_what_it_needs",
                _("“%(section)s” needs “%(needed)s”: choose both.")
                % {"section": SECTIONS[code].title, "needed": SECTIONS[needed].title},
                "sections",
            )


def _columns(code: str, source: Application, target: Application) -> None:
    names = COLUMNS.get(code, ())
    for name in names:
        setattr(target, name, getattr(source, name))
    if names:
        target.save(update_fields=list(names))


def _texts(code: str, source: Application, target: Application) -> None:
    found = Statement.objects.filter(application=source, code__in=TEXTS.get(code, ()))
    Statement.objects.bulk_create([Statement(application=target, code=row.code, text=row.text) for row in found])


def _rows(
    by: Actor, table: type[Model], source: Application, target: Application, copied: dict[type[Model], dict[int, int]]
) -> None:
    """Copy the rows of a table and of its parts; references among what was copied lead to the copies."""
    rows: Any = table._default_manager.filter(application=source).order_by("pk")
    old = list(rows)
    new = [(row.pk, made) for row in old if (made := _copy(by, row, target, copied)) is not None]
    table._default_manager.bulk_create([made for _pk, made in new], batch_size=_STEP)
    copied[table] = {pk: made.pk for pk, made in new}
    for part in PARTS.get(table, ()):
        _rows(by, part, source, target, copied)


def _copy(by: Actor, row: Model, target: Application, copied: dict[type[Model], dict[int, int]]) -> Model | None:
    """A row for the other dossier; None when it names a row that was not copied."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key:
            continue
        if field.name == "application":
            value = target.pk
        elif isinstance(field, ForeignKey) and field.related_model in copied and value is not None:
            value = copied[field.related_model].get(value)
            if value is None and not field.null:
                return None
        elif isinstance(field, ForeignKey) and field.related_model is Project and value is not None:
            value = _same_project(value, target)
            if value is None:
                return None
        elif isinstance(field, ForeignKey) and field.related_model is Enterprise and value is not None:
            value = _same_enterprise(value, target)
            if value is None:
                return None
        values[field.attname] = value
    names = {field.name for field in row._meta.concrete_fields}
    if "version" in names:
        values["version"] = 1
    if "uploaded_at" in names:
        values |= {"uploaded_by_id": by.id, "uploaded_at": clock.now()}
    if isinstance(row, PlanChapter):
        figures = copied.get(Figure, {})
        values["html"] = FIGURE.sub(lambda found: f"/applications/figures/{figures[int(found[1])]}/", row.html)
    return type(row)(**values)


def _same_project(pk: int, target: Application) -> int | None:
    """The project of the same name in the other dossier, when projects were not copied in this act."""
    name = Project.objects.filter(pk=pk).values("name")[:1]
    return target.projects.filter(name__in=name).values_list("pk", flat=True).first()


def _same_enterprise(pk: int, target: Application) -> int | None:
    """The enterprise of the same code in the other roster, when the roster was not copied in this act."""
    code = Enterprise.objects.filter(pk=pk).values("credit_code")[:1]
    return target.enterprises.filter(credit_code__in=code).values_list("pk", flat=True).first()
