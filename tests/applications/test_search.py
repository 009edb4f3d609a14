"""Full-text search: what is found, in which words, by whom; how the index follows the dossiers."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import connection

from tests import factories_applications as make
from tests import uploads

pytestmark = pytest.mark.django_db


def tokens(text):
    with connection.cursor() as cursor:
        cursor.execute("select search_tokens(%s)", [text])
        return set(cursor.fetchone()[0])


def matches(query, text):
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(search_vector('', %s) @@ search_query(%s), false)", [text, query])
        return cursor.fetchone()[0]


def test_chinese_signs_go_in_pairs_and_words_in_small_letters():
    assert tokens("数字化 MES-2026，ＡＢ") == {"数字", "字化", "化", "mes", "2026", "ab"}
    assert tokens("") == set()
    assert tokens("，。!?") == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("数字", True),
        ("数字化转型", True),
        ("化", True),
        ("型", True),
        ("transform", True),
        ("TRANSFORMATION", True),
        ("2026 数字", True),
        ("字数", False),
        ("数转", False),
        ("former", False),
        ("数字 nothing", False),
        ("，", False),
    ],
)
def test_what_a_query_finds(query, found):
    assert matches(query, "2026 年数字化转型 digital transformation") is found


@pytest.fixture
def dossier():
    """A draft with a comment of its drafter."""
    application = make.drafted(unit="350200", amount="100000000.00")
    say(application, "请核对工业互联网平台的金额 please")
    return application


def say(application, text):
    from applications.domain import comments

    with make.acting("drafter", "ZF350200") as by:
        what = comments.CommentInput("basics", text, "Basics")
        comments.comment(by=by, application=make.fresh(application), what=what)


def refresh():
    from applications.search import filling

    return filling.refresh_all()


def search(client, **query):
    return client.get("/audit/search/", query)


def titles(answer):
    return [str(hit.title) for hit in answer.context["hits"]]


def test_hits_are_marked_filtered_and_lead_to_their_object(client_as, cast, dossier):
    refresh()
    client = client_as(cast("auditor", "SJ"))
    answer = search(client, q="工业互联网")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<mark lang="zh-Hans">工业互联网</mark>' in page
    assert f"/applications/{dossier.pk}/comments/" in page
    assert len(answer.context["hits"]) == 1
    assert search(client, q="工业互联网", kind="comment").context["hits"]
    assert not search(client, q="工业互联网", kind="project").context["hits"]
    assert not search(client, q="工业互联网", province="360000").context["hits"]
    assert search(client, q="PLEASE", province="350000").context["hits"]
    # All its pairs stand there, the run itself does not.
    assert not search(client, q="业互联网平工").context["hits"]


def test_every_source_is_asked_and_its_hits_lead_on(client_as, cast, dossier):
    """One text of each source stands in the index of a full dossier; each is found and its page opens."""
    from portal.core.models import SearchText
    from portal.core.search import kinds, query

    refresh()
    with make.acting("auditor", "SJ") as by:
        rows = {row.source: row for row in SearchText.objects.filter(application=dossier.pk)}
        for source in kinds.SOURCES:  # a source that has no text here is asked all the same
            assert kinds.SOURCES[source].seen(by, [0]) == set(), source
        found = query.hits(by, [row.pk for row in rows.values()], query.Asked())
    assert {hit.row.source for hit in found} == set(rows)
    assert "applications.application" in rows
    client = client_as(cast("auditor", "SJ"))
    for hit in found:
        assert client.get(hit.url.partition("#")[0]).status_code == 200, hit.url


def test_a_bureau_finds_nothing_of_a_draft_nor_of_another_province(client_as, cast, dossier):
    refresh()
    assert search(client_as(cast("auditor", "SJ")), q="please").context["hits"]
    for code in ("SJ350000", "SJ360000"):
        assert not search(client_as(cast("auditor", code)), q="please").context["hits"]
    assert search(client_as(cast("officer", "MIIT")), q="please").status_code == 403


def test_a_text_that_is_in_the_index_alone_is_not_shown(client_as, cast, dossier):
    """Whatever the index says, the source is asked which of its rows the reader sees."""
    from applications.models import Comment
    from portal.core.search import kinds

    refresh()
    client = client_as(cast("auditor", "SJ"))
    with make.acting("auditor", "SJ"):
        number = Comment.objects.get().pk
    source = kinds.SOURCES["applications.comment"]
    with make.acting("auditor", "SJ") as by:
        assert source.seen(by, [number]) == {number}
    with make.acting("auditor", "SJ360000") as by:
        assert source.seen(by, [number]) == set()
    assert titles(search(client, q="please"))


def test_filling_is_idempotent_and_follows_what_changes(client_as, cast, dossier):
    from portal.core.models import SearchText

    dossiers, changed = refresh()
    assert dossiers >= 1
    assert changed > 5
    assert refresh() == (dossiers, 0)
    with make.acting("auditor", "SJ"):
        before = SearchText.objects.count()
    say(dossier, "另一条 second")
    assert refresh()[1] == 1
    with make.acting("auditor", "SJ"):
        assert SearchText.objects.count() == before + 1
    assert titles(search(client_as(cast("auditor", "SJ")), q="second 另一条"))


def docx(text):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as parts:
        parts.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
        )
    body.seek(0)
    return body


def test_text_is_read_out_of_files():
    import xlsxwriter

    from portal.core.inspection import CSV, DOCX, PDF, PNG, XLSX
    from portal.core.search.extract import PIECE, text_of

    assert text_of(DOCX.content_type, docx("承诺函 letter")).pieces == ["承诺函 letter"]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet("清单").write_row(0, 0, ["设备", 12, "lathe"])
    book.seek(0)
    (sheet,) = text_of(XLSX.content_type, book).pieces
    assert sheet.split("\n") == ["清单", "设备 12.0 lathe"]
    (page,) = text_of(PDF.content_type, io.BytesIO(uploads.pdf(text="voucher seven"))).pieces
    assert "voucher seven" in page
    assert text_of(CSV.content_type, io.BytesIO("名称,金额".encode("utf-8-sig"))).pieces == ["名称,金额"]
    assert len(text_of(CSV.content_type, io.BytesIO(b"a" * (PIECE + 1))).pieces) == 2
    for content_type, content in [(PDF.content_type, b"broken"), (DOCX.content_type, b"PK"), (XLSX.content_type, b"x")]:
        found = text_of(content_type, io.BytesIO(content))
        assert found.pieces == []
        assert found.problem.startswith("not readable")
    assert text_of(PNG.content_type, io.BytesIO(b"")).problem == "no text in files of this kind"


def test_an_entity_in_a_document_reaches_no_file():
    from portal.core.inspection import DOCX
    from portal.core.search.extract import text_of

    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as parts:
        parts.writestr(
            "word/document.xml",
            '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            "<w:t>before &e; after</w:t></w:r></w:p></w:body></w:document>",
        )
    body.seek(0)
    found = text_of(DOCX.content_type, body)
    assert "".join(found.pieces).replace(" ", "") in {"beforeafter", "before"}


def test_the_text_of_attachments_is_found_once_it_was_read(client_as, cast, dossier):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from applications.domain import files
    from applications.search import filling

    content = uploads.pdf(text="guarantee of the works")
    kept = make.kept("承诺.pdf", content)
    default_storage.save(kept.storage_key, ContentFile(content))
    with make.acting("drafter", "ZF350200") as by:
        what = files.AttachmentInput("other", "证明", kept)
        files.add_attachment(by=by, application=make.fresh(dossier), what=what)
    assert filling.read_files() >= 1
    assert filling.read_files() == 0
    refresh()
    client = client_as(cast("auditor", "SJ"))
    answer = search(client, q="guarantee", kind="file")
    assert "<mark>guarantee</mark>" in answer.content.decode()
    assert "/applications/files/" in answer.content.decode()


def test_nothing_asked_nothing_found_and_no_failure(client_as, cast, dossier):
    client = client_as(cast("auditor", "SJ"))
    assert search(client).context["hits"] is None
    for odd in ("，。", " ", "' & | ! :* ( )", "\\", "%_", "a" * 80, "数" * 80, "<b>"):
        answer = search(client, q=odd)
        assert answer.status_code == 200, odd
    assert search(client, q="x", batch="nothing").status_code == 422
    assert search(client, q="x", page="-3").status_code == 200


def test_excerpts_are_escaped():
    from portal.core.search.query import excerpt, marked

    assert marked("<b>工业</b>", ["工业"]) == "&lt;b&gt;<mark>工业</mark>&lt;/b&gt;"
    assert excerpt("长" * 100 + "工业" + "短" * 400, ["工业"]).startswith("…")


def test_the_command_rebuilds_and_says_what_it_did(dossier, capsys):
    from django.core.management import call_command

    call_command("rebuild_search")
    assert "rows of the index changed" in capsys.readouterr().out


# A font that names half of a surrogate pair as its letter A.
HALF = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /A def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
1 beginbfchar
<41> <D835>
endbfchar
endcmap end end"""


def pdf_of_half_a_letter() -> bytes:
    stream = b"BT /F1 24 Tf 72 720 Td (A) Tj ET"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    return uploads._pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(HALF), HALF),
        ]
    )


def attached(content):
    from portal.core.files import PDF, keep

    row = make.begun(unit="350200")
    with make.acting("drafter", "ZF350200") as by:
        kept = keep(uploads.upload(content), kinds=(PDF,))
        what = make.files.AttachmentInput(make.AttachmentKind.PLAN_PDF, "方案", kept)
        make.files.add_attachment(by=by, application=row, what=what)
    return kept


def test_half_a_letter_in_a_pdf_is_read_as_no_letter():
    from applications.search import filling
    from portal.core.clockwork import as_clockwork
    from portal.core.models import FileText

    kept = attached(pdf_of_half_a_letter())
    assert filling.read_files() == 1
    with as_clockwork():
        assert FileText.objects.get(pk=kept.sha256).pieces == ["\ufffd"]


def test_a_text_the_database_refuses_stops_no_other_file_and_no_index(monkeypatch):
    from applications import beat
    from applications.search import filling
    from portal.core.clockwork import as_clockwork
    from portal.core.models import FileText
    from portal.core.search.extract import Extracted

    kept = attached(uploads.pdf())
    monkeypatch.setattr(filling, "text_of", lambda _kind, _file: Extracted(["\ud835"]))
    beat.refresh_search()
    with as_clockwork():
        assert FileText.objects.get(pk=kept.sha256).problem
    assert filling.read_files() == 0


def test_the_index_follows_though_no_file_can_be_read(monkeypatch, dossier):
    from applications import beat
    from applications.search import filling

    def broken():
        raise RuntimeError("the storage has an error of its own")

    monkeypatch.setattr(filling, "read_files", broken)
    beat.refresh_search()
    assert refresh()[1] == 0  # nothing was left to do
