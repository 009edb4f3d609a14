"""Kept results of checks, and matches which officers alone see; attacked with raw SQL."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from applications import queries
from applications.domain import matching
from applications.enums import Judgement, MatchKind, Side
from applications.models import CheckRun, Match
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests import factories_roster as roster
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
KEEP = """
    insert into applications_checkrun (application_id, snapshot_id, stage, asked, blocking, findings, engine, person_id, at)
    select a.id, s.id, %s, 1, %s, %s, 'x', scope_user(), now()
      from applications_application a join applications_snapshot s on s.application_id = a.id
"""


def two(same: bool = True):
    """Two submitted dossiers; with an enterprise that stands in both when `same`."""
    rows = []
    for unit in ("350100", "350200"):
        row = make.drafted(unit=unit, amount=AMOUNT, soes=("YQ001",))
        with make.acting("drafter", make.government(unit)) as by:
            application = make.Application.objects.get(pk=row.pk)
            names = ["厦门金龙联合汽车工业有限公司", f"只在{unit}的企业有限公司"]
            for number, name in enumerate(names if same else names[1:]):
                place = "350200" if number == 0 and same else unit
                one = roster.row(application, number + (1 if same else 7), name=name)
                one.credit_code = roster.credit_code(number + 1, place)
                one.save()
            make.submission.request_sign_off(by=by, application=application)
        make.sign(row)
        rows.append(make.fresh(row))
    return rows


class TestResults:
    """Results come with the submission and stay."""

    def test_each_stage_keeps_its_results(self):
        row = make.recommended(unit="350200", amount="1000000.00")
        with make.acting("drafter", "ZF350200"):
            stages = list(CheckRun.objects.order_by("pk").values_list("stage", "blocking"))
        assert stages == [("submission", 0), ("province", 0), ("province", 0)]
        with make.acting("drafter", "ZF350200"):
            found = queries.results(row).first()
            assert {"code", "severity", "section", "fields", "source", "zh", "en"} <= set(found.findings[0])

    def test_they_stay(self):
        make.submitted(unit="350200", amount=AMOUNT)
        with make.acting("officer", "MIIT"):
            assert refused("update applications_checkrun set blocking = 1") == "policy"
            assert refused("delete from applications_checkrun") == "policy"

    @pytest.mark.parametrize(
        ("role", "code", "stage"),
        [
            ("drafter", "ZF350200", "submission"),
            ("signatory", "ZF350200", "province"),
            ("provincial_officer", "GX350000", "screening"),
            ("officer", "MIIT", "submission"),
            ("auditor", "SJ", "screening"),
        ],
    )
    def test_each_stage_belongs_to_its_own(self, role, code, stage):
        make.submitted(unit="350200", amount=AMOUNT)
        with make.acting(role, code):
            assert refused(KEEP, stage, 0, "[]") == "policy"

    def test_the_count_is_that_of_the_findings(self):
        make.submitted(unit="350200", amount=AMOUNT)
        with make.acting("officer", "MIIT"):
            findings = '[{"severity": "error"}]'
            assert refused(KEEP, "screening", 0, findings) == "check_run_fits_submission"
            assert run(KEEP, "screening", 1, findings) == 1


class TestMatches:
    """Found by code and by names that are alike; seen by officers; judged in words."""

    def test_same_code_same_commitment_same_project(self):
        two()
        batch = make.open_batch()
        with make.acting("officer", "MIIT") as by:
            found = {kind: matching.match(by=by, batch=batch, kind=kind) for kind in MatchKind}
            rows = {row.kind: row for row in queries.matches(by)}
        assert found[MatchKind.ENTERPRISE] == 1
        assert rows["enterprise"].score == Decimal("1.000")
        assert (found[MatchKind.PARTNER], found[MatchKind.PROJECT]) == (1, 2)
        assert rows["project"].score == Decimal("1.000")

    def test_a_name_that_is_alike_is_found(self):
        two()
        with make.acting("officer", "MIIT"):
            batch = make.open_batch()
            hits = queries.lookup(batch, name="厦门市金龙联合汽车（集团）有限公司", code="", least=matching.LEAST)
            assert {hit.name for hit in hits} == {"厦门金龙联合汽车工业有限公司"}
            assert all(Decimal("0.55") <= hit.score < 1 for hit in hits)
            assert not queries.lookup(batch, name="宁德时代新能源", code="", least=matching.LEAST)
            code = hits[0].code
            assert {hit.score for hit in queries.lookup(batch, name="", code=code, least=matching.LEAST)} == {1}

    @pytest.mark.parametrize(
        ("role", "code"),
        [("drafter", "ZF350200"), ("provincial_officer", "GX350000"), ("soe_officer", "YQ001")],
    )
    def test_nobody_else_compares_or_sees(self, role, code):
        two()
        batch = make.open_batch()
        with make.acting("officer", "MIIT") as by:
            matching.match(by=by, batch=batch, kind=MatchKind.ENTERPRISE)
        with make.acting(role, code):
            assert value("select count(*) from applications_match") == 0
            for sql in (
                "select * from enterprise_lookup(1, 'x', '', 0.5)",
                "select * from batch_matches(1, 'enterprise', 0.5)",
            ):
                assert refused(sql) == "policy"
            with pytest.raises(DatabaseError), transaction.atomic():
                run("select * from compared_applications(1)")

    def test_what_was_judged_stays_when_searched_again(self):
        two()
        batch = make.open_batch()
        with make.acting("officer", "MIIT") as by:
            matching.match(by=by, batch=batch, kind=MatchKind.ENTERPRISE)
            row = Match.objects.get()
            with pytest.raises(DomainError):
                matching.judge(by=by, match=row, judgement=Judgement.SAME, why=" ")
            matching.judge(by=by, match=row, judgement=Judgement.SAME, why="同一企业")
            matching.match(by=by, batch=batch, kind=MatchKind.ENTERPRISE)
            assert Match.objects.get().judgement == "same"
            assert refused("update applications_match set judged_why = ''") == "match_judged_in_words"
            assert run("delete from applications_match") == 0

    def test_an_auditor_reads_and_changes_nothing(self):
        two()
        with make.acting("officer", "MIIT") as by:
            matching.match(by=by, batch=make.open_batch(), kind=MatchKind.ENTERPRISE)
        with make.acting("auditor", "SJ"):
            assert value("select count(*) from applications_match") == 1
            assert run("update applications_match set name = 'x'") == 0
            assert run("delete from applications_match") == 0

    def test_not_with_oneself(self):
        row = make.submitted(unit="350200", amount=AMOUNT)
        sql = """insert into applications_match (batch_id, kind, application_id, other_id, name, other_name, code,
                 other_code, score, found_at, judgement, judged_why)
                 values (%s, 'enterprise', %s, %s, 'x', 'x', '', '', 1, now(), 'open', '')"""
        with make.acting("officer", "MIIT"):
            assert refused(sql, row.batch_id, row.pk, row.pk) == "match_score_between_0_and_1"


def test_the_province_sees_the_results_of_both_stages():
    row = make.submitted(unit="350200", amount=AMOUNT)
    make.decide(row, Side.INDUSTRY)
    with make.acting("provincial_officer", "CZ350000"):
        assert set(queries.results(row).values_list("stage", flat=True)) == {"submission", "province"}
