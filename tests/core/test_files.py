"""Files: judged by content, stored under their digest, handed out inert."""

from __future__ import annotations

import errno
import hashlib
import io
import secrets
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory, override_settings
from django.utils.translation import override
from PIL import Image

from portal.core import files, pieces, reading
from portal.core.errors import DomainError
from portal.core.files import CSV, DOCX, JPEG, OFD, PDF, PNG, XLSX, keep, keep_made, serve
from portal.core.forms import DocumentField
from tests import uploads
from tests.uploads import upload

pytestmark = pytest.mark.django_db
ALL = (PDF, XLSX, DOCX, PNG, JPEG, OFD)


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o640},
        }
    }
    return tmp_path / "files"


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def refused(content: bytes, name: str = "file.pdf", kinds=ALL) -> DomainError:
    with pytest.raises(DomainError) as caught:
        keep(upload(content, name), kinds=kinds)
    assert caught.value.field == "file"
    assert str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (uploads.pdf(), PDF),
        (uploads.xlsx(), XLSX),
        (uploads.docx(), DOCX),
        (uploads.png(), PNG),
        (uploads.jpeg(), JPEG),
        (uploads.ofd(), OFD),
        (uploads.pdf_with_packed(b"1 0 << /Type /Annot /Subtype /Link >>"), PDF),
    ],
)
def test_good_files_are_kept_by_content(store, content, kind):
    kept = keep(upload(content, "申报书.exe", "text/html"), kinds=ALL)
    assert kept.content_type == kind.content_type
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.size == len(content)
    assert kept.file_name == "申报书.exe" + kind.endings[0]
    assert files.read(kept) == content


PDF_FILE, XLSX_FILE = uploads.pdf(), uploads.xlsx()


def locked(package: bytes) -> bytes:
    """The package with its first part marked as encrypted."""
    place = package.index(b"PK\x01\x02") + 8
    return package[:place] + b"\x01" + package[place + 1 :]


MACRO = {"word/vbaProject.bin": b"x"}
SCRIPT = b"1 0 << /S /JavaScript /JS (x) >>"
TEMPLATE = b'<Relationships><Relationship Type="x/attachedTemplate" Target="http://a.test/" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"plain text", "file_kind"),
        (b"MZ\x90\0" + b"\0" * 200, "file_kind"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "file_active"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "file_active"),
        (b"<html>" + PDF_FILE, "file_active"),
        (uploads.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "file_active"),
        (uploads.pdf(b"/OpenAction << /S /Java#53cript /JS (x) >>"), "file_active"),
        (uploads.pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "file_active"),
        (uploads.pdf(b"/AcroForm << /XFA 9 0 R >>"), "file_active"),
        (uploads.pdf_with_packed(b"1 0 << /S /JavaScript /JS (x) >>"), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, more=b" " * 3000), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, kind=b"/Type /Other"), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, line=b" \n", after=b"<< /Length 1 >>\nstream\na\nendstream"), "file_broken"),
        (uploads.pdf_with_packed(uploads.foretold(SCRIPT), more=b"/DecodeParms << /Predictor 12 /Columns 5 >>"), "file_broken"),
        (uploads.pdf_with_packed(SCRIPT, decoy=b"<< /First 5 >>"), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, kind=b"", more=b"/X (endobj) "), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, kind=b"", more=b"%endobj\n"), "file_active"),
        (uploads.pdf_with_packed(SCRIPT, kind=b"", more=b" " * 5000), "file_broken"),
        (uploads.pdf_with_packed(SCRIPT).replace(b"/Filter /Flate", b"/#46ilter /LZW").replace(b"\x78\x9c", b"\x00\x9c"), "file_broken"),
        (uploads.pdf_with_packed(SCRIPT, more=b"/#44ecodeParms 9 0 R "), "file_broken"),
        (uploads.pdf_with_packed(b"a endstream 1 0 << /A /B >>", level=0), "file_broken"),
        (uploads.pdf(b"/First 1\n" * 200_000), "file_broken"),
        (uploads.pdf(b"/First 1 stream\n" * 100_000), "file_broken"),
        (uploads.pdf(b"/OpenAction << /S /SubmitForm /F (https://x.test) >>"), "file_active"),
        (uploads.pdf(b"/Encrypt 9 0 R"), "file_encrypted"),
        (PDF_FILE + uploads.zip_that_ends(b"\n%%EOF"), "file_broken"),
        (PDF_FILE[:-200], "file_broken"),
        (PDF_FILE + XLSX_FILE, "file_broken"),
        (PDF_FILE + b"<script>", "file_broken"),
        (b"%PDF-1.7\n<html><script>x</script>\n" + PDF_FILE[9:], "file_active"),
        (uploads.pdf_with_packed(b"x").replace(b"/FlateDecode", b"/LZWDecode  ").replace(b"\x78\x9c", b"\x00\x9c"), "file_broken"),
        (uploads.pdf(b"/A << /Type /Obj#53tm >>"), "file_broken"),
        (uploads.pdf() [:-6] + b"%" + b" " * 9_000_000 + b"/JavaScript \n%%EOF\n", "file_active"),
        (uploads.ofd(**{"Doc_0/a.js": b"x"}), "file_active"),
        (uploads.ofd(**{"OFD.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><ofd:OFD/>"}), "file_active"),
        (uploads.ofd(**{"OFD.xml": b"<other/>"}), "file_broken"),
        (uploads.docx(**MACRO), "file_active"),
        (uploads.docx(**{"word/activeX/activeX1.xml": b"x"}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": TEMPLATE}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.RELS": TEMPLATE}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": TEMPLATE.decode().encode("utf-16")}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": TEMPLATE.replace(b"attachedTemplate", b"attachedTempl&#97;te")}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": b"<!--%s-->" % secrets.token_hex(2**22).encode() + TEMPLATE}), "file_broken"),
        (uploads.docx(**{"word/_rels/document.xml.rels": TEMPLATE.replace(b"attachedTemplate", b"oleObject")}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": TEMPLATE.replace(b"a.test/", b"a.test/?a>b&gt;c")}), "file_active"),
        (uploads.docx(**{"word/_rels/settings.xml.rels": b"<Relationships>"}), "file_broken"),
        (uploads.docx(**{"word/a.xml": b"<!--" + secrets.token_hex(2**19)[:-9].encode() + b"--><!DOCTYPE a><a/>"}), "file_active"),
        (uploads.docx(**{"word/a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "file_active"),
        (uploads.docx(**{"../x": b"x"}), "file_broken"),
        (uploads.docx(**{"word/a.xml": b"\0" * 50_000_000}), "file_bomb"),
        (uploads.package({"a.txt": b"a"}), "file_broken"),
        (uploads.package({"[Content_Types].xml": b"<Types/>", "a.html": b"a"}), "file_kind"),
        (XLSX_FILE + b"x", "file_broken"),
        (b"GIF89a" + XLSX_FILE, "file_kind"),
        (XLSX_FILE[:400], "file_broken"),
        (locked(XLSX_FILE), "file_encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_encrypted"),
        (uploads.png()[:-4], "file_broken"),
        (uploads.png() + b"<script>", "file_broken"),
        (uploads.png(text=b"<script>alert(1)</script>"), "file_active"),
        (uploads.png(60_000, 60_000), "file_bomb"),
        (uploads.jpeg()[:-2], "file_broken"),
        (uploads.jpeg() + b"<?php", "file_broken"),
        (uploads.jpeg() + uploads.zip_that_ends(b"\xff\xd9"), "file_broken"),
        (uploads.jpeg(b"<script>alert(1)</script>"), "file_active"),
        (b"\xff\xd8\xff\xe0\xff\xff\xff\xd9", "file_broken"),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_words(store, content, code):
    assert refused(content).code == code
    assert stored(store) == []


def photograph() -> bytes:
    """A picture that lies on its side, with the place where it was taken."""
    made, notes = io.BytesIO(), Image.Exif()
    notes[0x0112] = 6  # turn a quarter
    notes[0x010E] = "somewhere"
    Image.new("RGB", (40, 20), "red").save(made, "JPEG", exif=notes)
    return made.getvalue()


def test_pictures_are_drawn_anew(store):
    kept = keep(upload(photograph()), kinds=ALL, redraw=True)
    content = files.read(kept)
    assert b"somewhere" in photograph()
    assert b"somewhere" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (20, 40))
    assert keep(upload(uploads.png(text=b"note")), kinds=ALL, redraw=True).size < len(uploads.png(text=b"note"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_pictures_of_every_kind_of_colour(mode):
    made = io.BytesIO()
    Image.new(mode, (3, 2)).save(made, "PNG")
    with Image.open(io.BytesIO(files.read(keep(upload(made.getvalue()), kinds=ALL, redraw=True)))) as picture:
        assert picture.size == (3, 2)


def test_a_picture_that_cannot_be_drawn(store):
    with pytest.raises(DomainError) as caught:
        keep(upload(uploads.jpeg()), kinds=ALL, redraw=True)
    assert caught.value.code == "picture_broken"
    assert stored(store) == []


def test_only_the_kinds_asked_for(store):
    error = refused(uploads.png(), "a.pdf", kinds=(PDF, XLSX))
    assert error.code == "file_kind"
    assert "PDF" in str(error)
    assert "PNG" not in str(error)
    assert stored(store) == []


@override_settings(MAX_ATTACHMENT_BYTES=1000)
def test_too_large_is_refused_while_reading(store):
    big = upload(uploads.pdf() + b" " * 2000)
    big.size = 10  # a liar
    with pytest.raises(DomainError) as caught:
        keep(big, kinds=ALL, field="document")
    assert (caught.value.code, caught.value.field) == ("file_too_large", "document")
    assert stored(store) == []


def test_the_same_content_is_stored_once(store):
    first = keep(upload(PDF_FILE, "a.pdf"), kinds=ALL)
    before = stored(store)
    second = keep(upload(PDF_FILE, "b.pdf"), kinds=ALL)
    assert first.storage_key == second.storage_key
    assert (first.file_name, second.file_name) == ("a.pdf", "b.pdf")
    assert stored(store) == before
    assert len(before) == 1


def test_damaged_content_is_mended_by_bringing_it_again(store):
    kept = keep(upload(PDF_FILE), kinds=ALL)
    (path,) = stored(store)
    path.write_bytes(b"half")
    keep(upload(PDF_FILE), kinds=ALL)
    assert files.read(kept) == PDF_FILE


def test_a_full_disk_is_a_sentence_and_leaves_nothing(store, monkeypatch):
    def full(source, target, length=0):
        target.write(source.read(10))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.shutil, "copyfileobj", full)
    assert refused(PDF_FILE).code == "storage_failed"
    assert stored(store) == []


def test_a_read_only_folder_is_a_sentence(store):
    store.parent.joinpath("files").write_text("a file stands where the folder should be")
    assert refused(PDF_FILE).code == "storage_failed"


def test_an_object_store_works_without_paths(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    kept = keep(upload(PDF_FILE), kinds=ALL)
    again = keep(upload(PDF_FILE), kinds=ALL)
    assert kept.storage_key == again.storage_key
    assert files.read(kept) == PDF_FILE


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\用户\\方案.PDF", "方案.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ('a"b;c.pdf', "a_b_c.pdf"),
    ],
)
def test_names_are_made_safe(given, name):
    assert files.clean_name(given, PDF) == name


def row(kept, **changes):
    return SimpleNamespace(**(vars(kept) | changes))


@pytest.fixture(autouse=True)
def closing():
    """Close answers as a server does."""
    yield
    while ANSWERS:
        for close in ANSWERS.pop()._resource_closers:
            close()


ANSWERS = []


def served(row, **how):
    ANSWERS.append(serve(row, **how))
    return ANSWERS[-1]


def test_served_as_an_inert_download():
    kept = keep(upload(PDF_FILE, "泉州 申报书.pdf"), kinds=ALL)
    answer = served(row(kept))
    assert b"".join(answer) == PDF_FILE
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%B3%89%E5%B7%9E%20%E7%94%B3%E6%8A%A5%E4%B9%A6.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == str(len(PDF_FILE))
    assert answer["ETag"] == f'"{kept.sha256}"'


def test_not_sent_again_to_who_has_it():
    kept = keep(upload(PDF_FILE), kinds=ALL)
    request = RequestFactory().get("/", headers={"if-none-match": f'"{kept.sha256}"'})
    assert served(row(kept), request=request).status_code == 304
    other = RequestFactory().get("/", headers={"if-none-match": '"other"'})
    assert served(row(kept), request=other).status_code == 200


def test_inline_only_for_pictures_and_pdf():
    pdf, book = keep(upload(PDF_FILE), kinds=ALL), keep(upload(XLSX_FILE), kinds=ALL)
    assert served(row(pdf), inline=True)["Content-Disposition"].startswith("inline")
    assert "sandbox" in served(row(pdf), inline=True)["Content-Security-Policy"]
    assert served(row(book), inline=True)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("changes", [{"content_type": "text/html"}, {"sha256": "x"}])
def test_what_is_not_ours_is_not_served(changes):
    kept = keep(upload(PDF_FILE), kinds=ALL)
    with pytest.raises(Http404):
        serve(row(kept, **changes))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path: path.write_bytes(PDF_FILE[:-9] + b"X" + PDF_FILE[-8:]), "file_changed"),
        (lambda path: path.write_bytes(PDF_FILE[:-1]), "file_changed"),
        (lambda path: path.write_bytes(PDF_FILE + b" "), "file_changed"),
        (lambda path: path.unlink(), "file_gone"),
    ],
    ids=["another byte", "shorter", "longer", "gone"],
)
def test_nothing_but_what_was_kept_is_served(store, change, code):
    kept = keep(upload(PDF_FILE), kinds=ALL)
    (path,) = stored(store)
    change(path)
    with pytest.raises(files.Unreadable) as caught:
        serve(row(kept))
    assert (caught.value.code, caught.value.status) == (code, 503)


def test_a_large_file_that_was_changed_breaks_off(store, monkeypatch):
    monkeypatch.setattr(reading, "COMPARED_FIRST", 10)
    monkeypatch.setattr(pieces, "PIECE", 100)
    kept = keep(upload(PDF_FILE), kinds=ALL)
    assert b"".join(served(row(kept))) == PDF_FILE
    (path,) = stored(store)
    path.write_bytes(b"X" + PDF_FILE[1:])
    taken: list[bytes] = []
    with pytest.raises(files.Unreadable):
        taken.extend(served(row(kept)))
    assert 0 < len(b"".join(taken)) < kept.size


def test_the_page_says_what_is_wrong_with_a_file(store, client_as):
    from django.http import HttpRequest

    from portal.core.middleware import ScopeMiddleware

    request = HttpRequest()
    request.method, request.user, request.path = "GET", AnonymousUser(), "/file/"
    request.META = RequestFactory().get("/").META
    error = files.Unreadable("file_changed", "The file is no longer what was kept.")
    answer = ScopeMiddleware(lambda _request: None).process_exception(request, error)
    assert answer is not None
    assert answer.status_code == 503
    assert "The file is no longer what was kept." in answer.content.decode()


def test_read_checks_the_digest(store):
    kept = keep(upload(PDF_FILE), kinds=ALL)
    assert files.read(kept) == PDF_FILE
    (path,) = stored(store)
    path.write_bytes(PDF_FILE + b" ")
    with pytest.raises(DomainError) as caught:
        files.read(kept)
    assert caught.value.code == "file_changed"


def test_made_files_lie_in_a_folder_of_their_own(tmp_path):
    made = tmp_path / "a.csv"
    made.write_bytes(b"a,b\n")
    with made.open("rb") as file:
        kept = keep_made(file, name="表", kind=CSV, folder="reports")
    assert kept.storage_key.startswith("reports/")
    assert served(row(kept))["Content-Type"] == "text/csv; charset=utf-8"
    assert kept.file_name == "表.csv"


class Form(forms.Form):
    file = DocumentField(kinds=(PDF, XLSX), label="Letter")


def test_field_names_kinds_and_limit():
    widget = Form()["file"].as_widget()
    assert 'accept=".pdf,application/pdf,.xlsx' in widget
    with override("en"):
        assert str(Form().fields["file"].help_text) == "PDF, Excel workbook (XLSX), at most 20.0\xa0MB."
    with override("zh-hans"):
        assert "20.0" in str(Form().fields["file"].help_text)


@override_settings(MAX_ATTACHMENT_BYTES=100)
def test_field_refuses_empty_and_too_large():
    assert Form({}, {"file": upload(b"")}).errors["file"]
    assert Form({}, {"file": upload(b"x" * 101)}).errors["file"].as_data()[0].code == "file_too_large"
    assert Form({}, {"file": upload(b"x" * 100)}).is_valid()
