"""Bundles of evidence as the tests take them, and what examines one without the portal."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile

import pytest
from django.core.files.storage import default_storage

from portal.audit import seals
from portal.audit.evidence.models import EvidenceBundle
from portal.audit.evidence.orders import ask_evidence
from portal.audit.evidence.sources import Selection
from portal.core import tasks as runs
from portal.core.clockwork import as_clockwork
from tests import factories_grants as make
from tests.audit.conftest import chained


@pytest.fixture
def award(store, world, who, others):
    """Two units with money, one of them with a payment; a seal; some acts after it."""
    row = make.funded_unit(who, application=world.application, award="100000000.00", held="1000.00")
    make.paid(who, project=make.project(who, row), amount="250.00", number="V1")
    chained()
    with as_clockwork():
        seals.seal()
    make.awarded(others, application=world.other, amount="50000000.00", number="财建〔2026〕9号")
    chained()
    return row


def made(user, selection) -> EvidenceBundle:
    """What the worker would do, without the worker."""
    with make.acting(user) as by:
        run = ask_evidence(by=by, selection=selection)
    return done(user, run)


def done(user, run) -> EvidenceBundle:
    runs.execute(str(run.pk), user.pk)
    with make.acting(user):
        run.refresh_from_db()
        assert run.state == "done", run.error
        return EvidenceBundle.objects.get(run=run)


def content(row) -> bytes:
    with default_storage.open(row.storage_key) as file:
        return file.read()


@pytest.fixture
def bundle(award, who, tmp_path):
    """The evidence of one award as a file, and the verifier that came with it."""
    file = tmp_path / "away" / "bundle.zip"
    file.parent.mkdir()
    file.write_bytes(content(made(who["auditor"], Selection(award=award.pk))))
    with zipfile.ZipFile(file) as package:
        (file.parent / "verify_bundle.py").write_bytes(package.read("verify_bundle.py"))
    return file


@pytest.fixture
def verifier(bundle):
    """The verifier of the bundle, called in this process."""
    spec = importlib.util.spec_from_file_location("shipped", bundle.parent / "verify_bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alone(folder, *words):
    """The verifier as a program of its own, in a folder without the portal and with nothing in its environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_bundle.py", *words], cwd=folder, env={}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
