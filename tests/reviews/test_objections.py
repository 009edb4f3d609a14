"""Objections by pages and commands: evidence, limits, handling, units that wait."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.audit.models import Event
from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from portal.notifications.todo import for_actor
from reviews.domain import answering, suspending
from reviews.domain.telling import tell_periods
from reviews.models import Conflict, Objection, ObjectionFile
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.reviews.lists import applications, entry_of, pdf_file, published, states, text, typed

LONG_AGO = date(2020, 1, 2)

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


def test_an_objection_is_taken_while_the_counters_cannot_be_reached(db, see, settings):
    """The queue that is down on the last day of the publicity takes nobody's objection."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    batch = published()
    address = f"/calls/{batch.number}/objections/new/"
    answer = see().post(address, typed() | {"evidence": [pdf_file()]}, REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 303
    with acting("officer", "MIIT"):
        assert Objection.objects.get(batch=batch).files.count() == 1


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


def test_a_day_that_is_over_gives_no_more_time(db, see):
    row = make.lodged(published(), unit="330200")
    mof, miit = see("officer", "MOF"), see("officer", "MIIT")
    page = f"/objections/{row.pk}/"
    mof.post(f"{page}take/")
    late = row.due_on + timedelta(days=30)
    with clock.at(clock.end_of_day(late)):
        until = miit.get(f"{page}extend/").context["form"]["until"].value()
        assert until == clock.add_working_days(late, 5)
        over = miit.post(f"{page}extend/", {"until": f"{late - timedelta(days=1)}", "why": "x"})
        assert (over.status_code, list(over.context["form"].errors)) == (422, ["until"])
        assert miit.post(f"{page}extend/", {"until": f"{until}", "why": "x"}).status_code == 303


def test_an_answer_that_is_late_again_is_told_again(db, monkeypatch):
    """Once when it is late, and once more when the time that was given is over too; not each night."""
    monkeypatch.setattr(make.queries, "answer_due", lambda *_: LONG_AGO)
    row = make.lodged(published(), unit="330200")

    def told() -> int:
        with as_clockwork() as by:
            tell_periods(by=by)
        with acting("officer", "MOF") as by:
            return Notice.objects.filter(person=by.id, key__startswith="objection-late").count()

    assert (told(), told()) == (1, 1)
    with acting("officer", "MOF") as by:
        answering.take(by=by, objection=Objection.objects.get(pk=row.pk))
    with acting("officer", "MIIT") as by, clock.at(clock.end_of_day(LONG_AGO)):
        found = Objection.objects.get(pk=row.pk)
        answering.extend(by=by, objection=found, until=LONG_AGO + timedelta(days=9), why="核查（演示）")
    assert (told(), told()) == (2, 2)


def test_many_that_became_late_without_beat_are_one_letter(db, monkeypatch):
    """A month without beat: four answers were due on four days. One letter tells of them, and of each only once."""
    batch, days = published(), [LONG_AGO + timedelta(days=more) for more in range(4)]
    for day in days:
        monkeypatch.setattr(make.queries, "answer_due", lambda *_, day=day: day)
        make.lodged(batch, unit="330200", grounds=f"{day}")

    def told():
        with as_clockwork() as by:
            tell_periods(by=by)
        with acting("officer", "MOF") as by:
            rows = Notice.objects.filter(person=by.id, text_en__contains=" late: ").order_by("at")
            return [row.text_en for row in rows]

    many = told()
    assert len(many) == 1
    first, last = (f"{day.day} {day:%B %Y}" for day in (days[0], days[-1]))
    assert f"4 objections in batch {batch.number} are late: due from {first} to {last}" in many[0]
    assert told() == many
    monkeypatch.setattr(make.queries, "answer_due", lambda *_: days[-1] + timedelta(days=1))
    made = make.lodged(batch, unit="330200", grounds="一件（演示）")
    assert [text for text in told() if made.receipt_no in text]
    assert len(told()) == 2


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


def test_a_day_beyond_the_known_holidays_carries_its_note(db, see, monkeypatch):
    """On the page of the objection and in the trail, as with the days of a publicity."""
    monkeypatch.setattr(clock, "known_until", clock.today)
    row = make.lodged(published(), unit="330200")
    told = clock.calendar_note(row.due_on)
    note = f"The holidays of {row.due_on.year} are not known"
    assert note in text(see("officer", "MOF").get(f"/objections/{row.pk}/"))
    with acting("auditor", "SJ"):
        assert Event.objects.get(act="reviews.lodge", object_id=str(row.pk)).why == told
