"""What was typed is never lost in silence: its year or its project went meanwhile, or its form was tampered with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from applications.domain import partners, projects
from applications.enums import MoneyLevel
from applications.enums_sections import FundingSource
from applications.models import Application, FundingLine, Part, Partner, Project
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.applications.browser import AMOUNT, follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return make.drafted(unit="350200", amount=AMOUNT)


def until(row, year, number=1):
    """A drafter lets the first project end with this year; gives it."""
    with make.acting("drafter", "ZF350200", number) as by:
        kept = Project.objects.filter(application=row).select_related("application__batch__rule_set").order_by("pk")[0]
        what = make.project_input(name=kept.name, ends_on=date(year, 12, 31))
        return projects.change_project(by=by, project=kept, what=what, version=kept.version)


def planned(project):
    with make.acting("drafter", "ZF350200"):
        return list(FundingLine.objects.filter(project=project).values_list("year", "source", "amount"))


class TestFunding:
    """Money beside a year that the project has no more is refused by name, and stands in the form again."""

    typed = {"2026_central": "60000000", "2026_own": "500000000", "2028_own": "40000000"}

    def test_an_amount_of_a_year_that_went_is_named_and_kept(self, drafter, dossier):
        kept = until(dossier, 2028)
        url = f"/applications/{dossier.pk}/funding/{kept.pk}/"
        page = drafter.get(url)
        assert "2028_own" in page.context["form"].fields
        version, before = page.context["form"].initial["version"], planned(kept)
        until(dossier, 2027, number=2)
        answer = drafter.post(url, self.typed | {"version": version})
        assert answer.status_code == 409
        text = unescape(answer.content.decode())
        assert f"these amounts have no place any more (2028 {FundingSource.OWN.label} 40,000,000.00)" in text
        form = answer.context["form"]
        assert {name: form[name].value() for name in self.typed} == self.typed
        assert not answer.context["conflict"]
        assert planned(kept) == before
        # Moved to a year that stands, it is saved, and the page no longer has the year that went.
        moved = self.typed | {"version": form["version"].value(), "2028_own": "", "2027_own": "40000000"}
        follow(drafter.post(url, moved))
        assert (2027, "own", Decimal("40000000.00")) in planned(kept)
        assert "2028_own" not in drafter.get(url).context["form"].fields

    def test_what_was_typed_and_kept_stands_in_the_form_again(self, drafter, dossier):
        kept = until(dossier, 2028)
        place = f"funding/{kept.pk}"
        url = f"/applications/{dossier.pk}/{place}/"
        version = drafter.get(url).context["form"].initial["version"]
        typed = self.typed | {"version": version, "place": place, "page": "a1", "typed": "1"}
        assert drafter.post(f"/applications/{dossier.pk}/keep/", typed).status_code == 200
        until(dossier, 2027, number=2)
        assert drafter.get(url).context["form"]["2028_own"].value() == "40000000"

    def test_a_change_of_the_same_section_comes_before(self, drafter, other, dossier):
        """The two texts are chosen first; the year that went is named when the rest is saved."""
        kept = until(dossier, 2028)
        url = f"/applications/{dossier.pk}/funding/{kept.pk}/"
        version = drafter.get(url).context["form"].initial["version"]
        until(dossier, 2027, number=2)
        follow(other.post(url, {"version": version, "2026_own": "1"}))
        answer = drafter.post(url, self.typed | {"version": version})
        assert (answer.status_code, answer.context["conflict"]) == (409, True)
        assert answer.context["form"]["2028_own"].value() == "40000000"
        choices = {f"choice-{one.field.name}": "mine" for one in answer.context["disputes"]}
        sent = self.typed | choices | {"version": answer.context["form"]["version"].value()}
        answer = drafter.post(url, sent | {"settling": answer.context["disputed"]})
        assert (answer.status_code, answer.context["conflict"]) == (409, False)
        assert "no place any more" in answer.content.decode()


class TestPart:
    """A joint applicant's money for a project that left its invitation."""

    def test_an_amount_of_a_project_that_went_is_named_and_kept(self, client_as, dossier):
        with make.acting("drafter", "ZF350200") as by:
            one, two = dossier.projects.order_by("pk")
            body = make.Organisation.objects.get(code="YQ001")
            what = partners.InviteInput(body, "参与改造", "implementer", (one, two))
            partner = partners.invite_partner(by=by, application=dossier, what=what)
        client = client_as(make.person("soe_officer", "YQ001"))
        with make.acting("soe_officer", "YQ001"):
            url = f"/applications/parts/{Partner.objects.get().pk}/write/"
        page = client.get(url)
        assert f"project_{two.pk}" in page.context["form"].fields
        with make.acting("drafter", "ZF350200") as by:
            fresh = Partner.objects.select_related("application__batch").get(pk=partner.pk)
            task = partners.TaskInput("参与改造", "implementer", (one,))
            partners.change_task(by=by, partner=fresh, what=task, version=fresh.application.version)
        typed = {"version": "0", "contribution": "设备与标准", "amount": "30", f"project_{two.pk}": "20"}
        answer = client.post(url, typed)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "taken out of the invitation meanwhile" in text
        assert "(20.00)" in text
        assert {name: answer.context["form"][name].value() for name in typed} == typed
        with make.acting("soe_officer", "YQ001"):
            assert not Part.objects.exists()
        follow(client.post(url, typed | {f"project_{two.pk}": "", f"project_{one.pk}": "20"}))
        with make.acting("soe_officer", "YQ001"):
            assert Part.objects.get().amounts == {str(one.pk): "20"}


class TestTampered:
    """The page of a conflict takes whatever is sent for a choice, and says no in words."""

    @pytest.mark.parametrize("value", ["abc", "9" * 40, "1\0"])
    def test_projects_of_a_partner(self, drafter, dossier, value):
        with make.acting("drafter", "ZF350200") as by:
            what = partners.InviteInput(make.Organisation.objects.get(code="YQ001"), "参与改造")
            partner = partners.invite_partner(by=by, application=dossier, what=what)
        sent = {"settling": "projects", "projects": value, "version": "1", "task": "x", "role": "implementer"}
        answer = drafter.post(f"/applications/{dossier.pk}/partners/{partner.pk}/", sent)
        assert answer.status_code == 422
        assert value.strip("\0") in answer.content.decode()
        assert "\0" not in answer.content.decode()

    @pytest.mark.parametrize("value", ["a\0", "C99", "x" * 300])
    def test_industry_of_a_project(self, drafter, dossier, value):
        with make.acting("drafter", "ZF350200"):
            pk = dossier.projects.order_by("pk")[0].pk
        sent = {"settling": "industry", "industry": value, "version": "1"}
        assert drafter.post(f"/applications/{dossier.pk}/projects/{pk}/", sent).status_code == 422

    def test_a_choice_that_stands_is_shown_by_its_name(self, drafter, dossier):
        with make.acting("drafter", "ZF350200"):
            kept = dossier.projects.order_by("pk")[0]
        sent = {"settling": "industry", "industry": "C39", "version": "1"}
        answer = drafter.post(f"/applications/{dossier.pk}/projects/{kept.pk}/", sent)
        shown = {one.field.name: one for one in answer.context["disputes"]}["industry"]
        assert "Electronic Equipment" in "".join(piece.text for piece in shown.mine)


class TestLimits:
    """The acts hold what form and sheet hold."""

    def test_a_project_in_mode_point_has_one_enterprise(self, dossier):
        with make.acting("drafter", "ZF350200") as by:
            rosters.fill(dossier, 2)
            codes = (rosters.credit_code(1), rosters.credit_code(2))
            what = make.project_input(name="双企业", mode="point", is_landmark=False, codes=codes)
            row = Application.objects.get(pk=dossier.pk)
            with pytest.raises(DomainError) as error:
                projects.add_project(by=by, application=row, what=what)
        assert (error.value.code, error.value.field) == ("too_many_enterprises", "codes")

    @pytest.mark.parametrize("field", ["starts_on", "ends_on"])
    def test_a_project_runs_in_the_years_of_the_plan(self, dossier, field):
        day = date(2023, 12, 31) if field == "starts_on" else date(2036, 1, 1)
        with make.acting("drafter", "ZF350200") as by:
            row = Application.objects.get(pk=dossier.pk)
            what = make.project_input(name="久", is_landmark=False, **{field: day})
            with pytest.raises(DomainError) as error:
                projects.add_project(by=by, application=row, what=what)
        assert (error.value.code, error.value.field) == ("project_within_span", field)

    def test_the_note_on_national_money_names_the_national_fund(self, dossier):
        with make.acting("drafter", "ZF350200") as by:
            what = make.project_input(name="有其他资金", is_landmark=False, support_asked=Decimal(0), method="")
            kept = projects.add_project(by=by, application=Application.objects.get(pk=dossier.pk), what=what)
            rows = [
                {"level": MoneyLevel.PROVINCIAL, "fund": "省技改资金", "amount": Decimal(5)},
                {"level": MoneyLevel.NATIONAL, "fund": "超长期特别国债", "amount": Decimal(7)},
            ]
            fresh = projects.set_part(by=by, project=kept, part="money", rows=rows, version=kept.version)
        assert (fresh.other_national_money, fresh.other_money_note) == (True, "超长期特别国债")
