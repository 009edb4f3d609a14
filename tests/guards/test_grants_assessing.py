"""What can never happen in evaluations, panels, results and acceptances, attacked with raw SQL as the web role."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from tests import factories_assessing as assess
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, ISSUE, organisation, refused, run
from tests.guards.money_rows import mof

pytestmark = pytest.mark.guard
SIGN = "update grants_evaluation set state = 'signed', signed_by_id = %(by)s, signed_at = now() where id = %(id)s"
CLOSE = "update grants_panel set state = 'closed', closed_by_id = %(by)s, closed_at = now() where id = %(id)s"
MEMBER = "insert into grants_panelmember (panel_id, person_id) values (%(panel)s, %(person)s)"
SCORE = (
    "insert into grants_panelscore (panel_id, person_id, code, points, remark)"
    " values (%(panel)s, %(person)s, %(code)s, %(points)s, '')"
)
RESULT = (
    "insert into grants_assessment (award_id, province_id, unit_id, result, assessed_on, document_no, document_date,"
    " state, organisation_id, maker_id, made_at, refused_why, rectify_what, rectify_by, second_limit, for_good)"
    " values (%(award)s, '350000', '350200', %(result)s, %(day)s, 'R9', %(day)s, 'entered', %(organisation)s,"
    " %(maker)s, now(), '', %(what)s, %(by)s, %(limit)s, %(good)s)"
)
MENDED = (
    "insert into grants_rectification (award_id, assessment_id, province_id, unit_id, mended_on, note, document_no,"
    " document_date, state, organisation_id, maker_id, made_at, refused_why) values (%(award)s, %(assessment)s,"
    " '350000', '350200', %(day)s, 'x', 'M1', %(today)s, 'entered', %(organisation)s, %(maker)s, now(), '')"
)
EVALUATION = (
    "insert into grants_evaluation (award_id, province_id, unit_id, kind, year, as_of, state, summary, band,"
    " comment, created_by_id, created_at) values (%(award)s, %(province)s, %(unit)s, %(kind)s, 2025, '2025-12-31',"
    " 'draft', '', '', '', %(me)s, now())"
)
VERIFY = (
    "update grants_evaluation set state = 'verified', verified_by_id = %(by)s, verified_at = now() where id = %(id)s"
)
PANEL = (
    "insert into grants_panel (award_id, province_id, unit_id, kind, as_of, due_on, seed, source, state, band,"
    " opened_by_id, opened_at) values (%(award)s, '350000', '350200', %(kind)s, %(day)s, %(day)s, 'x', 'x', 'open', '',"
    " %(me)s, now())"
)


@pytest.fixture
def team(world, cast):
    return assess.people(cast, unit="350200", province="350000")


def result(who, award, **changes):
    return {
        "award": award.pk,
        "organisation": organisation("MIIT"),
        "maker": who["miit"].pk,
        "day": make.today(),
        "result": "passed",
        "what": "",
        "by": None,
        "limit": None,
        "good": False,
    } | changes


def second(who, award, amount, number="R2"):
    return mof(who, award=award.pk, tranche=2, amount=amount) | {"no": number}


def test_signed_evaluation_does_not_change(team, award):
    row = assess.signed(team, award)
    with make.acting(team["drafter"]):
        with refused("evaluation_is_frozen"):
            run("update grants_evaluation set summary = 'other' where id = %(id)s", id=row.pk)
        with refused("evaluation_is_frozen"):
            run("update grants_evaluationscore set points = 1 where evaluation_id = %(id)s", id=row.pk)
        with refused("InsufficientPrivilege"):
            run("delete from grants_evaluationscore where evaluation_id = %(id)s", id=row.pk)
        with refused("evaluation_is_frozen"):
            run(
                "update grants_evaluation set state = 'draft', signed_by_id = null, signed_at = null, total = null,"
                " band = '' where id = %(id)s",
                id=row.pk,
            )


def test_total_and_band_are_the_databases_own(team, award):
    row = assess.filled(team, award, share="0.9")
    with make.acting(team["signatory"]):
        assert (
            run(
                SIGN.replace("signed_at = now()", "signed_at = now(), total = 100, band = 'excellent'"),
                by=team["signatory"].pk,
                id=row.pk,
            )
            == 1
        )
        row.refresh_from_db()
        assert (str(row.total), row.band) == ("90.00", "excellent")


def test_evaluation_is_signed_whole_and_by_its_signatory(team, award):
    row = assess.filled(team, award, but=1)
    with make.acting(team["signatory"]), refused("evaluation_is_whole"):
        run(SIGN, by=team["signatory"].pk, id=row.pk)
    with make.acting(team["drafter"]), refused("evaluation_signed_by_signatory"):
        run(SIGN, by=team["drafter"].pk, id=row.pk)
    with make.acting(team["drafter"]), refused("evaluation_signed_by_signatory"):
        run(SIGN, by=team["signatory"].pk, id=row.pk)


@pytest.mark.parametrize(
    ("code", "points"), [("budget", "10.01"), ("budget", "-1"), ("invented", "1"), ("cost", "7.01")]
)
def test_points_keep_to_the_form(team, award, code, points):
    row = assess.started(team, award)
    with make.acting(team["drafter"]), refused("evaluation_score_within_points"):
        run(
            "insert into grants_evaluationscore (evaluation_id, code, points, reason) values (%(id)s, %(code)s,"
            " %(points)s, 'r')",
            id=row.pk,
            code=code,
            points=points,
        )


def test_nobody_begins_the_evaluation_of_another_unit(team, others, cast, award):
    stranger = cast("drafter", "ZF360100")
    with make.acting(stranger), refused("InsufficientPrivilege"):
        run(EVALUATION, award=award.pk, me=stranger.pk, province="360000", unit="360100", kind="self")


def test_an_evaluation_is_one_the_rules_ask_for(team, award):
    me = team["drafter"].pk
    with make.acting(team["drafter"]), refused("evaluation_by_the_rules"):
        run(EVALUATION, award=award.pk, me=me, province="350000", unit="350200", kind="other")


def test_an_evaluation_is_verified_by_its_province_as_oneself(team, award):
    row = assess.signed(team, award)
    for person, by in (("drafter", "drafter"), ("industry", "drafter"), ("signatory", "signatory")):
        with make.acting(team[person]), refused("evaluation_verified_by_province"):
            run(VERIFY, id=row.pk, by=team[by].pk)
    with make.acting(team["industry"]):
        assert run(VERIFY, id=row.pk, by=team["industry"].pk) == 1


def test_a_panel_is_one_the_rules_allow_now(who, award):
    given = {"award": award.pk, "me": who["miit"].pk, "kind": "final", "day": make.today()}
    with make.acting(who["miit"]):
        for change in ({"kind": "self"}, {"day": make.today() + timedelta(days=1)}):
            with refused("panel_by_the_rules"):
                run(PANEL, **given | change)
    assess.result(who, award, "passed")
    with make.acting(who["miit"]), refused("panel_by_the_rules"):
        run(PANEL, **given)


def test_member_stands_apart_from_province_and_unit(who, team, cast, award):
    work = assess.panel(who, team, award)
    for role, code in (("drafter", "ZF350200"), ("provincial_officer", "GX350000"), ("finance_maker", "CZ350200")):
        with make.acting(who["miit"]), refused("panel_member_stands_apart"):
            run(MEMBER, panel=work.pk, person=cast(role, code).pk)


def test_member_of_the_province_by_home_is_refused(who, team, cast, award):
    from reviews.models import ReviewerProfile

    work, local = assess.panel(who, team, award), cast("reviewer", "ZJ", 7)
    with make.acting(local):
        ReviewerProfile.objects.create(user=local, group="expert", home_province_id="350000", employer="x")
    with make.acting(who["miit"]), refused("panel_member_stands_apart"):
        run(MEMBER, panel=work.pk, person=local.pk)


def test_sample_is_the_lots_alone(who, team, award):
    from reviews.drawing import draw

    work = assess.panel(who, team, award, seed="77")
    with make.acting(who["miit"]):
        pool = list(award.projects.values_list("pk", flat=True))
        assert [one.grant_project_id for one in work.sample.order_by("place")] == draw(pool, "77", len(pool))
        with refused("InsufficientPrivilege"):
            run("delete from grants_sampledproject where panel_id = %(id)s", id=work.pk)
        with refused("panel_is_kept"):
            run("update grants_panel set seed = '78' where id = %(id)s", id=work.pk)


def test_only_a_member_scores_and_only_for_oneself(who, team, cast, award):
    work, stranger = assess.panel(who, team, award), cast("reviewer", "ZJ", 9)
    with make.acting(stranger), refused("panel_scored_by_member"):
        run(SCORE, panel=work.pk, person=stranger.pk, code="output", points=1)
    with make.acting(team["members"][0]):
        with refused("panel_scored_by_member"):
            run(SCORE, panel=work.pk, person=team["members"][1].pk, code="output", points=1)
        with refused("panel_score_within_weight"):
            run(SCORE, panel=work.pk, person=team["members"][0].pk, code="output", points="50.01")


def test_member_does_not_see_the_points_of_others(who, team, award):
    from grants.models import PanelScore, SampleRemark

    work = assess.panel(who, team, award)
    assess.scored(work, team["members"][0])
    for person in (team["members"][1], team["drafter"], team["industry"]):
        with make.acting(person):
            assert not PanelScore.objects.filter(panel=work).exists()
            assert not SampleRemark.objects.exists()


def test_unit_sees_the_panel_when_the_result_is_confirmed(who, team, award):
    from grants.models import Panel, PanelScore

    work = assess.closed(who, team, award)
    with make.acting(team["drafter"]):
        assert not Panel.objects.exists()
    assess.result(who, award, "passed")
    with make.acting(team["drafter"]):
        assert Panel.objects.get().pk == work.pk
        assert PanelScore.objects.count() == 12


def test_closed_panel_takes_no_points(who, team, award):
    work = assess.closed(who, team, award)
    member = team["members"][0]
    with make.acting(member), refused("panel_is_kept"):
        run(
            "update grants_panelscore set points = 1 where panel_id = %(id)s and person_id = %(me)s",
            id=work.pk,
            me=member.pk,
        )
    with make.acting(who["miit"]), refused("panel_is_kept"):
        run(MEMBER, panel=work.pk, person=who["mof"].pk)
    with make.acting(who["miit"]), refused("panel_is_kept"):
        run("update grants_panel set total = 100 where id = %(id)s", id=work.pk)


def test_points_stay_with_their_member_and_group(who, team, award):
    work = assess.panel(who, team, award)
    member = team["members"][0]
    assess.scored(work, member)
    with make.acting(member), refused("panel_is_kept"):
        run("update grants_panelscore set code = 'x' where panel_id = %(id)s", id=work.pk)


def test_panel_is_closed_whole(who, team, award):
    work = assess.panel(who, team, award)
    for member in team["members"][:2]:
        assess.scored(work, member)
    with make.acting(who["miit"]), refused("panel_is_whole"):
        run(CLOSE, by=who["miit"].pk, id=work.pk)


def test_panels_mean_is_the_databases_own(who, team, award):
    work = assess.panel(who, team, award)
    for member, share in zip(team["members"], ("0.9", "0.8", "0.75"), strict=True):
        assess.scored(work, member, share=share)
    with make.acting(who["miit"]):
        run(
            CLOSE.replace("closed_at = now()", "closed_at = now(), total = 99, band = 'excellent'"),
            by=who["miit"].pk,
            id=work.pk,
        )
        work.refresh_from_db()
        assert (str(work.total), work.band) == ("81.67", "good")


def test_no_result_while_the_panel_works(who, team, award):
    assess.panel(who, team, award)
    with make.acting(who["miit"]), refused("assessment_after_its_panel"):
        run(RESULT, **result(who, award))


def test_poor_total_does_not_pass(who, team, award):
    work = assess.closed(who, team, award, share="0.59")
    with make.acting(who["miit"]):
        with refused("assessment_fits_its_band"):
            run(RESULT, **result(who, award))
        assert run(RESULT, **result(who, award, result="failed")) == 1
        assert award.assessments.get().panel_id == work.pk


def test_rectification_opens_only_when_confirmed(who, award):
    found = assess.result(who, award, "rectify")
    with make.acting(who["mof_maker"]), refused("second_tranche_after_assessment"):
        run(ISSUE, **second(who, award, "1.00"))
    row = assess.mended(who, found, confirmed=False)
    with make.acting(who["mof_maker"]), refused("second_tranche_after_assessment"):
        run(ISSUE, **second(who, award, "1.00"))
    with make.acting(who["mof_checker"]), refused("award_passed_by_assessment"):
        run("update grants_award set assessment_passed_on = current_date where id = %(id)s", id=award.pk)
    with make.acting(who["mof"]):
        assert run(CONFIRM.format(table="grants_rectification"), checker=who["mof"].pk, id=row.pk) == 1
    with make.acting(who["mof_maker"]):
        assert run(ISSUE, **second(who, award, "1.00")) == 1


def test_rectification_keeps_its_deadline_and_its_signers(who, award):
    found = assess.result(who, award, "rectify")
    mine = {
        "award": award.pk,
        "assessment": found.pk,
        "today": make.today(),
        "organisation": organisation_miit(who),
        "maker": who["miit"].pk,
    }
    with make.acting(who["miit"]):
        with refused("rectification_by_today"):
            run(MENDED, **mine, day=make.today() + timedelta(days=1))
        with clock.at(clock.now() + timedelta(days=31)), refused("rectification_in_time"):
            run(MENDED, **mine, day=make.today())
        with refused("rectification_in_time"):
            run(MENDED, **mine, day=make.today() - timedelta(days=1))
    with make.acting(who["mof"]), refused("money_only_by_finance"):
        run(MENDED, **mine | {"maker": who["mof"].pk}, day=make.today())


def organisation_miit(who):
    with make.acting(who["miit"]):
        return organisation("MIIT")


def test_rectification_belongs_to_the_newest_result(who, award):
    found = assess.result(who, award, "rectify")
    assess.result(who, award, "failed", number="工信部规函〔2026〕10号")
    with make.acting(who["miit"]), refused("rectification_of_the_last_result"):
        run(
            MENDED,
            award=award.pk,
            assessment=found.pk,
            today=make.today(),
            day=make.today(),
            organisation=organisation("MIIT"),
            maker=who["miit"].pk,
        )


def test_result_says_what_to_mend(who, award):
    with make.acting(who["miit"]):
        with refused("assessment_says_what_to_mend"):
            run(RESULT, **result(who, award, result="rectify"))
        with refused("assessment_says_what_to_mend"):
            run(RESULT, **result(who, award, what="x", by=make.today()))
        with refused("assessment_for_good_failed"):
            run(RESULT, **result(who, award, good=True))
        with refused("assessment_reduces_what_opens"):
            run(RESULT, **result(who, award, result="failed", limit="1.00"))
        with refused("assessment_limit_within_tranche"):
            run(RESULT, **result(who, award, limit="100000000.01"))


def test_failed_for_good_is_for_good(who, team, award):
    assess.result(who, award, "failed", for_good=True)
    with make.acting(who["miit"]), refused("assessment_refused_for_good"):
        run(RESULT, **result(who, award))
    with make.acting(who["mof_maker"]), refused("second_tranche_after_assessment"):
        run(ISSUE, **second(who, award, "1.00"))


def test_passed_is_not_assessed_again(who, award):
    assess.result(who, award, "passed")
    with make.acting(who["miit"]), refused("assessment_not_after_the_pass"):
        run(RESULT, **result(who, award, result="failed"))


@pytest.mark.parametrize("kind", ["passed", "rectify"])
def test_reduced_tranche_keeps_to_its_limit(who, award, kind):
    found = assess.result(who, award, kind, second_limit="40000000.00")
    if kind == "rectify":
        assess.mended(who, found)
    with make.acting(who["mof_maker"]):
        with refused("second_tranche_within_reduction"):
            run(ISSUE, **second(who, award, "40000000.01"))
        run(ISSUE, **second(who, award, "30000000.00"))
        with refused("second_tranche_within_reduction"):
            run(ISSUE, **second(who, award, "10000000.01", "R3"))
        assert run(ISSUE, **second(who, award, "10000000.00", "R3")) == 1


def test_signer_of_a_result_is_another_ministry(who, award):
    with make.acting(who["miit"]):
        run(RESULT, **result(who, award, limit="1.00"))
        row = award.assessments.get()
        assert run("update grants_assessment set second_limit = 5 where id = %(id)s", id=row.pk) == 0
    with make.acting(who["mof"]), refused("money_paper_is_kept"):
        run("update grants_assessment set second_limit = 5 where id = %(id)s", id=row.pk)


def test_acceptance_is_sent_whole_and_then_kept(who, team, award):
    project = make.project(who, award)
    row = assess.acceptance(team, project, whole=False)
    send = "update grants_acceptance set state = 'sent' where id = %(id)s"
    with make.acting(team["drafter"]), refused("acceptance_is_whole"):
        run(send, id=row.pk)


def test_sent_acceptance_is_the_provinces(who, team, award):
    row = assess.acceptance(team, make.project(who, award), sent=True)
    with make.acting(team["drafter"]):
        with refused("acceptance_is_frozen"):
            run("update grants_acceptance set invested = 1 where id = %(id)s", id=row.pk)
        with refused("acceptance_is_frozen"):
            run(
                "insert into grants_equipment (acceptance_id, name, model, quantity, price, supplier)"
                " values (%(id)s, 'x', '', 1, 1, '')",
                id=row.pk,
            )
        assert run("delete from grants_equipment where acceptance_id = %(id)s", id=row.pk) == 0
        with refused("acceptance_decided_by_province"):
            run(
                "update grants_acceptance set state = 'confirmed', decided_by_id = %(me)s, decided_at = now()"
                " where id = %(id)s",
                me=team["drafter"].pk,
                id=row.pk,
            )
    with make.acting(team["industry"]):
        with refused("acceptance_decided_by_province"):
            run(
                "update grants_acceptance set state = 'draft', decided_by_id = %(me)s where id = %(id)s",
                me=team["industry"].pk,
                id=row.pk,
            )
        with refused("acceptance_is_frozen"):
            run("update grants_acceptance set invested = 1 where id = %(id)s", id=row.pk)


def test_evidence_stays_and_comes_before_the_signature(who, team, award):
    row = assess.acceptance(team, make.project(who, award), sent=True)
    with make.acting(team["drafter"]):
        assert row.files.count() == 2
        with refused("InsufficientPrivilege"):
            run("delete from grants_evidence where acceptance_id = %(id)s", id=row.pk)
        with refused("evidence_before_the_signature"):
            run(
                "insert into grants_evidence (file_name, content_type, size, sha256, storage_key, uploaded_by_id,"
                " uploaded_at, province_id, unit_id, award_id, acceptance_id, kind, code) select file_name,"
                " content_type, size, sha256, storage_key, uploaded_by_id, uploaded_at, province_id, unit_id, award_id,"
                " acceptance_id, kind, code from grants_evidence where acceptance_id = %(id)s limit 1",
                id=row.pk,
            )


def test_draft_is_the_units_own(who, team, cast, award):
    from grants.models import Acceptance, Evaluation

    assess.started(team, award)
    assess.acceptance(team, make.project(who, award))
    for person in (who["miit"], team["industry"], who["auditor"]):
        with make.acting(person):
            assert not Evaluation.objects.exists()
            assert not Acceptance.objects.exists()
    with make.acting(team["signatory"]):
        assert Evaluation.objects.exists()
        assert Acceptance.objects.exists()
