"""A joint applicant commits itself to what it was asked for, and not to what came to stand there meanwhile."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags

from applications.domain import partners, parts, projects
from applications.models import Application, Part, Partner, Project
from portal.core.errors import DomainError, Stale
from portal.notifications.models import Notice
from tests import factories_applications as make
from tests.applications.browser import follow

pytestmark = pytest.mark.django_db
GUARANTEE = "为全部项目提供三亿元担保"


@pytest.fixture
def asked():
    """Xiamen asks YQ001 to take part in its first project; its part waits for the second person."""
    return make.part_asked(task="参与改造")


@pytest.fixture
def second(asked, client_as):
    """The browser of the second person, on the page that asks for the word."""
    return client_as(make.person("soe_officer", "YQ001", 2))


def mine() -> Partner:
    with make.acting("soe_officer", "YQ001"):
        return Partner.objects.get()


def own() -> Part:
    with make.acting("soe_officer", "YQ001"):
        return Part.objects.get()


def url(name: str = "confirm/") -> str:
    return f"/applications/parts/{mine().pk}/{name}"


def sent(answer, **more: str) -> dict[str, str]:
    """What a browser sends of the page's form, agreed to."""
    return {field.html_name: str(field.value()) for field in answer.context["form"].hidden_fields()} | more


def change_task(row: Application, task: str = GUARANTEE, keep: bool = True) -> None:
    with make.acting("drafter", "ZF350200") as by:
        now = Application.objects.get(pk=row.pk)
        kept = tuple(Project.objects.filter(partners__partner__organisation__code="YQ001")) if keep else ()
        what = partners.TaskInput(task, "implementer", kept)
        partners.change_task(by=by, partner=Partner.objects.get(application=row), what=what, version=now.version)


def letters(number: int = 1) -> list[str]:
    with make.acting("soe_officer", "YQ001", number) as by:
        return list(Notice.objects.filter(person=by.id).order_by("at").values_list("text_en", flat=True))


def test_the_page_that_asks_for_the_word_says_what_is_asked(second):
    text = strip_tags(second.get(url()).content.decode())
    for said in ("参与改造", "implementer of projects", "整车智能工厂", "提供工艺与装备"):
        assert said in text


@pytest.mark.parametrize(("task", "keep"), [(GUARANTEE, True), ("参与改造", False)])
def test_what_is_asked_anew_is_confirmed_anew(asked, second, task, keep):
    """Task or projects change after the question: the part is with its people again, and they are told."""
    page = second.get(url())
    change_task(asked, task, keep)
    assert (own().state, own().asked_by_id) == ("draft", None)
    assert "read it, then ask for the confirmation anew" in own().returned_why
    assert all("has changed what it asks" in letters(number)[-1] for number in (1, 2))
    answer = second.post(url(), sent(page, agree="on"))
    assert answer.status_code == 409
    text = strip_tags(answer.content.decode())
    assert "has changed what it asks of your organisation" in text
    assert task in text
    assert "Nobody asks you to confirm it now" in text
    assert mine().state == "invited"
    make.written(asked, "YQ001")
    follow(second.post(url(), sent(second.get(url()), agree="on")))
    assert (mine().state, mine().task) == ("committed", task)


def test_a_program_that_sends_no_digest_commits_to_nothing_else(asked):
    """Also past the page: what was asked is compared with what the colleague was asked for."""
    with make.acting("drafter", "ZF350200"):
        Partner.objects.filter(application=asked).update(task=GUARANTEE)
    with make.acting("soe_officer", "YQ001", 2) as by, pytest.raises(Stale) as caught:
        parts.confirm(by=by, partner=Partner.objects.get(), version=own().version)
    assert caught.value.code == "changed_meanwhile"
    assert mine().state == "invited"


def test_a_project_that_becomes_another_is_asked_anew_and_money_alone_is_not(asked):
    with make.acting("drafter", "ZF350200") as by:
        project = Project.objects.filter(application=asked).order_by("pk")[0]
        what = make.project_input(name=project.name, equipment_investment=make.Decimal("390000000.00"))
        projects.change_project(by=by, project=project, what=what, version=project.version)
    assert own().state == "asked"
    before = len(letters())
    with make.acting("drafter", "ZF350200") as by:
        project = Project.objects.get(pk=project.pk)
        what = make.project_input(name="整车智能工厂二期")
        projects.change_project(by=by, project=project, what=what, version=project.version)
    assert own().state == "draft"
    assert len(letters()) == before + 1


def test_a_partner_that_has_not_asked_yet_hears_of_another_task_once(asked):
    with make.acting("soe_officer", "YQ001", 2) as by:
        parts.send_back(by=by, partner=Partner.objects.get(), why="金额有误")
    before = len(letters())
    change_task(asked)
    change_task(asked)
    assert letters()[before:] == ["Xiamen has changed what it asks of your organisation: read it before you answer."]


def test_after_a_colleagues_change_the_page_comes_to_an_end(asked, second):
    """409 with what changed; what is shown then can be confirmed, and the box is to be ticked anew."""
    page = second.get(url())
    with make.acting("soe_officer", "YQ001") as by:
        parts.send_back(by=by, partner=Partner.objects.get(), why="改一改")
    make.written(asked, "YQ001", amount="5.00")
    answer = second.post(url(), sent(page, agree="on"))
    assert answer.status_code == 409
    assert "soe_officer YQ001 1 has changed your part since you opened this page" in answer.content.decode()
    assert "agree" not in answer.context["form"].data
    assert second.post(url(), sent(answer)).status_code == 422
    follow(second.post(url(), sent(answer, agree="on")))
    assert mine().amount_committed == 5


def test_asked_for_something_else_and_again_is_told_once(asked, second):
    """The colleague has read the new task and asked again, while the page stood open with the old one."""
    page = second.get(url())
    change_task(asked)
    make.written(asked, "YQ001")
    answer = second.post(url(), sent(page, agree="on") | {"version": str(own().version)})
    assert answer.status_code == 409
    assert GUARANTEE in answer.content.decode()
    follow(second.post(url(), sent(answer, agree="on")))


def test_what_is_committed_is_not_asked_anew(asked):
    make.confirmed(asked, "YQ001")
    with pytest.raises(DomainError) as caught:
        change_task(asked)
    assert caught.value.code == "partner_state"
    assert own().state == "confirmed"
