"""The trail page: what is in scope, filtered and paged by cursor; its recomputation; auditors as readers."""

from __future__ import annotations

import csv
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation

from portal.audit import queries
from portal.audit.models import Event
from portal.audit.presentation import object_types
from portal.core.commands import event_writer
from tests.audit.conftest import chained


class Placed:
    """Something with a place, as the writer looks at it."""

    _meta = SimpleNamespace(label_lower="programme.pilotunit")

    def __init__(self, province, unit, pk="1"):
        self.province, self.unit, self.pk = province, unit, pk


def write(by, count=1, *, act="programme.draft", outcome="done", place=("350000", "350200"), why="", after=None):
    for number in range(count):
        event_writer()(
            by=by, act=act, obj=Placed(*place, pk=str(number)), before={}, after=after or {}, why=why, outcome=outcome
        )


@pytest.fixture
def auditor(cast):
    return cast("auditor", "SJ")


@pytest.fixture
def filled(cast, actor):
    with actor(cast("officer", "MIIT")) as by:
        write(by, 12)
        write(by, 3, place=("360000", "360100"))
        write(by, 2, act="programme.close", outcome="refused", why="Too early", place=("350000", "350200"))


def ids(answer):
    """Numbers of the events shown, without the reader's own sign-in."""
    return [row.event.pk for row in answer.context["rows"] if row.event.act != "accounts.sign_in"]


def test_national_auditor_reads_all_but_accounts(client_as, auditor, filled, cast):
    answer = client_as(auditor).get("/trail/")
    assert answer.status_code == 200
    assert len(ids(answer)) == 17
    assert not any(row.event.is_identity for row in answer.context["rows"] if row.event.actor != auditor.pk)


def test_supervision_bureau_reads_its_province(client_as, cast, filled):
    answer = client_as(cast("auditor", "SJ350000")).get("/trail/")
    shown = [row.event for row in answer.context["rows"] if row.event.act != "accounts.sign_in"]
    assert {event.province for event in shown} == {"350000"}
    assert len(ids(answer)) == 14


def test_filters_narrow_and_say_so(client_as, auditor, filled):
    client = client_as(auditor)
    refused = client.get("/trail/?outcome=refused")
    assert len(ids(refused)) == 2
    assert "Too early" in refused.content.decode()
    assert len(ids(client.get("/trail/?object_type=programme.pilotunit&object_id=11"))) == 1
    assert ids(client.get("/trail/?person=nobody+of+this+name")) == []
    assert ids(client.get("/trail/?until=2020-01-01")) == []
    assert len(ids(client.get("/trail/?since=0001-01-01&until=9999-12-31"))) == 17


@pytest.mark.parametrize("query", ["since=31.12.2026", "since=2026-02-02&until=2026-02-01", "act=nonsense"])
def test_bad_filter_is_said_beside_the_field(client_as, auditor, filled, query):
    answer = client_as(auditor).get(f"/trail/?{query}")
    assert answer.status_code == 422
    assert 'class="field__error"' in answer.content.decode()
    assert ids(answer) == []


def test_cursor_walks_all_events_once(client_as, auditor, cast, actor, monkeypatch):
    with actor(cast("officer", "MIIT")) as by:
        write(by, 23)
    monkeypatch.setattr(queries, "PAGE", 10)
    client = client_as(auditor)
    seen, url, back = [], "/trail/?act=programme.draft", []
    for _ in range(9):
        answer = client.get(url)
        seen += ids(answer)
        back.append(ids(answer))
        older = answer.context["part"].older
        if older is None:
            break
        url = f"/trail/?act=programme.draft&before={older}"
    assert len(seen) == 23
    assert seen == sorted(set(seen), reverse=True)
    newer = client.get(f"/trail/?act=programme.draft&after={back[1][0]}")
    assert ids(newer) == back[0]


@pytest.mark.parametrize("size", [10, 120])
def test_trail_costs_the_same_at_any_size(client_as, auditor, cast, actor, budget, size):
    with actor(cast("officer", "MIIT")) as by:
        write(by, size)
    client = client_as(auditor)
    client.get("/trail/")
    with budget(9):  # names of provinces and of units are read
        assert len(client.get("/trail/").context["rows"]) == min(size + 1, 50)


def test_event_page_shows_what_changed(client_as, auditor, cast, actor):
    with actor(cast("officer", "MIIT")) as by:
        write(by, after={"name_en": "New name"})
    event = Event.objects.order_by("-pk")
    with actor(auditor):
        pk = event.filter(act="programme.draft").first().pk
    text = client_as(auditor).get(f"/trail/{pk}/").content.decode()
    assert "New name" in text
    assert "name in English" in text
    assert client_as(cast("auditor", "SJ360000")).get(f"/trail/{pk}/").status_code == 404


def test_difference_is_in_words(cast, actor):
    """Labels of choices, names of what numbers stand for, moments, lists: no JSON."""
    from portal.audit.models import Event
    from portal.audit.presentation import changes

    person = cast("finance_checker", "MOF")
    event = Event(
        object_type="grants.award",
        before={"state": "entered", "checker": None, "checked_at": None, "batch": "x"},
        after={"state": "confirmed", "checker": person.pk, "checked_at": "2026-05-01T04:00:00Z", "batch": "x",
               "more": {"a": [1, None], "b": True}, "gone": []},
    )  # fmt: skip
    with actor(cast("auditor", "SJ")), translation.override("en"):
        found = {str(one.name): (one.before, one.after) for one in changes(event)}
    assert found["state"] == ("to be checked", "confirmed")
    assert found["checked by"] == ("–", f"{person} ({person.pk})")
    assert found["checked"] == ("–", "2026-05-01 12:00:00")
    assert found["batch"] == ("x", "x")
    assert found["more"] == ("–", "a: 1, –; b: True")
    assert found["gone"] == ("–", "–")


@pytest.mark.parametrize(("role", "code"), [("officer", "MIIT"), ("drafter", "ZF350200"), ("security_admin", "YW")])
def test_others_do_not_read_the_trail(client_as, cast, role, code):
    assert client_as(cast(role, code)).get("/trail/").status_code == 403


def test_export_is_what_is_shown(client_as, auditor, filled):
    answer = client_as(auditor).get("/trail/?outcome=refused&format=csv")
    head, *rows = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert head[:8] == ["Time", "Person", "Act", "Object", "Number", "Place", "Outcome", "Reason"]
    assert head[8:12] == ["id", "at", "actor", "act"]
    assert len(rows) == 2
    found = dict(zip(head, rows[0], strict=True))
    assert found["act"] == "programme.close"
    assert found["Act"] not in ("", "programme.close")
    assert (found["Outcome"], found["outcome"]) == ("refused", "refused")
    assert len(found["Time"]) == 19  # as the page has it
    assert found["at"][:19] == found["Time"]
    assert "." in found["at"]


def test_the_trail_names_places_lists_and_reports(client_as, auditor, filled, cast, actor):
    client = client_as(auditor)
    assert list(client.get("/reference/units/?format=csv").streaming_content)
    with actor(cast("officer", "MIIT")) as by:
        write(by, why="applications.overview")
    text = client.get("/trail/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "福建省 · 厦门市" in text
    assert "福建省 350200" not in text
    assert 'data-label="对象">Pilot units' in text  # as the person read the title
    assert "applications.overview" not in text


def test_an_export_is_whole_in_beijing_time_and_stands_in_the_trail(client_as, auditor, filled, actor, monkeypatch):
    from portal.audit import views

    client = client_as(auditor)
    answer = client.get("/trail/?outcome=refused&format=csv")
    assert "no-store" in answer["Cache-Control"]
    lines = answer.content.decode("utf-8-sig").strip().splitlines()
    assert all(row[9].endswith("+08:00") for row in list(csv.reader(lines))[1:])
    with actor(auditor):
        assert Event.objects.filter(act="core.export", actor=auditor.pk, after__list="audit-trail").count() == 1
    monkeypatch.setattr(views, "EXPORT_MOST", 1)
    answer = client.get("/trail/?outcome=refused&format=csv")
    assert answer["Content-Type"].startswith("text/html")
    assert "More than 1 events" in answer.content.decode()


def test_formulas_are_made_text(client_as, auditor, cast, actor):
    with actor(cast("officer", "MIIT")) as by:
        write(by, why="=HYPERLINK(1)")
    lines = client_as(auditor).get("/trail/?act=programme.draft&format=csv").content.decode()
    assert ",'=HYPERLINK(1)" in lines


def verified(client, user):
    """Press the button, let the worker do it, look at the result."""
    from portal.core import tasks

    chained()
    answer = client.post("/trail/verify/")
    assert answer.status_code == 303
    chained()
    tasks.execute(answer["Location"].rstrip("/").rsplit("/", 1)[-1], user.pk)
    return client.get(answer["Location"], follow=True)


@pytest.mark.parametrize(("role", "code"), [("audit_admin", "YW"), ("auditor", "SJ"), ("auditor", "SJ360000")])
def test_who_reads_the_trail_has_it_verified(client_as, cast, filled, store, waits, role, code):
    person = cast(role, code)
    client = client_as(person)
    answer = verified(client, person)
    assert answer.status_code == 200
    assert "The trail is whole" in answer.content.decode()
    assert client.get("/trail/verify/").status_code == 405
    other = client_as(cast(role, code, 2)).get(answer.request["PATH_INFO"])
    assert other.status_code == 404


def test_the_first_broken_record_is_shown(client_as, cast, filled, store, waits, monkeypatch):
    from portal.audit import tasks
    from portal.audit.verify import Broken

    monkeypatch.setattr(tasks, "broken_in", lambda *_asked, **_how: Broken(3, 77, "changed"))
    auditor = cast("auditor", "SJ")
    text = verified(client_as(auditor), auditor).content.decode()
    assert "The trail is broken" in text
    assert "The record or its link differs from what was chained." in text
    assert ">77<" in text


def test_others_do_not_start_the_verifier(client_as, cast):
    assert client_as(cast("officer", "MIIT")).post("/trail/verify/").status_code == 403


@pytest.mark.guard
def test_the_databases_own_verifier_asks_who_calls(cast, actor):
    from django.db import ProgrammingError, transaction

    for statement in ("select * from audit_broken(0, 10)", "select * from audit_unchained()"):
        with (
            actor(cast("officer", "MIIT")),
            pytest.raises(ProgrammingError, match="only auditors"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)


def role_during(client, path, monkeypatch):
    """The database role that answers a page."""
    from portal.audit import views

    seen = []
    real = views.queries.events

    def looking(actor):
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            seen.append(cursor.fetchone()[0])
        return real(actor)

    monkeypatch.setattr(views.queries, "events", looking)
    client.get(path)
    return seen


@pytest.mark.guard
def test_pages_of_pure_auditors_are_read_by_the_reading_role(client_as, cast, auditor, monkeypatch):
    assert role_during(client_as(auditor), "/trail/", monkeypatch) == ["portal_reader"]
    assert role_during(client_as(cast("audit_admin", "YW")), "/trail/", monkeypatch) == ["portal_web"]
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone()[0] == "portal_web"


@pytest.mark.guard
def test_auditor_with_another_role_keeps_the_web_role(client_as, cast, monkeypatch):
    from portal.accounts.cast import ensure_user
    from tests import databases

    both = cast("auditor", "SJ", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "MOF", "finance_maker"))
    assert role_during(client_as(both), "/trail/", monkeypatch) == ["portal_web"]


@pytest.mark.guard
def test_reader_writes_nothing_but_the_trail(client_as, auditor, monkeypatch):
    """A page that tried to write would fail; its look can still be put into the trail."""
    from django.db import ProgrammingError, transaction

    from portal.audit import views

    tried = []
    real = views.queries.events

    def writing(actor):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("update programme_batch set year = 2000")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("update accounts_membership set ended_at = now()")
        event_writer()(by=actor, act="test.look", obj=None, before={}, after={}, why="", outcome="done")
        tried.append(actor.id)
        return real(actor)

    monkeypatch.setattr(views.queries, "events", writing)
    assert client_as(auditor).get("/trail/").status_code == 200
    assert tried == [auditor.pk]
    monkeypatch.undo()
    assert "test.look" in client_as(auditor).get("/trail/").content.decode()


def test_every_kind_of_object_can_be_chosen_in_the_readers_language(client_as, auditor):
    """Tables of libraries have no event, and no Chinese name."""
    with translation.override("zh-hans"):
        kinds = dict(object_types())
    assert "accounts.user" in kinds
    assert [label for label, words in kinds.items() if not re.search(r"[\u4e00-\u9fff]", words)] == []
    page = client_as(auditor, language="zh-hans").get("/trail/").content.decode()
    assert "user session" not in page
