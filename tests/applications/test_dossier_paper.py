"""The paper of a dossier, read whole: it holds every field that is signed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from applications import canonical, presentation, queries
from applications.enums import (
    ApprovalKind,
    ApprovalState,
    AttachmentKind,
    Mode,
    MoneyLevel,
    PartnerRole,
    PartnerState,
    SupportMethod,
)
from applications.enums_sections import ChapterCode, ClusterKind, Degree, FundingSource, RiskKind, Standing
from applications.reports.dossier import document
from applications.roster.rates import rates
from portal.core import pdf
from tests import factories_applications as make
from tests.applications.whole_dossier import CONTENT

# What is signed and is no field: keys of rows, names in the other language, what kind of file it is.
NOT_SHOWN = re.compile(
    r"\.(id|key|name_en|content_type|width|height|format)$|^\.(batch|unit\.code|province\.code|format)|organisation\.code$"
    # of the roster: what rates are reckoned from, which are compared by themselves
    r"|^\.enterprises\.(digital|tools|process|energy)|^\.enterprises\.industries\[\]\.(digital|largest)|enterprises\.years"
    # what follows from what is shown: a partner's kind from its name, a file's name from its title
    r"|^\.partners\[\]\.kind|indicators\[\]\.code|\.file_name$"
    r"|funding\.lines\[\]\.(project|year)$|^\.plan\.figures|\.(is_landmark|other_national_money)$"
)
WORDS = {
    "mode": Mode,
    "method": SupportMethod,
    "partners[].role": PartnerRole,
    "level": MoneyLevel,
    "standing": Standing,
    "source": FundingSource,
    "likelihood": Degree,
    "gravity": Degree,
    "projects[].approvals[].kind": ApprovalKind,
    "projects[].approvals[].state": ApprovalState,
    "partners[].state": PartnerState,
    "attachments[].kind": AttachmentKind,
    "chapters[].code": ChapterCode,
    "clusters[].kind": ClusterKind,
    "risks[].kind": RiskKind,
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each field with its path; an index stands for all rows."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def shown(path: str, value: Any) -> list[str]:
    """How a field may be written."""
    for end, choices in WORDS.items():
        if path.endswith(f".{end}"):
            return [str(choices(value).label)]
    if path.endswith(".size"):
        return [str(filesizeformat(value))]
    if isinstance(value, int):
        return [f"{value:,}", f"{value}" if path.endswith(".year") else f"{value:,}"]
    if re.fullmatch(r"\d+\.00", value) and float(value) > 1000:
        return [presentation.wan(value)]
    return [re.sub(r"<[^>]+>", "", value)]


@pytest.fixture(scope="module")
def paper():
    """The text of the whole paper, without blanks and breaks."""
    batch = SimpleNamespace(title_zh="第三批")
    application = SimpleNamespace(batch=batch, number="", get_state_display=lambda: "草稿")
    with translation.override("zh-hans"):
        data = document(application, None, CONTENT, [])  # type: ignore[arg-type]
        content = pdf.render("dossier", data | {"made_at": "2026-11-28T09:02:03+08:00"})
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def test_every_field_stands_in_the_paper(paper):
    with translation.override("zh-hans"):
        missing = [
            (path, value)
            for path, value in leaves(CONTENT)
            if value not in ("", None, "0.00") and not NOT_SHOWN.search(path)
            and not any(re.sub(r"\s", "", text) in paper for text in shown(path, value))
        ]  # fmt: skip
    assert not missing, "\n".join(f"{path}: {value}" for path, value in missing)


def test_the_rates_of_the_roster_stand_in_the_paper(paper):
    found = rates(CONTENT["enterprises"])
    assert [value for value in vars(found).values() if f"{value}" not in paper] == []


def test_the_content_has_every_field_of_a_dossier(db):
    """A field that a section gets has its place above, and so in the paper."""
    row = make.drafted(unit="350200", amount="100000000.00", soes=("YQ001",))
    with make.acting("drafter", "ZF350200") as by:
        real = canonical.content(queries.dossier(by, row.pk))
    years = re.compile(r"\.years\.\d{4}$")
    ours = {years.sub(".years.*", path) for path, _value in leaves(CONTENT)}
    assert {years.sub(".years.*", path) for path, _value in leaves(real)} <= ours
