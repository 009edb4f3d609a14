"""Electronic seals: who, when, unchanged since; what cannot be verified here says so."""

from __future__ import annotations

import io

import pytest

from portal.core import inspection, seals
from portal.core.seals import SealState, Verdict
from tests import sealed, uploads


@pytest.fixture
def trusted(tmp_path, settings):
    path = tmp_path / "issuers.pem"
    path.write_bytes(sealed.issuer_pem())
    settings.SEAL_TRUST = str(path)


def verified(content: bytes, content_type: str = "application/pdf") -> Verdict:
    return seals.verify(io.BytesIO(content), content_type)


def test_a_seal_of_a_trusted_issuer(trusted):
    found = verified(sealed.sealed())
    assert found.state == SealState.VALID
    (seal,) = found.seals
    assert (seal.signer, seal.organisation) == ("厦门市人民政府（测试印章）", "厦门市人民政府")
    assert seal.issuer == "测试电子印章签发机构"
    assert (seal.intact, seal.unchanged, seal.trusted) == (True, True, True)
    assert seal.at
    assert found.details()[0]["state"] == "valid"


def test_without_a_list_of_issuers_it_is_unchanged_at_most():
    assert verified(sealed.sealed()).state == SealState.UNTRUSTED


@pytest.mark.usefixtures("trusted")
def test_changed_after_it_was_sealed():
    found = verified(sealed.changed_after())
    assert found.state == SealState.CHANGED
    assert found.seals[0].intact


@pytest.mark.usefixtures("trusted")
def test_sealed_bytes_were_exchanged():
    assert verified(sealed.forged()).state == SealState.BROKEN


@pytest.mark.usefixtures("trusted")
def test_a_seal_whose_text_is_torn():
    content = bytearray(sealed.sealed())
    place = content.rindex(b"/Contents <") + 40
    content[place : place + 400] = b"0" * 400
    assert verified(bytes(content)).state == SealState.BROKEN


def test_a_pdf_without_seal():
    assert verified(uploads.pdf()).state == SealState.NONE


@pytest.mark.parametrize("content", [b"%PDF-1.7 half", b"", b"x" * 100])
def test_what_cannot_be_read_is_not_verified_here(content):
    assert verified(content).state == SealState.ELSEWHERE


def test_ofd_is_kept_for_other_tools():
    content = uploads.ofd()
    assert (
        inspection.inspect(io.BytesIO(content), size=len(content), kinds=(inspection.OFD,), field="file")
        is inspection.OFD
    )
    assert verified(content, "application/ofd").state == SealState.ELSEWHERE
    assert verified(uploads.png(), "image/png").state == SealState.NONE


def another(file) -> Verdict:
    """A provider that a setting plugs in."""
    return Verdict(SealState.VALID, "another", [seals.Seal("某印章", "某单位", "", "", True, True, True)])


def test_another_provider_is_plugged_in(settings):
    settings.SEAL_PROVIDERS = settings.SEAL_PROVIDERS | {"application/ofd": "tests.core.test_seals.another"}
    assert verified(uploads.ofd(), "application/ofd").provider == "another"


@pytest.mark.parametrize("content", [sealed.sealed(), sealed.changed_after()])
def test_a_sealed_file_passes_the_inspection(content):
    kind = inspection.inspect(io.BytesIO(content), size=len(content), kinds=(inspection.PDF,), field="file")
    assert kind is inspection.PDF
