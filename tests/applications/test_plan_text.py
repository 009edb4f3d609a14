"""The text of the plan: cleaned on its way in, taken apart for print, read from Word; pictures drawn anew."""

from __future__ import annotations

import io
import json

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from applications.domain import plan
from applications.enums_sections import ChapterCode
from applications.models import Application, Figure, PlanChapter, WordImport
from applications.richtext.clean import LONGEST, clean, figures_in, shown
from applications.richtext.parts import parts
from applications.richtext.printing import printed
from applications.richtext.word import guess, pieces
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, follow
from tests.uploads import pdf, upload

HOME = ("drafter", "ZF350200")
# What people and machines have tried on cleaners before.
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="/applications/figures/1/" onload="alert(1)">',
    '<img src="https://elsewhere.example/a.png">',
    '<img src="/account/logout/">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="//elsewhere.example">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    '<iframe srcdoc="<script>1</script>"></iframe>',
    "<style>@import 'x'</style>",
    '<p style="background:url(x)" class="x" id="y">a</p>',
    "<form action=/x><input name=csrf><button>a</button></form>",
    "<table><td onmouseover=1 colspan=999999>a</td></table>",
    "<noscript><p title='</noscript><img src=x onerror=1>'></noscript>",
    "<!--[if IE]><script>1</script><![endif]--><p>a</p>",
    "<h1 onclick=1>a</h1><object data=x></object><embed src=x><base href=//x><meta http-equiv=refresh>",
]
FORBIDDEN = ("script", "onerror", "onload", "onclick", "onmouseover", "style", "<svg", "<iframe", "<form", "<input")
FORBIDDEN += ("elsewhere", "/account/", "<object", "<embed", "<base", "<meta", "<!--", "<math", "999999", "class=")


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_acts_comes_through(attack):
    made = clean(f"<p>before</p>{attack}<p>after</p>")
    assert not [word for word in FORBIDDEN if word in made.lower()], made
    assert "before" in made
    assert "after" in made
    assert clean(made) == made


MARKS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<h1>",
        "</h1>",
        "<b>",
        "</b>",
        "<table>",
        "<tr>",
        "<td>",
        "<th>",
        "</table>",
        "<ul>",
        "<li>",
        "<img src='/applications/figures/7/'>",
        "<a href='https://a.cn'>",
        "</a>",
        "<script>",
        "<",
        ">",
        "&",
        "\x00",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKS | st.text(max_size=6), max_size=30).map("".join))
def test_cleaning_twice_changes_nothing_and_parts_never_fail(html):
    made = clean(html)
    assert clean(made) == made
    assert all(part["kind"] in {"heading", "text", "list", "table", "figure"} for part in parts(made))
    for part in parts(made):
        if part["kind"] == "table":
            assert len({len(row) for row in part["rows"]}) == 1


def test_parts_are_what_people_see():
    html = (
        "<h2>一</h2><p>甲<br>乙</p><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"
        '<table><caption>表</caption><tr><th>H</th><th>I</th></tr><tr><td colspan="2">1</td></tr></table>'
        '<figure><img src="/applications/figures/4/" alt="图"><figcaption>图一</figcaption></figure>'
    )
    assert parts(clean(html)) == [
        {"kind": "heading", "text": "一", "level": 2},
        {"kind": "text", "text": "甲\n乙"},
        {"kind": "list", "items": ["a", "– b", "c"], "ordered": True},
        {"kind": "table", "caption": "表", "rows": [["H", "I"], ["1", ""]], "head": True},
        {"kind": "figure", "id": 4, "alt": "图", "caption": "图一"},
    ]
    assert figures_in(clean(html)) == {4}
    assert "<h4>一</h4>" in shown(html, deeper=2)


def test_print_takes_pictures_and_says_which_are_gone():
    block = {"kind": "rich", "html": '<p>a</p><img src="/applications/figures/4/" alt="图"><ol><li>x</li></ol>'}
    held = printed([block], lambda _pk: ("image/png", 4, 3, b"123"))
    assert [part["kind"] for part in held] == ["text", "chart", "list"]
    assert 'xlink:href="data:image/png;base64,MTIz"' in held[1]["svg"]
    assert held[2]["items"] == ["(1) x"]
    assert printed([block], lambda _pk: None)[1]["kind"] == "text"


def test_word_is_cut_at_headings_of_the_first_level():
    found = pieces("<p>前言</p><h1>一、总体思路</h1><p>甲</p><h1>工作目标</h1><h2>二级</h2><p>乙</p><h1>空</h1>")
    assert [(piece.title, piece.chapter) for piece in found] == [
        ("", ""),
        ("一、总体思路", "overall"),
        ("工作目标", "goals"),
    ]
    assert guess("项目与资金") == ""


def picture(color: str = "navy", kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, color).save(made, kind)
    return made.getvalue()


def word(*, pictures: int = 1, title: str = "总体思路") -> bytes:
    document = docx.Document()
    document.add_heading(title, 1)
    document.add_paragraph("以设备更新带动数字化转型。")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "指标", "90"
    for _ in range(pictures):
        document.add_picture(io.BytesIO(picture()))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.django_db
class TestChapters:
    """Chapters are written at their own version, with pictures of the own dossier alone."""

    def test_two_people_in_one_chapter(self, client_as, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        other = client_as(make.person("drafter", "ZF350200", 2))
        url = f"/applications/{row.pk}/plan/chapters/tasks/"
        read = drafter.get(url).context["form"].initial["version"]
        follow(drafter.post(url, {"html": "<p>甲</p>", "version": read}))
        answer = other.post(url, {"html": "<p>乙</p>", "version": read})
        assert answer.status_code == 409
        assert "甲" in answer.content.decode()
        version = answer.context["form"]["version"].value()
        follow(other.post(url, {"html": "<p>乙</p>", "version": version}))
        with make.acting(*HOME):
            assert PlanChapter.objects.get(application=row, code="tasks").html == "<p>乙</p>"

    def test_two_people_begin_one_chapter(self, client_as, drafter):
        row = make.begun(unit="350200")
        url = f"/applications/{row.pk}/plan/chapters/goals/"
        follow(drafter.post(url, {"html": "<p>甲</p>", "version": "0"}))
        other = client_as(make.person("drafter", "ZF350200", 2))
        assert other.post(url, {"html": "<p>乙</p>", "version": "0"}).status_code == 409

    def test_an_emptied_chapter_leaves_the_dossier(self, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        follow(drafter.post(f"/applications/{row.pk}/plan/chapters/goals/", {"html": "<p> </p>", "version": "1"}))
        with make.acting(*HOME):
            assert not PlanChapter.objects.filter(application=row, code="goals").exists()

    def test_typed_without_the_editor(self, drafter):
        row = make.begun(unit="350200")
        follow(drafter.post(f"/applications/{row.pk}/plan/chapters/goals/", {"html": "一\n\n二", "version": "0"}))
        with make.acting(*HOME):
            assert PlanChapter.objects.get(application=row).html.count("<p>") == 2

    def test_refusals_change_nothing(self, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        url = f"/applications/{row.pk}/plan/chapters/tasks/"
        foreign = '<p>保留</p><img src="/applications/figures/999999/">'
        for html in (foreign, "<p>" + "长" * LONGEST + "</p>"):
            answer = drafter.post(url, {"html": html, "version": "1"})
            assert answer.status_code == 422
            assert "html" in answer.context["form"].errors
        assert drafter.get(f"/applications/{row.pk}/plan/chapters/nothing/").status_code == 404
        with make.acting(*HOME):
            assert PlanChapter.objects.get(application=row, code="tasks").version == 1


@pytest.mark.django_db
class TestFigures:
    """Pictures are drawn anew, kept once, and shown in their page alone."""

    def test_taken_in_shown_and_kept_once(self, drafter, client_as):
        row = make.begun(unit="350200")
        url = f"/applications/{row.pk}/plan/figures/"
        answer = drafter.post(url, {"file": upload(picture() + b"tail", "a.png", "image/png")})
        assert answer.status_code == 422  # what follows the picture is foreign
        answer = drafter.post(url, {"file": upload(picture(), "a.png", "image/png")})
        assert answer.status_code == 201
        found = json.loads(answer.content)
        assert (found["width"], found["height"]) == (40, 30)
        again = drafter.post(url, {"file": upload(picture(), "b.png", "image/png")})
        assert json.loads(again.content)["url"] == found["url"]
        shown_ = drafter.get(found["url"])
        assert shown_["Content-Type"] == "image/png"
        assert shown_["Content-Disposition"].startswith("inline")
        assert "sandbox" in shown_["Content-Security-Policy"]
        assert b"".join(shown_.streaming_content).startswith(b"\x89PNG")
        for role, code in [("drafter", "ZF350100"), ("provincial_officer", "GX350000"), ("officer", "MIIT")]:
            assert client_as(make.person(role, code)).get(found["url"]).status_code == 404

    @pytest.mark.parametrize("content", [b"", b"<svg onload=1>", pdf(), b"\x89PNG\r\n\x1a\nbroken", b"GIF89a"])
    def test_what_is_no_picture_is_refused(self, drafter, content):
        row = make.begun(unit="350200")
        answer = drafter.post(f"/applications/{row.pk}/plan/figures/", {"file": upload(content, "a.png", "image/png")})
        assert answer.status_code == 422
        assert json.loads(answer.content)["error"]
        with make.acting(*HOME):
            assert Figure.objects.count() == 0


@pytest.mark.django_db
class TestWord:
    """A Word file is looked at before anything of the plan changes."""

    def read(self, drafter, row: Application, content: bytes):
        return drafter.post(f"/applications/{row.pk}/plan/word/", {"file": upload(content, "方案.docx")})

    def test_preview_then_take_over(self, drafter):
        row = make.begun(unit="350200")
        preview = follow(self.read(drafter, row, word()))
        with make.acting(*HOME):
            assert PlanChapter.objects.count() == 0
        page = drafter.get(preview)
        assert "以设备更新带动数字化转型。" in page.content.decode()
        assert page.context["form"]["piece_0"].value() == "overall"
        assert drafter.post(preview, {"how": "replace", "piece_0": ""}).status_code == 422
        follow(drafter.post(preview, {"how": "replace", "piece_0": "overall"}))
        with make.acting(*HOME):
            chapter = PlanChapter.objects.get()
            figure = Figure.objects.get()
        assert chapter.code == "overall"
        assert figures_in(chapter.html) == {figure.pk}
        assert "<table>" in chapter.html
        assert drafter.get(preview).status_code == 404  # taken over once

    def test_behind_what_stands(self, drafter):
        row = make.drafted(unit="350200", amount=AMOUNT)
        preview = follow(self.read(drafter, row, word(title="附件", pictures=0)))
        follow(drafter.post(preview, {"how": "append", "piece_0": "tasks"}))
        with make.acting(*HOME):
            html = PlanChapter.objects.get(application=row, code="tasks").html
        assert html.startswith(("<p>Key tasks</p>", "<p>重点任务</p>"))
        assert "<h2>附件</h2>" in html

    def test_a_chapter_written_meanwhile_is_not_replaced_unread(self, drafter, client_as):
        row = make.drafted(unit="350200", amount=AMOUNT)
        preview = follow(self.read(drafter, row, word(title="附件", pictures=0)))
        seen = drafter.get(preview).context["form"]["version"].value()
        chapter, other = (
            f"/applications/{row.pk}/plan/chapters/tasks/",
            client_as(make.person("drafter", "ZF350200", 2)),
        )
        stands = other.get(chapter).context["form"]["version"].value()
        follow(other.post(chapter, {"html": "<p>同事刚写的任务</p>", "version": stands}))
        answer = drafter.post(preview, {"how": "replace", "piece_0": "tasks", "version": seen})
        assert answer.status_code == 422
        assert "changed this section meanwhile" in answer.content.decode()
        with make.acting(*HOME):
            assert "同事刚写的任务" in PlanChapter.objects.get(application=row, code="tasks").html
        again = answer.context["form"]["version"].value()
        follow(drafter.post(preview, {"how": "replace", "piece_0": "tasks", "version": again}))

    def test_what_is_no_word_file_is_refused(self, drafter):
        row = make.begun(unit="350200")
        for content in (pdf(), b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"):
            answer = self.read(drafter, row, content)
            assert answer.status_code == 422
            assert "file" in answer.context["form"].errors
        with make.acting(*HOME):
            assert WordImport.objects.count() == 0

    def test_a_file_is_taken_over_once(self):
        row = make.drafted(unit="350200", amount=AMOUNT)
        with make.acting(*HOME) as by:
            mine = Application.objects.get(pk=row.pk)
            reading = plan.read_word(by=by, application=mine, upload=upload(word(), "a.docx"))
            reading.application = mine
            plan.take_over(by=by, reading=reading, places={0: ChapterCode.OVERALL}, append=False)
            with pytest.raises(DomainError) as again:
                plan.take_over(by=by, reading=reading, places={0: ChapterCode.GOALS}, append=False)
            assert again.value.code == "word_taken_over"
