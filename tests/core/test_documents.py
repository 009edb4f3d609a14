"""The generated pages of docs/ say what the code says."""

from __future__ import annotations

import difflib

import pytest

from portal.celery import app
from portal.core import documents
from portal.core.rules import says


@pytest.fixture(scope="module")
def wanted():
    return documents.texts()


@pytest.mark.parametrize("name", sorted(documents.PAGES))
def test_page_is_up_to_date(wanted, name):
    file = documents.FOLDER / name
    present = file.read_text(encoding="utf-8") if file.exists() else ""
    if present != wanted[name]:
        lines = difflib.unified_diff(present.splitlines(), wanted[name].splitlines(), "docs/" + name, "code", n=0)
        pytest.fail(f"docs/{name} is behind the code: run `make docs` and commit docs/.\n" + "\n".join(lines))


def test_the_architecture_names_all_that_beat_does():
    text = (documents.FOLDER / "architecture.md").read_text(encoding="utf-8")
    assert [row["task"] for row in app.conf.beat_schedule.values() if f"`{row['task']}`" not in text] == []


def test_every_row_is_one_line_and_sorted(wanted):
    acts = [line for line in wanted["roles.md"].splitlines() if line.startswith("| `accounts.")]
    assert acts == sorted(acts)
    assert len(acts) > 4


@says("A.")
def first(actor, obj):
    return True


@says("B.")
def second(actor, obj):
    return True


def test_conditions_are_joined_as_the_rules_are():
    assert (first & second).words() == "A. B."
    assert (first & (first | second)).words() == "A. (A. or: B.)"


def test_refusals_are_found_with_their_kind(wanted):
    assert "| `wrong_state` | 409 |" in wanted["errors.md"]
    assert "| `busy` | 409 |" in wanted["errors.md"]
    assert "| `batch_one_open` | Another batch is open: close it first. |" in wanted["errors.md"]
