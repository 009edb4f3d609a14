"""Letters to people: who gets them, who reads them, and what cannot be done to them."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta

import psycopg
import pytest
from django.core import mail as outbox
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy, override

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.notifications import inbox, letters
from portal.notifications.mail import mail, send
from portal.notifications.models import Notice
from tests import databases

TEXT = gettext_lazy("Draft a batch")  # any message with a Chinese translation


@pytest.fixture
def people(cast):
    return cast("officer", "MIIT"), cast("drafter", "ZF350200"), cast("provincial_officer", "GX350000")


@pytest.fixture
def told(people, actor):
    """A letter from the ministry to the city."""
    miit, city, _ = people
    with actor(miit) as by:
        assert inbox.notify([city.pk, city.pk, miit.pk], TEXT, by=by, url="/batches/") == 1
    return city


def test_says_it_in_both_languages(told, actor):
    with actor(told) as by:
        notice = inbox.inbox(by).get()
        assert (notice.text_zh, notice.text_en) == ("起草批次", "Draft a batch")
        for language, text in [("en", "Draft a batch"), ("zh-hans", "起草批次")]:
            with override(language):
                assert str(notice) == text


def test_parameters_are_put_into_words_too(people, actor):
    miit, city, _ = people
    with actor(miit) as by:
        inbox.notify([city.pk], "%(what)s: %(count)s", by=by, what=TEXT, count=3)
    with actor(city) as by:
        assert inbox.inbox(by).get().text_zh == "起草批次: 3"


def test_days_and_moments_are_written_as_each_language_does(people, actor):
    miit, city, _ = people
    day = date(2026, 12, 1)
    with actor(miit) as by:
        inbox.notify([city.pk], "%(day)s | %(last)s", by=by, day=day, last=clock.end_of_day(day).astimezone(UTC))
    with actor(city) as by:
        notice = inbox.inbox(by).get()
        assert notice.text_zh == "2026年12月1日 | 2026年12月1日23:59（北京时间）"
        assert notice.text_en == "1 December 2026 | 1 December 2026, 23:59 (Beijing time)"


def test_a_subject_is_cut_between_words_and_says_so():
    assert letters.shortened("short") == "short"
    assert letters.shortened("word " * 20) == "word " * 11 + "word…"
    assert letters.shortened("字" * 61) == "字" * 59 + "…"


def test_what_somebody_began_reaches_colleagues_once_that_person_left(people, actor):
    miit, city, province = people
    with actor(miit):
        assert inbox.holder_or_colleagues(city.pk, Role.DRAFTER, units=["350600", "350200"]) == [city.pk]
        held = inbox.recipients(Role.DRAFTER, unit="350200")
        assert inbox.holder_or_colleagues(province.pk, Role.DRAFTER, units=["350200"]) == held != []


def test_only_the_person_sees_it(told, people, actor):
    for other in (people[0], people[2]):
        with actor(other) as by:
            assert not Notice.objects.exists()
            assert inbox.unread(by) == 0
    with actor(told) as by:
        assert inbox.unread(by) == 1


def test_one_key_reaches_a_person_once(people, actor):
    miit, city, province = people
    for _ in range(2):
        with actor(miit) as by:
            inbox.notify([city.pk, province.pk], TEXT, by=by, key="deadline:3")
    with actor(city) as by:
        assert inbox.unread(by) == 1


def _holders(role, condition):
    """Everybody who holds the role there, as the owner counts them: other tests leave people in the clone."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        rows = owner.execute(
            "select distinct m.user_id from accounts_membership m join accounts_user u on u.id = m.user_id"
            " join accounts_organisation o on o.id = m.organisation_id"
            f" where m.ended_at is null and u.is_active and o.is_active and m.role = %s and {condition}",
            [role],
        ).fetchall()
    return sorted(pk for (pk,) in rows)


def test_recipients_by_role_and_place(people, cast, actor):
    miit, city, province = people
    finance, elsewhere = cast("provincial_officer", "CZ350000"), cast("provincial_officer", "GX440000")
    wanted = {
        ("provincial_officer", "o.province = '350000'"): {"province": "350000"},
        ("provincial_officer", "o.code = 'GX350000'"): {"code": "GX350000"},
        ("officer", "o.code = 'MIIT'"): {"code": "MIIT"},
        ("drafter", "o.unit = '350200'"): {"unit": "350200"},
    }
    with actor(city):
        found = [sorted(inbox.recipients(role, **where)) for (role, _), where in wanted.items()]
        assert found == [_holders(role, condition) for role, condition in wanted]
        assert {province.pk, finance.pk} <= set(found[0])
        assert elsewhere.pk not in found[0]
        assert province.pk in found[1]
        assert miit.pk in found[2]
        assert city.pk in found[3]
        assert inbox.recipients("officer") == []


def test_recipients_of_many_units_come_in_one_query(people, cast, actor, budget):
    miit, city, _province = people
    others = [cast("signatory", "ZF350200"), cast("drafter", "ZF350500")]
    units = ["350200", "350500", "350600", ""]
    with actor(miit), budget(1):
        found = inbox.recipients_of("drafter", "signatory", units=units)
    assert {unit: sorted(found.get(unit, ())) for unit in units} == {
        unit: sorted({pk for role in ("drafter", "signatory") for pk in _in_unit(role, unit)}) for unit in units
    }
    assert {city.pk, others[0].pk} <= set(found["350200"])
    assert others[1].pk in found["350500"]
    assert set(found) <= set(units) - {"", "350600"}


def _in_unit(role, unit):
    return _holders(role, f"o.unit = '{unit}'") if unit else []


def test_recipients_are_told_to_nobody_without_scope(raw_web, people):
    asked = "select person from notice_recipients_of('{officer}'::text[], '{}'::text[], '{}'::text[], '{MIIT}'::text[])"
    assert raw_web.execute(asked).fetchall() == []


def test_reading_is_noted_once(told, actor):
    with actor(told) as by:
        assert inbox.mark_read(by=by, notices=inbox.inbox(by)) == 1
        first = inbox.inbox(by).get().read_at
        assert inbox.mark_read(by=by, notices=inbox.inbox(by)) == 0
        assert inbox.inbox(by).get().read_at == first


@pytest.mark.guard
@pytest.mark.parametrize(
    "change",
    [
        "text_zh = '改'",
        "url = '/elsewhere/'",
        "at = now()",
        "sender = 1 - sender",
        "read_at = null",
        "person_id = person_id + 1",
    ],
)
def test_a_notice_is_not_rewritten(told, actor, change):
    with actor(told) as by:
        inbox.mark_read(by=by, notices=inbox.inbox(by))
        before = Notice.objects.values().get()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update notifications_notice set {change}")
        assert Notice.objects.values().get() == before


@pytest.mark.guard
def test_a_notice_is_never_removed(told, actor):
    with actor(told), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from notifications_notice")


INSERT = """
    insert into notifications_notice (id, person_id, sender, text_zh, text_en, url, key, at, wants_mail)
    values (gen_random_uuid(), %s, %s, '信', 'x', %s, '', now(), false)
"""


@pytest.mark.guard
def test_nobody_writes_in_another_name(raw_web, people):
    miit, city, _ = people
    raw_web.execute("select enter_scope(%s)", [city.pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(INSERT, [city.pk, miit.pk, "/desk/"])


@pytest.mark.guard
@pytest.mark.parametrize("url", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)"])
def test_a_notice_leads_into_the_portal(raw_web, people, url):
    miit, city, _ = people
    raw_web.execute("select enter_scope(%s)", [miit.pk])
    with pytest.raises(psycopg.errors.CheckViolation):
        raw_web.execute(INSERT, [city.pk, miit.pk, url])


@pytest.mark.guard
def test_another_persons_inbox_is_closed(raw_web, people):
    miit, city, province = people
    raw_web.execute("select enter_scope(%s)", [miit.pk])
    raw_web.execute(INSERT, [city.pk, miit.pk, "/desk/"])
    for stranger in (miit, province):
        raw_web.execute("select enter_scope(%s)", [stranger.pk])
        assert raw_web.execute("select count(*) from notifications_notice").fetchone()[0] == 0
        assert raw_web.execute("update notifications_notice set read_at = now()").rowcount == 0
    raw_web.execute("select enter_scope(%s)", [city.pk])
    assert raw_web.execute("select count(*) from notifications_notice").fetchone()[0] == 1


def test_e_mail_goes_once_in_both_languages(told, actor):
    with actor(told) as by:
        pk = str(inbox.inbox(by).get().pk)
    assert send(pk, told.pk)
    assert not send(pk, told.pk)
    letter = outbox.outbox[0]
    assert letter.to == [told.email]
    assert "起草批次" in letter.body
    assert "Draft a batch" in letter.body
    assert letter.body.count("/batches/") == 2


def test_e_mail_of_somebody_elses_letter_does_not_go(told, people, actor):
    with actor(told) as by:
        pk = str(inbox.inbox(by).get().pk)
    assert not send(pk, people[2].pk)
    assert outbox.outbox == []


def test_e_mail_starts_on_commit_and_waits_when_the_queue_is_down(
    people, actor, settings, django_capture_on_commit_callbacks, monkeypatch
):
    from kombu.exceptions import OperationalError

    miit, city, _ = people
    asked = []
    monkeypatch.setattr("portal.notifications.inbox.current_app.send_task", lambda name, **_: asked.append(name))
    with django_capture_on_commit_callbacks(execute=True), actor(miit) as by:
        inbox.notify([city.pk], TEXT, by=by)
        assert asked == []
    assert asked == ["portal.notifications.mail"]

    def down(name, **how):
        raise OperationalError("no queue")

    monkeypatch.setattr("portal.notifications.inbox.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True), actor(miit) as by:
        inbox.notify([city.pk], TEXT, by=by)
    with actor(city) as by:
        assert inbox.unread(by) == 2
        assert inbox.unmailed() == []
        with clock.at(clock.now() + timedelta(minutes=6)):
            assert len(inbox.unmailed()) == 2


def test_a_reason_of_several_lines_goes_out(people, actor):
    """What somebody typed comes into the subject, which has one line."""
    miit, city, _ = people
    with actor(miit) as by:
        inbox.notify([city.pk], "%(why)s", by=by, why="一、数据有误\n二、缺附件")
    with actor(city) as by:
        pk = str(inbox.inbox(by).get().pk)
    assert send(pk, city.pk)
    assert outbox.outbox[0].subject.startswith("一、数据有误 二、缺附件")
    assert "一、数据有误\n二、缺附件" in outbox.outbox[0].body


def test_a_letter_whose_worker_ended_before_it_noted_it_is_the_same_letter_again(people, actor):
    """Mail servers and readers show one of two letters with one number."""
    miit, city, _ = people
    with actor(miit) as by:
        inbox.notify([city.pk], TEXT, by=by)
        inbox.notify([city.pk], TEXT, by=by)
    with actor(city) as by:
        first, other = (str(pk) for pk in inbox.inbox(by).values_list("pk", flat=True))
    with transaction.atomic():
        assert send(first, city.pk)
        transaction.set_rollback(True)  # as when the worker ends
    assert send(first, city.pk)
    assert send(other, city.pk)
    numbers = [letter.message()["Message-ID"] for letter in outbox.outbox]
    assert numbers[0] == numbers[1] != numbers[2]
    assert re.fullmatch(r"<[0-9a-f]{40}@[a-z0-9.-]+>", numbers[0])


def test_a_letter_that_cannot_be_written_stops_no_other(people, actor, monkeypatch):
    miit, city, province = people
    with actor(miit) as by:
        inbox.notify([city.pk, province.pk], TEXT, by=by)
    rows = []
    for one in (city, province):
        with actor(one) as by:
            rows.append((str(inbox.inbox(by).get().pk), one.pk))
    plain = letters.send

    def broken(to, *how, **more):
        if to == city.email:
            raise ValueError(to)
        plain(to, *how, **more)

    monkeypatch.setattr(letters, "send", broken)
    mail(rows)
    assert [one.to for one in outbox.outbox] == [[province.email]]


def test_letters_that_never_go_do_not_stand_before_the_others(people, actor, cast):
    """Those to people who left, and those no server took for weeks, are not handed over again and again."""
    miit, city, province = people
    leaver = cast("auditor", "SJ")
    with clock.at(clock.now() - timedelta(days=20)), actor(miit) as by:
        inbox.notify([city.pk], TEXT, by=by)
    with actor(miit) as by:
        inbox.notify([leaver.pk, province.pk], TEXT, by=by)
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("update accounts_user set is_active = false where id = %s", [leaver.pk])
    try:
        with as_clockwork(), clock.at(clock.now() + timedelta(minutes=6)):
            assert [person for _, person in inbox.unmailed()] == [province.pk]
    finally:
        with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
            owner.execute("update accounts_user set is_active = true where id = %s", [leaver.pk])


def test_the_task_has_the_name_that_commands_use():
    assert mail.name == inbox.MAIL


def test_pages(told, client_as, people):
    client = client_as(told)
    text = client.get("/inbox/").content.decode()
    assert "Draft a batch" in text
    assert "count--red" in text
    assert client_as(people[2]).get("/inbox/").content.decode().count("Draft a batch") == 0


def test_opening_marks_as_read_and_leads_there(told, client_as, actor):
    client = client_as(told)
    with actor(told) as by:
        pk = inbox.inbox(by).get().pk
    assert client.get(f"/inbox/{pk}/read/").status_code == 405
    answer = client.post(f"/inbox/{pk}/read/", {"open": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, "/batches/")
    assert "count--red" not in client.get("/inbox/").content.decode()


def test_a_strangers_letter_is_not_found(told, client_as, actor, people):
    with actor(told) as by:
        pk = inbox.inbox(by).get().pk
    assert client_as(people[2]).post(f"/inbox/{pk}/read/").status_code == 404
    with actor(told) as by:
        assert inbox.unread(by) == 1


def test_all_at_once(told, client_as, actor):
    assert client_as(told).post("/inbox/read/").status_code == 303
    with actor(told) as by:
        assert inbox.unread(by) == 0


@pytest.mark.parametrize("size", [3, 120])
def test_inbox_costs_the_same_at_any_size(people, actor, client_as, budget, size):
    miit, city, _ = people
    with actor(miit) as by:
        for _ in range(size):
            inbox.notify([city.pk], TEXT, by=by)
    client = client_as(city)
    client.get("/inbox/")
    with budget(6):
        assert client.get("/inbox/").status_code == 200
