"""Copy from an earlier dossier: untouched sections are filled, nothing is written over, nothing foreign is taken."""

from __future__ import annotations

import pytest

from applications import canonical, queries
from applications.domain import copying, submission
from applications.models import Application, ProjectApproval, ProjectEnterprise, ProjectMilestone
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, follow
from tests.factories_roster import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(db):
    """Withdrawn, so that the unit begins anew. With a roster, and a project with all its parts."""
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200") as by:
        fill(row, 3)
        project = row.projects.order_by("pk").first()
        parts = {"application_id": row.pk, "project": project}
        ProjectEnterprise.objects.create(**parts, enterprise=row.enterprises.order_by("pk").first())
        ProjectApproval.objects.create(**parts, kind="filing", state="granted", number="演示1号", day=project.starts_on)
        ProjectMilestone.objects.create(**parts, day=project.ends_on, what="验收")
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
    make.sign(row)
    with make.acting("signatory", "ZF350200") as by:
        submission.withdraw(by=by, application=Application.objects.get(pk=row.pk), why="重新申报")
    return make.fresh(row)


@pytest.fixture
def begun(earlier):
    return make.begun(unit="350200")


def content(row):
    with make.acting("drafter", "ZF350200"):
        return canonical.content(queries.whole(row))


def without_numbers(value):
    if isinstance(value, dict):
        return {key: without_numbers(one) for key, one in value.items() if key not in {"id", "key", "project"}}
    return [without_numbers(one) for one in value] if isinstance(value, list) else value


def test_all_sections_come_and_commitments_do_not(earlier, begun, drafter):
    url = f"/applications/{begun.pk}/copy/"
    page = drafter.get(url)
    chosen = page.context["form"]["sections"].initial
    assert {"basics", "industries", "projects", "targets"} <= set(chosen)
    assert not {"partners", "attachments"} & set(chosen)
    follow(drafter.post(url, {"source": earlier.pk, "sections": chosen}))
    old, new = content(earlier), content(make.fresh(begun))
    assert new["partners"] == []
    assert new["attachments"] == []
    for key in old.keys() - {"partners", "attachments"}:
        assert without_numbers(new[key]) == without_numbers(old[key]), key
    touched = make.fresh(begun).touched
    assert {touched[code]["name"] for code in chosen} == {"drafter ZF350200 1"}
    assert content(earlier) == old


def test_what_was_written_stays(earlier, begun, drafter):
    follow(drafter.post(f"/applications/{begun.pk}/basics/", {"title": "新", "amount_asked": "1", "version": "0"}))
    url = f"/applications/{begun.pk}/copy/"
    assert "basics" not in drafter.get(url).context["form"]["sections"].initial
    answer = drafter.post(url, {"source": earlier.pk, "sections": ["basics"]})
    assert answer.status_code == 422
    with make.acting("drafter", "ZF350200") as by:
        row = Application.objects.get(pk=begun.pk)
        what = copying.CopyInput(earlier, ("basics", "industries"))
        with pytest.raises(DomainError) as error:
            copying.copy_sections(by=by, application=row, what=what)
    assert error.value.code == "copy_into_untouched"
    assert make.fresh(begun).title == "新"
    assert content(make.fresh(begun))["industries"] == []


def test_a_section_comes_with_what_it_needs(earlier, begun, drafter):
    url = f"/applications/{begun.pk}/copy/"
    answer = drafter.post(url, {"source": earlier.pk, "sections": ["projects"]})
    assert answer.status_code == 422
    assert "choose both" in answer.content.decode()
    follow(drafter.post(url, {"source": earlier.pk, "sections": ["industries"]}))
    follow(drafter.post(url, {"source": earlier.pk, "sections": ["projects"]}))
    assert len(content(make.fresh(begun))["projects"]) == 2


@pytest.mark.parametrize("change", [{"sections": []}, {"sections": ["attachments"]}, {"source": 0}])
def test_what_cannot_be_copied_is_refused(earlier, begun, drafter, change):
    url = f"/applications/{begun.pk}/copy/"
    answer = drafter.post(url, {"source": earlier.pk, "sections": ["basics", "industries"]} | change)
    assert answer.status_code == 422
    assert content(make.fresh(begun))["industries"] == []


def test_another_units_dossier_is_no_source(earlier, client_as):
    other = make.begun(unit="350100")
    client = client_as(make.person("drafter", "ZF350100"))
    assert "no earlier dossier" in client.get(f"/applications/{other.pk}/copy/").content.decode()
    answer = client.post(f"/applications/{other.pk}/copy/", {"source": earlier.pk, "sections": ["basics"]})
    assert answer.status_code == 422
    with make.acting("drafter", "ZF350100") as by:
        row = Application.objects.get(pk=other.pk)
        what = copying.CopyInput(earlier, ("basics",))
        with pytest.raises(DomainError) as error:
            copying.copy_sections(by=by, application=row, what=what)
    assert error.value.code == "copy_from_own_dossier"


@pytest.mark.parametrize("submitted", [False, True])
def test_print_view_is_whole_and_costs_the_same(drafter, budget, submitted):
    row = (make.submitted if submitted else make.drafted)(unit="350200", amount=AMOUNT, soes=("YQ001",))
    url = f"/applications/{row.pk}/submissions/1/print/" if submitted else f"/applications/{row.pk}/print/"
    drafter.get(url)
    with budget(5 if submitted else 14):
        text = drafter.get(url).content.decode()
    for word in ("整车智能工厂", 'href="#part-projects"', 'id="part-projects"', "data-print"):
        assert word in text
    assert ("work in progress" in text) == (not submitted)


@pytest.mark.parametrize("with_roster", [True, False])
def test_parts_of_projects_lead_to_the_copies(earlier, begun, with_roster):
    """Milestones, approvals and enterprises taking part come along; who is not in the new roster is left out."""
    with make.acting("drafter", "ZF350200") as by:
        row = Application.objects.get(pk=begun.pk)
        chosen = [code for code in copying.open_sections(row) if with_roster or code != "enterprises"]
        copying.copy_sections(by=by, application=row, what=copying.CopyInput(earlier, tuple(chosen)))
        for table in (ProjectEnterprise, ProjectApproval, ProjectMilestone):
            made = list(table.objects.filter(application=begun.pk).select_related("project"))
            assert all(one.project.application_id == begun.pk for one in made)
            assert len(made) == (with_roster or table is not ProjectEnterprise), table
        assert row.enterprises.count() == (3 if with_roster else 0)
        assert all(
            one.enterprise.application_id == begun.pk for one in ProjectEnterprise.objects.filter(application=row)
        )
