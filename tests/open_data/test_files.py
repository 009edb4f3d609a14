"""Open data as everyone takes it: what stands in the files, that they are valid, and that nothing else stands there."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from grants.open_data.editions import file_of
from tests import factories_grants as make
from tests import factories_open as openly
from tests.open_data.conftest import HIDDEN, OTHER, UNIT, write

SETS = ("final-lists", "awards", "projects", "payments")
GIVING = ("awards", "projects")
FOLDER = Path(__file__).parent / "schema360"
# The package names the schema of grants by the address of the version before.
GRANT = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"
ADDRESSES = [
    "/open-data/",
    "/open-data/catalogue.jsonld",
    *(f"/open-data/{name}/" for name in SETS),
    *(f"/open-data/{name}.{ending}" for name in SETS for ending in ("csv", "json", "schema.json")),
    *(f"/open-data/{name}.360giving.json" for name in GIVING),
]


def body(answer):
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def take(opened, client_as):
    """Take an address without signing in, as bytes."""
    client = client_as()
    return lambda address: body(client.get(address))


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def giving(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def validator():
    """The published schema of 360Giving, with the formats it asks for."""
    registry = Registry().with_resource(GRANT, DRAFT202012.create_resource(giving("360-giving-schema.json")))
    schema = giving("360-giving-package-schema.json")
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def test_csv_says_what_the_ledger_says(take):
    raw = take("/open-data/awards.csv")
    assert raw.startswith(b"\xef\xbb\xbfaward_id,")
    (row,) = rows(raw)
    assert row["award_id"] == f"97-{UNIT}"
    amounts = ("awarded_yuan", "issued_yuan", "passed_on_yuan", "paid_yuan", "recovered_yuan")
    assert [row[name] for name in amounts] == ["100000000.00", "1000.00", "1000.00", "250.00", "0.00"]
    (paid,) = rows(take("/open-data/payments.csv"))
    (project,) = rows(take("/open-data/projects.csv"))
    assert (paid["paid_yuan"], project["paid_yuan"], paid["project_id"]) == ("250.00", "250.00", project["project_id"])
    assert row["invented"] == "false"


@pytest.mark.parametrize("name", SETS)
def test_json_fits_its_schema_and_has_the_rows_of_the_csv(take, name):
    found = json.loads(take(f"/open-data/{name}.json"))
    schema = json.loads(take(f"/open-data/{name}.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(found)
    lines = rows(take(f"/open-data/{name}.csv"))
    assert len(found["rows"]) == len(lines) == 1
    assert list(found["rows"][0]) == list(lines[0]) == [column["name"] for column in found["columns"]]
    assert all(
        column["title"]["zh"] and column["title"]["en"] and column["source"]["zh"] for column in found["columns"]
    )


@pytest.mark.parametrize("name", GIVING)
def test_360giving_is_valid_by_the_schema_it_publishes(take, name):
    found = json.loads(take(f"/open-data/{name}.360giving.json"))
    assert [error.message for error in validator().iter_errors(found)] == []
    assert len({grant["id"] for grant in found["grants"]}) == len(found["grants"]) == 1
    assert all(len(grant["title"]) < 140 for grant in found["grants"])


def test_the_validator_finds_what_is_wrong(take):
    """The schema is really asked: without its amount, and with a day that is none, a grant is refused."""
    found = json.loads(take("/open-data/awards.360giving.json"))
    del found["grants"][0]["amountAwarded"]
    assert list(validator().iter_errors(found))
    found["grants"][0] |= {"amountAwarded": 1, "awardDate": "29.11.2026"}
    assert list(validator().iter_errors(found))


@pytest.fixture
def of_persons(opened):
    """All enterprises are businesses of natural persons, for one test."""
    openly.credit_codes("92")
    yield
    openly.credit_codes("91")


def test_the_business_of_a_person_is_an_individual_without_name(of_persons, take):
    assert write() == 1  # only the projects say something else than before
    found = json.loads(take("/open-data/projects.360giving.json"))
    assert [error.message for error in validator().iter_errors(found)] == []
    assert "recipientOrganization" not in found["grants"][0]
    assert found["grants"][0]["recipientIndividual"]["name"] == "Natural person's business (name withheld)"
    assert b"Enterprise 1" not in take("/open-data/projects.csv")


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_published_stands_nowhere(opened, take, address):
    content = take(address).decode()
    for secret in (HIDDEN, "财建〔2026〕77号", f"97-{OTHER}", "南昌"):
        assert secret not in content


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_person_stands_anywhere(opened, take, address):
    from portal.accounts.models import User

    content = take(address).decode()
    people = User.objects.values_list("name", "email")
    assert len(people) > 5
    for name, email in people:
        assert name not in content
        assert email not in content


def test_no_column_tells_a_score_a_rank_or_an_account(take):
    names = {name for one in SETS for name in rows(take(f"/open-data/{one}.csv"))[0]}
    assert not {name for name in names if any(word in name for word in ("score", "rank", "point", "bank", "account"))}


def test_the_catalogue_names_every_file_with_its_digest(take):
    found = json.loads(take("/open-data/catalogue.jsonld"))
    files = [one for data_set in found["dcat:dataset"] for one in data_set["dcat:distribution"]]
    assert len(files) == 10
    for one in files:
        content = take("/open-data/" + one["dcat:downloadURL"]["@id"].split("/open-data/")[1])
        assert hashlib.sha256(content).hexdigest() == one["spdx:checksum"]["spdx:checksumValue"]
        assert len(content) == one["dcat:byteSize"]


def test_nothing_new_is_no_new_edition_and_an_old_one_stays(opened, client_as):
    client = client_as()
    assert write() == 0
    before = body(client.get("/open-data/awards.csv"))
    make.passed_on(opened.who, issue=_issued(opened), amount="500.00")
    assert write() == 1  # the unit has more; what projects were paid is as it was
    after = body(client.get("/open-data/awards.csv"))
    assert (rows(before)[0]["passed_on_yuan"], rows(after)[0]["passed_on_yuan"]) == ("1000.00", "1500.00")
    assert body(client.get("/open-data/awards/1.csv")) == before
    assert body(client.get("/open-data/awards/2.csv")) == after
    assert client.get("/open-data/awards/3.csv").status_code == 404


def _issued(opened):
    return make.issued(
        opened.who, award=opened.award, amount="500.00", received_on=make.today(), number="财建〔2026〕9号"
    )


def test_demonstration_says_in_each_row_that_it_is_invented(opened, take, settings):
    settings.DEMONSTRATION = True
    assert write() == 4
    assert {row["invented"] for name in SETS for row in rows(take(f"/open-data/{name}.csv"))} == {"true"}
    package = json.loads(take("/open-data/awards.360giving.json"))
    assert package["grants"][0]["title"].startswith("[Invented demonstration data]")
    assert package["title"].startswith("[Invented demonstration data]")
    assert [error.message for error in validator().iter_errors(package)] == []


def test_head_and_conditional_requests(opened, client_as):
    client = client_as()
    full = client.get("/open-data/awards.csv")
    content = body(full)
    assert full["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert "public" in full["Cache-Control"]
    assert full["Access-Control-Allow-Origin"] == "*"
    head = client.head("/open-data/awards.csv")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(content)))
    assert client.get("/open-data/awards.csv", headers={"if-none-match": full["ETag"]}).status_code == 304
    assert client.get("/open-data/awards.csv", headers={"if-modified-since": full["Last-Modified"]}).status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/open-data/scores/",
        "/open-data/scores.csv",
        "/open-data/awards.exe",
        "/open-data/awards.xlsx",
        "/open-data/final-lists.360giving.json",
        "/open-data/scores.schema.json",
        "/open-data/awards/0.csv",
        "/open-data/awards/99999999999999999999.csv",
        "/open-data/awards/one.csv",
        "/open-data/awards/1.",
    ],
)
def test_what_does_not_exist_is_not_found(opened, client_as, address):
    assert client_as().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/open-data/", "/open-data/awards/", "/open-data/awards.csv"])
def test_only_reading(opened, client_as, address):
    assert client_as().post(address).status_code == 405


def test_only_what_was_published_is_handed_out(opened, client_as):
    """Others keep a copy for a year: content that was changed on the disk goes to nobody."""
    found = file_of("awards", "csv")
    path = Path(default_storage.path(found.storage_key))
    content = path.read_bytes()
    for wrong in (b"X" + content[1:], content[:-1]):
        path.write_bytes(wrong)
        answer = client_as().get(f"/open-data/awards/{found.edition}.csv")
        assert answer.status_code == 503
        assert "immutable" not in answer.get("Cache-Control", "")
    path.write_bytes(content)
    assert body(client_as().get("/open-data/awards.csv")) == content


def test_who_asks_too_often_waits(opened, client_as, monkeypatch):
    from rest_framework.settings import api_settings

    kind = next(one for one in api_settings.DEFAULT_THROTTLE_CLASSES if one.scope == "anon")
    monkeypatch.setattr(kind, "THROTTLE_RATES", {"anon": "2/minute"})
    client = client_as()
    assert [client.head("/open-data/awards.csv").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/open-data/catalogue.jsonld")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert client.get("/open-data/").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_show_dictionary_licence_digest_and_rows(opened, client_as, language):
    client = client_as(language=language)
    page = client.get("/open-data/awards/").content.decode()
    content = body(client.get("/open-data/awards.csv"))
    for words in ("awarded_yuan", "CC BY 4.0", hashlib.sha256(content).hexdigest(), f"97-{UNIT}"):
        assert words in page
    assert "/open-data/awards/" in client.get("/open-data/").content.decode()
    assert "/open-data/" in client.get("/").content.decode()


def test_before_the_first_night_the_pages_say_so(fresh_db, client_as):
    client = client_as()
    page = client.get("/open-data/").content.decode()
    assert "Nothing was written yet" in page
    assert "Nothing was written yet" in client.get("/open-data/awards/").content.decode()
    assert client.get("/open-data/awards.csv").status_code == 404
    assert write() == 4
    assert rows(body(client.get("/open-data/awards.csv"))) == []
    # An empty package is no valid 360Giving, so there is none.
    assert client.get("/open-data/awards.360giving.json").status_code == 404
