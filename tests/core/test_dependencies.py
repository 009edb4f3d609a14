"""docs/dependencies.md names each package of pyproject.toml once, with a reason; the lock files hold each."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.environment import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PAGE = (ROOT / "docs" / "dependencies.md").read_text()


def _names(wanted: list[str]) -> list[str]:
    return [re.match(r"[\w.-]+", line)[0] for line in wanted]


def _documented(part: str) -> dict[str, str]:
    section = PAGE.split(f"## {part}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| ([\w.-]+) \| (.+) \|$", section, re.MULTILINE)
    return {name: why for name, why in rows if name not in {"package", "---"}}


PARTS = {"To run": PROJECT["project"]["dependencies"], "To develop": PROJECT["dependency-groups"]["dev"]}


@pytest.mark.parametrize("part", PARTS)
def test_each_dependency_has_its_reason(part):
    assert list(_documented(part)) == _names(PARTS[part])
    assert all(len(why) > 4 for why in _documented(part).values())


@pytest.mark.parametrize(
    ("part", "lock"),
    [("To run", "requirements.lock"), ("To run", "requirements-dev.lock"), ("To develop", "requirements-dev.lock")],
)
def test_each_dependency_is_locked_with_hashes(part, lock):
    text = (ROOT / lock).read_text()
    for name in _names(PARTS[part]):
        found = re.search(rf"(?mi)^{re.escape(name)}(\[[\w,]+\])?==\S+ \\\n    --hash=sha256:", text)
        assert found, f"{name} is missing from {lock}"
