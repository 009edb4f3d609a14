"""Seals: signed, chained, stamped by an authority where one is set, listed and taken away."""

from __future__ import annotations

import base64
import json
import stat
from datetime import datetime

import pytest

from portal.audit import keys, seals, stamps
from portal.audit.evidence import verify_bundle
from portal.audit.evidence.models import TrailSeal
from portal.audit.evidence.views import _next_sealing
from portal.core import clock
from portal.core.clockwork import as_clockwork
from tests.audit.conftest import chained
from tests.audit.test_trail import write
from tests.audit.tsa import Authority, serving

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def officer(cast):
    return cast("officer", "MIIT")


def sealed(officer, actor, count=3):
    with actor(officer) as by:
        write(by, count)
    chained()
    with as_clockwork():
        return seals.seal()


def test_key_is_made_once_and_for_the_portal_alone(settings):
    first = keys.public()
    assert keys.public() == first
    file = settings.VAR_DIR / keys.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signature = keys.sign(b"text")
    assert keys.is_signed(b"text", signature, first)
    assert not keys.is_signed(b"test", signature, first)
    assert not keys.is_signed(b"text", "zz", first)
    assert verify_bundle.is_signed(b"text", signature, first)
    assert not verify_bundle.is_signed(b"test", signature, first)
    settings.TRAIL_KEY = file.read_text()
    file.unlink()
    assert keys.public() == first
    assert not file.exists()


def test_seals_follow_each_other(officer, actor, tmp_path):
    first, second = sealed(officer, actor), sealed(officer, actor)
    assert first != second or json.loads(second.read_text())["before"]
    with as_clockwork():
        old, new = TrailSeal.objects.order_by("at")
        assert seals.kept()[-1].seq == new.seq > old.seq
    assert old.before == ""
    assert new.before == verify_bundle.hashlib.sha256(seals.canonical(seals.body(old))).hexdigest()
    assert "signed by" in verify_bundle.verify(str(second))[1]


@pytest.mark.parametrize(
    "change", [{"seq": 1}, {"digest": "0" * 64}, {"signature": "0" * 128}, {"key": "0" * 64}, {"format": "x"}]
)
def test_a_changed_seal_is_refused(officer, actor, change):
    file = sealed(officer, actor)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ValueError, match="was changed"):
        seals.kept()


def test_another_key_does_not_seal(officer, actor, settings):
    file = sealed(officer, actor)
    (settings.VAR_DIR / keys.FILE).unlink()
    with pytest.raises(ValueError, match="another key"):
        seals.read(file)


@pytest.fixture
def authority(tmp_path, settings):
    found = Authority(tmp_path)
    settings.TIME_STAMP_TRUST = str(found.trust)
    with serving(found) as address:
        settings.TIME_STAMP_URL = address
        yield found


def test_an_authority_stamps_the_seal(officer, actor, authority, tmp_path, settings):
    file = sealed(officer, actor)
    with as_clockwork():
        row = TrailSeal.objects.get()
    assert row.stamped_at is not None
    token, signed = base64.b64decode(row.time_stamp), seals.canonical(seals.body(row))
    assert stamps.read(token, signed) == row.stamped_at
    assert seals.kept()[-1].seq == row.seq
    with pytest.raises(ValueError, match="does not belong"):
        stamps.read(token, signed + b" ")
    settings.TIME_STAMP_TRUST = str(Authority(tmp_path, "Another").trust)
    with pytest.raises(ValueError, match="not trusted"):
        seals.read(file)


@pytest.mark.parametrize("mood", ["refuses", "mistaken", "away"])
def test_without_a_good_stamp_the_seal_stands_alone(officer, actor, authority, settings, mood):
    authority.mood = mood
    if mood == "away":
        settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
    sealed(officer, actor)
    with as_clockwork():
        row = TrailSeal.objects.get()
    assert (row.time_stamp, row.stamped_at) == ("", None)
    assert seals.kept()[-1].seq == row.seq


def test_page_says_when_the_first_seal_comes(cast, client_as):
    text = client_as(cast("auditor", "SJ")).get("/trail/seals/").content.decode()
    assert "The first is written on 20" in text
    assert " 00:10 (Beijing time)" in text
    assert "Download the newest seal" not in text
    assert "/trail/seals/verifier/" in text


def test_page_lists_seals_and_hands_them_out(officer, actor, cast, client_as):
    sealed(officer, actor)
    newest = client_as(cast("auditor", "SJ")).get("/trail/seals/").content.decode()
    assert "The first is written" not in newest
    assert "Download the newest seal" in newest
    for person in (cast("auditor", "SJ"), cast("audit_admin", "YW"), cast("auditor", "SJ350000")):
        client = client_as(person)
        text = client.get("/trail/seals/").content.decode()
        assert keys.public() in text
        with as_clockwork():
            row = TrailSeal.objects.get()
        answer = client.get(f"/trail/seals/{row.pk}/")
        assert json.loads(answer.content) == seals.content(row)
        assert "attachment" in answer["Content-Disposition"]
        assert b"def verify(" in client.get("/trail/seals/verifier/").content
    assert client_as(officer).get("/trail/seals/").status_code == 403
    assert client_as(officer).get("/trail/seals/verifier/").status_code == 403


@pytest.mark.parametrize(
    ("now", "first"),
    [("2026-11-30T00:05", "2026-11-30 00:10"), ("2026-11-30T09:00", "2026-12-01 00:10")],
)
def test_the_first_seal_has_a_day(monkeypatch, now, first):
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(f"{now}+08:00"))
    assert f"{_next_sealing():%Y-%m-%d %H:%M}" == first
