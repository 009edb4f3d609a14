"""Hypothesis asks every operation of the schema, each as several people: no failure, and answers as the schema says.

In this process, over WSGI; the same requests every time. A request is drawn once and sent by several: drawing costs
more than half of it. They take turns, so that everybody sends two or more of each operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import CHECKS, load_all_checks

EXAMPLES = 6
TURNS = 3  # of the callers, a third sends a drawn request
CALLERS = [
    None,
    ("officer", "MIIT"),
    ("drafter", "ZF350200"),
    ("reviewer", "ZJ"),
    ("finance_maker", "MOF"),
    ("auditor", "SJ"),
    ("system_admin", "YW"),
]


@pytest.fixture(scope="module")
def operations(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Any]]:
    with django_db_blocker.unblock():
        document = Client().get("/api/v1/schema/?format=json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    # As Django's test client does: the connection belongs to the test's transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield [operation.ok() for operation in schema.get_all_operations()]
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def checks() -> list[Any]:
    load_all_checks()
    names = [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    ]
    return CHECKS.get_by_names(names)


def test_every_operation_keeps_its_word(operations, checks, cast, token, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})
    callers = {caller[0] if caller else "nobody": {"Accept": "application/json"} for caller in CALLERS}
    for caller in filter(None, CALLERS):
        callers[caller[0]]["Authorization"] = f"Bearer {token(cast(*caller), can_write=True)}"
    assert len(operations) > 15
    for operation in operations:
        # Each leaves nothing: a row that a transaction changes thousands of times is looked for among all its versions.
        with transaction.atomic():
            _ask(operation, callers, checks)
            transaction.set_rollback(True)


def _ask(operation: Any, callers: dict[str, dict[str, str]], checks: list[Any]) -> None:
    turns = cycle(range(TURNS))
    people = list(callers.items())

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def ask(case: Any) -> None:
        if operation.path.endswith("/schema/"):
            return
        for name, headers in people[next(turns) :: TURNS]:
            hypothesis.note(f"asked by {name}")
            case.call_and_validate(headers=headers, checks=checks)

    ask()
