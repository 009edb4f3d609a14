"""Values of rows of money as their makers would enter them, for attacks with raw SQL."""

from __future__ import annotations

from tests import factories_grants as make
from tests.grants.raw import organisation


def mof(who, **more):
    return {"organisation": organisation("MOF"), "maker": who["mof_maker"].pk, "no": "R1", **more}


def project_of(who, award, place=0):
    from grants.models import GrantProject

    with make.acting(who["mof"]):
        return GrantProject.objects.filter(award=award).order_by("pk")[place]


def organisation_in(user, code):
    with make.acting(user):
        return organisation(code)


def pay(who, project, document, **changes):
    return {
        "organisation": organisation_in(who["unit_maker"], "CZ350200"),
        "maker": who["unit_maker"].pk,
        "no": "Z1",
        "project": project.pk,
        "document": document,
        "amount": "1.00",
        "request": make.request_rows(who, project, changes.get("amount", "1.00")),
    } | changes


def award_file(who):
    """The number of a sealed file for an award of the unit; called as the maker of MOF."""
    from types import SimpleNamespace

    from grants.models import Document
    from portal.core.files import PDF, keep

    stored = keep(make.pdf(), kinds=(PDF,)).fields(by=SimpleNamespace(id=who["mof_maker"].pk))
    return Document.objects.create(**stored, kind="award", province_id="350000", unit_id="350200").pk
