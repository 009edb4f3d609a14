"""Owners and due dates of sections, who changed what, and what the trail says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from applications import todo
from applications.domain.partners import InviteInput, invite_partner
from applications.models import SectionDuty
from portal.accounts.domain import people
from portal.accounts.models import Organisation
from portal.audit.models import Event
from portal.core import clock
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, follow

pytestmark = pytest.mark.django_db
HOME = ("drafter", "ZF350200")


def test_a_section_is_given_to_a_colleague_who_is_told(client_as, drafter):
    row = make.begun(unit="350200")
    colleague = make.person("drafter", "ZF350200", 2)
    url = f"/applications/{row.pk}/duty/plan/"
    day = clock.today() + timedelta(days=3)
    follow(drafter.post(url, {"owner": colleague.pk, "due_on": day.isoformat()}))
    page = strip_tags(drafter.get(f"/applications/{row.pk}/").content.decode())
    assert "owner: drafter ZF350200 2" in page
    assert day.isoformat() in page
    other = client_as(colleague)
    desk = other.get("/desk/").content.decode()
    assert f"/applications/{row.pk}/plan/" in desk
    assert "Implementation plan" in other.get("/inbox/").content.decode()
    follow(drafter.post(url, {"owner": "", "due_on": ""}))
    assert f"/applications/{row.pk}/plan/" not in client_as(colleague).get("/desk/").content.decode()


def test_what_a_colleague_was_to_write_is_the_successors(drafter):
    """Whoever takes the roles over finds it on the desk, and is reminded of it."""
    row = make.begun(unit="350200")
    gone, comes = make.person("drafter", "ZF350200", 2), make.person("drafter", "ZF350200", 3)
    url = f"/applications/{row.pk}/duty/plan/"
    follow(drafter.post(url, {"owner": gone.pk, "due_on": (clock.today() + timedelta(days=3)).isoformat()}))

    def asked() -> list[str]:
        with make.acting("drafter", "ZF350200", 3) as by:
            return [one.url for one in todo.of_owner(by)]

    assert asked() == []
    with make.acting("security_admin", "YW") as by:
        people.hand_over(by=by, person=gone, successor=comes, why="调离（演示）")
    assert asked() == [f"/applications/{row.pk}/plan/"]


def test_of_two_windows_neither_gives_the_section_away_unseen(drafter):
    row = make.begun(unit="350200")
    one, other = make.person("drafter", "ZF350200", 2), make.person("drafter", "ZF350200", 3)
    url = f"/applications/{row.pk}/duty/plan/"

    def sent(page, **data):
        form = page.context["form"]
        return data | {"version": form["version"].value(), "base": page.context["base"]}

    def owner():
        with make.acting(*HOME):
            return SectionDuty.objects.get(application=row, section="plan").owner_id

    first, second = drafter.get(url), drafter.get(url)
    follow(drafter.post(url, sent(first, owner=one.pk, due_on="")))
    late = drafter.post(url, sent(second, owner=other.pk, due_on=""))
    assert late.status_code == 409
    assert owner() == one.pk
    text = late.content.decode()
    assert "Somebody else saved this meanwhile" in text
    assert f'<option value="{other.pk}" selected>' in text, "what was chosen is still there"
    chosen = {"settling": "owner", "choice-owner": "mine", "owner": other.pk, "due_on": ""}
    again = sent(late, **chosen)
    assert (
        drafter.post(url, {name: value for name, value in again.items() if name != "choice-owner"}).status_code == 422
    )
    follow(drafter.post(url, again))
    assert owner() == other.pk
    third = sent(drafter.get(url), owner=other.pk, due_on="")
    follow(drafter.post(url, third))


def test_refusals(client_as, drafter):
    row = make.begun(unit="350200")
    stranger = make.person("drafter", "ZF350100")
    url = f"/applications/{row.pk}/duty/plan/"
    late = clock.today() + timedelta(days=400)
    for data, field in [
        ({"owner": stranger.pk}, "owner"),
        ({"due_on": late.isoformat()}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
    ]:
        answer = drafter.post(url, data)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    assert drafter.get(f"/applications/{row.pk}/duty/nothing/").status_code == 404
    assert client_as(stranger).get(url).status_code == 404
    with make.acting(*HOME):
        assert SectionDuty.objects.count() == 0


def test_who_changed_what_is_told_from_the_trail(client_as, drafter, budget):
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting(*HOME):
        kept = row.projects.get(is_landmark=True)
    from tests.applications.browser import project

    url = f"/applications/{row.pk}/projects/{kept.pk}/"
    follow(drafter.post(url, project(name=kept.name, total_investment="700000000", version=kept.version)))
    drafter.get(f"/applications/{row.pk}/edits/")
    with budget(9):
        page = drafter.get(f"/applications/{row.pk}/edits/?section=projects")
    newest = page.context["changes"][0]
    said = {str(value.field): (value.old, value.new) for value in newest.values}
    assert said["total investment (yuan)"] == ("600000000.00", "700000000.00")
    assert newest.values[0].row == kept.name
    assert all(str(change.section) == "Projects" for change in page.context["changes"])
    for role, code in [("provincial_officer", "GX350000"), ("officer", "MIIT"), ("drafter", "ZF350100")]:
        answer = client_as(make.person(role, code)).get(f"/applications/{row.pk}/edits/")
        assert answer.status_code in (403, 404)


def test_what_changed_is_told_in_words_and_not_in_codes(client_as):
    """A joint applicant: what it takes part as, its state, and the projects it takes part in."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting(*HOME) as by:
        landmark = row.projects.get(is_landmark=True)
        asked = Organisation.objects.get(code="YQ001")
        what = InviteInput(asked, task="参与产线改造", projects=(landmark,))
        invite_partner(by=by, application=row, what=what)
        none = InviteInput(Organisation.objects.get(code="YQ002"), task="参与标准制定")
        invite_partner(by=by, application=row, what=none)
    text = client_as(make.person(*HOME), "zh-hans").get(f"/applications/{row.pk}/edits/").content.decode()
    for word in ("已邀请", "中央企业", landmark.name):
        assert word in text, word
    for code in (">invited<", ">implementer<", ">soe<", "projects<", "[{&quot;", ">[]<"):
        assert code not in text, code


def test_the_trail_names_rows_that_came_and_went():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting(*HOME) as by:
        one = row.projects.get(is_landmark=False)
        make.projects.remove_project(by=by, project=one)
        event = Event.objects.filter(act="applications.edit", object_id=str(row.pk)).latest("pk")
    assert event.object_type == "applications.application"
    assert event.after["section"] == "projects"
    key = f"projects/{one.name}/total_investment"
    assert event.before[key] == "200000000.00"
    assert event.after[key] is None
