"""Who hears of what becomes of a dossier and of a part: a submission taken back, a draft withdrawn, a part sent back."""

from __future__ import annotations

import pytest

from applications.domain import partners, parts, submission
from applications.models import Application, Partner
from portal.notifications.models import Notice
from tests import factories_applications as make
from tests.applications.browser import AMOUNT

pytestmark = pytest.mark.django_db
PROVINCE = [("provincial_officer", "GX350000"), ("provincial_officer", "CZ350000")]
UNIT = [("drafter", "ZF350200"), ("signatory", "ZF350200")]
SOE = ("soe_officer", "YQ001")


@pytest.fixture
def everyone(db):
    """All of them have an account before anything happens."""
    for role, code in [*PROVINCE, *UNIT, SOE, ("soe_officer", "YQ002"), ("officer", "MIIT")]:
        make.person(role, code)


def heard(role: str, code: str, words: str, number: int = 1) -> int:
    with make.acting(role, code, number) as by:
        return Notice.objects.filter(person=by.id, text_en__contains=words).count()


def test_a_submission_taken_back_is_told_to_who_decides_who_writes_and_who_is_committed(everyone):
    row = make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("signatory", "ZF350200") as by:
        submission.recall(by=by, application=Application.objects.get(pk=row.pk), why="补充数据")
    words = "has taken its submission back, to change it and submit it again: 补充数据"
    assert [heard(*who, words) for who in [*PROVINCE, *UNIT, SOE]] == [1, 1, 1, 0, 1]
    assert heard("officer", "MIIT", words) == 0


def test_a_draft_that_is_withdrawn_is_told_to_who_was_invited_and_to_nobody_else(everyone):
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200") as by:
        for code in ("YQ002", "YQ003"):
            body = make.Organisation.objects.get(code=code)
            now = Application.objects.get(pk=row.pk)
            partners.invite_partner(by=by, application=now, what=partners.InviteInput(body, "参与"))
    with make.acting("soe_officer", "YQ003") as by:
        parts.decline(by=by, partner=Partner.objects.get(), why="不参加")
    with make.acting("drafter", "ZF350200") as by:
        submission.withdraw(by=by, application=Application.objects.get(pk=row.pk), why="停")
    words = "Xiamen has withdrawn its application"
    assert [heard("soe_officer", code, words) for code in ("YQ001", "YQ002", "YQ003")] == [1, 1, 0]
    assert [heard(*who, words) for who in PROVINCE] == [0, 0]


class TestSentBack:
    """A part that its second person sends back."""

    WORDS = "has sent the part in the application of Xiamen back to be changed: 金额有误"

    @pytest.fixture
    def asked(self, everyone):
        row = make.drafted(unit="350200", amount=AMOUNT)
        with make.acting("drafter", "ZF350200") as by:
            body = make.Organisation.objects.get(code="YQ001")
            partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "参与"))
        make.written(row, "YQ001")
        make.person(*SOE, 3)

    def send_back(self, number: int) -> None:
        with make.acting(*SOE, number) as by:
            parts.send_back(by=by, partner=Partner.objects.get(), why="金额有误")

    def test_who_asked_hears_of_it(self, asked):
        self.send_back(2)
        assert [heard(*SOE, self.WORDS, number) for number in (1, 2, 3)] == [1, 0, 0]

    def test_who_takes_the_own_question_back_writes_to_nobody(self, asked):
        self.send_back(1)
        assert [heard(*SOE, self.WORDS, number) for number in (1, 2, 3)] == [0, 0, 0]
