"""The end of a batch on its page: what is lacking, what is open, the next step of each ministry; desk, letters, API."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.translation import override

from portal.core import clock
from tests import factories_ending as end
from tests import factories_grants as make
from tests.worlds import further

PAGE = "/grants/batches/90/end/"


@pytest.fixture
def award(who, world):
    """Xiamen was awarded and holds 100 yuan; nothing was assessed."""
    return make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")


@pytest.fixture
def settled(who, world):
    return further(end.settled, world.application)


@pytest.fixture
def archived(who, world):
    return further(end.archived, world.application)


def text_of(answer):
    return unescape(answer.content.decode())


def sent(client, url, **data):
    """Open the page that asks, and send its form."""
    assert client.get(url).status_code == 200
    return client.post(url, data | {"confirm": "yes"})


def test_miit_reads_what_lacks(who, award, client_as, world):
    page = text_of(client_as(who["miit"]).get(PAGE))
    assert "1 award lacks its final result" in page
    assert "no result entered" in page
    assert f'href="/grants/awards/{award.pk}/assessing/"' in page
    assert "1 unit of the final list has no award." in page
    assert "Surplus to be returned" in page
    assert 'href="/grants/batches/90/end/assess/"' not in page


def test_a_running_batch_is_ended_on_its_page(who, award, client_as):
    make.assessed(who, award=award)
    client = client_as(who["miit"])
    assert "End the running" in text_of(client.get(PAGE))
    answer = sent(client, f"{PAGE}assess/")
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    page = text_of(client.get(PAGE))
    assert "assessed" in page
    assert "3 kinds of matter are still open" in page
    assert re.search(r"100\.00\s+yuan", re.sub(r"<[^>]+>", "", page))


def test_what_is_refused_comes_back_on_the_page_that_asks(who, award, client_as):
    client = client_as(who["miit"])
    answer = sent(client, f"{PAGE}assess/")
    assert answer.status_code == 422
    assert "No final result yet: Xiamen" in text_of(answer)


def test_both_ministries_archive_on_the_page(who, settled, client_as):
    miit = client_as(who["miit"])
    assert "Nothing is open any more" in text_of(miit.get(PAGE))
    assert sent(miit, f"{PAGE}archive/", why="all done").status_code == 303
    assert "an officer of MOF countersigns" in text_of(miit.get(PAGE))
    step = _step(who, settled)
    mof = client_as(who["mof"])
    page = text_of(mof.get(PAGE))
    assert "all done" in page
    answer = sent(mof, f"/grants/archive-steps/{step.pk}/sign/")
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    page = text_of(mof.get(PAGE))
    assert "This batch is archived" in page
    assert "Ask to open it again" not in page
    assert "Ask to open it again" in text_of(client_as(who["miit"]).get(PAGE))


def _step(who, batch):
    with make.acting(who["mof"]):
        return batch.archive_steps.order_by("-pk").first()


def test_a_reopening_needs_its_reason(who, archived, client_as):
    miit = client_as(who["miit"])
    assert sent(miit, f"{PAGE}reopen/", why="").status_code == 422
    assert sent(miit, f"{PAGE}reopen/", why="a late finding").status_code == 303
    mof = client_as(who["mof"])
    step = _step(who, archived)
    assert sent(mof, f"/grants/archive-steps/{step.pk}/refuse/", why="").status_code == 422
    assert sent(mof, f"/grants/archive-steps/{step.pk}/refuse/", why="no money is lost").status_code == 303
    assert "no money is lost" in text_of(client_as(who["miit"]).get(PAGE))


@pytest.mark.parametrize(
    ("name", "status"),
    [("mof", 200), ("mof_maker", 200), ("auditor", 200), ("province_maker", 403), ("unit_maker", 403)],
)
def test_the_nation_reads_the_page(who, settled, client_as, name, status):
    assert client_as(who[name]).get(PAGE).status_code == status


def test_the_page_of_the_batch_leads_there_for_who_may_read_it(who, settled, client_as):
    assert PAGE in text_of(client_as(who["miit"]).get(_batch_page(settled)))
    assert PAGE not in text_of(client_as(who["unit_maker"]).get(_batch_page(settled)))


def _batch_page(batch):
    from django.urls import reverse

    return reverse("programme:batch", args=[batch.pk])


@pytest.mark.parametrize("name", ["miit", "mof", "auditor"])
def test_the_page_costs_the_same_at_any_state(who, settled, client_as, budget, name):
    client = client_as(who[name])
    client.get(PAGE)
    with budget(12):
        client.get(PAGE)


def lines(user):
    from grants import todo

    with make.acting(user) as by, override("en"):
        return [str(one.label) for one in todo.lines(by)]


def test_desks_ask_for_the_next_step_and_for_no_other(who, award):
    assert not [line for line in lines(who["miit"]) if "End the running" in line]
    make.assessed(who, award=award)
    assert "End the running of batch 90: every award has its final result" in lines(who["miit"])
    assert not [line for line in lines(who["mof"]) if "batch 90" in line]


def test_desks_of_an_assessed_batch(who, settled):
    asks = "Ask for the archiving of batch 90: nothing is open any more"
    assert asks in lines(who["miit"])
    end.asked(who, settled)
    assert asks not in lines(who["miit"])
    assert "Countersign the archiving of batch 90" in lines(who["mof"])
    from grants.domain import ending

    with make.acting(who["mof"]) as by:
        ending.sign_archive(by=by, step=_step(who, settled))
    end.asked(who, settled, kind="reopen")
    assert "Countersign the reopening of batch 90" in lines(who["mof"])


def test_archived_batches_stay_findable(who, archived):
    from reviews.queries import screening_batches

    with make.acting(who["miit"]) as by:
        numbers = [row.number for row in screening_batches(by)]
    assert 90 in numbers
    assert 1 not in numbers  # it was before the portal


def test_everyone_reads_how_a_batch_ended(who, archived, client):
    page = text_of(client.get("/calls/90/", headers={"accept-language": "en"}))
    assert "This batch has ended" in page


@pytest.mark.parametrize(("name", "act"), [("mof_maker", "recover"), ("unit_maker", "return"), ("mof_maker", "issue")])
def test_pages_of_an_archived_batch_offer_no_act(who, settled, client_as, name, act):
    """Before and after: the link to the act stands on the award's page while the batch is assessed alone."""
    from grants.domain import ending

    award = end.award_of(who, settled)
    link = f"/grants/awards/{award.pk}/{act}/"
    assert link in text_of(client_as(who[name]).get(f"/grants/awards/{award.pk}/"))
    step = end.asked(who, settled)
    with make.acting(who["mof"]) as by:
        ending.sign_archive(by=by, step=step)
    answer = client_as(who[name]).get(f"/grants/awards/{award.pk}/")
    assert answer.status_code == 200
    assert link not in text_of(answer)
    assert client_as(who[name]).get(link).status_code == 403


def test_no_desk_asks_for_what_an_archived_batch_refuses(who, settled, cast):
    """A mid-term evaluation no panel looked at, a demand nobody made: before, and not after."""
    from grants.domain import assessing, ending
    from tests import factories_assessing as assess

    team, award = assess.people(cast, unit="350200", province="350000"), end.award_of(who, settled)
    mid = assess.signed(team, award, kind="mid")
    with make.acting(team["industry"]) as by:
        assessing.verify_evaluation(by=by, evaluation=mid, comment="seen")
    asks = {"miit": "Open the panel on", "mof_maker": "failed for good"}
    assert {name for name, text in asks.items() if text in " ".join(lines(who[name]))} == set(asks)
    step = end.asked(who, settled)
    with make.acting(who["mof"]) as by:
        ending.sign_archive(by=by, step=step)
    assert not {name for name, text in asks.items() if text in " ".join(lines(who[name]))}


def test_a_verified_final_evaluation_asks_for_no_panel_once_the_result_is_there(who, award, cast):
    """The panel would be refused: the assessment has passed."""
    from grants.domain import assessing
    from tests import factories_assessing as assess

    team = assess.people(cast, unit="350200", province="350000")
    final = assess.signed(team, award, kind="final")
    with make.acting(team["industry"]) as by:
        assessing.verify_evaluation(by=by, evaluation=final, comment="seen")
    assert "Open the panel on" in " ".join(lines(who["miit"]))
    make.assessed(who, award=award)
    assert "Open the panel on" not in " ".join(lines(who["miit"]))


@pytest.mark.parametrize("act", ["ask_change", "withdraw", "edit", "approve_plan"])
def test_a_dossier_of_an_archived_batch_says_why_nothing_of_it_changes(who, archived, world, cast, act):
    from applications.models import Application
    from portal.core.rules import may

    with make.acting(who["miit"]):
        row = Application.objects.select_related("batch").get(pk=world.application)
    person = who["miit"] if act == "approve_plan" else cast("drafter", "ZF350200")
    row.state = "selected" if act in {"ask_change", "approve_plan"} else "draft"
    row.first_submitted_at = None
    with make.acting(person) as by, override("en"):
        said = may(by, f"applications.{act}", row)
        assert (bool(said), str(said.reason)) == (False, "This batch is archived: nothing of it changes any more.")
        row.batch.state = "assessed"
        assert may(by, f"applications.{act}", row)


def test_no_unit_is_asked_for_reports_of_an_archived_batch(who, archived, cast):
    from grants.todo_assessing import to_evaluate
    from grants.todo_performance import reports
    from tests import factories_assessing as assess

    team = assess.people(cast, unit="350200", province="350000")
    with make.acting(team["drafter"]) as by, clock.at(clock.now() + timedelta(days=400)):
        assert to_evaluate(by) == []
        assert reports(by) == []


def test_a_unit_is_asked_for_reports_while_its_batch_is_assessed(who, settled, cast):
    from grants.todo_performance import reports
    from tests import factories_assessing as assess

    team = assess.people(cast, unit="350200", province="350000")
    with make.acting(team["drafter"]) as by, clock.at(clock.now() + timedelta(days=400)):
        assert reports(by)


def test_no_document_is_written_for_an_archived_batch(who, archived, client_as):
    """The list of open tranches led to a form that the database refused at its end."""
    from grants.domain.issue_papers import IssuePaperInput, enter_issue_paper
    from grants.enums import Tranche
    from portal.core.errors import WrongState

    client = client_as(who["mof_maker"])
    assert "/grants/issue-papers/new/90/" not in text_of(client.get("/grants/issue-papers/new/"))
    assert "Issue money of batch 90" not in text_of(client.get("/desk/"))
    for url in ("", "file/", "lines.xlsx"):
        answer = client.get(f"/grants/issue-papers/new/90/1/{url}")
        assert (answer.status_code, "This batch is archived" in text_of(answer)) == (409, True), url
    what = IssuePaperInput(Tranche.FIRST, (), end.yuan("1.00"), make.paper("财建〔2026〕9号", file=make.pdf()))
    with make.acting(who["mof_maker"]) as by, pytest.raises(WrongState, match="archived"):
        enter_issue_paper(by=by, batch=archived, what=what)
