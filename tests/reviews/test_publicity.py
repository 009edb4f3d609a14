"""Publicity by pages and commands: replacements, final lists, letters, papers, and no score seen."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.audit.models import Event
from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError
from portal.core.rules import may
from portal.notifications.models import Notice
from portal.notifications.todo import for_actor
from reviews import queries
from reviews.domain import moving_up, publicity, suspending, telling
from reviews.models import Decision, PanelResult, PublicEntry, Replacement, Scenario
from tests import databases, uploads
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import past_guards
from tests.reviews.lists import GIVEN, NUMBER, UNITS, applications, entry_of, finalised, published, states, text

# Replacement


def test_no_reserve_unit_moves_up_on_a_list_that_is_closed(fresh_db, budget):
    """A place that became free is filled while the batch runs; the database takes nobody into an assessed one."""
    batch = published()
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    for state, allowed in (("final", True), ("running", True), ("assessed", False), ("archived", False)):
        past_guards(f"update programme_batch set state = '{state}' where id = {batch.pk}")
        with acting("officer", "MIIT") as by, budget(1):
            decision = queries.published_decision(by, batch).get()
            assert bool(may(by, "reviews.propose_replacement", decision)) is allowed, state
        with acting("officer", "MOF") as by:
            waiting = Replacement(ministry="MIIT", batch=decision.batch)
            assert bool(may(by, "reviews.confirm_replacement", waiting)) is allowed, state


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
    assert f'<a href="/calls/{batch.number}/list/">' in text(see().get("/"))  # whoever objects finds it at once
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


def test_of_several_free_places_as_many_are_filled_as_can_be(db, see):
    """Three units, one in reserve: when two of them leave, the one in reserve moves up all the same."""
    batch = published(reserve=1)
    for unit in ("370200", "440300"):
        make.answered(make.lodged(batch, unit=unit), uphold=True)
    shown = text(see("officer", "MIIT").get(f"/selection/{batch.number}/replace/"))
    assert "Propose the replacement" in shown
    assert re.search(r"2 to 3|2–3|at least 2", shown)
    row = make.moved_up(batch)
    assert row.comes == ["350200"]
    assert [unit for unit, state in states(batch).items() if state == "listed"] == ["330200", "350200"]
    with acting("officer", "MIIT") as by, pytest.raises(DomainError) as refusal:
        moving_up.propose(by=by, decision=queries.published_decision(by, batch).get())
    assert refusal.value.code == "nobody_moves_up"


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


# Units that give up their place


def gives_up(see, batch, unit, why="不再实施（演示）"):
    """The unit's signatory gives the place up through the page; gives what the page had said."""
    with acting("officer", "MIIT"):
        row = make.Application.objects.get(batch=batch, unit=unit)
    signatory, path = see("signatory", f"ZF{unit}"), f"/applications/{row.pk}/withdraw/"
    assert path in signatory.get(f"/applications/{row.pk}/").content.decode()
    said = text(signatory.get(path))
    assert signatory.post(path, {"why": ""}).status_code == 422
    assert signatory.post(path, {"why": why}).status_code == 303
    return said


def test_a_unit_gives_up_its_place_on_the_published_list_and_another_moves_up(db, see):
    batch = published()
    objection = make.lodged(batch, unit="370200")
    make.suspended(objection)
    assert "leaves the published list at once" in gives_up(see, batch, "370200")
    assert applications(batch)["370200"] == "withdrawn"
    entry = entry_of(batch, "370200")
    assert (entry.state, entry.dropped_why) == ("dropped", "不再实施（演示）")
    assert not entry.suspensions.filter(ended_at=None).exists()
    with acting("officer", "MIIT"):
        suspension = entry.suspensions.get()
    with acting("auditor", "SJ"):  # what the database did behind the unit's act has events of its own
        told = {
            event.act: event for event in Event.objects.filter(act__in=("reviews.leave_list", "reviews.end_suspension"))
        }
    assert told["reviews.leave_list"].object_id == str(entry.pk)
    assert told["reviews.leave_list"].before == {"state": "suspended"}
    assert told["reviews.end_suspension"].object_id == str(suspension.pk)
    assert {event.why for event in told.values()} == {entry.dropped_why}
    assert {event.actor for event in told.values()} == {suspension.ended_by_id}
    assert "Qingdao" not in text(see().get(f"/calls/{batch.number}/list/"))
    with acting("officer", "MIIT") as by:
        assert Notice.objects.filter(person=by.id, text_en__contains="has left the published list").exists()
        assert any("A place is free" in str(todo.label) for todo in for_actor(by))
    assert "不再实施" in text(see("officer", "MIIT").get(f"/selection/{batch.number}/publicity/"))
    assert make.answered(objection, uphold=False).state == "dismissed"
    row = make.moved_up(batch)
    assert row.comes == ["350200"]
    assert applications(batch)["350200"] == "publicity"


def test_a_reserve_unit_that_gives_up_its_place_moves_up_no_more(db, see):
    batch = published()
    with acting("officer", "MIIT") as by:
        reserve = list(queries.published_decision(by, batch).get().reserve)
    assert "moves up no more" in gives_up(see, batch, reserve[0])
    assert applications(batch)[reserve[0]] == "withdrawn"
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    assert make.moved_up(batch).comes == [reserve[1]]


def test_a_replacement_whose_unit_gives_up_meanwhile_is_not_confirmed(db, see):
    batch = published()
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    row = make.moved_up(batch, confirmed=False)
    gives_up(see, batch, row.comes[0])
    here = f"/selection/replacements/{row.pk}/confirm/"
    assert "gave up its place" in text(see("officer", "MOF").post(here, {"confirm": "yes"}, follow=True))
    assert applications(batch)[row.comes[0]] == "withdrawn"
    with acting("officer", "MIIT"):
        assert Replacement.objects.get(pk=row.pk).state == "proposed"


def test_a_place_on_a_final_list_is_not_given_up(db, see):
    batch = published(days_ago=40)
    finalised(batch)
    with acting("officer", "MIIT"):
        row = make.Application.objects.get(batch=batch, unit="370200")
    assert see("signatory", "ZF370200").post(f"/applications/{row.pk}/withdraw/", {"why": "x"}).status_code == 403


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
        paper = Paper("财建〔2026〕94号", clock.today(), uploads.upload(uploads.pdf(), "award.pdf"))
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


def test_a_document_number_is_given_once(fresh_db):
    finalised(published(days_ago=40, number=71))
    other = published(days_ago=40, number=72)
    with pytest.raises(DomainError) as refused:
        finalised(other)
    assert refused.value.code == "final_list_document_once"


def test_everyone_concerned_gets_a_letter_at_the_same_cost(fresh_db):
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


def test_both_ministries_hear_once_that_a_period_is_over(fresh_db):
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


def test_a_period_nobody_was_told_of_is_told_when_beat_is_back(fresh_db):
    """Beat was off for a month over its end; a person who comes later is not told of what others know."""
    person("officer", "MIIT")
    batch = published(days_ago=40)

    def told(number):
        with as_clockwork() as by:
            telling.tell_periods(by=by)
        with acting("officer", "MIIT", number) as by:
            return Notice.objects.filter(person=by.id, url=f"/selection/{batch.number}/publicity/").count()

    assert [told(1), told(1)] == [1, 1]
    person("officer", "MIIT", 7)
    assert told(7) == 0


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


@pytest.mark.parametrize(("known", "said"), [(date(2005, 1, 1), True), (date(2099, 12, 31), False)])
def test_a_period_over_days_nobody_has_announced_says_so(db, see, monkeypatch, known, said):
    """The length is reckoned all the same; who publishes compares it with the notice, and the trail keeps the warning."""
    batch = make.decided_batch(UNITS, given=GIVEN, places=1)
    monkeypatch.setattr(clock, "known_until", lambda: known)
    with acting("officer", "MIIT"):
        decision = Decision.objects.get(batch=batch)
    miit, page = see("officer", "MIIT"), f"/selection/decision/{decision.pk}/publish/"
    assert ("are not known to this portal yet" in text(miit.get(page))) is said
    assert miit.post(page, {"confirm": "yes"}).status_code == 303
    with acting("officer", "MIIT"):
        why = Event.objects.get(act="reviews.publish", outcome="done").why
    assert bool(why) is said
