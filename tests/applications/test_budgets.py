"""What the pages of an application cost: the same at any size."""

from __future__ import annotations

import pytest

from applications.models import Partner
from tests import factories_applications as make
from tests.applications.browser import AMOUNT

pytestmark = pytest.mark.django_db


class TestBudgets:
    """Pages cost the same at any size."""

    UNITS = ("350100", "350200", "350300", "350400", "350500", "350600", "350700", "350800", "350900", "360100")

    @pytest.mark.parametrize("size", [2, 10])
    def test_list(self, client_as, budget, size):
        for unit in self.UNITS[:size]:
            make.submitted(unit=unit, amount=AMOUNT)
        make.drafted(unit="360200", amount=AMOUNT)
        client = client_as(make.person("officer", "MIIT"))
        client.get("/applications/")
        with budget(9):
            answer = client.get("/applications/")
        assert answer.context["table"].page.paginator.count == size
        file = client.get("/applications/?format=csv")
        assert len(b"".join(file.streaming_content).decode().strip().splitlines()) == size + 1
        file.close()

    @pytest.mark.parametrize("size", [1, 12])
    def test_dossier(self, drafter, budget, size):
        row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
        with make.acting("drafter", "ZF350200") as by:
            for number in range(size):
                what = make.project_input(name=f"项目{number}", is_landmark=False)
                make.projects.add_project(by=by, application=make.Application.objects.get(pk=row.pk), what=what)
        base = f"/applications/{row.pk}/"
        drafter.get(base)
        for url, most in {
            base: 12,
            f"{base}whole/": 12,
            f"{base}basics/": 9,
            f"{base}targets/": 10,
            f"{base}foundation/": 11,
            f"{base}clusters/": 10,
            f"{base}funding/": 11,
            f"{base}plan/": 10,
            f"{base}plan/chapters/tasks/": 9,
            f"{base}safety/": 10,
            f"{base}edits/": 7,
            f"{base}industries/": 9,
            f"{base}industries/add/": 12,
            f"{base}projects/": 11,
            f"{base}projects/add/": 12,
            f"{base}partners/": 11,
            f"{base}partners/invite/": 7,
            f"{base}attachments/": 9,
            f"{base}sign-off/request/": 20,
            "/desk/": 17,
        }.items():
            with budget(most):
                assert drafter.get(url).status_code == 200, url

    @pytest.mark.parametrize("size", [1, 12])
    def test_submission(self, client_as, signatory, budget, size):
        row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
        with make.acting("drafter", "ZF350200") as by:
            for number in range(size):
                what = make.project_input(name=f"项目{number}", is_landmark=False)
                make.projects.add_project(by=by, application=make.Application.objects.get(pk=row.pk), what=what)
            make.fund_all(by, make.Application.objects.get(pk=row.pk))
            make.submission.request_sign_off(by=by, application=make.Application.objects.get(pk=row.pk))
        base = f"/applications/{row.pk}/"
        signatory.get(base)
        with budget(20):
            assert signatory.get(f"{base}sign-off/").status_code == 200
        make.sign(row)
        make.decide(row, make.Side.INDUSTRY)
        officer = client_as(make.person("provincial_officer", "CZ350000"))
        officer.get("/desk/")
        for url, most in {
            base: 20,
            f"{base}recommend/": 11,
            f"{base}submissions/1/": 5,
            f"{base}submissions/1/receipt/": 5,
            "/desk/": 17,
        }.items():
            with budget(most):
                assert officer.get(url).status_code == 200, url

    @pytest.mark.parametrize("size", [2, 6])
    def test_parts(self, client_as, budget, size):
        for unit in self.UNITS[:size]:
            make.drafted(unit=unit, amount=AMOUNT, soes=("YQ001",))
        client = client_as(make.person("soe_officer", "YQ001"))
        client.get("/applications/parts/")
        with budget(11):
            answer = client.get("/applications/parts/")
        assert answer.context["table"].page.paginator.count == size
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.first()
        with budget(7):
            assert client.get(f"/applications/parts/{part.pk}/").status_code == 200
