"""What tests of the pages share."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import uploads

AMOUNT = "100000000.00"
# The page of the first section, in one opening.
PAGE = {"place": "basics", "page": "a1"}


def pdf(name="plan.pdf"):
    return SimpleUploadedFile(name, uploads.pdf(), "application/pdf")


def follow(answer):
    """The address a successful act leads to."""
    assert answer.status_code == 303, answer.content.decode().split("<main")[-1][:3000]
    return answer["Location"]


def read(client, url):
    """What a browser would send of a section's form as it is shown."""
    form = client.get(url).context
    data = {field.html_name: field.value() for field in form["form"]}
    data = {
        name: str(value) for name, value in data.items() if value is not None and value is not False and value != ""
    }
    return data | {"base": form["base"], "page": form["spot"].page}


def project(**changes):
    """What a browser sends for a project."""
    values = {
        "version": "0",
        "name": "智能工厂",
        "mode": "point",
        "industry": "C36",
        "enterprise_name": "某汽车有限公司",
        "total_investment": "600000000",
        "equipment_investment": "",
        "is_landmark": "on",
        "support_asked": "120000000",
        "method": "investment_subsidy",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
    }
    return values | changes


def pages(row):
    """The pages of a drafter that need no row."""
    base = f"/applications/{row.pk}/"
    return [
        base,
        *[
            f"{base}{name}/"
            for name in ("whole", "basics", "targets", "industries", "industries/add", "projects", "projects/add")
        ],
        *[f"{base}{name}/" for name in ("partners", "partners/invite", "attachments", "attachments/add")],
        f"{base}sign-off/request/",
        f"{base}withdraw/",
    ]


def decision(page: Any, **given: str) -> dict[str, Any]:
    """What an officer sends from the province's page: every point fulfilled, the letter if there is one."""
    form = page.context["form"]
    letters = list(form.fields["letter"].queryset)
    return {
        "snapshot": page.context["current"].pk,
        "side": form["side"].value(),
        "opinion": "",
        "letter": letters[0].pk if letters else "",
        **{f"{point.code}_answer": "fulfilled" for point in form.points},
        **given,
    }
