"""Every report, for every role: nothing of others' places; money agrees with the books; the same bytes twice."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pypdf
import pytest
from django.db import connection
from django.utils import translation

from applications.enums import SupportMethod
from grants.models import Entry, GrantProject
from grants.queries.flows import method_of
from portal.core import clock
from portal.core.scope import acting_as
from portal.programme.models import Batch
from portal.reports.catalogue import CATALOGUE
from tests import factories_grants as make
from tests import factories_use as use
from tests.reports import every

READERS = [
    ("officer", "MIIT"), ("officer", "MOF"), ("finance_maker", "MOF"), ("finance_checker", "MOF"), ("auditor", "SJ"),
    ("provincial_officer", "GX350000"), ("finance_maker", "CZ350000"), ("finance_checker", "CZ350000"),
    ("drafter", "ZF350200"), ("signatory", "ZF350200"), ("finance_maker", "CZ350200"), ("finance_checker", "CZ350200"),
    ("soe_officer", "YQ001"), ("reviewer", "ZJ"), ("system_admin", "YW"), ("security_admin", "YW"),
]  # fmt: skip
NATIONAL = {"officer", "auditor"}
# What a reader of Fujian must never meet: names and codes of the other province's unit, people and papers.
FOREIGN = ("南昌", "江西", "360100", "财建〔2026〕11号")
# Places that everybody may read: the published list.
PUBLIC = {"reviews.publicity"}


@pytest.fixture
def money(world, who, others):
    """Money of two provinces at every place."""
    award = make.funded_unit(who, application=world.application, award="200000000.00", held="100000000.00")
    make.awarded(others, application=world.other, amount="150000000.00", number="财建〔2026〕11号")
    with acting_as(who["unit_maker"].pk):
        project = GrantProject.objects.filter(award=award).order_by("pk").first()
        batch = Batch.objects.get(number=90).pk
    make.paid(who, project=project, amount="1234567.89", number="凭2026-1")
    return SimpleNamespace(batch=batch, application=str(world.application), foreign=str(world.other), award=award)


@pytest.mark.parametrize(("role", "code"), READERS)
def test_no_report_shows_more_than_its_reader_may_see(money, cast, role, code):
    person = cast(role, code)
    seen = 0
    with acting_as(person.pk) as by:
        for name in every.names():
            found = every.shown(by, name, every.values(name, money.batch, money.application))
            if isinstance(found, str):
                continue
            seen += 1
            if code in ("MIIT", "MOF", "SJ") or name in PUBLIC:
                continue
            text = every.words(found)
            for word in FOREIGN:
                assert word not in text, f"{name} shows {word} to {role} of {code}"
        if code not in ("MIIT", "MOF", "SJ"):
            for name in ("applications.dossier",):
                found = every.shown(by, name, every.values(name, money.batch, money.foreign))
                assert isinstance(found, str), name
    administrator = role.endswith("_admin")
    assert (seen == 0) == administrator or role in ("reviewer", "soe_officer"), seen


@pytest.mark.parametrize(("role", "code"), [("auditor", "SJ"), ("officer", "MIIT")])
def test_every_report_is_shown_as_a_page(money, cast, client_as, role, code):
    """An auditor's request steps down to a role that only reads: each page of a report failed in it."""
    client = client_as(cast(role, code))
    shown = Counter()
    for name in every.names():
        given = every.values(name, money.batch, money.application)
        shown[client.get(f"/reports/{name}/page/", given).status_code] += 1
    assert not {status for status in shown if status >= 500}, shown
    assert shown[200] >= 15, shown


def books() -> dict[str, Decimal]:
    """The ledger's own sums, past every query: lines by the place of their account, as who reads the nation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.place, sum(l.amount) from grants_line l join grants_account a on a.id = l.account_id group by 1"
        )
        return dict(cursor.fetchall())


def by_heading(at: dict[str, Decimal]) -> dict[str, Decimal]:
    """What the sum below each money column must be, by its heading."""
    zero = Decimal(0)

    def of(*places: str) -> Decimal:
        return sum((at.get(place, zero) for place in places), zero)

    awarded = -of("source")
    issued = awarded - of("central", "recovered")
    passed = issued - of("province")
    paid = passed - of("unit", "carry_over", "surplus")
    return {
        "Awarded": awarded, "Issued": issued, "Passed on to units": passed, "Passed on": passed,
        "Paid to projects": paid, "Used by projects": of("used"), "Used": of("used"), "Paid": paid,
        "With the Ministry of Finance": of("central"), "With provinces": of("province"),
        "With pilot units": of("unit", "carry_over"), "Surplus": of("surplus"), "Recovered": of("recovered"),
        "With projects, not yet used": of("project"), "With the unit": of("unit", "carry_over", "surplus"),
        "At the province": of("province"), "At the centre": of("central", "recovered"),
        "Still with the province": of("province"), "Carried over": of("carry_over"), "Of the year": of("unit"),
        "Surplus to be returned": of("surplus"), "In all": of("province", "unit", "carry_over", "surplus"),
        "Amount": paid,
    }  # fmt: skip


# Money columns with a sum that is no sum of the books: what is planned, asked, promised, or waits for its checker.
NOT_BOOKED = {
    "Amount asked", "Total investment of projects", "Support asked for projects", "Money committed",
    "Amount asked by the recommended", "Amount asked by the selected", "Approved support", "Total investment",
    "Entered, not checked", "Left of the support", "Investment done", "Up to 30 days", "31 to 60 days", "61 to 90 days",
    "91 to 180 days", "Longer", "Of this came back from below", "Amount concerned",
}  # fmt: skip


def compared(by, money) -> set[str]:
    """The reports whose totals are those of the books."""
    checked: set[str] = set()
    want = by_heading(books())
    for name in every.names():
        found = every.shown(by, name, every.values(name, money.batch, money.application))
        if isinstance(found, str):
            continue
        for sheet in found.sheets:
            for place, column in enumerate(sheet.sheet.columns):
                if column.kind not in ("yuan", "wan") or not column.total:
                    continue
                heading = str(column.label).rsplit(" (", 1)[0]
                if heading in NOT_BOOKED:
                    continue
                total = sheet.sums.found[place] * (10_000 if column.kind == "wan" else 1)
                if name == "grants.journal":
                    assert total == 0  # every entry is in balance
                    continue
                assert heading in want, f"{name}: {heading} is compared with nothing"
                assert total == want[heading], f"{name}, {sheet.sheet.name}: {heading}"
                checked.add(name)
    return checked


def test_totals_of_every_report_agree_with_the_books(money, cast):
    with acting_as(cast("auditor", "SJ").pk) as by, translation.override("en"):
        want = by_heading(books())
        assert want["Awarded"] == 350_000_000
        assert want["Paid to projects"] == Decimal("1234567.89")
        assert compared(by, money) >= {
            "grants.flow", "grants.awards", "grants.statement", "grants.passing", "grants.ageing", "grants.projects",
            "grants.yearly",
        }  # fmt: skip


def test_a_method_is_asked_of_projects_and_of_lines_too(money, cast):
    """The parameter stood on the cover, and all projects and all lines of the books below it."""
    with acting_as(cast("auditor", "SJ").pk) as by:
        own = money.award.projects.annotate(method=method_of("pk")).values_list("pk", "method")
        methods = Counter(method for _pk, method in own)
        for method in SupportMethod.values:
            given = every.values("grants.statement", money.batch, "", method=method, province="350000")
            sheets = {one.sheet.name: one for one in every.shown(by, "grants.statement", given).sheets}
            assert sheets["projects"].count == methods[method], method
            assert len(sheets["nation"].sheet.columns) == 5, "awarded and issued by a method are no figures"
            paid = sheets["nation"].sums.found[1]
            assert sheets["projects"].sums.found[5] == paid, method
            lines = every.shown(by, "grants.journal", given).sheets[0]
            assert (lines.count, lines.sums.found[9]) == ((1, paid) if paid else (0, 0)), method
        assert methods.total() > 1


def test_projects_of_an_award_that_was_taken_back_are_in_no_report(world, others, cast):
    """The list of projects leaves them out; the reports added their support up."""
    award = make.awarded(others, application=world.other, amount="150000000.00")
    shown = {}
    for when in ("before", "after"):
        with acting_as(cast("auditor", "SJ").pk) as by:
            sheets = [
                next(one for one in every.shown(by, name, {}).sheets if one.sheet.name == "projects")
                for name in ("grants.projects", "grants.statement")
            ]
            shown[when] = [one.count for one in sheets]
            entry = Entry.objects.get(award=award, kind="award")
        if when == "before":
            make.reversed_by(others, entry=entry, by="mof")
    assert shown["before"][0] == shown["before"][1] > 0
    assert shown["after"] == [0, 0]


def test_a_year_of_the_yearly_report_names_no_unit_of_later_years(world, who, others, cast):
    """Awarded last year in Fujian, this year in Jiangxi."""
    last = clock.today().year - 1
    with clock.at(datetime(last, 12, 31, 23, 30, tzinfo=clock.SHANGHAI)):
        make.awarded(who, application=world.application, amount="200000000.00")
    make.awarded(others, application=world.other, amount="150000000.00", number="财建〔2026〕11号")
    with acting_as(cast("auditor", "SJ").pk) as by, translation.override("zh-hans"):
        found = {
            year: {one.sheet.name: one for one in every.shown(by, "grants.yearly", {"year": year}).sheets}
            for year in (str(last), str(last + 1), "")
        }
    assert {year: one["provinces"].sums.found[1] for year, one in found.items()} == {
        str(last): 1, str(last + 1): 2, "": 2,
    }  # fmt: skip
    marked = {year: one["provinces"].pictures[0].svg.count(">1</text>") for year, one in found.items()}
    assert marked == {str(last): 1, str(last + 1): 2, "": 2}, "the map is that of the table"
    assert {year: one["provinces"].sums.found[2] for year, one in found.items()} == {
        str(last): 20_000, str(last + 1): 15_000, "": 35_000,
    }  # fmt: skip


def test_surplus_stands_in_the_report_on_how_long_money_has_lain(money, who, cast):
    """What a demand brought back lies with the unit as surplus until it is returned."""
    recovery = use.demanded(who, award=money.award, amount="500.00")
    use.collected(who, recovery=recovery, amount="500.00")
    with acting_as(cast("auditor", "SJ").pk) as by, translation.override("en"):
        assert books()["surplus"] == Decimal("500.00")
        found = every.shown(by, "grants.ageing", every.values("grants.ageing", money.batch, money.application))
        assert "surplus to be returned" in every.words(found)
        assert sum(sheet.sums.found.get(4, 0) for sheet in found.sheets[:1]) == Decimal("98765432.11")


def test_money_that_a_province_gave_back_in_time_is_not_late(world, who, cast):
    """Of two issues of 60 days ago the one was given back at once; nothing of it lies with the province any more."""
    with clock.at(clock.now() - timedelta(days=60)):
        award = make.awarded(who, application=world.application, amount="200000000.00")
        back = make.issued(who, award=award, amount="1000.00", received_on=make.today(), number="财建〔2026〕7号")
        make.issued(who, award=award, amount="2000.00", received_on=make.today(), number="财建〔2026〕8号")
    with clock.at(clock.now() - timedelta(days=50)):
        use.given_back(who, award=award, amount="1000.00", source="province", issue=back)
    with acting_as(cast("auditor", "SJ").pk) as by, translation.override("en"):
        found = every.shown(by, "grants.passing", {})
    rows = {row[2][1]: [value for _column, value in row] for row in found.sheets[1].rows}
    assert rows["财建〔2026〕7号"][-2:] == ["10", "in time"]
    assert rows["财建〔2026〕8号"][-2:] == ["60", "late"]


AT = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)


def test_every_report_in_every_format_is_the_same_twice(money, cast, tmp_path):
    """Also: each can be set at all, in both languages; and says its parameters and its moment."""
    made = 0
    with acting_as(cast("officer", "MIIT").pk) as by, clock.at(clock.now()):
        at = clock.now()
        for name in every.names():
            given = every.values(name, money.batch, money.application)
            if isinstance(every.shown(by, name, given), str):
                continue
            for form in CATALOGUE[name].format_names:
                one = every.content(by, name, form, given, tmp_path, at)
                assert one == every.content(by, name, form, given, tmp_path, at), (name, form)
                made += 1
                if form == "pdf":
                    pages = pypdf.PdfReader(io.BytesIO(one)).pages
                    assert any(f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d}" in page.extract_text() for page in pages)
                    with translation.override("en"):
                        every.content(by, name, form, given, tmp_path, at)
    assert made > 45


def test_every_figure_has_its_unit_and_its_source(money, cast):
    with acting_as(cast("officer", "MIIT").pk) as by:
        for name in every.names():
            found = every.shown(by, name, every.values(name, money.batch, money.application))
            if isinstance(found, str):
                continue
            for sheet, label, _unit, source in found.columns():
                assert source, f"{name}, {sheet}: {label} has no source"
            for sheet in found.sheets:
                for column in sheet.sheet.columns:
                    assert not column.is_right or column.measure, f"{name}: {column.label} has no unit"


def test_the_journal_is_the_same_in_each_format(money, cast, tmp_path):
    """What the database writes (CSV) and what is read from it (XLSX) have the same digest and rows."""
    from python_calamine import CalamineWorkbook

    given = every.values("grants.journal", money.batch, "")
    with acting_as(cast("auditor", "SJ").pk) as by:
        at = clock.now()
        text = every.content(by, "grants.journal", "csv", given, tmp_path, at).decode("utf-8-sig")
        book = CalamineWorkbook.from_filelike(
            every.opened(every.content(by, "grants.journal", "xlsx", given, tmp_path, at))
        )
    rows = list(csv.reader(io.StringIO(text)))
    sheet = book.get_sheet_by_index(1).to_python()
    assert len(rows) - 1 == len(sheet) - 4
    assert sum(Decimal(row[9]) for row in rows[1:]) == 0
    assert [float(row[9]) for row in rows[1:]] == [row[9] for row in sheet[3:-1]]
    with acting_as(cast("finance_maker", "CZ350000").pk) as by:
        text = every.content(by, "grants.journal", "csv", given, tmp_path, at).decode()
    assert "南昌" not in text
    assert "厦门" in text


def test_dossiers_of_a_batch_are_a_zip(money, cast, tmp_path):
    with acting_as(cast("officer", "MIIT").pk) as by:
        given = every.values("applications.dossiers", money.batch, "")
        data = every.content(by, "applications.dossiers", "zip", given, tmp_path, AT)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.namelist()[-1] == "README.txt"
        assert {entry.date_time for entry in package.infolist()} == {(2026, 11, 28, 9, 2, 2)}
