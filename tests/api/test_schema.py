"""The schema is valid OpenAPI 3.1 and names every route of the API."""

from __future__ import annotations

import pytest
import yaml
from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from portal.api import views
from tests.access.routes import routes


@pytest.fixture
def schema(client, db):
    return client.get("/api/v1/schema/?format=json").json()


def test_schema_is_valid(schema):
    assert schema["openapi"].startswith("3.1.")
    validate(schema, cls=OpenAPIV31SpecValidator)


def test_nobody_has_it_worked_out_anew(client, schema, monkeypatch):
    """Seconds of processor each time, for callers who need not sign in."""

    def anew(*_):
        raise AssertionError("worked out once more")

    monkeypatch.setattr(views.SchemaGenerator, "get_schema", anew)
    for asked in ("version=1", "version=%0A", "lang=x1", "lang=zh-hans,en"):
        assert client.get(f"/api/v1/schema/?format=json&{asked}").json() == schema


def test_yaml_is_the_same(client, schema):
    assert yaml.safe_load(client.get("/api/v1/schema/?format=yaml").content) == schema


def test_generation_warns_of_nothing():
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_every_route_is_described(schema):
    from django.urls import reverse

    assert all(path.startswith("/api/v1/") for path in schema["paths"])
    named = {route.name for route in routes() if route.name.startswith("api:")} - {"api:schema", "api:unknown"}
    assert len(schema["paths"]) == len(named)
    assert reverse("api:me") in schema["paths"]


def test_every_operation_names_its_problems(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in {"get", "post"}:
                problems = {"401", "403", "404", "406", "429"} | ({"409", "415", "422"} if method == "post" else set())
                assert problems <= set(operation["responses"]), (path, method)
                content = operation["responses"]["404"]["content"]
                assert list(content) == ["application/problem+json"]
            if method == "post":
                names = {row["name"] for row in operation["parameters"] if row["in"] == "header" and row["required"]}
                assert names == {"Idempotency-Key"}
