"""docs/dependencies.md names each package of pyproject.toml once, with a reason; the lock files hold each."""

from __future__ import annotations

import re
import subprocess
import sys
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


# What `make run` installs, as an importer sees it: packages that only developers have are not there.
ALONE = """
import re, sys
from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions
from pathlib import Path

def plain(name):
    return re.sub("[-_.]+", "-", name).lower()

locked = set(map(plain, re.findall(r"(?m)^([\\w.-]+)(?:\\[|==)", Path(sys.argv[1]).read_text())))
owners = packages_distributions()

finders = list(sys.meta_path)

class Installed:
    find_distributions = staticmethod(PathFinder.find_distributions)

    @staticmethod
    def find_spec(name, path=None, target=None):
        made_by = set(map(plain, owners.get(name, ())))
        if made_by and not made_by & locked:
            return None
        return next(filter(None, (one.find_spec(name, path, target) for one in finders)), None)

sys.meta_path[:] = [Installed]
import django
django.setup()
from django.urls import get_resolver
from portal.celery import app
get_resolver().url_patterns
app.loader.import_default_modules()
import portal.wsgi, portal.run
"""


def test_the_portal_runs_with_what_a_run_installs():
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(ROOT / "requirements.lock")],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
