"""Evidence to take away: whole without the portal, and any change to any byte of it is found."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage

from portal.audit import seal_files, seals
from portal.audit.beat import remove_old_evidence
from portal.audit.evidence import build as building
from portal.audit.evidence.models import EvidenceBundle
from portal.audit.evidence.orders import EVIDENCE, ask_evidence
from portal.audit.evidence.sources import FileRow, Selection
from portal.audit.verify import Head
from portal.core import clock
from portal.core import tasks as runs
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError, NotAllowed
from tests import factories_grants as make
from tests.audit.bundles import alone, award, bundle, content, done, made, verifier
from tests.audit.conftest import chained

pytestmark = pytest.mark.usefixtures("store", "waits")
__all__ = ["award", "bundle", "verifier"]


def test_whole_without_the_portal(bundle, tmp_path):
    from portal.audit import keys

    said = alone(bundle.parent, "bundle.zip", "--key", keys.public())
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith("WHOLE\n")
    assert "4 entries" in said.stdout
    with zipfile.ZipFile(bundle) as package:
        package.extractall(tmp_path / "open")
    assert alone(tmp_path / "open", ".").returncode == 0
    other = alone(bundle.parent, "bundle.zip", "--key", "ab" * 32)
    assert other.returncode == 1
    assert "not signed by the key" in other.stdout


def test_holds_what_was_asked_and_nothing_else(bundle, award):
    with zipfile.ZipFile(bundle) as package:
        manifest = json.loads(package.read("manifest.json"))
        entries = [json.loads(line) for line in package.read("entries/entries.jsonl").splitlines()]
        events = [json.loads(line) for line in package.read("trail/events.jsonl").splitlines()]
        page = package.read("index.html").decode()
        documents = [name for name in package.namelist() if name.startswith("documents/")]
    assert len(entries) == 4
    assert {one["files"][0] for one in entries if one["files"]} <= {name.split("/")[1][:64] for name in documents}
    assert manifest["counts"] == {"entries": 4, "documents": len(documents), "events": len(events)}
    acts = {json.loads(one["text"])[7] for one in events}
    assert {"grants.book", "grants.confirm_award", "grants.confirm_payment"} <= acts
    assert "财建〔2026〕9号" not in page
    assert all(name in page for name in documents)
    assert manifest["head"]["seq"] > max(one["seq"] for one in events)


def test_the_document_that_issued_to_many_and_the_closing_of_a_year_stand_in_it(store, world, who):
    """Their entries are in the bundle: so are the sealed file, and who entered and who confirmed."""
    with clock.at(clock.now() - timedelta(days=366)):
        row = make.awarded(who, application=world.application, amount="100000000.00")
        issue = by_document(who, row, "1000.00")
        make.received(who, issue)
        make.passed_on(who, issue=issue, amount="1000.00")
    make.year_closed(who, (clock.today() - timedelta(days=366)).year)
    chained()
    with zipfile.ZipFile(io.BytesIO(content(made(who["auditor"], Selection(award=row.pk))))) as package:
        entries = [json.loads(line) for line in package.read("entries/entries.jsonl").splitlines()]
        events = [json.loads(line) for line in package.read("trail/events.jsonl").splitlines()]
        names = package.namelist()
    with make.acting(who["auditor"]):
        kept = issue.paper.document.sha256
    assert f"documents/{kept}.pdf" in names
    assert entries[1]["files"] == [kept]
    acts = {json.loads(one["text"])[7] for one in events}
    assert acts >= {
        "grants.enter_issue_paper", "grants.confirm_issue_paper", "grants.enter_year_close", "grants.confirm_year_close",
    }  # fmt: skip


def by_document(who, award, amount):
    """A confirmed issue that is a line of a document."""
    from grants.domain import issue_papers
    from grants.enums import Tranche

    line = issue_papers.LineInput(award.pk, Decimal(amount))
    paper = make.paper("财建〔2026〕77号", file=make.pdf("allocation.pdf"))
    what = issue_papers.IssuePaperInput(Tranche.FIRST, [line], Decimal(amount), paper)
    with make.acting(who["mof_maker"]) as by:
        found = issue_papers.enter_issue_paper(by=by, batch=award.batch, what=what)
    with make.acting(who["mof_checker"]) as by:
        issue_papers.confirm_issue_paper(by=by, issue_paper=found)
        return found.lines.get()


def test_a_seal_kept_elsewhere_stands_in_it(bundle, verifier, tmp_path, capsys):
    kept = next(iter(seal_files.files()))
    assert verifier.main([str(bundle), "--seal", str(kept)]) == 0
    assert verifier.main([str(kept)]) == 0
    with as_clockwork():
        later = seals.seal()
    assert verifier.main([str(bundle), "--seal", str(later)]) == 1
    body = json.loads(kept.read_text()) | {"seq": 1}
    (tmp_path / "changed.json").write_text(json.dumps(body))
    assert verifier.main([str(tmp_path / "changed.json")]) == 1
    assert "BROKEN: the seal is not signed" in capsys.readouterr().out


def test_after_a_change_of_the_key_a_bundle_ends_at_a_seal_of_the_new_one(award, who, tmp_path, settings, capsys):
    """Checked with the key that the portal shows, and with a seal of the former key that was kept outside."""
    from portal.audit import keys
    from portal.audit.evidence import verify_bundle
    from portal.audit.evidence.models import TrailSeal

    kept, former = next(iter(seal_files.files())), keys.public()
    (settings.VAR_DIR / "trail-key.pem").unlink()
    assert keys.public() != former
    row, file = made(who["auditor"], Selection(award=award.pk)), tmp_path / "bundle.zip"
    file.write_bytes(content(row))
    for more in ([], ["--seal", str(kept)]):
        assert verify_bundle.main([str(file), "--key", keys.public(), *more]) == 0, capsys.readouterr().out
        assert verify_bundle.main([str(file), *more]) == 0, capsys.readouterr().out
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(json.loads(kept.read_text()) | {"seq": 1}))
    assert verify_bundle.main([str(file), "--key", keys.public(), "--seal", str(changed)]) == 1
    with as_clockwork():
        assert list(TrailSeal.objects.order_by("pk").values_list("key", flat=True)) == [former, keys.public()]
    with make.acting(who["auditor"]) as by:
        again = runs.start_run(by=by, task=EVIDENCE, params=row.run.params, key="again")
    assert done(who["auditor"], again).sha256 == row.sha256, "no further seal, the same moment"


def test_the_same_again_is_the_same_file(award, who):
    row = made(who["auditor"], Selection(batch=award.batch_id))
    with make.acting(who["auditor"]) as by:
        again = runs.start_run(by=by, task=EVIDENCE, params=row.run.params, key="again")
    assert done(who["auditor"], again).sha256 == row.sha256
    assert row.documents >= 2


def test_a_period_and_a_province_narrow_it(award, who, cast):
    year = clock.today().year
    none = made(who["auditor"], Selection(since=date(year - 3, 1, 1), until=date(year - 2, 1, 1)))
    assert (none.entries, none.documents) == (0, 0)
    assert made(who["auditor"], Selection(province="350000")).entries == 4
    assert made(who["auditor"], Selection(province="350000", since=date.min, until=date.max)).entries == 4
    bureau = cast("auditor", "SJ360000")
    found = made(bureau, Selection(batch=award.batch_id))
    assert found.entries == 1
    assert made(bureau, Selection(award=award.pk)).entries == 0


def test_files_that_are_not_whole_are_named(award, who, store, tmp_path):
    with make.acting(who["auditor"]):
        from grants.models import Document

        first, second = Document.objects.order_by("pk")[:2]
    (store / first.storage_key).write_bytes(b"other")
    (store / second.storage_key).unlink()
    row = made(who["auditor"], Selection(award=award.pk))
    assert row.problems == 2
    (tmp_path / "b.zip").write_bytes(content(row))
    with zipfile.ZipFile(tmp_path / "b.zip") as package:
        (tmp_path / "verify_bundle.py").write_bytes(package.read("verify_bundle.py"))
        named = {item["sha256"]: item["why"] for item in json.loads(package.read("manifest.json"))["missing"]}
    assert named == {first.sha256: "changed", second.sha256: "gone"}
    said = alone(tmp_path, "b.zip")
    assert said.returncode == 0
    assert said.stdout.count("note:") == 2


def test_a_storage_that_does_not_answer_is_no_file_that_is_gone(award, who, monkeypatch):
    """A manifest is signed: it would say for ever that files are gone which were there all the time."""

    def silent(*_words, **_more):
        raise ConnectionError("no route")

    with make.acting(who["auditor"]) as by:
        run = ask_evidence(by=by, selection=Selection(award=award.pk))
    with monkeypatch.context() as changed:
        changed.setattr(default_storage, "open", silent)
        runs.execute(str(run.pk), who["auditor"].pk)
    with make.acting(who["auditor"]):
        run.refresh_from_db()
        assert run.state == "failed"
        assert "文件存储暂时无响应" in run.error
        assert not EvidenceBundle.objects.exists()


def test_who_may_take_evidence(award, who):
    for name in ("mof_maker", "mof", "unit_checker"):
        with make.acting(who[name]) as by, pytest.raises(NotAllowed):
            ask_evidence(by=by, selection=Selection(award=award.pk))
    with make.acting(who["auditor"]) as by, pytest.raises(DomainError) as refused:
        ask_evidence(by=by, selection=Selection())
    assert refused.value.code == "evidence_of_what"


def test_pages(award, who, client_as, waits):
    auditor = who["auditor"]
    row = made(auditor, Selection(award=award.pk))
    client = client_as(auditor)
    assert "You have taken no evidence" not in client.get("/trail/evidence/").content.decode()
    page = client.get(f"/trail/evidence/{row.pk}/").content.decode()
    assert row.sha256 in page
    assert row.root in page
    answer = client.get(f"/trail/evidence/{row.pk}/download/")
    assert answer.getvalue() == content(row)
    assert client_as(who["mof"]).get(f"/trail/evidence/{row.pk}/").status_code == 403
    with make.acting(auditor):
        from portal.audit.models import Event

        assert Event.objects.filter(act="audit.look_at_bundle", object_id=str(row.pk)).exists()
    bad = client.post("/trail/evidence/", {"since": "2026-02-02", "until": "2026-02-01"})
    assert bad.status_code == 422
    assert client.post("/trail/evidence/", {}).status_code == 422
    assert client.post("/trail/evidence/", {"award": award.pk}).status_code == 303


def test_evidence_of_a_scope_that_is_lost_stays_closed(award, who, client_as, monkeypatch):
    from portal.core.scope import Actor

    auditor, now = who["auditor"], Actor.extent
    with monkeypatch.context() as before:
        before.setattr(Actor, "extent", lambda by: now(by) | {"organisations": [10**9]})
        row = made(auditor, Selection(award=award.pk))
    assert client_as(auditor).get(f"/trail/evidence/{row.pk}/download/").status_code == 403
    answer = client_as(auditor).get(f"/trail/evidence/{made(auditor, Selection(award=award.pk)).pk}/download/")
    assert answer.status_code == 200
    assert answer.getvalue()


def night(days):
    """What beat does, so many days from now."""
    with clock.at(clock.now() + timedelta(days=days)):
        remove_old_evidence()


def test_content_goes_after_its_time_and_the_row_stays(award, who, client_as, settings):
    settings.EVIDENCE_KEEP_DAYS = 10
    auditor = who["auditor"]
    row = made(auditor, Selection(award=award.pk))
    with make.acting(auditor) as by:
        again = runs.start_run(by=by, task=EVIDENCE, params=row.run.params, key="again")
    settings.EVIDENCE_KEEP_DAYS = 20
    same = done(auditor, again)
    assert same.storage_key == row.storage_key
    client = client_as(auditor)
    night(9)
    assert content(row)
    night(11)
    assert client.get(f"/trail/evidence/{row.pk}/download/").status_code == 404
    assert client.get(f"/trail/evidence/{same.pk}/download/").getvalue() == content(same)
    page = client.get(f"/trail/evidence/{row.pk}/").content.decode()
    assert "The content was removed: its time is over." in page
    assert row.sha256 in page
    assert "/download/" not in page
    night(21)
    assert not default_storage.exists(row.storage_key)
    night(22)
    with make.acting(auditor):
        from portal.audit.models import Event

        row.refresh_from_db()
        assert row.removed_at is not None
        told = Event.objects.filter(act="audit.remove_bundle")
        assert sorted(told.values_list("object_id", flat=True)) == sorted([str(row.pk), str(same.pk)])


class Zeros(io.RawIOBase):
    """A file of nothing but zeros, of any size."""

    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def readinto(self, room):
        count = min(len(room), self.left)
        room[:count] = bytes(count)
        self.left -= count
        return count


class OneLargeFile:
    """A source with one file and nothing else."""

    def __init__(self, size):
        total = hashlib.sha256()
        for _ in range(size >> 20):
            total.update(bytes(1 << 20))
        self.row = FileRow("large.pdf", "application/pdf", size, total.hexdigest(), "large", "x", clock.now())

    def words(self, actor, selection):
        return []

    def files(self, actor, selection, *, at):
        return [self.row]

    def objects(self, actor, selection):
        return iter(())

    def entries(self, actor, selection, *, upto, after, most):
        return []


def test_memory_stays_the_same_at_any_size(db, monkeypatch, tmp_path, cast):
    auditor = cast("auditor", "SJ")
    peaks = []
    for size in (1 << 20, 96 << 20):
        source = OneLargeFile(size)
        kept = SimpleNamespace(open=lambda *_asked, size=size: io.BufferedReader(Zeros(size)))
        monkeypatch.setattr(building, "default_storage", kept)
        asked = building.Asked("x", source, Selection(batch=1), Head(0, ""), clock.now(),
                               lambda: make.acting(auditor), lambda *_done: None)  # fmt: skip
        folder = tmp_path / str(size)
        folder.mkdir()
        with (folder / "out").open("w+b") as file:
            tracemalloc.start()
            made = building.build(asked, file, folder)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert made.documents == 1
        assert (folder / "out").stat().st_size > size
    assert peaks[1] < peaks[0] + (4 << 20)
