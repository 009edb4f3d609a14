"""Publicity by pages and commands: objections with evidence, waiting units, replacements, final lists, no score seen."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from decimal import Decimal

import psycopg
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError, NotAllowed
from portal.core.scope import leave
from portal.notifications.models import Notice
from portal.notifications.todo import for_actor
from reviews import queries
from reviews.domain import answering, publicity, suspending, telling
from reviews.models import Conflict, Objection, ObjectionFile, PanelResult, PublicEntry, Replacement, Scenario
from tests import databases, uploads
from tests import factories_reviews as make
from tests.factories_applications import acting, person

UNITS = dict.fromkeys(("350200", "330200", "370200", "440300", "210200", "420100"), "100000000.00")
GIVEN = {
    "330200": "91.37", "370200": "88.64", "440300": "86.21", "350200": "79.58", "210200": "71.43", "420100": "62.19"
}  # fmt: skip
RESERVE = 2
NUMBER = "财建〔2026〕91号（演示）"


def published(**how):
    return make.published_batch(UNITS, **({"given": GIVEN, "places": 3, "reserve": RESERVE} | how))


def states(batch):
    with acting("officer", "MIIT"):
        return dict(PublicEntry.objects.filter(batch=batch).values_list("unit_id", "state"))


def applications(batch):
    with acting("officer", "MIIT"):
        return dict(make.Application.objects.filter(batch=batch).values_list("unit_id", "state"))


def finalised(batch, number=NUMBER):
    with acting("officer", "MIIT") as by:
        return publicity.finalise(by=by, batch=make.fresh(batch), document_no=number)


@pytest.fixture
def see(client_as):
    def browser(role=None, code=None, number=1, language="en"):
        if role is None:
            leave()  # a request of nobody begins without a scope; in one transaction with the test it would not
        return client_as(person(role, code, number) if role else None, language)

    return browser


def text(answer):
    return answer.content.decode()


def typed(**more):
    return {
        "name": "李四", "contact": "1@demo.invalid", "entry": "", "grounds": "不实", "website": "", "mark": make.mark()
    } | more  # fmt: skip


def pdf_file(name="证据.pdf", size=0):
    return SimpleUploadedFile(name, uploads.pdf(text=name + " " * size), "application/pdf")


def entry_of(batch, unit):
    with acting("officer", "MIIT"):
        return PublicEntry.objects.get(batch=batch, unit=unit)


# Objections by anyone


def test_anyone_objects_with_evidence_and_reads_the_answer(db, see):
    batch = published()
    public, mof = see(), see("officer", "MOF")
    address = f"/calls/{batch.number}/objections/new/"
    entry = entry_of(batch, "330200")
    what = typed(entry=str(entry.pk))
    assert public.post(address, what | {"name": ""}).status_code == 422
    assert public.post(address, what | {"website": "spam"}).status_code == 422
    answer = public.post(address, what | {"evidence": [pdf_file(), pdf_file("照片.pdf")]})
    assert answer.status_code == 303, text(answer)
    shown = text(public.get(answer["Location"]))
    receipt = re.search(rf"{batch.number}-\d{{8}}-[0-9A-Z]{{12}}", shown)[0]
    assert receipt not in text(see().get(answer["Location"], follow=True))
    status = f"/calls/{batch.number}/objections/status/"
    assert public.post(status, {"receipt": "9-20260101-AAAAAAAAAAAA"}).status_code == 422
    received = text(public.post(status, {"receipt": receipt.lower()}))
    assert "received" in received
    assert f"{make.queries.answer_due(batch, clock.today()):%Y-%m-%d}" in received
    with acting("officer", "MOF"):
        row = Objection.objects.get(receipt_no=receipt)
        files = list(ObjectionFile.objects.filter(objection=row))
    assert [file.uploaded_by_id for file in files] == [0, 0]
    page, file = f"/objections/{row.pk}/", f"/objections/evidence/{files[0].pk}/"
    for who in [("drafter", "ZF330200"), ("reviewer", "ZJ"), ("finance_maker", "MOF"), ("auditor", "SJ330000")]:
        assert see(*who).get(page).status_code == 403
        assert see(*who).get(file).status_code == 403
    assert public.get(file).status_code == 302
    got = see("auditor", "SJ").get(file)
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert "李四" in text(mof.get(page))
    assert mof.post(f"{page}take/").status_code == 303
    assert "in examination" in text(public.post(status, {"receipt": receipt}))
    assert see("officer", "MIIT").post(page, {"outcome": "uphold", "answer": "x"}).status_code == 303  # told, not done
    assert states(batch)["330200"] == "listed"
    assert mof.post(f"{page}note/", {"text": "已电话核实（演示）"}).status_code == 303
    assert "已电话核实" in text(mof.get(page))
    assert mof.post(page, {"outcome": "uphold", "answer": ""}).status_code == 422
    assert mof.post(page, {"outcome": "uphold", "answer": "属实"}).status_code == 303
    seen = text(public.post(status, {"receipt": receipt}))
    assert "属实" in seen
    assert "已电话核实" not in seen
    assert "Ningbo" not in text(public.get(f"/calls/{batch.number}/list/"))
    assert applications(batch)["330200"] == "not_selected"


def test_what_is_refused_keeps_all_that_was_typed(db, see):
    batch = published()
    address = f"/calls/{batch.number}/objections/new/"
    what = typed(grounds="很长的理由（演示）")
    program = SimpleUploadedFile("x.pdf", b"MZ program", "application/pdf")
    for files in ([program], [pdf_file() for _time in range(6)]):
        answer = see().post(address, what | {"evidence": files})
        page = text(answer)
        assert answer.status_code == 422
        assert "很长的理由" in page
        assert "choose them again" in page
        assert "x.pdf" in page or "证据.pdf" in page
    with acting("officer", "MIIT"):
        assert not Objection.objects.filter(batch=batch).exists()


def test_limits_of_evidence(db, see, monkeypatch):
    from reviews.forms import objecting

    monkeypatch.setattr(objecting, "MOST_BYTES", 20_000)
    monkeypatch.setattr(objecting, "MOST_BYTES_IN_ALL", 30_000)
    batch = published()
    address = f"/calls/{batch.number}/objections/new/"
    assert "larger than" in text(see().post(address, typed() | {"evidence": [pdf_file(size=25_000)]}))
    both = [pdf_file("a.pdf", 16_000), pdf_file("b.pdf", 16_000)]
    assert "together" in text(see().post(address, typed() | {"evidence": both}))


def test_evidence_larger_than_other_files_is_kept(db, see, settings):
    settings.MAX_ATTACHMENT_BYTES = 5_000
    batch = published()
    answer = see().post(f"/calls/{batch.number}/objections/new/", typed() | {"evidence": [pdf_file(size=50_000)]})
    assert answer.status_code == 303, text(answer)


@pytest.mark.parametrize("mark", ["", "forged", "fresh"])
def test_a_page_that_is_not_ours_or_too_quick_is_asked_again(db, see, mark):
    batch = published()
    address = f"/calls/{batch.number}/objections/new/"
    what = typed(mark=make.mark(0) if mark == "fresh" else mark, grounds="很快的理由")
    answer = see().post(address, what)
    assert answer.status_code == 422
    assert "once more" in text(answer)
    assert "很快的理由" in text(answer)
    again = re.search(r'name="mark" value="([^"]+)"', text(answer))[1]
    with clock.at(clock.now() + timedelta(days=2)):  # somebody who took two days to write is welcome
        assert see().post(address, what | {"mark": again}).status_code == 303


def test_a_double_click_makes_one_objection(db, see):
    batch = published()
    address, what = f"/calls/{batch.number}/objections/new/", typed()
    first, second = see(), see()
    lodged = f"/calls/{batch.number}/objections/lodged/"
    assert first.post(address, what)["Location"] == lodged
    receipt = re.search(r"\d+-\d{8}-[0-9A-Z]{12}", text(first.get(lodged)))[0]
    again = second.post(address, what)  # the same page sent twice: its answer is the receipt, whichever comes first
    assert again["Location"] == lodged
    assert receipt in text(second.get(lodged))
    stranger = see().post(address, what | {"mark": make.mark(), "grounds": "  不实 "})
    assert stranger.status_code == 200
    assert "received already" in text(stranger)
    assert receipt not in text(stranger)
    with acting("officer", "MIIT"):
        assert Objection.objects.filter(batch=batch).count() == 1
    other = first.post(address, what | {"grounds": "另一个理由"})  # back, and something else written on the same page
    assert other.status_code == 303
    with acting("officer", "MIIT"):
        assert Objection.objects.filter(batch=batch).count() == 2


CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}


def test_objections_from_one_address_are_counted(db, see, settings):
    settings.CACHES = CACHE
    batch = published()
    public, address = see(), f"/calls/{batch.number}/objections/new/"
    answers = [public.post(address, typed(grounds=f"理由{at}"), REMOTE_ADDR="192.0.2.7").status_code for at in range(6)]
    assert answers == [303] * 5 + [429]


def test_evidence_from_one_address_is_counted(db, see, settings, monkeypatch):
    from reviews.views import public

    settings.CACHES = CACHE
    monkeypatch.setattr(public, "PER_DAY", 10_000)
    batch = published()
    address = f"/calls/{batch.number}/objections/new/"
    for at, status in enumerate((303, 422)):
        files = [pdf_file(size=6_000)]
        answer = see().post(address, typed(grounds=f"理由{at}") | {"evidence": files}, REMOTE_ADDR="192.0.2.8")
        assert answer.status_code == status
    assert "Too much evidence" in text(answer)
    assert "理由1" in text(answer)
    assert see().post(address, typed(grounds="不带文件"), REMOTE_ADDR="192.0.2.8").status_code == 303


# Handling


def test_the_other_ministry_gives_more_time_once(db, see):
    row = make.lodged(published(), unit="330200")
    mof, miit = see("officer", "MOF"), see("officer", "MIIT")
    page = f"/objections/{row.pk}/"
    later = f"{row.due_on + timedelta(days=9):%Y-%m-%d}"
    assert miit.post(f"{page}extend/", {"until": later, "why": "x"}).status_code == 403  # nobody handles it yet
    mof.post(f"{page}take/")
    assert mof.post(f"{page}extend/", {"until": later, "why": "x"}).status_code == 403
    assert miit.post(f"{page}extend/", {"until": f"{row.due_on:%Y-%m-%d}", "why": "x"}).status_code == 422
    assert miit.post(f"{page}extend/", {"until": later, "why": ""}).status_code == 422
    assert miit.post(f"{page}extend/", {"until": later, "why": "需现场核查（演示）"}).status_code == 303
    assert "需现场核查" in text(mof.get(page))
    assert miit.post(f"{page}extend/", {"until": "2030-01-01", "why": "y"}).status_code == 422


def test_desk_and_reminders_know_the_day(db, see):
    batch = published()
    row = make.lodged(batch, unit="330200")
    with acting("officer", "MOF") as by:
        todo = next(todo for todo in for_actor(by) if todo.url == "/objections/")
    assert todo.due == clock.end_of_day(row.due_on)
    assert row.due_on == clock.add_working_days(clock.today(), 10)
    assert "Answer due" in text(see("officer", "MOF").get("/objections/"))


def test_a_suspended_unit_delays_nobody(db, see):
    batch = published(days_ago=0)
    row = make.lodged(batch, unit="330200")
    made = make.suspended(row)
    public, miit = see(), see("officer", "MIIT")
    listed = text(public.get(f"/calls/{batch.number}/list/"))
    assert "under examination" in listed
    assert "核查中（演示）" not in listed
    assert "核查中" in text(see(language="zh-hans").get(f"/calls/{batch.number}/list/"))
    status = text(public.post(f"/calls/{batch.number}/objections/status/", {"receipt": row.receipt_no}))
    assert "under examination" not in re.sub(r"<title>.*?</title>", "", status).replace("being examined", "")
    board = f"/selection/{batch.number}/publicity/"
    assert "核查中（演示）" in text(miit.get(board))
    assert miit.post(f"/selection/suspensions/{made.pk}/release/", {"why": "x"}).status_code == 422
    make.answered(row, uphold=False)
    assert states(batch)["330200"] == "suspended"  # it goes on by an act of its own
    assert "Let it go on" in text(miit.get(board))
    assert miit.post(f"/selection/suspensions/{made.pk}/release/", {"why": ""}).status_code == 422
    assert miit.post(f"/selection/suspensions/{made.pk}/release/", {"why": "不成立（演示）"}).status_code == 303
    assert states(batch)["330200"] == "listed"


def test_an_interest_keeps_an_officer_away(db):
    batch = published()
    row = make.lodged(batch, unit="330200")
    mof = person("officer", "MOF")
    with acting("officer", "MOF") as by:
        Conflict.objects.create(
            application=make.application(batch, "330200"), reviewer_id=by.id, code="declared", is_derived=False
        )
    for act in (
        lambda by, found: answering.take(by=by, objection=found),
        lambda by, found: answering.answer(by=by, objection=found, uphold=False, text="x"),
        lambda by, found: suspending.suspend(by=by, objection=found, why="x"),
    ):
        with acting("officer", "MOF") as by:
            assert by.id == mof.pk
            with pytest.raises((NotAllowed, DomainError)):
                act(by, Objection.objects.get(pk=row.pk))
    make.answered(row, uphold=False, ministry="MIIT")


# Replacement


def test_a_replacement_needs_both_ministries_and_has_its_own_period(db, see):
    batch = published()
    miit, mof, second = see("officer", "MIIT"), see("officer", "MOF"), see("officer", "MIIT", 2)
    page = f"/selection/{batch.number}/replace/"
    assert miit.get(page).status_code == 303  # no place is free
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    board = f"/selection/{batch.number}/publicity/"
    assert "1 place is free" in text(miit.get(board))
    shown = text(miit.get(page))
    assert "Xiamen" in shown
    assert "79.580000" in shown
    assert miit.post(page).status_code == 303
    with acting("officer", "MIIT"):
        row = Replacement.objects.get(batch=batch)
    assert row.comes == ["350200"]
    assert miit.get(page).status_code == 303  # one waits already
    here = f"/selection/replacements/{row.pk}/"
    assert miit.post(f"{here}confirm/", {"confirm": "yes"}).status_code == 403
    assert second.post(f"{here}confirm/", {"confirm": "yes"}).status_code == 403
    assert "Xiamen" not in text(see().get(f"/calls/{batch.number}/list/"))
    with acting("officer", "MOF") as by:
        assert here in [todo.url for todo in for_actor(by)]
    days = clock.today() + timedelta(days=30)
    with clock.at(clock.end_of_day(days)):
        assert mof.post(f"{here}confirm/", {"confirm": "yes"}).status_code == 303
    came = entry_of(batch, "350200")
    assert (came.state, came.publicity_from) == ("listed", days)
    assert came.publicity_to >= days + timedelta(days=9)
    assert make.fresh(batch).publicity_to < days  # the first period did not move
    assert applications(batch)["350200"] == "publicity"
    assert "Xiamen" in text(see().get(f"/calls/{batch.number}/list/"))


def test_a_replacement_is_refused_with_a_reason_and_proposed_anew(db, see):
    batch = published()
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    row = make.moved_up(batch, confirmed=False)
    mof = see("officer", "MOF")
    assert mof.post(f"/selection/replacements/{row.pk}/withdraw/", {"why": ""}).status_code == 422
    assert mof.post(f"/selection/replacements/{row.pk}/withdraw/", {"why": "再议（演示）"}).status_code == 303
    assert "再议" in text(mof.get(f"/selection/replacements/{row.pk}/"))
    again = make.moved_up(batch, by_ministry="MOF")
    assert again.number == 2
    assert states(batch)["350200"] == "listed"


def test_where_nobody_keeps_the_rules_the_page_says_which(db, see):
    """The unit of the east left; the east needs one, and nobody in reserve is of the east."""
    units = {"350200": "1", "420100": "1", "510100": "1"}
    given = {"350200": "90", "420100": "80", "510100": "70"}
    bounds = {"region_bounds": {"east": {"min": 1, "max": 3}}}
    batch = make.published_batch(dict.fromkeys(units, "100000000.00"), given=given, places=2, reserve=1, **bounds)
    make.answered(make.lodged(batch, unit="350200"), uphold=True)
    miit = see("officer", "MIIT")
    page = text(miit.get(f"/selection/{batch.number}/replace/"))
    assert "Nobody in reserve keeps the rules" in page
    assert re.search(r"East[^<]*, at least 1", page, re.IGNORECASE)
    assert "Propose the replacement" not in page
    told = text(miit.post(f"/selection/{batch.number}/replace/", follow=True))
    assert "the place stays free" in told
    with acting("officer", "MIIT"):
        assert not Replacement.objects.filter(batch=batch).exists()


# Final lists


def test_the_first_list_takes_all_that_are_ready(db, see):
    batch = published(days_ago=40)
    first = finalised(batch)
    assert (first.number, first.is_supplement) == (1, False)
    assert set(states(batch).values()) == {"final"}
    assert make.fresh(batch).state == "final"
    assert {unit for unit, state in applications(batch).items() if state == "selected"} == {
        "330200", "370200", "440300"
    }  # fmt: skip
    assert NUMBER in text(see().get(f"/calls/{batch.number}/list/"))
    with pytest.raises(DomainError) as nothing:
        finalised(batch, "财建〔2026〕92号")
    assert nothing.value.code == "nothing_ready"


def test_who_waits_and_who_came_later_follow_on_a_supplement_and_are_awarded(fresh_db):
    """One unit is dropped, one waits; the third is final at once. The other two follow, and get their awards."""
    from grants.domain import awards
    from grants.domain.papers import Paper

    batch = published()
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    waiting = make.lodged(batch, unit="330200", grounds="另一理由")
    held = make.suspended(waiting)
    _days_pass(40)
    first = finalised(batch)
    assert [row.unit_id for row in _units(first)] == ["440300"]
    make.moved_up(batch)
    make.answered(waiting, uphold=False)
    with acting("officer", "MIIT") as by:
        suspending.release(by=by, suspension=queries.suspensions(by).get(pk=held.pk), why="不成立")
    second = finalised(batch, "财建〔2026〕92号")
    assert [row.unit_id for row in _units(second)] == ["330200"]
    assert applications(batch)["350200"] == "publicity"  # its own period runs
    _days_pass(40)
    third = finalised(batch, "财建〔2026〕93号")
    assert [row.unit_id for row in _units(third)] == ["350200"]
    assert make.fresh(batch).final_document_no == NUMBER
    row = make.application(batch, "350200")
    assert row.state == "selected"
    with acting("finance_maker", "MOF") as by:
        paper = Paper("财建〔2026〕94号", clock.today(), None)
        made = awards.enter_award(by=by, application=row, what=awards.AwardInput(Decimal(100_000_000), paper))
    assert made.unit_id == "350200"


def _units(made):
    with acting("officer", "MIIT"):
        return list(PublicEntry.objects.filter(final_list=made))


def _days_pass(days):
    """Let so many days have passed for every list, past every guard."""
    with psycopg.connect(databases.owner_dsn().replace("portal_owner", "postgres"), autocommit=True) as past:
        past.execute("set session_replication_role = replica")
        for table in ("programme_batch", "reviews_publicentry"):
            past.execute(
                f"update {table} set publicity_from = publicity_from - %s, publicity_to = publicity_to - %s",
                [days, days],
            )


@pytest.mark.parametrize("number", ["", "  ", "92", "财建2026第92号"])
def test_a_document_number_has_its_form(db, see, number):
    batch = published(days_ago=40)
    answer = see("officer", "MIIT").post(f"/selection/{batch.number}/finalise/", {"document_no": number})
    assert answer.status_code == 422
    assert "document_no" in answer.context["form"].errors


def test_a_document_number_is_given_once(db):
    finalised(published(days_ago=40, number=71))
    other = published(days_ago=40, number=72)
    with pytest.raises(DomainError) as refused:
        finalised(other)
    assert refused.value.code == "final_list_document_once"


def test_everyone_concerned_gets_a_letter_at_the_same_cost(db):
    costs = []
    for number, units in ((73, dict(list(UNITS.items())[:3])), (74, UNITS)):
        for unit in units:
            person("drafter", f"ZF{unit}")
            person("provincial_officer", f"GX{unit[:2]}0000")
        person("soe_officer", "YQ001")
        batch = make.published_batch(
            units, given=GIVEN, places=2, reserve=0, days_ago=40, number=number, soes={"330200": ("YQ001",)}
        )
        with acting("officer", "MIIT") as by, CaptureQueriesContext(connection) as asked:
            publicity.finalise(by=by, batch=make.fresh(batch), document_no=f"财建〔2026〕{number}号")
        costs.append(len([row for row in asked.captured_queries if "SAVEPOINT" not in row["sql"]]))
    assert costs[0] == costs[1]

    def letters(role, code):
        with acting(role, code) as by:
            return [row.text_zh for row in Notice.objects.filter(person=by.id, text_zh__contains="〔2026〕74号")]

    assert any("试点" in row for row in letters("drafter", "ZF330200"))
    neutral = letters("drafter", "ZF420100")
    assert len(neutral) == 1
    assert "未" not in neutral[0]
    assert len(letters("soe_officer", "YQ001")) == 1
    assert len(letters("provincial_officer", "GX330000")) == 1
    assert letters("provincial_officer", "GX420000") == []


def test_both_ministries_hear_once_that_a_period_is_over(db):
    person("officer", "MIIT")
    person("officer", "MOF")
    batch = published(days_ago=12)
    with acting("officer", "MIIT"):
        assert PublicEntry.objects.filter(batch=batch, publicity_to__lt=clock.today()).exists()
    for _time in range(2):
        with as_clockwork() as by:
            telling.tell_periods(by=by)
    for code in ("MIIT", "MOF"):
        with acting("officer", code) as by:
            found = Notice.objects.filter(person=by.id, url=f"/selection/{batch.number}/publicity/")
            assert found.count() == 1
            assert str(batch.number) in found[0].text_en


def test_two_districts_are_one_unit_on_the_list(db, see):
    """Two districts that apply as one are one line that names both, in both languages, on page, paper and as data."""
    code = "110105+110106"
    databases.committed(lambda: _joint(code))
    batch = make.published_batch(
        {code: "100000000.00", "330200": "100000000.00"}, given={code: "90", "330200": "80"}, places=2
    )
    for language, name in (("zh-hans", "朝阳区、丰台区"), ("en", "Chaoyang and Fengtai")):
        public = see(language=language)
        assert text(public.get(f"/calls/{batch.number}/list/")).count(name) == 1
        made = pdf_text(public.get(f"/calls/{batch.number}/list.pdf").content)
        assert name.replace(" ", "") in made.replace(" ", "").replace("\xa0", "")
    rows = see().get(f"/calls/{batch.number}/list.json").json()["units"]
    assert [row["unit"] for row in rows] == [code, "330200"]


def _joint(code):
    from portal.accounts.models import Organisation
    from portal.programme.models import PilotUnit

    names = {"name_zh": "朝阳区、丰台区", "name_en": "Chaoyang and Fengtai"}
    place = {"province_id": "110000", "kind": "joint_districts", "districts": ["110105", "110106"]}
    PilotUnit.objects.using("owner").get_or_create(code=code, defaults=names | place)
    body = {"kind": "unit_government", "province": "110000", "unit": code} | names
    Organisation.objects.using("owner").get_or_create(code=f"ZF{code}", defaults=body)


# No score


def pdf_text(made):
    read = pypdf.PdfReader(io.BytesIO(made))
    words = "\n".join(page.extract_text() for page in read.pages)
    xmp = read.xmp_metadata
    return (
        words
        + json.dumps({key: str(value) for key, value in (read.metadata or {}).items()})
        + (xmp.rdf_root.toxml() if xmp is not None else "")
    )


def spellings(batch):
    """Every score and total of the batch, as it could be written."""
    with acting("officer", "MIIT"):
        values = {row.score for row in PanelResult.objects.filter(batch=batch)}
        values |= {row.total_score for row in Scenario.objects.filter(batch=batch) if row.total_score}
    found = set()
    for value in values:
        plain = value.normalize()
        found |= {f"{value:.6f}", f"{value:.2f}", f"{value:.1f}", f"{plain:f}", f"{value:,.2f}"}
        found |= {f"{value:.2f}".replace(".", ","), f"{int(value * 1_000_000)}"}
    return found


@pytest.mark.parametrize("final", [False, True])
def test_no_public_page_leaks_a_score(db, see, final):
    batch = published(days_ago=40 if final else 0)
    if final:
        finalised(batch)
    else:
        row = make.lodged(batch, unit="330200")
        make.suspended(row)
    number = batch.number
    kept = []
    for language in ("zh-hans", "en"):
        public = see(language=language)
        for path in (
            "/", f"/calls/{number}/", f"/calls/{number}/list/", f"/calls/{number}/list/?format=csv",
            f"/calls/{number}/list.json", f"/calls/{number}/objections/new/", f"/calls/{number}/objections/status/",
        ):  # fmt: skip
            answer = public.get(path)
            assert answer.status_code == 200, path
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            said = re.sub(r'nonce="[^"]*"|value="[A-Za-z0-9_:.-]{60,}"|\b[0-9a-f]{16,}\b', "", body.decode("utf-8-sig"))
            kept.append((path, said))
        paths = [f"/calls/{number}/list.pdf"] + ([f"/calls/{number}/final/1.pdf"] if final else [])
        for path in paths:
            answer = public.get(path)
            assert answer.status_code == 200, path
            assert answer.content == public.get(path).content, "the same list, the same bytes"
            kept.append((path, pdf_text(answer.content)))
            people = ("officer MIIT", "officer MOF", "drafter")
            assert not [name for name in people if name in kept[-1][1]]
    assert len(kept) >= 16
    for path, said in kept:
        for wrong in spellings(batch):
            assert not re.search(rf"(?<![\d.]){re.escape(wrong)}(?!\d)", said), (path, wrong)


def test_the_list_as_paper_says_what_it_must(db, see):
    batch = published()
    zh = pdf_text(see(language="zh-hans").get(f"/calls/{batch.number}/list.pdf").content).replace(" ", "")
    for word in ("排名不分先后", "宁波", "浙江", "实名"):
        assert word in zh, word
    en = pdf_text(see().get(f"/calls/{batch.number}/list.pdf").content)
    assert "the order is no ranking" in en
    assert "Ningbo" in en
    data = see().get(f"/calls/{batch.number}/list.json").json()
    codes = [row["unit"] for row in data["units"]]
    assert codes == sorted(codes)
    assert see().get(f"/calls/{batch.number}/final/1.pdf").status_code == 404
