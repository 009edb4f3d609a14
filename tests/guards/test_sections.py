"""Rows of the dossier's own sections, attacked with raw SQL: foreign hands, frozen dossiers, impossible years and sums."""

from __future__ import annotations

from typing import Any

import pytest

from applications.domain import duty
from applications.models import Application, Figure, Project
from portal.accounts.models import User
from portal.core.scope import Actor
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, sha256, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
HOME = ("drafter", "ZF350200")
# A change that each table would take from its own drafter while the dossier is open.
CHANGES = {
    "statement": "text = 'x'",
    "foundationyear": "growth = 1",
    "target": "goal = 99",
    "targetyear": "value = 99",
    "fundingline": "amount = 1.00",
    "planchapter": "html = '<p>x</p>'",
    "risk": "measure = 'x'",
    "cluster": "role = 'x'",
}


def park(application: int, industry: str = "C36") -> str:
    return (
        "insert into applications_cluster (application_id, name, kind, standing, industry_id, enterprises, output,"
        f" role, version) values ({application}, '园区', 'park', 'national', '{industry}', 1, 1, 'x', 1)"
    )


@pytest.fixture
def row():
    found = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting(*HOME):
        run(park(found.pk))
    return found


def picture(row: Application, by: Actor, content: str = "a") -> Figure:
    digest = sha256(content)
    return Figure.objects.create(
        application_id=row.pk,
        file_name="a.png",
        content_type="image/png",
        size=1,
        sha256=digest,
        storage_key=f"files/{digest}",
        uploaded_by_id=by.id,
        uploaded_at=row.created_at,
        width=1,
        height=1,
    )


@pytest.mark.parametrize("table", CHANGES)
def test_the_drafter_writes_and_others_do_not(row, table):
    with make.acting(*HOME):
        assert run(f"update applications_{table} set {CHANGES[table]}") > 0
    for role, code in [
        ("drafter", "ZF350100"),
        ("signatory", "ZF350200"),
        ("officer", "MIIT"),
        ("soe_officer", "YQ001"),
    ]:
        with make.acting(role, code):
            assert run(f"update applications_{table} set {CHANGES[table]}") == 0
            assert run(f"delete from applications_{table}") == 0
            if role != "signatory":
                assert value(f"select count(*) from applications_{table}") == 0


@pytest.mark.parametrize("table", CHANGES)
def test_no_row_changes_or_goes_once_the_signature_is_asked(row, table):
    with make.acting(*HOME) as by:
        make.submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
        assert refused(f"update applications_{table} set {CHANGES[table]}") == "dossier_is_frozen"
        assert refused(f"delete from applications_{table}") == "dossier_is_frozen"


@pytest.mark.parametrize("table", CHANGES)
def test_no_row_moves_to_another_dossier(row, table):
    other = make.begun(unit="350100", batch=row.batch)
    with make.acting(*HOME):
        name = refused(f"update applications_{table} set application_id = {other.pk}")
        assert name in {
            "dossier_is_frozen",
            "policy",
            "foundation_year_is_past",
            "target_year_fits",
            "funding_line_fits",
        }


@pytest.mark.parametrize("offset", [-6, 0, 1])
def test_the_foundation_is_told_by_years_before(row, offset):
    with make.acting(*HOME):
        statement = "update applications_foundationyear set year = %s where year = %s"
        year = row.batch.year
        assert refused(statement, year + offset, year - 1) == "foundation_year_is_past"


def test_figures_of_the_foundation_are_possible(row):
    with make.acting(*HOME):
        update = "update applications_foundationyear set "
        assert refused(f"{update} output = -0.01") == "foundation_year_amounts_not_below_zero"
        assert refused(f"{update} growth = -100.01") == "foundation_year_growth_is_a_rate"
        assert refused(f"{update} year = {row.batch.year - 1}") == "foundation_year_once"


def test_yearly_values_belong_to_their_indicator_and_period(row):
    other = make.drafted(unit="350100", amount=AMOUNT, batch=row.batch)
    with make.acting("drafter", "ZF350100"):
        foreign = value(f"select min(id) from applications_target where application_id = {other.pk}")
    with make.acting(*HOME):
        update = "update applications_targetyear set "
        assert refused(f"{update} year = {row.batch.year - 6}") == "target_year_fits"
        assert refused(f"{update} year = {row.batch.year + 10}") == "target_year_fits"
        assert refused(f"{update} target_id = {foreign}") == "target_year_fits"


def test_an_own_indicator_has_name_formula_and_unit(row):
    with make.acting(*HOME):
        assert refused("update applications_target set name = 'x'") == "target_own_has_name_and_formula"
        assert refused("update applications_target set code = 'own'") == "target_own_has_name_and_formula"
        assert refused("update applications_target set unit = ''") == "target_has_unit"


def test_an_indicator_of_the_programme_is_a_rate(row):
    rate = "target_of_programme_is_a_rate"
    with make.acting(*HOME):
        of_programme = "where code = 'process_control'"
        for change in ("unit = '万元'", "goal = 100.01", "baseline = 100.01", "goal = -0.01", "baseline = -0.01"):
            assert refused(f"update applications_target set {change} {of_programme}".replace("%", "%%")) == rate
        growth = "where code = 'equipment_investment'"
        assert run(f"update applications_target set goal = 99999.99 {growth}") == 1
        assert refused(f"update applications_target set goal = 100000 {growth}") == rate
        years = (
            "update applications_targetyear set value = {} where target_id in (select id from applications_target {})"
        )
        assert refused(years.format("100.01", of_programme)) == rate
        assert refused(years.format("-0.01", of_programme)) == rate
        assert run(years.format("125", growth)) > 0
        assert refused(years.format("100000", growth)) == rate


class TestFunding:
    """The funding plan keeps to the support asked, to its projects and years."""

    LINE = (
        "insert into applications_fundingline (application_id, project_id, year, source, amount)"
        " values (%s, %s, %s, %s, %s)"
    )

    def test_no_more_central_money_than_asked(self, row):
        with make.acting(*HOME):
            one = value("select min(project_id) from applications_fundingline")
            central = f"where project_id = {one} and source = 'central'"
            assert refused(f"update applications_fundingline set amount = amount + 0.01 {central}") == (
                "funding_central_within_support"
            )
            more = (row.pk, one, row.batch.year + 1, "central", "0.01")
            assert refused(self.LINE, *more) == "funding_central_within_support"
            assert run(f"update applications_fundingline set amount = amount - 0.01 {central}") == 1
            assert run(self.LINE, *more) == 1

    def test_central_money_names_its_project(self, row):
        with make.acting(*HOME):
            values = (row.pk, None, row.batch.year, "central", "1.00")
            assert refused(self.LINE, *values) == "funding_central_names_project"
            assert run(self.LINE, row.pk, None, row.batch.year, "local", "1.00") == 1
            assert refused(self.LINE, row.pk, None, row.batch.year, "local", "1.00") == "funding_line_once"

    def test_lines_fit_dossier_and_years(self, row):
        other = make.drafted(unit="350100", amount=AMOUNT, batch=row.batch)
        with make.acting("drafter", "ZF350100"):
            foreign = Project.objects.filter(application=other).first()
        with make.acting(*HOME):
            assert refused(self.LINE, row.pk, foreign.pk, row.batch.year, "own", "1.00") == "funding_line_fits"
            for year in (row.batch.year - 3, row.batch.year + 10):
                assert refused(self.LINE, row.pk, None, year, "own", "1.00") == "funding_line_fits"
            assert refused("update applications_fundingline set amount = 0") == "funding_amount_above_zero"

    def test_lines_go_with_their_project(self, row):
        with make.acting(*HOME) as by:
            one = Project.objects.filter(application=row).first()
            make.projects.remove_project(by=by, project=one)
            assert value(f"select count(*) from applications_fundingline where project_id = {one.pk}") == 0


@pytest.mark.parametrize(
    "active", ["<script>1</script>", "<p><iFrame src=x></p>", "< svg onload=1>", "<math>", "<form>"]
)
def test_no_active_element_in_a_chapter(row, active):
    with make.acting(*HOME):
        assert refused("update applications_planchapter set html = %s", active) == "plan_chapter_is_text"
        assert refused("update applications_planchapter set html = ''") == "plan_chapter_is_text"


class TestFigures:
    """A figure is kept as it came, and seen by others only where a submission shows it."""

    def test_kept_for_good(self, row):
        with make.acting(*HOME) as by:
            picture(row, by)
            assert refused("update applications_figure set width = 2") == "policy"
            assert refused("delete from applications_figure") == "policy"
            assert refused("truncate applications_figure") == "policy"

    def test_only_pictures(self, row):
        with make.acting(*HOME) as by:
            picture(row, by)
            for change in ("'image/svg+xml'", "'text/html'", "'application/pdf'"):
                insert = (
                    "insert into applications_figure (application_id, file_name, content_type, size, sha256, storage_key,"
                    f" uploaded_by_id, uploaded_at, width, height) select application_id, file_name, {change}, size,"
                    " sha256, storage_key, uploaded_by_id, uploaded_at, width, height from applications_figure"
                )
                assert refused(insert) == "figure_is_a_picture"

    def test_seen_where_a_submission_shows_it(self, row):
        with make.acting(*HOME) as by:
            shown, hidden = picture(row, by, "shown"), picture(row, by, "hidden")
            text = f'<p>x</p><img src="/applications/figures/{shown.pk}/" alt="x">'
            make.plan.edit_chapter(
                by=by, application=Application.objects.get(pk=row.pk), code=make.ChapterCode.TASKS, html=text, version=1
            )
            make.submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
        for role, code in [("provincial_officer", "GX350000"), ("officer", "MIIT")]:
            with make.acting(role, code):
                assert value("select count(*) from applications_figure") == 0
        make.sign(row)
        for role, code in [("provincial_officer", "GX350000"), ("officer", "MIIT")]:
            with make.acting(role, code):
                assert list(Figure.objects.values_list("pk", flat=True)) == [shown.pk]
        with make.acting(*HOME):
            assert Figure.objects.count() == 2, hidden


class TestDuties:
    """Owners are colleagues; the arrangement is the unit's own."""

    def make_duty(self, row: Application) -> Any:
        with make.acting(*HOME) as by:
            what = duty.DutyInput(User.objects.get(pk=by.id), None)
            return duty.assign(by=by, application=row, section="plan", what=what)

    def test_owner_is_a_colleague(self, row):
        self.make_duty(row)
        stranger = make.person("drafter", "ZF350100")
        with make.acting(*HOME):
            change = f"update applications_sectionduty set owner_id = {stranger.pk}"
            assert refused(change) == "section_owner_is_colleague"
            assert refused("update applications_sectionduty set section = 'basics'") == "section_owner_is_colleague"
            assert refused("delete from applications_sectionduty") == "policy"

    def test_nobody_else_reads_it(self, row):
        self.make_duty(row)
        for role, code in [("drafter", "ZF350100"), ("provincial_officer", "GX350000"), ("officer", "MIIT")]:
            with make.acting(role, code):
                assert value("select count(*) from applications_sectionduty") == 0


def test_what_was_read_from_word_is_taken_over_once(row):
    insert = (
        "insert into applications_wordimport (application_id, file_name, sha256, pieces, notes, read_by_id, read_at)"
        " values (%s, 'a.docx', 'x', '[]', '[]', scope_user(), now())"
    )
    with make.acting(*HOME):
        run(insert, row.pk)
        assert refused("update applications_wordimport set file_name = 'b'") == "word_import_is_kept"
        assert run("update applications_wordimport set taken_at = now()") == 1
        assert refused("update applications_wordimport set taken_at = null") == "word_import_is_kept"
        assert refused("delete from applications_wordimport") == "policy"
    with make.acting("signatory", "ZF350200"):
        assert value("select count(*) from applications_wordimport") == 0
