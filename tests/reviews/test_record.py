"""The record of a decision: the same bytes whenever and wherever it is built, and checked without the portal."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal.core import clock
from portal.core.models import Run
from reviews import queries, selection
from reviews.departures import departures
from reviews.domain import interests
from reviews.models import DecisionRecord
from reviews.queries.scenarios import Names
from reviews.record import RecordDiffers, archive, record_files, record_zip
from reviews.record.paper import pdf
from tests import databases
from tests import factories_deciding as decide
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.worlds import standing

ROOT = Path(__file__).resolve().parents[2]
OFFICERS = [("officer", "MIIT", 1), ("officer", "MIIT", 2), ("officer", "MOF", 1), ("auditor", "SJ", 1)]


@dataclass
class World:
    """A committed adopted decision (batch 7) and one that is not proposed yet (batch 8), in a database of its own."""

    name: str
    decision: int = 0
    scenario: int = 0

    def zip(self) -> bytes:
        """The record, built from the database as it stands."""
        with acting("auditor", "SJ"):
            return record_zip(queries.recorded().get(pk=self.decision))

    def files(self) -> dict[str, bytes]:
        """Its files."""
        with acting("auditor", "SJ"):
            return record_files(queries.recorded().get(pk=self.decision))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(build) as found:
        found.name = connections["default"].settings_dict["NAME"]
        yield found


def build():
    batch = decide.adopted_batch(number=7)
    other = decide.compared_batch(number=8)
    for post in OFFICERS:
        person(*post)
    return World("", decide.decision(batch).pk, decide.by_hand(other).pk)


@pytest.fixture
def see(world, django_db_blocker):
    """Browsers in the world of this module."""
    from django.test import Client

    def browser(role, code, number=1, language="en"):
        client = Client(headers={"accept-language": language})
        client.force_login(person(role, code, number))
        return client

    with django_db_blocker.unblock():
        yield browser


@pytest.fixture
def built(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield world


def text(answer):
    return answer.content.decode()


def unpacked(made: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made)) as held:
        held.extractall(folder)
    return folder


def test_the_record_holds_all_that_is_needed(built):
    files = built.files()
    assert list(files) == sorted([
        "README.txt", "SHA256SUMS", "baseline-decision.json", "baseline-instance.json", "candidate-set.json",
        "decision.json", "explanation.json", "grounds.txt", "instance.json", "reviews.json", "robustness.json",
        "rules.json", "signatures.json", "signed.txt", "units.json", "verify_decision.py", "versions.json",
    ])  # fmt: skip
    signed = json.loads(files["signatures.json"])
    assert [row["ministry"] for row in signed["signatures"]] == ["MIIT", "MOF"]
    assert {row["sha256"] for row in signed["signatures"]} == {hashlib.sha256(files["signed.txt"]).hexdigest()}
    assert len({row["person"] for row in signed["signatures"]} | {signed["proposed"]["person"]}) == 3
    named = dict(line.partition(": ")[::2] for line in files["signed.txt"].decode().splitlines())
    for name in named.keys() & files.keys():
        assert named[name] == hashlib.sha256(files[name]).hexdigest(), name
    assert {"instance.json", "explanation.json", "baseline-decision.json", "grounds.txt"} <= named.keys()
    assert (named["chosen"], named["reserve"], named["price"]) == ("330200 350200", "420100", decide.PRICE)
    rules = {row["name"]: row for row in json.loads(files["rules.json"])["numbers"]}
    assert rules["total_units"]["value"] == 2
    assert rules["grant_cap"]["source"]
    assert "solver" in json.loads(files["versions.json"])


def test_marks_are_those_the_firmness_was_asked_with(built):
    files = built.files()
    basis = json.loads(files["reviews.json"])
    question = {**json.loads(files["instance.json"]), "reviews": basis["reviews"]}
    asked = selection.parse_instance(question)
    assert json.loads(files["robustness.json"])["instance_sha256"] == asked.sha256
    assert {row["reviewer"][0] for row in basis["reviews"]} == {"r"}
    assert "reviewer" not in json.dumps([row["reviewer"] for row in basis["reviews"]])


def test_the_same_bytes_each_time(built, tmp_path):
    first = built.zip()
    with clock.at(clock.now() + timedelta(days=2000)):
        assert built.zip() == first
    with acting("officer", "MOF"):
        kept = DecisionRecord.objects.get(pk=built.decision)
    assert hashlib.sha256(first).hexdigest() == kept.sha256
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with psycopg.connect(databases.dsn("postgres", built.name)) as admin:  # who is renamed later changes nothing
        admin.execute("alter table programme_pilotunit disable trigger user")
        admin.execute("update programme_pilotunit set name_zh = name_zh || '（新）'")
        admin.execute("update accounts_user set name = name || ' (new)'")
    assert built.zip() == first
    call_command("decision_record", "7", "--to", str(tmp_path), verbosity=0)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [first]


def test_another_process_builds_the_same(built, tmp_path):
    environment = os.environ | {
        "DATABASE_URL": databases.dsn("portal_web", built.name),
        "OWNER_DATABASE_URL": databases.dsn("portal_owner", built.name),
        "PYTHONHASHSEED": "7",
        "TZ": "America/New_York",
    }
    argv = [sys.executable, "manage.py", "decision_record", "7", "--to", str(tmp_path)]
    said = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == built.zip()
    assert said.stdout.startswith(hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_command_says_what_is_missing(built, tmp_path):
    with pytest.raises(CommandError, match="no adopted decision"):
        call_command("decision_record", "8", "--to", str(tmp_path))
    with pytest.raises(CommandError, match="no folder"):
        call_command("decision_record", "7", "--to", str(tmp_path / "nowhere"))


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-I", "verify_decision.py", "instance.json", "decision.json", "candidate-set.json"]
    return subprocess.run(argv, cwd=folder, env={}, capture_output=True, text=True, check=False)


def test_the_record_is_checked_without_the_portal(built, tmp_path):
    folder = unpacked(built.zip(), tmp_path)
    found = verified(folder)
    assert (found.returncode, found.stdout.strip()) == (0, "verified"), found.stderr
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS", "--quiet"], cwd=folder, check=False).returncode == 0
    for name, old, new in [
        ("instance.json", b'"score":"85.750000"', b'"score":"95.750000"'),
        ("instance.json", b'"total":2', b'"total":3'),
        ("decision.json", b'"330200"', b'"420100"'),
        ("decision.json", b'"total_score":"170.750000"', b'"total_score":"170.850000"'),
    ]:
        right = (folder / name).read_bytes()
        assert old in right, (name, old)
        (folder / name).write_bytes(right.replace(old, new, 1))
        assert verified(folder).returncode == 1, (name, old)
        assert subprocess.run(["sha256sum", "-c", "SHA256SUMS", "--status"], cwd=folder, check=False).returncode
        (folder / name).write_bytes(right)


def steps(readme: str) -> list[str]:
    """The commands of the check, as the README says them."""
    return re.findall(r"(?:sha256sum|python3|sed) .*", readme.partition("2. The files")[0].partition("1. How to")[2])


def test_the_readme_is_followed_to_the_letter(built, tmp_path):
    folder = unpacked(built.zip(), tmp_path)
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    said = steps(readme)
    assert [line.split()[0] for line in said] == ["sha256sum", "python3", "sha256sum", "sed"]
    chinese = readme.partition("The record of a decision")[0]
    assert all(line in chinese for line in said)

    def failed():
        return [n for n, line in enumerate(said) if subprocess.run(line, shell=True, cwd=folder, check=False,
                                                                   capture_output=True).returncode]  # fmt: skip

    assert failed() == []
    # Who changes a signed file together with the list of digests is found by what was signed.
    right, sums = (folder / "explanation.json").read_bytes(), (folder / "SHA256SUMS").read_text()
    (folder / "explanation.json").write_bytes(right + b" ")
    assert failed() == [0, 3]
    own = [hashlib.sha256(one).hexdigest() for one in (right, right + b" ")]
    (folder / "SHA256SUMS").write_text(sums.replace(*own))
    assert failed() == [3]


def test_a_record_that_differs_is_not_handed_out(built):
    with acting("auditor", "SJ"):
        found = queries.recorded().get(pk=built.decision)
        found.grounds += " "
        with pytest.raises(RecordDiffers):
            record_zip(found)
        found = queries.recorded().get(pk=built.decision)
        found.record.sha256 = "0" * 64
        with pytest.raises(RecordDiffers):
            record_zip(found)


def test_the_paper_for_the_file(built):
    files = built.files()
    made = pdf(files)
    with clock.at(clock.now() + timedelta(days=2000)):
        assert pdf(files) == made
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    for words in ("承担国家专项试点任务", "宁波", "厦门", "90.500000", decide.PRICE, "综合平衡，总分最高"):
        assert words in said.replace("\n", ""), words
    signed = json.loads(files["signatures.json"])["sha256"]
    assert signed[:16] in said


def test_archives_do_not_depend_on_the_order_of_their_files():
    assert archive({"b": b"2", "a": b"1"}) == archive({"a": b"1", "b": b"2"})


def test_the_record_is_taken_by_officers_and_auditors_and_the_trail_says_so(built, see):
    page = f"/selection/decision/{built.decision}/"
    with acting("officer", "MOF"):
        kept = DecisionRecord.objects.get(pk=built.decision)
    for who in (("officer", "MOF"), ("auditor", "SJ")):
        browser = see(*who)
        shown = text(browser.get(page))
        assert kept.sha256 in shown
        taken = browser.get(f"{page}record.zip")
        assert hashlib.sha256(taken.content).hexdigest() == kept.sha256
        assert taken["Content-Disposition"].startswith("attachment")
        assert browser.get(f"{page}record.pdf").content.startswith(b"%PDF-")
    with connections["owner"].cursor() as owner:
        owner.execute("select after->>'file_name' from audit_event where act = 'reviews.take_record' order by id")
        names = [name for (name,) in owner.fetchall()]
    assert [name.rpartition(".")[2] for name in names] == ["zip", "pdf"] * 2
    assert see("drafter", "ZF350200").get(f"{page}record.zip").status_code == 403


def test_an_officer_with_an_interest_takes_no_record(built, see):
    number = 6
    mof = see("officer", "MOF", number)
    page = f"/selection/decision/{built.decision}/"
    assert mof.get(f"{page}record.zip").status_code == 200
    with acting("officer", "MOF", number) as by:
        batch = decide.Decision.objects.select_related("batch").get(pk=built.decision).batch
        application = make.Application.objects.get(batch=batch, unit="510100")
        interests.declare_own(by=by, application=application, what=interests.InterestInput(True, "kinship", "x"))
    for ending in ("zip", "pdf"):
        assert mof.get(f"{page}record.{ending}").status_code == 404
    shown = text(mof.get(page))
    assert "90.500000" not in shown
    assert mof.get(page).status_code == 200


def test_a_proposal_shows_list_price_and_reserve(built, see):
    second = see("officer", "MIIT", 2)
    page = f"/selection/scenario/{built.scenario}/propose/"
    shown = text(second.get(page))
    for words in (
        "承担国家专项试点任务",
        decide.PRICE,
        "Wuhan",
        "could take the place of any chosen unit",
        "170.750000",
    ):
        assert words in shown, words
    assert 'value="3"' in shown
    what = {"grounds": "在均衡约束下总分最高，并含专项任务。", "reserve": "1", "checked": "on"}
    for wrong, field in [({"grounds": "短"}, "grounds"), ({"checked": ""}, "checked"), ({"reserve": "x"}, "reserve")]:
        refused = second.post(page, what | wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    made = second.post(page, what)
    assert made.status_code == 303
    decision = made["Location"]
    shown = text(second.get(decision))
    assert "You proposed this decision" in shown
    refused = second.get(f"{decision}sign/")
    assert (refused.status_code, "Whoever proposed the decision does not sign it" in text(refused)) == (403, True)
    assert "not signed yet" in shown
    first = see("officer", "MIIT")
    asked = first.get(f"{decision}sign/")
    seen = asked.context["form"]["sha256"].value()
    assert seen in text(first.get(decision))
    assert first.post(f"{decision}sign/", {"sha256": "0" * 64}).status_code == 422
    assert first.post(f"{decision}sign/", {}).status_code == 422
    assert first.post(f"{decision}sign/", {"sha256": seen}).status_code == 303
    assert "签署" in text(see("officer", "MOF", language="zh-hans").get(decision))


def test_a_proposal_says_what_is_missing_and_starts_it(db, client_as):
    batch = make.locked_batch(decide.UNITS, given=decide.GIVEN, places=2)
    make.frozen(batch)
    with acting("officer", "MIIT") as by:
        what = make.selecting.SelectionInput({"budget": 300000000}, "预算压减（演示）")
        scenario = make.selecting.select(by=by, batch=batch, what=what)
        run = Run.objects.get(pk=scenario.run)
    make.run_now(run)
    second = client_as(person("officer", "MIIT", 2))
    page = f"/selection/scenario/{scenario.pk}/propose/"
    shown = text(second.get(page))
    assert "The list under the rule set" in shown
    assert "/runs/" in shown  # the study was started with the answer and is under way
    started = second.post(page, {"start": "baseline"})
    assert started.status_code == 303
    assert "/runs/" in started["Location"]
    for number in (1, 2):
        with acting("officer", "MIIT", number):
            waiting = list(Run.objects.filter(state="queued").order_by("queued_at"))
        for one in waiting:
            make.run_now(one)
    shown = text(second.get(page))
    assert "预算压减（演示）" in shown
    assert "What is missing" not in shown
    with acting("officer", "MIIT"):
        scenario = queries.scenarios(by).defer(None).get(pk=scenario.pk)
        body = json.loads(queries.studies(scenario)["explanation"].body)
        (row,) = departures(scenario, body, Names({}, {}, {}, {}))
    assert (row.before, row.now, row.reason) == ("780,000", "30,000", "预算压减（演示）")
    assert row.gain is not None
